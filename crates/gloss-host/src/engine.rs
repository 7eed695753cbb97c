//! The engine: a reader thread, a pool of threads that run (chunk, stage) tasks, results in order.
//!
//! An idle thread takes what the reader has ready as a new chunk, so batches are large under load
//! and small when documents come slowly. A chunk's stages become ready as those that feed them
//! are done, so independent stages of one chunk run side by side. The number of chunks between
//! reader and writer is bounded, and so is the memory of a run.

mod chunk;
mod queue;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use chunk::Chunk;
use queue::{Queue, Task};

use crate::run::{Control, Input, Outcome, RunOptions};
use crate::{Pipeline, stage::Stage};

/// A mutex whose holders cannot leave the data inconsistent when they panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Runs `pipeline`; calls `emit` on this thread with every outcome in the order of the input.
pub fn run<E>(
    pipeline: &Pipeline,
    documents: Box<dyn Iterator<Item = Input> + Send>,
    options: &RunOptions,
    control: &Control,
    mut emit: impl FnMut(Outcome) -> Result<(), E>,
) -> Result<(), E> {
    let threads = options.threads.max(1);
    let limits: Vec<usize> = pipeline.stages.iter().map(|s| s.max_workers).collect();
    let queue = Arc::new(Queue::new(options, threads, limits));
    // Not scoped: a reader that waits for input must not keep a stopped run from ending.
    let reader = Arc::clone(&queue);
    thread::spawn(move || {
        // Dropped also when a reader panics, so that the run ends.
        let _end = EndOfInput(&reader);
        for document in documents {
            if !reader.put(document) {
                return;
            }
        }
    });
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(pipeline, &queue, control));
        }
        let result = (|| {
            while let Some(chunk) = queue.next_finished(control) {
                for outcome in chunk.into_outcomes(&pipeline.stages) {
                    emit(outcome)?;
                }
            }
            Ok(())
        })();
        queue.close();
        result
    })
}

struct EndOfInput<'q>(&'q Queue);

impl Drop for EndOfInput<'_> {
    fn drop(&mut self) {
        self.0.end_of_input();
    }
}

/// One thread of the pool.
fn work(pipeline: &Pipeline, queue: &Queue, control: &Control) {
    while let Some(task) = queue.next_task(control) {
        match task {
            Task::Begin(sequence, inputs) => {
                let chunk = Arc::new(Chunk::new(sequence, inputs, pipeline.stages.len()));
                let ready = |&&stage: &&usize| pipeline.stages[stage].dependencies().is_empty();
                let first: Vec<usize> = pipeline.order().iter().filter(ready).copied().collect();
                queue.begin(&chunk, &first);
            }
            Task::Run(chunk, stage) => {
                chunk.run(&pipeline.stages, stage, control.cancel_flag());
                let next = following(&pipeline.stages, &chunk, stage);
                queue.finish(&chunk, stage, &next, pipeline.stages.len());
            }
        }
    }
}

/// Stages that became ready because `done` is. The last of its feeds makes a stage ready, and the
/// chunk tells which one was last.
fn following(stages: &[Stage], chunk: &Chunk, done: usize) -> Vec<usize> {
    (0..stages.len())
        .filter(|&s| {
            let feeds = stages[s].dependencies();
            feeds.contains(&done) && chunk.fed(s) == feeds.len()
        })
        .collect()
}
