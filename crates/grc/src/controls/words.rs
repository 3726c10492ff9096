//! Codes of controls and the words for them, as the contract has them.

use engine::declare::Choices;

pub(super) const STATUS: Choices = &[
    ("to_do", "To do"),
    ("in_progress", "In progress"),
    ("on_hold", "On hold"),
    ("active", "Active"),
    ("degraded", "Degraded"),
    ("deprecated", "Deprecated"),
    ("--", "Undefined"),
];
pub(super) const PRIORITY: Choices = &[("1", "P1"), ("2", "P2"), ("3", "P3"), ("4", "P4")];
pub(crate) const CATEGORY: Choices = &[
    ("policy", "Policy"),
    ("process", "Process"),
    ("technical", "Technical"),
    ("physical", "Physical"),
    ("procedure", "Procedure"),
];
pub(crate) const CSF_FUNCTION: Choices = &[
    ("govern", "Govern"),
    ("identify", "Identify"),
    ("protect", "Protect"),
    ("detect", "Detect"),
    ("respond", "Respond"),
    ("recover", "Recover"),
];
pub(super) const EFFORT: Choices =
    &[("XS", "Extra Small"), ("S", "Small"), ("M", "Medium"), ("L", "Large"), ("XL", "Extra Large")];
pub(super) const IMPACT: Choices =
    &[("1", "Very Low"), ("2", "Low"), ("3", "Medium"), ("4", "High"), ("5", "Very High")];
