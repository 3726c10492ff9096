//! Every file that fuzzing kept goes through its entry again.

use std::path::PathBuf;

#[test]
fn nothing_that_was_ever_found_comes_back() {
    let corpus = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    for (name, entry) in fuzz_entries::ALL {
        let files = std::fs::read_dir(corpus.join(name)).unwrap_or_else(|error| panic!("corpus/{name}: {error}"));
        let mut ran = 0;
        for file in files {
            let path = file.expect("an entry").path();
            // Named by the test's own output when it panics.
            println!("{}", path.display());
            entry(&std::fs::read(&path).expect("a readable file"));
            ran += 1;
        }
        assert!(ran >= 5, "corpus/{name} holds {ran} files");
    }
}
