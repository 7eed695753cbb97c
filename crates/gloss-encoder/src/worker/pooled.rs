//! Texts, and targets in them, to pooled vectors for the heads of adapters.

use std::ops::Range;

use gloss_kernels::Rows;

use super::{Input, Overlap, Piece, Worker};
use crate::adapter::Feature;
use crate::config::Task;
use crate::error::Error;
use crate::pooling::{Mean, pool};
use crate::settings::Pooling;
use crate::tokenizer::Tokens;

/// A text, and what in it a head is to be asked about.
#[derive(Clone, Copy, Debug)]
pub struct Passage<'p> {
    /// The text.
    pub text: &'p str,
    /// Each target's mentions, in bytes of the text.
    pub targets: &'p [Vec<Range<usize>>],
}

/// What heads of adapters are computed from: vectors of a text and of its targets.
#[derive(Clone, Debug)]
pub struct Pooled {
    mean: Vec<f32>,
    max: Vec<f32>,
    first: Vec<f32>,
    targets: Vec<Option<Target>>,
    /// How many windows the text was cut into.
    pub windows: usize,
}

#[derive(Clone, Debug)]
struct Target {
    mean: Vec<f32>,
    max: Vec<f32>,
}

impl Pooled {
    /// The vector of a feature; none for a target that is not there or has no token.
    pub(crate) fn feature(&self, feature: Feature, target: Option<usize>) -> Option<&[f32]> {
        let target = || self.targets.get(target?)?.as_ref();
        match feature {
            Feature::Mean => Some(&self.mean),
            Feature::Max => Some(&self.max),
            Feature::Cls => Some(&self.first),
            Feature::TargetMean => target().map(|target| target.mean.as_slice()),
            Feature::TargetMax => target().map(|target| target.max.as_slice()),
            Feature::Token => None,
        }
    }
}

/// What is known of a text while its windows come.
struct Gathering {
    mean: Mean,
    max: Vec<f32>,
    first: Vec<f32>,
    /// Of each target its tokens, and the sums and largest numbers of those that came.
    targets: Vec<(Vec<usize>, usize, Target)>,
}

impl Gathering {
    fn new(width: usize, tokens: &Tokens, targets: &[Vec<Range<usize>>]) -> Self {
        let none = || Target { mean: vec![0.0; width], max: vec![f32::NEG_INFINITY; width] };
        let targets = targets.iter().map(|spans| {
            let inside = |offset: &Range<usize>| {
                spans.iter().any(|span| offset.start < span.end && span.start < offset.end)
            };
            let tokens = tokens.offsets.iter().enumerate();
            (tokens.filter(|(_, offset)| inside(offset)).map(|(at, _)| at).collect(), 0, none())
        });
        let (max, first) = (vec![f32::NEG_INFINITY; width], Vec::new());
        Self { mean: Mean::new(width), max, first, targets: targets.collect() }
    }

    /// Takes the rows of a window.
    fn add(&mut self, piece: &Piece, rows: Rows<'_>, width: usize) {
        let row = |at: usize| &rows.numbers[at * rows.stride..][..width];
        self.mean.add(&pool(Pooling::Mean, rows, width), piece.window.len());
        larger(&mut self.max, &pool(Pooling::Max, rows, width));
        if self.first.is_empty() {
            self.first = row(0).to_vec();
        }
        for (tokens, count, target) in &mut self.targets {
            for &token in tokens.iter().filter(|token| piece.owned.contains(token)) {
                let row = row(token - piece.window.start + piece.start);
                target.mean.iter_mut().zip(row).for_each(|(sum, x)| *sum += x);
                larger(&mut target.max, row);
                *count += 1;
            }
        }
    }

    fn finish(self) -> Pooled {
        let windows = self.mean.windows;
        let target = |(_, count, mut target): (Vec<usize>, usize, Target)| {
            target.mean.iter_mut().for_each(|x| *x /= count as f32);
            (count > 0).then_some(target)
        };
        Pooled {
            mean: self.mean.finish(),
            max: self.max,
            first: self.first,
            targets: self.targets.into_iter().map(target).collect(),
            windows,
        }
    }
}

fn larger(numbers: &mut [f32], others: &[f32]) {
    numbers.iter_mut().zip(others).for_each(|(x, &y)| *x = x.max(y));
}

impl Worker {
    /// The pooled vectors of each passage, for [`AdapterHead::answer`](crate::AdapterHead::answer), unless
    /// `stop` says so; it is asked before every few hundred tokens. A target's tokens are those that share a
    /// character with one of its mentions.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text; [`Error::Stopped`] if it was stopped.
    pub fn pool_unless(
        &mut self,
        passages: &[Passage<'_>],
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<Pooled>, Error> {
        let model = self.model.clone();
        model.require(Task::Embedding)?;
        let width = model.vector_size();
        let (mut gathered, mut inputs) = (Vec::new(), Vec::new());
        for (at, passage) in passages.iter().enumerate() {
            let tokens = model.tokenize(passage.text)?;
            gathered.push(Gathering::new(width, &tokens, passage.targets));
            inputs.push(Ok(Input::of(at, tokens)));
        }
        self.run(Task::Embedding, inputs, Overlap::Quarter, stop, |piece, rows| {
            gathered[piece.text].add(piece, rows, width);
        })?;
        Ok(gathered.into_iter().map(Gathering::finish).collect())
    }
}
