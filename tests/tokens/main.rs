//! Tokens beyond name and expiry: limits, rotation, policy, administration, leaks.

mod administration;
mod limits;
mod rotation;
mod second_factor;
mod service_accounts;
