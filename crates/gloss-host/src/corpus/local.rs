//! States and findings of an extractor in this process.

use std::io::Write;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

use gloss_boundary::{
    BatchResult, DocumentView, Failure, FailureKind, Findings, Instance, SaveError, State,
};

use crate::engine::lock;

/// What one extractor has seen in a run, and what it found. Shared by threads.
#[derive(Debug)]
pub struct LocalCorpus {
    instance: Arc<Instance>,
    /// Not more than there are threads.
    states: Mutex<Vec<State>>,
    findings: OnceLock<Findings>,
}

impl LocalCorpus {
    /// One that has seen nothing.
    pub fn new(instance: Arc<Instance>) -> LocalCorpus {
        LocalCorpus { instance, states: Mutex::default(), findings: OnceLock::new() }
    }

    /// Observes a batch in a state of its own; there is none when the batch failed.
    pub fn observe(
        &self,
        views: &[DocumentView<'_>],
        cancel: &AtomicBool,
    ) -> (BatchResult, Option<State>) {
        match self.instance.state() {
            Ok(mut state) => {
                let result = state.observe(views, cancel);
                let state = result.failure.is_none().then_some(state);
                (result, state)
            }
            Err(failure) => (BatchResult::failed(views.len(), failure), None),
        }
    }

    /// Adds what a state has seen. When that fails, something that was seen is lost.
    pub fn merge(&self, state: State) -> Result<(), Failure> {
        let larger = lock(&self.states).pop();
        let merged = match larger {
            Some(larger) => larger.merge(state)?,
            None => state,
        };
        lock(&self.states).push(merged);
        Ok(())
    }

    /// Adds what a saved state has seen.
    pub fn restore(&self, state: &[u8]) -> Result<(), Failure> {
        self.merge(self.instance.restore(state)?)
    }

    /// Merges all into one state.
    pub fn gather(&self) -> Result<(), Failure> {
        let states = std::mem::take(&mut *lock(&self.states));
        let mut states = states.into_iter();
        let mut all = match states.next() {
            Some(state) => state,
            None => self.instance.state()?,
        };
        for state in states {
            all = all.merge(state)?;
        }
        lock(&self.states).push(all);
        Ok(())
    }

    /// Writes the state that [`LocalCorpus::gather`] left.
    pub fn save(&self, writer: &mut dyn Write) -> Result<(), SaveError> {
        match lock(&self.states).first_mut() {
            Some(state) => state.save(writer),
            None => Err(SaveError::Plugin(ungathered())),
        }
    }

    /// Makes findings of the state that [`LocalCorpus::gather`] left.
    pub fn finish(&self, cancel: &AtomicBool) -> Result<(), Failure> {
        let state = lock(&self.states).pop().ok_or_else(ungathered)?;
        // A run finishes once, so the cell is empty.
        let _ = self.findings.set(state.finish(cancel)?);
        Ok(())
    }

    /// Annotates a batch by the findings.
    pub fn annotate(&self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        match self.findings.get() {
            Some(findings) => findings.annotate(views, cancel),
            None => {
                let failure = Failure::new(FailureKind::Other, "there are no findings yet");
                BatchResult::failed(views.len(), failure)
            }
        }
    }
}

fn ungathered() -> Failure {
    Failure::new(FailureKind::Other, "there is no state")
}
