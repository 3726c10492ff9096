//! Bombs: small files that ask for much.

use grc::library::{Class, Kind, Limits, read, read_within};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// Far more than any refusal needs, even in a debug build on a busy machine.
const SOON: Duration = Duration::from_secs(20);

fn refused(file: &str) -> Kind {
    let start = Instant::now();
    let problems = read(file.as_bytes(), "bomb.yaml").expect_err("a refusal");
    assert!(start.elapsed() < SOON, "it took {:?} to refuse", start.elapsed());
    assert_eq!(problems[0].class(), Class::File, "{}", problems[0]);
    problems[0].kind
}

#[test]
fn aliases_of_aliases() {
    let mut laughs = String::from("a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n");
    for level in 1..12 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        let _ = writeln!(laughs, "a{level}: &a{level} [{}]", below.trim_end_matches(", "));
    }
    assert_eq!(refused(&laughs), Kind::Aliases);
}

#[test]
fn one_long_text_many_times() {
    let long = "x".repeat(1 << 20);
    let file = format!("a: &a {long}\nb: [{}]\n", "*a, ".repeat(200));
    assert_eq!(refused(&file), Kind::Aliases);
}

#[test]
fn merges_of_merges() {
    let keys = (0..1000).map(|n| format!("k{n}: 1")).collect::<Vec<_>>().join(", ");
    let mut file = format!("m: &m {{{keys}}}\nl:\n");
    for _ in 0..3000 {
        file.push_str("  - {<<: *m}\n");
    }
    assert_eq!(refused(&file), Kind::Aliases);
    let list = format!("m: &m {{{keys}}}\nl: {{<<: [{}]}}\n", "*m, ".repeat(3000));
    assert_eq!(refused(&list), Kind::Aliases);
}

#[test]
fn towers() {
    assert_eq!(refused(&format!("a: {}{}\n", "[".repeat(100_000), "]".repeat(100_000))), Kind::TooDeep);
    let stairs = (0..300).map(|n| " ".repeat(n) + "a:").collect::<Vec<_>>().join("\n");
    assert_eq!(refused(&stairs), Kind::TooDeep);
    let mut chain = String::from("a0: &a0 []\n");
    for level in 1..100 {
        let _ = writeln!(chain, "a{level}: &a{level} [*a{}]", level - 1);
    }
    assert_eq!(refused(&chain), Kind::TooDeep);
}

#[test]
fn crowds() {
    let few = Limits { nodes: 1000, ..Limits::default() };
    let file = format!("a: [{}]\n", "1, ".repeat(1100));
    assert_eq!(read_within(file.as_bytes(), "x.yaml", &few).expect_err("a refusal")[0].kind, Kind::TooManyValues);
    let small = Limits { bytes: 10, ..Limits::default() };
    assert_eq!(read_within(b"name: 12345", "x.yaml", &small).expect_err("a refusal")[0].kind, Kind::TooLarge);
}

#[test]
fn problems_end_somewhere() {
    let nodes = "    - {name: no urn}\n".repeat(5000);
    let file = format!("urn: urn:a:b\nname: n\nversion: 1\nobjects:\n  threats:\n{nodes}");
    assert_eq!(read(file.as_bytes(), "x.yaml").expect_err("a refusal").len(), Limits::default().problems);
}

#[test]
fn an_honest_alias_is_welcome() {
    let file = "urn: urn:a:b\nname: n\nversion: 1\nobjects:\n  threats:\n    - &t {urn: t1, name: T}\n    - {<<: *t, urn: t2}\n";
    let library = read(file.as_bytes(), "x.yaml").expect("a library");
    assert_eq!(library.objects.threats[1].entry.name.as_deref(), Some("T"));
    assert_eq!(library.objects.threats[1].entry.urn, "t2");
}
