//! Finds what QEMU boots fastest in a kernel image: the ELF kernel inside of a bzImage, decompressed once.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use object::read::ReadCache;
use object::read::elf::{FileHeader, ProgramHeader};
use object::{Endianness, elf};

use crate::builder::boot::cache::{self, Cache, Key};
use crate::builder::boot::decompress::{Compression, name_unknown};
use sandbox_gettext::translate;

/// Changed whenever the same image gives another file.
const FORMAT: &str = "vmlinux 1";

/// The kind of its entries in the cache.
const KIND: &str = "vmlinux";
/// Larger than any kernel; a length beyond it comes from a damaged header.
const LARGEST: u64 = 1 << 30;
/// The note that names the PVH entry point, by which QEMU enters an ELF kernel.
const XEN_ELFNOTE_PHYS32_ENTRY: elf::NoteType = elf::NoteType(18);
/// How many segments an ELF kernel may have, and how large their notes may be: it has a handful of either.
const MOST_SEGMENTS: u32 = 64;
const LARGEST_NOTES: u64 = 1 << 20;
/// Where the setup header of a bzImage ends that has a payload (boot protocol 2.08).
const SETUP_HEADER_END: usize = 0x250;

/// An image that QEMU can boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BootImage {
    /// An uncompressed ELF kernel with a PVH entry.
    Vmlinux(PathBuf),
    /// The image as it was given, and why nothing better could be made of it.
    Original {
        /// The image.
        path: PathBuf,
        /// For somebody who wonders why the start takes long.
        reason: String,
    },
}

impl BootImage {
    /// The file to boot.
    pub fn path(&self) -> &Path {
        match self {
            Self::Vmlinux(path) | Self::Original { path, .. } => path,
        }
    }
}

