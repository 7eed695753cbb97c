//! The places in which variants differ most, with the text around them.

use std::collections::HashMap;

use gloss_compare::result::{ItemDisagreement, Mark};
use gloss_compare::{Comparison, Corpus};
use serde::Serialize;

use super::link;

/// Places that are shown.
const MOST_PLACES: usize = 12;
/// Bytes of text that are shown on each side of a place, about.
const AROUND: usize = 60;
/// Bytes of a place that are shown at most, about.
const INSIDE: usize = 160;

/// A place.
#[derive(Serialize)]
pub struct Place {
    document: String,
    before: String,
    inside: String,
    after: String,
    says: Vec<Says>,
    link: String,
}

/// What a variant says of it.
#[derive(Serialize)]
struct Says {
    variant: String,
    marks: Vec<Said>,
    more: usize,
}

#[derive(Serialize)]
struct Said {
    label: String,
    /// The text of a span, where it is not the whole place.
    text: Option<String>,
}

/// The first of the comparison's items.
pub fn places(comparison: &Comparison, corpus: &Corpus) -> Vec<Place> {
    let texts: HashMap<&str, &str> = corpus
        .documents
        .iter()
        .map(|document| (document.id.as_str(), document.text.as_deref().unwrap_or_default()))
        .collect();
    let items = comparison.disagreements.items.iter().take(MOST_PLACES);
    items
        .map(|item| {
            let text = texts.get(item.document.as_str()).copied().unwrap_or_default();
            place(item, text, &corpus.variants)
        })
        .collect()
}

fn place(item: &ItemDisagreement, text: &str, variants: &[String]) -> Place {
    let bounds = |mark: &Mark| Some((mark.start? as usize, mark.end? as usize));
    let all = || item.marks.iter().flatten().filter_map(bounds);
    let stretch = all().map(|b| b.0).min().zip(all().map(|b| b.1).max());
    // A class of the document is said of its beginning.
    let (start, end) = stretch.unwrap_or((0, 0));
    let (before, inside, after) = around(text, start, end);
    let says = |(variant, marks): (&String, &Vec<Mark>)| {
        let said = |mark: &Mark| {
            let part = bounds(mark).filter(|&part| part != (start, end));
            let text = part.and_then(|(from, to)| Some(cut(text.get(from..to)?, INSIDE)));
            Said { label: mark.label.clone(), text }
        };
        let shown = marks.iter().take(3).map(said).collect();
        Says { variant: variant.clone(), marks: shown, more: marks.len().saturating_sub(3) }
    };
    Place {
        document: item.document.clone(),
        before,
        inside,
        after,
        says: variants.iter().zip(&item.marks).map(says).collect(),
        link: link::documents(&[("doc", &item.document)]),
    }
}

/// The text before, in and behind a stretch, each of limited length.
fn around(text: &str, start: usize, end: usize) -> (String, String, String) {
    let (Some(before), Some(inside), Some(after)) =
        (text.get(..start), text.get(start..end), text.get(end..))
    else {
        return Default::default();
    };
    let before = match before.len().checked_sub(AROUND) {
        Some(from) if from > 0 => {
            let kept = &before[boundary_before(before, from)..];
            let word = kept.find(char::is_whitespace).map_or(0, |at| at + 1);
            format!("…{}", kept.get(word..).unwrap_or(kept))
        }
        _ => before.to_owned(),
    };
    let room = if start == end { INSIDE } else { AROUND };
    (before, cut(inside, INSIDE), cut(after, room))
}

/// The last boundary of a character at or before an offset.
fn boundary_before(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The beginning of a text, with an ellipsis where it is cut.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let kept = &text[..boundary_before(text, most)];
    let word = kept.rfind(char::is_whitespace).filter(|&at| at > 0).unwrap_or(kept.len());
    format!("{}…", &kept[..word])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_cut_at_words() {
        let check = |text: &str, expected: &str| assert_eq!(cut(text, 10), expected);
        check("short", "short");
        check("one two three", "one two…");
        check("ééééééééé", "ééééé…");
        let text = format!("{}end Paris here", "word ".repeat(20));
        let start = text.find("Paris").unwrap();
        let (before, inside, after) = around(&text, start, start + 5);
        assert!(before.starts_with("…word ") && before.ends_with("end "), "{before}");
        assert_eq!((inside.as_str(), after.as_str()), ("Paris", " here"));
    }

    proptest! {
        #[test]
        fn any_text_is_cut(text in "[a é😀\u{301}]{0,200}", at in 0usize..200, length in 0usize..200) {
            let start = boundary_before(&text, at);
            let end = boundary_before(&text, start + length);
            let (before, inside, after) = around(&text, start, end);
            prop_assert!(text.contains(before.trim_start_matches('…')));
            prop_assert!(text.contains(inside.trim_end_matches('…')));
            prop_assert!(text.contains(after.trim_end_matches('…')));
        }
    }
}
