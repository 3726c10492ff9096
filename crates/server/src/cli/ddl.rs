//! `tessera ddl`: the tables that a declaration implies, to write a migration from.

use super::Failure;
use super::output::say;
use crate::config::nearest;
use engine::{Dialect, schema};

/// Prints the tables and link tables of one resource for both databases.
pub fn run(path: &str) -> Result<(), Failure> {
    let registry = crate::registry();
    let Some(resource) = registry.get(path) else {
        let near = nearest(path, registry.all().iter().map(|resource| resource.path));
        let hint = near.map(|near| format!("; did you mean “{near}”?")).unwrap_or_default();
        return Err(Failure::usage(format!("there is no resource “{path}”{hint}")));
    };
    for (file, dialect) in [("sqlite.sql", Dialect::Sqlite), ("postgres.sql", Dialect::Postgres)] {
        let tables = schema::ddl(&registry, resource, dialect);
        let links = schema::link_ddl(&registry, resource, dialect);
        say(&format!("-- {file}\n{tables}{links}"))?;
    }
    Ok(())
}
