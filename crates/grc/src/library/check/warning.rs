//! One piece of advice.

use crate::library::yaml::Position;
use std::fmt;

/// Something that an author may want to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Where it stands; line 0 when the file as a whole is meant.
    pub at: Position,
    /// Key path, as `objects.framework.requirement_nodes[3]`; empty for the file as a whole.
    pub path: String,
    /// A stable code, for programs.
    pub code: &'static str,
    /// What to mend, in words.
    pub message: String,
}

impl fmt::Display for Warning {
    /// `42:7: objects.threats[3]: …`, to be put behind the name of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.at.line > 0 {
            write!(f, "{}:{}: ", self.at.line, self.at.column)?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)
    }
}
