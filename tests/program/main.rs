//! The program as a whole: what it writes down, what it promises about repeated and concurrent
//! requests, its command line, its start and its end.

mod audit_chain;
mod audit_entries;
mod audit_reading;
mod command_line;
mod concurrency;
mod conditional;
mod idempotency;
mod manners;
mod nodes;
mod resource;
mod revocation;
mod secrecy;
mod serving;
mod support;
