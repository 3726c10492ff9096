//! The typeface of reports: Noto Sans in two weights, embedded (licence beside the files in `fonts/`). What belongs here:
//! which character is which glyph, and how wide a text is.

use std::{collections::HashMap, sync::LazyLock};

use krilla::text::Font;
use skrifa::{FontRef, MetadataProvider, instance::LocationRef, instance::Size};

static REGULAR: LazyLock<Face> = LazyLock::new(|| Face::read(include_bytes!("../fonts/NotoSans-Regular.ttf")));
static BOLD: LazyLock<Face> = LazyLock::new(|| Face::read(include_bytes!("../fonts/NotoSans-Bold.ttf")));

/// One weight of the typeface.
pub(crate) struct Face {
    /// None where the embedded file cannot be read, which a test rules out.
    pub font: Option<Font>,
    glyphs: HashMap<char, Glyph>,
}

/// A glyph by its number, with its width at size 1.
#[derive(Clone, Copy)]
pub(crate) struct Glyph {
    pub id: u32,
    pub advance: f32,
}

impl Face {
    pub(crate) fn of(strong: bool) -> &'static Self {
        if strong { &BOLD } else { &REGULAR }
    }

    fn read(bytes: &'static [u8]) -> Self {
        let mut glyphs = HashMap::new();
        if let Ok(font) = FontRef::new(bytes) {
            let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
            for (code, id) in font.charmap().mappings() {
                if let (Some(character), Some(advance)) = (char::from_u32(code), metrics.advance_width(id)) {
                    glyphs.insert(character, Glyph { id: id.to_u32(), advance });
                }
            }
        }
        Self { font: Font::new(bytes.into(), 0), glyphs }
    }

    pub(crate) fn glyph(&self, character: char) -> Option<Glyph> {
        self.glyphs.get(&character).copied()
    }
}

/// How wide a text is at a size.
pub(crate) fn width(text: &str, size: f32, strong: bool) -> f32 {
    let face = Face::of(strong);
    text.chars().filter_map(|character| face.glyph(character)).map(|glyph| glyph.advance).sum::<f32>() * size
}

/// Characters of a text of one line, whether they take room or not.
const MOST: usize = 1_000;

/// A text of one line, cut with an ellipsis where it is wider than it may be.
pub(crate) fn shortened(text: &str, room: f32, size: f32, strong: bool) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if width(&text, size, strong) <= room && text.chars().nth(MOST).is_none() {
        return text;
    }
    let mut used = width("…", size, strong);
    let kept: String = text
        .chars()
        .take(MOST)
        .take_while(|character| {
            used += width(character.encode_utf8(&mut [0; 4]), size, strong);
            used <= room
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// A text with nothing in it that the typeface cannot show: what has no width goes, tabs become spaces, a few signs are
/// spelt, and the rest becomes the sign for an unknown character.
pub(crate) fn drawable(text: &str) -> String {
    let face = Face::of(false);
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            '\t' | '\r' | '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if invisible(character) => {}
            _ if face.glyph(character).is_some() && !private(character) => out.push(character),
            '\u{a0}' | '\u{202f}' | '\u{2007}' => out.push(' '),
            '→' | '⇒' => out.push_str("->"),
            '←' | '⇐' => out.push_str("<-"),
            '✓' | '✔' | '☑' | '✅' => out.push_str("[x]"),
            '☐' => out.push_str("[ ]"),
            '≥' => out.push_str(">="),
            '≤' => out.push_str("<="),
            '≠' => out.push_str("!="),
            '≈' => out.push('~'),
            '‑' | '−' => out.push('-'),
            '■' | '▪' | '●' | '◦' | '‣' | '➢' => out.push('•'),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

fn invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(character, '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
        || matches!(character, '\u{e0000}'..='\u{e0fff}' | '\u{1f3fb}'..='\u{1f3ff}')
}

fn private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_are_readable_and_know_the_same_characters() {
        for strong in [false, true] {
            assert!(Face::of(strong).font.is_some());
        }
        let missing: Vec<_> = REGULAR.glyphs.keys().filter(|character| BOLD.glyph(**character).is_none()).collect();
        assert!(missing.is_empty(), "{missing:?}");
        for character in "aéßŒ€—…•–’«»„“Ωж\u{a0}±×÷·°£¥©®™§¶†‡‰\u{fffd}".chars()
        {
            assert!(REGULAR.glyph(character).is_some(), "{character:?}");
        }
    }

    #[test]
    fn all_that_is_drawn_has_a_glyph() {
        let text = drawable("a\u{0}\u{7}\tb\u{200d}😀 שלום \u{e000} → ✓ \u{ad}\n");
        assert!(text.chars().all(|character| character == '\n' || REGULAR.glyph(character).is_some()), "{text:?}");
        assert!(text.starts_with("a b"));
    }

    #[test]
    fn long_labels_end_in_an_ellipsis_and_fit() {
        assert_eq!(shortened(&format!("a{}", "\u{301}".repeat(5_000)), 60.0, 8.0, false).chars().count(), MOST + 1);
        let short = shortened("Donaudampfschifffahrtsgesellschaft", 60.0, 8.0, false);
        assert!(short.ends_with('…') && width(&short, 8.0, false) <= 60.0);
    }
}
