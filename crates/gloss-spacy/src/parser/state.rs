//! Where a parse stands: stack, buffer, arcs so far, and the scorer's input for the tokens in reach.

use std::ops::Range;

use gloss_kernels::{Rows, row};

use crate::transition::Scorer;

use super::SLOTS;

/// No token.
pub(super) const NONE: u32 = u32::MAX;
/// As many tokens keep the values of all their slots; those of older ones are computed when asked for.
const RECENT: usize = 512;

/// What the parse knows of a token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) head: u32,
    /// The class that made the arc to the head.
    pub(super) class: u32,
    /// The children that were attached last.
    left_child: u32,
    right_child: u32,
    /// The child of the same head, on the same side, that was attached before this one.
    attached_before: u32,
    pub(super) unshiftable: bool,
    /// A break was put before it.
    pub(super) starts: bool,
}

impl Word {
    const NEW: Self = Self {
        head: NONE,
        class: 0,
        left_child: NONE,
        right_child: NONE,
        attached_before: NONE,
        unshiftable: false,
        starts: false,
    };
}

/// A document's parse, and buffers.
#[derive(Debug, Default)]
pub(crate) struct ParserScratch {
    pub(super) words: Vec<Word>,
    pub(super) stack: Vec<u32>,
    /// Words that were put back on the buffer, before the unread ones; the last is the first.
    pub(super) put_back: Vec<u32>,
    /// The first unread word.
    pub(super) next: usize,
    /// No later state looks at words before this one.
    reach: usize,
    inputs: Inputs,
    pub(super) hidden: Vec<f32>,
    pub(super) scores: Vec<f32>,
}

/// The lower layer's input by token, from `first` on; and its product with each slot, for the recent ones.
#[derive(Debug, Default)]
struct Inputs {
    first: usize,
    reduced: Vec<f32>,
    /// Slot by slot, each token at its position modulo `RECENT`.
    recent: Vec<f32>,
    /// The first of the recent tokens.
    recent_first: usize,
    product: Vec<f32>,
    older: Vec<f32>,
}

impl ParserScratch {
    /// Begins a document of `len` tokens.
    pub(crate) fn start(&mut self, len: usize) {
        self.words.clear();
        self.words.resize(len, Word::NEW);
        self.stack.clear();
        self.put_back.clear();
        self.next = 0;
        self.reach = 0;
        self.inputs = Inputs { first: 0, recent_first: 0, ..std::mem::take(&mut self.inputs) };
        self.inputs.reduced.clear();
    }

    /// Takes the vectors of the next tokens. What no later state can look at is dropped.
    pub(super) fn feed(&mut self, scorer: &Scorer, range: &Range<usize>, vectors: &[f32]) {
        self.inputs.feed(scorer, range, vectors, self.reach);
    }

    /// With nothing on the stack and nothing put back, only unread words stay in reach, and the child
    /// that the first of them may have.
    pub(super) fn note_reach(&mut self) {
        if self.stack.is_empty() && self.put_back.is_empty() {
            let child = self.words.get(self.next).map_or(NONE, |word| word.left_child);
            self.reach = self.next.min(child as usize);
        }
    }

    /// The first (0), second ... word of the stack.
    pub(super) fn stack(&self, at: usize) -> u32 {
        self.stack.len().checked_sub(at + 1).map_or(NONE, |at| self.stack[at])
    }

    /// The first (0), second ... word of the buffer.
    pub(super) fn buffer(&self, at: usize) -> u32 {
        match self.put_back.len().checked_sub(at + 1) {
            Some(at) => self.put_back[at],
            None => {
                let word = self.next + at - self.put_back.len();
                if word < self.words.len() { word as u32 } else { NONE }
            }
        }
    }

    pub(super) fn buffer_len(&self) -> usize {
        self.words.len() - self.next + self.put_back.len()
    }

    pub(super) fn has_head(&self, word: u32) -> bool {
        self.words[word as usize].head != NONE
    }

    fn child(&self, word: u32, side: impl Fn(&Word) -> u32) -> u32 {
        self.words.get(word as usize).map_or(NONE, side)
    }

