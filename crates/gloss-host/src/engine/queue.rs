//! What the threads of a run share: documents that were read, tasks that are ready, chunks that
//! are finished.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::batches::{Cutter, Placed};
use super::chunk::Chunk;
use super::item::Item;
use super::lock;
use crate::run::Control;
use crate::stage::Budget;

/// How often threads that wait look whether the run was stopped.
const POLL: Duration = Duration::from_millis(50);

/// What a thread of the pool does next.
pub enum Task {
    /// Make a chunk of what was read.
    Begin(u64, Vec<Placed>),
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
    cutter: Cutter,
    max_chunks: usize,
    /// The most that are busy at once.
    threads: usize,
    /// Of each stage.
    budgets: Vec<Budget>,
}

#[derive(Default)]
struct State {
    read: VecDeque<Placed>,
    read_tokens: usize,
    next_place: u64,
    /// Batches that were cut from what was read, and of which no chunk was made yet.
    cut: VecDeque<Vec<Placed>>,
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
    /// Documents between others that were begun, when the run was stopped before they were.
    pub fn not_begun(&self) -> impl Iterator<Item = Placed> + use<> {
        std::mem::take(&mut lock(&self.state).cut).into_iter().flatten()
    }

    pub fn new(cutter: Cutter, threads: usize, budgets: Vec<Budget>) -> Queue {
        let state = State { running: vec![0; budgets.len()], ..State::default() };
        Queue {
            state: Mutex::new(state),
            work: Condvar::new(),
            room: Condvar::new(),
            output: Condvar::new(),
            cutter,
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
            && self.cutter.is_enough(state.read.len(), state.read_tokens)
        {
            state = self.room.wait(state).unwrap_or_else(std::sync::PoisonError::into_inner);
        }
        if state.closed {
            return false;
        }
        state.read_tokens += item.tokens();
        let place = state.next_place;
        state.next_place += 1;
        state.read.push_back((place, item));
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
            let begin = !(state.read.is_empty() && state.cut.is_empty())
                && state.chunks.len() < self.max_chunks
                && !control.is_stopped();
            if begin && let Some(task) = self.begin_chunk(&mut state) {
                return Some(task);
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

    fn begin_chunk(&self, state: &mut State) -> Option<Task> {
        if state.cut.is_empty() {
            state.cut = self.cutter.cut(&mut state.read, state.read_tokens);
            let taken = state.cut.iter().flatten().map(|(_, item)| item.tokens()).sum::<usize>();
            state.read_tokens -= taken;
            self.room.notify_one();
        }
        let batch = state.cut.pop_front()?;
        let sequence = state.next_chunk;
        state.next_chunk += 1;
        state.chunks.insert(sequence, None);
        Some(Task::Begin(sequence, batch))
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

    /// The next finished chunk in the order in which they were begun; waits for it. `None` at the
    /// end.
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
                (state.input_ended && state.read.is_empty() && state.cut.is_empty())
                    || control.is_stopped();
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
mod tests;
