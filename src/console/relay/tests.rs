//! The relay against a guest made by the test.

use super::*;
use crate::console::local::LocalOutput;
use nix::unistd::pipe;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;

/// Waits until the relay has something to do, then lets it.
fn step(relay: &mut Relay) -> Result<Progress, RelayError> {
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    let fd = relay.watches.as_fd();
    assert_eq!(
        poll(
            &mut [PollFd::new(fd, PollFlags::POLLIN)],
            PollTimeout::from(10_000u16)
        )
        .unwrap(),
        1
    );
    relay.dispatch()
}

fn send(guest: &mut UnixStream, messages: &[GuestMessage<'_>]) {
    let mut bytes = Vec::new();
    messages
        .iter()
        .for_each(|message| message.encode(&mut bytes));
    guest.write_all(&bytes).unwrap();
}

struct Guest {
    socket: UnixStream,
    decoder: Decoder,
}

impl Guest {
    fn receive(&mut self) -> String {
        loop {
            if let Some(message) = self.decoder.next::<HostMessage>().unwrap() {
                return format!("{message:?}");
            }
            let n = self.socket.read(self.decoder.space()).unwrap();
            assert!(n > 0, "the relay hung up");
            self.decoder.filled(n);
        }
    }
}

fn start(streams: LocalStreams) -> (Relay, Guest) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut relay = Relay::new(ours).unwrap();
    let mut guest = Guest {
        socket: theirs,
        decoder: Decoder::new(),
    };
    send(
        &mut guest.socket,
        &[GuestMessage::Ready { version: VERSION }],
    );
    relay.attach(streams);
    assert_eq!(relay.dispatch().unwrap(), Progress::Running);
    assert_eq!(guest.receive(), "Start { size: None, input: None }");
    (relay, guest)
}

fn output(fd: &OwnedFd) -> Option<LocalOutput> {
    Some(LocalOutput::new(fd.as_fd()).unwrap())
}

#[test]
fn output_and_status_arrive_in_order() {
    let ((out_reader, out), (err_reader, err)) = (pipe().unwrap(), pipe().unwrap());
    let streams = LocalStreams {
        stdout: output(&out),
        stderr: output(&err),
        ..LocalStreams::default()
    };
    let (mut relay, mut guest) = start(streams);
    drop((out, err));
    let messages = [
        GuestMessage::Stdout(b"one"),
        GuestMessage::Stderr(b"two"),
        GuestMessage::Exit(0x700),
    ];
    send(&mut guest.socket, &messages);
    assert_eq!(step(&mut relay).unwrap(), Progress::Exited(0x700));
    assert_eq!(relay.dispatch().unwrap(), Progress::Finished);
    assert_eq!(guest.receive(), "Bye");
    drop(relay);
    assert_eq!(io::read_to_string(File::from(out_reader)).unwrap(), "one");
    assert_eq!(io::read_to_string(File::from(err_reader)).unwrap(), "two");
}

#[test]
fn a_stuck_reader_of_stdout_does_not_stop_stderr() {
    let ((_out_reader, out), (err_reader, err)) = (pipe().unwrap(), pipe().unwrap());
    let streams = LocalStreams {
        stdout: output(&out),
        stderr: output(&err),
        ..LocalStreams::default()
    };
    let (mut relay, guest) = start(streams);
    drop(err);
    let (mut sender, flood) = (guest.socket.try_clone().unwrap(), vec![1; 512 * 1024]);
    let writer = std::thread::spawn(move || {
        send(
            &mut sender,
            &[GuestMessage::Stdout(&flood), GuestMessage::Stderr(b"seen")],
        );
    });
    let reader = LocalInput::new(err_reader.as_fd()).unwrap();
    let mut seen = [0; 8];
    let n = loop {
        assert_eq!(step(&mut relay).unwrap(), Progress::Running);
        if let Ok(n) = reader.read(&mut seen) {
            break n;
        }
    };
    assert_eq!(&seen[..n], b"seen");
    writer.join().unwrap();
}

#[test]
fn the_guest_learns_that_nobody_reads() {
    let (reader, out) = pipe().unwrap();
    let (mut relay, mut guest) = start(LocalStreams {
        stdout: output(&out),
        ..LocalStreams::default()
    });
    drop(reader);
    send(&mut guest.socket, &[GuestMessage::Stdout(b"x")]);
    assert_eq!(step(&mut relay).unwrap(), Progress::Running);
    assert_eq!(guest.receive(), "Close(Stdout)");
}

