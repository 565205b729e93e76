//! Processors: whole ones, or thousandths of one.

/// Takes a number above 0 with at most three digits after the point, in thousandths.
pub fn parse(text: &str) -> Result<u32, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_number =
        |digits: &&str| !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let is_short = |digits: &&str| digits.len() <= 3;
    let whole = Some(whole).filter(is_number);
    let whole = whole.and_then(|digits| digits.parse::<u32>().ok()?.checked_mul(1000));
    let fraction = Some(fraction).filter(is_number).filter(is_short);
    let fraction = fraction.and_then(|digits| format!("{digits:0<3}").parse::<u32>().ok());
    whole
        .zip(fraction)
        .and_then(|(whole, fraction)| whole.checked_add(fraction))
        .filter(|count| *count > 0)
        .ok_or_else(|| tr!("a number above 0 with at most three digits after the point, such as 2 or 0.5, is wanted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_at_least_a_part_of_one() {
        for (text, count) in [
            ("1", 1000),
            ("0.5", 500),
            ("1.25", 1250),
            ("0.001", 1),
            ("4294967", 4_294_967_000),
        ] {
            assert_eq!(parse(text), Ok(count), "{text}");
        }
        for text in ["", "0", "0.0", "-1", "1.", ".5", "1.0005", "two", "4294968"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
