//! One run: start the sandbox, carry the program's input and output, end with its status.

use std::cell::{Cell, RefCell};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::rc::Rc;
use std::time::Duration;

use glib::prelude::*;
use glib::thread_guard::ThreadGuard;
use glib::{ControlFlow, LogLevels, MainContext, MainLoop, Priority};
use libvirt_sandbox::config::{ConfigError, ConfigExt, ConfigInteractive, ConfigPropertiesExt};
use libvirt_sandbox::console::{ConsoleExt, ConsolePropertiesExt, ConsoleRaw, ConsoleRpc};
use libvirt_sandbox::context::{
    Context, ContextError, ContextExt, ContextInteractive, is_name_in_use,
};
use nix::sys::signal::Signal;
use nix::unistd::dup2_stdout;
use thiserror::Error;

use crate::args::Args;
use crate::attach::{AttachError, attach};
use crate::configure::{ConfigureError, DEFAULT_NAME, configure};
use crate::daemon_watch::{DaemonWatch, tell_if_slow};
use crate::descriptors::{self, TooFewDescriptors};
use crate::exit_status::{SANDBOX_FAILED, TIMED_OUT};
use crate::list;
use crate::place::{Events, Place, PlaceError};
use crate::say::say;
use crate::signals::{heeded, watch};
use crate::trace::Trace;

