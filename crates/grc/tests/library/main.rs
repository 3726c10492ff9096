//! Libraries from the outside: real files, `PyYAML`'s opinion of them, refusals, limits, nonsense.

mod fuzz;
mod limits;
mod pyyaml;
mod refusals;
mod shared;
mod texts;
mod writing;
