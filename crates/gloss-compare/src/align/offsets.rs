//! Offsets that were counted in another way than they were read.

use super::report::OffsetSuspicion;
use crate::corpus::{Variant, VariantDocument};

/// Spans that are looked at: enough to tell, whatever the size of the variant.
const SAMPLE: usize = 2_000;
/// Spans below which nothing is suspected.
const LEAST: usize = 5;

/// Ways to read offsets anew.
const READINGS: [OffsetSuspicion; 9] = [
    OffsetSuspicion::InclusiveEnds,
    OffsetSuspicion::Shifted { by: -1 },
    OffsetSuspicion::Shifted { by: 1 },
    OffsetSuspicion::Shifted { by: -2 },
    OffsetSuspicion::Shifted { by: 2 },
    OffsetSuspicion::Shifted { by: -3 },
    OffsetSuspicion::Codepoints,
    OffsetSuspicion::Utf16,
    OffsetSuspicion::BytesTakenForCodepoints,
];

/// Whether most spans of the variant, as they are, cut words or lie outside their texts, and nearly
/// all would not when read in another way; which then is said.
///
/// Ways to count units can be told apart in texts that are not ASCII alone, so these are judged by
/// spans behind a character that is not.
pub fn suspicion(variant: &Variant) -> Option<OffsetSuspicion> {
    let mut as_they_are = Fit::default();
    let mut readings = [(Fit::default(), Fit::default()); READINGS.len()];
    let documents = variant.documents.iter().filter(|document| !document.spans.is_empty());
    let mut looked_at = 0;
    for document in documents {
        let Some(text) = document.text.as_deref() else { continue };
        let units = Units::new(text);
        for span in sampled(document) {
            looked_at += 1;
            let plain = fits(text, Some((span.0, span.1)));
            as_they_are.add(plain);
            for (reading, (anew, before)) in READINGS.iter().zip(&mut readings) {
                let again = units.read(*reading, span);
                if again != Some(span) {
                    anew.add(fits(text, again));
                    before.add(plain);
                }
            }
        }
        if looked_at >= SAMPLE {
            break;
        }
    }
    let suspects = READINGS.iter().zip(&readings).filter(|(reading, (anew, before))| {
        let of_units =
            !matches!(reading, OffsetSuspicion::Shifted { .. } | OffsetSuspicion::InclusiveEnds);
        let enough = anew.spans >= LEAST && (of_units || as_they_are.share() < 0.5);
        enough && before.share() < 0.5 && anew.share() >= 0.9
    });
    // Of readings that fit equally well, the one that most spans speak for.
    let best = suspects.rev().max_by(|a, b| {
        let key = |fit: &Fit| (fit.share(), fit.spans);
        key(&a.1.0).partial_cmp(&key(&b.1.0)).unwrap_or(std::cmp::Ordering::Equal)
    });
    best.map(|(reading, _)| *reading)
}

/// At most a few spans of a document, evenly spread.
fn sampled(document: &VariantDocument) -> impl Iterator<Item = (i64, i64)> {
    let step = document.spans.len().div_ceil(100).max(1);
    document.spans.iter().step_by(step).map(|span| (i64::from(span.start), i64::from(span.end)))
}

/// How many spans begin and end where words do.
#[derive(Clone, Copy, Default)]
struct Fit {
    spans: usize,
    fitting: usize,
}

impl Fit {
    fn add(&mut self, fits: bool) {
        self.spans += 1;
        self.fitting += usize::from(fits);
    }

    fn share(&self) -> f64 {
        self.fitting as f64 / self.spans.max(1) as f64
    }
}

/// Whether a span starts and ends at bounds of words, with no white space at either end.
fn fits(text: &str, span: Option<(i64, i64)>) -> bool {
    let Some((start, end)) = span else { return false };
    let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else { return false };
    let Some(inside) = text.get(start..end) else { return false };
    let joined = |a: Option<char>, b: Option<char>| matches!((a, b), (Some(a), Some(b)) if a.is_alphanumeric() && b.is_alphanumeric());
    let before = text[..start].chars().next_back();
    let behind = text[end..].chars().next();
    let (first, last) = (inside.chars().next(), inside.chars().next_back());
    let dark = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
    dark(first) && dark(last) && !joined(before, first) && !joined(last, behind)
}

