//! The engine: a reader thread, a pool of threads that run (chunk, stage) tasks, results in order.
//!
//! An idle thread takes what the reader has ready as a new chunk, so batches are large under load
//! and small when documents come slowly. Where a stage pads, what was read is sorted by length before
//! it is cut into chunks, and put in order again behind them. A chunk's stages become ready as those that feed them
//! are done, so independent stages of one chunk run side by side. The number of chunks between
//! reader and writer is bounded, and so is the memory of a run.
//!
//! A pipeline with stages that must see every document first runs in several passes, between
//! which the documents are in a spool.

mod batches;
mod chunk;
mod codec;
mod item;
mod order;
mod pass;
mod queue;
mod spool;
mod watch;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chunk::{Chunk, Finished};
use item::{Item, Settled};
pub use pass::PassRun;
use pass::Source;
use spool::{SpoolReader, SpoolWriter};
use watch::Watch;

use crate::corpus::Observations;
use crate::run::{Control, Input, Outcome, PassInfo, RunOptions, RunSink};
use crate::{Error, Pipeline};

/// A mutex whose holders cannot leave the data inconsistent when they panic.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `pipeline`; calls `sink` on this thread with every outcome in the order of the input.
/// Returns how many documents were observed; 0 when the run was stopped before all were.
pub fn run<E: From<Error>>(
    pipeline: &Pipeline,
    documents: impl Iterator<Item = Input> + Send + 'static,
    options: &RunOptions,
    control: &Control,
    sink: &mut impl RunSink<E>,
) -> Result<u64, E> {
    let observations = Observations::begin(pipeline, options)?;
    let passes = &pipeline.passes().list;
    // With several passes all documents are observed, also those that are settled.
    let skip = if passes.len() == 1 { options.settled } else { 0 };
    let documents = documents.skip(usize::try_from(skip).unwrap_or(usize::MAX)).map(Item::from);
    let mut source = Source::Input(Some(Box::new(documents)));
    let mut observed = 0;
    for (index, pass) in passes.iter().enumerate() {
        let run = PassRun { pipeline, pass, observations: &observations, options, control };
        let info = PassInfo { index, passes: passes.len(), documents: source.len() };
        if index + 1 == passes.len() {
            if passes.len() > 1 {
                sink.pass(&info);
                source.pass_over(options.settled, &run)?;
            }
            annotate(&run, &mut source, sink)?;
        } else {
            sink.pass(&info);
            if options.states.observe_only {
                return observe_only(&run, &mut source, sink);
            }
            let spool;
            (spool, observed) = observe(&run, &mut source, sink)?;
            if control.is_stopped() || !observations.finish(&run)? {
                let came_out = spool.len();
                interrupt(spool, options.settled, sink)?;
                return source.interrupt(options.settled.max(came_out), sink).map(|()| 0);
            }
            source = Source::Spool(spool, 0);
        }
    }
    Ok(observed)
}

/// The last pass: documents become outcomes.
fn annotate<E: From<Error>>(
    run: &PassRun<'_>,
    source: &mut Source,
    sink: &mut impl RunSink<E>,
) -> Result<(), E> {
    let mut watch = run.watch();
    let unpack = |chunk: Chunk| chunk.into_outcomes(&run.pipeline.stages);
    let not_begun = |item: Item| Finished::of(item.interrupted());
    run.run(source, unpack, not_begun, |mut finished| -> Result<(), E> {
        Watch::may_come_out(&finished)?;
        let verdict = watch.finished(&finished);
        let tolerated = std::mem::take(&mut finished.tolerated);
        if !tolerated.is_empty() {
            finished.as_read(|document| sink.tolerated(document, &tolerated)).transpose()?;
        }
        sink.left_out(&finished.left_out);
        sink.outcome(finished.outcome)?;
        Ok(verdict?)
    })?;
    if run.control.is_stopped() {
        // What was read once comes out, although this pass did not come to it.
        source.interrupt(0, sink)?;
    }
    Ok(())
}

/// A pass that observes: documents go into a spool for the next. Says how many were observed.
fn observe<E: From<Error>>(
    run: &PassRun<'_>,
    source: &mut Source,
    sink: &mut impl RunSink<E>,
) -> Result<(SpoolReader, u64), E> {
    let schemas = run.pipeline.stages.iter().map(|stage| stage.schemas().cloned().collect());
    let folder = run.options.temporary_folder.as_deref();
    let mut spool = SpoolWriter::create(folder, Arc::new(schemas.collect()))?;
    let (mut observed, mut watch, mut failed) = (0, run.watch(), false);
    let unpack = |chunk: Chunk| chunk.into_items(&run.pipeline.stages, run.pass);
    let result = run.run(
        source,
        unpack,
        |item| item,
        |item| -> Result<(), E> {
            watch.may_go_on(&item)?;
            observed += u64::from(matches!(item, Item::Document(..)));
            let verdict = watch.item(&item);
            spool.write(item)?;
            sink.observed();
            failed = verdict.is_err();
            verdict?;
            Ok(run.observations.check(run.pipeline)?)
        },
    );
    if let Err(error) = result {
        if failed {
            // Why the run ends is among those that failed.
            interrupt(spool.finish()?, run.options.settled, sink)?;
        }
        return Err(error);
    }
    run.observations.check(run.pipeline)?;
    Ok((spool.finish()?, observed))
}

/// The first pass of a run that is to do no more than observe, and save the states.
fn observe_only<E: From<Error>>(
    run: &PassRun<'_>,
    source: &mut Source,
    sink: &mut impl RunSink<E>,
) -> Result<u64, E> {
    let (mut observed, mut watch) = (0, run.watch());
    let unpack = |chunk: Chunk| chunk.into_items(&run.pipeline.stages, run.pass);
    let not_begun = |item: Item| match item {
        Item::Document(document, _) => Item::Settled(Settled::Interrupted(document)),
        settled @ Item::Settled(_) => settled,
    };
    run.run(source, unpack, not_begun, |item| -> Result<(), E> {
        watch.may_go_on(&item)?;
        observed += u64::from(matches!(item, Item::Document(..)));
        let verdict = watch.item(&item);
        sink.observed();
        sink.outcome(match item {
            Item::Document(document, _) => Outcome::Observed(document),
            Item::Settled(settled) => settled.into(),
        })?;
        verdict?;
        Ok(run.observations.check(run.pipeline)?)
    })?;
    if run.control.is_stopped() {
        // A state of a part of the documents would be taken for one of all.
        return Ok(0);
    }
    Ok(if run.observations.finish(run)? { observed } else { 0 })
}

/// The documents of a spool from this number on come out as interrupted, or as what they were.
fn interrupt<E: From<Error>>(
    mut spool: SpoolReader,
    from: u64,
    sink: &mut impl RunSink<E>,
) -> Result<(), E> {
    spool.seek(from.min(spool.len()))?;
    for item in spool {
        sink.outcome(item?.interrupted())?;
    }
    Ok(())
}
