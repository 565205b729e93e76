//! What a guest wrote last, for the message that tells of its failure.

use std::path::Path;

/// How much of the log is told, in lines.
const LINES: usize = 25;

/// The last lines of a guest's log, if it wrote any.
pub(super) fn end(log: &Path) -> Option<String> {
    let log = std::fs::read(log).ok()?;
    let log = String::from_utf8_lossy(&log);
    let written = log.lines().map(str::trim_end);
    let lines: Vec<&str> = written.filter(|line| !line.is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    (!last.is_empty()).then(|| last.join("\n"))
}

#[cfg(test)]
mod tests {
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
}
