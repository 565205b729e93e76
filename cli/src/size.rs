//! Sizes as mounts in memory have them: a number and, unless it counts bytes, a unit.

// The library has no use for it elsewhere, and what makes the manual page is built without the library.
#[path = "../../src/config/options/size.rs"]
mod written;

/// Takes a size such as `4096`, `10M` or `1.5GiB`, in bytes.
pub fn parse(text: &str) -> Result<u64, String> {
    let bytes = written::parse(text).filter(|bytes| *bytes > 0);
    bytes.ok_or_else(|| tr!("a number above 0, with K, M, G or T, such as 512M or 1.5G, is wanted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_no_size() {
        assert_eq!(parse("1.5G"), Ok(3 << 29));
        for text in ["", "0", "0M", "0.0000001K", "much"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
