//! Being told to stop.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gloss_boundary::{BatchResult, DocumentResult, FailureKind};

use crate::finding::{Finding, Verdict, ensure};
use crate::results::same;
use crate::subject::{Loaded, Subject, Trial, run, run_until};
use crate::texts;

/// Documents in a batch that is stopped before it begins.
const BATCH: usize = 16;
/// Most documents in a batch that is stopped meanwhile.
const LONGEST_BATCH: usize = 4096;
/// A batch of this length can be stopped in its midst.
const LONG_ENOUGH: Duration = Duration::from_millis(30);

fn batch(loaded: &Loaded, documents: usize) -> Vec<Trial> {
    loaded.trials((0..documents).map(|i| texts::prose(500, i as u64)))
}

/// What an extractor that was told to stop must not do.
fn stopped_well(stopped: &BatchResult, whole: &BatchResult, tolerance: f32) -> Verdict {
    ensure(!stopped.poisoned, || "it panicked when it was told to stop".to_owned())?;
    let mut finished = 0;
    for (index, (a, b)) in stopped.documents.iter().zip(&whole.documents).enumerate() {
        match a {
            DocumentResult::Finished { .. } => {
                finished += 1;
                same(a, b, tolerance).map_err(|how| {
                    let message =
                        "told to stop, it finished a document that is not annotated as usual";
                    Finding::failed(format!("{message}: document {index}, {how}"))
                })?;
            }
            DocumentResult::Unfinished => {}
            DocumentResult::Failed(failure) if matches!(b, DocumentResult::Failed(_)) => {
                let _ = failure;
            }
            DocumentResult::Failed(failure) => {
                let message = "told to stop, it failed a document that it can annotate";
                return Err(Finding::failed(format!("{message}: {failure}")));
            }
        }
    }
    if finished == stopped.documents.len() {
        return Ok(());
    }
    match stopped.failure.as_ref().map(|f| f.kind) {
        Some(FailureKind::Cancelled) => Ok(()),
        Some(_) => Err(Finding::failed("told to stop, it returned another status than CANCELLED")),
        // Where documents are left over unasked, `documents-ended` says so.
        None if whole.documents.iter().any(|d| matches!(d, DocumentResult::Unfinished)) => Ok(()),
        None => Err(Finding::failed("told to stop, it returned OK and left documents unfinished")),
    }
}

pub fn before(subject: &Subject) -> Verdict {
    let tolerance = subject.tolerance()?;
    let (first, second) = (subject.load()?, subject.load()?);
    let trials = batch(&first, BATCH);
    let whole = run(&mut first.worker()?, &trials);
    let stopped = run_until(&mut second.worker()?, &trials, &AtomicBool::new(true));
    stopped_well(&stopped, &whole, tolerance)?;
    let done = stopped.documents.iter().filter(|d| !matches!(d, DocumentResult::Unfinished));
    match done.count() {
        BATCH => Err(Finding::warned(format!(
            "told to stop before it began, it annotated all {BATCH} documents: it does not ask"
        ))),
        _ => Ok(()),
    }
}

pub fn meanwhile(subject: &Subject) -> Verdict {
    let tolerance = subject.tolerance()?;
    let first = subject.load()?;
    let mut documents = BATCH;
    let (trials, whole, elapsed) = loop {
        let trials = batch(&first, documents);
        let begin = Instant::now();
        let whole = run(&mut first.worker()?, &trials);
        if begin.elapsed() >= LONG_ENOUGH || documents >= LONGEST_BATCH {
            break (trials, whole, begin.elapsed());
        }
        documents *= 4;
    };
    for part in [2, 3, 5] {
        let second = subject.load()?;
        let mut worker = second.worker()?;
        let cancel = AtomicBool::new(false);
        let stopped = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(elapsed / part);
                cancel.store(true, Ordering::Relaxed);
            });
            run_until(&mut worker, &trials, &cancel)
        });
        stopped_well(&stopped, &whole, tolerance)?;
    }
    Ok(())
}
