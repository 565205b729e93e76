//! Signals to this process, as events of the main loop.

use std::fs;
use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

use glib::thread_guard::ThreadGuard;
use glib::{ControlFlow, IOCondition, MainContext, Priority};
use nix::sys::signal::{SigSet, Signal};

/// Lets all signals in, whatever the parent has blocked.
pub fn unblock() {
    // The arguments can't be wrong.
    let _ = SigSet::empty().thread_set_mask();
}

/// Those of `signals` that the parent has not had ignored, as nohup and shells do for what shall outlive them.
pub fn heeded(signals: &[Signal]) -> Vec<Signal> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = ignored(&status);
    let is_heeded = |signal: &&Signal| ignored >> (**signal as u32 - 1) & 1 == 0;
    signals.iter().filter(is_heeded).copied().collect()
}

/// The set of ignored signals in the kernel's words about a process.
fn ignored(status: &str) -> u64 {
    let set = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    set.and_then(|set| u64::from_str_radix(set.trim(), 16).ok())
        .unwrap_or_default()
}

/// Calls `react` in `main_context` whenever this process gets one of `signals`, as long as the process lives.
pub fn watch(
    main_context: &MainContext,
    signals: &[Signal],
    react: impl Fn(Signal) + Clone + 'static,
) -> io::Result<()> {
    for &signal in signals {
        let (mut reader, writer) = UnixStream::pair()?;
        reader.set_nonblocking(true)?;
        signal_hook::low_level::pipe::register(signal as i32, writer)?;
        let fd = reader.as_raw_fd();
        let react = ThreadGuard::new(react.clone());
        let source =
            glib_unix::fd_source_new(fd, IOCondition::IN, None, Priority::DEFAULT, move |_, _| {
                // Several of the same kind are one, as they are for the kernel.
                if matches!(reader.read(&mut [0; 16]), Ok(1..)) {
                    (react.get_ref())(signal);
                }
                ControlFlow::Continue
            });
        source.attach(Some(main_context));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tells_what_is_ignored() {
        let status = "Name:\tx\nSigBlk:\t0000000000000002\nSigIgn:\t0000000000001001\n";
        assert_eq!(ignored(status), 0x1001);
        assert_eq!(ignored("Name:\tx\n"), 0);
        assert_eq!(heeded(&[Signal::SIGTERM]), [Signal::SIGTERM]);
    }
}
