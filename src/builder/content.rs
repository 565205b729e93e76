//! What is in a file that is copied into an archive: its data without its holes, as the file was when it was opened, or, where
//! a file does not tell its length, all of it.

use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, copy};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use rustix::fs::{SeekFrom as Seeking, seek};
use rustix::io::Errno;
use tar::{EntryType, GnuExtSparseHeader, Header};

/// How much is read of a file that does not tell its length, such as those of `/proc`, in bytes: it may have no end.
const HIDDEN: u64 = 16 << 20;

/// How many parts of a file are told apart at the most.
const PARTS: usize = 1 << 16;

/// What parts begin at multiples of, in bytes; an archive needs that, and file systems have no smaller holes.
const BLOCK: u64 = 512;

/// The data from an offset on, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    offset: u64,
    length: u64,
}

/// The content of one file.
#[derive(Debug)]
pub(super) struct Content {
    file: File,
    length: u64,
    /// All that is not a hole; none where there is no hole.
    parts: Option<Vec<Part>>,
}

impl Content {
    /// That of `file`. What has to be read to know its length is put into a file without a name in `directory`.
    pub(super) fn of(file: File, directory: &Path) -> io::Result<Self> {
        let about = file.metadata()?;
        let length = about.len();
        let parts = parts(&file, length)?;
        let is_hole = parts.as_ref().is_some_and(Vec::is_empty);
        // Where nothing is stored there is a hole, or something that is made as it is read.
        if length == 0 || (about.blocks() == 0 && !is_hole) {
            return Self::hidden(file, &about, directory);
        }
        Ok(Self {
            file,
            length,
            parts,
        })
    }

    fn hidden(file: File, about: &Metadata, directory: &Path) -> io::Result<Self> {
        let mut whole = tempfile::tempfile_in(directory)?;
        let length = copy(&mut file.take(HIDDEN + 1), &mut whole)?;
        if length > HIDDEN {
            let text = tr!(
                "it does not tell its length ({told} bytes), and has more than {limit} MiB",
                told = about.len(),
                limit = HIDDEN >> 20
            );
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        whole.rewind()?;
        Ok(Self {
            file: whole,
            length,
            parts: None,
        })
    }

    /// How many bytes it has without the holes.
    pub(super) fn stored(&self) -> u64 {
        match &self.parts {
            None => self.length,
            Some(parts) => parts.iter().map(|part| part.length).sum(),
        }
    }

    /// Writes it to the empty file `target`, with its holes.
    pub(super) fn write_to(self, mut target: File) -> io::Result<()> {
        target.set_len(self.length)?;
        let whole = Part {
            offset: 0,
            length: self.length,
        };
        let mut file = self.file;
        for part in self.parts.unwrap_or_else(|| vec![whole]) {
            file.seek(SeekFrom::Start(part.offset))?;
            target.seek(SeekFrom::Start(part.offset))?;
            if copy(&mut file.by_ref().take(part.length), &mut target)? < part.length {
                return Err(became_shorter());
            }
        }
        Ok(())
    }

    /// Says in `header` what it is like, and gives what comes behind.
    pub(super) fn announce(self, header: &mut Header) -> impl Read + use<> {
        header.set_size(self.stored());
        let mut listed = Vec::new();
        let mut parts = vec![Part {
            offset: 0,
            length: self.length,
        }];
        if let Some(all) = self.parts {
            header.set_entry_type(EntryType::GNUSparse);
            parts = all;
            // A hole at the end is told by an empty part behind it.
            if parts.last().map_or(0, |part| part.offset + part.length) < self.length {
                parts.push(Part {
                    offset: self.length,
                    length: 0,
                });
            }
            if let Some(header) = header.as_gnu_mut() {
                header.set_real_size(self.length);
                let (first, more) = parts.split_at(parts.len().min(header.sparse.len()));
                for (part, place) in first.iter().zip(&mut header.sparse) {
                    place.set_offset(part.offset);
                    place.set_length(part.length);
                }
                header.set_is_extended(!more.is_empty());
                listed = list(more);
            }
        }
        io::Cursor::new(listed).chain(Data {
            file: self.file,
            parts: parts.into_iter(),
            part: Part {
                offset: 0,
                length: 0,
            },
        })
    }
}

fn became_shorter() -> io::Error {
    let text = tr!("it became shorter while it was copied");
    io::Error::new(io::ErrorKind::UnexpectedEof, text)
}

/// What the header has no room for, in blocks of its own.
fn list(parts: &[Part]) -> Vec<u8> {
    let mut blocks = Vec::new();
    let mut left = parts;
    while !left.is_empty() {
        let mut block = GnuExtSparseHeader::new();
        let (these, rest) = left.split_at(left.len().min(block.sparse.len()));
        for (part, place) in these.iter().zip(&mut block.sparse) {
            place.set_offset(part.offset);
            place.set_length(part.length);
        }
        block.set_is_extended(!rest.is_empty());
        blocks.extend_from_slice(block.as_bytes());
        left = rest;
    }
    blocks
}

/// The parts of a file of `length` bytes; none where it has no holes, or its file system can't tell.
fn parts(file: &File, length: u64) -> io::Result<Option<Vec<Part>>> {
    let mut parts = Vec::<Part>::new();
    // Smaller holes are filled.
    let mut smallest = 0;
    let mut end = 0;
    while end < length {
        let offset = match seek(file, Seeking::Data(end)) {
            Ok(offset) => offset.min(length),
            Err(Errno::NXIO) => break,
            Err(_) => return Ok(None),
        };
        let hole = seek(file, Seeking::Hole(offset))
            .unwrap_or(length)
            .min(length);
        if offset % BLOCK != 0 || hole <= offset {
            break;
        }
        add(
            &mut parts,
            Part {
                offset,
                length: hole - offset,
            },
            smallest,
        );
        while parts.len() > PARTS {
            smallest = (2 * smallest).max(4096);
            let all = std::mem::take(&mut parts);
            all.into_iter()
                .for_each(|part| add(&mut parts, part, smallest));
        }
        end = hole;
    }
    let has_holes = parts.iter().map(|part| part.length).sum::<u64>() < length;
    let mut file = file;
    file.seek(SeekFrom::Start(0))?;
    Ok(has_holes.then_some(parts))
}

fn add(parts: &mut Vec<Part>, part: Part, smallest: u64) {
    match parts.last_mut() {
        Some(last) if part.offset - (last.offset + last.length) < smallest => {
            last.length = part.offset + part.length - last.offset;
        }
        _ => parts.push(part),
    }
}

/// The parts one after the other, each as long as it is announced, whatever the file has become since.
struct Data {
    file: File,
    parts: std::vec::IntoIter<Part>,
    part: Part,
}

impl Read for Data {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.part.length == 0 {
            let Some(next) = self.parts.next() else {
                return Ok(0);
            };
            self.part = next;
            if next.length > 0 {
                self.file.seek(SeekFrom::Start(next.offset))?;
            }
        }
        let length = self.file.by_ref().take(self.part.length).read(buffer)?;
        if length == 0 && !buffer.is_empty() {
            return Err(became_shorter());
        }
        self.part.length -= length as u64;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::FileExt;

