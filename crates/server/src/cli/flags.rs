//! Flags for settings. They fit every command, before or after its name.

use crate::config::{ConfigError, Given};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Settings")]
pub struct Flags {
    /// Address and port to listen on; port 0 picks a free one
    #[arg(long, global = true, value_name = "ADDR:PORT")]
    listen: Option<String>,
    /// Folder of the SQLite database, its snapshots, and attached files
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// Folder of library files to put on the shelf at each start
    #[arg(long, global = true, value_name = "DIR")]
    library_dir: Option<String>,
    /// PostgreSQL instead of SQLite
    #[arg(long, global = true, value_name = "postgres://user:password@host/name")]
    database_url: Option<String>,
    /// Authorities for the database's certificate (PEM)
    #[arg(long, global = true, value_name = "FILE")]
    database_ca: Option<String>,
    /// Settings file
    #[arg(long, global = true, value_name = "FILE.toml")]
    config: Option<PathBuf>,
    /// Certificate and chain (PEM)
    #[arg(long, global = true, value_name = "FILE")]
    tls_cert: Option<String>,
    /// Private key (PEM)
    #[arg(long, global = true, value_name = "FILE")]
    tls_key: Option<String>,
    /// Second listener for /metrics and /api/health/, without sign-in
    #[arg(long, global = true, value_name = "ADDR:PORT")]
    metrics_listen: Option<String>,
    /// human or json
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<String>,
    /// error, warn, info, debug or trace; also by part: info,iam=debug
    #[arg(long, global = true, value_name = "LEVEL")]
    log_level: Option<String>,
    /// The address people use, scheme and host
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Networks whose X-Forwarded-* headers are believed, with commas between them
    #[arg(long, global = true, value_name = "CIDR,…")]
    trusted_proxies: Option<String>,
    /// Any other setting, such as smtp.host=mail.example.org
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl Flags {
    /// The same as the configuration takes it. A flag of its own wins over `--set`.
    pub fn given(&self) -> Result<Given, ConfigError> {
        let mut flags = Vec::new();
        for pair in &self.set {
            let (key, value) = pair.split_once('=').ok_or(ConfigError::Set)?;
            flags.push(("--set", key.trim().to_owned(), value.to_owned()));
        }
        let own = [
            ("--listen", "listen", &self.listen),
            ("--data-dir", "data_dir", &self.data_dir),
            ("--library-dir", "library_dir", &self.library_dir),
            ("--database-url", "database_url", &self.database_url),
            ("--database-ca", "database_ca", &self.database_ca),
            ("--tls-cert", "tls.cert", &self.tls_cert),
            ("--tls-key", "tls.key", &self.tls_key),
            ("--metrics-listen", "metrics.listen", &self.metrics_listen),
            ("--log-format", "log.format", &self.log_format),
            ("--log-level", "log.level", &self.log_level),
            ("--public-url", "public_url", &self.public_url),
            ("--trusted-proxies", "trusted_proxies", &self.trusted_proxies),
        ];
        for (flag, key, value) in own {
            if let Some(value) = value {
                flags.push((flag, key.to_owned(), value.clone()));
            }
        }
        Ok(Given { file: self.config.clone(), flags })
    }
}
