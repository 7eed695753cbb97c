//! What the threads of a run share: documents that were read, tasks that are ready, chunks that
//! are finished.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::chunk::Chunk;
use super::item::Item;
use super::lock;
use crate::run::{Control, RunOptions};
use crate::stage::Budget;

/// How often threads that wait look whether the run was stopped.
const POLL: Duration = Duration::from_millis(50);

/// What a thread of the pool does next.
pub enum Task {
    /// Make a chunk of what was read.
    Begin(u64, Vec<Item>),
    /// Run a stage on a chunk.
    Run(Arc<Chunk>, usize),
}

pub struct Queue {
    state: Mutex<State>,
    /// Something changed for those who run stages.
    work: Condvar,
    /// Something changed for the reader.
    room: Condvar,
    /// Something changed for the writer.
    output: Condvar,
    batch_documents: usize,
    batch_bytes: usize,
    max_chunks: usize,
    /// The most that are busy at once.
    threads: usize,
    /// Of each stage.
    budgets: Vec<Budget>,
}

#[derive(Default)]
struct State {
    read: VecDeque<Item>,
    read_bytes: usize,
    input_ended: bool,
    closed: bool,
    /// Ready tasks, oldest chunk first.
    ready: BTreeSet<(u64, usize)>,
    /// How many workers of each stage are busy.
    running: Vec<usize>,
    /// How many threads those keep busy.
    busy: usize,
    /// Chunks that are begun and not yet taken by the writer.
    chunks: BTreeMap<u64, Option<Arc<Chunk>>>,
    finished: BTreeSet<u64>,
    next_chunk: u64,
    next_output: u64,
}

impl Queue {
    pub fn new(options: &RunOptions, threads: usize, budgets: Vec<Budget>) -> Queue {
        let state = State { running: vec![0; budgets.len()], ..State::default() };
        Queue {
            state: Mutex::new(state),
            work: Condvar::new(),
            room: Condvar::new(),
            output: Condvar::new(),
            batch_documents: options.batch_documents.max(1),
            batch_bytes: options.batch_bytes.max(1),
            // Two a thread keep all busy while the oldest is being finished and written.
            max_chunks: threads * 2 + 1,
            threads,
            budgets,
        }
    }

