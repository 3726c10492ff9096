//! The outside programs that commands and steps lean on, each behind the few calls that are needed.

pub(crate) mod browser;
pub(crate) mod bucket;
pub(crate) mod cargo;
pub(crate) mod debian;
pub(crate) mod interface;
pub(crate) mod npm;
pub(crate) mod postgres;
pub(crate) mod program;
pub(crate) mod python;
pub(crate) mod stamp;
