//! Looks into the header of a disk image for what would have QEMU take content from elsewhere.

mod qcow;
mod vmdk;

use std::io::{self, Read, Seek, SeekFrom};

use libvirt_glib::gconfig::DomainDiskFormat;

use super::filesystems::nick;
use super::sources::{Source, shown};

/// The longest name of something else that is told.
const LONGEST: usize = 256;

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

/// Refuses an image that leads to something that the sandbox is not given. QEMU would open that, with its rights, and libvirt
/// would give it to QEMU before.
pub(crate) fn refuse_others(source: &Source, format: DomainDiskFormat) -> Result<(), String> {
    if format == DomainDiskFormat::Raw {
        return Ok(());
    }
    let image = shown(&source.path);
    if !source.is_trusted {
        return Err(tr!(
            "{image} belongs to another user, who could have it refer to something else, which the sandbox would reach through it: use a copy of your own, or add ',backing=allow'",
            image,
        ));
    }
    match source
        .open()
        .and_then(|mut opened| look(format, &mut opened))
    {
        Ok(Reach::Itself) => Ok(()),
        Ok(Reach::Elsewhere(name)) => Err(tr!(
            "{image} refers to something else, '{name}', which the sandbox would reach through it: make an image of its own with 'qemu-img convert', or add ',backing=allow'",
            image,
            name = name.unwrap_or_else(|| "?".to_owned()),
        )),
        Ok(Reach::Unknown) => Err(tr!(
            "{image} may refer to something else, which the sandbox would reach through it, and its format {format} is not known well enough to tell: make a qcow2 image of it with 'qemu-img convert', or add ',backing=allow'",
            image,
            format = nick(format),
        )),
        Err(error) => Err(tr!(
            "cannot look whether {image} refers to something else, which the sandbox would reach through it: {error}; let it be read, or add ',backing=allow'",
            image,
            error,
        )),
    }
}

/// Tells what an image in `format` leads to. Nothing that it says is believed. An image that is not in that format leads
/// nowhere, as QEMU is told the format and does not open others.
pub(crate) fn look(format: DomainDiskFormat, image: &mut (impl Read + Seek)) -> io::Result<Reach> {
    match format {
        // Whatever is in it is content.
        DomainDiskFormat::Raw | DomainDiskFormat::Iso => Ok(Reach::Itself),
        DomainDiskFormat::Qcow | DomainDiskFormat::Qcow2 => qcow::look(image),
        DomainDiskFormat::Qed => qed(image),
        DomainDiskFormat::Vmdk => vmdk::look(image),
        DomainDiskFormat::Vpc => vpc(image),
        // They have no place for another name.
        DomainDiskFormat::Bochs | DomainDiskFormat::Cloop => Ok(Reach::Itself),
        _ => Ok(Reach::Unknown),
    }
}

/// A piece of an image; what is not there is 0.
struct Header(Vec<u8>);

impl Header {
    /// The first `length` bytes at `offset`, of which there are few.
    fn read(image: &mut (impl Read + Seek), offset: u64, length: u32) -> io::Result<Self> {
        let mut bytes = Vec::new();
        // No file is that long.
        if i64::try_from(offset).is_ok() {
            image.seek(SeekFrom::Start(offset))?;
            image.take(length.into()).read_to_end(&mut bytes)?;
        }
        bytes.resize(length as usize, 0);
        Ok(Self(bytes))
    }

    fn bytes<const N: usize>(&self, offset: usize) -> [u8; N] {
        let found = self.0.get(offset..).and_then(|rest| rest.first_chunk());
        found.copied().unwrap_or([0; N])
    }

    fn be32(&self, offset: usize) -> u32 {
        u32::from_be_bytes(self.bytes(offset))
    }

    fn be64(&self, offset: usize) -> u64 {
        u64::from_be_bytes(self.bytes(offset))
    }

    fn le32(&self, offset: usize) -> u32 {
        u32::from_le_bytes(self.bytes(offset))
    }

    fn le64(&self, offset: usize) -> u64 {
        u64::from_le_bytes(self.bytes(offset))
    }
}

/// The name at `offset`, for a message: it may be anything.
fn name(image: &mut (impl Read + Seek), offset: u64, length: u32) -> io::Result<Option<String>> {
    let bytes = Header::read(image, offset, length.min(LONGEST as u32))?.0;
    Ok(printable(&bytes))
}

fn printable(bytes: &[u8]) -> Option<String> {
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

/// QED: a bit says that there is a backing file.
fn qed(image: &mut (impl Read + Seek)) -> io::Result<Reach> {
    const BACKING: u64 = 1;
    /// And whether its format is known, and whether the image has to be checked.
    const KNOWN: u64 = 0b111;
    let header = Header::read(image, 0, 64)?;
    if header.bytes(0) != *b"QED\0" {
        return Ok(Reach::Itself);
    }
    let features = header.le64(16);
    let (offset, length) = (header.le32(56), header.le32(60));
    if features & BACKING != 0 {
        Ok(Reach::Elsewhere(name(image, offset.into(), length)?))
    } else if features & !KNOWN != 0 {
        Ok(Reach::Unknown)
    } else {
        Ok(Reach::Itself)
    }
}

/// VPC: a footer, or its copy at the start, says whether it is a differencing image.
fn vpc(image: &mut (impl Read + Seek)) -> io::Result<Reach> {
    const FOOTER: u32 = 512;
    let (fixed, dynamic, differencing) = (2, 3, 4);
    let length = image.seek(SeekFrom::End(0))?;
    for offset in [0, length.saturating_sub(FOOTER.into())] {
        let footer = Header::read(image, offset, FOOTER)?;
        if footer.bytes(0) != *b"conectix" {
            continue;
        }
        let kind = footer.be32(60);
        if kind == differencing {
            return Ok(Reach::Elsewhere(None));
        }
        if kind != fixed && kind != dynamic {
            return Ok(Reach::Unknown);
        }
        // The identity of a parent is in the header of a dynamic one.
        let sparse = Header::read(image, footer.be64(16), 1024)?;
        if kind == dynamic && sparse.bytes(0) == *b"cxsparse" {
            let parent: [u8; 16] = sparse.bytes(40);
            if parent != [0; 16] {
                return Ok(Reach::Elsewhere(printable_utf16(&sparse.0[64..])));
            }
        }
    }
    Ok(Reach::Itself)
}

fn printable_utf16(bytes: &[u8]) -> Option<String> {
    let letters = bytes.chunks_exact(2).take(LONGEST);
    let letters: Vec<u16> = letters
        .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
        .take_while(|letter| *letter != 0)
        .collect();
    printable(String::from_utf16_lossy(&letters).as_bytes())
}

#[cfg(test)]
mod tests;
