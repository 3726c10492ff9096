//! `PyYAML` is the reader that files were written for. Ours must agree with it, value by value.

use super::shared;
use grc::library::read;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Runs a script; nothing when there is no python3 with `PyYAML`.
fn python(script: &str, input: &str) -> Option<String> {
    let script = format!("import sys, json\ntry:\n    import yaml\nexcept ImportError:\n    sys.exit(77)\n{script}");
    let child = Command::new("python3")
        .args(["-c", &script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let Ok(mut child) = child else {
        println!("LEFT OUT: there is no python3 to compare with");
        return None;
    };
    child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("the script listens");
    let output = child.wait_with_output().expect("the script ends");
    if output.status.code() == Some(77) {
        println!("LEFT OUT: python3 has no yaml to compare with");
        return None;
    }
    assert!(output.status.success(), "the script failed");
    Some(String::from_utf8(output.stdout).expect("JSON is text"))
}

#[test]
fn real_files_hold_what_pyyaml_finds_in_them() {
    let Some(folder) = shared::folder() else { return };
    let script = "
loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
for name in sys.stdin.read().split('\\n'):
    with open(name, encoding='utf-8') as file:
        print(json.dumps(yaml.load(file, Loader=loader), default=str))
";
    let files = shared::files();
    let names: Vec<_> = files.iter().map(|(name, _)| folder.join(name).to_string_lossy().into_owned()).collect();
    let Some(answer) = python(script, &names.join("\n")) else { return };
    assert_eq!(answer.lines().count(), files.len());
    for ((name, bytes), line) in files.iter().zip(answer.lines()) {
        let theirs: Value = serde_json::from_str(line).expect("JSON");
        let ours = read(bytes, name).expect("a library");
        assert!(ours.content() == theirs["objects"], "{name}: the objects differ");
        let text = |key: &str| theirs[key].as_str().map(str::to_owned);
        assert_eq!(ours.name, theirs["name"], "{name}");
        assert_eq!(ours.version, theirs["version"], "{name}");
        assert_eq!(ours.description, text("description"), "{name}");
        assert_eq!(ours.copyright, text("copyright"), "{name}");
        assert_eq!(ours.publication_date.map(|date| date.to_string()), text("publication_date"), "{name}");
        assert_eq!(ours.translations.to_json(), theirs.get("translations").cloned().unwrap_or(json!({})), "{name}");
    }
}

/// Scalars made at random from the letters that numbers and words are made of.
const SCALARS: &str = "
import random
random.seed(20261124)
words = ['08', 'N', 'no', '1:30', '1.10', '010', '~', 'null', 'y', 'On', '0x1F', '1_000', '.5', '+.5', '1e3',
         '1.0e+3', '12e03', '0b11', '-0', '+1', '1:60', '190:20:30.15', '2024-05-08', '0o17', '1__0', '0_', '0.',
         '-1.', '1_.5', '1._5', '.5_', '1.5e+', '1.e+1', '-.5', 'TRUE', 'tRUE', 'off', 'Null', 'nULL', '1:2:3',
         '01:30', '1:3_0', '1_0:30', '0:30', '-1:30', '1:30.5_5', '08.5', '1.2.3', '_1', '-_1', '0x', '0b2', '007']
alphabet = '0123456789' * 2 + '.+-:_eExb'
words += [''.join(random.choice(alphabet) for _ in range(random.randint(1, 7))) for _ in range(4000)]
for word in words:
    try:
        value = yaml.safe_load('- ' + word)
    except Exception:
        continue
    if not isinstance(value, list) or len(value) != 1 or isinstance(value[0], (list, dict)):
        continue
    value = value[0]
    if isinstance(value, float) and value - value != 0:
        continue
    if isinstance(value, int) and abs(value) >= 1 << 63:
        continue
    print(json.dumps([word, value], default=str))
";

#[test]
fn bare_scalars_mean_what_they_mean_to_pyyaml() {
    let Some(answer) = python(SCALARS, "") else { return };
    let pairs: Vec<(String, Value)> = answer.lines().map(|line| serde_json::from_str(line).expect("a pair")).collect();
    assert!(pairs.len() > 3000);
    let items = pairs.iter().map(|(word, _)| format!("    - {word}")).collect::<Vec<_>>().join("\n");
    let file = format!("urn: urn:a:b\nname: n\nversion: 1\nobjects:\n  words:\n{items}\n");
    let ours = read(file.as_bytes(), "words.yaml").expect("a library").content();
    for ((word, theirs), ours) in pairs.iter().zip(ours["words"].as_array().expect("a list")) {
        assert_eq!(ours, theirs, "{word}");
    }
}

/// Ways to write texts, maps and lists.
const STYLES: &str = r#"
words:
  folded: >
    one
    two

    three
      kept
  stripped: >-
    one
    two
  literal: |
    one

    two
  kept: |+
    one

  plain: one
    two

    three
  single: 'it''s
    one line'
  double: "a\tb\u00e9 \
    c\n  d"
  quoted: ["08", '1.10', "no", ~, null, '', yes]
  flow: {a: 1, b: [2, {c: 3}], "d e": 4}
  nested:
  - - 1
    - 2
  - key: value
    other: &anchor {x: 1, y: 2}
  merged:
    <<: *anchor
    y: 3
  several:
    <<: [*anchor, {x: 5, z: 6}]
  alias: *anchor
  ? explicit
  : value
  "quoted key": 1
  tagged: !!str 08
  counted: !!int 7
  comment: text # not a comment sign: a#b
  url: http://example.org/a:b#c
  dash: - not a list
  twice: 1
  twice: 2
"#;

#[test]
fn every_way_to_write_reads_as_pyyaml_reads_it() {
    let styles = STYLES.replace("  dash: - not a list\n", "");
    let Some(answer) = python("print(json.dumps(yaml.safe_load(sys.stdin.read())))", &styles) else { return };
    let theirs: Value = serde_json::from_str(&answer).expect("JSON");
    let indented = styles.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n");
    let file = format!("urn: urn:a:b\nname: n\nversion: 1\nobjects:\n{indented}\n");
    let ours = read(file.as_bytes(), "styles.yaml").expect("a library").content();
    for (key, value) in theirs["words"].as_object().expect("a map") {
        assert_eq!(&ours["words"][key], value, "{key}");
    }
    assert_eq!(ours, theirs);
}
