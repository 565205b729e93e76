//! Random schedules of a queue, against a model that keeps everything.

use std::io::Read;

use super::*;
use crate::wire::{HostMessage, WINDOW};

/// Numbers that are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// Writes at most so many bytes, by one call and over the border of the parts; then there is no room.
fn take(outbox: &mut Outbox, bytes: usize, taken: &mut Vec<u8>) {
    let mut left = bytes;
    outbox
        .write_with(|parts| {
            if left == 0 {
                return Err(ErrorKind::WouldBlock.into());
            }
            let before = taken.len();
            for part in parts {
                let n = part.len().min(left);
                taken.extend_from_slice(&part[..n]);
                left -= n;
            }
            Ok(taken.len() - before)
        })
        .unwrap();
}

#[test]
fn memory_is_bounded_whatever_the_schedule() {
    for seed in 1..=60 {
        let mut random = Random(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
        let limit = [1, 4096, MAX_PAYLOAD, WINDOW][random.below(4)];
        // From writers that are faster to readers that are.
        let (most_in, most_out) = (1 + random.below(MAX_PAYLOAD), 1 + random.below(MAX_PAYLOAD));
        let mut outbox = Outbox::new(limit);
        let (mut given, mut taken) = (Vec::new(), Vec::new());
        let mut number = 0_u8;
        while given.len() < 8 * WINDOW.min(8 * limit) {
            number = number.wrapping_add(1);
            let data = vec![number; random.below(most_in)];
            let length = outbox.len();
            if random.below(2) == 0 {
                let message = HostMessage::Stdin(&data);
                match outbox.room() {
                    Ok(mut room) => {
                        message.encode(&mut room);
                        message.encode(&mut given);
                        assert!(length < limit);
                    }
                    Err(error) => assert_eq!((error, length >= limit), (Full, true)),
                }
            } else if outbox.push(&data).is_ok() {
                given.extend_from_slice(&data);
                assert!(outbox.len() <= limit.max(length));
            } else {
                assert!(length + data.len() > limit);
            }
            let bytes = random.below(most_out);
            take(&mut outbox, bytes, &mut taken);
            assert!(
                outbox.capacity() <= limit + HEADER_SIZE + MAX_PAYLOAD,
                "seed {seed}: {} bytes of memory for {}",
                outbox.capacity(),
                outbox.len()
            );
            assert_eq!(outbox.len(), given.len() - taken.len(), "seed {seed}");
        }
        take(&mut outbox, usize::MAX, &mut taken);
        assert!(taken == given, "seed {seed}");
        assert!(outbox.is_empty() && outbox.capacity() <= KEPT);
    }
}

#[test]
fn a_descriptor_gets_both_parts_in_one_call() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut outbox = Outbox::new(WINDOW);
    outbox.push(&[1; 100]).unwrap();
    take(&mut outbox, 60, &mut Vec::new());
    // Goes round the end of the memory.
    let more = outbox.capacity() - outbox.len();
    outbox.push(&vec![2; more]).unwrap();
    assert!(!outbox.queue.as_slices().1.is_empty());
    outbox.write_to(&writer).unwrap();
    assert!(outbox.is_empty());
    drop(writer);
    let mut seen = Vec::new();
    reader.read_to_end(&mut seen).unwrap();
    assert_eq!(seen, [vec![1; 40], vec![2; more]].concat());
}

#[test]
fn what_a_descriptor_does_not_take_waits() {
    let (mut host, guest) = std::os::unix::net::UnixStream::pair().unwrap();
    guest.set_nonblocking(true).unwrap();
    let mut outbox = Outbox::new(WINDOW);
    outbox.push(&vec![7; WINDOW]).unwrap();
    outbox.write_to(&guest).unwrap();
    let waits = outbox.len();
    assert!(waits > 0 && waits < WINDOW);
    assert_eq!(outbox.push(&vec![0; WINDOW]), Err(Full));
    let mut seen = 0;
    while seen < WINDOW {
        seen += host.read(&mut [0; 4096]).unwrap();
        outbox.write_to(&guest).unwrap();
    }
    drop(host);
    outbox.push(b"x").unwrap();
    let error = outbox.write_to(&guest).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BrokenPipe);
}
