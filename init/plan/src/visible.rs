//! Text of others, such as names of files, for a terminal.

/// The text with everything that does something to a terminal, begins a line or turns the direction of writing shown as an
/// escape, as in a string of Rust. Only the tabulator stays.
pub fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_harmless(c) {
            shown.push(c);
        } else {
            shown.extend(c.escape_default());
        }
    }
    shown
}

/// Whether a terminal does nothing with the character but show it.
fn is_harmless(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c == '\t' || !(c.is_control() || turns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_are_shown() {
        assert_eq!(visible("ä b\t\\"), "ä b\t\\");
        assert_eq!(
            visible("\x1b]0;T\x07\nx\r\u{9b}\u{202e}\0\x7f"),
            r"\u{1b}]0;T\u{7}\nx\r\u{9b}\u{202e}\u{0}\u{7f}"
        );
    }
}
