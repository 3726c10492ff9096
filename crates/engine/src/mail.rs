//! Mail to people, as the rooms above write it. How it leaves, and whether it can, is known where the program is put
//! together.

/// A text to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// What it is about; no names of things, since subjects are shown in many places.
    pub subject: &'static str,
    /// What it says.
    pub text: String,
}

/// The way out for mail.
pub trait Post: Send + Sync {
    /// Hands a letter on, in the background. What cannot be delivered is logged, and nobody's request fails for it.
    fn send(&self, letter: Letter);

    /// Scheme and host that people open, without a slash at the end: what links in letters begin with.
    fn address(&self) -> &str;
}