/// Why an image can't be booted.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// Not a kernel.
    #[error(
        "{}",
        tr!(
            "{path} is not a kernel image ({found}): name another one",
            path = .path.display(),
            found,
        )
    )]
    NotAKernel {
        /// The file.
        path: PathBuf,
        /// What it starts with.
        found: String,
    },
    /// A kernel that is damaged.
    #[error(
        "{}",
        tr!(
            "kernel image {path} is damaged: {what}; reinstall the kernel or name another one",
            path = .path.display(),
            what,
        )
    )]
    Damaged {
        /// The image.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// It can't be read.
    #[error("{}", tr!("cannot read kernel image {path}: {source}", path = .path.display(), source))]
    Read {
        /// The image.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The decompressed kernel can't be stored.
    #[error("{}", tr!("cannot store the decompressed kernel: {reason}", reason = .0))]
    Store(#[from] io::Error),
}

/// Where a bzImage holds its compressed kernel.
#[derive(Debug, PartialEq, Eq)]
struct Payload {
    offset: u64,
    length: u64,
}

/// What an image is, as its first bytes tell.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    Elf,
    BzImage(Payload),
    Other(&'static str),
    Unknown,
}

/// Makes what QEMU boots fastest out of `image`, or takes it from the cache.
pub fn prepare(image: &Path, cache: &Cache) -> Result<BootImage, ImageError> {
    let unreadable = |source| ImageError::Read {
        path: image.to_owned(),
        source,
    };
    let original = |reason| BootImage::Original {
        path: image.to_owned(),
        reason,
    };
    let mut file = File::open(image).map_err(unreadable)?;
    let mut header = Vec::with_capacity(SETUP_HEADER_END);
    Read::by_ref(&mut file)
        .take(SETUP_HEADER_END as u64)
        .read_to_end(&mut header)
        .map_err(unreadable)?;
    let payload = match identify(&header) {
        Kind::BzImage(payload) => payload,
        Kind::Elf if has_pvh_entry(&file) => return Ok(BootImage::Vmlinux(image.to_owned())),
        Kind::Elf => return Ok(original(tr!("it is no x86-64 kernel with a PVH entry"))),
        Kind::Other(what) => return Ok(original(translate(what))),
        Kind::Unknown => {
            return Err(ImageError::NotAKernel {
                path: image.to_owned(),
                found: if header.is_empty() {
                    tr!("empty")
                } else {
                    name_unknown(&header)
                },
            });
        }
    };
    let magic = read_magic(&mut file, &payload).map_err(|what| damaged(image, what))?;
    let Some(compression) = Compression::detect(&magic) else {
        let name = name_unknown(&magic);
        return Ok(original(tr!(
            "its compression is not supported ({name})",
            name
        )));
    };
    let path = cache.get(KIND, &Key::new([image], [FORMAT]), |out| {
        extract(image, &payload, compression, out)
    })?;
    // An empty entry says that the image holds no kernel that can be entered, so that this too is found out once.
    match path.metadata()?.len() {
        0 => Ok(original(tr!("the kernel in it has no PVH entry"))),
        _ => Ok(BootImage::Vmlinux(path)),
    }
}

/// What QEMU would boot for `image`, as far as that is known without making anything.
pub(crate) fn known(image: &Path) -> PathBuf {
    let kernel = cache::lookup(KIND, &Key::new([image], [FORMAT]));
    let kernel = kernel.filter(|path| path.metadata().is_ok_and(|about| about.len() > 0));
    kernel.unwrap_or_else(|| image.to_owned())
}

fn damaged(image: &Path, what: impl ToString) -> ImageError {
    ImageError::Damaged {
        path: image.to_owned(),
        what: what.to_string(),
    }
}

fn identify(header: &[u8]) -> Kind {
    let at = |offset: usize, magic: &[u8]| {
        header
            .get(offset..)
            .is_some_and(|rest| rest.starts_with(magic))
    };
    if at(0, b"\x7fELF") {
        return Kind::Elf;
    }
    if at(0x202, b"HdrS") {
        return bzimage(header);
    }
    if at(0x38, b"ARM\x64") || at(0x30, b"RISCV") || at(4, b"zimg") || at(0, b"\x1f\x8b") {
        return Kind::Other(msgid!("it is a kernel of another architecture"));
    }
    Kind::Unknown
}

/// Reads the setup header, see Documentation/arch/x86/boot.rst of Linux.
fn bzimage(header: &[u8]) -> Kind {
    let (Some(version), Some(offset), Some(length)) = (
        header.get(0x206..0x208).and_then(|b| b.try_into().ok()),
        header.get(0x248..0x24c).and_then(|b| b.try_into().ok()),
        header.get(0x24c..0x250).and_then(|b| b.try_into().ok()),
    ) else {
        return Kind::Unknown;
    };
    if u16::from_le_bytes(version) < 0x208 {
        return Kind::Other(msgid!("its boot protocol is older than 2.08"));
    }
    let setup_sectors = match header[0x1f1] {
        0 => 4,
        sectors => u64::from(sectors),
    };
    Kind::BzImage(Payload {
        offset: (setup_sectors + 1) * 512 + u64::from(u32::from_le_bytes(offset)),
        length: u32::from_le_bytes(length).into(),
    })
}

fn read_magic(file: &mut File, payload: &Payload) -> Result<[u8; 6], String> {
    let mut magic = [0; 6];
    let end = payload.offset + payload.length;
    let size = file.metadata().map_err(|error| error.to_string())?.len();
    if payload.length < 16 || end > size {
        return Err(tr!("its kernel ends at byte {end} of {size}", end, size));
    }
    file.seek(SeekFrom::Start(payload.offset))
        .and_then(|_| file.read_exact(&mut magic))
        .map_err(|error| error.to_string())?;
    Ok(magic)
}

/// Decompresses the payload of `image` into `out`, which stays empty when QEMU can't boot the result.
fn extract(
    image: &Path,
    payload: &Payload,
    compression: Compression,
    out: &mut File,
) -> Result<(), ImageError> {
    let damaged = |what: String| damaged(image, what);
    let broken = |error: io::Error| {
        damaged(tr!(
            "its {compression} data is broken: {error}",
            compression,
            error
        ))
    };
    let mut file = File::open(image).map_err(broken)?;
    // The kernel build appends the decompressed size; gzip's own trailer ends in just that.
    let mut size = [0; 4];
    file.seek(SeekFrom::Start(payload.offset + payload.length - 4))
        .and_then(|_| file.read_exact(&mut size))
        .and_then(|()| file.seek(SeekFrom::Start(payload.offset)))
        .map_err(broken)?;
    let size = u64::from(u32::from_le_bytes(size));
    if size > LARGEST {
        return Err(damaged(tr!("it claims to hold {size} bytes", size)));
    }
    let trailer = if compression == Compression::Gzip {
        0
    } else {
        4
    };
    let decoder = compression
        .decoder(file.take(payload.length - trailer))
        .map_err(broken)?;
    let length = copy_sparse(decoder.take(size + 1), out, broken)?;
    if length != size {
        return Err(damaged(if length > size {
            tr!("it holds more than {size} bytes", size)
        } else {
            tr!("it holds less than {size} bytes", size)
        }));
    }
    if !has_pvh_entry(out) {
        out.set_len(0)?;
    }
    Ok(())
}

/// Copies with holes where there are only zeros: two fifths of a kernel are its zeroed data.
fn copy_sparse(
    mut from: impl Read,
    to: &mut File,
    broken: impl Fn(io::Error) -> ImageError,
) -> Result<u64, ImageError> {
    const BLOCK: usize = 64 * 1024;
    let zeros = vec![0; BLOCK];
    let mut block = vec![0; BLOCK];
    let mut length = 0;
    loop {
        let mut filled = 0;
        while filled < block.len() {
            match from.read(&mut block[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(broken(error)),
            }
        }
        if filled == 0 {
            to.set_len(length)?;
            return Ok(length);
        }
        let data = &block[..filled];
        if data == &zeros[..filled] {
            to.seek(SeekFrom::Current(filled as i64))?;
        } else {
            to.write_all(data)?;
        }
        length += filled as u64;
    }
}

/// Whether QEMU can boot `file` as an ELF kernel.
fn has_pvh_entry(file: &File) -> bool {
    find_pvh_entry(file).unwrap_or(false)
}

fn find_pvh_entry(file: &File) -> object::Result<bool> {
    let data = &ReadCache::new(BufReader::new(file));
    let header = elf::FileHeader64::<Endianness>::parse(data)?;
    let endian = header.endian()?;
    if header.e_machine(endian) != elf::EM_X86_64 {
        return Ok(false);
    }
    if header.phnum(endian, data)? > MOST_SEGMENTS {
        return Ok(false);
    }
    for segment in header.program_headers(endian, data)? {
        if segment.p_filesz(endian) > LARGEST_NOTES {
            continue;
        }
        let Some(mut notes) = segment.notes(endian, data)? else {
            continue;
        };
        while let Some(note) = notes.next()? {
            if note.name() == b"Xen" && note.n_type(endian) == XEN_ELFNOTE_PHYS32_ENTRY {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
#[path = "vmlinux_tests.rs"]
mod tests;
