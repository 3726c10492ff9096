//! What a token may do of what its owner may: kinds and verbs, domains, addresses.
//!
//! Limits can only take away: what a token may do is what its owner may do at that moment,
//! cut down. Absent means no limit; an empty list means nothing at all.

use crate::client_address::Network;
use engine::access::{Grants, Limits as GrantLimits};
use engine::{ApiError, Body, Context, FieldErrors, Registry, Verb};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::net::IpAddr;
use uuid::Uuid;

/// The limits of one token, as they are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenLimits {
    /// `assets:read`, `*:write`, …
    pub scopes: Option<Vec<Scope>>,
    /// Domains, and whether those below count too.
    pub domains: Option<Vec<Domain>>,
    /// Networks from which it may be used.
    pub addresses: Option<Vec<Network>>,
}

/// One domain of a token's bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Domain {
    /// The folder.
    pub id: Uuid,
    /// Whether the folders below it count too.
    pub recursive: bool,
}

/// One line of the scope language: a kind of object (or `*`) and what may be done to it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    kind: String,
    access: ScopeAccess,
}

/// What may be done. Writing and deleting include reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum ScopeAccess {
    Read,
    Write,
    Delete,
}

impl std::str::FromStr for Scope {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (kind, access) = text.split_once(':').ok_or(())?;
        let plain = |c: char| c.is_ascii_lowercase() || c == '-';
        if kind != "*" && (kind.is_empty() || !kind.chars().all(plain)) {
            return Err(());
        }
        let access = match access {
            "read" => ScopeAccess::Read,
            "write" => ScopeAccess::Write,
            "delete" => ScopeAccess::Delete,
            _ => return Err(()),
        };
        Ok(Self { kind: kind.to_owned(), access })
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let access = match self.access {
            ScopeAccess::Read => "read",
            ScopeAccess::Write => "write",
            ScopeAccess::Delete => "delete",
        };
        write!(f, "{}:{access}", self.kind)
    }
}

impl Scope {
    /// Whether a permission codename is within the scope.
    fn gives(&self, registry: &Registry, codename: &str) -> bool {
        let reads = codename.starts_with("view_");
        let deletes = codename.starts_with("delete_");
        let fits = match self.access {
            ScopeAccess::Read => reads,
            ScopeAccess::Write => !deletes,
            ScopeAccess::Delete => reads || deletes,
        };
        if self.kind == "*" {
            return fits;
        }
        let Some(resource) = registry.get(&self.kind) else { return false };
        fits && Verb::ALL.iter().any(|verb| resource.codename(*verb) == codename)
    }
}

impl TokenLimits {
    /// Whether nothing is limited.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Reads the limits of a creation's body: `scopes`, `domains`, `include_subdomains`,
    /// `allowed_ips`.
    pub fn of_body(ctx: &Context, body: &Body) -> Result<Self, ApiError> {
        let mut errors = FieldErrors::default();
        let scopes = list(body, "scopes", &mut errors, |text| {
            let scope: Scope = text
                .parse()
                .map_err(|()| format!("{text} is no scope. Write kind:read, kind:write or kind:delete."))?;
            let known = scope.kind == "*" || ctx.engine.registry().get(&scope.kind).is_some();
            if known { Ok(scope) } else { Err(format!("There is no kind {}.", scope.kind)) }
        });
        let recursive = match body.get("include_subdomains") {
            None | Some(Value::Null) => true,
            Some(Value::Bool(value)) => *value,
            Some(_) => {
                errors.add("include_subdomains", "Must be a valid boolean.");
                true
            }
        };
        let folders = ctx.engine.registry().get("folders").map(|folders| ctx.access(folders, Verb::View));
        let domains = list(body, "domains", &mut errors, |text| {
            let id: Uuid = text.parse().map_err(|_| format!("“{text}” is not a valid UUID."))?;
            let exists = ctx.principal.grants().tree().get(id).is_some();
            let seen = exists && folders.as_ref().is_some_and(|access| access.shows_folder(id));
            if seen {
                Ok(Domain { id, recursive })
            } else {
                Err(format!("Invalid pk \"{id}\" - object does not exist."))
            }
        });
        let addresses = list(body, "allowed_ips", &mut errors, |text| {
            text.parse::<Network>().map_err(|error| format!("{text}: {error}"))
        });
        errors.into_result()?;
        Ok(Self { scopes, domains, addresses })
    }

