//! The headers of vmdk images.

use std::io::{self, Read, Seek};

use memchr::memmem;

use super::piece::{Header, Reach, printable};

/// Where QEMU looks for the description of an image that is one file, and how much of it is read.
const DESCRIPTION: u64 = 0x200;
const DESCRIPTION_LENGTH: u32 = 20 * 512;

/// What names a parent in the description.
const PARENT: &[u8] = b"parentFileNameHint";

pub(super) fn look(image: &mut (impl Read + Seek)) -> io::Result<Reach> {
    let header = Header::read(image, 0, 512)?;
    match &header.bytes(0) {
        b"KDMV" => {
            // Without a capacity of its own QEMU takes the description for that of extents, which are other files.
            if header.le64(12) == 0 {
                return Ok(Reach::Elsewhere(None));
            }
            let described = header.le64(28).saturating_mul(512);
            for offset in [DESCRIPTION, described] {
                if let Some(parent) = parent(image, offset)? {
                    return Ok(Reach::Elsewhere(parent));
                }
            }
            Ok(Reach::Itself)
        }
        b"COWD" => Ok(parent(image, DESCRIPTION)?.map_or(Reach::Itself, Reach::Elsewhere)),
        // The rest is a text that names the files of the image.
        _ => Ok(Reach::Elsewhere(extent(&header.0))),
    }
}

/// What the description at `offset` says of a parent, if it says anything.
fn parent(image: &mut (impl Read + Seek), offset: u64) -> io::Result<Option<Option<String>>> {
    let description = Header::read(image, offset, DESCRIPTION_LENGTH)?.0;
    let found = memmem::find(&description, PARENT);
    Ok(found.map(|place| quoted(&description[place..])))
}

/// The name of the first extent in a description.
fn extent(description: &[u8]) -> Option<String> {
    let mut lines = description.split(|byte| *byte == b'\n');
    let line = lines.find(|line| {
        [&b"RW "[..], b"RDONLY "]
            .iter()
            .any(|word| line.starts_with(word))
    })?;
    quoted(line)
}

/// What is between the first two quotation marks.
fn quoted(text: &[u8]) -> Option<String> {
    printable(text.split(|byte| *byte == b'"').nth(1)?)
}
