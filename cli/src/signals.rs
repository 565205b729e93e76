//! Signals to this process, as events of the main loop.

use std::io::{self, Read};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;

use glib::thread_guard::ThreadGuard;
use glib::{ControlFlow, IOCondition, MainContext, Priority};
use nix::sys::signal::Signal;

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
