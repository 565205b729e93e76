//! What this program itself has to say, on standard error.

use std::io::{self, Write};

/// Writes what has its own form.
pub fn print(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Writes a line. Where nobody can read it, the exit status tells enough.
pub fn say(message: &str) {
    let _ = writeln!(io::stderr(), "virt-sandbox: {message}");
}
