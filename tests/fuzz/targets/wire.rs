//! The wire protocol, in both directions: what is decoded does not depend on how it arrives, and has one encoding.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sandbox_plan::{Decoder, GuestMessage, HostMessage, WireError};

/// Decodes one message, tells it, and encodes it again; false when there is none.
type Step = fn(&mut Decoder, &mut String, &mut Vec<u8>) -> Result<bool, WireError>;

fn from_guest(
    decoder: &mut Decoder,
    told: &mut String,
    again: &mut Vec<u8>,
) -> Result<bool, WireError> {
    let Some(message) = decoder.next::<GuestMessage>()? else {
        return Ok(false);
    };
    told.push_str(&format!("{message:?}\n"));
    message.encode(again);
    Ok(true)
}

fn from_host(
    decoder: &mut Decoder,
    told: &mut String,
    again: &mut Vec<u8>,
) -> Result<bool, WireError> {
    let Some(message) = decoder.next::<HostMessage>()? else {
        return Ok(false);
    };
    told.push_str(&format!("{message:?}\n"));
    message.encode(again);
    Ok(true)
}

/// What comes of a stream that arrives in parts of `size` bytes.
fn conversation(stream: &[u8], size: usize, step: Step) -> (String, Vec<u8>) {
    let (mut decoder, mut told, mut again) = (Decoder::new(), String::new(), Vec::new());
    for part in stream.chunks(size) {
        decoder.space()[..part.len()].copy_from_slice(part);
        decoder.filled(part.len());
        loop {
            match step(&mut decoder, &mut told, &mut again) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    told.push_str(&error.to_string());
                    return (told, again);
                }
            }
        }
    }
    (told, again)
}

fuzz_target!(|data: &[u8]| {
    let Some((size, stream)) = data.split_first() else {
        return;
    };
    for step in [from_guest, from_host] {
        let (told, again) = conversation(stream, 1 << 16, step);
        assert!(stream.starts_with(&again), "{told}");
        let size = usize::from(*size).max(1);
        assert_eq!(conversation(stream, size, step), (told, again));
    }
});
