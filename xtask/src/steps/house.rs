//! The house: which crate may use which, and which room a thing stays in (docs/architecture.md).

use std::fs;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::paths;
use crate::tools::cargo::{self, Package};

/// Our crates from the top down, each with those of ours it may use. Only `engine` and the program touch `store`.
const MAY_USE: [(&str, &[&str]); 6] = [
    ("tessera", &["grc", "report", "iam", "engine", "store"]),
    ("grc", &["report", "iam", "engine"]),
    ("report", &[]),
    ("iam", &["engine"]),
    ("engine", &["store"]),
    ("store", &[]),
];

/// Crates of others that belong to one room: no SQL above the store, no HTTP below the program.
const AT_HOME: [(&str, &str); 5] = [
    ("rusqlite", "store"),
    ("tokio-postgres", "store"),
    ("deadpool-postgres", "store"),
    ("axum", "tessera"),
    ("tower-http", "tessera"),
];

/// Outside the house: they look at it from without.
const NEIGHBOURS: [&str; 4] = ["bench", "blackbox", "fuzz-entries", "xtask"];

/// How SQL text begins.
const SQL: [&str; 3] = ["SELECT ", "INSERT INTO", "DELETE FROM"];

pub(super) fn check() -> Result<()> {
    let ours: Vec<Package> = cargo::packages()?
        .into_iter()
        .filter(|package| package.source.is_none() && !NEIGHBOURS.contains(&package.name.as_str()))
        .collect();

    let mut complaints: Vec<String> = ours.iter().flat_map(|package| wrong_arrows(package, &ours)).collect();
    sql_in(&paths::root().join("crates/server"), &mut complaints)?;
    ensure!(complaints.is_empty(), "{}", complaints.join("; "));
    Ok(())
}

/// The dependencies that a crate of ours may not have.
fn wrong_arrows(package: &Package, ours: &[Package]) -> Vec<String> {
    let name = package.name.as_str();
    let Some((_, may_use)) = MAY_USE.iter().find(|(ours, _)| *ours == name) else {
        return vec![format!("{name} has no place in the house yet: give it one in xtask/src/steps/house.rs")];
    };
    let is_wrong = |dependency: &&String| {
        let dependency = dependency.as_str();
        let is_ours = ours.iter().any(|package| package.name == dependency);
        let home = AT_HOME.iter().find(|(guest, _)| *guest == dependency);
        (is_ours && !may_use.contains(&dependency)) || home.is_some_and(|(_, home)| *home != name)
    };
    package
        .dependencies
        .iter()
        .filter(is_wrong)
        .map(|dependency| format!("{name} may not depend on {dependency}"))
        .collect()
}

/// Notes each line of Rust below `dir` that holds SQL text.
fn sql_in(dir: &Path, complaints: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            sql_in(&path, complaints)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let shown = path.strip_prefix(paths::root()).unwrap_or(&path).display();
            for (number, line) in fs::read_to_string(&path)?.lines().enumerate() {
                if SQL.iter().any(|sql| line.contains(sql)) {
                    complaints.push(format!("{shown}:{} holds SQL, which belongs to `store`", number + 1));
                }
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, dependencies: &[&str]) -> Package {
        Package {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: None,
            source: None,
            dependencies: dependencies.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn arrows_point_down() {
        let ours = [package("iam", &["engine", "rand"]), package("engine", &["store", "axum", "iam"])];
        assert!(wrong_arrows(&ours[0], &ours).is_empty());
        assert_eq!(wrong_arrows(&ours[1], &ours), ["engine may not depend on axum", "engine may not depend on iam"]);
    }

    #[test]
    fn a_new_crate_needs_a_place() {
        let ours = [package("attic", &[])];
        assert!(wrong_arrows(&ours[0], &ours)[0].contains("no place"));
    }

    #[test]
    fn the_table_itself_points_down() {
        for (place, (_, may_use)) in MAY_USE.iter().enumerate() {
            for used in *may_use {
                let below = MAY_USE.iter().position(|(name, _)| name == used);
                assert!(below > Some(place), "{used}");
            }
        }
    }
}
