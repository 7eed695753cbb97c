//! What a model looks at in one piece, the document or a sentence, and the way through a batch: short
//! documents go through the model together, and what is found is pushed document by document.

use gloss_encoder::Worker;
use gloss_plugin::prelude::*;

/// Bytes of text that go to the engine in one call, unless a single unit is longer. The engine makes
/// batches of its own; this only bounds what waits to be pushed.
const TOGETHER: usize = 1 << 15;

/// What a model looks at in one piece.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Of {
    /// The whole text of the document; a long one in several windows.
    #[default]
    Document,
    /// Each sentence. Requires a stage that provides sentences.
    Sentences,
}

/// The type of the layer of sentences.
const SENTENCES: &str = "sentences";

impl Of {
    /// The layers that have to be there.
    pub fn requires(self) -> Vec<Requirement> {
        match self {
            Of::Document => Vec::new(),
            Of::Sentences => vec![layer::required(SENTENCES, Kind::Spans)],
        }
    }

    /// A layer's schema, with what its annotations speak of.
    pub fn target(self, schema: gloss_plugin::LayerSchema) -> gloss_plugin::LayerSchema {
        match self {
            Of::Document => schema,
            Of::Sentences => schema.target(SENTENCES),
        }
    }

    /// The pieces of a document. White space alone is none.
    fn units<'b>(self, document: &Document<'b>) -> Result<Vec<Unit<'b>>> {
        let mut units = match self {
            Of::Document => vec![Unit { text: document.text(), start: 0, sentence: None }],
            Of::Sentences => {
                let sentences = document.input(SENTENCES)?;
                let unit = |sentence: gloss_plugin::Annotation<'b>| Unit {
                    text: sentence.text(),
                    start: sentence.range().start,
                    sentence: Some(sentence.id()),
                };
                sentences.iter().map(unit).collect()
            }
        };
        units.retain(|unit| !unit.text.trim().is_empty());
        Ok(units)
    }
}

/// A piece of a document.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'b> {
    /// Its text.
    pub text: &'b str,
    /// Where it begins in the document, in bytes.
    pub start: usize,
    /// The sentence that it is.
    pub sentence: Option<u32>,
}

/// What a model says of a piece.
pub struct Seen<F> {
    /// What it says.
    pub found: F,
    /// In how many windows the model saw the piece.
    pub windows: usize,
}

/// Asked now and then whether to stop.
pub type Stop<'s> = &'s dyn Fn() -> bool;

/// What an extractor does with the pieces of documents.
pub trait Reader {
    /// What it finds in one.
    type Found;

    /// What a piece is.
    fn of(&self) -> Of;

    /// What it finds in each text; what it finds in one does not depend on the others.
    fn read(
        &self,
        worker: &mut Worker,
        texts: &[&str],
        stop: Stop<'_>,
    ) -> Result<Vec<Seen<Self::Found>>>;

    /// Pushes what it found in a piece.
    fn push(&self, unit: &Unit<'_>, found: Self::Found, out: &mut DocumentOutput<'_>)
    -> Result<()>;
}

/// Reads one document.
pub fn read_document<R: Reader>(
    reader: &R,
    worker: &mut Worker,
    document: &Document<'_>,
    out: &mut DocumentOutput<'_>,
) -> Result<()> {
    let mut split = Split::default();
    let units = reader.of().units(document)?;
    let mut rest = units.as_slice();
    while !rest.is_empty() {
        if out.cancelled() {
            return Err(Error::cancelled());
        }
        let (now, later) = rest.split_at(together(rest));
        rest = later;
        let texts: Vec<&str> = now.iter().map(|unit| unit.text).collect();
        let seen = reader.read(worker, &texts, &|| out.cancelled())?;
        push(reader, now, seen, &mut split, out)?;
    }
    split.note(reader.of(), out)
}

/// Reads a batch: short documents together.
pub fn read_batch<R: Reader>(
    reader: &R,
    worker: &mut Worker,
    batch: &Batch<'_>,
    output: &mut Output<'_>,
) -> Result<()> {
    let documents: Vec<Document<'_>> = batch.documents().collect();
    let mut rest = documents.as_slice();
    while let Some(first) = rest.first() {
        if output.cancelled() {
            return Ok(());
        }
        let mut bytes = 0;
        let short = rest.iter().take_while(|document| {
            bytes += document.text().len();
            bytes <= TOGETHER
        });
        let (now, later) = rest.split_at(short.count().max(1));
        rest = later;
        if now.len() > 1 {
            match read_together(reader, worker, now, output) {
                Err(_) if output.cancelled() => return Ok(()),
                read => read?,
            }
            continue;
        }
        let mut out = output.document(first.index());
        match read_document(reader, worker, first, &mut out) {
            Ok(()) => out.finish()?,
            Err(_) if out.cancelled() => return Ok(()),
            Err(error) => out.fail(&error),
        }
    }
    Ok(())
}

/// Reads several short documents with one call of the engine. An error is one of the batch, whose
/// unfinished documents the host then tries one by one.
fn read_together<R: Reader>(
    reader: &R,
    worker: &mut Worker,
    documents: &[Document<'_>],
    output: &mut Output<'_>,
) -> Result<()> {
    let units: Vec<Vec<Unit<'_>>> =
        documents.iter().map(|document| reader.of().units(document)).collect::<Result<_>>()?;
    let texts: Vec<&str> = units.iter().flatten().map(|unit| unit.text).collect();
    let mut seen = reader.read(worker, &texts, &|| output.cancelled())?.into_iter();
    for (document, units) in documents.iter().zip(&units) {
        let mut split = Split::default();
        let mut out = output.document(document.index());
        push(reader, units, seen.by_ref().take(units.len()), &mut split, &mut out)?;
        split.note(reader.of(), &mut out)?;
        out.finish()?;
    }
    Ok(())
}

/// How many units go to the engine in one call; at least one.
fn together(units: &[Unit<'_>]) -> usize {
    let mut bytes = 0;
    let fit = units.iter().take_while(|unit| {
        bytes += unit.text.len();
        bytes <= TOGETHER
    });
    fit.count().max(1)
}

fn push<R: Reader>(
    reader: &R,
    units: &[Unit<'_>],
    seen: impl IntoIterator<Item = Seen<R::Found>>,
    split: &mut Split,
    out: &mut DocumentOutput<'_>,
) -> Result<()> {
    for (unit, seen) in units.iter().zip(seen) {
        split.add(seen.windows);
        reader.push(unit, seen.found, out)?;
    }
    Ok(())
}

/// What was longer than the model's window.
#[derive(Default)]
pub struct Split {
    units: usize,
    windows: usize,
}

impl Split {
    /// Counts a piece that the model saw in so many windows.
    pub fn add(&mut self, windows: usize) {
        if windows > 1 {
            self.units += 1;
            self.windows += windows;
        }
    }

    /// Tells the readers of the document.
    pub fn note(&self, of: Of, out: &mut DocumentOutput<'_>) -> Result<()> {
        let Split { units, windows } = self;
        match (units, of) {
            (0, _) => Ok(()),
            (_, Of::Document) => out.note(&format!("split into {windows} windows")),
            (1, Of::Sentences) => out.note(&format!("a sentence was split into {windows} windows")),
            (_, Of::Sentences) => {
                out.note(&format!("{units} sentences were split into {windows} windows"))
            }
        }
    }
}
