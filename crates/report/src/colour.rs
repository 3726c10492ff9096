//! Colours of reports: one palette for all formats. A colour never stands alone; a word says the same beside it.

/// A colour by its red, green and blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    pub(crate) const INK: Self = Self(31, 41, 55);
    pub(crate) const MUTED: Self = Self(91, 100, 114);
    pub(crate) const ACCENT: Self = Self(30, 58, 138);
    pub(crate) const LINE: Self = Self(209, 213, 219);
    pub(crate) const TINT: Self = Self(243, 244, 246);
    pub(crate) const BLACK: Self = Self(0, 0, 0);
    pub(crate) const WHITE: Self = Self(255, 255, 255);

    pub(crate) const GREEN: Self = Self(22, 140, 70);
    pub(crate) const AMBER: Self = Self(234, 160, 8);
    pub(crate) const RED: Self = Self(206, 38, 38);
    pub(crate) const BLUE: Self = Self(37, 99, 235);
    pub(crate) const GREY: Self = Self(170, 176, 186);
    pub(crate) const SLATE: Self = Self(71, 85, 105);

    /// Six hexadecimal digits, as OOXML wants them.
    pub(crate) fn hex(self) -> String {
        format!("{:02X}{:02X}{:02X}", self.0, self.1, self.2)
    }
}
