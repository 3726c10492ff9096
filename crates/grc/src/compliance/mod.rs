//! Compliance: audits and what is computed in them.

pub mod questionnaire;
