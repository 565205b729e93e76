//! Measures how long the parts of the setup take.

use std::time::Instant;

use sandbox_plan::SetupTimes;

/// A part of the setup.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// What belongs to none of the others.
    Init,
    /// Loading kernel modules.
    Modules,
    /// Mounting the root and everything else.
    Mounts,
    /// Setting network interfaces up.
    Network,
}

/// Adds up the time of each part.
#[derive(Debug)]
pub struct Stopwatch {
    part: Part,
    since: Instant,
    times: SetupTimes,
}

impl Stopwatch {
    /// Starts in [`Part::Init`].
    pub fn start() -> Self {
        Self {
            part: Part::Init,
            since: Instant::now(),
            times: SetupTimes::default(),
        }
    }

    /// Goes on with another part.
    pub fn enter(&mut self, part: Part) {
        let now = Instant::now();
        let passed = (now - self.since).as_micros();
        let time = match self.part {
            Part::Init => &mut self.times.init,
            Part::Modules => &mut self.times.modules,
            Part::Mounts => &mut self.times.mounts,
            Part::Network => &mut self.times.network,
        };
        *time = time.saturating_add(passed.try_into().unwrap_or(u32::MAX));
        self.part = part;
        self.since = now;
    }

    /// The times until now.
    pub fn read(&mut self) -> SetupTimes {
        self.enter(self.part);
        self.times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_moment_belongs_to_one_part() {
        let begin = Instant::now();
        let mut stopwatch = Stopwatch::start();
        for part in [
            Part::Modules,
            Part::Mounts,
            Part::Network,
            Part::Mounts,
            Part::Init,
        ] {
            while stopwatch.since.elapsed().as_micros() < 2 {}
            stopwatch.enter(part);
        }
        let times = stopwatch.read();
        let parts = [times.init, times.modules, times.mounts, times.network];
        assert!(parts.iter().all(|part| *part > 0), "{times:?}");
        let sum: u32 = parts.iter().sum();
        assert!(u128::from(sum) <= begin.elapsed().as_micros(), "{times:?}");
    }
}
