//! Numbers, in digits and in words, and whether one carries another.

mod reading;

use std::ops::Range;

pub use reading::numbers;

/// What is counted, as far as it changes what the number means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    None,
    Percent,
    Currency(Currency),
}

/// A currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Currency {
    Dollar,
    Euro,
    Pound,
}

/// How exactly a number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hedge {
    None,
    About,
    MoreThan,
    LessThan,
}

/// A number in a sentence.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Positions of its words.
    pub words: Range<usize>,
    pub value: f64,
    pub unit: Unit,
    pub hedge: Hedge,
}

impl Number {
    /// Whether a source's number carries this one: the same, or rounded as its words say.
    pub fn is_carried_by(&self, source: &Number) -> bool {
        let units = match (self.unit, source.unit) {
            (a, b) if a == b => true,
            // "27 million" of the "€27 million" that stand in the source.
            (Unit::None, Unit::Currency(_)) | (Unit::Currency(_), Unit::None) => true,
            _ => false,
        };
        units && self.value_is_carried_by(source.value)
    }

    fn value_is_carried_by(&self, source: f64) -> bool {
        let value = self.value;
        if (value - source).abs() <= 1e-9 * value.abs().max(1.0) {
            return true;
        }
        let significant = significant_digits(value);
        let hedged = self.hedge != Hedge::None;
        let rounded = round_to(source, significant) == round_to(value, significant);
        if rounded && (significant >= 2 || hedged) {
            return true;
        }
        match self.hedge {
            Hedge::None => false,
            Hedge::About => (value - source).abs() <= 0.1 * source.abs(),
            Hedge::MoreThan => source > value && source <= 1.25 * value,
            Hedge::LessThan => source < value && source >= 0.8 * value,
        }
    }
}

/// How many digits of a number are not closing zeros: 2 of 1,200,000.
fn significant_digits(value: f64) -> i32 {
    if value == 0.0 {
        return 1;
    }
    (1..12).find(|&digits| round_to(value, digits) == value).unwrap_or(12)
}

fn round_to(value: f64, digits: i32) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    let power = digits - 1 - value.abs().log10().floor() as i32;
    // Through text, so that 1.1e6 is the same however it was come by.
    let scaled = (value * 10_f64.powi(power)).round();
    format!("{scaled:.0}e{}", -power).parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::reading::tests::found;

    #[test]
    fn rounding() {
        let check = |summary: &str, source: &str, expected: bool| {
            let carried = found(summary)[0].is_carried_by(&found(source)[0]);
            assert_eq!(carried, expected, "{summary} of {source}");
        };
        check("almost £1.2 billion", "£1.18 billion", true);
        check("nearly 53 percent", "52.6 percent", true);
        check("more than 200 people", "212 people", true);
        check("almost 9,000", "8,700", true);
        check("about three million", "3.4 million", true);
        check("60 people", "57 people", false);
        check("1.2 million", "1,184,000", true);
        check("more than 400", "212", false);
        check("10 percent", "a tenth", true);
        check("10", "10 percent", false);
        check("2 million", "2.3 million", false);
        check("more than two billion", "2.3 billion", true);
    }
}