    use super::*;

    fn content(file: &tempfile::NamedTempFile) -> Content {
        Content::of(file.reopen().unwrap(), Path::new("/tmp")).unwrap()
    }

    fn all(content: Content) -> io::Result<Vec<u8>> {
        let mut data = Vec::new();
        content
            .announce(&mut Header::new_gnu())
            .read_to_end(&mut data)?;
        Ok(data)
    }

    #[test]
    fn a_file_that_changes_does_not_spoil_the_archive() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(b"what is there").unwrap();
        let grows = content(&file);
        file.write_all(b", and more").unwrap();
        assert_eq!(all(grows).unwrap(), b"what is there");
        let shrinks = content(&file);
        file.as_file().set_len(5).unwrap();
        let error = all(shrinks).unwrap_err();
        assert!(error.to_string().contains("shorter"), "{error}");
    }

    #[test]
    fn a_file_that_hides_its_length_is_read_to_its_end() {
        for path in [
            "/proc/version",
            "/sys/kernel/mm/transparent_hugepage/enabled",
            "/dev/null",
        ] {
            let Ok(text) = std::fs::read(path) else {
                continue;
            };
            let content = Content::of(File::open(path).unwrap(), Path::new("/tmp")).unwrap();
            assert_eq!(content.stored(), text.len() as u64, "{path}");
            assert_eq!(all(content).unwrap(), text, "{path}");
        }
    }

    #[test]
    fn a_file_without_an_end_is_refused() {
        let error = Content::of(File::open("/dev/zero").unwrap(), Path::new("/tmp")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
        assert!(error.to_string().contains("16 MiB"), "{error}");
    }

    #[test]
    fn holes_are_kept_and_the_smallest_are_filled_where_there_are_too_many() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let (every, count) = (8192, PARTS as u64 + 10);
        for number in 0..count {
            file.as_file().write_at(b"x", number * every).unwrap();
        }
        file.as_file().set_len(1 << 40).unwrap();
        let content = content(&file);
        let parts = content.parts.as_ref().unwrap();
        assert!(parts.len() <= PARTS && !parts.is_empty(), "{}", parts.len());
        assert!(content.stored() <= count * every, "{}", content.stored());

        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(1 << 40).unwrap();
        assert_eq!(self::content(&file).stored(), 0);
    }
}