/// Where each character of a text starts, in bytes and units of UTF-16.
struct Units {
    bytes: Vec<i64>,
    utf16: Vec<i64>,
}

impl Units {
    fn new(text: &str) -> Units {
        let mut units = Units { bytes: Vec::new(), utf16: Vec::new() };
        // In ASCII all units are the same, and there is nothing to look up.
        if text.is_ascii() {
            return units;
        }
        let mut count = 0;
        for (at, c) in text.char_indices() {
            units.bytes.push(at as i64);
            units.utf16.push(count);
            count += c.len_utf16() as i64;
        }
        units.bytes.push(text.len() as i64);
        units.utf16.push(count);
        units
    }

    /// An offset moved by so many characters; by bytes where it is inside one.
    fn moved(&self, at: i64, by: i64) -> Option<i64> {
        match self.bytes.binary_search(&at) {
            Ok(index) => {
                let index = i64::try_from(index).ok()?.checked_add(by)?;
                self.bytes.get(usize::try_from(index).ok()?).copied()
            }
            Err(_) => Some(at + by),
        }
    }

    fn read(&self, reading: OffsetSuspicion, (start, end): (i64, i64)) -> Option<(i64, i64)> {
        let both = |of: &dyn Fn(i64) -> Option<i64>| Some((of(start)?, of(end)?));
        match reading {
            OffsetSuspicion::InclusiveEnds => Some((start, self.moved(end, 1)?)),
            OffsetSuspicion::Shifted { by } => both(&|at| self.moved(at, i64::from(by))),
            _ if self.bytes.is_empty() => Some((start, end)),
            OffsetSuspicion::Codepoints => {
                both(&|at| self.bytes.get(usize::try_from(at).ok()?).copied())
            }
            OffsetSuspicion::Utf16 => {
                both(&|at| self.bytes.get(self.utf16.binary_search(&at).ok()?).copied())
            }
            OffsetSuspicion::BytesTakenForCodepoints => {
                both(&|at| self.bytes.binary_search(&at).ok().map(|index| index as i64))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Span;

    const TEXT: &str = "Zoë met Ana Łuk in Köln, then Åse and Bo in Århus and 😀 Eve in Rome, too, or so it is said.";

    fn of(read: impl Fn(&str, usize) -> usize, ends: i64, by: i64) -> Option<OffsetSuspicion> {
        let names = ["Zoë", "Ana Łuk", "Köln", "Åse", "Bo", "Århus", "Eve", "Rome"];
        let spans = names.iter().map(|name| {
            let at = TEXT.find(name).unwrap();
            let start = read(TEXT, at) as i64 + by;
            let end = read(TEXT, at + name.len()) as i64 + by + ends;
            Span { start: start.max(0) as u32, end: end as u32, label: 0 }
        });
        let document = VariantDocument {
            text: Some(TEXT.into()),
            spans: spans.collect(),
            ..VariantDocument::default()
        };
        suspicion(&Variant { documents: vec![document], ..Variant::default() })
    }

    #[test]
    fn ways_to_count_wrongly() {
        let bytes = |_: &str, at: usize| at;
        let chars = |text: &str, at: usize| text[..at].chars().count();
        let utf16 = |text: &str, at: usize| text[..at].encode_utf16().count();
        // What a reader makes of bytes that it takes for code points.
        let twice = |text: &str, at: usize| {
            text.char_indices().nth(at).map_or(text.len(), |(byte, _)| byte)
        };
        assert_eq!(of(bytes, 0, 0), None);
        assert_eq!(of(chars, 0, 0), Some(OffsetSuspicion::Codepoints));
        assert_eq!(of(utf16, 0, 0), Some(OffsetSuspicion::Utf16));
        assert_eq!(of(twice, 0, 0), Some(OffsetSuspicion::BytesTakenForCodepoints));
        assert_eq!(of(bytes, -1, 0), Some(OffsetSuspicion::InclusiveEnds));
        // By one character each, whatever its bytes.
        let later = |text: &str, at: usize| twice(text, chars(text, at) + 1);
        assert_eq!(of(later, 0, 0), Some(OffsetSuspicion::Shifted { by: -1 }));
    }
}
