//! Counts of what there is at least one of.

/// Takes a whole number above 0.
pub fn parse(text: &str) -> Result<u32, String> {
    let count = text.parse().ok().filter(|count| *count > 0);
    count.ok_or_else(|| tr!("a whole number above 0, such as 2, is wanted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_at_least_one() {
        assert_eq!(parse("1"), Ok(1));
        assert_eq!(parse("4294967295"), Ok(u32::MAX));
        for text in ["", "0", "-1", "1.5", "two", "4294967296"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
