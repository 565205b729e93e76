//! What this program itself has to say, on standard error.

use std::io::{self, Write};

use sandbox_plan::visible;

/// Writes what has its own form.
pub fn print(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes a message. Where nobody can read it, the exit status tells enough.
pub fn say(message: &str) {
    let message = harmless(message);
    let _ = writeln!(io::stderr(), "virt-sandbox: {message}");
}

/// A message that does nothing to a terminal, whatever names are in it: controls are shown, and no line but the first begins
/// like one of this program.
fn harmless(message: &str) -> String {
    let lines = message.split('\n').map(visible);
    lines.collect::<Vec<_>>().join("\n  ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_text_and_one_message() {
        assert_eq!(
            harmless("no \x1b]0;T\x07\nvirt-sandbox: forged"),
            "no \\u{1b}]0;T\\u{7}\n  virt-sandbox: forged"
        );
    }
}
