//! Durations: numbers, each of which has a unit unless it is the only one and counts seconds.

use std::time::Duration;

/// Takes a duration such as `90`, `1.5m`, `500ms` or `1h30m`.
pub fn parse(text: &str) -> Result<Duration, String> {
    let seconds = match text.parse().ok().filter(|_| is_number(text)) {
        Some(seconds) => Some(seconds),
        None => sum(text),
    };
    seconds
        .filter(|seconds| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| {
            tr!("a number above 0 with ms, s, m, h or d, such as 1.5m or 1h30m, is wanted")
        })
}

/// The sum of numbers with units, in seconds.
fn sum(mut text: &str) -> Option<f64> {
    let mut seconds = 0.0;
    while !text.is_empty() {
        let (number, rest) = text.split_at(text.find(|letter: char| letter.is_ascii_alphabetic())?);
        let end = rest.find(|letter: char| !letter.is_ascii_alphabetic());
        let (unit, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let unit = match unit {
            "ms" => 0.001,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "d" => 86400.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok().filter(|_| is_number(number))? * unit;
        text = rest;
    }
    Some(seconds)
}

/// Whether it is digits, and a point perhaps: not all that is a number for Rust.
fn is_number(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_counts_seconds_unless_it_has_a_unit() {
        for (text, milliseconds) in [
            ("90", 90_000),
            ("0.25", 250),
            ("500ms", 500),
            ("3s", 3000),
            ("1.5m", 90_000),
            ("2h", 7_200_000),
            ("1d", 86_400_000),
            ("1h30m", 5_400_000),
            ("1m0.5s", 60_500),
        ] {
            assert_eq!(
                parse(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in [
            "", "s", "0", "0m", "-1", "1w", "m5", "1h30", "1hm", "NaN", "inf", "1e3s", "5 m", "5é",
            "1..5s",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&format!("{}d", "9".repeat(300))).is_err());
    }
}
