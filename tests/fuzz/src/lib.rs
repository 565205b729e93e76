//! What several fuzz targets need.

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// Takes an input apart.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// The next byte, 0 at the end.
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    /// The next bytes, as many as the two before them say and are left.
    pub fn bytes(&mut self) -> &'a [u8] {
        let length = usize::from(self.byte()) | usize::from(self.byte()) << 8;
        let (part, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        part
    }

    /// What is before the next line break.
    pub fn line(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == b'\n');
        let (line, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest.get(1..).unwrap_or_default();
        line
    }

    /// The next line as a string of C.
    pub fn string(&mut self) -> CString {
        string(self.line())
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What is before the first NUL.
pub fn string(bytes: &[u8]) -> CString {
    let end = bytes.iter().position(|byte| *byte == 0);
    CString::new(&bytes[..end.unwrap_or(bytes.len())]).unwrap()
}

/// A string that is not UTF-8 as it is shown.
pub fn shown(text: &CStr) -> String {
    text.to_string_lossy().into_owned()
}

/// The directory of this process for files, in memory; `tests/fuzz/run` removes it.
pub fn room() -> &'static Path {
    static ROOM: OnceLock<PathBuf> = OnceLock::new();
    ROOM.get_or_init(|| {
        let base = std::env::var_os("FUZZ_ROOM").unwrap_or_else(|| "/dev/shm".into());
        let room = PathBuf::from(base).join(format!("sandbox-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&room).unwrap();
        room
    })
}
