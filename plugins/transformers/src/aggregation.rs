//! From scores of tokens to labelled stretches of the text, as Hugging Face's
//! `TokenClassificationPipeline` aggregates them (transformers 4.57).
//!
//! `parity/aggregation.py` compares the two on the same scores. They differ where that pipeline has
//! no rule: it knows the prefixes `B-` and `I-` alone, and takes the first part off a label that has
//! a hyphen and no prefix.

use std::ops::Range;

use gloss_plugin::{JsonSchema, Serialize};
use serde::Deserialize;

use crate::labels::{LabelScheme, Role, Tag};

/// How labels of tokens become spans.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Aggregation {
    /// Each token is a span, with the label as the model names it (`B-PER`).
    None,
    /// Neighbouring tokens of one type are a span; words may be cut.
    #[default]
    Simple,
    /// A word has the label of its first token.
    First,
    /// A word has the label whose scores are the greatest on average over its tokens.
    Average,
    /// A word has the label of its most certain token.
    Max,
}

/// A token with what a model says of it.
#[derive(Clone, Debug)]
pub struct ScoredToken<'a> {
    /// Where it is, in bytes of the text.
    pub range: Range<usize>,
    /// Whether it continues the word of the token before it.
    pub continues: bool,
    /// A score for each label; usually probabilities.
    pub scores: &'a [f32],
}

/// A labelled stretch of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Where it is, in bytes of the text.
    pub range: Range<usize>,
    /// Its label, as a position in [`Aggregation::labels`].
    pub label: usize,
    /// The mean of the scores of its tokens, or of its words where words have the labels.
    pub score: f32,
}

impl Aggregation {
    /// The labels that entities have: types, or the model's own labels where nothing is aggregated.
    #[must_use]
    pub fn labels(self, scheme: &LabelScheme) -> &[String] {
        if self == Aggregation::None { scheme.labels() } else { scheme.types() }
    }

    /// The labelled stretches of a text, in its order, with nothing left out: what is outside of
    /// entities has a label as well.
    #[must_use]
    pub fn apply(self, tokens: &[ScoredToken<'_>], scheme: &LabelScheme) -> Vec<Entity> {
        let pieces: Vec<Entity> = match self {
            Aggregation::None | Aggregation::Simple => tokens
                .iter()
                .map(|token| piece(std::slice::from_ref(token), Aggregation::First))
                .collect(),
            _ => words(tokens).map(|word| piece(word, self)).collect(),
        };
        if self == Aggregation::None { pieces } else { group(&pieces, scheme.tags()) }
    }
}

/// The words; a first token that continues something begins one.
fn words<'t, 'a>(tokens: &'t [ScoredToken<'a>]) -> impl Iterator<Item = &'t [ScoredToken<'a>]> {
    tokens.chunk_by(|_, next| next.continues)
}

/// The label of a word by a strategy, as a position among the model's labels.
fn piece(word: &[ScoredToken<'_>], strategy: Aggregation) -> Entity {
    let (label, score) = match strategy {
        Aggregation::Average => {
            let labels = word.first().map_or(0, |token| token.scores.len());
            let mut mean = vec![0.0; labels];
            for token in word {
                mean.iter_mut().zip(token.scores).for_each(|(sum, score)| *sum += score);
            }
            mean.iter_mut().for_each(|sum| *sum /= word.len() as f32);
            best(&mean)
        }
        Aggregation::Max => {
            let certain = word.iter().map(|token| best(token.scores));
            // Of equals the first, as Python's `max` has it.
            certain
                .reduce(|most, other| if other.1 > most.1 { other } else { most })
                .unwrap_or((0, 0.0))
        }
        _ => word.first().map_or((0, 0.0), |token| best(token.scores)),
    };
    let end = |token: &ScoredToken<'_>| token.range.end;
    let start = word.first().map_or(0, |token| token.range.start);
    Entity { range: start..word.last().map_or(start, end), label, score }
}

/// The position of the greatest score, the first of equals, and that score.
fn best(scores: &[f32]) -> (usize, f32) {
    let numbered = scores.iter().copied().enumerate();
    numbered.reduce(|most, other| if other.1 > most.1 { other } else { most }).unwrap_or((0, 0.0))
}

/// Joins neighbours of one type; what begins, or is single, joins nothing before it.
fn group(pieces: &[Entity], tags: &[Tag]) -> Vec<Entity> {
    let joins = |before: &Entity, next: &Entity| {
        let (before, next) = (tags[before.label], tags[next.label]);
        before.kind == next.kind
            && matches!(next.role, Role::Inside | Role::End)
            && matches!(before.role, Role::Begin | Role::Inside)
    };
    let merged = pieces.chunk_by(joins).map(|run| {
        let (first, last) = (&run[0], &run[run.len() - 1]);
        let sum: f64 = run.iter().map(|piece| f64::from(piece.score)).sum();
        Entity {
            range: first.range.start..last.range.end,
            label: tags[first.label].kind,
            score: (sum / run.len() as f64) as f32,
        }
    });
    merged.collect()
}

/// How a tokenizer shows that a token continues a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordRule {
    /// Its model marks continuations with a prefix (`##` of WordPiece): a token continues a word where
    /// its entry in the vocabulary is of another length than what it stands for.
    Prefix,
    /// It does not: a token continues a word where no blank stands before it or begins it.
    Blank,
}

