//! `SIZE[K|KiB|M|MiB|G|GiB]`: an amount of memory.

/// How many bytes a size like `10MiB` is.
pub fn parse(text: &str) -> Option<u64> {
    let digits = text
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let shift = match unit {
        "" => 0,
        "K" | "KiB" => 10,
        "M" | "MiB" => 20,
        "G" | "GiB" => 30,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_exact_or_wrong() {
        assert_eq!(parse("0"), Some(0));
        assert_eq!(parse("4G"), Some(4 << 30));
        assert_eq!(parse("17179869183GiB"), Some(17179869183 << 30));
        for wrong in [
            "",
            "K",
            "-5",
            "+5",
            "1.5G",
            "10KB",
            "10 M",
            "1T",
            "17179869184G",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
