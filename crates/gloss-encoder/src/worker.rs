//! What one thread computes with a model.

use std::ops::Range;

use gloss_kernels::Rows;

use crate::config::Task;
use crate::encoder::Sequence;
use crate::error::Error;
use crate::model::Model;
use crate::network::Room;
use crate::pooling::{Mean, normalize, pool};
use crate::tokenizer::{Ids, Tokens};
use crate::windows::{owned, windows};

mod pooled;

pub use pooled::{Passage, Pooled};

/// Tokens that go through the encoder in a go: enough that weights are read for many at once, few enough
/// that what is between layers stays in a near cache. A sequence is never cut, so a longer one goes alone.
const BATCH: usize = 256;

/// The room that one thread computes in, with the model.
pub struct Worker {
    model: Model,
    room: Room,
}

/// The vector of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// Of [`Model::vector_size`] numbers.
    pub vector: Vec<f32>,
    /// How many windows the text was cut into.
    pub windows: usize,
}

/// What a classifier says of a text or a pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    /// The score of each class, before softmax or sigmoid. Those of several windows are their mean, weighted
    /// by the tokens of a window.
    pub logits: Vec<f32>,
    /// How many windows the text was cut into.
    pub windows: usize,
}

/// What a classifier says of the tokens of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenLogits {
    /// The tokens, as [`Model::tokenize`] gives them.
    pub tokens: Tokens,
    /// The scores of all classes, token after token. A token's are from the window where it is farthest from
    /// a cut.
    pub logits: Vec<f32>,
    /// How many windows the text was cut into.
    pub windows: usize,
}

/// The vectors of the tokens of a text, of [`Model::vector_size`] numbers each and of the settings' layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokenVectors {
    /// The tokens, as [`Model::tokenize`] gives them.
    pub tokens: Tokens,
    /// The vectors, token after token. A token's is from the window where it is farthest from a cut.
    pub vectors: Vec<f32>,
    /// The vectors of the special tokens before the text, as `[CLS]`, from its first window.
    pub before: Vec<f32>,
    /// The vectors of the special tokens behind the text, as `[SEP]`, from its last window.
    pub behind: Vec<f32>,
    /// How many windows the text was cut into.
    pub windows: usize,
}

/// A text of a call, or a pair.
struct Input {
    /// Which it is.
    text: usize,
    first: Ids,
    second: Option<Ids>,
}

impl Input {
    fn of(text: usize, first: impl Into<Ids>) -> Self {
        Self { text, first: first.into(), second: None }
    }
}

/// What a sequence of a batch is of.
struct Piece {
    /// Which of the texts of the call.
    text: usize,
    /// Where the text's tokens begin in the sequence.
    start: usize,
    /// The tokens of the text that are in it.
    window: Range<usize>,
    /// Those of them that are taken from it.
    owned: Range<usize>,
}

impl TokenVectors {
    /// Adds the rows of the next window, special tokens' included.
    fn take(&mut self, piece: &Piece, rows: Rows<'_>, width: usize) {
        let vectors = |range: Range<usize>, out: &mut Vec<f32>| {
            for row in range {
                out.extend_from_slice(&rows.numbers[row * rows.stride..][..width]);
            }
        };
        self.windows += 1;
        vectors(piece.taken(), &mut self.vectors);
        if piece.window.start == 0 {
            vectors(0..piece.start, &mut self.before);
        }
        if piece.window.end == self.tokens.len() {
            vectors(piece.start + piece.window.len()..rows.count, &mut self.behind);
        }
    }
}

