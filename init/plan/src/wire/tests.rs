//! The encoding of every message, and what is refused.

use super::*;

fn payload(frame: &[u8]) -> (u8, &[u8]) {
    (frame[0], &frame[HEADER_SIZE..])
}

const GUEST: [GuestMessage; 11] = [
    GuestMessage::Ready { version: VERSION },
    GuestMessage::Times(SetupTimes {
        init: 1,
        modules: u32::MAX,
        mounts: 0x1234,
        network: 0,
    }),
    GuestMessage::Stdout(b"out\0\xff"),
    GuestMessage::Stderr(b"err"),
    GuestMessage::Eof(Stream::Stdout),
    GuestMessage::Eof(Stream::Stderr),
    GuestMessage::Credit(u32::MAX),
    GuestMessage::Exit(-1),
    GuestMessage::Exit(0x700),
    GuestMessage::Failed("no root: überhaupt"),
    GuestMessage::Failed(""),
];

const SIZE: WindowSize = WindowSize {
    rows: 24,
    columns: 0x1234,
};

const HOST: [HostMessage; 14] = [
    HostMessage::Start {
        size: None,
        input: None,
    },
    HostMessage::Start {
        size: Some(SIZE),
        input: None,
    },
    HostMessage::Start {
        size: None,
        input: Some(0),
    },
    HostMessage::Start {
        size: None,
        input: Some(SEEKABLE_LIMIT),
    },
    HostMessage::Start {
        size: Some(SIZE),
        input: Some(u32::MAX),
    },
    HostMessage::Stdin(b"in"),
    HostMessage::StdinEof,
    HostMessage::Credit {
        stream: Stream::Stdout,
        bytes: 1,
    },
    HostMessage::Credit {
        stream: Stream::Stderr,
        bytes: 1 << 20,
    },
    HostMessage::Resize(SIZE),
    HostMessage::Signal(15),
    HostMessage::Close(Stream::Stdout),
    HostMessage::Close(Stream::Stderr),
    HostMessage::Bye,
];

#[test]
fn guest_messages_survive_the_round_trip() {
    for message in GUEST {
        let mut out = Vec::new();
        message.encode(&mut out);
        let (kind, payload) = payload(&out);
        assert_eq!(GuestMessage::decode(kind, payload), Ok(message));
        assert_eq!(
            HostMessage::decode(kind, payload),
            Err(WireError::UnknownKind(kind))
        );
    }
}

#[test]
fn host_messages_survive_the_round_trip() {
    for message in HOST {
        let mut out = Vec::new();
        message.encode(&mut out);
        let (kind, payload) = payload(&out);
        assert_eq!(HostMessage::decode(kind, payload), Ok(message));
        assert_eq!(
            GuestMessage::decode(kind, payload),
            Err(WireError::UnknownKind(kind))
        );
    }
}

#[test]
fn every_fixed_payload_must_have_its_length() {
    for kind in [READY, TIMES, STDIN_CREDIT, EXIT] {
        for payload in [&[][..], &[1], &[1; 3], &[1; 5]] {
            let result = GuestMessage::decode(kind, payload);
            assert!(matches!(result, Err(WireError::Malformed { .. })));
        }
    }
    for kind in [STDIN_EOF, STDOUT_CREDIT, STDERR_CREDIT, RESIZE, BYE] {
        let result = HostMessage::decode(kind, &[1; 3]);
        assert!(matches!(result, Err(WireError::Malformed { .. })));
    }
    for (kind, payload) in [
        (START, &[1; 3][..]),
        (START, &[]),
        (SIGNAL, &[]),
        (SIGNAL, &[9, 9]),
    ] {
        let result = HostMessage::decode(kind, payload);
        assert!(matches!(result, Err(WireError::Malformed { .. })));
    }
}

#[test]
fn a_start_has_one_encoding() {
    let mut out = Vec::new();
    HostMessage::Start {
        size: Some(SIZE),
        input: Some(7),
    }
    .encode(&mut out);
    let (_, payload) = payload(&out);
    assert_eq!(payload, [3, 24, 0, 0x34, 0x12, 7, 0, 0, 0]);
    let mut other = payload.to_vec();
    for flags in [0, 1, 2, 4, 7, 0xff] {
        other[0] = flags;
        let result = HostMessage::decode(START, &other);
        assert!(matches!(result, Err(WireError::Malformed { .. })));
    }
}

#[test]
fn unknown_kinds_are_refused() {
    for kind in [0, 0x0a, 0x7f, 0x80, 0x8b, 0xff] {
        let unknown = WireError::UnknownKind(kind);
        assert_eq!(GuestMessage::decode(kind, b""), Err(unknown));
        assert_eq!(HostMessage::decode(kind, b""), Err(unknown));
    }
}

#[test]
fn a_reason_must_be_text() {
    assert_eq!(
        GuestMessage::decode(FAILED, b"\xff"),
        Err(WireError::Malformed {
            kind: FAILED,
            length: 1
        })
    );
}

#[test]
fn long_data_is_split_and_long_reasons_are_cut() {
    let mut out = Vec::new();
    GuestMessage::Stdout(&vec![1; MAX_PAYLOAD + 1]).encode(&mut out);
    assert_eq!(out.len(), MAX_PAYLOAD + 1 + 2 * HEADER_SIZE);
    assert_eq!(&out[1..HEADER_SIZE], &(MAX_PAYLOAD as u32).to_le_bytes());

    out.clear();
    GuestMessage::Failed(&"ü".repeat(MAX_PAYLOAD)).encode(&mut out);
    let (kind, payload) = payload(&out);
    assert_eq!(payload.len(), MAX_PAYLOAD);
    assert!(GuestMessage::decode(kind, payload).is_ok());

    out.clear();
    GuestMessage::Failed(&format!("a{}", "ü".repeat(MAX_PAYLOAD))).encode(&mut out);
    assert_eq!(out.len(), HEADER_SIZE + MAX_PAYLOAD - 1);
}
