//! Paths of the host in options, as they are typed: from the directory that the client runs in.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, absolute};

/// An option `TYPE:NAME=SOURCE…` whose source is a path of the host, if its type is one of `types`.
pub fn source(option: &OsStr, types: &[&str]) -> io::Result<OsString> {
    let bytes = option.as_bytes();
    let kind = bytes.iter().position(|byte| *byte == b':');
    let start = bytes.iter().position(|byte| *byte == b'=').map(|at| at + 1);
    let (Some(kind), Some(start)) = (kind, start) else {
        return Ok(option.to_owned());
    };
    let has_path = types.iter().any(|name| name.as_bytes() == &bytes[..kind]);
    if has_path && kind < start {
        from_here(bytes, start, is_escaped(&bytes[..kind]))
    } else {
        Ok(option.to_owned())
    }
}

/// An include `GUEST[=HOST]`; a single path is the same in both.
pub fn include(option: &OsStr) -> io::Result<OsString> {
    let bytes = option.as_bytes();
    let start = bytes.iter().position(|byte| *byte == b'=');
    from_here(bytes, start.map_or(0, |at| at + 1), false)
}

/// Whether a comma of the path is written `\,`.
fn is_escaped(kind: &[u8]) -> bool {
    kind != b"host-bind"
}

/// What is in `option` from `start` on, if it is a relative path, made absolute. Nothing, or only settings, is no path.
fn from_here(option: &[u8], start: usize, escaped: bool) -> io::Result<OsString> {
    let (before, path) = option.split_at(start);
    if path.is_empty() || path.starts_with(b"/") || path.starts_with(b",") {
        return Ok(OsStr::from_bytes(option).to_owned());
    }
    let here = absolute(Path::new("."))?.into_os_string().into_vec();
    let mut all = before.to_vec();
    for byte in here {
        if escaped && matches!(byte, b',' | b'\\') {
            all.push(b'\\');
        }
        all.push(byte);
    }
    if !all.ends_with(b"/") {
        all.push(b'/');
    }
    all.extend_from_slice(path.strip_prefix(b"./").unwrap_or(path));
    Ok(OsString::from_vec(all))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_relative_paths_of_the_host_change() {
        let here = absolute(".").unwrap();
        let here = here.to_str().unwrap();
        let typed = |option: &str| {
            let typed = source(OsStr::new(option), &["host-bind", "host-image", "file"]);
            typed.unwrap().into_string().unwrap()
        };
        for option in [
            "host-bind:/t=/s",
            "host-bind:/t=",
            "host-bind:/t=,ro",
            "guest-bind:/t=s",
            "ram:/t=1M",
            "host-bind",
            "=x:y",
            "",
        ] {
            assert_eq!(typed(option), option);
        }
        assert_eq!(typed("host-bind:/t=s"), format!("host-bind:/t={here}/s"));
        assert_eq!(typed("host-bind:/t=."), format!("host-bind:/t={here}/."));
        assert_eq!(
            typed("host-bind:/t=./s,ro"),
            format!("host-bind:/t={here}/s,ro")
        );
        assert_eq!(
            typed("file:x=../i,format=raw"),
            format!("file:x={here}/../i,format=raw")
        );
        let included = |option: &str| include(OsStr::new(option)).unwrap().into_string().unwrap();
        assert_eq!(included("/a=b=c"), format!("/a={here}/b=c"));
        assert_eq!(included("a"), format!("{here}/a"));
        assert_eq!(included("/a"), "/a");
    }
}