#[test]
fn the_reader_sees_the_end_before_the_program_ends() {
    let (mut reader, out) = pipe()
        .map(|(reader, out)| (File::from(reader), out))
        .unwrap();
    let (mut relay, mut guest) = start(LocalStreams {
        stdout: output(&out),
        ..LocalStreams::default()
    });
    drop(out);
    send(
        &mut guest.socket,
        &[
            GuestMessage::Stdout(b"x"),
            GuestMessage::Eof(Stream::Stdout),
        ],
    );
    assert_eq!(step(&mut relay).unwrap(), Progress::Running);
    let mut seen = String::new();
    reader.read_to_string(&mut seen).unwrap();
    assert_eq!(seen, "x");
}

#[test]
fn input_stops_at_the_credit_and_ends_with_eof() {
    let input = tempfile::tempfile().unwrap();
    let size = (sandbox_plan::WINDOW + 1) as u64;
    input.set_len(size).unwrap();
    let streams = LocalStreams {
        stdin: Some(LocalInput::new(input.as_fd()).unwrap()),
        ..LocalStreams::default()
    };
    let (mut relay, guest) = start(streams);
    let (mut socket, mut decoder) = (guest.socket, guest.decoder);
    let reader = std::thread::spawn(move || {
        let mut total = 0;
        loop {
            while let Some(message) = decoder.next::<HostMessage>().unwrap() {
                match message {
                    HostMessage::Stdin(data) => total += data.len(),
                    HostMessage::StdinEof => return total,
                    other => panic!("{other:?}"),
                }
            }
            if total == sandbox_plan::WINDOW {
                send(&mut socket, &[GuestMessage::Credit(2)]);
            }
            let n = socket.read(decoder.space()).unwrap();
            assert!(n > 0);
            decoder.filled(n);
        }
    });
    while !reader.is_finished() && relay.stdin.is_some() {
        step(&mut relay).unwrap();
    }
    assert_eq!(reader.join().unwrap() as u64, size);
}

/// What a guest gets of `input`: the announced length and the data.
fn passed_on(input: &File, before_sending: impl FnOnce()) -> (Option<u32>, Vec<u8>) {
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    let mut relay = Relay::new(ours).unwrap();
    send(&mut theirs, &[GuestMessage::Ready { version: VERSION }]);
    relay.attach(LocalStreams {
        stdin: Some(LocalInput::new(input.as_fd()).unwrap()),
        seekable: true,
        ..LocalStreams::default()
    });
    relay.receive().unwrap();
    before_sending();
    let reader = std::thread::spawn(move || {
        let (mut decoder, mut announced, mut data) = (Decoder::new(), None, Vec::new());
        loop {
            let mut granted = 0;
            while let Some(message) = decoder.next::<HostMessage>().unwrap() {
                match message {
                    HostMessage::Start { size: None, input } => announced = input,
                    HostMessage::Stdin(bytes) => {
                        data.extend_from_slice(bytes);
                        granted += bytes.len() as u32;
                    }
                    HostMessage::StdinEof => return (announced, data),
                    other => panic!("{other:?}"),
                }
            }
            if granted > 0 {
                send(&mut theirs, &[GuestMessage::Credit(granted)]);
            }
            let n = theirs.read(decoder.space()).unwrap();
            assert!(n > 0);
            decoder.filled(n);
        }
    });
    relay.dispatch().unwrap();
    while relay.stdin.is_some() || !relay.outgoing.is_empty() {
        step(&mut relay).unwrap();
    }
    reader.join().unwrap()
}

#[test]
fn the_length_of_a_file_is_announced_up_to_the_limit() {
    let input = tempfile::tempfile().unwrap();
    assert_eq!(passed_on(&input, || ()), (Some(0), Vec::new()));
    for (more, announced) in [(0, Some(SEEKABLE_LIMIT)), (1, None)] {
        let size = SEEKABLE_LIMIT + more;
        input.set_len(size.into()).unwrap();
        (&input).seek(SeekFrom::Start(0)).unwrap();
        let (seen, data) = passed_on(&input, || ());
        assert_eq!((seen, data.len()), (announced, size as usize));
    }
}

#[test]
fn a_file_counts_from_where_it_is() {
    let mut input = tempfile::tempfile().unwrap();
    input.write_all(b"one two").unwrap();
    input.seek(SeekFrom::Start(4)).unwrap();
    assert_eq!(passed_on(&input, || ()), (Some(3), b"two".to_vec()));
}

#[test]
fn a_file_that_changes_keeps_to_what_was_announced() {
    let mut input = tempfile::tempfile().unwrap();
    input.write_all(b"one").unwrap();
    input.seek(SeekFrom::Start(0)).unwrap();
    let grow = || input.set_len(8).unwrap();
    assert_eq!(passed_on(&input, grow), (Some(3), b"one".to_vec()));
    input.seek(SeekFrom::Start(0)).unwrap();
    let shrink = || input.set_len(2).unwrap();
    assert_eq!(passed_on(&input, shrink), (Some(8), b"on".to_vec()));
}

