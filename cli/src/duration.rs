//! Durations as timeout(1) has them: a number and, unless it counts seconds, a unit.

use std::time::Duration;

/// Takes a duration such as `90`, `1.5m` or `2h`.
pub fn parse(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.char_indices().next_back() {
        Some((end, 's')) => (&text[..end], 1.0),
        Some((end, 'm')) => (&text[..end], 60.0),
        Some((end, 'h')) => (&text[..end], 3600.0),
        Some((end, 'd')) => (&text[..end], 86400.0),
        _ => (text, 1.0),
    };
    let seconds = number.parse().ok().map(|count: f64| count * unit);
    seconds
        .filter(|seconds| *seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| tr!("a number above 0 with s, m, h or d, such as 1.5m, is wanted"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_counts_seconds_unless_it_has_a_unit() {
        assert_eq!(parse("90"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("0.25"), Ok(Duration::from_millis(250)));
        assert_eq!(parse("3s"), Ok(Duration::from_secs(3)));
        assert_eq!(parse("1.5m"), Ok(Duration::from_secs(90)));
        assert_eq!(parse("2h"), Ok(Duration::from_secs(7200)));
        assert_eq!(parse("1d"), Ok(Duration::from_secs(86400)));
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in [
            "", "s", "0", "-1", "1w", "m5", "NaN", "inf", "1e300d", "5 m", "5é",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
