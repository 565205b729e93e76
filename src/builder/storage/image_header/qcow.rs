//! The headers of qcow and qcow2 images.

use std::io::{self, Read, Seek};

use super::piece::{Header, Reach, name};

const MAGIC: [u8; 4] = *b"QFI\xfb";

/// Content is in another file, which an extension of the header names.
const DATA_FILE: u64 = 1 << 2;

/// And whether the image was closed, whether it is damaged, how it is compressed, and parts of clusters.
const KNOWN: u64 = 0b1_1111;

/// Where the first extension is in an image of version 2.
const OLD_LENGTH: u32 = 72;

/// How far extensions are read: they are in the first cluster, which has at most 2 MiB, and are short.
const MOST_EXTENSIONS: usize = 256;

const END: u32 = 0;
const DATA_FILE_NAME: u32 = 0x4441_5441;

pub(super) fn look(image: &mut (impl Read + Seek)) -> io::Result<Reach> {
    let header = Header::read(image, 0, 112)?;
    if header.bytes(0) != MAGIC {
        return Ok(Reach::Itself);
    }
    let version = header.be32(4);
    let (offset, length) = (header.be64(8), header.be32(16));
    if offset != 0 || length != 0 {
        return Ok(Reach::Elsewhere(name(image, offset, length)?));
    }
    let (features, header_length) = match version {
        1 => return Ok(Reach::Itself),
        2 => (0, OLD_LENGTH),
        3 => (header.be64(72), header.be32(100)),
        _ => return Ok(Reach::Unknown),
    };
    let data_file = data_file(image, header_length)?;
    if features & DATA_FILE != 0 || data_file.is_some() {
        return Ok(Reach::Elsewhere(data_file.flatten()));
    }
    Ok(if features & !KNOWN != 0 {
        Reach::Unknown
    } else {
        Reach::Itself
    })
}

/// The name in the extension for a data file, if there is one.
fn data_file(image: &mut (impl Read + Seek), start: u32) -> io::Result<Option<Option<String>>> {
    let mut offset = u64::from(start);
    for _ in 0..MOST_EXTENSIONS {
        let extension = Header::read(image, offset, 8)?;
        let (kind, length) = (extension.be32(0), extension.be32(4));
        match kind {
            END => break,
            DATA_FILE_NAME => return name(image, offset + 8, length).map(Some),
            // Its length is that of its content, which ends where 8 bytes do.
            _ => offset += 8 + u64::from(length).next_multiple_of(8),
        }
    }
    Ok(None)
}