    /// Reads what is stored. What cannot be read limits to nothing.
    pub fn of_row(scopes: Option<Value>, domains: Option<Value>, addresses: Option<Value>) -> Self {
        let texts = |value: &Value| {
            value.as_array().into_iter().flatten().filter_map(|one| one.as_str().map(str::to_owned)).collect::<Vec<_>>()
        };
        Self {
            scopes: scopes.map(|value| texts(&value).iter().filter_map(|text| text.parse().ok()).collect()),
            domains: domains.map(|value| serde_json::from_value(value).unwrap_or_default()),
            addresses: addresses.map(|value| texts(&value).iter().filter_map(|text| text.parse().ok()).collect()),
        }
    }

    /// The three values as they are stored and shown.
    pub fn to_json(&self) -> (Option<Value>, Option<Value>, Option<Value>) {
        let scopes = self.scopes.as_ref().map(|list| list.iter().map(|scope| json!(scope.to_string())).collect());
        let domains = self.domains.as_ref().map(|list| json!(list));
        let addresses = self.addresses.as_ref().map(|list| list.iter().map(|net| json!(net.to_string())).collect());
        (scopes, domains, addresses)
    }

    /// Whether the token may be used from this address.
    pub fn admits(&self, address: Option<IpAddr>) -> bool {
        match (&self.addresses, address) {
            (None, _) => true,
            (Some(networks), Some(address)) => networks.iter().any(|network| network.contains(address)),
            (Some(_), None) => false,
        }
    }

    /// What is left of the owner's grants.
    pub fn apply(&self, registry: &Registry, grants: &Grants) -> Grants {
        let codenames = self.scopes.as_ref().map(|scopes| {
            let held = grants.all_codenames().into_iter();
            held.filter(|codename| scopes.iter().any(|scope| scope.gives(registry, codename)))
                .map(str::to_owned)
                .collect::<HashSet<String>>()
        });
        let folders =
            self.domains.as_ref().map(|list| list.iter().map(|domain| (domain.id, domain.recursive)).collect());
        grants.restricted(&GrantLimits { codenames, folders })
    }
}

/// A list of texts in a body, each read by `read`; absent or null means no limit.
fn list<T>(
    body: &Body,
    name: &'static str,
    errors: &mut FieldErrors,
    read: impl Fn(&str) -> Result<T, String>,
) -> Option<Vec<T>> {
    const MOST: usize = 100;
    match body.get(name) {
        None | Some(Value::Null) => None,
        Some(Value::Array(list)) if list.len() <= MOST => {
            let mut found = Vec::new();
            for one in list {
                match one.as_str().ok_or_else(|| "Not a valid string.".to_owned()).and_then(&read) {
                    Ok(one) => found.push(one),
                    Err(sentence) => errors.add(name, sentence),
                }
            }
            Some(found)
        }
        Some(Value::Array(_)) => {
            errors.add(name, format!("At most {MOST} entries."));
            None
        }
        Some(_) => {
            errors.add(name, "Expected a list of items.");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, TokenLimits};
    use serde_json::json;

    #[test]
    fn scopes_are_a_kind_and_an_access() {
        for good in ["assets:read", "*:write", "role-assignments:delete"] {
            assert_eq!(good.parse::<Scope>().map(|scope| scope.to_string()).as_deref(), Ok(good));
        }
        for bad in [
            "",
            "assets",
            ":read",
            "assets:",
            "assets:READ",
            "Assets:read",
            "a b:read",
            "assets:read:write",
            "**:read",
            "*",
        ] {
            assert!(bad.parse::<Scope>().is_err(), "{bad}");
        }
    }

    #[test]
    fn what_cannot_be_read_limits_to_nothing() {
        let limits = TokenLimits::of_row(Some(json!({})), Some(json!("x")), Some(json!(["nonsense"])));
        assert_eq!(limits.scopes.as_deref(), Some(&[][..]));
        assert_eq!(limits.domains.as_deref(), Some(&[][..]));
        assert!(!limits.admits("127.0.0.1".parse().ok()));
        assert!(TokenLimits::of_row(None, None, None).is_none());
    }
}
