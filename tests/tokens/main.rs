//! Tokens beyond name and expiry: limits, rotation, policy, administration, leaks; second factors and passkeys.

mod administration;
mod adversarial;
mod authenticator;
mod limits;
mod model;
mod notices;
mod of_everybody;
mod passkeys;
mod rotation;
mod second_factor;
mod secret_scanning;
mod service_accounts;
