//! Tokens beyond name and expiry: limits, rotation, policy, administration, leaks; second factors and passkeys.

mod administration;
mod authenticator;
mod adversarial;
mod limits;
mod passkeys;
mod model;
mod rotation;
mod second_factor;
mod service_accounts;
