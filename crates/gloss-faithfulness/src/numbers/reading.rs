//! Finds numbers in digits and in words.

use super::{Currency, Hedge, Number, Unit};
use crate::words::Word;

const SMALL: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
const TENS: &str = "twenty thirty forty fifty sixty seventy eighty ninety";

fn place(list: &str, word: &str) -> Option<usize> {
    list.split(' ').position(|entry| entry == word)
}

fn small(word: &str) -> Option<f64> {
    let tens = || place(TENS, word).map(|at| (at + 2) * 10);
    place(SMALL, word).or_else(tens).map(|n| n as f64)
}

fn multiplier(word: &str) -> Option<f64> {
    Some(match word {
        "hundred" | "hundreds" => 1e2,
        "thousand" | "k" => 1e3,
        "million" | "m" | "mn" => 1e6,
        "billion" | "bn" => 1e9,
        "trillion" | "tn" => 1e12,
        _ => return None,
    })
}

/// The numbers of a sentence, but for those of dates, at whose words `taken` is true.
pub fn numbers(words: &[Word], taken: &[bool]) -> Vec<Number> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let free = !taken.get(at).copied().unwrap_or(false);
        match if free { read(words, at) } else { None } {
            Some(number) => {
                at = number.words.end.max(at + 1);
                numbers.push(number);
            }
            None => at += 1,
        }
    }
    numbers
}

fn lower(words: &[Word], at: usize) -> &str {
    words.get(at).map_or("", |word| &word.lower)
}

fn read(words: &[Word], at: usize) -> Option<Number> {
    let (value, end) =
        digits(words, at).or_else(|| spelt(words, at)).or_else(|| fraction(words, at))?;
    let (value, end) = match (lower(words, at), multiplier(lower(words, end))) {
        (_, Some(times)) if end > at && multiplier(lower(words, at)).is_none() => {
            (value * times, end + 1)
        }
        _ => (value, end),
    };
    let (unit, end) = unit(words, at, end);
    // "one of them", "no one": a word like others, unless it measures.
    if lower(words, at) == "one" && end == at + 1 {
        return None;
    }
    Some(Number { words: at..end, value, unit, hedge: hedge(words, at) })
}

/// "57", "21,500", "3.4", "9m".
fn digits(words: &[Word], at: usize) -> Option<(f64, usize)> {
    let word = lower(words, at);
    if !word.starts_with(|c: char| c.is_ascii_digit()) || word.len() > 24 {
        return None;
    }
    let end =
        word.find(|c: char| !c.is_ascii_digit() && c != ',' && c != '.').unwrap_or(word.len());
    let plain: String = word[..end].chars().filter(|&c| c != ',').collect();
    let value: f64 = plain.parse().ok()?;
    match &word[end..] {
        "" => Some((value, at + 1)),
        suffix => multiplier(suffix).map(|times| (value * times, at + 1)),
    }
}

/// "fifty-seven", "two hundred", "a dozen".
fn spelt(words: &[Word], at: usize) -> Option<(f64, usize)> {
    if lower(words, at) == "dozen" {
        return Some((12.0, at + 1));
    }
    let first = small(lower(words, at))?;
    let dash = usize::from(lower(words, at + 1) == "-");
    let units = place(SMALL, lower(words, at + 1 + dash)).filter(|n| (1..10).contains(n));
    let (mut value, mut end) = match units {
        Some(units) if first >= 20.0 => (first + units as f64, at + 2 + dash),
        _ => (first, at + 1),
    };
    if lower(words, end) == "hundred" {
        value *= 100.0;
        end += 1;
    } else if lower(words, end) == "dozen" {
        value *= 12.0;
        end += 1;
    }
    Some((value, end))
}

