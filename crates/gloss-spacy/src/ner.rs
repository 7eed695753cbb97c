//! spaCy's entity recogniser: one greedy BILUO decision per token.

use std::ops::Range;

use gloss_kernels::{Affine, row};

use crate::error::Error;
use crate::matrix::argmax;
use crate::transition::Scorer;

/// Features of a state: this token, the open entity's first token, the token before this one if an
/// entity is open.
pub(crate) const SLOTS: usize = 3;

const BEGIN: u32 = 1;
const IN: u32 = 2;
const LAST: u32 = 3;
const UNIT: u32 = 4;
const OUT: u32 = 5;

/// A decision while no entity is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    Begin(usize),
    Unit(usize),
    Out,
}

/// The recogniser; immutable.
#[derive(Debug)]
pub(crate) struct Ner {
    scorer: Scorer,
    /// Decisions without an open entity, in the order of classes, and their last layer.
    closed: Vec<Closed>,
    closed_upper: Affine,
    /// What the two slots of an open entity add while none is open.
    closed_slots: Vec<f32>,
    /// Classes of "in" and "last" by label.
    open: Vec<(usize, usize)>,
}

/// An entity in tokens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TokenSpan {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) label: usize,
    pub(crate) margin: f32,
}

/// What a document's decisions carry from one window to the next, and buffers.
#[derive(Debug, Default)]
pub(crate) struct NerScratch {
    open: Option<TokenSpan>,
    first_slot: Vec<f32>,
    before: Vec<f32>,
    before_slot: Vec<f32>,
    reduced: Vec<f32>,
    token_slot: Vec<f32>,
    hidden: Vec<f32>,
    scores: Vec<f32>,
    one: Vec<f32>,
}

impl NerScratch {
    /// Forgets the document before.
    pub(crate) fn start(&mut self) {
        self.open = None;
    }
}

/// A document as the decisions see it.
pub(crate) struct Document<'a> {
    pub(crate) len: usize,
    /// Whether a token is white space.
    pub(crate) is_space: &'a dyn Fn(usize) -> bool,
    /// Where sentences start, if something before the recogniser said so; entities do not cross them.
    pub(crate) sent_start: Option<&'a [bool]>,
}

impl Document<'_> {
    /// Whether an entity may go on after token `at`.
    fn continues(&self, at: usize) -> bool {
        at + 1 < self.len
            && !self.sent_start.is_some_and(|starts| starts.get(at + 1).copied().unwrap_or(false))
    }
}

/// The labels among the moves, in the order of their classes.
pub(crate) fn labels(moves: &[(u32, String)]) -> Vec<String> {
    let begins = moves.iter().filter(|(action, label)| *action == BEGIN && !label.is_empty());
    begins.map(|(_, label)| label.clone()).collect()
}

impl Ner {
    pub(crate) fn new(moves: &[(u32, String)], scorer: Scorer, file: &str) -> Result<Self, Error> {
        let invalid = |reason: String| Error::invalid(file, "moves", reason);
        if moves.len() != scorer.classes() {
            let reason = format!("{} actions, but {} are scored", moves.len(), scorer.classes());
            return Err(invalid(reason));
        }
        let labels = labels(moves);
        let class = |action: u32, label: &str| {
            let found = moves.iter().position(|(a, l)| *a == action && l == label);
            found.ok_or_else(|| invalid(format!("no action {action} for label {label:?}")))
        };
        class(OUT, "")?;
        let open = labels.iter().map(|label| Ok((class(IN, label)?, class(LAST, label)?)));
        let open = open.collect::<Result<_, Error>>()?;
        let (mut closed, mut classes) = (Vec::new(), Vec::new());
        for (at, (action, label)) in moves.iter().enumerate() {
            let index = labels.iter().position(|known| known == label);
            closed.push(match (*action, index) {
                (BEGIN, Some(index)) => Closed::Begin(index),
                (UNIT, Some(index)) => Closed::Unit(index),
                (OUT, _) => Closed::Out,
                _ => continue,
            });
            classes.push(at);
        }
        let closed_upper = scorer.upper_for(&classes);
        let closed_slots = scorer.pads[1].iter().zip(&scorer.pads[2]).map(|(a, b)| a + b).collect();
        Ok(Self { scorer, closed, closed_upper, closed_slots, open })
    }

