//! Tokens as spaCy has them: together they cover the text.

use std::collections::HashMap;

use super::tokens::{Range, Tokens, is_blank, is_space};

/// `tokens` with others between them, until spaCy can make its own of them.
///
/// To spaCy a single space behind a token belongs to it, and all other white space up to the next
/// token is one token. White space that `tokens` has is made anew by that rule, and keeps its row
/// where it is the same. What is no white space and in no token becomes tokens as well.
pub(super) fn covering<'a>(text: &str, tokens: Tokens<'a>) -> Tokens<'a> {
    let given = || tokens.ranges.iter().copied().zip(tokens.rows.iter().copied());
    let (blank, words): (Vec<_>, Vec<_>) = given().partition(|&((s, e), _)| is_blank(&text[s..e]));
    let mut out = Cover {
        text,
        ranges: Vec::new(),
        rows: Vec::new(),
        blank: blank.into_iter().filter_map(|(range, row)| Some((range, row?))).collect(),
    };
    let mut at = 0;
    for ((start, end), row) in words {
        out.gap(at, start);
        out.word(start, end, row);
        at = end;
    }
    out.gap(at, text.len());
    out.space(text.len());
    Tokens { ranges: out.ranges, rows: out.rows, layer: tokens.layer }
}

struct Cover<'t> {
    text: &'t str,
    ranges: Vec<Range>,
    rows: Vec<Option<usize>>,
    /// The rows of tokens of white space.
    blank: HashMap<Range, usize>,
}

impl Cover<'_> {
    /// The words between two tokens.
    fn gap(&mut self, mut from: usize, to: usize) {
        while let Some(before) = self.text[from..to].find(|c| !is_space(c)) {
            let start = from + before;
            from = self.text[start..to].find(is_space).map_or(to, |length| start + length);
            self.word(start, from, None);
        }
    }

    /// A word, with the white space before it.
    fn word(&mut self, start: usize, end: usize, row: Option<usize>) {
        let inner = &self.text[start..end];
        let from = start + inner.len() - inner.trim_start_matches(is_space).len();
        self.space(from);
        self.ranges.push((from, from + inner.trim_matches(is_space).len()));
        self.rows.push(row);
    }

    /// The white space before `to`.
    fn space(&mut self, to: usize) {
        let mut from = self.ranges.last().map_or(0, |&(_, end)| end);
        if !self.ranges.is_empty() && self.text[from..to].starts_with(' ') {
            from += 1;
        }
        if from < to {
            self.ranges.push((from, to));
            self.rows.push(self.blank.get(&(from, to)).copied());
        }
    }
}