/// The signals that the program gets when this process gets them.
const FORWARDED: [Signal; 6] = [
    Signal::SIGHUP,
    Signal::SIGINT,
    Signal::SIGQUIT,
    Signal::SIGTERM,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// How long a program may go on that this process passed SIGTERM on to: it, or who forges it, may ignore that for ever.
const END_LIMIT: Duration = Duration::from_secs(30);

/// How long a sandbox may go on writing to its log once its program has ended: one that is hostile never stops.
const LOG_LIMIT: Duration = Duration::from_secs(10);

/// Why the program was not run.
#[derive(Debug, Error)]
pub enum RunError {
    #[error(transparent)]
    Descriptors(#[from] TooFewDescriptors),
    #[error(transparent)]
    Configure(#[from] ConfigureError),
    #[error(transparent)]
    Place(#[from] PlaceError),
    #[error("{}", tr!("cannot save the configuration: {reason}", reason = .0))]
    Save(ConfigError),
    #[error("{}", tr!("cannot start the sandbox: {reason}", reason = .0))]
    Start(glib::Error),
    #[error("{}", tr!("cannot get the sandbox's console: {reason}", reason = .0))]
    Console(#[from] ContextError),
    #[error("{}", tr!("cannot connect the sandbox's console: {reason}", reason = .0))]
    Attach(glib::Error),
    #[error("{}", tr!("cannot watch for signals: {reason}", reason = .0))]
    Signals(io::Error),
    #[error(transparent)]
    List(#[from] list::ListError),
    #[error(transparent)]
    Shell(#[from] AttachError),
    #[error("{}", tr!("cannot tell what would be started: {reason}", reason = .0))]
    DryRun(glib::Error),
    #[error("{}", tr!("cannot write to standard output: {reason}", reason = .0))]
    Print(io::Error),
}

/// How it went.
#[derive(Clone, Copy)]
enum Outcome {
    /// Nothing is known yet.
    Pending,
    /// The program ended, with this raw status of wait(2).
    Exited(i32),
    /// This process was told to end before the program ran.
    Interrupted(i32),
}

/// Runs what `args` say, and returns the exit status.
pub fn run(args: &Args, trace: &Trace) -> Result<u8, RunError> {
    descriptors::check()?;
    libvirt_sandbox::init_without_events().map_err(PlaceError::Libvirt)?;
    show_messages(args.verbose);
    if args.list {
        libvirt_sandbox::init().map_err(PlaceError::Libvirt)?;
        list::print(args.json)?;
        return Ok(0);
    }
    if let Some(name) = &args.attach {
        attach(name)?;
        return Ok(0);
    }
    if let Some(file) = &args.save {
        let config = configure(args, args.name.as_deref())?;
        config.save_to_path(file).map_err(RunError::Save)?;
        return Ok(0);
    }
    // The log comes by a stream of libvirt's.
    let events = if args.debug {
        Events::Wanted
    } else {
        Events::Unwanted
    };
    let place = Place::open(args.connect.as_deref(), events);
    trace.end("connect");
    let status = run_in(place?, args);
    trace.end("disconnect");
    status
}

/// Runs the program where `place` says.
fn run_in(place: Place, args: &Args) -> Result<u8, RunError> {
    if args.dry_run {
        print_dry_run(args, &place)?;
        return Ok(0);
    }
    let starting = DaemonWatch::begin(place.daemon(), SANDBOX_FAILED);
    let slow = place.daemon().and_then(|uri| tell_if_slow(&uri));
    let context = start(args, &place)?;
    if context.config().is_some_and(|config| config.shell()) {
        tell_about_the_shell(&place, &context)?;
    }
    drop((starting, slow));
    let ended = follow(args, &context, &place);
    // What the program came to is known, whatever becomes of the domain.
    let known = ended.as_ref().map_or(SANDBOX_FAILED, |(status, _)| *status);
    let ending = DaemonWatch::begin(place.daemon(), known);
    // Once the program has ended, and all it wrote is written, nothing can be lost any more.
    let end = if ended.as_ref().is_ok_and(|(_, is_over)| *is_over) {
        context.leave()
    } else {
        context.stop().map(|()| false)
    };
    if let Err(error) = &end {
        glib::g_info!(
            libvirt_sandbox::LOG_DOMAIN,
            "{}",
            tr!("the sandbox was gone before it was stopped: {error}", error)
        );
    }
    drop(context);
    if matches!(end, Ok(true)) {
        place.leave();
    } else {
        drop(place);
    }
    drop(ending);
    ended.map(|(status, _)| status)
}

/// Prints what would be started.
fn print_dry_run(args: &Args, place: &Place) -> Result<(), RunError> {
    let context =
        ContextInteractive::new(&place.connection, &complete(args, args.name.as_deref())?);
    let told = context
        .upcast::<Context>()
        .dry_run()
        .map_err(RunError::DryRun)?;
    let (domain, plan) = (told.domain.trim_end(), told.plan);
    write!(io::stdout(), "{domain}\n\n{plan}").map_err(RunError::Print)
}

/// The configuration of a sandbox named `name` that has something to run.
fn complete(args: &Args, name: Option<&str>) -> Result<ConfigInteractive, ConfigureError> {
    let config = configure(args, name)?;
    match &args.config {
        Some(file) if config.command().is_empty() => Err(ConfigureError::NoCommand(file.clone())),
        _ => Ok(config),
    }
}

/// Starts the sandbox, under a name of its own when the default one is taken.
fn start(args: &Args, place: &Place) -> Result<ContextInteractive, RunError> {
    let begin = |name: Option<&str>| -> Result<_, RunError> {
        let context = ContextInteractive::new(&place.connection, &complete(args, name)?);
        Ok(context.start().map(|()| context))
    };
    let is_named = args.name.is_some() || args.config.is_some();
    let started = match begin(args.name.as_deref())? {
        Err(error) if !is_named && is_taken(&error, place) => {
            begin(Some(&format!("{DEFAULT_NAME}-{}", std::process::id())))?
        }
        started => started,
    };
    started.map_err(RunError::Start)
}

/// Whether the default name can't be had: another sandbox of this user has it, or a domain that is none of ours.
fn is_taken(error: &glib::Error, place: &Place) -> bool {
    let connection = &place.connection;
    is_name_in_use(error)
        || connection.fetch_domains().is_ok()
            && connection.find_domain_by_name(DEFAULT_NAME).is_some()
}

/// Says how to reach the shell.
fn tell_about_the_shell(place: &Place, context: &ContextInteractive) -> Result<(), RunError> {
    let uri = place.connection.uri().unwrap_or_default();
    let (Some(console), Some(name)) = (context.shell_console()?, context.domain()?.name()) else {
        return Ok(());
    };
    let command = if uri.starts_with("qemu:///embed") {
        // Only this process reaches the driver, but everybody the terminal.
        let terminal = console
            .downcast_ref::<ConsoleRaw>()
            .map(ConsoleRaw::terminal);
        match terminal {
            Some(Ok(path)) => format!("screen {}", path.display()),
            _ => return Ok(()),
        }
    } else {
        let device = console.devname().unwrap_or_default();
        let [uri, name] = [uri.as_str(), name.as_str()].map(glib::shell_quote);
        let [uri, name] = [uri, name].map(|word| word.to_string_lossy().into_owned());
        format!(
            "virsh -c {uri} console {name} --devname {}",
            device.display()
        )
    };
    say(&tr!("a shell waits: {command}", command));
    Ok(())
}

/// Carries input and output until the program has ended; the exit status, and whether the program has ended.
fn follow(
    args: &Args,
    context: &ContextInteractive,
    place: &Place,
) -> Result<(u8, bool), RunError> {
    let main_loop = MainLoop::new(None, false);
    let main_context = &main_loop.context();
    let outcome = Rc::new(Cell::new(Outcome::Pending));

    let log = args.debug.then(|| context.log_console()).transpose()?;
    let (over, log_ended) = (Rc::new(Cell::new(false)), Rc::new(Cell::new(false)));
    if let Some(log) = &log {
        log.connect_closed({
            let (main_loop, over, log_ended) = (main_loop.clone(), over.clone(), log_ended.clone());
            move |_, _| {
                log_ended.set(true);
                if over.get() {
                    main_loop.quit();
                }
            }
        });
        log.attach_stderr().map_err(RunError::Attach)?;
    }
    let console = context.app_console()?;
    console.connect_exited({
        let outcome = outcome.clone();
        move |_, status| outcome.set(Outcome::Exited(status))
    });
    let timed_out = Rc::new(RefCell::new(None));
    console.connect_closed({
        let (main_loop, over, outcome) = (main_loop.clone(), over.clone(), outcome.clone());
        let (timed_out, daemon) = (timed_out.clone(), place.daemon());
        move |console, broken| {
            if console.has_timed_out() {
                // The console has libvirt end the sandbox next.
                timed_out.replace(Some(DaemonWatch::begin(daemon.clone(), TIMED_OUT)));
            }
            if !broken && matches!(outcome.get(), Outcome::Pending) {
                let text = tr!("left by the escape character, and so the sandbox ends");
                let _ = write!(io::stderr(), "\r\nvirt-sandbox: {text}\r\n");
            }
            over.set(true);
            main_loop.quit();
        }
    });
    console.attach_stdio().map_err(RunError::Attach)?;
    let_go_of_stdout();
    watch(main_context, &heeded(&FORWARDED), {
        let (console, outcome, main_loop) = (console.clone(), outcome.clone(), main_loop.clone());
        let (limited, is_ending) = (main_context.clone(), Cell::new(false));
        move |signal| {
            forward(signal, &console, &outcome, &main_loop);
            if signal == Signal::SIGTERM && !is_ending.replace(true) {
                limit_end(&limited, &outcome, &main_loop);
            }
        }
    })
    .map_err(RunError::Signals)?;
    main_loop.run();
    // The sandbox ends after its program, and what it says last comes another way.
    if log.is_some() && !log_ended.get() && matches!(outcome.get(), Outcome::Exited(_)) {
        let limited = main_loop.clone();
        glib::timeout_add_local_once(LOG_LIMIT, move || limited.quit());
        main_loop.run();
    }
    if let Err(error) = console.detach() {
        glib::g_warning!(libvirt_sandbox::LOG_DOMAIN, "{error}");
    }
    let status = match outcome.get() {
        _ if console.has_timed_out() => TIMED_OUT,
        Outcome::Exited(status) => exit_code(status),
        Outcome::Interrupted(signal) => 128 + signal as u8,
        Outcome::Pending => SANDBOX_FAILED,
    };
    Ok((status, matches!(outcome.get(), Outcome::Exited(_))))
}

/// Leaves standard output to the console, which has its own descriptor: its reader is to see the end when the program closes it.
fn let_go_of_stdout() {
    let nowhere = OpenOptions::new().write(true).open("/dev/null");
    // Without it the reader sees the end a little later.
    let _ = nowhere.map(dup2_stdout);
}

/// Passes a signal that this process got on to the program; before there is one, it ends the sandbox.
fn forward(signal: Signal, console: &ConsoleRpc, outcome: &Cell<Outcome>, main_loop: &MainLoop) {
    if !console.is_running() {
        if matches!(outcome.get(), Outcome::Pending) {
            outcome.set(Outcome::Interrupted(signal as i32));
        }
        main_loop.quit();
    } else if let Err(error) = console.send_signal(signal) {
        glib::g_warning!(libvirt_sandbox::LOG_DOMAIN, "{error}");
    }
}

/// Ends the sandbox when its program does not end in time that was told to.
fn limit_end(main_context: &MainContext, outcome: &Rc<Cell<Outcome>>, main_loop: &MainLoop) {
    let (outcome, main_loop) = (ThreadGuard::new(outcome.clone()), main_loop.clone());
    let end = move || {
        if matches!(outcome.get_ref().get(), Outcome::Pending) {
            outcome
                .get_ref()
                .set(Outcome::Interrupted(Signal::SIGTERM as i32));
            let seconds = END_LIMIT.as_secs();
            say(&tr!(
                "the program did not end within {seconds} seconds of SIGTERM, and so the sandbox ends",
                seconds
            ));
        }
        main_loop.quit();
        ControlFlow::Break
    };
    glib::timeout_source_new(END_LIMIT, None, Priority::DEFAULT, end).attach(Some(main_context));
}

/// What a shell would give for the raw wait status.
fn exit_code(status: i32) -> u8 {
    let status = ExitStatus::from_raw(status);
    match (status.code(), status.signal()) {
        (Some(code), _) => code as u8,
        (None, Some(signal)) => 128 + signal as u8,
        (None, None) => SANDBOX_FAILED,
    }
}

/// Shows the library's warnings, and with `verbose` what it does.
fn show_messages(verbose: bool) {
    let mut levels = LogLevels::LEVEL_ERROR | LogLevels::LEVEL_CRITICAL | LogLevels::LEVEL_WARNING;
    if verbose {
        levels |= LogLevels::LEVEL_MESSAGE | LogLevels::LEVEL_INFO;
    }
    glib::log_set_handler(
        Some(libvirt_sandbox::LOG_DOMAIN),
        levels,
        false,
        false,
        |_, _, message| {
            say(message);
        },
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_tells_status_and_signal_apart() {
        assert_eq!(exit_code(0), 0);
        assert_eq!(exit_code(7 << 8), 7);
        assert_eq!(exit_code(255 << 8), 255);
        assert_eq!(exit_code(9), 137);
        assert_eq!(exit_code(11 | 0x80), 139, "with a core dump");
        assert_eq!(exit_code(64), 192, "a real-time signal");
    }
}