    /// Decides the tokens of `range`, whose vectors are given, in the order of the document.
    pub(crate) fn decide(
        &self,
        document: &Document<'_>,
        range: Range<usize>,
        vectors: &[f32],
        state: &mut NerScratch,
        entities: &mut Vec<TokenSpan>,
    ) {
        let scorer = &self.scorer;
        let reduced = scorer.reduce.outputs();
        let stride = row(scorer.reduce.inputs());
        scorer.reduce.product(vectors, stride, range.len(), &mut state.reduced);
        scorer.slots[0].product(&state.reduced, reduced, range.len(), &mut state.token_slot);
        self.score_closed(range.len(), state);
        let (units, scored) = (scorer.slot_row(), self.closed_upper.outputs());
        for (row, at) in range.clone().enumerate() {
            let Some(mut span) = state.open.take() else {
                let scores = &state.scores[row * scored..][..self.closed.len()];
                let (decision, margin) = self.best_closed(document, at, scores);
                let span = |label| TokenSpan { start: at, end: at + 1, label, margin };
                match decision {
                    Closed::Out => {}
                    Closed::Unit(label) => entities.push(span(label)),
                    Closed::Begin(label) => {
                        state.open = Some(span(label));
                        let vector = &state.reduced[row * reduced..(row + 1) * reduced];
                        scorer.slots[1].product(vector, 0, 1, &mut state.first_slot);
                    }
                }
                continue;
            };
            let last = if document.continues(at) {
                let before = match row.checked_sub(1) {
                    Some(row) => &state.reduced[row * reduced..(row + 1) * reduced],
                    None => &state.before,
                };
                scorer.slots[2].product(before, 0, 1, &mut state.before_slot);
                let token = &state.token_slot[row * units..(row + 1) * units];
                let slots = [token, &state.first_slot, &state.before_slot];
                state.one.resize(scorer.hidden_row(), 0.0);
                scorer.hidden(&slots, &mut state.one);
                let (inside, last) = self.open[span.label];
                let (a, b) = (scorer.score(inside, &state.one), scorer.score(last, &state.one));
                span.margin = span.margin.min((a - b).abs());
                b > a || (b == a && last < inside)
            } else {
                true
            };
            if last {
                entities.push(TokenSpan { end: at + 1, ..span });
            } else {
                state.open = Some(span);
            }
        }
        if !range.is_empty() {
            state.before.clear();
            state.before.extend_from_slice(&state.reduced[(range.len() - 1) * reduced..]);
        }
    }

    /// Scores every token as if no entity were open, which needs nothing of the decisions before.
    fn score_closed(&self, count: usize, state: &mut NerScratch) {
        let scorer = &self.scorer;
        let (units, hidden) = (scorer.slot_row(), scorer.hidden_row());
        state.hidden.resize(count * hidden, 0.0);
        let tokens = state.token_slot.chunks_exact(units);
        for (token, out) in tokens.zip(state.hidden.chunks_exact_mut(hidden)) {
            scorer.hidden(&[token, &self.closed_slots], out);
        }
        self.closed_upper.product(&state.hidden, hidden, count, &mut state.scores);
    }

    /// The valid decision with the highest score (the first of equals) and its lead over the next; no lead
    /// is given for "out".
    fn best_closed(&self, document: &Document<'_>, at: usize, scores: &[f32]) -> (Closed, f32) {
        let (space, continues) = ((document.is_space)(at), document.continues(at));
        let valid = |decision: &Closed| match decision {
            Closed::Begin(_) => !space && continues,
            Closed::Unit(_) => !space,
            Closed::Out => true,
        };
        let mut best = argmax(scores);
        if !valid(&self.closed[best]) {
            let allowed = (0..scores.len()).filter(|&at| valid(&self.closed[at]));
            let better = |best: usize, at| if scores[at] > scores[best] { at } else { best };
            best = allowed.reduce(better).unwrap_or(best);
        }
        let decision = self.closed[best];
        if decision == Closed::Out {
            return (decision, 0.0);
        }
        let others = self.closed.iter().zip(scores).enumerate();
        let others = others.filter(|(at, (decision, _))| *at != best && valid(decision));
        let second = others.map(|(_, (_, &score))| score).fold(f32::NEG_INFINITY, f32::max);
        (decision, scores[best] - second)
    }
}
