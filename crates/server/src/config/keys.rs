//! The one list of settings. Names of environment variables and flags follow from the key.

/// What a setting holds, as far as showing and masking it is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Any text.
    Text,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Switch,
    /// Texts, with commas between them outside TOML.
    List,
    /// A text that is never shown.
    Secret,
    /// An address whose password is never shown.
    SecretUrl,
}

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name in the file, such as `smtp.host`: section and name.
    pub name: &'static str,
    /// Its value when nobody gives one; empty means "not set".
    pub default: &'static str,
    /// What it holds.
    pub shape: Shape,
    /// One sentence for people.
    pub help: &'static str,
}

impl Key {
    /// The environment variable: `smtp.host` → `TESSERA_SMTP_HOST`.
    pub fn variable(&self) -> String {
        format!("{PREFIX}{}", self.name.replace('.', "_").to_uppercase())
    }
}

/// What every environment variable of ours begins with.
pub const PREFIX: &str = "TESSERA_";
/// The variable that holds a token for commands that ask a server; not a setting of one.
pub const TOKEN_VARIABLE: &str = "TESSERA_TOKEN";
/// The variable that names the settings file; not a setting itself.
pub const FILE_VARIABLE: &str = "TESSERA_CONFIG";

const fn key(name: &'static str, default: &'static str, shape: Shape, help: &'static str) -> Key {
    Key { name, default, shape, help }
}

/// Every setting; those without a section come first, as TOML wants it.
pub const KEYS: &[Key] = {
    use Shape::{List, Number, Secret, SecretUrl, Switch, Text};
    &[
        key("listen", "127.0.0.1:8000", Text, "Address and port to listen on; port 0 picks a free one"),
        key("data_dir", "./tessera-data", Text, "Folder of the SQLite database, its snapshots, and attached files"),
        key("library_dir", "", Text, "Folder of library files to put on the shelf at each start"),
        key("database_url", "", SecretUrl, "postgres://user:password@host/name?sslmode=…, instead of SQLite"),
        key("database_ca", "", Text, "PEM file with authorities for the database's certificate"),
        key("database_connections", "", Number, "Connections to the database; chosen by the program when not set"),
        key("public_url", "", Text, "The address people use, such as https://grc.example.org"),
        key("trusted_proxies", "", List, "Networks whose X-Forwarded-* headers are believed, such as 10.0.0.0/8"),
        key("require_https", "false", Switch, "Refuse plain HTTP from other machines"),
        key("shutdown_seconds", "20", Number, "How long running requests may take when the program is stopped"),
        key("blobs.dir", "", Text, "Folder of attached files; blobs in the data folder when not set"),
        key("blobs.max_megabytes", "100", Number, "Largest attached file"),
        key("blobs.bucket", "", Text, "Bucket of an S3-compatible service for attached files, instead of a folder"),
        key("blobs.prefix", "", Text, "What the names of files in the bucket begin with"),
        key(
            "blobs.endpoint",
            "",
            Text,
            "Address of the service, such as https://s3.example.org; Amazon's when not set",
        ),
        key("blobs.region", "us-east-1", Text, "Its region"),
        key("blobs.access_key", "", Text, "Access key id at the service"),
        key("blobs.secret_key", "", Secret, "Its secret"),
        key("tls.cert", "", Text, "PEM file with the certificate and its chain"),
        key("tls.key", "", Text, "PEM file with the private key"),
        key("metrics.listen", "", Text, "Second listener for /metrics and /api/health/, without sign-in"),
        key("log.format", "human", Text, "human or json"),
        key("log.level", "info", Text, "error, warn, info, debug or trace; also by part: info,iam=debug"),
        key("admin.email", "", Text, "Makes the first administrator at the start, while there is none"),
        key("admin.password", "", Secret, "Their password"),
        key("session.idle_minutes", "60", Number, "A session ends after so long without use"),
        key("session.life_hours", "10", Number, "A session ends after so long in any case"),
        key("tokens.per_person", "5", Number, "Live personal access tokens that one person may hold"),
        key("tokens.max_days", "365", Number, "Longest life of a personal access token"),
        key(
            "tokens.recent_sign_in_minutes",
            "15",
            Number,
            "Later than this after signing in, a new token asks for the password; 0 asks always",
        ),
        key(
            "secret_scanning.github",
            "false",
            Switch,
            "Take what GitHub's secret scanning found, as a partner of its programme; needs its public keys",
        ),
        key(
            "secret_scanning.github_keys",
            "https://api.github.com/meta/public_keys/secret_scanning",
            Text,
            "Where those keys are: an address, or a file of the same form where the server reaches nothing outside",
        ),
        key("smtp.host", "", Text, "Mail server; without one no mail is sent"),
        key("smtp.port", "587", Number, "Its port"),
        key("smtp.encryption", "starttls", Text, "none, starttls or tls"),
        key("smtp.user", "", Text, "Account at the mail server"),
        key("smtp.password", "", Secret, "Its password"),
        key("smtp.from", "", Text, "Sender of all mail, such as Tessera <tessera@example.org>"),
    ]
};

/// The setting of this name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// Whether there is a section of this name.
pub fn is_section(name: &str) -> bool {
    KEYS.iter().any(|key| key.name.split_once('.').is_some_and(|(section, _)| section == name))
}
