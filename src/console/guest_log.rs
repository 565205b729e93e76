//! What a guest wrote last, for the message that tells of its failure.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

/// How much of the log is told, in lines.
const LINES: usize = 25;

/// How much of its end is read, in bytes: a guest can write as much as it likes.
const TAIL: u64 = 64 * 1024;

/// What the kernel says when it gives up. The registers that it tells then are more than the last lines.
const PANIC: &str = "Kernel panic - ";

/// The last lines of a guest's log, if it wrote any, and before them why its kernel gave up.
pub(crate) fn end(log: &Path) -> Option<String> {
    let mut log = File::open(log).ok()?;
    let length = log.metadata().ok()?.len();
    log.seek(SeekFrom::Start(length.saturating_sub(TAIL)))
        .ok()?;
    let mut tail = Vec::new();
    log.take(TAIL).read_to_end(&mut tail).ok()?;
    let log = String::from_utf8_lossy(&tail);
    let written = log.lines().map(str::trim_end);
    let lines: Vec<&str> = written.filter(|line| !line.is_empty()).collect();
    let (before, last) = lines.split_at(lines.len().saturating_sub(LINES));
    let panic = before.iter().rfind(|line| line.contains(PANIC));
    let told: Vec<&str> = panic.into_iter().chain(last).copied().collect();
    (!told.is_empty()).then(|| printable(&told.join("\n")))
}

/// The text without what does something to a terminal, turns the direction of writing, or ends a string in C: a guest says
/// what it likes.
pub(crate) fn printable(text: &str) -> String {
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let harmless = |c: char| !(c.is_control() || turns(c)) || matches!(c, '\n' | '\t');
    text.chars()
        .map(|c| {
            if harmless(c) {
                c
            } else {
                char::REPLACEMENT_CHARACTER
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_last_lines_are_told() {
        let log = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(end(log.path()), None);
        std::fs::write(log.path(), "first\n\nline\r\n".repeat(LINES)).unwrap();
        let end = end(log.path()).unwrap();
        assert_eq!(end.lines().count(), LINES);
        assert!(end.starts_with("line\nfirst\n") && end.ends_with("line"));
    }

    #[test]
    fn a_panic_is_told_however_long_ago_it_was() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let panic = "[    9.1] Kernel panic - not syncing: sysrq triggered crash\n";
        std::fs::write(log.path(), panic.to_owned() + &"register\n".repeat(LINES)).unwrap();
        let end = end(log.path()).unwrap();
        assert_eq!(end.lines().count(), LINES + 1);
        assert!(end.starts_with(panic));
    }

    #[test]
    fn a_terminal_is_safe_from_what_a_guest_writes() {
        let log = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(log.path(), "a\x1b]0;title\x07b\0\u{9b}2J\tc\r\n").unwrap();
        let told = "a\u{fffd}]0;title\u{fffd}b\u{fffd}\u{fffd}2J\tc";
        assert_eq!(end(log.path()).as_deref(), Some(told));
    }

    #[test]
    fn a_log_of_any_size_is_read_at_its_end() {
        let log = tempfile::NamedTempFile::new().unwrap();
        log.as_file().set_len(1 << 40).unwrap();
        let mut file = log.reopen().unwrap();
        file.seek(SeekFrom::End(0)).unwrap();
        file.write_all(b"\nthe end\n").unwrap();
        assert!(end(log.path()).unwrap().ends_with("\nthe end"));
    }
}
