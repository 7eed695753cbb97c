//! What is found is what a naive reading of the rules finds: every entry at every place, compared
//! character by character.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_doc::Annotations;
use gloss_plugin::harness::Harness;
use gloss_rules::RulesExtractor;
use proptest::prelude::*;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

#[derive(Clone, Copy, Debug)]
struct Ways {
    case: bool,
    diacritics: bool,
    boundaries: bool,
}

fn is_diacritic(c: char) -> bool {
    ('\u{300}'..='\u{36F}').contains(&c)
}

/// The form in which texts are compared, of the whole at once.
fn form(text: &str, ways: Ways) -> String {
    let decomposed = text.nfd().filter(|&c| !(ways.diacritics && is_diacritic(c)));
    let folded: String = if ways.case {
        // All letters of these tests have a simple lower case; the two sigmas are the same.
        decomposed.flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect()
    } else {
        decomposed.collect()
    };
    let mut form = String::new();
    for c in folded.chars() {
        match c.is_whitespace() {
            true if form.ends_with(' ') => {}
            true => form.push(' '),
            false => form.push(c),
        }
    }
    form
}

fn continues(c: char) -> bool {
    is_combining_mark(c) || ('\u{1160}'..='\u{11FF}').contains(&c)
}

/// Whether a match may begin or end at this place.
fn is_cut(text: &str, at: usize, ways: Ways) -> bool {
    let Some(after) = text[at..].chars().next() else { return true };
    if continues(after) {
        return false;
    }
    let earlier = |c: &char| !(ways.diacritics && is_diacritic(*c));
    let Some(before) = text[..at].chars().rev().find(earlier) else { return true };
    let word = |c: char| c.is_alphanumeric() || c == '_' || continues(c);
    let unspaced =
        |c: char| ('\u{3040}'..='\u{30FF}').contains(&c) || ('\u{4E00}'..='\u{9FFF}').contains(&c);
    !(ways.boundaries && word(before) && word(after)) || unspaced(before) || unspaced(after)
}

/// Every stretch of the text that is an entry: start, end, entry.
fn naive(entries: &[String], text: &str, ways: Ways) -> Vec<(usize, usize, usize)> {
    let places: Vec<usize> = (0..=text.len())
        .filter(|&at| text.is_char_boundary(at) && is_cut(text, at, ways))
        .collect();
    let forms: Vec<String> =
        entries.iter().map(|entry| form(entry.trim(), ways).trim().to_owned()).collect();
    let mut found = Vec::new();
    for &start in &places {
        for &end in places.iter().filter(|&&end| end > start) {
            let stretch = &text[start..end];
            // White space at the ends is not part of a match, nor is a mark that is left out alone.
            let inner = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
            if !inner(stretch.chars().next())
                || !inner(stretch.chars().rev().find(|&c| !(ways.diacritics && is_diacritic(c))))
            {
                continue;
            }
            let stretch = form(stretch, ways);
            found.extend(
                (0..entries.len()).filter(|&i| forms[i] == stretch).map(|i| (start, end, i)),
            );
        }
    }
    found
}

fn longest(mut found: Vec<(usize, usize, usize)>) -> Vec<(usize, usize, usize)> {
    found.sort_by_key(|&(start, end, entry)| (start, std::cmp::Reverse(end), entry));
    let mut free = 0;
    found.retain(|&(start, end, _)| {
        let keep = start >= free;
        if keep {
            free = end;
        }
        keep
    });
    found
}

const ENTRY: &str =
    "[abAé\u{301}\u{323}σΣ가東ー ._]{1,4}|[aA] b|e\u{301}|한|\u{1112}\u{1161}\u{11AB}|하";
const TEXT: &str =
    "([abAeé\u{301}\u{323}σςΣ가한하\u{1112}\u{1161}\u{11AB}東ー ._]|\r\n|\u{A0}| b){0,30}";

fn usable(entry: &str) -> bool {
    let entry = entry.trim();
    let first = entry.chars().next();
    let meaningful = |c: char| c.is_alphanumeric();
    first.is_some_and(|c| !continues(c)) && entry.chars().any(meaningful)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]
    #[test]
    fn as_the_naive_reading(
        entries in prop::collection::vec(ENTRY.prop_filter("usable", |e| usable(e)), 1..6),
        text in TEXT,
        case: bool,
        diacritics: bool,
        boundaries: bool,
        all: bool,
    ) {
        let ways = Ways { case, diacritics, boundaries };
        let listed: Vec<_> = entries
            .iter()
            .enumerate()
            // Each has a label of its own, so that none is a repetition.
            .map(|(i, text)| json!({ "text": text, "label": format!("L{i}") }))
            .collect();
        let options = json!({
            "entries": listed,
            "case": if case { "insensitive" } else { "sensitive" },
            "fold_diacritics": diacritics,
            "boundaries": boundaries,
            "overlaps": if all { "all" } else { "longest" },
        });
        let document = Harness::<RulesExtractor>::new(options).unwrap().run(&text).unwrap();
        let Annotations::Spans(spans) = &document.layers[0].annotations else { unreachable!() };
        let mut found: Vec<(usize, usize, usize)> = (0..spans.start.len())
            .map(|i| (spans.start[i] as usize, spans.end[i] as usize, spans.label[i] as usize))
            .collect();
        let mut expected = naive(&entries, &text, ways);
        if !all {
            expected = longest(expected);
        }
        found.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(found, expected);
    }
}
