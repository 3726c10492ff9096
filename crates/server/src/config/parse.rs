//! From texts to settings, each checked once and for all.

use super::layers::Layers;
use super::{Blobs, Bucket, ConfigError, Database, FirstAdmin, Hidden, KeysAt, Log, LogFormat, Settings, TlsFiles};
use chrono::TimeDelta;
use iam::Policy;
use iam::client_address::{Network, TrustedProxies};
use iam::mail::Smtp;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;
use tracing_subscriber::filter::{LevelFilter, Targets};

/// One key of the layers, ready to be read as something.
struct Of<'l> {
    layers: &'l Layers,
    key: &'static str,
}

/// All settings.
pub fn settings(layers: &Layers) -> Result<Settings, ConfigError> {
    let of = |key| Of { layers, key };
    let minutes = |key, range| of(key).number(range).map(TimeDelta::minutes);
    let policy = Policy {
        session_idle: minutes("session.idle_minutes", 1..=525_600)?,
        session_life: TimeDelta::hours(of("session.life_hours").number(1..=8_760)?),
        tokens_per_person: of("tokens.per_person").number(0..=100_000)?,
        token_days: of("tokens.max_days").number(1..=36_500)?,
        recent_sign_in: minutes("tokens.recent_sign_in_minutes", 0..=525_600)?,
    };
    Ok(Settings {
        listen: of("listen").parsed(address)?,
        data_dir: PathBuf::from(of("data_dir").required()?),
        library_dir: of("library_dir").optional(|text| Ok(PathBuf::from(text)))?,
        database: Database {
            url: of("database_url").optional(database_url)?,
            authorities: of("database_ca").optional(|text| Ok(PathBuf::from(text)))?,
            connections: of("database_connections").optional(connections)?,
        },
        blobs: blobs(layers)?,
        public_url: of("public_url").optional(public_url)?,
        trusted_proxies: TrustedProxies::new(of("trusted_proxies").optional(networks)?.unwrap_or_default()),
        require_https: of("require_https").parsed(switch)?,
        shutdown: Duration::from_secs(of("shutdown_seconds").number(0..=3_600)?.unsigned_abs()),
        tls_files: of("tls.cert").pair("tls.key")?.map(|(cert, key)| TlsFiles { cert: cert.into(), key: key.into() }),
        metrics_listen: of("metrics.listen").optional(address)?,
        log: Log { format: of("log.format").parsed(log_format)?, filter: of("log.level").parsed(log_filter)? },
        first_admin: of("admin.email")
            .pair("admin.password")?
            .map(|(email, password)| FirstAdmin { email, password: Hidden::new(password) }),
        github_keys: if of("secret_scanning.github").parsed(switch)? {
            Some(of("secret_scanning.github_keys").parsed(keys_at)?)
        } else {
            None
        },
        smtp: smtp(layers)?,
        policy,
    })
}

fn blobs(layers: &Layers) -> Result<Blobs, ConfigError> {
    let of = |key| Of { layers, key };
    let word = |key| of(key).optional(|text| Ok(text.to_owned()));
    let dir = word("blobs.dir")?.map(PathBuf::from);
    let bucket = match word("blobs.bucket")? {
        None => None,
        Some(_) if dir.is_some() => {
            return Err(of("blobs.bucket").wrong("files lie in a bucket or in a folder; blobs.dir is set as well"));
        }
        Some(_) if cfg!(not(feature = "s3")) => {
            return Err(of("blobs.bucket").wrong("this program was built without the feature s3"));
        }
        Some(name) => Some(Bucket {
            name,
            prefix: word("blobs.prefix")?.unwrap_or_default(),
            endpoint: of("blobs.endpoint").optional(public_url)?,
            region: of("blobs.region").required()?.to_owned(),
            keys: of("blobs.access_key").pair("blobs.secret_key")?.map(|(id, secret)| (id, Hidden::new(secret))),
        }),
    };
    let megabytes = of("blobs.max_megabytes").number(1..=1_000_000)?.unsigned_abs();
    Ok(Blobs { dir, bucket, most_bytes: megabytes * 1024 * 1024 })
}

fn smtp(layers: &Layers) -> Result<Option<Smtp>, ConfigError> {
    let of = |key| Of { layers, key };
    let Some(host) = of("smtp.host").optional(|text| Ok(text.to_owned()))? else { return Ok(None) };
    let (user, password) = of("smtp.user").pair("smtp.password")?.unzip();
    let smtp = Smtp {
        host,
        port: u16::try_from(of("smtp.port").number(1..=65_535)?).unwrap_or_default(),
        encryption: of("smtp.encryption").parsed(encryption)?,
        user,
        password,
        from: of("smtp.from").required()?.to_owned(),
    };
    // The mailer knows best what it takes; its sentences name the key.
    iam::mail::Mailer::smtp(&smtp).map_err(|reason| of("smtp.host").wrong(reason))?;
    Ok(Some(smtp))
}