/// "half", "a fifth", "two thirds", as percent: only where no noun follows that would be counted.
fn fraction(words: &[Word], at: usize) -> Option<(f64, usize)> {
    let (times, part) = match lower(words, at) {
        "half" => {
            // "half a billion" is a number, and half of anything a share.
            let times = multiplier(lower(words, at + 2)).filter(|_| lower(words, at + 1) == "a");
            return Some(times.map_or((50.0, at + 1), |times| (times / 2.0, at + 3)));
        }
        "a" | "one" => (1.0, lower(words, at + 1)),
        _ => return None,
    };
    let parts = match part {
        "third" => 3.0,
        "quarter" => 4.0,
        "fifth" => 5.0,
        "tenth" => 10.0,
        _ => return None,
    };
    let next = words.get(at + 2);
    let ends = next.is_none_or(|w| {
        !w.is_word
            || matches!(w.lower.as_str(), "of" | "in" | "next" | "last" | "this" | "by" | "to")
    });
    ends.then_some((100.0 * times / parts, at + 2))
}

fn unit(words: &[Word], at: usize, end: usize) -> (Unit, usize) {
    let is_fraction = (lower(words, at) == "half" && end == at + 1)
        || matches!(lower(words, at + 1), "third" | "quarter" | "fifth" | "tenth") && end == at + 2;
    let before = at.checked_sub(1).map_or("", |i| lower(words, i));
    let sign = match before {
        "€" => Some(Currency::Euro),
        "$" => Some(Currency::Dollar),
        "£" => Some(Currency::Pound),
        _ => None,
    };
    match (sign, lower(words, end)) {
        (Some(currency), _) => (Unit::Currency(currency), end),
        (_, "percent" | "%" | "pc") => (Unit::Percent, end + 1),
        (_, "per") if lower(words, end + 1) == "cent" => (Unit::Percent, end + 2),
        (_, "euro" | "euros") => (Unit::Currency(Currency::Euro), end + 1),
        (_, "dollar" | "dollars") => (Unit::Currency(Currency::Dollar), end + 1),
        (_, "pound" | "pounds") => (Unit::Currency(Currency::Pound), end + 1),
        _ if is_fraction => (Unit::Percent, end),
        _ => (Unit::None, end),
    }
}

fn hedge(words: &[Word], at: usize) -> Hedge {
    let mut before = at.checked_sub(1);
    if before.is_some_and(|i| matches!(lower(words, i), "€" | "$" | "£" | "a")) {
        before = before.and_then(|i| i.checked_sub(1));
    }
    let Some(last) = before else { return Hedge::None };
    let two = last.checked_sub(1).map_or("", |i| lower(words, i));
    match (two, lower(words, last)) {
        ("more" | "greater", "than") | (_, "over" | "above") | ("at", "least") => Hedge::MoreThan,
        ("less" | "fewer" | "lower", "than")
        | (_, "under" | "below" | "nearly" | "almost")
        | ("up", "to") => Hedge::LessThan,
        (_, "about" | "around" | "roughly" | "approximately" | "some" | "estimated" | "circa") => {
            Hedge::About
        }
        _ => Hedge::None,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::lexicon::Lexicon;
    use crate::words::words;

    pub fn found(text: &str) -> Vec<Number> {
        let words = words(text, 0..text.len(), Lexicon::english());
        numbers(&words, &[])
    }

    #[test]
    fn numbers_in_digits_and_words() {
        let check = |text: &str, expected: &[(f64, Unit)]| {
            let numbers: Vec<(f64, Unit)> = found(text).iter().map(|n| (n.value, n.unit)).collect();
            assert_eq!(numbers, expected, "{text}");
        };
        check(
            "fifty-seven of 57 and 1.2 million",
            &[(57.0, Unit::None), (57.0, Unit::None), (1.2e6, Unit::None)],
        );
        check(
            "€250,000, 9 million dollars",
            &[(250_000.0, Unit::Currency(Currency::Euro)), (9e6, Unit::Currency(Currency::Dollar))],
        );
        check("12 per cent or 4%", &[(12.0, Unit::Percent), (4.0, Unit::Percent)]);
        check(
            "two hundred, a dozen, half of it",
            &[(200.0, Unit::None), (12.0, Unit::None), (50.0, Unit::Percent)],
        );
        check("half a billion euros", &[(5e8, Unit::Currency(Currency::Euro))]);
        check("by a tenth next year; a fifth tanker", &[(10.0, Unit::Percent)]);
        check("one of them", &[]);
        check("99999999999999999999999999999999", &[]);
    }
}
