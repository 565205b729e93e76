//! Sizes as mounts in memory have them: a number and, unless it counts bytes, a unit.

/// Takes a size such as `4096`, `10M` or `2GiB`, in bytes.
pub fn parse(text: &str) -> Result<u64, String> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit());
    let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
    let shift = match unit {
        "" => Some(0),
        "K" | "KiB" => Some(10),
        "M" | "MiB" => Some(20),
        "G" | "GiB" => Some(30),
        _ => None,
    };
    let number = number.parse::<u64>().ok().filter(|number| *number > 0);
    let bytes = number
        .zip(shift)
        .and_then(|(number, shift)| number.checked_mul(1 << shift));
    bytes.ok_or_else(|| tr!("a number above 0, with K, M or G, such as 512M, is wanted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_multiples_of_1024() {
        for (text, bytes) in [
            ("1", 1),
            ("5K", 5 << 10),
            ("10M", 10 << 20),
            ("3GiB", 3 << 30),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_size() {
        for text in [
            "",
            "0",
            "0M",
            "M",
            "-1",
            "1.5G",
            "1T",
            "1 M",
            "+1é",
            "99999999999G",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
