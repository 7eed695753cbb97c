//! Quantities with a unit, as people write them in a pipeline file: `"30s"`, `"2GB"`.

use std::time::Duration;

/// A time: `250ms`, `30s`, `5m`, `1h`, `30d`, or a number of seconds; `None` for what is none, or 0.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let (number, unit) = split(text);
    let seconds = number?
        * match unit {
            "ms" => 1e-3,
            "s" | "" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3600.0,
            "d" => 86_400.0,
            _ => return None,
        };
    Duration::try_from_secs_f64(seconds).ok().filter(|d| !d.is_zero())
}

/// Bytes: `512MB` (decimal), `2GiB` (binary), or a number of bytes; `None` for what is none, or 0.
#[must_use]
pub fn parse_bytes(text: &str) -> Option<u64> {
    let (number, unit) = split(text);
    let factor: f64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "kb" => 1e3,
        "mb" => 1e6,
        "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let bytes = number? * factor;
    (1.0..1e18).contains(&bytes).then_some(bytes as u64)
}

/// The number before the unit, if it is one, and the unit.
fn split(text: &str) -> (Option<f64>, &str) {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    (text[..end].parse().ok(), text[end..].trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let check = |text: &str, expected: Option<u64>| {
            let milliseconds = parse_duration(text).map(|d| d.as_millis());
            assert_eq!(milliseconds, expected.map(u128::from), "{text}");
        };
        check("30s", Some(30_000));
        check("1.5 m", Some(90_000));
        check("250ms", Some(250));
        check("2", Some(2000));
        check("1h", Some(3_600_000));
        check("0s", None);
        check("", None);
        check("s", None);
        check("-1s", None);
        check("1 fortnight", None);
    }

    #[test]
    fn bytes() {
        let check = |text: &str, expected| assert_eq!(parse_bytes(text), expected, "{text}");
        check("512MB", Some(512_000_000));
        check("2GiB", Some(2 << 30));
        check("1.5 kib", Some(1536));
        check("77", Some(77));
        check("0", None);
        check("2XB", None);
        check("GB", None);
        check("1e9GB", None);
    }
}
