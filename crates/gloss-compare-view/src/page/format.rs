//! Numbers as people read them.

pub use crate::numbers::{count, counted};

/// A score, to three digits: `0.873`, `−0.012`.
pub fn score(number: f64) -> String {
    let text = format!("{:.3}", number.abs());
    if number < 0.0 && text != "0.000" { format!("−{text}") } else { text }
}

/// `+0.012`, `−0.300`, `0.000`.
pub fn signed(number: f64) -> String {
    let text = score(number);
    if number > 0.0 && text != "0.000" { format!("+{text}") } else { text }
}

/// A number in a unit of its own, with three digits or so: `0.123`, `12.3`, `1,234`.
pub fn measured(number: f64) -> String {
    match number.abs() {
        size if size < 9.9995 => score(number),
        size if size < 99.95 => format!("{number:.1}"),
        size if number >= 0.0 => count(size.round() as u64),
        size => format!("−{}", count(size.round() as u64)),
    }
}

/// `0.851–0.894`, or with signs `−0.012 to +0.034`.
pub fn interval((low, high): (f64, f64), with_signs: bool) -> String {
    if with_signs || low < 0.0 {
        format!("{} to {}", signed(low), signed(high))
    } else {
        format!("{}–{}", score(low), score(high))
    }
}

/// A p-value: `0.034`, `< 0.001`.
pub fn p_value(p: f64) -> String {
    if p < 0.001 { "< 0.001".to_owned() } else { format!("{p:.3}") }
}

/// `12.3%`.
pub fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

/// `a`, `a and b`, `a, b and c`.
pub fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let check = |found: String, expected: &str| assert_eq!(found, expected);
        check(count(1_234_567), "1,234,567");
        check(counted(1, "document"), "1 document");
        check(score(0.8734), "0.873");
        check(score(-0.0001), "0.000");
        check(signed(0.01), "+0.010");
        check(signed(-0.3), "−0.300");
        check(interval((0.5, 0.75), false), "0.500–0.750");
        check(interval((-0.5, 0.75), false), "−0.500 to +0.750");
        check(measured(0.5), "0.500");
        check(measured(12.34), "12.3");
        check(measured(1234.5), "1,235");
        check(p_value(0.0001), "< 0.001");
        check(p_value(0.034), "0.034");
        check(listed(&["a", "b", "c"]), "a, b and c");
    }
}
