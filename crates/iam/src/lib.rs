//! Who you are: sign-in, sessions, personal access tokens, roles, groups, folder grants.
//!
//! What belongs here: proving who somebody is ([`authenticate`]), what they were granted
//! ([`directory`]), and the people behind it ([`people`]). What does not: rows of the domain,
//! and HTTP; the server hands over header values and takes [`engine::Principal`]s.

pub mod account;
pub mod authenticate;
pub mod bootstrap;
pub mod client_address;
pub mod confirm;
pub mod current_user;
pub mod directory;
pub mod explain;
pub mod groups;
pub mod header;
pub mod mail;
pub mod passkeys;
pub mod password;
pub mod people;
pub mod preferences;
pub mod rate;
pub mod redact;
pub mod refusal;
pub mod reset;
pub mod second_factor;
pub mod secret;
pub mod sessions;
pub mod setup;
pub mod sign_in;
pub mod throttle;
pub mod tokens;
pub mod usage;

pub mod service_accounts;

mod name;
mod service;

pub use service::{Iam, Policy};
