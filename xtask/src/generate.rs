//! `cargo xtask generate`: the committed files that are made from other files.

use std::fs;

use anyhow::{Context as _, Result, ensure};

use crate::paths;
use crate::tools::program::Program;
use crate::tools::{cargo, npm};

/// A committed file and how to make it.
struct Derived {
    path: &'static str,
    make: fn() -> Result<()>,
}

/// In the order in which they depend on each other.
const DERIVED: [Derived; 2] = [
    Derived { path: "docs/openapi.json", make: openapi_document },
    Derived { path: "ui/src/api/schema.d.ts", make: interface_types },
];

/// Makes every derived file again.
pub(crate) fn generate() -> Result<()> {
    for derived in &DERIVED {
        (derived.make)()?;
        println!("wrote {}", derived.path);
    }
    Ok(())
}

/// Fails when a committed file differs, in any byte, from what would be made now. Leaves the files as they were.
pub(crate) fn check() -> Result<()> {
    let mut stale = Vec::new();
    for derived in &DERIVED {
        let path = paths::root().join(derived.path);
        let committed = fs::read(&path).ok();
        (derived.make)()?;
        if committed.as_ref() != Some(&fs::read(&path)?) {
            stale.push(derived.path);
            match committed {
                Some(bytes) => fs::write(&path, bytes)?,
                None => fs::remove_file(&path)?,
            }
        }
    }
    ensure!(
        stale.is_empty(),
        "out of date: {}. Run `cargo xtask generate` and commit what it changes",
        stale.join(", ")
    );
    Ok(())
}

fn openapi_document() -> Result<()> {
    let document = Program::new(cargo::build_dev()?).arg("openapi").output()?;
    let path = paths::root().join("docs/openapi.json");
    fs::write(&path, document).with_context(|| format!("could not write {}", path.display()))
}

fn interface_types() -> Result<()> {
    npm::install(&paths::ui())?;
    npm::run(&paths::ui(), "types")
}
