//! The five actions: when each is allowed, and what it does.

use std::ops::Range;

use super::Parser;
use super::state::{NONE, ParserScratch};
use crate::matrix::argmax;

/// What a class does; arcs have a label besides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// The buffer's first word goes to the stack.
    Shift,
    /// The stack's first word is done; without a head, it goes back to the buffer.
    Reduce,
    /// The buffer's first word becomes the head of the stack's first, which is done.
    Left,
    /// The stack's first word becomes the head of the buffer's first, which goes to the stack.
    Right,
    /// The buffer's second word starts a sentence.
    Break,
}

impl Action {
    /// From spaCy's number.
    pub(super) fn parse(number: u32) -> Option<Self> {
        let actions = [Self::Shift, Self::Reduce, Self::Left, Self::Right, Self::Break];
        actions.get(number as usize).copied()
    }
}

/// Sentence starts that were known before the parser ran: whether each token is one.
pub(crate) type Known<'a> = Option<&'a [bool]>;

impl Parser {
    /// Goes on as far as the tokens up to the end of `range`, whose vectors are given, allow.
    pub(crate) fn advance(
        &self,
        range: &Range<usize>,
        vectors: &[f32],
        known: Known<'_>,
        state: &mut ParserScratch,
    ) {
        state.feed(&self.scorer, range, vectors);
        let len = state.words.len();
        loop {
            let unread = 2usize.saturating_sub(state.put_back.len());
            if state.next + unread > range.end && range.end < len {
                return; // the state looks at a token whose vector is still to come
            }
            if state.stack.is_empty() && state.buffer_len() == 0 {
                return;
            }
            state.note_reach();
            let valid = valid(state, known);
            state.score_hidden(&self.scorer);
            self.upper.product(&state.hidden, 0, 1, &mut state.scores);
            let mut best: Option<usize> = None;
            for (action, classes) in &self.runs {
                let better = |class: &usize| {
                    best.is_none_or(|best: usize| state.scores[*class] > state.scores[best])
                };
                if valid[*action as usize] {
                    let class = classes.start + argmax(&state.scores[classes.clone()]);
                    best = Some(class).filter(better).or(best);
                }
            }
            match best {
                Some(class) => self.take(class, state),
                None => {
                    state.stack.clear();
                    state.put_back.clear();
                    state.next = len;
                }
            }
        }
    }

    fn take(&self, class: usize, state: &mut ParserScratch) {
        let (b0, s0) = (state.buffer(0), state.stack(0));
        match self.actions[class] {
            Action::Shift => state.push(),
            Action::Reduce => {
                if !state.has_head(s0) && state.stack.len() > 1 {
                    state.words[s0 as usize].unshiftable = true;
                    state.put_back.push(s0);
                }
                state.stack.pop();
            }
            Action::Left => {
                state.attach(b0, s0, class);
                state.words[b0 as usize].unshiftable = false;
                state.stack.pop();
            }
            Action::Right => {
                state.attach(s0, b0, class);
                state.push();
            }
            Action::Break => {
                let second = state.buffer(1) as usize;
                state.words[second].starts = true;
            }
        }
    }
}

/// Which actions are allowed, by number.
fn valid(state: &ParserScratch, known: Known<'_>) -> [bool; 5] {
    let (b0, b1, buffered) = (state.buffer(0), state.buffer(1), state.buffer_len());
    let starts = |word: u32| {
        let at = word as usize;
        word != NONE && (at == 0 || state.words[at].starts || known.is_some_and(|known| known[at]))
    };
    // Token 0 starts a sentence; of the others it may be known that they do not.
    let never =
        |word: u32| word != NONE && word != 0 && known.is_some_and(|known| !known[word as usize]);
    let depth = state.stack.len();
    let arc = depth > 0 && buffered > 0 && !starts(b0);
    let shift =
        depth == 0 || (buffered >= 2 && !starts(b0) && !state.words[b0 as usize].unshiftable);
    let reduce = depth > 0 && !(buffered > 0 && depth == 1 && never(b0));
    let split = buffered >= 2 && b1 == b0 + 1 && !starts(b1) && !never(b1);
    [shift, reduce, arc, arc, split]
}
