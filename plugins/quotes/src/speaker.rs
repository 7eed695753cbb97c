//! Who speaks: the noun phrase at a verb of saying.

use std::ops::Range;

use crate::clause::Token;
use crate::words::{
    is_auxiliary, is_breaking, is_determiner, is_leading, is_particle, is_passive, is_pronoun,
};

/// Longer phrases are not taken for speakers.
const MOST_WORDS: usize = 9;

/// The noun phrase with which `tokens` begin, as a number of tokens: "the minister", "Ann Lee".
pub fn phrase_at(tokens: &[Token<'_>]) -> usize {
    let Some(first) = tokens.first().filter(|t| t.is_word()) else { return 0 };
    if is_pronoun(&first.lower) {
        return 1;
    }
    let mut end = usize::from(is_determiner(&first.lower));
    if tokens.get(end).is_some_and(Token::is_capital) {
        return name_at(tokens, end);
    }
    while end < tokens.len().min(MOST_WORDS) && tokens[end].is_word() {
        if is_breaking(&tokens[end].lower) {
            break;
        }
        end += 1;
    }
    // A determiner is no speaker, and without one a single word is enough.
    if end == 1 && is_determiner(&first.lower) { 0 } else { end }
}

/// A run of capitals from `start`, with particles inside.
fn name_at(tokens: &[Token<'_>], start: usize) -> usize {
    let mut end = start;
    let mut at = start;
    while at < tokens.len() && tokens[at].is_word() && at < start + MOST_WORDS {
        if tokens[at].is_capital() {
            end = at + 1;
        } else if !is_particle(&tokens[at].lower) || tokens[at].lower == "and" {
            break;
        }
        at += 1;
    }
    end
}

/// The subject of the verb at `verb`: the tokens of it. None where there is no sure one.
pub fn subject_before(tokens: &[Token<'_>], verb: usize) -> Option<Range<usize>> {
    let mut end = verb;
    while end > 0 && (is_auxiliary(&tokens[end - 1].lower) || adverb(&tokens[end - 1])) {
        end -= 1;
    }
    if end == 0 || is_passive(&tokens[end - 1].lower) {
        return None;
    }
    let commas: Vec<usize> =
        (0..end).filter(|&i| matches!(tokens[i].text, "," | "—" | "–" | ";" | "(" | ")")).collect();
    // "claiming" hangs on the subject of the sentence.
    if tokens[verb].lower.ends_with("ing") {
        return first_subject(tokens, verb);
    }
    if tokens[end - 1].is(",") {
        // "Ann Lee, the mayor, said": in front of what is set off.
        let mut closing = commas.len().checked_sub(2)?;
        loop {
            let from = closing.checked_sub(1).map_or(0, |c| commas[c] + 1);
            let found = in_segment(tokens, from..commas[closing]);
            if found
                .as_ref()
                .is_some_and(|f| f.end == commas[closing] && starts_segment(tokens, from, f.start))
            {
                return found;
            }
            closing = closing.checked_sub(1)?;
        }
    }
    let from = commas.last().map_or(0, |&c| c + 1);
    in_segment(tokens, from..end)
}

fn adverb(token: &Token<'_>) -> bool {
    token.lower.len() > 4 && token.lower.ends_with("ly") && !token.is_capital()
}

/// Whether nothing but words that lead in stand between the two.
fn starts_segment(tokens: &[Token<'_>], from: usize, to: usize) -> bool {
    tokens[from..to].iter().all(|t| is_leading(&t.lower) || !t.is_word())
}

/// The noun phrase that ends a stretch of words.
fn in_segment(tokens: &[Token<'_>], segment: Range<usize>) -> Option<Range<usize>> {
    let mut start = segment.start;
    while start < segment.end
        && (!tokens[start].is_word()
            || (is_leading(&tokens[start].lower) && start + 1 < segment.end))
    {
        start += 1;
    }
    let last =
        segment.end.checked_sub(1).filter(|&last| last >= start && tokens[last].is_word())?;
    if is_pronoun(&tokens[last].lower) {
        return Some(last..segment.end);
    }
    let whole =
        segment.end - start <= MOST_WORDS && tokens[start..segment.end].iter().all(Token::is_word);
    if whole
        && is_determiner(&tokens[start].lower)
        && !tokens[start..last].iter().any(|t| is_pronoun(&t.lower))
    {
        return Some(start..segment.end);
    }
    let from = start.max(segment.end.saturating_sub(MOST_WORDS));
    let mut begin = last;
    if tokens[last].is_capital() {
        while begin > from && tokens[begin - 1].is_word() {
            let before = &tokens[begin - 1];
            if before.is_capital() && !is_breaking(&before.lower) {
                begin -= 1;
            } else if let Some(joint) = joint(tokens, from, begin) {
                begin = joint;
            } else {
                break;
            }
        }
        return Some(begin..segment.end);
    }
    // "while the court" and, without a determiner, a plural at the beginning: "Officials".
    let determiner = (from..last).rev().find(|&i| is_determiner(&tokens[i].lower));
    if let Some(determiner) = determiner {
        return Some(determiner..segment.end);
    }
    (last == start || (whole && last - start < 3)).then_some(start..segment.end)
}

/// Where "of" or "of the" begins that joins the name at `begin` to another before it.
fn joint(tokens: &[Token<'_>], from: usize, begin: usize) -> Option<usize> {
    let article = usize::from(tokens[begin - 1].lower == "the");
    let at = begin.checked_sub(1 + article).filter(|&at| at > from)?;
    let joins = is_particle(&tokens[at].lower) && tokens[at].lower != "and";
    (joins && tokens[at - 1].is_capital()).then_some(at)
}

/// The first noun phrase of the sentence, if a verb can follow it.
fn first_subject(tokens: &[Token<'_>], verb: usize) -> Option<Range<usize>> {
    let comma = tokens[..verb].iter().rposition(|t| t.is(","))?;
    let mut from = 0;
    loop {
        let end = tokens[from..comma].iter().position(|t| t.is(",")).map_or(comma, |i| from + i);
        let mut start = from;
        while start < end && is_leading(&tokens[start].lower) {
            start += 1;
        }
        // "Last week", "In May": what says when is no subject.
        let when = tokens.get(from).is_some_and(|t| is_breaking(&t.lower)) && end < comma;
        let capital = !when
            && tokens
                .get(start)
                .is_some_and(|t| t.is_capital() || is_pronoun(&t.lower) || is_determiner(&t.lower));
        let length = phrase_at(&tokens[start..end]);
        // "Last week, Trump said": a phrase that a comma ends is none.
        if capital && length > 0 && start + length < end {
            return Some(start..start + length);
        }
        from = end + 1;
        if from >= comma {
            return None;
        }
    }
}
