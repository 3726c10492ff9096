//! How much one file may ask of us.

/// Limits of one reading. The defaults let every real library through with room to spare.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Size of the file, and of its text once aliases are written out.
    pub bytes: usize,
    /// Values in the file, and values once aliases are written out.
    pub nodes: usize,
    /// How deep lists and maps, and requirements, may lie in each other.
    pub depth: usize,
    /// How many problems are reported before the reader stops looking.
    pub problems: usize,
}

impl Default for Limits {
    /// 64 MiB, a million values, 64 levels, 100 problems.
    fn default() -> Self {
        Self { bytes: 64 << 20, nodes: 1_000_000, depth: 64, problems: 100 }
    }
}
