//! Numbers as people read them.

use gloss_compare::result::Interval;

/// `1,234,567`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 document`, `2 documents`.
pub fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

/// A score in three digits; a dash where there is none.
pub fn score(value: Option<f64>) -> String {
    match value {
        Some(value) if value.is_finite() => format!("{value:.3}"),
        _ => "–".to_owned(),
    }
}

/// `+0.031`, `−0.002`, `0.000`.
pub fn signed(value: f64) -> String {
    let text = format!("{:.3}", value.abs());
    let sign = match value {
        _ if text == "0.000" => "",
        v if v < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{text}")
}

/// `[0.590, 0.634]`; empty where there is none.
pub fn interval(interval: Option<Interval>) -> String {
    interval.map_or(String::new(), |(low, high)| format!("[{low:.3}, {high:.3}]"))
}

/// The interval of a difference.
pub fn signed_interval(interval: Option<Interval>) -> String {
    interval.map_or(String::new(), |(low, high)| format!("[{}, {}]", signed(low), signed(high)))
}

/// A p-value: never 0, which no test can show.
pub fn p_value(p: f64) -> String {
    if p < 0.000_1 { "<0.0001".to_owned() } else { format!("{p:.4}") }
}

/// `31.4 MB`.
pub fn bytes(bytes: u64) -> String {
    match bytes as f64 {
        b if b < 1e3 => format!("{bytes} B"),
        b if b < 1e6 => format!("{:.1} kB", b / 1e3),
        b if b < 1e9 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.1} GB", b / 1e9),
    }
}

/// `31.4 ms`.
pub fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.0} µs", s * 1e6),
        s if s < 1.0 => format!("{:.1} ms", s * 1e3),
        s => format!("{s:.2} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |found: String, expected: &str| assert_eq!(found, expected);
        check(count(0), "0");
        check(count(1_234_567), "1,234,567");
        check(counted(1, "span"), "1 span");
        check(counted(1_000, "span"), "1,000 spans");
        check(score(Some(0.6126)), "0.613");
        check(score(None), "–");
        check(score(Some(f64::NAN)), "–");
        check(signed(-0.0312), "−0.031");
        check(signed(-0.0001), "0.000");
        check(signed(0.5), "+0.500");
        check(interval(Some((0.5, 1.0))), "[0.500, 1.000]");
        check(interval(None), "");
        check(signed_interval(Some((-0.5, 0.25))), "[−0.500, +0.250]");
        check(bytes(999), "999 B");
        check(bytes(31_440_000), "31.4 MB");
        check(duration(0.000_031), "31 µs");
        check(duration(0.0314), "31.4 ms");
        check(p_value(0.0), "<0.0001");
        check(p_value(0.0123), "0.0123");
    }
}