impl Of<'_> {
    fn text(&self) -> &str {
        self.layers.text(self.key)
    }

    fn wrong(&self, reason: impl Into<String>) -> ConfigError {
        ConfigError::Invalid { key: self.key, from: self.layers.source(self.key).clone(), reason: reason.into() }
    }

    fn required(&self) -> Result<&str, ConfigError> {
        if self.text().is_empty() { Err(self.wrong("a value is needed")) } else { Ok(self.text()) }
    }

    fn parsed<T>(&self, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<T, ConfigError> {
        parse(self.required()?).map_err(|reason| self.wrong(reason))
    }

    fn optional<T>(&self, parse: impl FnOnce(&str) -> Result<T, String>) -> Result<Option<T>, ConfigError> {
        if self.text().is_empty() { Ok(None) } else { self.parsed(parse).map(Some) }
    }

    fn number(&self, range: RangeInclusive<i64>) -> Result<i64, ConfigError> {
        self.parsed(|text| {
            let number = text.parse().ok().filter(|number| range.contains(number));
            number.ok_or_else(|| format!("“{text}” is not a whole number from {} to {}", range.start(), range.end()))
        })
    }

    /// Two texts that make sense only together.
    fn pair(&self, other: &'static str) -> Result<Option<(String, String)>, ConfigError> {
        let other = Of { layers: self.layers, key: other };
        match (self.text(), other.text()) {
            ("", "") => Ok(None),
            ("", _) => Err(other.wrong(format!("{} is needed with it", self.key))),
            (_, "") => Err(self.wrong(format!("{} is needed with it", other.key))),
            (one, two) => Ok(Some((one.to_owned(), two.to_owned()))),
        }
    }
}

fn address(text: &str) -> Result<SocketAddr, String> {
    let written = text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    written
        .parse()
        .map_err(|_| format!("“{text}” is not ADDRESS:PORT, such as 127.0.0.1:8000, [::]:8000 or 0.0.0.0:80"))
}

/// Does not repeat what was given: it may hold a password.
fn database_url(text: &str) -> Result<Hidden, String> {
    let ours = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if ours { Ok(Hidden::new(text.to_owned())) } else { Err("it has to begin with postgres://".into()) }
}

fn connections(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=1_000).contains(number));
    number.ok_or_else(|| format!("“{text}” is not a whole number from 1 to 1000"))
}

fn public_url(text: &str) -> Result<String, String> {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let host = host.strip_suffix('/').unwrap_or(host);
    let plain =
        !host.is_empty() && !host.contains(|c: char| c.is_whitespace() || c.is_control() || "/?#@\\\"<>".contains(c));
    let reason = || format!("“{text}” is not scheme and host alone, such as https://grc.example.org");
    if plain { Ok(text.strip_suffix('/').unwrap_or(text).to_owned()) } else { Err(reason()) }
}

/// Whoever answers with keys is believed: the address is an encrypted one, or on this machine.
fn keys_at(text: &str) -> Result<KeysAt, String> {
    let host = |rest: &str| rest.split(['/', ':', '?']).next().unwrap_or_default().to_owned();
    match text.split_once("://") {
        // What stands before an @ is a name for the host behind it, and could look like a host.
        Some((_, rest)) if rest.contains('@') => Err(format!("“{text}” names a user; keys need none")),
        None => Ok(KeysAt::File(PathBuf::from(text))),
        Some(("https", rest)) if !host(rest).is_empty() => Ok(KeysAt::Url(text.to_owned())),
        Some(("http", rest)) if matches!(host(rest).as_str(), "127.0.0.1" | "localhost") => {
            Ok(KeysAt::Url(text.to_owned()))
        }
        Some(_) => Err(format!("“{text}” is neither an https:// address nor a file")),
    }
}

fn networks(text: &str) -> Result<Vec<Network>, String> {
    text.split(',').map(|item| item.trim().parse::<Network>().map_err(|error| error.to_string())).collect()
}

fn switch(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(true),
        "false" | "no" | "off" | "0" => Ok(false),
        _ => Err(format!("“{text}” is neither true nor false")),
    }
}

fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "human" => Ok(LogFormat::Human),
        "json" => Ok(LogFormat::Json),
        _ => Err(format!("“{text}” is neither human nor json")),
    }
}

fn log_filter(text: &str) -> Result<Targets, String> {
    let reason = || format!("“{text}” is not error, warn, info, debug or trace, or such as info,iam=debug");
    // A bare word that is no level would be taken for a part of the program and say everything about it.
    let plain = text.split(',').all(|part| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok());
    if plain { text.parse().map_err(|_| reason()) } else { Err(reason()) }
}

fn encryption(text: &str) -> Result<String, String> {
    let known = ["none", "starttls", "tls"].contains(&text);
    if known { Ok(text.to_owned()) } else { Err(format!("“{text}” is none of none, starttls, tls")) }
}
