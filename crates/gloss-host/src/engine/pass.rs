//! One pass over the documents.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::thread;

use super::batches::Cutter;
use super::chunk::Chunk;
use super::item::{Carried, Carry, Item};
use super::order::InOrder;
use super::queue::{Queue, Task};
use super::spool::SpoolReader;
use super::watch::Watch;
use super::{interrupt, lock};
use crate::corpus::{Observations, Pass};
use crate::run::{Control, RunOptions, RunSink};
use crate::stage::Budget;
use crate::{Error, Pipeline};

/// Where the documents of a pass come from.
pub enum Source {
    /// The input; taken when it is read.
    Input(Option<Box<dyn Iterator<Item = Item> + Send>>),
    /// The pass before, with the number of documents that this pass has done with.
    Spool(SpoolReader, u64),
}

impl Source {
    /// How many documents there are, where that is known.
    pub fn len(&self) -> Option<u64> {
        match self {
            Source::Input(_) => None,
            Source::Spool(spool, _) => Some(spool.len()),
        }
    }

    /// What did not come out of this pass, and has at least this number, comes out as interrupted.
    pub fn interrupt<E: From<Error>>(
        &mut self,
        from: u64,
        sink: &mut impl RunSink<E>,
    ) -> Result<(), E> {
        // What was not read from the input was never in the run.
        let Source::Spool(spool, done) = std::mem::replace(self, Source::Input(None)) else {
            return Ok(());
        };
        interrupt(spool, done.max(from), sink)
    }

    /// Leaves out documents at the beginning, which an earlier run settled in this pass. A stage counts
    /// those that reached it or were kept from it by others: how many of the latter there were only who
    /// kept the outcomes knows.
    pub fn pass_over(&mut self, settled: u64, run: &PassRun<'_>) -> Result<(), Error> {
        let Source::Spool(spool, done) = self else { return Ok(()) };
        let stages = &run.pipeline.stages;
        let mut counts: Vec<u64> = vec![0; stages.len()];
        for item in spool.take(usize::try_from(settled).unwrap_or(usize::MAX)) {
            *done += 1;
            let Item::Document(_, carried) = item? else { continue };
            let lost = |stage: usize| {
                let of = |c: &Carried| c.stage == stage && matches!(c.output, Carry::Lost(_));
                carried.iter().any(of)
            };
            for stage in run.pass.active() {
                counts[stage] += u64::from(!lost(stage));
            }
        }
        for (stage, count) in stages.iter().zip(counts) {
            stage.counters.documents.fetch_add(count, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// All that the threads of a pass share.
#[derive(Clone, Copy)]
pub struct PassRun<'r> {
    pub pipeline: &'r Pipeline,
    pub pass: &'r Pass,
    pub observations: &'r Observations,
    pub options: &'r RunOptions,
    pub control: &'r Control,
}

impl PassRun<'_> {
    /// Counts the failures of this pass.
    pub fn watch(&self) -> Watch<'_> {
        Watch::new(&self.pipeline.stages, self.options.max_failures)
    }

    /// Runs the stages of this pass; calls `take` on this thread with what comes of each document, in
    /// the order of the input. `unpack` makes it of a chunk, and `not_begun` of a document that the
    /// run was stopped before.
    pub fn run<T, E: From<Error>>(
        &self,
        source: &mut Source,
        unpack: impl Fn(Chunk) -> Vec<(u64, T)>,
        not_begun: impl Fn(Item) -> T,
        mut take: impl FnMut(T) -> Result<(), E>,
    ) -> Result<(), E> {
        let threads = self.options.threads.max(1);
        let budgets: Vec<Budget> = self.pipeline.stages.iter().map(|s| s.budget).collect();
        let pads = self.pass.active().any(|stage| self.pipeline.stages[stage].pads);
        let cutter = Cutter::new(self.options, threads, pads);
        let queue = Arc::new(Queue::new(cutter, threads, budgets));
        let broken = Mutex::new(None);
        let mut done = 0;
        thread::scope(|scope| {
            match &mut *source {
                Source::Input(input) => {
                    // Not scoped: a reader that waits for input must not keep a stopped run from
                    // ending.
                    let (queue, input) = (Arc::clone(&queue), input.take());
                    thread::spawn(move || read(&queue, input.into_iter().flatten()));
                }
                Source::Spool(spool, _) => {
                    let (queue, broken) = (&queue, &broken);
                    let items = spool.map_while(|item| match item {
                        Ok(item) => Some(item),
                        Err(error) => {
                            *lock(broken) = Some(error);
                            None
                        }
                    });
                    scope.spawn(move || read(queue, items));
                }
            }
            for _ in 0..threads {
                scope.spawn(|| self.work(&queue));
            }
            let result = (|| -> Result<(), E> {
                let mut order = InOrder::default();
                let mut put = |values: Vec<(u64, T)>| -> Result<(), E> {
                    values.into_iter().for_each(|(place, value)| order.put(place, value));
                    while let Some(value) = order.next() {
                        done += 1;
                        take(value)?;
                    }
                    Ok(())
                };
                while let Some(chunk) = queue.next_finished(self.control) {
                    put(unpack(chunk))?;
                }
                put(queue.not_begun().map(|(place, item)| (place, not_begun(item))).collect())
            })();
            queue.close();
            result
        })?;
        if let Source::Spool(_, count) = source {
            *count += done;
        }
        lock(&broken).take().map_or(Ok(()), |error| Err(error.into()))
    }

    /// One thread of the pool.
    fn work(&self, queue: &Queue) {
        let stages = &self.pipeline.stages;
        let active = self.pass.active().count();
        while let Some(task) = queue.next_task(self.control) {
            match task {
                Task::Begin(sequence, items) => {
                    let chunk = Arc::new(Chunk::new(sequence, items, stages));
                    let ready = |&&stage: &&usize| {
                        self.pass.roles[stage].is_some() && self.pass.feeds[stage].is_empty()
                    };
                    let order = self.pipeline.order();
                    let first: Vec<usize> = order.iter().filter(ready).copied().collect();
                    queue.begin(&chunk, &first);
                }
                Task::Run(chunk, stage) => {
                    chunk.run(self, stage);
                    let next = self.following(&chunk, stage);
                    queue.finish(&chunk, stage, &next, active);
                }
            }
        }
    }

    /// Stages that became ready because `done` is. The last of its feeds makes a stage ready, and
    /// the chunk tells which one was last.
    fn following(&self, chunk: &Chunk, done: usize) -> Vec<usize> {
        let feeds = &self.pass.feeds;
        self.pass
            .active()
            .filter(|&s| feeds[s].contains(&done) && chunk.fed(s) == feeds[s].len())
            .collect()
    }
}

struct EndOfInput<'q>(&'q Queue);

impl Drop for EndOfInput<'_> {
    fn drop(&mut self) {
        self.0.end_of_input();
    }
}

/// The reader's thread.
fn read(queue: &Queue, items: impl Iterator<Item = Item>) {
    // Dropped also when a reader panics, so that the run ends.
    let _end = EndOfInput(queue);
    for item in items {
        if !queue.put(item) {
            return;
        }
    }
}
