//! What an annotation must not depend on: earlier calls, the worker, the batch, the thread.
//!
//! Each check varies one thing, so that one fault is found by one check.

use std::sync::Barrier;

use gloss_boundary::DocumentResult;
use gloss_protocol::Concurrency;

use crate::finding::{Finding, Verdict};
use crate::results::same_all;
use crate::subject::{Loaded, Runner, Subject, Trial, run};
use crate::texts;

/// Workers that run at once.
const WORKERS: usize = 4;

/// Ordinary texts, and some of a few paragraphs.
fn trials(loaded: &Loaded) -> Vec<Trial> {
    let longer = (0..3).map(|i| texts::prose(1_000, i));
    loaded.trials(texts::ORDINARY.map(str::to_owned).into_iter().chain(longer))
}

/// Annotates documents one by one.
fn singly(worker: &mut Runner, trials: &[Trial]) -> Vec<DocumentResult> {
    trials.iter().flat_map(|t| run(worker, std::slice::from_ref(t)).documents).collect()
}

/// Of an extractor that sees all documents first, a document alone is another question.
fn needs_no_corpus(subject: &Subject) -> Verdict {
    if subject.extractor()?.observes() {
        return Err(Finding::skipped("the extractor sees all documents before it answers"));
    }
    Ok(())
}

fn differ(what: &str) -> impl Fn(String) -> Finding + '_ {
    move |how| Finding::failed(format!("{what}: {how}"))
}

pub fn same_worker(subject: &Subject) -> Verdict {
    let (loaded, tolerance) = (subject.load()?, subject.tolerance()?);
    let (trials, mut worker) = (trials(&loaded), loaded.worker()?);
    let first = run(&mut worker, &trials);
    for _ in 0..2 {
        let again = run(&mut worker, &trials);
        same_all(&first.documents, &again.documents, tolerance)
            .map_err(differ("a worker gives two results for one batch"))?;
    }
    Ok(())
}

pub fn fresh_worker(subject: &Subject) -> Verdict {
    let (loaded, tolerance) = (subject.load()?, subject.tolerance()?);
    let trials = trials(&loaded);
    let first = run(&mut loaded.worker()?, &trials);
    let second = run(&mut loaded.worker()?, &trials);
    same_all(&first.documents, &second.documents, tolerance)
        .map_err(differ("a second worker gives another result"))
}

pub fn batch_or_single(subject: &Subject) -> Verdict {
    needs_no_corpus(subject)?;
    let tolerance = subject.tolerance()?;
    let (together, alone) = (subject.load()?, subject.load()?);
    let trials = trials(&together);
    let batch = run(&mut together.worker()?, &trials);
    let single = singly(&mut alone.worker()?, &trials);
    same_all(&batch.documents, &single, tolerance)
        .map_err(differ("in a batch a document gets another result than alone"))
}

pub fn batch_order(subject: &Subject) -> Verdict {
    let tolerance = subject.tolerance()?;
    let (forwards, backwards) = (subject.load()?, subject.load()?);
    let mut trials = trials(&forwards);
    let first = run(&mut forwards.worker()?, &trials);
    trials.reverse();
    let second = run(&mut backwards.worker()?, &trials);
    same_all(&first.documents, second.documents.iter().rev(), tolerance)
        .map_err(differ("in a batch in another order a document gets another result"))
}

pub fn concurrent_workers(subject: &Subject) -> Verdict {
    needs_no_corpus(subject)?;
    let extractor = subject.extractor()?;
    if subject.description(&extractor)?.concurrency == Concurrency::Single {
        return Err(Finding::skipped("the extractor says that it has one worker at a time"));
    }
    let tolerance = subject.tolerance()?;
    let (alone, shared) = (subject.load()?, subject.load()?);
    let trials = trials(&alone);
    let expected = singly(&mut alone.worker()?, &trials);
    let barrier = Barrier::new(WORKERS);
    let run_one = || -> Result<Vec<Vec<DocumentResult>>, Finding> {
        let mut worker = shared.worker();
        barrier.wait();
        let rounds = match &mut worker {
            Ok(worker) => Ok((0..3).map(|_| singly(worker, &trials)).collect()),
            Err(finding) => Err(finding.clone()),
        };
        // All workers live until the last has ended.
        barrier.wait();
        rounds
    };
    let results = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..WORKERS).map(|_| scope.spawn(run_one)).collect();
        threads.into_iter().map(|t| t.join()).collect::<Vec<_>>()
    });
    for rounds in results {
        for round in rounds.map_err(|_| Finding::failed("a thread of the check panicked"))?? {
            same_all(&expected, &round, tolerance)
                .map_err(differ("beside three other workers a document gets another result"))?;
        }
    }
    Ok(())
}

pub fn worker_moves(subject: &Subject) -> Verdict {
    needs_no_corpus(subject)?;
    let tolerance = subject.tolerance()?;
    let (stays, moves) = (subject.load()?, subject.load()?);
    let trials = trials(&stays);
    let expected = singly(&mut stays.worker()?, &trials);
    let mut worker = moves.worker()?;
    let (here, there) = trials.split_at(trials.len() / 2);
    let mut found = singly(&mut worker, here);
    let moved = std::thread::scope(|scope| scope.spawn(|| singly(&mut worker, there)).join());
    found.extend(moved.map_err(|_| Finding::failed("a thread of the check panicked"))?);
    same_all(&expected, &found, tolerance)
        .map_err(differ("a worker that moved to another thread gives another result"))
}
