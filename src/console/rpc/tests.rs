//! The application console without a guest.

use std::cell::{Cell, RefCell};
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::rc::Rc;
use std::thread;

use sandbox_plan::{Decoder, GuestMessage, HostMessage, VERSION};

use super::*;
use crate::console::ConsoleExt;

#[test]
fn handlers_learn_the_status() {
    let console: ConsoleRpc = glib::Object::new();
    let seen = Rc::new(Cell::new(None));
    let status = seen.clone();
    console.connect_exited(move |_, value| status.set(Some(value)));
    console.emit_exited(256);
    assert_eq!(seen.get(), Some(256));
}

/// What became of a console whose program may take `limit`, with a guest that does what `guest` says.
fn timed(
    limit: Duration,
    guest: impl FnOnce(UnixStream) + Send + 'static,
) -> (Vec<String>, ConsoleRpc) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sock");
    let console: ConsoleRpc = glib::Object::new();
    let channel = Channel::listen(&path).unwrap();
    let phases = Arc::new(Phases::begin("box".into(), false));
    console.connect_guest(channel, None, false, None, Some(limit), phases);
    let told = Rc::new(RefCell::new(Vec::new()));
    let (exited, closed) = (told.clone(), told.clone());
    console.connect_exited(move |_, status| exited.borrow_mut().push(format!("exited {status}")));
    let context = MainContext::new();
    let main_loop = glib::MainLoop::new(Some(&context), false);
    let ended = main_loop.clone();
    console.connect_closed(move |_, error| {
        closed.borrow_mut().push(format!("closed {error}"));
        ended.quit();
    });
    let guest = thread::spawn(move || guest(UnixStream::connect(path).unwrap()));
    context
        .with_thread_default(|| {
            console.attach(None, None, None).unwrap();
            main_loop.run();
        })
        .unwrap();
    guest.join().unwrap();
    (told.take(), console)
}

fn send(socket: &mut UnixStream, message: GuestMessage<'_>) {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    socket.write_all(&bytes).unwrap();
}

/// Waits for SIGTERM, and whether it came before the host hung up.
fn is_told_to_end(socket: &mut UnixStream) -> bool {
    let mut decoder = Decoder::new();
    loop {
        while let Some(message) = decoder.next::<HostMessage>().unwrap() {
            if matches!(message, HostMessage::Signal(15)) {
                return true;
            }
        }
        match socket.read(decoder.space()).unwrap() {
            0 => return false,
            n => decoder.filled(n),
        }
    }
}

#[test]
fn a_program_that_takes_too_long_is_told_and_its_status_given() {
    let (told, console) = timed(Duration::from_millis(20), |mut socket| {
        send(&mut socket, GuestMessage::Ready { version: VERSION });
        assert!(is_told_to_end(&mut socket));
        send(&mut socket, GuestMessage::Exit(15));
    });
    assert_eq!(told, ["exited 15", "closed true"]);
    assert!(console.has_timed_out());
    assert_eq!(
        console.failure().as_deref(),
        Some("the program did not end within 0.02 seconds")
    );
}

#[test]
fn a_guest_that_never_gets_ready_is_given_up_in_time() {
    let (told, console) = timed(Duration::from_millis(20), |mut socket| {
        assert!(!is_told_to_end(&mut socket));
    });
    assert_eq!(told, ["closed true"]);
    assert!(console.has_timed_out());
}

#[test]
fn a_program_that_ends_in_time_is_none_of_that() {
    let (told, console) = timed(Duration::from_secs(3600), |mut socket| {
        send(&mut socket, GuestMessage::Ready { version: VERSION });
        send(&mut socket, GuestMessage::Exit(0));
        is_told_to_end(&mut socket);
    });
    assert_eq!(told, ["exited 0", "closed false"]);
    assert!(!console.has_timed_out());
}

#[test]
fn another_thread_than_the_loop_s_may_ask_and_not_act() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sock");
    let console: ConsoleRpc = glib::Object::new();
    let channel = Channel::listen(&path).unwrap();
    let phases = Arc::new(Phases::begin("box".into(), false));
    console.connect_guest(channel, None, false, None, None, phases);
    let context = MainContext::new();
    context
        .with_thread_default(|| console.attach(None, None, None).unwrap())
        .unwrap();
    let main_loop = glib::MainLoop::new(Some(&context), false);
    let runs = main_loop.clone();
    let looping = thread::spawn(move || runs.run());
    let mut guest = UnixStream::connect(path).unwrap();
    send(&mut guest, GuestMessage::Ready { version: VERSION });
    // The callbacks of the other thread use the same fields meanwhile.
    while !console.is_running() {
        assert_eq!(console.failure(), None);
        assert!(!console.has_timed_out());
        thread::yield_now();
    }
    let refused = console.send_signal(Signal::SIGUSR1);
    assert!(matches!(refused, Err(ConsoleRpcError::Elsewhere(_))));
    drop(guest);
    while console.is_running() {
        thread::yield_now();
    }
    assert_eq!(
        console.failure().as_deref(),
        Some("the sandbox ended before the program did")
    );
    main_loop.quit();
    looping.join().unwrap();
    // Nobody runs the loop any more: its callbacks' fields are this thread's.
    let over = console.send_signal(Signal::SIGUSR1);
    assert!(matches!(over, Err(ConsoleRpcError::Over(_))));
}
