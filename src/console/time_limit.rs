//! How long a program may run, and how far that is.

use std::time::{Duration, Instant};

/// How long a program may take to end that was told to.
const GRACE: Duration = Duration::from_secs(5);

/// The longest time that a callback of the main loop can be put off.
const LONGEST_WAIT: Duration = Duration::from_millis(u32::MAX as u64);

/// The time that a program has from the start of its sandbox on.
#[derive(Clone, Copy, Debug)]
pub struct TimeLimit {
    limit: Duration,
    /// When the next thing is to be done; never, when the clock doesn't go so far.
    due: Option<Instant>,
    expired: bool,
}

/// What is to be done about the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Wait so long.
    Wait(Duration),
    /// Tell the program to end.
    Tell,
    /// End the sandbox.
    End,
}

impl TimeLimit {
    /// Starts the clock.
    pub fn start(limit: Duration) -> Self {
        Self {
            limit,
            due: Instant::now().checked_add(limit),
            expired: false,
        }
    }

    /// The time that there was.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Whether the time was over before the program ended.
    pub fn has_expired(&self) -> bool {
        self.expired
    }

    /// What is to be done at `now`; a program that is told gets some more time.
    pub fn advance(&mut self, now: Instant) -> Due {
        let left = self
            .due
            .map_or(LONGEST_WAIT, |due| due.saturating_duration_since(now));
        if !left.is_zero() {
            // A callback of the main loop comes early by what is less than a millisecond.
            return Due::Wait(left.clamp(Duration::from_millis(1), LONGEST_WAIT));
        }
        if self.expired {
            return Due::End;
        }
        self.expired = true;
        self.due = now.checked_add(GRACE);
        Due::Tell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_told_first() {
        let start = Instant::now();
        let mut limit = TimeLimit::start(Duration::from_secs(3600));
        assert!(matches!(limit.advance(start), Due::Wait(left) if left.as_secs() >= 3599));
        let later = start + Duration::from_secs(3700);
        assert!(!limit.has_expired());
        assert_eq!(limit.advance(later), Due::Tell);
        assert!(limit.has_expired());
        assert_eq!(limit.advance(later), Due::Wait(GRACE));
        assert_eq!(limit.advance(later + GRACE), Due::End);
    }

    #[test]
    fn more_than_the_clock_can_tell_is_waited_for() {
        let mut limit = TimeLimit::start(Duration::MAX);
        assert_eq!(limit.advance(Instant::now()), Due::Wait(LONGEST_WAIT));
        let mut limit = TimeLimit::start(Duration::from_secs(100 * 86400));
        assert_eq!(limit.advance(Instant::now()), Due::Wait(LONGEST_WAIT));
    }
}
