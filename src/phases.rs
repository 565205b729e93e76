//! Tells how long each phase of a run took, in structured messages of the log.

use std::sync::{Mutex, MutexGuard, PoisonError};

use glib::{GString, LogField, LogLevel, gstr};
use sandbox_plan::SetupTimes;

/// What is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Files and the domain's XML are made.
    Build,
    /// libvirt starts the domain.
    Create,
    /// The guest gets ready. Its own times tell the parts of it.
    Boot,
    /// The program runs.
    Program,
    /// The last output is on its way to the caller.
    Drain,
    /// The sandbox is removed.
    Stop,
}

/// The phases of one run. What is under way when this is dropped has ended.
#[derive(Debug)]
pub(crate) struct Phases {
    sandbox: String,
    /// Containers have no kernel of their own.
    has_kernel: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// What is under way, and since when by GLib's monotonic clock.
    current: Option<(Phase, i64)>,
    times: Option<SetupTimes>,
}

/// A name and a duration in microseconds.
type Part = (&'static str, i64);

impl Phases {
    /// Begins with [`Phase::Build`].
    pub fn begin(sandbox: String, has_kernel: bool) -> Self {
        Self {
            sandbox,
            has_kernel,
            state: Mutex::new(State {
                current: Some((Phase::Build, glib::monotonic_time())),
                times: None,
            }),
        }
    }

    /// Goes on with another phase, and tells of the one that has ended.
    pub fn enter(&self, phase: Phase) {
        self.replace(Some(phase));
    }

    /// Tells of the phase that has ended. Nothing is measured until the next one.
    pub fn end(&self) {
        self.replace(None);
    }

    /// Takes what is known about a guest: the times that it told, and whether it is ready.
    pub fn heard(&self, times: Option<SetupTimes>, is_ready: bool) {
        let mut state = self.lock();
        if let Some((Phase::Boot, _)) = state.current {
            state.times = times;
            drop(state);
            if is_ready && times.is_some() {
                self.enter(Phase::Program);
            }
        }
    }

    fn replace(&self, phase: Option<Phase>) {
        let now = glib::monotonic_time();
        let mut state = self.lock();
        let ended = state.current.take();
        state.current = phase.map(|phase| (phase, now));
        let times = state.times;
        // Whoever listens may stop the sandbox.
        drop(state);
        let Some((ended, mut start)) = ended else {
            return;
        };
        let duration = now - start;
        let parts = match ended {
            Phase::Build => vec![("build", duration)],
            Phase::Create => vec![("create", duration)],
            Phase::Boot => {
                let mut parts = boot_parts(duration, times, self.has_kernel);
                // Of one that failed only what it came to.
                parts.retain(|(_, duration)| phase == Some(Phase::Program) || *duration > 0);
                parts
            }
            Phase::Program => vec![("program", duration)],
            Phase::Drain => vec![("drain", duration)],
            Phase::Stop => vec![("stop", duration)],
        };
        for (name, duration) in parts {
            self.tell(name, start, duration);
            start += duration;
        }
    }

    fn tell(&self, name: &str, start: i64, duration: i64) {
        let text = format!(
            "phase {name} of sandbox '{}' took {duration} µs",
            self.sandbox
        );
        // GLib reads the domain up to a NUL, whatever the length of the field is.
        let domain = GString::from(crate::log::LOG_DOMAIN);
        glib::log_structured_array(
            LogLevel::Debug,
            &[
                LogField::new(gstr!("MESSAGE"), text.as_bytes()),
                LogField::new(gstr!("GLIB_DOMAIN"), domain.as_bytes()),
                LogField::new(gstr!("PRIORITY"), b"7"),
                LogField::new(gstr!("SANDBOX_NAME"), self.sandbox.as_bytes()),
                LogField::new(gstr!("SANDBOX_PHASE"), name.as_bytes()),
                LogField::new(gstr!("SANDBOX_PHASE_START"), start.to_string().as_bytes()),
                LogField::new(
                    gstr!("SANDBOX_PHASE_DURATION"),
                    duration.to_string().as_bytes(),
                ),
            ],
        );
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Phases {
    fn drop(&mut self) {
        self.end();
    }
}

/// Divides the `span` microseconds that the host has waited for a guest.
///
/// What the guest says ends when the host heard of it, and is cut to the time there was: the guest may lie, and a container sets
/// itself up while libvirt still creates it.
fn boot_parts(span: i64, times: Option<SetupTimes>, has_kernel: bool) -> Vec<Part> {
    let times = times.unwrap_or_default();
    let mut left = span;
    let mut cut = |told: u32| {
        let part = left.min(told.into());
        left -= part;
        part
    };
    let (network, mounts) = (cut(times.network), cut(times.mounts));
    let (modules, init) = (cut(times.modules), cut(times.init));
    let guest = [("mounts", mounts), ("network", network)];
    let before = if has_kernel {
        vec![("kernel", left), ("init", init), ("modules", modules)]
    } else {
        vec![("init", left + init + modules)]
    };
    before.into_iter().chain(guest).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMES: SetupTimes = SetupTimes {
        init: 10,
        modules: 20,
        mounts: 30,
        network: 40,
    };

    #[test]
    fn the_kernel_takes_what_the_guest_does_not_tell() {
        let parts = boot_parts(1000, Some(TIMES), true);
        let expected = [
            ("kernel", 900),
            ("init", 10),
            ("modules", 20),
            ("mounts", 30),
            ("network", 40),
        ];
        assert_eq!(parts, expected);
        let parts = boot_parts(1000, None, true);
        assert_eq!(parts[0], ("kernel", 1000));
        assert_eq!(parts.len(), expected.len());
    }

    #[test]
    fn a_container_has_no_kernel() {
        let parts = boot_parts(1000, Some(TIMES), false);
        let expected = [("init", 930), ("mounts", 30), ("network", 40)];
        assert_eq!(parts, expected);
    }

    #[test]
    fn a_guest_can_not_tell_more_than_there_was() {
        let liar = SetupTimes {
            init: u32::MAX,
            modules: u32::MAX,
            mounts: u32::MAX,
            network: u32::MAX,
        };
        for times in [TIMES, liar] {
            for span in 0..110 {
                for has_kernel in [false, true] {
                    let parts = boot_parts(span, Some(times), has_kernel);
                    let sum: i64 = parts.iter().map(|(_, duration)| duration).sum();
                    assert_eq!(sum, span, "{parts:?}");
                    assert!(
                        parts.iter().all(|(_, duration)| *duration >= 0),
                        "{parts:?}"
                    );
                }
            }
        }
        // What came last is what was waited for.
        let parts = boot_parts(60, Some(TIMES), true);
        assert_eq!(parts[3..], [("mounts", 20), ("network", 40)]);
    }
}
