//! The raw console against a pseudo terminal made by the test.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use glib::MainContext;
use nix::pty::{OpenptyResult, openpty};
use nix::sys::termios::{LocalFlags, SetArg, cfmakeraw, tcgetattr, tcsetattr};
use nix::unistd::{pipe, ttyname};

use super::*;
use crate::console::local::LocalInput;

/// A terminal pair in raw mode, as a hypervisor leaves it: what is written is what is read.
fn raw_pty() -> OpenptyResult {
    let pty = openpty(None, None).unwrap();
    let mut settings = tcgetattr(&pty.slave).unwrap();
    cfmakeraw(&mut settings);
    tcsetattr(&pty.slave, SetArg::TCSANOW, &settings).unwrap();
    pty
}

/// A console, its guest, and what it told.
struct Room {
    context: MainContext,
    console: ConsoleRaw,
    guest: Option<File>,
    slave: OwnedFd,
    closed: Rc<RefCell<Vec<bool>>>,
}

impl Room {
    /// Runs a test in a main context of its own.
    fn with(test: impl FnOnce(&mut Self)) {
        let context = MainContext::new();
        context
            .clone()
            .with_thread_default(|| {
                let pty = raw_pty();
                let console: ConsoleRaw = glib::Object::builder()
                    .property("devname", std::path::Path::new("console0"))
                    .property("direct", true)
                    .build();
                let closed = Rc::new(RefCell::new(Vec::new()));
                let told = closed.clone();
                console.connect_closed(move |_, error| told.borrow_mut().push(error));
                test(&mut Self {
                    context,
                    console,
                    guest: Some(pty.master.into()),
                    slave: pty.slave,
                    closed,
                });
            })
            .unwrap();
    }

    fn attach(&self, stdin: Option<OwnedFd>, stdout: Option<OwnedFd>, stderr: Option<OwnedFd>) {
        let device = Device::open(&ttyname(&self.slave).unwrap()).unwrap();
        let stdin = stdin.map(InputStream::take_fd);
        let [stdout, stderr] = [stdout, stderr].map(|fd| fd.map(OutputStream::take_fd));
        self.console
            .connect_device(
                &self.context,
                device,
                stdin.as_ref(),
                stdout.as_ref(),
                stderr.as_ref(),
            )
            .unwrap();
        assert!(self.closed.borrow().is_empty(), "nothing is told inside");
    }

    fn guest(&mut self) -> &mut File {
        self.guest.as_mut().unwrap()
    }

    fn hang_up(&mut self) {
        self.guest = None;
    }

    /// Lets the guest write, and runs the main loop until that came out. What is still in the pair when the guest hangs
    /// up is lost in the kernel.
    fn pass(&mut self, text: &[u8], reader: &OwnedFd) {
        let reader = LocalInput::new(reader.as_fd()).unwrap();
        self.guest().write_all(text).unwrap();
        let mut seen: Vec<u8> = Vec::new();
        let mut buffer = [0; 4096];
        while seen.len() < text.len() {
            match reader.read(&mut buffer) {
                Ok(n) => seen.extend(&buffer[..n]),
                Err(_) => drop(self.context.iteration(true)),
            }
        }
        assert_eq!(seen, text);
    }

    /// Runs the main loop until the console was closed.
    fn run_until_closed(&self) -> bool {
        while self.closed.borrow().is_empty() {
            self.context.iteration(true);
        }
        self.closed.borrow_mut().pop().unwrap()
    }

    /// Runs the main loop until the guest has got something.
    fn run_until_guest_reads(&mut self, wanted: &[u8]) {
        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
        let mut seen: Vec<u8> = Vec::new();
        while seen.len() < wanted.len() {
            let guest = self.guest.as_mut().unwrap();
            let mut fds = [PollFd::new(guest.as_fd(), PollFlags::POLLIN)];
            if poll(&mut fds, PollTimeout::ZERO).unwrap() == 0 {
                self.context.iteration(true);
                continue;
            }
            let mut buffer = [0; 4096];
            let n = guest.read(&mut buffer).unwrap();
            seen.extend(&buffer[..n]);
        }
        assert_eq!(seen, wanted);
    }
}

#[test]
fn output_and_the_end_arrive() {
    Room::with(|room| {
        let (reader, writer) = pipe().unwrap();
        room.attach(None, Some(writer), None);
        room.pass(b"hello\r\n", &reader);
        room.hang_up();
        assert!(!room.run_until_closed());
    });
}

#[test]
fn error_output_takes_the_place_of_no_output() {
    Room::with(|room| {
        let (reader, writer) = pipe().unwrap();
        room.attach(None, None, Some(writer));
        room.pass(b"log", &reader);
    });
}

#[test]
fn a_guest_without_an_audience_ends_as_any() {
    Room::with(|room| {
        room.attach(None, None, None);
        room.guest().write_all(b"unheard").unwrap();
        room.hang_up();
        assert!(!room.run_until_closed());
    });
}

#[test]
fn a_reader_that_is_gone_does_not_hold_the_guest_up() {
    Room::with(|room| {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        room.attach(None, Some(writer), None);
        room.guest().write_all(b"unheard").unwrap();
        room.hang_up();
        assert!(!room.run_until_closed());
    });
}

#[test]
fn input_of_every_kind_reaches_the_guest() {
    let text = vec![b'x'; 3000];
    let (reader, writer) = pipe().unwrap();
    File::from(writer).write_all(&text).unwrap();
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&text).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    for stdin in [reader, file.into()] {
        Room::with(|room| {
            room.attach(Some(stdin.try_clone().unwrap()), None, None);
            room.run_until_guest_reads(&text);
            assert!(
                room.closed.borrow().is_empty(),
                "its end is not the guest's"
            );
        });
    }
}

