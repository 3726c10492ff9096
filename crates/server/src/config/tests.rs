//! Precedence, slips, masking.

use super::keys::KEYS;
use super::*;
use std::fs;

fn given(flags: &[(&str, &str)]) -> Given {
    let flags = flags.iter().map(|(key, value)| ("--set", (*key).to_owned(), (*value).to_owned())).collect();
    Given { file: None, flags }
}

fn with_file(text: &str) -> (tempfile::TempDir, Given) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tessera.toml");
    fs::write(&file, text).unwrap();
    (folder, Given { file: Some(file), flags: Vec::new() })
}

fn error(given: &Given, environment: &Environment) -> String {
    load(given, environment).unwrap_err().to_string()
}

#[test]
fn the_defaults_are_what_the_documents_say() {
    let settings = Settings::default();
    assert_eq!(settings.own_url(), "http://127.0.0.1:8000");
    assert_eq!(settings.base_url(), "http://127.0.0.1:8000");
    assert_eq!(settings.data_dir, PathBuf::from("./tessera-data"));
    assert!(settings.database.url.is_none() && settings.smtp.is_none() && !settings.tls());
    assert!(settings.first_admin.is_none() && settings.metrics_listen.is_none());
    let (ours, theirs) = (settings.policy, Policy::default());
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
}

#[test]
fn flag_beats_environment_beats_file_beats_default() {
    let (_folder, mut given) =
        with_file("listen = \"127.0.0.1:1\"\n[tokens]\nper_person = 7\n[log]\nformat = \"json\"\n");
    let none = Environment::default();
    let file = load(&given, &none).unwrap();
    assert_eq!(file.settings.listen.port(), 1);
    assert_eq!(file.settings.policy.tokens_per_person, 7);
    assert_eq!(file.settings.log.format, LogFormat::Json);
    assert!(matches!(file.layers.source("listen"), Source::File(_)));
    assert_eq!(file.layers.source("log.level"), &Source::Default);

    let environment = Environment::of([("TESSERA_LISTEN", "127.0.0.1:2"), ("TESSERA_LOG_FORMAT", "")]);
    let over = load(&given, &environment).unwrap();
    assert_eq!(over.settings.listen.port(), 2);
    assert_eq!(over.settings.log.format, LogFormat::Json, "empty is not set");
    assert_eq!(over.layers.source("listen"), &Source::Environment("TESSERA_LISTEN".into()));

    given.flags = vec![("--listen", "listen".into(), "[::1]:3".into())];
    let over = load(&given, &environment).unwrap();
    assert_eq!(over.settings.own_url(), "http://[::1]:3");
    assert_eq!(over.layers.source("listen"), &Source::Flag("--listen"));
}

#[test]
fn the_environment_names_the_file() {
    let (_folder, given) = with_file("data_dir = \"elsewhere\"");
    let file = given.file.unwrap();
    let environment = Environment::of([("TESSERA_CONFIG", file.to_str().unwrap())]);
    let loaded = load(&Given::default(), &environment).unwrap();
    assert_eq!(loaded.settings.data_dir, PathBuf::from("elsewhere"));
}

#[test]
fn unknown_keys_are_named_with_the_nearest() {
    let none = Environment::default();
    for (text, key, nearest) in [
        ("lsiten = \"x\"", "lsiten", "did you mean “listen”?"),
        ("[smpt]\nhost = \"x\"", "smpt.host", "did you mean “smtp.host”?"),
        ("log_level = \"x\"", "log_level", "did you mean “log.level”?"),
        ("listen.port = 1", "listen.port", "config show"),
        ("colours = 1", "colours", "config show"),
        ("[colours]", "colours", "config show"),
    ] {
        let (_folder, given) = with_file(text);
        let error = error(&given, &none);
        assert!(error.contains(&format!("unknown key “{key}” in ")), "{error}");
        assert!(error.contains("tessera.toml") && error.contains(nearest), "{error}");
    }
    let (_folder, empty_section) = with_file("[smtp]");
    load(&empty_section, &none).unwrap();
    assert!(error(&given(&[("data-dir", "x")]), &none).contains("“data-dir” in --set; did you mean “data_dir”?"));
}

#[test]
fn slips_in_the_environment_are_told() {
    let environment = Environment::of([("TESSERA_LISTN", "x"), ("TESSERA_FOOBAR_BAZ", "x"), ("TESSERA_LISTEN", "")]);
    let warnings = load(&Given::default(), &environment).unwrap().warnings;
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[1].ends_with("did you mean TESSERA_LISTEN?"), "{warnings:?}");
}