#[test]
fn the_escape_character_ends_it_after_what_came_before() {
    let (reader, writer) = pipe().unwrap();
    nix::unistd::write(&writer, b"ab\x1dcd").unwrap();
    let streams = LocalStreams {
        stdin: Some(LocalInput::new(reader.as_fd()).unwrap()),
        escape: Some(0x1d),
        ..LocalStreams::default()
    };
    let (ours, theirs) = UnixStream::pair().unwrap();
    let mut relay = Relay::new(ours).unwrap();
    let mut guest = Guest {
        socket: theirs,
        decoder: Decoder::new(),
    };
    send(
        &mut guest.socket,
        &[GuestMessage::Ready { version: VERSION }],
    );
    relay.attach(streams);
    assert_eq!(relay.dispatch().unwrap(), Progress::Escaped);
    assert_eq!(guest.receive(), "Start { size: None, input: None }");
    assert_eq!(guest.receive(), "Stdin([97, 98])");
}

#[test]
fn a_hang_up_and_a_broken_guest_are_errors() {
    let (mut relay, guest) = start(LocalStreams::default());
    drop(guest);
    assert!(matches!(step(&mut relay), Err(RelayError::Ended)));
    let (ready, times) = (
        GuestMessage::Ready { version: VERSION },
        GuestMessage::Times(SetupTimes::default()),
    );
    for (messages, expected) in [
        (&[ready][..], "out of turn"),
        (&[times, times], "out of turn"),
        (&[GuestMessage::Failed("no root")], "no root"),
        (&[GuestMessage::Failed(" ")], "ended before the program did"),
        (
            &[GuestMessage::Failed("\x1b[2Jno\0\nroot")],
            "\u{fffd}[2Jno\u{fffd}\nroot",
        ),
        (&[GuestMessage::Credit(1)], "more credit"),
    ] {
        let (mut relay, mut guest) = start(LocalStreams::default());
        send(&mut guest.socket, messages);
        let error = step(&mut relay).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let (ours, mut theirs) = UnixStream::pair().unwrap();
    send(&mut theirs, &[GuestMessage::Exit(0)]);
    let early = Relay::new(ours).unwrap().dispatch();
    assert!(
        matches!(early, Err(RelayError::OutOfTurn)),
        "no status before the start"
    );
}

#[test]
fn a_guest_that_says_nothing_for_ever_is_refused() {
    for nothing in [
        &[2, 0, 0, 0, 0][..],
        &[3, 0, 0, 0, 0],
        &[4, 4, 0, 0, 0, 0, 0, 0, 0],
        // The same end again, and data after it.
        &[7, 0, 0, 0, 0, 7, 0, 0, 0, 0],
        &[7, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0],
    ] {
        let (mut relay, mut guest) = start(LocalStreams::default());
        guest.socket.write_all(nothing).unwrap();
        assert!(relay.dispatch().is_err(), "{nothing:?}");
    }
}

#[test]
fn a_guest_that_goes_on_for_nobody_gets_no_credit() {
    let (reader, out) = pipe().unwrap();
    let (mut relay, mut guest) = start(LocalStreams {
        stdout: output(&out),
        ..LocalStreams::default()
    });
    drop(reader);
    send(&mut guest.socket, &[GuestMessage::Stdout(b"for nobody")]);
    let mut looked = [0];
    while peek(&guest.socket, &mut looked) == 0 {
        assert_eq!(step(&mut relay).unwrap(), Progress::Running);
    }
    assert_eq!(guest.receive(), "Close(Stdout)");
    let mut socket = guest.socket.try_clone().unwrap();
    let writer = std::thread::spawn(move || {
        let data = vec![0; MAX_PAYLOAD];
        let mut frame = Vec::new();
        GuestMessage::Stdout(&data).encode(&mut frame);
        while socket.write_all(&frame).is_ok() {}
    });
    let error = loop {
        match step(&mut relay) {
            Ok(progress) => assert_eq!(progress, Progress::Running),
            Err(error) => break error,
        }
    };
    assert!(matches!(
        error,
        RelayError::Wire(sandbox_plan::WireError::CreditExceeded)
    ));
    drop(relay);
    writer.join().unwrap();
}

/// How many bytes are there to read.
fn peek(socket: &UnixStream, buffer: &mut [u8]) -> usize {
    use nix::sys::socket::{MsgFlags, recv};
    let flags = MsgFlags::MSG_PEEK | MsgFlags::MSG_DONTWAIT;
    recv(socket.as_raw_fd(), buffer, flags).unwrap_or(0)
}

#[test]
fn a_guest_that_takes_nothing_is_given_up() {
    let (mut relay, _guest) = start(LocalStreams::default());
    let failed = (0..10_000_000).find_map(|_| relay.signal(10).err());
    assert!(matches!(failed, Some(RelayError::Deaf(_))));
    assert!(relay.outgoing.capacity() <= OUTGOING_CAP + MAX_PAYLOAD + 5);
}