#[test]
fn a_stuck_reader_stops_the_guest_and_loses_nothing() {
    Room::with(|room| {
        let (reader, writer) = pipe().unwrap();
        room.attach(None, Some(writer), None);
        let mut guest = room.guest.take().unwrap();
        let text: Vec<u8> = (0..1_000_000).map(|n| (n % 251) as u8).collect();
        let sent = text.clone();
        let sender = std::thread::spawn(move || {
            guest.write_all(&sent).unwrap();
            guest
        });
        // The pipe and the queue are full before anybody reads.
        let attachment = room.console.imp().attachment.borrow().clone().unwrap();
        while attachment.borrow().pump.wants_to_listen() {
            room.context.iteration(true);
        }
        let (size, context) = (text.len() as u64, room.context.clone());
        let done = Arc::new(AtomicBool::new(false));
        let finished = done.clone();
        let receiver = std::thread::spawn(move || {
            let mut seen = Vec::new();
            let mut reader = File::from(reader).take(size);
            reader.read_to_end(&mut seen).unwrap();
            context.invoke(move || finished.store(true, Ordering::Relaxed));
            seen
        });
        while !done.load(Ordering::Relaxed) {
            room.context.iteration(true);
        }
        assert!(receiver.join().unwrap() == text);
        drop(sender.join().unwrap());
        assert!(!room.run_until_closed());
    });
}

#[test]
fn a_second_attach_is_refused_until_the_first_is_over() {
    Room::with(|room| {
        room.attach(None, None, None);
        let error = room.console.attach(None, None, None).unwrap_err();
        assert_eq!(
            error.domain(),
            glib::Quark::from_str("gvir-sandbox-console-raw")
        );
        assert_eq!(error.message(), "console 'console0' is already attached");
        room.console.detach().unwrap();
        room.console.detach().unwrap();
        let (reader, writer) = pipe().unwrap();
        room.attach(None, Some(writer), None);
        room.pass(b"again", &reader);
    });
}

#[test]
fn the_escape_character_detaches_after_what_was_typed_before() {
    Room::with(|room| {
        let user = openpty(None, None).unwrap();
        let before = tcgetattr(&user.slave).unwrap();
        room.attach(Some(user.slave.try_clone().unwrap()), None, None);
        let during = tcgetattr(&user.slave).unwrap();
        assert!(!during.local_flags.contains(LocalFlags::ICANON));
        File::from(user.master.try_clone().unwrap())
            .write_all(b"typed\x1dnot this")
            .unwrap();
        assert!(!room.run_until_closed());
        room.run_until_guest_reads(b"typed");
        assert_eq!(tcgetattr(&user.slave).unwrap(), before);
    });
}

#[test]
fn the_escape_character_works_when_the_guest_does_not_read() {
    Room::with(|room| {
        let user = raw_pty();
        room.attach(Some(user.slave.try_clone().unwrap()), None, None);
        let mut keys = File::from(user.master.try_clone().unwrap());
        let typist = std::thread::spawn(move || {
            keys.write_all(&[b'k'; 30_000]).unwrap();
            keys.write_all(b"\x1d").unwrap();
        });
        assert!(!room.run_until_closed());
        typist.join().unwrap();
    });
}

#[test]
fn a_handler_can_attach_again_and_detach() {
    Room::with(|room| {
        let other = raw_pty();
        let path = ttyname(&other.slave).unwrap();
        room.console.connect_closed(move |console, _| {
            let device = Device::open(&path).unwrap();
            console
                .connect_device(&MainContext::ref_thread_default(), device, None, None, None)
                .unwrap();
        });
        room.attach(None, None, None);
        room.hang_up();
        assert!(!room.run_until_closed());
        assert!(room.console.attach(None, None, None).is_err(), "attached");
        drop(other);
        room.console.detach().unwrap();
        while room.context.iteration(false) {}
        assert!(room.closed.borrow().is_empty(), "detaching is no closing");
    });
}

#[test]
fn dropping_ends_everything_and_restores_the_terminal() {
    let user = openpty(None, None).unwrap();
    let before = tcgetattr(&user.slave).unwrap();
    Room::with(|room| {
        room.attach(Some(user.slave.try_clone().unwrap()), None, None);
        let console = room.console.downgrade();
        room.console = glib::Object::new();
        assert!(console.upgrade().is_none(), "the sources hold no reference");
        while room.context.iteration(false) {}
    });
    assert_eq!(tcgetattr(&user.slave).unwrap(), before);
}

#[test]
fn a_direct_console_needs_a_domain_to_be_found() {
    let console: ConsoleRaw = glib::Object::builder()
        .property("devname", std::path::Path::new("console0"))
        .property("direct", true)
        .build();
    let error = console.attach(None, None, None).unwrap_err();
    assert!(error.message().contains("no domain"), "{error}");
    assert!(console.imp().attachment.borrow().is_none());
}

#[test]
fn libvirt_says_why_there_is_no_such_console() {
    let context = MainContext::default();
    let _owner = context.acquire();
    libvirt_glib::init().unwrap();
    let connection = Connection::new(Some("test:///default"));
    connection.open().unwrap();
    connection.fetch_domains().unwrap();
    let domain = connection.find_domain_by_name("test").unwrap();
    let console = ConsoleRaw::new(&connection, &domain, c"console7");
    let error = console.attach(None, None, None).unwrap_err();
    assert!(error.message().contains("console7"), "{error}");
    console.set_direct(true);
    let error = console.attach(None, None, None).unwrap_err();
    assert_eq!(
        error.message(),
        "the domain has no pseudo terminal named 'console7' on this host"
    );
}
