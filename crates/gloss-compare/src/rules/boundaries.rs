//! Boundary rules: differences of bounds that are conventions rather than errors.

use serde::{Deserialize, Serialize};

use crate::corpus::Span;

/// What is cut off both sides' spans for the boundary-normalised score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BoundaryRules {
    /// Words cut at the start, before white space, in lower case.
    pub leading: Vec<String>,
    /// Endings cut at the end.
    pub trailing: Vec<String>,
    /// Whether ASCII punctuation, quotation marks and dashes are cut at both ends. A full stop stays
    /// behind a letter and a full stop or capital ("U.S.", "Inc." keep theirs; "Paris." does not).
    pub punctuation: bool,
    /// Whether white space is cut at both ends.
    pub white_space: bool,
}

impl Default for BoundaryRules {
    fn default() -> BoundaryRules {
        let owned = |words: &[&str]| words.iter().map(|&w| w.to_owned()).collect();
        BoundaryRules {
            leading: owned(&["the", "a", "an"]),
            trailing: owned(&["'s", "\u{2019}s"]),
            punctuation: true,
            white_space: true,
        }
    }
}

fn is_mark(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201f}' | '\u{2026}' | '«' | '»' | '¿' | '¡')
}

impl BoundaryRules {
    /// The span without what the rules cut; as it is where nothing would be left of it, or where it
    /// does not lie in the text.
    #[must_use]
    pub fn apply(&self, text: &str, span: Span) -> Span {
        let Some(mut kept) = text.get(span.start as usize..span.end as usize) else { return span };
        let mut start = span.start as usize;
        loop {
            let before = kept;
            kept = self.cut_end(self.cut_start(kept));
            if kept.is_empty() {
                return span;
            }
            start += kept.as_ptr() as usize - before.as_ptr() as usize;
            if kept.len() == before.len() {
                break;
            }
        }
        Span { start: start as u32, end: (start + kept.len()) as u32, label: span.label }
    }

    fn cut_start<'a>(&self, text: &'a str) -> &'a str {
        let text = text.trim_start_matches(|c: char| {
            (self.white_space && c.is_whitespace()) || (self.punctuation && opens(c))
        });
        for word in &self.leading {
            if let Some((first, rest)) = text.split_at_checked(word.len())
                && rest.starts_with(char::is_whitespace)
                && first.eq_ignore_ascii_case(word)
            {
                return rest.trim_start();
            }
        }
        text
    }

    fn cut_end<'a>(&self, text: &'a str) -> &'a str {
        for ending in &self.trailing {
            if let Some(rest) = text.strip_suffix(ending.as_str()) {
                return rest;
            }
        }
        let Some(last) = text.chars().next_back() else { return text };
        let rest = &text[..text.len() - last.len_utf8()];
        let cut = (self.white_space && last.is_whitespace())
            || (self.punctuation && is_mark(last) && !(last == '.' && ends_abbreviation(rest)));
        if cut { rest } else { text }
    }
}

/// Marks that may be cut at a start: not those that begin a name, as `@user`, `#tag` and `$5` do.
fn opens(c: char) -> bool {
    is_mark(c) && !matches!(c, '@' | '#' | '$' | '&' | '.' | '+' | '-')
}

/// Whether a full stop behind `text` belongs to an abbreviation: behind one capital (`J.`, `U.S.`),
/// or a short word with a capital behind another word (`Acme Inc.`).
fn ends_abbreviation(text: &str) -> bool {
    let word = text.rsplit(char::is_whitespace).next().unwrap_or_default();
    let last = word.rsplit('.').next().unwrap_or_default();
    let capital = last.starts_with(char::is_uppercase);
    let letters = last.chars().count();
    capital && (letters == 1 || (letters <= 4 && word.len() < text.len()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_bounds() {
        let rules = BoundaryRules::default();
        let check = |text: &str, expected: &str| {
            let span = Span { start: 0, end: text.len() as u32, label: 0 };
            let cut = rules.apply(text, span);
            assert_eq!(&text[cut.start as usize..cut.end as usize], expected, "{text:?}");
        };
        check("the White House", "White House");
        check("The  White House's", "White House");
        check("\u{201c}the Times\u{2019}s\u{201d}", "Times");
        check("theatre", "theatre");
        check("the", "the");
        check(" Paris, ", "Paris");
        check("Paris.", "Paris");
        check("U.S.", "U.S.");
        check("Acme Inc.", "Acme Inc.");
        check("@user", "@user");
        check("...", "...");
        check("an É", "É");
        let bare = BoundaryRules { punctuation: false, ..BoundaryRules::default() };
        assert_eq!(bare.apply("Paris.", Span { start: 0, end: 6, label: 0 }).end, 6);
    }

    proptest! {
        #[test]
        fn stays_inside_and_is_stable(text in "[ \\.,'s\u{2019}theA-Ca-c\u{e9}]{1,20}") {
            let rules = BoundaryRules::default();
            let span = Span { start: 0, end: text.len() as u32, label: 3 };
            let cut = rules.apply(&text, span);
            prop_assert!(cut.start < cut.end && cut.end <= span.end && cut.label == 3);
            prop_assert!(text.get(cut.start as usize..cut.end as usize).is_some());
            prop_assert_eq!(rules.apply(&text, cut), cut);
        }
    }
}
