//! The relay against a guest that does what it likes: the caller gets what was sent in its time, and nothing else.
#![no_main]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;

use libfuzzer_sys::fuzz_target;
use libvirt_sandbox::console::attach::LocalStreams;
use libvirt_sandbox::console::local::{LocalInput, LocalOutput};
use libvirt_sandbox::console::relay::{Progress, Relay};
use sandbox_fuzz::Input;
use sandbox_plan::{Decoder, GuestMessage, HostMessage, Stream, VERSION, WINDOW, WindowSize};

/// What an honest reader of the guest's messages makes of them.
#[derive(Default)]
struct Model {
    decoder: Decoder,
    timed: bool,
    running: bool,
    over: bool,
    status: Option<i32>,
    stdout: Vec<u8>,
    credit: usize,
}

impl Model {
    fn hear(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(1 << 15) {
            self.decoder.space()[..part.len()].copy_from_slice(part);
            self.decoder.filled(part.len());
            while !self.over && self.hear_one() {}
        }
    }

    fn hear_one(&mut self) -> bool {
        match (self.running, self.decoder.next::<GuestMessage>()) {
            (_, Ok(None)) => return false,
            (false, Ok(Some(GuestMessage::Ready { version: VERSION }))) => self.running = true,
            (_, Ok(Some(GuestMessage::Times(_)))) => {
                self.over = std::mem::replace(&mut self.timed, true);
            }
            (true, Ok(Some(GuestMessage::Stdout(data)))) => self.stdout.extend(data),
            (true, Ok(Some(GuestMessage::Credit(bytes)))) => self.credit += bytes as usize,
            (true, Ok(Some(GuestMessage::Exit(status)))) => {
                self.status = Some(status);
                self.over = true;
            }
            (true, Ok(Some(GuestMessage::Eof(_) | GuestMessage::Stderr(_)))) => {}
            _ => self.over = true,
        }
        true
    }
}

/// A message that is well formed, if not always in order.
fn speak(input: &mut Input, out: &mut Vec<u8>) {
    match input.byte() % 8 {
        0 => GuestMessage::Ready { version: VERSION }.encode(out),
        1 => GuestMessage::Stdout(input.bytes()).encode(out),
        2 => GuestMessage::Stderr(input.bytes()).encode(out),
        3 => GuestMessage::Eof(Stream::Stdout).encode(out),
        4 => GuestMessage::Credit(u32::from(input.byte()) << input.byte() % 24).encode(out),
        5 => GuestMessage::Exit(input.byte().into()).encode(out),
        6 => GuestMessage::Failed(&String::from_utf8_lossy(input.bytes())).encode(out),
        _ => GuestMessage::Stdout(&vec![7; usize::from(input.byte()) << 10]).encode(out),
    }
}

/// The host's messages are in order and within the credit.
fn check_host(said: &[u8], credit: usize) {
    let (mut decoder, mut stdin, mut started) = (Decoder::new(), 0, false);
    for part in said.chunks(1 << 15) {
        decoder.space()[..part.len()].copy_from_slice(part);
        decoder.filled(part.len());
        while let Some(message) = decoder.next::<HostMessage>().unwrap() {
            match message {
                HostMessage::Start { .. } => assert!(!std::mem::replace(&mut started, true)),
                HostMessage::Signal(_) => {}
                _ => assert!(started, "{message:?}"),
            }
            if let HostMessage::Stdin(data) = message {
                stdin += data.len();
            }
        }
    }
    assert!(stdin <= WINDOW + credit);
}

fuzz_target!(|data: &[u8]| {
    let mut input = Input(data);
    let (ours, mut guest) = UnixStream::pair().unwrap();
    guest.set_nonblocking(true).unwrap();
    let (stdout, mut reader) = UnixStream::pair().unwrap();
    reader.set_nonblocking(true).unwrap();
    let (mut typist, stdin) = UnixStream::pair().unwrap();
    typist.set_nonblocking(true).unwrap();
    let mut relay = Relay::new(ours).unwrap();
    let mode = input.byte();
    relay.attach(LocalStreams {
        stdin: Some(LocalInput::new(stdin.as_fd()).unwrap()),
        stdout: (mode & 1 == 0).then(|| LocalOutput::new(stdout.as_fd()).unwrap()),
        stderr: Some(LocalOutput::new(File::create("/dev/null").unwrap().as_fd()).unwrap()),
        seekable: mode & 2 != 0,
        escape: (mode & 4 != 0).then_some(0x1d),
    });
    drop((stdout, stdin));
    let (mut model, mut seen, mut said) = (Model::default(), Vec::new(), Vec::new());
    let (mut status, mut steps) = (None, 0);
    while !input.is_empty() && steps < 200 {
        steps += 1;
        let mut sent = Vec::new();
        match input.byte() % 8 {
            0 => sent.extend(input.bytes()),
            1..=3 => speak(&mut input, &mut sent),
            4 => {
                let _ = typist.write(&vec![input.byte(); 1 + (usize::from(input.byte()) << 8)]);
            }
            5 if mode & 8 != 0 => drop(reader.read(&mut vec![0; 1 << 12])),
            6 => {
                let (rows, columns) = (input.byte().into(), input.byte().into());
                let _ = relay.resize(WindowSize { rows, columns });
            }
            7 => drop(relay.signal(input.byte())),
            _ => {}
        }
        let written = guest.write(&sent).unwrap_or(0);
        model.hear(&sent[..written]);
        let progress = relay.dispatch();
        let mut buffer = vec![0; 1 << 16];
        while let Ok(n @ 1..) = guest.read(&mut buffer) {
            said.extend(&buffer[..n]);
        }
        match progress {
            Ok(Progress::Exited(ended)) => status = Some(ended),
            Ok(Progress::Running) => {}
            Ok(Progress::Escaped | Progress::Finished) => break,
            Err(error) => {
                let message = error.to_string();
                assert!(!message.trim().is_empty());
                assert!(!message.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
                break;
            }
        }
        if mode & 8 == 0 {
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                seen.extend(&buffer[..n]);
            }
            assert!(model.stdout.starts_with(&seen));
        }
    }
    assert!(status.is_none() || status == model.status);
    check_host(&said, model.credit);
});
