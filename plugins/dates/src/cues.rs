//! What the words around an expression tell: whether it lies ahead, how this text writes dates,
//! and which months are names in it.

use std::ops::Range;

use crate::lexer::{Kind, Token};
use crate::lexicon::Word;

/// Where an expression lies, by the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tense {
    /// Before the document was written, or on its day.
    Past,
    /// After it, or on its day.
    Future,
    /// Nothing says it.
    Unknown,
}

/// What a whole text tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// A date such as 25/12/2024 is there.
    pub day_first: bool,
    /// A date such as 12/25/2024 is there.
    pub month_first: bool,
    /// Bit n: the word for month n is a person's name in this text ("Theresa May").
    pub names: u16,
}

/// How many tokens to each side are looked at.
const REACH: usize = 16;

/// The cue that is nearest to these tokens within their sentence; of two, the one before.
#[must_use]
pub fn tense(text: &str, tokens: &[Token], around: Range<usize>) -> Tense {
    let slice = |at: usize| &text[tokens[at].start as usize..tokens[at].end as usize];
    if let Some(before) = around.start.checked_sub(1).map(slice) {
        if before.eq_ignore_ascii_case("since") {
            return Tense::Past;
        }
        if before.eq_ignore_ascii_case("until") || before.eq_ignore_ascii_case("till") {
            return Tense::Future;
        }
    }
    let first = around.start.saturating_sub(REACH);
    let before = (first..around.start).rev().take_while(|&at| !ends_sentence(tokens, at));
    let before = before.enumerate().find_map(|(far, at)| cue(text, tokens, at).map(|c| (far, c)));
    let last = (around.end + REACH).min(tokens.len());
    let after = (around.end..last).take_while(|&at| !ends_sentence(tokens, at));
    let after = after.enumerate().find_map(|(far, at)| cue(text, tokens, at).map(|c| (far, c)));
    match (before, after) {
        (Some((far, _)), Some((near, cue))) if near < far => cue,
        (Some((_, cue)), _) | (None, Some((_, cue))) => cue,
        (None, None) => Tense::Unknown,
    }
}

fn ends_sentence(tokens: &[Token], at: usize) -> bool {
    match tokens[at].kind {
        Kind::Break | Kind::Mark(b'!' | b'?' | b';') => true,
        Kind::Mark(b'.') => {
            let behind = if at > 0 { tokens[at - 1].kind } else { Kind::Break };
            let short = matches!(behind, Kind::Word(Word::ShortMonth(_) | Word::ShortWeekday(_)));
            !short && tokens.get(at + 1).is_none_or(|next| next.capital || !next.glued)
        }
        _ => false,
    }
}

fn cue(text: &str, tokens: &[Token], at: usize) -> Option<Tense> {
    let slice =
        |at: usize| tokens.get(at).map_or("", |t: &Token| &text[t.start as usize..t.end as usize]);
    let next_is =
        |words: &[&str]| words.iter().any(|word| slice(at + 1).eq_ignore_ascii_case(word));
    let participle = at > 0 && slice(at - 1).eq_ignore_ascii_case("be");
    match tokens[at].kind {
        // "will be held", "to be paid"
        Kind::Word(Word::Over) | Kind::Other { past: true } if participle => Some(Tense::Future),
        Kind::Word(Word::Ahead) if slice(at).eq_ignore_ascii_case("set") => {
            next_is(&["for", "to"]).then_some(Tense::Future)
        }
        Kind::Word(Word::Ahead) => Some(Tense::Future),
        // "may", which the lexicon has as the month.
        Kind::Word(Word::Month(5)) if !tokens[at].capital => Some(Tense::Future),
        // "was to be built", "was due"
        Kind::Word(Word::Over) if next_is(&["to", "due", "expected", "scheduled", "planned"]) => {
            Some(Tense::Future)
        }
        Kind::Word(Word::Over) | Kind::Other { past: true } => Some(Tense::Past),
        Kind::Other { past: false } if next_is(&["to"]) => ["is", "are"]
            .iter()
            .any(|be| slice(at).eq_ignore_ascii_case(be))
            .then_some(Tense::Future),
        _ => None,
    }
}

/// Reads the whole text once.
#[must_use]
pub fn facts(text: &str, tokens: &[Token]) -> Facts {
    let mut facts = Facts::default();
    for at in 1..tokens.len() {
        match tokens[at].kind {
            Kind::Mark(b'/' | b'-') if tokens[at].glued => numeric(text, tokens, at, &mut facts),
            Kind::Word(Word::Month(month)) if tokens[at].capital && is_name(text, tokens, at) => {
                facts.names |= 1 << month;
            }
            _ => {}
        }
    }
    facts
}

/// What `25/12/2024` tells, seen from its first slash.
fn numeric(text: &str, tokens: &[Token], at: usize, facts: &mut Facts) {
    let Some([first, _, second, mark, year]) = tokens.get(at - 1..at + 4) else { return };
    let number = |token: &Token| {
        let digits = &text[token.start as usize..token.end as usize];
        (token.kind == Kind::Number && digits.len() <= 4).then(|| digits.parse::<u16>().ok())?
    };
    let (Some(a), Some(b), Some(_)) = (number(first), number(second), number(year)) else { return };
    if mark.kind != tokens[at].kind || !(second.glued && mark.glued && year.glued) {
        return;
    }
    facts.day_first |= (13..=31).contains(&a) && (1..=12).contains(&b);
    facts.month_first |= (1..=12).contains(&a) && (13..=31).contains(&b);
}

/// "Theresa May", "Mrs. May": a capital goes before that no sentence begins with.
fn is_name(text: &str, tokens: &[Token], at: usize) -> bool {
    let title = ["mr", "mrs", "ms", "dr", "miss", "sir", "lady", "lord", "prof"];
    let dot = usize::from(tokens[at - 1].kind == Kind::Mark(b'.'));
    let Some(before) = (at - 1).checked_sub(dot) else { return false };
    let word = &text[tokens[before].start as usize..tokens[before].end as usize];
    if title.iter().any(|t| word.eq_ignore_ascii_case(t)) {
        return true;
    }
    let begins = before == 0 || ends_sentence(tokens, before - 1);
    let plain = matches!(tokens[before].kind, Kind::Other { .. });
    let acronym = word.bytes().all(|b| b.is_ascii_uppercase());
    let followed = matches!(tokens.get(at + 1).map(|t| t.kind), Some(Kind::Number));
    dot == 0
        && plain
        && tokens[before].capital
        && !tokens[at].glued
        && !acronym
        && !followed
        && (!begins
            || matches!(
                tokens.get(at + 1).map(|t| t.kind),
                Some(Kind::Word(Word::Over | Word::Ahead))
            ))
}