impl Worker {
    pub(crate) fn new(model: Model) -> Self {
        let room = model.room_of_thread();
        Self { model, room }
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// A vector for each text, of [`Model::vector_size`] numbers, pooled and normalised as the settings or
    /// the model's folder say. The vector of a text of several windows is the mean of theirs, weighted by
    /// their tokens, and normalised after that.
    ///
    /// # Errors
    ///
    /// If the tokenizer fails on a text.
    pub fn embed(&mut self, texts: &[&str]) -> Result<Vec<Vec<f32>>, Error> {
        let embeddings = self.embed_unless(texts, &|| false)?;
        Ok(embeddings.into_iter().map(|embedding| embedding.vector).collect())
    }

    /// As [`Worker::embed`], with the windows of each text, unless `stop` says so; it is asked before every few hundred tokens.
    ///
    /// # Errors
    ///
    /// Those of [`Worker::embed`]; [`Error::Stopped`] if it was stopped.
    pub fn embed_unless(
        &mut self,
        texts: &[&str],
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<Embedding>, Error> {
        let model = self.model.clone();
        model.require(Task::Embedding)?;
        let width = model.vector_size();
        let mut means = vec![Mean::new(width); texts.len()];
        let texts = texts.iter().enumerate().map(|(at, text)| {
            let lower = model.0.lowercase.then(|| text.to_lowercase());
            Ok(Input::of(at, model.tokenize(lower.as_deref().unwrap_or(text))?))
        });
        self.run(Task::Embedding, texts, Overlap::None, stop, |piece, rows| {
            let vector = pool(model.0.pooling, rows, width);
            means[piece.text].add(&vector, piece.window.len());
        })?;
        let finish = |mean: Mean| {
            let windows = mean.windows;
            let mut vector = mean.finish();
            if model.0.normalize {
                normalize(&mut vector);
            }
            Embedding { vector, windows }
        };
        Ok(means.into_iter().map(finish).collect())
    }

    /// The vectors of the tokens of each text.
    ///
    /// # Errors
    ///
    /// If the model pools vectors itself, or the tokenizer fails on a text.
    pub fn token_vectors(&mut self, texts: &[&str]) -> Result<Vec<TokenVectors>, Error> {
        self.token_vectors_unless(texts, &|| false)
    }

    /// As [`Worker::token_vectors`], unless `stop` says so; it is asked before every few hundred tokens.
    ///
    /// # Errors
    ///
    /// Those of [`Worker::token_vectors`]; [`Error::Stopped`] if it was stopped.
    pub fn token_vectors_unless(
        &mut self,
        texts: &[&str],
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<TokenVectors>, Error> {
        let model = self.model.clone();
        model.require(Task::Embedding)?;
        let tokenize = |text: &&str| {
            let tokens = model.tokenize(text)?;
            Ok(TokenVectors { tokens, ..TokenVectors::default() })
        };
        let mut found = texts.iter().map(tokenize).collect::<Result<Vec<_>, Error>>()?;
        let ids: Vec<Ids> = found.iter().map(|text| Ids::of(&text.tokens)).collect();
        let texts = ids.into_iter().enumerate().map(|(at, ids)| Ok(Input::of(at, ids)));
        let (specials, mut pooled) = (model.0.tokenizer.specials(false), false);
        let width = model.vector_size();
        self.run(Task::Embedding, texts, Overlap::Quarter, stop, |piece, rows| {
            if rows.count == piece.window.len() + specials {
                found[piece.text].take(piece, rows, width);
            } else {
                pooled = true;
            }
        })?;
        if pooled {
            let (asked, found) = ("vectors of tokens", "vectors of whole texts");
            return Err(Error::Task { asked, found });
        }
        Ok(found)
    }

    /// The scores of classes for each text, or pair of texts. Of a pair it is the first text that is cut
    /// into windows; each comes with the whole second text.
    ///
    /// # Errors
    ///
    /// If the model does not classify sequences, the tokenizer fails, or a second text leaves no room.
    pub fn classify(
        &mut self,
        inputs: &[(&str, Option<&str>)],
    ) -> Result<Vec<Classification>, Error> {
        self.classify_unless(inputs, &|| false)
    }

    /// As [`Worker::classify`], unless `stop` says so; it is asked before every few hundred tokens.
    ///
    /// # Errors
    ///
    /// Those of [`Worker::classify`]; [`Error::Stopped`] if it was stopped.
    pub fn classify_unless(
        &mut self,
        inputs: &[(&str, Option<&str>)],
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<Classification>, Error> {
        let model = self.model.clone();
        model.require(Task::SequenceClassification)?;
        let mut means = vec![Mean::new(model.labels().len()); inputs.len()];
        let texts = inputs.iter().enumerate().map(|(at, (first, second))| {
            let first = model.tokenize(first)?;
            let second = second.map(|second| model.tokenize(second)).transpose()?;
            Ok(Input { second: second.map(Into::into), ..Input::of(at, first) })
        });
        self.run(Task::SequenceClassification, texts, Overlap::None, stop, |piece, rows| {
            let logits = model.0.engine.scores(Rows { count: 1, ..rows });
            means[piece.text].add(&logits, piece.window.len());
        })?;
        let finish = |mean: Mean| {
            let windows = mean.windows;
            Classification { logits: mean.finish(), windows }
        };
        Ok(means.into_iter().map(finish).collect())
    }

    /// The scores of classes for each token of each text.
    ///
    /// # Errors
    ///
    /// If the model does not classify tokens, or the tokenizer fails on a text.
    pub fn classify_tokens(&mut self, texts: &[&str]) -> Result<Vec<TokenLogits>, Error> {
        self.classify_tokens_unless(texts, &|| false)
    }

    /// As [`Worker::classify_tokens`], unless `stop` says so; it is asked before every few hundred tokens.
    ///
    /// # Errors
    ///
    /// Those of [`Worker::classify_tokens`]; [`Error::Stopped`] if it was stopped.
    pub fn classify_tokens_unless(
        &mut self,
        texts: &[&str],
        stop: &dyn Fn() -> bool,
    ) -> Result<Vec<TokenLogits>, Error> {
        let model = self.model.clone();
        model.require(Task::TokenClassification)?;
        let mut found = Vec::with_capacity(texts.len());
        for text in texts {
            let tokens = model.tokenize(text)?;
            found.push(TokenLogits { tokens, logits: Vec::new(), windows: 0 });
        }
        let ids: Vec<Ids> = found.iter().map(|text| Ids::of(&text.tokens)).collect();
        let texts = ids.into_iter().enumerate().map(|(at, ids)| Ok(Input::of(at, ids)));
        self.run(Task::TokenClassification, texts, Overlap::Quarter, stop, |piece, rows| {
            let taken = piece.taken();
            let numbers = &rows.numbers[taken.start * rows.stride..];
            let input = Rows { numbers, stride: rows.stride, count: taken.len() };
            let text = &mut found[piece.text];
            text.logits.extend(model.0.engine.scores(input));
            text.windows += 1;
        })?;
        Ok(found)
    }

    /// Runs texts and calls `each` with every window and its rows; windows of a text come in order.
    fn run(
        &mut self,
        task: Task,
        texts: impl IntoIterator<Item = Result<Input, Error>>,
        overlap: Overlap,
        stop: &dyn Fn() -> bool,
        mut each: impl FnMut(&Piece, Rows<'_>),
    ) -> Result<(), Error> {
        let model = self.model.clone();
        let (mut pieces, mut sequences, mut tokens) = (Vec::new(), Vec::new(), 0);
        for text in texts {
            let Input { text, first, second } = text?;
            let second = second.as_ref();
            let room = model.room(first.ids.len(), second.map(|second| second.ids.len()))?;
            let windows = windows(first.ids.len(), room, overlap.of(&model, room));
            for (window, owned) in windows.iter().cloned().zip(owned(&windows)) {
                let (sequence, start) =
                    model.0.tokenizer.sequence((&first, window.clone()), second);
                if tokens + sequence.len() > BATCH {
                    if stop() {
                        return Err(Error::Stopped);
                    }
                    self.flush(task, &mut pieces, &mut sequences, &mut each)?;
                    tokens = 0;
                }
                if sequence.len() > 0 {
                    tokens += sequence.len();
                    sequences.push(sequence);
                    pieces.push(Piece { text, start, window, owned });
                }
            }
        }
        self.flush(task, &mut pieces, &mut sequences, &mut each)?;
        Ok(())
    }

    /// Runs what has come together, and empties it.
    fn flush(
        &mut self,
        task: Task,
        pieces: &mut Vec<Piece>,
        sequences: &mut Vec<Sequence>,
        each: &mut impl FnMut(&Piece, Rows<'_>),
    ) -> Result<(), Error> {
        let model = &self.model;
        let width = match task {
            Task::Embedding => model.vector_size(),
            _ => model.labels().len(),
        };
        let run = |at: usize, rows: Rows<'_>| each(&pieces[at], rows);
        model.0.engine.run(&mut self.room, (task, width), sequences, run)?;
        pieces.clear();
        sequences.clear();
        Ok(())
    }
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker").field("model", &self.model).finish_non_exhaustive()
    }
}

/// What windows share if no setting says it.
#[derive(Clone, Copy)]
enum Overlap {
    None,
    Quarter,
}

impl Overlap {
    /// The tokens that windows with room for `room` of the text are to share.
    fn of(self, model: &Model, room: usize) -> usize {
        let usual = match self {
            Self::None => 0,
            Self::Quarter => room / 4,
        };
        model.0.overlap.unwrap_or(usual).min(room - 1)
    }
}

impl Piece {
    /// The rows of the sequence that are taken from it.
    fn taken(&self) -> Range<usize> {
        let row = |token: usize| token - self.window.start + self.start;
        row(self.owned.start)..row(self.owned.end)
    }
}

impl Model {
    /// How many of the first text's tokens go in a window.
    fn room(&self, first: usize, second: Option<usize>) -> Result<usize, Error> {
        let room = self.0.window - self.0.tokenizer.specials(second.is_some());
        let tokens = second.unwrap_or(0);
        // A second text that fills windows would make them many, of little of the first each.
        if first + tokens <= room || tokens <= room / 2 {
            // An empty text is a window without tokens, which fits even where there is no room.
            return Ok((room - tokens).max(1));
        }
        Err(Error::SecondTooLong { tokens, most: room / 2, window: self.0.window })
    }
}