#[test]
fn wrong_values_are_named_with_their_source() {
    let none = Environment::default();
    for (key, value) in [
        ("listen", "8000"),
        ("listen", ""),
        ("data_dir", ""),
        ("database_url", "mysql://db"),
        ("database_connections", "0"),
        ("public_url", "grc.example.org"),
        ("public_url", "https://grc.example.org/path"),
        ("public_url", "https://"),
        ("trusted_proxies", "10.0.0.1/8"),
        ("require_https", "maybe"),
        ("shutdown_seconds", "-1"),
        ("tls.cert", "cert.pem"),
        ("tls.key", "key.pem"),
        ("metrics.listen", "x"),
        ("log.format", "xml"),
        ("log.level", "loud"),
        ("admin.email", "a@example.org"),
        ("session.idle_minutes", "0"),
        ("tokens.max_days", "1.5"),
    ] {
        let error = error(&given(&[(key, value)]), &none);
        assert!(error.contains("(from flag --set): ") || error.contains("is needed with it"), "{key}={value}: {error}");
    }
    let mail = [("smtp.host", "mail"), ("smtp.from", "a@example.org")];
    load(&given(&mail), &none).unwrap();
    for (key, value) in [("smtp.port", "0"), ("smtp.encryption", "ssl"), ("smtp.from", "nobody"), ("smtp.user", "u")] {
        load(&given(&[mail[0], mail[1], (key, value)]), &none).unwrap_err();
    }
}

#[test]
fn public_keys_come_over_an_encrypted_way_or_from_a_file() {
    let keys = |at| {
        let given = given(&[("secret_scanning.github", "true"), ("secret_scanning.github_keys", at)]);
        load(&given, &Environment::default()).map(|loaded| loaded.settings.github_keys)
    };
    let url = |at: &str| Some(KeysAt::Url(at.into()));
    for good in ["https://keys.example.org/list", "http://127.0.0.1:8080/keys", "http://localhost/keys"] {
        assert_eq!(keys(good).unwrap(), url(good));
    }
    assert_eq!(keys("/etc/tessera/keys.json").unwrap(), Some(KeysAt::File("/etc/tessera/keys.json".into())));
    for bad in ["http://keys.example.org", "ftp://127.0.0.1/keys", "https://", "http://127.0.0.1:x@keys.example.org/"] {
        assert!(keys(bad).is_err(), "{bad}");
    }
    assert_eq!(Settings::default().github_keys, None, "off unless somebody turns it on");
}

#[test]
fn files_lie_in_one_place() {
    let both = given(&[("blobs.dir", "/srv/files"), ("blobs.bucket", "files")]);
    let error = error(&both, &Environment::default());
    assert!(error.contains("blobs.bucket") && error.contains("blobs.dir is set as well"), "{error}");
    let dir = load(&given(&[("blobs.dir", "/srv/files")]), &Environment::default()).unwrap();
    assert_eq!(dir.settings.blobs.dir, Some(PathBuf::from("/srv/files")));
}

#[test]
fn secrets_never_show() {
    let secrets = given(&[
        ("database_url", "postgres://u:hush1@db/t"),
        ("admin.email", "a@example.org"),
        ("admin.password", "hush2"),
        ("smtp.host", "mail"),
        ("smtp.from", "a@example.org"),
        ("smtp.user", "u"),
        ("smtp.password", "hush3"),
    ]);
    let loaded = load(&secrets, &Environment::default()).unwrap();
    let shown = show(&loaded.layers);
    assert!(!shown.contains("hush"), "{shown}");
    assert!(shown.contains("database_url = \"postgres://u:********@db/t\"  # flag --set\n"), "{shown}");
    assert!(
        shown.contains("[admin]\nemail = \"a@example.org\"  # flag --set\npassword = \"********\"  # flag --set\n")
    );
    assert!(!format!("{:?}", loaded.settings).contains("hush"));
    let wrong = error(&given(&[("database_url", "mysql://u:hush@db")]), &Environment::default());
    assert!(!wrong.contains("hush"), "{wrong}");
    let (_folder, broken) = with_file("[smtp]\npassword = \"hush\" \"hush\"\n");
    let wrong = error(&broken, &Environment::default());
    assert!(!wrong.contains("hush") && wrong.contains("line 2"), "{wrong}");
}

#[test]
fn what_is_shown_is_a_settings_file() {
    let some = given(&[("trusted_proxies", "10.0.0.0/8, ::1"), ("public_url", "https://grc.example.org/")]);
    let loaded = load(&some, &Environment::default()).unwrap();
    let (_folder, again) = with_file(&show(&loaded.layers));
    let again = load(&again, &Environment::default()).unwrap();
    assert_eq!(again.settings.trusted_proxies, loaded.settings.trusted_proxies);
    assert_eq!(again.settings.public_url(), Some("https://grc.example.org"));
    assert_eq!(again.settings.public_host(), Some("grc.example.org"));
    for key in KEYS {
        let (one, two) = (again.layers.text(key.name), loaded.layers.text(key.name));
        assert_eq!(one.replace(' ', ""), two.replace(' ', ""), "{}", key.name);
    }
}

#[test]
fn every_key_has_one_name_everywhere() {
    let mut variables: Vec<String> = KEYS.iter().map(Key::variable).collect();
    variables.sort();
    variables.dedup();
    assert_eq!(variables.len(), KEYS.len());
    let first_section = KEYS.iter().position(|key| key.name.contains('.')).unwrap();
    assert!(KEYS[first_section..].iter().all(|key| key.name.contains('.')), "TOML wants plain keys first");
}
