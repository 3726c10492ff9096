//! What we depend on: its licences, where it comes from, what we refuse, and how much it is.
//!
//! The lists are `deny.toml`'s. `cargo deny` reads the same file and runs as well where it is installed; building it takes
//! longer than all the checks here together, so nothing waits for it.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, ensure};
use spdx::{Expression, ParseMode};
use toml::{Table, Value};

use crate::paths;
use crate::tools::cargo::{self, Package, cargo};

/// The most packages that the program may be made of, ours included. Growth is a decision, not an accident: the last one
/// was PDF and the reading of workbooks (docs/adr/0021 and 0022), 25 packages.
const MOST_PACKAGES: usize = 290;
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check() -> Result<()> {
    let policy = Policy::read()?;
    let complaints: Vec<String> = cargo::packages()?
        .iter()
        .filter(|package| package.source.is_some())
        .filter_map(|package| policy.complaint(package))
        .collect();
    ensure!(complaints.is_empty(), "{}", complaints.join("; "));

    let size = program_packages()?.len();
    println!("the program is made of {size} packages, at most {MOST_PACKAGES}");
    ensure!(size <= MOST_PACKAGES, "the program is made of {size} packages, more than {MOST_PACKAGES}");

    if cargo("deny --version").succeeds() {
        cargo("deny check bans licenses sources").run()?;
    }
    Ok(())
}

/// What `deny.toml` allows and bans.
struct Policy {
    /// Licences that any package may have.
    licences: Vec<String>,
    /// Packages with the further licences that they alone may have.
    exceptions: Vec<(String, Vec<String>)>,
    /// Packages we refuse, with the reason.
    banned: Vec<(String, String)>,
}

impl Policy {
    fn read() -> Result<Self> {
        let text = fs::read_to_string(paths::root().join("deny.toml"))?;
        Self::parse(&text).context("deny.toml is not as expected: licenses.allow, licenses.exceptions, bans.deny")
    }

    fn parse(text: &str) -> Option<Self> {
        let table: Table = text.parse().ok()?;
        let licences = table.get("licenses")?;
        Some(Self {
            licences: texts(licences.get("allow")?)?,
            exceptions: licences
                .get("exceptions")?
                .as_array()?
                .iter()
                .map(|exception| Some((text_of(exception.get("crate")?)?, texts(exception.get("allow")?)?)))
                .collect::<Option<_>>()?,
            banned: table
                .get("bans")?
                .get("deny")?
                .as_array()?
                .iter()
                .map(|ban| Some((text_of(ban.get("crate")?)?, text_of(ban.get("reason")?)?)))
                .collect::<Option<_>>()?,
        })
    }

    /// What is wrong with a package of others, if anything.
    fn complaint(&self, package: &Package) -> Option<String> {
        let Package { name, version, .. } = package;
        if let Some((_, reason)) = self.banned.iter().find(|(banned, _)| banned == name) {
            return Some(format!("{name} {version} is banned: {reason}"));
        }
        if package.source.as_deref() != Some(CRATES_IO) {
            return Some(format!("{name} {version} does not come from crates.io"));
        }
        let licence = package.licence.as_deref().unwrap_or("no licence");
        if !self.allows(name, licence) {
            return Some(format!("{name} {version} has the licence `{licence}`, which deny.toml does not allow"));
        }
        None
    }

    /// Whether a package may have the licence that an SPDX expression gives it; the old form `MIT/Apache-2.0` counts.
    fn allows(&self, package: &str, expression: &str) -> bool {
        let exceptions =
            self.exceptions.iter().filter(|(excepted, _)| excepted == package).flat_map(|(_, licences)| licences);
        let allowed: Vec<&String> = self.licences.iter().chain(exceptions).collect();
        Expression::parse_mode(expression, ParseMode::LAX)
            .is_ok_and(|expression| expression.evaluate(|wanted| allowed.contains(&&wanted.to_string())))
    }
}

fn text_of(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(text_of).collect()
}

/// The packages that end up in the default program on this platform.
fn program_packages() -> Result<BTreeSet<String>> {
    let tree = cargo("tree --package tessera --edges normal --prefix none --format {p}").output()?;
    Ok(tree.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).filter(|line| !line.is_empty()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> Policy {
        Policy::parse(
            r#"
            [licenses]
            allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
            exceptions = [{ crate = "passkeys", allow = ["MPL-2.0"] }]
            [bans]
            deny = [{ crate = "openssl", reason = "rustls" }]
            "#,
        )
        .unwrap()
    }

    fn package(name: &str, licence: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: Some(licence.to_owned()),
            source: Some(CRATES_IO.to_owned()),
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn licence_expressions_are_understood() {
        for allowed in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "MIT/Apache-2.0",
            "(MIT OR Zlib) AND Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(policy().allows("any", allowed), "{allowed}");
        }
        for refused in ["GPL-3.0-only", "MIT AND Zlib", "no licence", ""] {
            assert!(!policy().allows("any", refused), "{refused}");
        }
    }

    #[test]
    fn an_exception_is_for_one_package() {
        assert!(policy().allows("passkeys", "MPL-2.0"));
        assert!(!policy().allows("any", "MPL-2.0"));
    }

    #[test]
    fn a_banned_package_is_named_with_the_reason() {
        let complaint = policy().complaint(&package("openssl", "MIT")).unwrap();
        assert_eq!(complaint, "openssl 1.0.0 is banned: rustls");
        assert!(policy().complaint(&package("rustls", "MIT")).is_none());
    }

    #[test]
    fn a_package_from_elsewhere_is_refused() {
        let stray = Package { source: Some("git+https://example.org/stray".to_owned()), ..package("stray", "MIT") };
        assert!(policy().complaint(&stray).unwrap().contains("crates.io"));
    }
}
