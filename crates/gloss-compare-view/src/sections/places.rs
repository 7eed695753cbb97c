//! Places in documents of which variants say different things, most first.

use gloss_compare::result::{ItemDisagreement, Mark};
use gloss_compare::{Comparison, Corpus, Document};

use super::Extent;
use crate::numbers::counted;
use crate::table::{Place, Section};
use crate::words::{on_one_line, plain};

pub fn places(comparison: &Comparison, corpus: &Corpus, extent: &Extent) -> Section {
    let found = &comparison.disagreements;
    if found.differing_items == 0 {
        let mut section = Section::new("Differences in the documents");
        if comparison.spans.is_some() || comparison.classes.is_some() {
            section.note("There are none.");
        }
        return section;
    }
    let mut section = Section::new(format!(
        "{} in {} differ, most first",
        counted(found.differing_items, "place"),
        counted(found.differing_documents, "document"),
    ));
    for item in found.items.iter().take(extent.places) {
        let document = corpus.documents.iter().find(|document| document.id == item.document);
        section.places.extend(document.map(|document| place(item, document, corpus, extent)));
    }
    section
}

fn place(item: &ItemDisagreement, document: &Document, corpus: &Corpus, extent: &Extent) -> Place {
    let marks = || item.marks.iter().flatten();
    let start = marks().filter_map(|mark| mark.start).min();
    let end = marks().filter_map(|mark| mark.end).max();
    let text = document.text.as_deref().unwrap_or_default();
    // What all say of one stretch needs no words of it: these are in the line above.
    let is_one = marks().all(|mark| (mark.start, mark.end) == (start, end));
    let said = |marks: &Vec<Mark>| match marks.as_slice() {
        [] => "–".to_owned(),
        marks if is_one => {
            marks.iter().map(|mark| plain(&mark.label)).collect::<Vec<_>>().join(", ")
        }
        marks => {
            let words = marks.iter().map(|mark| said(mark, text, extent.around * 2));
            words.collect::<Vec<_>>().join(", ")
        }
    };
    let names = corpus.variants.iter().map(|name| plain(name));
    Place {
        document: plain(&item.document),
        text: around(text, start.zip(end), extent.around),
        said: names.zip(item.marks.iter().map(said)).collect(),
    }
}

/// What a mark says: its label, and the words that it covers.
fn said(mark: &Mark, text: &str, most: usize) -> String {
    let stretch = mark.start.zip(mark.end);
    let words = stretch.and_then(|(start, end)| text.get(start as usize..end as usize));
    let label = plain(&mark.label);
    match words {
        Some(words) => format!("{label} “{}”", shortened(&on_one_line(words), most)),
        None => label,
    }
}

/// A text without its middle, where it is long.
fn shortened(text: &str, most: usize) -> String {
    let count = text.chars().count();
    if count <= most {
        return text.to_owned();
    }
    let half = most / 2;
    let begin: String = text.chars().take(half).collect();
    let end: String = text.chars().skip(count - half).collect();
    format!("{} … {}", begin.trim_end(), end.trim_start())
}

/// The text before, in and behind a stretch; the beginning of a text of which all of it is meant.
fn around(text: &str, stretch: Option<(u32, u32)>, most: usize) -> [String; 3] {
    let (start, end) = stretch.map_or((0, 0), |(start, end)| (start as usize, end as usize));
    let (Some(before), Some(inside), Some(behind)) =
        (text.get(..start), text.get(start..end), text.get(end..))
    else {
        return Default::default();
    };
    let shown = if stretch.is_some() { most } else { 2 * most };
    let cut = before.char_indices().rev().nth(shown.saturating_sub(1)).map_or(0, |(at, _)| at);
    let end = behind.char_indices().nth(shown).map_or(behind.len(), |(at, _)| at);
    let (before, more_before) = (spaced(&before[cut..]), cut > 0);
    let (mut behind, more_behind) = (spaced(&behind[..end]), end < behind.len());
    if stretch.is_none() {
        behind = behind.trim_start().to_owned();
    }
    [
        if more_before { format!("…{}", before.trim_start()) } else { before },
        shortened(&on_one_line(inside), 2 * most),
        if more_behind { format!("{}…", behind.trim_end()) } else { behind },
    ]
}

/// On one line, with a space where the text has white space at its ends.
fn spaced(text: &str) -> String {
    let text = plain(text);
    let space = |has: bool| if has { " " } else { "" };
    let words = on_one_line(&text);
    let begins = space(text.starts_with(' ') && !words.is_empty());
    format!("{begins}{words}{}", space(text.ends_with(' ')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_around() {
        let check = |text: &str, stretch, most, expected: [&str; 3]| {
            assert_eq!(around(text, stretch, most), expected, "{text:?} {stretch:?}");
        };
        check("I met Ada in Bonn today", Some((6, 9)), 4, ["…met ", "Ada", " in…"]);
        check("Ada", Some((0, 3)), 4, ["", "Ada", ""]);
        check("éé Ada\n\tin", Some((5, 8)), 9, ["éé ", "Ada", " in"]);
        check("one two three", None, 3, ["", "", "one tw…"]);
        check("short", Some((3, 99)), 3, ["", "", ""]);
        check("é", Some((1, 2)), 3, ["", "", ""]);
        assert_eq!(shortened("a long stretch of words", 8), "a lo … ords");
    }
}
