//! A size with a unit.

/// How many digits after the point are looked at.
const PRECISION: usize = 9;

/// How many bytes a size like `10MiB`, `1.5G` or `512m` is: units are powers of 1024, in whatever case and with or without a `B`.
pub fn parse(text: &str) -> Option<u64> {
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let shift = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return None,
    };
    let Some((whole, fraction)) = number.split_once('.') else {
        return number.parse::<u64>().ok()?.checked_mul(1 << shift);
    };
    // Half a byte is none.
    if whole.is_empty() || fraction.is_empty() || fraction.len() > PRECISION || shift == 0 {
        return None;
    }
    let parts = format!("{whole}{fraction}").parse::<u128>().ok()?;
    let bytes = parts.checked_mul(1 << shift)? / 10_u128.pow(fraction.len() as u32);
    u64::try_from(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_as_people_write_them() {
        for (text, bytes) in [
            ("0", 0),
            ("4G", 4 << 30),
            ("512m", 512 << 20),
            ("512MB", 512 << 20),
            ("10kib", 10 << 10),
            ("1.5G", 3 << 29),
            ("0.5MiB", 1 << 19),
            ("0.001K", 1),
            ("2t", 2 << 40),
            ("17179869183GiB", 17179869183 << 30),
        ] {
            assert_eq!(parse(text), Some(bytes), "{text}");
        }
    }

    #[test]
    fn sizes_are_exact_or_wrong() {
        for wrong in [
            "",
            "K",
            "-5",
            "+5",
            "1.5",
            "1.5.5G",
            ".5G",
            "1.G",
            "1.0000000000G",
            "10 M",
            "1P",
            "1KK",
            "17179869184G",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