impl WordRule {
    /// Whether the token `entry` of the vocabulary, at `range` of `text`, continues the word of the
    /// token before it. One that the vocabulary does not know, `unknown`, never does.
    #[must_use]
    pub fn continues(self, text: &str, range: &Range<usize>, entry: &str, unknown: bool) -> bool {
        if unknown {
            return false;
        }
        match self {
            WordRule::Prefix => entry.chars().count() != text[range.clone()].chars().count(),
            WordRule::Blank => {
                let before = text[..range.start].chars().next_back();
                before.is_some_and(|c| c != ' ') && !text[range.start..].starts_with(' ')
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entities of tokens `a b c ...` with these labels, as `type:first-last`.
    #[track_caller]
    fn check(labels: &[&str], tokens: &[&str], expected: &[&str]) {
        let names: Vec<String> = labels.iter().map(|label| (*label).to_owned()).collect();
        let scheme = LabelScheme::new(&names);
        let row = |token: &&str| {
            labels.iter().map(|label| f32::from(u8::from(label == token))).collect::<Vec<f32>>()
        };
        let rows: Vec<Vec<f32>> = tokens.iter().map(row).collect();
        let scored = rows.iter().enumerate().map(|(at, scores)| ScoredToken {
            range: 2 * at..2 * at + 1,
            continues: false,
            scores,
        });
        let found = Aggregation::Simple.apply(&scored.collect::<Vec<_>>(), &scheme);
        let found =
            found.iter().filter(|entity| scheme.types()[entity.label] != "O").map(|entity| {
                let Range { start, end } = entity.range;
                format!("{}:{}-{}", scheme.types()[entity.label], start / 2, (end - 1) / 2)
            });
        assert_eq!(found.collect::<Vec<_>>(), expected, "{tokens:?}");
    }

    #[test]
    fn ends_and_singles_close_what_they_end() {
        for (end, single) in [("E-X", "S-X"), ("L-X", "U-X")] {
            let labels = ["O", "B-X", "I-X", end, single, "B-Y", "I-Y"];
            check(&labels, &["B-X", "I-X", end], &["X:0-2"]);
            check(&labels, &["B-X", end, "B-X", end], &["X:0-1", "X:2-3"]);
            check(&labels, &[single, single, "O", single], &["X:0-0", "X:1-1", "X:3-3"]);
            // Labels that do not follow their own scheme.
            check(&labels, &["I-X", "I-X", "I-X"], &["X:0-2"]);
            check(&labels, &["B-X", end, "I-X", end], &["X:0-1", "X:2-3"]);
            check(&labels, &[end, end], &["X:0-0", "X:1-1"]);
            check(&labels, &["B-X", single, "I-X"], &["X:0-0", "X:1-1", "X:2-2"]);
            check(&labels, &["B-X", "I-Y", end], &["X:0-0", "Y:1-1", "X:2-2"]);
        }
    }

    #[test]
    fn nothing_comes_of_no_tokens() {
        let scheme = LabelScheme::new(&["O".to_owned()]);
        for aggregation in [Aggregation::None, Aggregation::Simple, Aggregation::Average] {
            assert!(aggregation.apply(&[], &scheme).is_empty());
        }
    }
}
