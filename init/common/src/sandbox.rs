//! One sandbox with a client from start to end.

use std::os::fd::{AsFd, OwnedFd};

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use sandbox_plan::{GuestMessage, HostMessage, Plan, VERSION, WindowSize};

use crate::channel::Channel;
use crate::error::{Error, OrError, Stop};
use crate::identity;
use crate::log::Log;
use crate::program::prepare_shell;
use crate::relay::Relay;
use crate::rootfs::Rootfs;
use crate::setup::set_up;
use crate::signals::{Signals, kill_all};
use crate::stopwatch::Stopwatch;

/// Carries out the plan over a connected channel and returns when the sandbox is to end.
///
/// `prepare` is what the driver has to do first, and to find out about the plan; whatever fails is told to the host. While
/// the program runs, the calling process keeps only the capabilities in the bit mask `keep`, and the one to send signals.
/// The host gets the times of `stopwatch`. `finish` brings everything to where it stays: the host, once it knows that the
/// program has ended, ends the sandbox.
pub fn run(
    plan: &mut Plan,
    channel: OwnedFd,
    keep: u64,
    mut stopwatch: Stopwatch,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
    finish: impl FnOnce(&Plan),
) {
    let log = Log::new(plan.debug);
    match Channel::new(channel) {
        Ok(mut channel) => match serve(
            plan,
            log,
            &mut channel,
            keep,
            &mut stopwatch,
            prepare,
            finish,
        ) {
            Ok(()) => log.step("the host has everything"),
            Err(Stop::Gone) => log.step("the host is gone"),
            Err(Stop::Failed(error)) => {
                log.failure(&error);
                tell(&mut channel, &error);
            }
        },
        Err(error) => log.failure(error),
    }
}

fn serve(
    plan: &mut Plan,
    log: Log,
    channel: &mut Channel,
    keep: u64,
    stopwatch: &mut Stopwatch,
    prepare: impl FnOnce(&mut Plan) -> Result<Rootfs, Error>,
    finish: impl FnOnce(&Plan),
) -> Result<(), Stop> {
    let signals = Signals::new()?;
    let is_set_up = set_up(plan, log, stopwatch, prepare);
    if is_set_up.is_ok() {
        channel.send(&GuestMessage::Ready { version: VERSION })?;
    }
    channel.send(&GuestMessage::Times(stopwatch.read()))?;
    let ready = is_set_up?;
    let (size, input) = wait_for_start(channel, &signals)?;
    log.step(format_args!("run {:?}", plan.program.argv));
    let (devices, storage) = (ready.devices, ready.storage);
    let shell = prepare_shell(plan, devices.shell)?;
    let mut relay = Relay::prepare(&plan.program, devices.ptmx, size, input)?;
    identity::confine(keep | storage.rights() | 1 << identity::CAP_KILL)?;
    if let Some(process) = shell {
        process.release()?;
    }
    relay.run(channel, &signals, || {
        finish(plan);
        storage.settle();
    })
}

/// Waits for the host's `Start`: the size of the terminal and the length of the input file.
fn wait_for_start(
    channel: &mut Channel,
    signals: &Signals,
) -> Result<(Option<WindowSize>, Option<u32>), Stop> {
    loop {
        match channel.next()? {
            Some(HostMessage::Start { size, input }) => return Ok((size, input)),
            Some(HostMessage::Bye) => return Err(Stop::Gone),
            Some(other) => return Err(Error::Unexpected(format!("{other:?}")).into()),
            None => {}
        }
        channel.flush()?;
        let mut fds = [
            PollFd::new(channel.as_fd(), channel.interest()),
            PollFd::new(signals.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other.or_error(|| "wait for the host".into())?,
        };
        let [ready, signalled] = fds.map(|fd| fd.revents().unwrap_or(PollFlags::empty()));
        if !signalled.is_empty() {
            signals.take()?;
        }
        channel.exchange(ready)?;
    }
}

/// Tells the host why the sandbox failed, and waits until it has heard it.
fn tell(channel: &mut Channel, error: &Error) {
    kill_all();
    // A host that is gone, or takes nothing, need not be told.
    if channel
        .send(&GuestMessage::Failed(&error.to_string()))
        .is_ok()
    {
        let _ = until_bye(channel);
    }
}

fn until_bye(channel: &mut Channel) -> Result<(), Stop> {
    loop {
        while let Some(message) = channel.next()? {
            if message == HostMessage::Bye {
                return Ok(());
            }
        }
        channel.flush()?;
        let mut fds = [PollFd::new(channel.as_fd(), channel.interest())];
        match poll(&mut fds, PollTimeout::NONE) {
            Err(Errno::EINTR) => continue,
            other => other.or_error(|| "wait for the host".into())?,
        };
        let ready = fds[0].revents().unwrap_or(PollFlags::empty());
        channel.exchange(ready)?;
    }
}
