//! Kernel releases: read from an image, and put in order of age.

use std::cmp::Ordering;
use std::io::{self, Read};

use memchr::memmem;

/// A release, ordered by age: `6.1.0-rc2` < `6.1.0` < `6.1.0-9-amd64` < `6.1.0-10-amd64`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Release(pub(crate) String);

impl Ord for Release {
    fn cmp(&self, other: &Self) -> Ordering {
        let (mine, theirs) = (parts(&self.0), parts(&other.0));
        mine.iter()
            .zip(&theirs)
            .map(|(a, b)| a.cmp(b))
            .find(|order| order.is_ne())
            .unwrap_or_else(|| match mine.len().cmp(&theirs.len()) {
                Ordering::Less if theirs[mine.len()] == Part::Candidate => Ordering::Greater,
                Ordering::Greater if mine[theirs.len()] == Part::Candidate => Ordering::Less,
                order => order,
            })
            .then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for Release {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A part of a release. The order of the variants is that of their age.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    /// The `rc` of a release candidate.
    Candidate,
    Word(&'a str),
    /// Its length without leading zeros, then its digits: numbers of any size.
    Number(usize, &'a str),
}

fn parts(release: &str) -> Vec<Part<'_>> {
    release
        .split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|field| field.chunk_by_digits())
        .map(|part| {
            if part == "rc" {
                Part::Candidate
            } else if part.starts_with(|c: char| c.is_ascii_digit()) {
                let number = part.trim_start_matches('0');
                Part::Number(number.len(), number)
            } else {
                Part::Word(part)
            }
        })
        .collect()
}

trait ChunkByDigits {
    fn chunk_by_digits(&self) -> impl Iterator<Item = &str>;
}

impl ChunkByDigits for str {
    fn chunk_by_digits(&self) -> impl Iterator<Item = &str> {
        self.as_bytes()
            .chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit())
            .filter_map(|chunk| std::str::from_utf8(chunk).ok())
    }
}

/// The release that a kernel image says it is: a bzImage in its setup header, an ELF kernel in its banner.
pub(crate) fn of_image(image: &mut impl Read) -> io::Result<Option<String>> {
    // The setup code with its version string has at most 64 sectors.
    let mut start = Vec::new();
    image.by_ref().take(64 * 512).read_to_end(&mut start)?;
    if start.get(0x202..0x206) == Some(b"HdrS") {
        return Ok(in_setup(&start));
    }
    if start.starts_with(b"\x7fELF") {
        return in_banner(start, image);
    }
    Ok(None)
}

fn in_setup(setup: &[u8]) -> Option<String> {
    let offset = u16::from_le_bytes(setup.get(0x20e..0x210)?.try_into().ok()?);
    if offset == 0 {
        return None;
    }
    first_word(setup.get(usize::from(offset) + 0x200..)?)
}

fn in_banner(start: Vec<u8>, rest: &mut impl Read) -> io::Result<Option<String>> {
    const BANNER: &[u8] = b"Linux version ";
    /// Longer than the banner and any release.
    const OVERLAP: usize = 256;
    let finder = memmem::Finder::new(BANNER);
    let mut window = start;
    loop {
        let read = rest.by_ref().take(1 << 20).read_to_end(&mut window)?;
        for place in finder.find_iter(&window) {
            let release = first_word(&window[place + BANNER.len()..]);
            if release.is_some() {
                return Ok(release);
            }
        }
        if read == 0 {
            return Ok(None);
        }
        window.drain(..window.len().saturating_sub(OVERLAP));
    }
}

/// The release that `text` starts with. It becomes part of a path, so it may hold no slash.
fn first_word(text: &[u8]) -> Option<String> {
    let end = text.iter().position(|b| *b == b' ' || *b == 0)?;
    let word = std::str::from_utf8(&text[..end]).ok()?;
    let plausible = word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
    plausible.then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_ordered_by_age() {
        let ordered = [
            "4.19.0-27-amd64",
            "5.10.0-9-amd64",
            "5.10.0-10-amd64",
            "6.1.0-rc2",
            "6.1.0-rc10-amd64",
            "6.1.0",
            "6.1.0-9-amd64",
            "6.1.0-56-amd64",
            "6.1.0-56-cloud-amd64",
            "6.11.0-1",
            "10.0.0",
        ];
        for (index, early) in ordered.iter().enumerate() {
            for late in &ordered[index + 1..] {
                let (early, late) = (Release((*early).into()), Release((*late).into()));
                assert!(early < late, "{early:?} {late:?}");
                assert!(late > early);
            }
        }
    }

    fn bzimage(version: &[u8]) -> Vec<u8> {
        let mut image = vec![0; 0x4000];
        image[0x202..0x206].copy_from_slice(b"HdrS");
        image[0x20e..0x210].copy_from_slice(&0x3000u16.to_le_bytes());
        image[0x3200..0x3200 + version.len()].copy_from_slice(version);
        image
    }

    fn of(image: &[u8]) -> Option<String> {
        of_image(&mut &image[..]).unwrap()
    }

    #[test]
    fn a_bzimage_tells_its_release() {
        let image = bzimage(b"6.1.0-1-amd64 (somebody@somewhere) #1 SMP");
        assert_eq!(of(&image).as_deref(), Some("6.1.0-1-amd64"));
        assert_eq!(of(&image[..0x3000]), None);
        assert_eq!(of(&bzimage(b"../etc #1")), None);
        assert_eq!(of(&bzimage(b"6/../../etc #1")), None);
        assert_eq!(of(b"text"), None);
    }

    #[test]
    fn an_elf_kernel_tells_its_release() {
        // Across the border of two windows, after a format string that looks alike.
        for place in [100, 32 * 512 + 40, (1 << 20) + 32 * 1024 - 8, 3 << 20] {
            let mut image = b"\x7fELF Linux version %s (%s)".to_vec();
            image.resize(place, 0);
            image.extend_from_slice(b"Linux version 6.9.1-x (me) #1");
            image.resize(4 << 20, 0);
            assert_eq!(of(&image).as_deref(), Some("6.9.1-x"), "{place}");
        }
        assert_eq!(of(b"\x7fELF nothing"), None);
    }
}
