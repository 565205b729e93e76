//! Takes a byte stream apart into messages, without an allocation per message.

use crate::wire::{HEADER_SIZE, MAX_PAYLOAD, Message, WireError};

/// How much room a read gets at least.
const READ_SIZE: usize = 64 * 1024;

/// The received bytes that are not yet decoded.
///
/// Read into [`space`](Self::space), say how much with [`filled`](Self::filled), then call [`next`](Self::next) until it
/// gives none. The buffer then never exceeds one frame and one read.
#[derive(Debug, Default)]
pub struct Decoder {
    buffer: Vec<u8>,
    start: usize,
    end: usize,
}

impl Decoder {
    /// A decoder that has received nothing.
    pub const fn new() -> Self {
        Self {
            buffer: Vec::new(),
            start: 0,
            end: 0,
        }
    }

    /// Room for the next read.
    pub fn space(&mut self) -> &mut [u8] {
        if self.start == self.end {
            self.start = 0;
            self.end = 0;
        }
        if self.buffer.len() - self.end < READ_SIZE {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
            let size = self.buffer.len().max(self.end + READ_SIZE);
            self.buffer.resize(size, 0);
        }
        &mut self.buffer[self.end..]
    }

    /// Says that the first `bytes` of [`space`](Self::space) were filled.
    pub fn filled(&mut self, bytes: usize) {
        self.end = self.buffer.len().min(self.end + bytes);
    }

    /// Whether the stream may end here: no message has begun.
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The next message, or none when it is not complete yet.
    ///
    /// # Errors
    /// When the bytes are no message that this side accepts. The stream is unusable then.
    pub fn next<'a, M: Message<'a>>(&'a mut self) -> Result<Option<M>, WireError> {
        let received = &self.buffer[self.start..self.end];
        let Some((header, rest)) = received.split_first_chunk::<HEADER_SIZE>() else {
            return Ok(None);
        };
        let [kind, length @ ..] = *header;
        let length = u32::from_le_bytes(length) as usize;
        if length > MAX_PAYLOAD {
            return Err(WireError::Oversize(length));
        }
        let Some(payload) = rest.get(..length) else {
            return Ok(None);
        };
        let message = M::decode(kind, payload)?;
        self.start += HEADER_SIZE + length;
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{GuestMessage, HostMessage};

    fn feed(decoder: &mut Decoder, bytes: &[u8]) {
        decoder.space()[..bytes.len()].copy_from_slice(bytes);
        decoder.filled(bytes.len());
    }

    #[test]
    fn accepts_a_split_at_each_byte() {
        let mut stream = Vec::new();
        GuestMessage::Stdout(b"hello").encode(&mut stream);
        GuestMessage::Exit(0x700).encode(&mut stream);
        for split in 0..=stream.len() {
            let mut decoder = Decoder::new();
            let mut seen = Vec::new();
            for part in [&stream[..split], &stream[split..]] {
                feed(&mut decoder, part);
                while let Some(message) = decoder.next::<GuestMessage>().unwrap() {
                    seen.push(format!("{message:?}"));
                }
            }
            let expected = [
                format!("{:?}", GuestMessage::Stdout(b"hello")),
                format!("{:?}", GuestMessage::Exit(0x700)),
            ];
            assert_eq!(seen, expected, "split at {split}");
            assert!(decoder.is_empty());
        }
    }

    #[test]
    fn accepts_a_stream_in_single_bytes() {
        let mut stream = Vec::new();
        HostMessage::Stdin(&[7; 300]).encode(&mut stream);
        let mut decoder = Decoder::new();
        for (index, byte) in stream.iter().enumerate() {
            assert_eq!(decoder.next::<HostMessage>(), Ok(None), "byte {index}");
            feed(&mut decoder, &[*byte]);
        }
        assert_eq!(
            decoder.next::<HostMessage>(),
            Ok(Some(HostMessage::Stdin(&[7; 300])))
        );
    }

    #[test]
    fn stays_within_one_frame_and_one_read() {
        let payload = vec![1; MAX_PAYLOAD];
        let mut stream = Vec::new();
        for _ in 0..64 {
            HostMessage::Stdin(&payload).encode(&mut stream);
        }
        let mut decoder = Decoder::new();
        let mut received = 0;
        let mut rest = stream.as_slice();
        while !rest.is_empty() {
            let space = decoder.space();
            let length = space.len().min(rest.len()).min(50_001);
            space[..length].copy_from_slice(&rest[..length]);
            decoder.filled(length);
            rest = &rest[length..];
            while let Some(message) = decoder.next::<HostMessage>().unwrap() {
                assert_eq!(message, HostMessage::Stdin(&payload));
                received += 1;
            }
        }
        assert_eq!(received, 64);
        assert!(decoder.buffer.len() <= HEADER_SIZE + MAX_PAYLOAD + READ_SIZE);
    }

    #[test]
    fn refuses_an_oversize_frame_from_its_header() {
        let mut decoder = Decoder::new();
        feed(&mut decoder, &[0x02, 0x01, 0x00, 0x04, 0x00]);
        assert_eq!(
            decoder.next::<GuestMessage>(),
            Err(WireError::Oversize(MAX_PAYLOAD + 1))
        );
    }

    #[test]
    fn refuses_the_other_direction() {
        let mut stream = Vec::new();
        GuestMessage::Exit(0).encode(&mut stream);
        let mut decoder = Decoder::new();
        feed(&mut decoder, &stream);
        assert!(matches!(
            decoder.next::<HostMessage>(),
            Err(WireError::UnknownKind(_))
        ));
    }
}
