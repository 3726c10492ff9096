//! Breaking text into lines.

use crate::face::{self, Face};

/// Characters of a line: far more than any line shows, and no more than a text of an archivable PDF holds, also of marks
/// that take no room.
const MOST: usize = 1_000;

/// A text as lines that are no wider than the room. A line that goes on keeps the space it was broken at, so that readers
/// who hear or copy the text find its words apart. Line ends of the text stay; several empty lines become one.
pub(super) fn broken(text: &str, room: f32, size: f32, strong: bool) -> Vec<String> {
    let text = face::drawable(text);
    let face = Face::of(strong);
    let mut out: Vec<String> = Vec::new();
    for paragraph in text.trim().lines() {
        let paragraph = paragraph.trim_end();
        if paragraph.is_empty() && out.last().is_some_and(String::is_empty) {
            continue;
        }
        let mut line = Line::default();
        for (at, character) in paragraph.char_indices() {
            let advance = face.glyph(character).map_or(0.0, |glyph| glyph.advance * size);
            let full = line.used + advance > room && character != ' ' || line.count >= MOST;
            if full && at > line.start {
                let cut = line.cut(at);
                out.push(paragraph[line.start..cut].to_owned());
                let count = paragraph[cut..at].chars().count();
                line = Line { count, ..line.after(cut, at) };
            }
            line.used += advance;
            line.count += 1;
            line.note(at + character.len_utf8(), character);
        }
        out.push(paragraph[line.start..].to_owned());
    }
    out
}

/// The line being filled: where it starts, how wide it is, and where it may be broken.
#[derive(Default, Clone, Copy)]
struct Line {
    start: usize,
    used: f32,
    count: usize,
    /// After a space or a hyphen: the place, and how much was used up to it.
    good: Option<(usize, f32)>,
    /// After a sign inside a long word, such as an address.
    fair: Option<(usize, f32)>,
}

impl Line {
    fn note(&mut self, after: usize, character: char) {
        match character {
            ' ' | '-' | '–' | '—' => self.good = Some((after, self.used)),
            '/' | '\\' | '_' | ':' | ';' | ',' | '.' | '?' | '&' | '=' | '@' | '|' => {
                self.fair = Some((after, self.used));
            }
            _ => {}
        }
    }

    fn cut(&self, at: usize) -> usize {
        self.good.or(self.fair).map_or(at, |(place, _)| place)
    }

    fn after(self, cut: usize, at: usize) -> Self {
        let base = match self.good.or(self.fair) {
            Some((place, used)) if place == cut => used,
            _ => self.used,
        };
        let later = self.fair.filter(|(place, _)| *place > cut && *place <= at);
        Self {
            start: cut,
            used: self.used - base,
            count: 0,
            good: None,
            fair: later.map(|(place, used)| (place, used - base)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_where_they_can() {
        let lines = broken("one two three four", 40.0, 9.0, false);
        assert_eq!(lines.concat(), "one two three four");
        assert!(lines.len() > 1 && lines.iter().rev().skip(1).all(|line| line.ends_with(' ')), "{lines:?}");
    }

    #[test]
    fn a_word_without_end_is_cut() {
        let lines = broken(&"a".repeat(500), 50.0, 9.0, false);
        assert!(lines.iter().all(|line| face::width(line, 9.0, false) <= 50.0));
        assert_eq!(lines.concat().len(), 500);
    }

    #[test]
    fn what_takes_no_room_is_cut_too() {
        for text in [format!("a{}", "\u{301}".repeat(5_000)), format!("a{}b", " ".repeat(5_000))] {
            let lines = broken(&text, 50.0, 9.0, false);
            assert_eq!(lines.concat(), text);
            assert!(lines.len() >= 5 && lines.iter().all(|line| line.chars().count() <= MOST), "{}", lines.len());
        }
    }

    #[test]
    fn no_room_still_ends() {
        assert_eq!(broken("abc", 0.1, 9.0, false), ["a", "b", "c"]);
    }

    #[test]
    fn line_ends_stay_and_empty_lines_do_not_pile_up() {
        assert_eq!(broken("a\n\n\n\nb\n", 50.0, 9.0, false), ["a", "", "b"]);
    }
}
