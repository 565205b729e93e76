//! The times of the phases of a run, for `--trace-phases`.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use glib::{LogField, LogWriterOutput};
use libvirt_sandbox::LOG_DOMAIN;
use nix::time::{ClockId, clock_gettime};
use nix::unistd::{SysconfVar, sysconf};

/// Collects the phases that the library tells of, and this program's own, if that is wanted.
#[derive(Clone, Debug, Default)]
pub struct Trace(Option<Arc<Mutex<Table>>>);

/// Phases in microseconds of GLib's monotonic clock. Each begins where the one before has ended.
#[derive(Debug)]
struct Table {
    begin: i64,
    ends: Vec<(String, i64)>,
}

impl Trace {
    /// Starts with what this process has done so far.
    pub fn start() -> Self {
        let now = glib::monotonic_time();
        let trace = Self(Some(Arc::new(Mutex::new(Table {
            begin: now - age(),
            ends: vec![("load".into(), now)],
        }))));
        let listener = trace.clone();
        glib::log_set_writer_func(move |level, fields| match phase(fields) {
            Some((name, end)) => {
                listener.add(name, end);
                LogWriterOutput::Handled
            }
            None => glib::log_writer_default(level, fields),
        });
        trace
    }

    /// Says that a phase has ended now.
    pub fn end(&self, phase: &str) {
        self.add(phase, glib::monotonic_time());
    }

    /// Prints the table on standard error.
    pub fn print(&self) {
        if let Some(table) = self.table() {
            // Nobody may be there to read it.
            let _ = write!(io::stderr(), "{}", *table);
        }
    }

    fn add(&self, phase: &str, end: i64) {
        if let Some(mut table) = self.table() {
            table.add(phase, end);
        }
    }

    fn table(&self) -> Option<MutexGuard<'_, Table>> {
        let table = self.0.as_ref()?;
        Some(table.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// For how many microseconds there has been this process.
fn age() -> i64 {
    let read =
        |clock| clock_gettime(clock).map(|time| time.tv_sec() * 1_000_000 + time.tv_nsec() / 1000);
    let used = read(ClockId::CLOCK_PROCESS_CPUTIME_ID).unwrap_or(0);
    let tick = sysconf(SysconfVar::CLK_TCK).ok().flatten();
    let tick = 1_000_000 / tick.filter(|ticks| *ticks > 0).unwrap_or(100);
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let begin = begin_in_ticks(&stat).map(|ticks| ticks.saturating_mul(tick));
    match (read(ClockId::CLOCK_BOOTTIME), begin) {
        // A tick is too long for a measure, but the processor time is one only as long as the process need not wait.
        (Ok(now), Some(begin)) => used.max(now - begin - tick),
        _ => used,
    }
}

/// When a process began, as its line in /proc tells. The second field is a name that can have anything in it.
fn begin_in_ticks(stat: &str) -> Option<i64> {
    let (_, fields) = stat.rsplit_once(')')?;
    fields.split_whitespace().nth(19)?.parse().ok()
}

/// The name and the end of a phase, if the message tells of one.
fn phase<'a>(fields: &'a [LogField<'_>]) -> Option<(&'a str, i64)> {
    let field = |key| fields.iter().find(|field| field.key() == key)?.value_str();
    let number = |key| field(key)?.parse::<i64>().ok();
    if field("GLIB_DOMAIN") != Some(LOG_DOMAIN) {
        return None;
    }
    let (start, duration) = (
        number("SANDBOX_PHASE_START")?,
        number("SANDBOX_PHASE_DURATION")?,
    );
    Some((field("SANDBOX_PHASE")?, start.checked_add(duration)?))
}

impl Table {
    fn add(&mut self, phase: &str, end: i64) {
        match self.ends.last_mut() {
            // A second try.
            Some((last, last_end)) if last == phase => *last_end = end.max(*last_end),
            last => {
                let begin = last.map_or(self.begin, |(_, end)| *end);
                self.ends.push((phase.into(), end.max(begin)));
            }
        }
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let milliseconds = |microseconds: i64| microseconds as f64 / 1000.0;
        writeln!(f, "{:<12}{:>12}{:>12}  (ms)", "phase", "start", "duration")?;
        let mut line = |phase: &str, begin: i64, end: i64| {
            let (start, duration) = (milliseconds(begin - self.begin), milliseconds(end - begin));
            writeln!(f, "{phase:<12}{start:>12.3}{duration:>12.3}")
        };
        let mut begin = self.begin;
        for (phase, end) in &self.ends {
            line(phase, begin, *end)?;
            begin = *end;
        }
        line("total", self.begin, begin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_knows_its_age() {
        let stat = "7 (a) b (c)) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4070 9 9";
        assert_eq!(begin_in_ticks(stat), Some(4070));
        assert_eq!(begin_in_ticks(""), None);
        let (before, begin) = (age(), glib::monotonic_time());
        while glib::monotonic_time() == begin {}
        assert!(0 < before && before < age());
    }

    #[test]
    fn phases_follow_one_another() {
        let mut table = Table {
            begin: 1_000,
            ends: Vec::new(),
        };
        for (phase, end) in [
            ("load", 2_500),
            ("build", 3_000),
            ("build", 5_000),
            ("create", 4_000),
        ] {
            table.add(phase, end);
        }
        let text = table.to_string();
        let lines: Vec<Vec<_>> = text
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        let expected = [
            vec!["phase", "start", "duration", "(ms)"],
            vec!["load", "0.000", "1.500"],
            vec!["build", "1.500", "2.500"],
            vec!["create", "4.000", "0.000"],
            vec!["total", "0.000", "4.000"],
        ];
        assert_eq!(lines, expected);
    }
}
