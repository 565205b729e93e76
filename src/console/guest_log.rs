//! What a guest wrote last, for the message that tells of its failure.

use std::path::Path;

/// How much of the log is told, in lines.
const LINES: usize = 25;

/// What the kernel says when it gives up. The registers that it tells then are more than the last lines.
const PANIC: &str = "Kernel panic - ";

/// The last lines of a guest's log, if it wrote any, and before them why its kernel gave up.
pub(super) fn end(log: &Path) -> Option<String> {
    let log = std::fs::read(log).ok()?;
    let log = String::from_utf8_lossy(&log);
    let written = log.lines().map(str::trim_end);
    let lines: Vec<&str> = written.filter(|line| !line.is_empty()).collect();
    let (before, last) = lines.split_at(lines.len().saturating_sub(LINES));
    let panic = before.iter().rfind(|line| line.contains(PANIC));
    let told: Vec<&str> = panic.into_iter().chain(last).copied().collect();
    (!told.is_empty()).then(|| told.join("\n"))
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

    #[test]
    fn a_panic_is_told_however_long_ago_it_was() {
        let log = tempfile::NamedTempFile::new().unwrap();
        let panic = "[    9.1] Kernel panic - not syncing: sysrq triggered crash\n";
        std::fs::write(log.path(), panic.to_owned() + &"register\n".repeat(LINES)).unwrap();
        let end = end(log.path()).unwrap();
        assert_eq!(end.lines().count(), LINES + 1);
        assert!(end.starts_with(panic));
    }
}
