//! The file systems that an image may hold, and how to tell which one it is: both sides ask.

/// How many bytes from the start of an image tell its file system.
pub const SUPERBLOCK_SIZE: usize = 0x1_0100;

/// A file system that an image may hold.
#[derive(Debug, PartialEq, Eq)]
pub struct FileSystem {
    /// How the kernel calls it.
    pub fstype: &'static str,
    /// Whether it can only be read.
    pub read_only: bool,
    /// Kernel modules besides the one of its name, without which it may not be mounted.
    pub helpers: &'static [&'static str],
    /// Where its magic numbers are; each of them does.
    magic: &'static [(usize, &'static [u8])],
}

/// Every file system that an image may hold. None is mistaken for another: ISO 9660 and FAT leave room for a boot sector
/// of any kind, so they come last.
pub const FILE_SYSTEMS: [FileSystem; 7] = [
    // It mounts ext2 and ext3 as well.
    FileSystem {
        fstype: "ext4",
        read_only: false,
        helpers: &["crc32c_generic"],
        magic: &[(0x438, b"\x53\xef")],
    },
    FileSystem {
        fstype: "xfs",
        read_only: false,
        helpers: &["crc32c_generic"],
        magic: &[(0, b"XFSB")],
    },
    FileSystem {
        fstype: "btrfs",
        read_only: false,
        helpers: &[
            "crc32c_generic",
            "xxhash_generic",
            "sha256_generic",
            "blake2b_generic",
        ],
        magic: &[(0x1_0040, b"_BHRfS_M")],
    },
    FileSystem {
        fstype: "squashfs",
        read_only: true,
        helpers: &[],
        magic: &[(0, b"hsqs")],
    },
    FileSystem {
        fstype: "erofs",
        read_only: true,
        helpers: &["crc32c_generic"],
        magic: &[(0x400, b"\xe2\xe1\xf5\xe0")],
    },
    FileSystem {
        fstype: "iso9660",
        read_only: true,
        helpers: &[],
        magic: &[(0x8001, b"CD001")],
    },
    FileSystem {
        fstype: "vfat",
        read_only: false,
        helpers: &["nls_cp437", "nls_ascii", "nls_iso8859_1", "nls_utf8"],
        magic: &[(0x36, b"FAT1"), (0x52, b"FAT32")],
    },
];

impl FileSystem {
    /// Which one it is, from the first [`SUPERBLOCK_SIZE`] bytes of an image, or from all of a shorter one.
    pub fn detect(start: &[u8]) -> Option<&'static Self> {
        FILE_SYSTEMS.iter().find(|known| {
            known
                .magic
                .iter()
                .any(|(offset, magic)| start.get(*offset..).is_some_and(|at| at.starts_with(magic)))
        })
    }

    /// The file system that the kernel calls `fstype`.
    pub fn named(fstype: &str) -> Option<&'static Self> {
        FILE_SYSTEMS.iter().find(|known| known.fstype == fstype)
    }

    /// The kernel module of its driver.
    pub fn module(&self) -> &'static str {
        match self.fstype {
            "iso9660" => "isofs",
            name => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(offset: usize, magic: &[u8]) -> Vec<u8> {
        let mut image = vec![0; SUPERBLOCK_SIZE];
        image[offset..offset + magic.len()].copy_from_slice(magic);
        image
    }

    fn name(image: &[u8]) -> Option<&'static str> {
        FileSystem::detect(image).map(|found| found.fstype)
    }

    #[test]
    fn every_file_system_is_told_by_its_superblock() {
        for known in &FILE_SYSTEMS {
            for (offset, magic) in known.magic {
                let image = image(*offset, magic);
                assert_eq!(name(&image), Some(known.fstype));
                assert_eq!(name(&image[..offset + magic.len() - 1]), None);
            }
            assert_eq!(FileSystem::named(known.fstype), Some(known));
        }
    }

    #[test]
    fn what_holds_none_is_none() {
        assert_eq!(name(&[]), None);
        assert_eq!(name(&vec![0; SUPERBLOCK_SIZE]), None);
        assert_eq!(name(&image(510, b"\x55\xaa")), None);
        assert_eq!(FileSystem::named("ntfs"), None);
    }
}
