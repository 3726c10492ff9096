//! People, groups, roles and teams.

mod groups;
mod roles;
mod teams;
mod users;
