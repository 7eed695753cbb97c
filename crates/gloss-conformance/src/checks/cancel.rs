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
const LONG_ENOUGH: Duration = Duration::from_millis(50);
/// A batch is stopped after one in so many parts of the time that it takes.
const PARTS: [u32; 9] = [2, 3, 5, 8, 13, 21, 34, 55, 89];
/// Enough batches that were stopped in their midst.
const STOPS: usize = 3;

fn batch(loaded: &Loaded, documents: usize) -> Vec<Trial> {
    loaded.trials((0..documents).map(|i| texts::prose(500, i as u64)))
}

/// What an extractor that was told to stop must not do.
fn stopped_well(stopped: &BatchResult, whole: &BatchResult, tolerance: f32) -> Verdict {
    ensure(!stopped.poisoned, || "it panicked when it was told to stop".to_owned())?;
    let mut open = 0;
    for (index, (a, b)) in stopped.documents.iter().zip(&whole.documents).enumerate() {
        match a {
            DocumentResult::Finished { .. } => same(a, b, tolerance).map_err(|how| {
                let message = "told to stop, it finished a document that is not annotated as usual";
                Finding::failed(format!("{message}: document {index}, {how}"))
            })?,
            DocumentResult::Unfinished => open += 1,
            DocumentResult::Failed(_) if matches!(b, DocumentResult::Failed(_)) => {}
            DocumentResult::Failed(failure) => {
                let message = "told to stop, it failed a document that it can annotate";
                return Err(Finding::failed(format!("{message}: {failure}")));
            }
        }
    }
    if open == 0 {
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
    // A program is told while it works, which ordinary batches may not last for.
    subject.only_for_libraries()?;
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
    // The batch may end before the flag is seen, as threads are scheduled: that shows nothing.
    let mut stops = 0;
    for part in PARTS {
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
        stops +=
            usize::from(stopped.documents.iter().any(|d| matches!(d, DocumentResult::Unfinished)));
        if stops == STOPS {
            break;
        }
    }
    Ok(())
}
