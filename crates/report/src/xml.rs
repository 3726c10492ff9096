//! Text inside XML and HTML.

use std::borrow::Cow;

/// A text with what XML reserves escaped and what XML 1.0 cannot hold left out.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    if !text.contains(|character| matches!(character, '&' | '<' | '>' | '"' | '\'') || !allowed(character)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            character if allowed(character) => out.push(character),
            _ => {}
        }
    }
    Cow::Owned(out)
}

/// What XML 1.0 can hold, less the control characters that nobody can see.
fn allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r') || !character.is_control() && !matches!(character, '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn markup_is_escaped_and_controls_are_left_out() {
        assert_eq!(escaped("a<b>&\"'\u{1}\u{b}\u{ffff}é😀"), "a&lt;b&gt;&amp;&quot;&#39;é😀");
        assert_eq!(escaped("plain\n"), "plain\n");
    }
}
