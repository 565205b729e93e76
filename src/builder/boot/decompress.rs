//! Decoders for the compressions that kernels and their modules come in.

use std::fmt;
use std::io::{self, BufReader, Read};

/// What a decoder may allocate: twice the largest dictionary that a preset of xz uses.
const MEMORY_LIMIT_KIB: u32 = 160 * 1024;

/// A compression, recognized by its magic number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Bzip2,
    Gzip,
    /// The frame of `lz4 -l`, which the kernel build uses.
    Lz4,
    Lzma,
    Xz,
    Zstd,
}

impl Compression {
    /// Recognizes the compression of data that starts with `magic`.
    pub(crate) fn detect(magic: &[u8]) -> Option<Self> {
        const MAGICS: [(&[u8], Compression); 6] = [
            (b"BZh", Compression::Bzip2),
            (b"\x1f\x8b", Compression::Gzip),
            (b"\x02\x21\x4c\x18", Compression::Lz4),
            (b"\x5d\0\0", Compression::Lzma),
            (b"\xfd7zXZ\0", Compression::Xz),
            (b"\x28\xb5\x2f\xfd", Compression::Zstd),
        ];
        MAGICS
            .iter()
            .find(|(prefix, _)| magic.starts_with(prefix))
            .map(|(_, compression)| *compression)
    }

    /// A reader of the data that `input` holds compressed.
    pub(crate) fn decoder<'a>(self, input: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
        let input = BufReader::with_capacity(128 * 1024, input);
        Ok(match self {
            Self::Bzip2 => Box::new(bzip2::bufread::BzDecoder::new(input)),
            Self::Gzip => Box::new(flate2::bufread::GzDecoder::new(input)),
            Self::Lz4 => Box::new(lz4_flex::frame::FrameDecoder::new(input)),
            Self::Lzma => Box::new(lzma_rust2::LzmaReader::new_mem_limit(
                input,
                MEMORY_LIMIT_KIB,
                None,
            )?),
            Self::Xz => Box::new(lzma_rust2::XzReader::new_mem_limit(
                input,
                false,
                MEMORY_LIMIT_KIB,
            )),
            Self::Zstd => Box::new(
                ruzstd::decoding::StreamingDecoder::new(input)
                    .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?,
            ),
        })
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bzip2 => "bzip2",
            Self::Gzip => "gzip",
            Self::Lz4 => "lz4",
            Self::Lzma => "lzma",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        })
    }
}

/// Names data that no decoder here knows, for an error message.
pub(crate) fn name_unknown(magic: &[u8]) -> String {
    if magic.starts_with(b"\x89LZO") {
        return "lzo".to_owned();
    }
    let hex: Vec<String> = magic.iter().take(6).map(|b| format!("{b:02x}")).collect();
    tr!("starting with bytes {bytes}", bytes = hex.join(" "))
}

/// Reads all of `input`, and fails when it is longer than `limit` bytes.
pub(crate) fn read_bounded(input: impl Read, limit: u64) -> io::Result<Vec<u8>> {
    let mut data = Vec::new();
    let read = input.take(limit + 1).read_to_end(&mut data)?;
    if read as u64 > limit {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            tr!("decompressed data is larger than {limit} bytes", limit),
        ));
    }
    Ok(data)
}
