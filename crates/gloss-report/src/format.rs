//! Numbers as people read them.

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

/// A count in a few characters: `12.3 k`, `4.5 M`.
pub fn short(number: f64) -> String {
    let scaled = |by: f64, unit: &str| format!("{:.1} {unit}", number / by);
    match number {
        n if n >= 999_950_000.0 => scaled(1e9, "G"),
        n if n >= 999_950.0 => scaled(1e6, "M"),
        n if n >= 9_999.5 => scaled(1e3, "k"),
        n if n >= 99.5 => count(n.round() as u64),
        n if n >= 9.95 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

/// `1.5 GB`, in powers of ten.
pub fn bytes(number: u64) -> String {
    let n = number as f64;
    match number {
        1_000_000_000.. => format!("{:.1} GB", n / 1e9),
        1_000_000.. => format!("{:.1} MB", n / 1e6),
        1_000.. => format!("{:.1} kB", n / 1e3),
        _ => format!("{number} B"),
    }
}

/// `12 ms`, `1.25 s`, `3 min 05 s`, `2 h 10 min`.
pub fn seconds(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    match seconds {
        s if s < 0.001 => format!("{:.0} µs", s * 1e6),
        s if s < 1.0 => format!("{:.0} ms", s * 1e3),
        s if s < 10.0 => format!("{s:.2} s"),
        s if s < 60.0 => format!("{s:.1} s"),
        _ if whole < 3_600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3_600, whole % 3_600 / 60),
    }
}

/// `12.3%`.
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// `+0.12`, `−0.30`, `0.00`.
pub fn signed(number: f64) -> String {
    let text = format!("{:.2}", number.abs());
    let sign = match number {
        _ if text == "0.00" => "",
        n if n < 0.0 => "−",
        _ => "+",
    };
    format!("{sign}{text}")
}

/// `1 document`, `2 documents`.
pub fn counted(number: u64, thing: &str) -> String {
    format!("{} {thing}{}", count(number), if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |found: String, expected: &str| assert_eq!(found, expected);
        check(count(0), "0");
        check(count(999), "999");
        check(count(1_000), "1,000");
        check(count(1_234_567), "1,234,567");
        check(short(0.0), "0.00");
        check(short(12.34), "12.3");
        check(short(123.4), "123");
        check(short(9_999.9), "10.0 k");
        check(short(1_250_000.0), "1.2 M");
        check(bytes(999), "999 B");
        check(bytes(1_500_000), "1.5 MB");
        check(seconds(0.000_02), "20 µs");
        check(seconds(0.25), "250 ms");
        check(seconds(12.34), "12.3 s");
        check(seconds(185.2), "3 min 05 s");
        check(seconds(7_800.0), "2 h 10 min");
        check(signed(-0.3), "−0.30");
        check(signed(0.001), "0.00");
        check(signed(0.5), "+0.50");
        check(counted(1, "document"), "1 document");
    }
}
