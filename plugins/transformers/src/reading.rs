//! The way through documents piece by piece: short ones go through the model together, and what is found
//! is pushed document by document.

use std::marker::PhantomData;

use gloss_encoder::{Model, Worker};
use gloss_plugin::prelude::*;
use serde::de::DeserializeOwned;

use crate::engine::{Engine, Native};
use crate::units::{Of, Seen, Split, Stop, Unit};

/// Bytes of text that go to the engine in one call, unless a single unit is longer. The engine makes
/// batches of its own; this only bounds what waits to be pushed.
const TOGETHER: usize = 1 << 15;

/// An extractor that looks at documents piece by piece.
pub trait Reader: Sized + Send + Sync + 'static {
    /// See [`Extractor::Options`].
    type Options: DeserializeOwned + JsonSchema;

    /// What it finds in a piece.
    type Found;

    /// See [`Extractor::describe`].
    fn describe() -> Description;

    /// See [`Extractor::plan`].
    ///
    /// # Errors
    /// As there.
    fn plan(options: &Self::Options, models: &Models) -> Result<Plan>;

    /// See [`Extractor::load`].
    ///
    /// # Errors
    /// As there.
    fn load<E: Engine>(options: Self::Options, context: &LoadContext) -> Result<Self>;

    /// What it reads with.
    fn model(&self) -> &Model;

    /// What a piece is.
    fn of(&self) -> Of;

    /// What it finds in each text; what it finds in one does not depend on the others.
    ///
    /// # Errors
    /// When the engine fails on a text, or `stop` said so.
    fn read(
        &self,
        worker: &mut Worker,
        texts: &[&str],
        stop: Stop<'_>,
    ) -> Result<Vec<Seen<Self::Found>>>;

    /// Pushes what it found in a piece.
    ///
    /// # Errors
    /// When the host refuses it.
    fn push(&self, unit: &Unit<'_>, found: Self::Found, out: &mut DocumentOutput<'_>)
    -> Result<()>;
}

/// A reader as an extractor, with what computes its model's numbers.
pub struct Reading<R, E = Native>(R, PhantomData<E>);

impl<R: Reader, E: Engine> Extractor for Reading<R, E> {
    type Options = R::Options;
    type Worker = Worker;

    fn describe() -> Description {
        Description { native_libraries: E::NATIVE_LIBRARIES, ..R::describe() }
    }

    fn plan(options: &R::Options, models: &Models) -> Result<Plan> {
        R::plan(options, models)
    }

    fn load(options: R::Options, context: &LoadContext) -> Result<Self> {
        R::load::<E>(options, context).map(|reader| Self(reader, PhantomData))
    }

    fn worker(&self) -> Result<Worker> {
        Ok(self.0.model().worker())
    }

    fn extract(
        &self,
        worker: &mut Worker,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        read_document(&self.0, worker, document, out)
    }

    fn extract_batch(
        &self,
        worker: &mut Worker,
        batch: &Batch<'_>,
        output: &mut Output<'_>,
    ) -> Result<()> {
        read_batch(&self.0, worker, batch, output)
    }
}

/// Reads one document.
fn read_document<R: Reader>(
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
fn read_batch<R: Reader>(
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