    /// Hands over what was read; waits while there is enough. `false` when the run is over.
    pub fn put(&self, item: Item) -> bool {
        let mut state = lock(&self.state);
        while !state.closed
            && !state.read.is_empty()
            && (state.read.len() >= self.batch_documents * 2
                || state.read_bytes >= self.batch_bytes * 2)
        {
            state = self.room.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        if state.closed {
            return false;
        }
        state.read_bytes += item.bytes();
        state.read.push_back(item);
        self.work.notify_one();
        true
    }

    /// Says that nothing more will be read.
    pub fn end_of_input(&self) {
        lock(&self.state).input_ended = true;
        self.work.notify_all();
        self.output.notify_all();
    }

    /// Ends the run.
    pub fn close(&self) {
        lock(&self.state).closed = true;
        self.work.notify_all();
        self.room.notify_all();
    }

    /// The next task, oldest chunk first; waits for one. `None` when the run is over.
    ///
    /// The tasks that run never keep more threads busy than there are. One that needs more than
    /// are free holds up the younger ones, lest it wait for ever.
    pub fn next_task(&self, control: &Control) -> Option<Task> {
        let mut state = lock(&self.state);
        loop {
            if state.closed {
                return None;
            }
            if let Some((chunk, stage)) = self.start_ready(&mut state) {
                return Some(Task::Run(chunk, stage));
            }
            let begin = !state.read.is_empty()
                && state.chunks.len() < self.max_chunks
                && !control.is_stopped();
            if begin {
                return Some(self.begin_chunk(&mut state));
            }
            let (guard, _) = self
                .work
                .wait_timeout(state, POLL)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            state = guard;
        }
    }

    /// The oldest ready task whose stage has a worker free, if there are threads for it.
    fn start_ready(&self, state: &mut State) -> Option<(Arc<Chunk>, usize)> {
        let State { ready, running, .. } = &*state;
        let has_worker =
            |&&(_, stage): &&(u64, usize)| running[stage] < self.budgets[stage].workers;
        let &(sequence, stage) = ready.iter().find(has_worker)?;
        let needs = self.needs(stage);
        if state.busy + needs > self.threads {
            return None;
        }
        // A ready task's chunk is begun.
        let chunk = state.chunks.get(&sequence).cloned().flatten()?;
        state.ready.remove(&(sequence, stage));
        state.running[stage] += 1;
        state.busy += needs;
        Some((chunk, stage))
    }

    /// Threads that a task of the stage keeps busy; never more than there are.
    fn needs(&self, stage: usize) -> usize {
        self.budgets[stage].threads.clamp(1, self.threads)
    }

    fn begin_chunk(&self, state: &mut State) -> Task {
        let (mut items, mut bytes) = (Vec::new(), 0);
        while let Some(next) = state.read.front().map(Item::bytes) {
            let full = items.len() >= self.batch_documents || bytes + next > self.batch_bytes;
            if full && !items.is_empty() {
                break;
            }
            bytes += next;
            items.extend(state.read.pop_front());
        }
        state.read_bytes -= bytes;
        let sequence = state.next_chunk;
        state.next_chunk += 1;
        state.chunks.insert(sequence, None);
        self.room.notify_one();
        Task::Begin(sequence, items)
    }

    /// Puts a new chunk and its first stages in the queue.
    pub fn begin(&self, chunk: &Arc<Chunk>, first: &[usize]) {
        let mut state = lock(&self.state);
        state.chunks.insert(chunk.sequence, Some(Arc::clone(chunk)));
        state.ready.extend(first.iter().map(|&stage| (chunk.sequence, stage)));
        self.work.notify_all();
    }

    /// Says that a stage ran on a chunk and which stages are ready because of it.
    pub fn finish(&self, chunk: &Arc<Chunk>, stage: usize, next: &[usize], stages: usize) {
        let done = chunk.done.fetch_add(1, Ordering::AcqRel) + 1;
        let mut state = lock(&self.state);
        state.running[stage] -= 1;
        state.busy -= self.needs(stage);
        state.ready.extend(next.iter().map(|&stage| (chunk.sequence, stage)));
        if done == stages {
            state.finished.insert(chunk.sequence);
            self.output.notify_all();
        }
        self.work.notify_all();
    }

    /// The next finished chunk in the order of the input; waits for it. `None` at the end.
    pub fn next_finished(&self, control: &Control) -> Option<Chunk> {
        let mut state = lock(&self.state);
        loop {
            let next = state.next_output;
            if state.finished.remove(&next) {
                state.next_output += 1;
                let chunk = state.chunks.remove(&next).flatten();
                self.work.notify_all();
                drop(state);
                return chunk.map(unwrap_chunk);
            }
            let no_more_input =
                (state.input_ended && state.read.is_empty()) || control.is_stopped();
            if no_more_input && state.chunks.is_empty() {
                return None;
            }
            let (guard, _) = self
                .output
                .wait_timeout(state, POLL)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            state = guard;
        }
    }
}

/// The thread that ran the last stage may hold its reference for a moment longer.
fn unwrap_chunk(mut chunk: Arc<Chunk>) -> Chunk {
    loop {
        match Arc::try_unwrap(chunk) {
            Ok(chunk) => return chunk,
            Err(shared) => {
                chunk = shared;
                std::thread::yield_now();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What happens to a queue.
    enum Step {
        /// A chunk begins, and these stages are ready.
        Begin(u64, &'static [usize]),
        /// The next task that starts, by chunk and stage, if any may.
        Start(Option<(u64, usize)>),
        /// A task ends; none becomes ready because of it.
        End(u64, usize),
    }

    use Step::{Begin, End, Start};

    /// `stages` gives workers and threads of each.
    fn check(threads: usize, stages: &[(usize, usize)], steps: &[Step]) {
        let budgets = stages.iter().map(|&(workers, threads)| Budget { workers, threads });
        let queue = Queue::new(&RunOptions::default(), threads, budgets.collect());
        let mut chunks = BTreeMap::new();
        for (i, step) in steps.iter().enumerate() {
            match step {
                Begin(sequence, ready) => {
                    let chunk = Arc::new(Chunk::new(*sequence, Vec::new(), &[]));
                    queue.begin(&chunk, ready);
                    chunks.insert(*sequence, chunk);
                }
                Start(expected) => {
                    let started = queue.start_ready(&mut lock(&queue.state));
                    let started = started.map(|(chunk, stage)| (chunk.sequence, stage));
                    assert_eq!(started, *expected, "step {i}");
                }
                End(sequence, stage) => {
                    queue.finish(&chunks[sequence], *stage, &[], stages.len());
                }
            }
            assert!(lock(&queue.state).busy <= threads, "step {i}");
        }
    }

    #[test]
    fn light_tasks_run_side_by_side() {
        let steps = [Begin(0, &[0, 1]), Start(Some((0, 0))), Start(Some((0, 1))), Start(None)];
        check(2, &[(2, 1), (2, 1)], &steps);
        // One thread, one task.
        let steps =
            [Begin(0, &[0, 1]), Start(Some((0, 0))), Start(None), End(0, 0), Start(Some((0, 1)))];
        check(1, &[(1, 1), (1, 1)], &steps);
        // A stage has no more workers than it says; younger tasks of others go on.
        let steps = [Begin(0, &[0, 1]), Begin(1, &[0]), Start(Some((0, 0))), Start(Some((0, 1)))];
        check(4, &[(1, 1), (2, 1)], &steps);
    }

    #[test]
    fn a_heavy_task_counts_with_all_its_threads() {
        // It waits for threads, and what is younger waits behind it.
        let steps = [
            Begin(0, &[1]),
            Begin(1, &[0, 1]),
            Start(Some((0, 1))),
            Start(None),
            End(0, 1),
            Start(Some((1, 0))),
            Start(None),
            End(1, 0),
            Start(Some((1, 1))),
        ];
        check(4, &[(1, 4), (4, 1)], &steps);
        // Beside it run as many as there are threads left.
        let steps = [
            Begin(0, &[0, 1]),
            Begin(1, &[1]),
            Begin(2, &[1]),
            Start(Some((0, 0))),
            Start(Some((0, 1))),
            Start(None),
            End(0, 1),
            Start(Some((1, 1))),
            Start(None),
            End(0, 0),
            Start(Some((2, 1))),
        ];
        check(4, &[(1, 3), (4, 1)], &steps);
        // Two heavy stages take turns.
        let steps =
            [Begin(0, &[0, 1]), Start(Some((0, 0))), Start(None), End(0, 0), Start(Some((0, 1)))];
        check(2, &[(1, 2), (1, 2)], &steps);
        // A budget larger than the run's counts as the whole of it.
        check(2, &[(1, 9)], &[Begin(0, &[0]), Start(Some((0, 0)))]);
    }
}
