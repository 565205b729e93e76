//! Looks into the header of a disk image for what would have QEMU take content from elsewhere.

mod piece;
mod qcow;
mod vmdk;

use std::io::{self, Read, Seek, SeekFrom};

use libvirt_glib::gconfig::DomainDiskFormat;

pub(crate) use self::piece::Reach;
use self::piece::{Header, LONGEST, name, printable};
use crate::builder::domain::xml::nick;
use crate::builder::storage::sources::{Source, shown};

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