    /// The hidden layer for the present state.
    pub(super) fn score_hidden(&mut self, scorer: &Scorer) {
        let (b0, s0) = (self.buffer(0), self.stack(0));
        let tokens = [
            b0,
            self.buffer(1),
            s0,
            self.stack(1),
            self.stack(2),
            self.child(b0, |word| word.left_child),
            self.child(s0, |word| word.left_child),
            self.child(s0, |word| word.right_child),
        ];
        let Self { inputs, hidden, .. } = self;
        inputs.prepare(scorer, &tokens);
        let slots: [&[f32]; SLOTS] =
            std::array::from_fn(|slot| inputs.slot(scorer, slot, tokens[slot]));
        hidden.resize(scorer.hidden_row(), 0.0);
        scorer.hidden(&slots, hidden);
    }

    /// Moves the first word of the buffer to the stack.
    pub(super) fn push(&mut self) {
        let word = self.put_back.pop().unwrap_or_else(|| {
            self.next += 1;
            (self.next - 1) as u32
        });
        self.stack.push(word);
    }

    /// Makes an arc; an earlier head of the child is given up.
    pub(super) fn attach(&mut self, head: u32, child: u32, class: usize) {
        if self.has_head(child) {
            self.detach(child);
        }
        let first = self.first_child(head, child);
        let before = std::mem::replace(first, child);
        let word = &mut self.words[child as usize];
        (word.head, word.class, word.attached_before) = (head, class as u32, before);
    }

    fn detach(&mut self, child: u32) {
        let Word { head, attached_before, .. } = self.words[child as usize];
        let first = self.first_child(head, child);
        if *first == child {
            *first = attached_before;
            return;
        }
        let mut at = *first;
        while at != NONE {
            let before = self.words[at as usize].attached_before;
            if before == child {
                self.words[at as usize].attached_before = attached_before;
                return;
            }
            at = before;
        }
    }

    /// Where the latest child of `head` on `child`'s side is kept.
    fn first_child(&mut self, head: u32, child: u32) -> &mut u32 {
        let word = &mut self.words[head as usize];
        if head > child { &mut word.left_child } else { &mut word.right_child }
    }
}

impl Inputs {
    fn feed(&mut self, scorer: &Scorer, range: &Range<usize>, vectors: &[f32], reach: usize) {
        let reduced = scorer.reduce.outputs();
        if reach > self.first {
            let dropped = (reach - self.first) * reduced;
            self.reduced.drain(..dropped.min(self.reduced.len()));
            self.first = reach;
        }
        let stride = row(scorer.reduce.inputs());
        scorer.reduce.product(vectors, stride, range.len(), &mut self.product);
        self.reduced.extend_from_slice(&self.product);
        self.recent.resize(RECENT * SLOTS * scorer.slot_row(), 0.0);
        self.recent_first = self.recent_first.max(range.end.saturating_sub(RECENT));
        let mut at = range.start.max(self.recent_first);
        while at < range.end {
            // As far as the places go on without starting over.
            let count = (range.end - at).min(RECENT - at % RECENT);
            self.compute_slots(scorer, at, count);
            at += count;
        }
    }

    /// Computes the slots of some tokens whose places follow each other.
    fn compute_slots(&mut self, scorer: &Scorer, first: usize, count: usize) {
        let (units, stride) = (scorer.slot_row(), scorer.reduce.outputs());
        let numbers = &self.reduced[(first - self.first) * stride..];
        for (slot, affine) in scorer.slots.iter().enumerate() {
            let place = (slot * RECENT + first % RECENT) * units;
            let out = &mut self.recent[place..];
            affine.product_into(Rows { numbers, stride, count }, out);
        }
    }

    /// Computes the slots of tokens that are no longer recent.
    fn prepare(&mut self, scorer: &Scorer, tokens: &[u32; SLOTS]) {
        let (units, reduced) = (scorer.slot_row(), scorer.reduce.outputs());
        self.older.resize(SLOTS * units, 0.0);
        for (slot, &token) in tokens.iter().enumerate() {
            if token != NONE && (token as usize) < self.recent_first {
                let row = (token as usize - self.first) * reduced;
                let input = &self.reduced[row..row + reduced];
                let out = &mut self.older[slot * units..(slot + 1) * units];
                let input = Rows { numbers: input, stride: 0, count: 1 };
                scorer.slots[slot].product_into(input, out);
            }
        }
    }

    fn slot<'s>(&'s self, scorer: &'s Scorer, slot: usize, token: u32) -> &'s [f32] {
        let units = scorer.slot_row();
        if token == NONE {
            return &scorer.pads[slot];
        }
        let token = token as usize;
        if token < self.recent_first {
            return &self.older[slot * units..(slot + 1) * units];
        }
        &self.recent[(slot * RECENT + token % RECENT) * units..][..units]
    }
}
