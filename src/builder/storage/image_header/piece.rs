//! Pieces of an image's header, and what follows of them.

use std::io::{self, Read, Seek, SeekFrom};

/// The longest name of something else that is told.
pub(super) const LONGEST: usize = 256;

/// What an image is besides its own content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Nothing.
    Itself,
    /// It refers to something else, by this name as far as it is known.
    Elsewhere(Option<String>),
    /// It may refer to something else: it has what is not known here.
    Unknown,
}

/// A piece of an image; what is not there is 0.
pub(super) struct Header(pub Vec<u8>);

impl Header {
    /// The first `length` bytes at `offset`, of which there are few.
    pub fn read(image: &mut (impl Read + Seek), offset: u64, length: u32) -> io::Result<Self> {
        let mut bytes = Vec::new();
        // No file is that long.
        if i64::try_from(offset).is_ok() {
            image.seek(SeekFrom::Start(offset))?;
            image.take(length.into()).read_to_end(&mut bytes)?;
        }
        bytes.resize(length as usize, 0);
        Ok(Self(bytes))
    }

    pub fn bytes<const N: usize>(&self, offset: usize) -> [u8; N] {
        let found = self.0.get(offset..).and_then(|rest| rest.first_chunk());
        found.copied().unwrap_or([0; N])
    }

    pub fn be32(&self, offset: usize) -> u32 {
        u32::from_be_bytes(self.bytes(offset))
    }

    pub fn be64(&self, offset: usize) -> u64 {
        u64::from_be_bytes(self.bytes(offset))
    }

    pub fn le32(&self, offset: usize) -> u32 {
        u32::from_le_bytes(self.bytes(offset))
    }

    pub fn le64(&self, offset: usize) -> u64 {
        u64::from_le_bytes(self.bytes(offset))
    }
}

/// The name at `offset`, for a message: it may be anything.
pub(super) fn name(
    image: &mut (impl Read + Seek),
    offset: u64,
    length: u32,
) -> io::Result<Option<String>> {
    let bytes = Header::read(image, offset, length.min(LONGEST as u32))?.0;
    Ok(printable(&bytes))
}

/// A name that ends with a zero byte, for a message; none where there is nothing before it.
pub(super) fn printable(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]);
    let turns = |c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let shown = |c: char| {
        let harmless = !c.is_control() && !turns(c);
        if harmless {
            c
        } else {
            char::REPLACEMENT_CHARACTER
        }
    };
    (!text.is_empty()).then(|| text.chars().map(shown).collect())
}
