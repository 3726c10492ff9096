//! Texts: what the file says, in the languages that it has.

use grc::library::{Library, check, read};

fn library(objects: &str) -> Library {
    let file = format!("urn: urn:Test:Risk:library:One\nname: One\nlocale: en\nversion: 1\nobjects:\n{objects}");
    read(file.as_bytes(), "x.yaml").expect("a library")
}

#[test]
fn text_keeps_the_text_of_the_file_and_content_that_of_pyyaml() {
    for (written, content) in [
        ("08", "\"08\""),
        ("N", "\"N\""),
        ("no", "false"),
        ("1:30", "90"),
        ("1.10", "1.1"),
        ("010", "8"),
        ("2024-05-08", "\"2024-05-08\""),
        ("7", "7"),
    ] {
        let library = library(&format!("  threats: [{{urn: t, name: T, ref_id: {written}}}]\n"));
        assert_eq!(library.objects.threats[0].entry.ref_id.as_deref(), Some(written));
        assert_eq!(library.content()["threats"][0]["ref_id"].to_string(), content, "{written}");
        let advised = check(&library).iter().any(|warning| warning.code == "unquoted");
        assert_eq!(advised, matches!(written, "no" | "1:30" | "1.10" | "010"), "{written}");
    }
    let library = library("  threats: [{urn: t, name: ~, ref_id: '~'}]\n");
    assert_eq!(library.objects.threats[0].entry.name, None);
    assert_eq!(library.objects.threats[0].entry.ref_id.as_deref(), Some("~"));
}

#[test]
fn a_block_that_ends_with_the_file_ends_without_a_line_feed() {
    let library = library("  threats:\n    - urn: t\n      name: |\n        The end");
    assert_eq!(library.objects.threats[0].entry.name.as_deref(), Some("The end"));
}

#[test]
fn signs_that_older_readers_take_for_line_ends_are_pointed_out() {
    let library = library("  threats: [{urn: t, name: 'a\u{2028}b'}]\n");
    assert!(check(&library).iter().any(|warning| warning.code == "line_break"));
}

#[test]
fn a_language_falls_back_to_its_parent_and_then_to_the_library() {
    let library = library(
        "  threats:\n    - urn: t\n      name: Fire\n      description: It burns\n      translations:\n        \
         fr: {name: Feu, description: ~}\n        fr-CH: {description: \u{c7}a br\u{fb}le}\n        no: {name: Brann}\n",
    );
    let entry = &library.objects.threats[0].entry;
    let texts = |language| {
        let translated = entry.translated(language);
        (translated.name.unwrap_or_default(), translated.description.unwrap_or_default())
    };
    assert_eq!(texts("en"), ("Fire", "It burns"));
    assert_eq!(texts("fr"), ("Feu", "It burns"));
    assert_eq!(texts("fr-CA"), ("Feu", "It burns"));
    assert_eq!(texts("fr-ch"), ("Feu", "Ça brûle"));
    assert_eq!(texts("de"), ("Fire", "It burns"));
    assert_eq!(texts("no"), ("Brann", "It burns"), "Norwegian is a language, not a false");
    assert_eq!(library.locales(), ["en", "fr", "fr-CH", "no"]);
}

#[test]
fn urns_are_lower_case_and_content_keeps_its_own() {
    let library = library("  threats: [{urn: 'urn:Test:T1', name: T}]\n");
    assert_eq!(library.urn, "urn:test:risk:library:one");
    assert_eq!(library.objects.threats[0].entry.urn, "urn:test:t1");
    assert_eq!(library.content()["threats"][0]["urn"], "urn:Test:T1");
}

#[test]
fn both_spellings_of_mapping_sets_lead_to_one_list() {
    let set = |urn: &str| {
        format!("{{urn: {urn}, source_framework_urn: a, target_framework_urn: b, requirement_mappings: []}}")
    };
    let (one, two) = (set("s1"), set("s2"));
    let library = library(&format!("  requirement_mapping_set: {one}\n  requirement_mapping_sets: [{two}]\n"));
    let urns: Vec<_> = library.objects.mapping_sets.iter().map(|set| set.entry.urn.as_str()).collect();
    assert_eq!(urns, ["s1", "s2"]);
    assert_eq!(library.objects_meta()["requirement_mapping_set"], 1);
    assert_eq!(library.objects_meta()["requirement_mapping_sets"], 1);
}

#[test]
fn keys_of_content_keep_the_order_of_the_file() {
    let library = library("  zebras: {b: 1, a: 2}\n  ants: 3\n");
    assert_eq!(library.content_text(), r#"{"zebras":{"b":1,"a":2},"ants":3}"#);
}

#[test]
fn other_encodings_are_read_when_they_say_so() {
    let text = "urn: urn:a:b\nname: Été\nversion: 1\nobjects: {threats: []}\n";
    let wide = |mark: [u8; 2], unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter().chain(text.encode_utf16().flat_map(unit)).collect()
    };
    let marked: Vec<u8> = b"\xef\xbb\xbf".iter().chain(text.as_bytes()).copied().collect();
    for bytes in [marked, wide([0xff, 0xfe], u16::to_le_bytes), wide([0xfe, 0xff], u16::to_be_bytes)] {
        assert_eq!(read(&bytes, "x.yaml").expect("a library").name, "Été");
    }
    let dos = text.replace('\n', "\r\n");
    assert_eq!(read(dos.as_bytes(), "x.yaml").expect("a library").version, 1);
}
