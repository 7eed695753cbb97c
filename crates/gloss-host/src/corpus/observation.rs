//! What the stages of a run have seen, and what they found.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use gloss_boundary::{
    BatchResult, DocumentResult, DocumentView, Failure, FailureKind, Findings, Instance, State,
};

use super::saved::{self, Identity};
use crate::engine::{PassRun, lock};
use crate::stage::fail_unfinished;
use crate::{Error, ErrorKind, Pipeline, RunOptions};

/// What one stage has seen in a run.
///
/// Every batch is observed in a state of its own, which is then merged into one of a few larger
/// ones: when the plugin panics or breaks a rule, only that batch is lost, and its documents are
/// observed again one by one, so that only the one at fault fails.
#[derive(Debug)]
pub struct Observation {
    instance: Arc<Instance>,
    /// Not more than there are threads.
    states: Mutex<Vec<State>>,
    /// Why documents that were observed are lost; the run cannot go on then.
    lost: OnceLock<Failure>,
    findings: OnceLock<Findings>,
    documents: AtomicU64,
}

impl Observation {
    fn new(instance: Arc<Instance>) -> Observation {
        Observation {
            instance,
            states: Mutex::default(),
            lost: OnceLock::new(),
            findings: OnceLock::new(),
            documents: AtomicU64::new(0),
        }
    }

    /// Takes note of a batch.
    pub fn observe(&self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> Vec<DocumentResult> {
        let (mut results, failure) = match self.instance.state() {
            Ok(state) => self.observe_in(state, views, cancel),
            Err(failure) => {
                (views.iter().map(|_| DocumentResult::Unfinished).collect(), Some(failure))
            }
        };
        let Some(failure) = failure else { return results };
        let failed = |r: &DocumentResult| matches!(r, DocumentResult::Failed(_));
        if failure.kind == FailureKind::Cancelled || cancel.load(Ordering::Relaxed) {
            let lost = results.iter_mut().filter(|r| !failed(r));
            lost.for_each(|r| *r = DocumentResult::Unfinished);
        } else if views.len() == 1 {
            if !failed(&results[0]) {
                results[0] = DocumentResult::Failed(failure);
            }
        } else {
            tracing::debug!(%failure, "batch was not observed; trying its documents one by one");
            for (result, view) in results.iter_mut().zip(views).filter(|(r, _)| !failed(r)) {
                let mut single = self.observe(std::slice::from_ref(view), cancel);
                *result = single.pop().unwrap_or(DocumentResult::Unfinished);
            }
        }
        results
    }

    /// Takes note of a batch in a new state; with a failure the state is thrown away.
    fn observe_in(
        &self,
        mut state: State,
        views: &[DocumentView<'_>],
        cancel: &AtomicBool,
    ) -> (Vec<DocumentResult>, Option<Failure>) {
        let BatchResult { mut documents, failure, .. } = state.observe(views, cancel);
        if failure.is_some() {
            return (documents, failure);
        }
        fail_unfinished(&mut documents);
        let broke_a_rule = |r: &DocumentResult| match r {
            DocumentResult::Failed(failure) if failure.kind == FailureKind::Rule => {
                Some(failure.clone())
            }
            _ => None,
        };
        // What a plugin has done with a document that it handled wrongly is anybody's guess.
        if let Some(failure) = documents.iter().find_map(broke_a_rule) {
            return (documents, Some(failure));
        }
        let finished =
            documents.iter().filter(|r| matches!(r, DocumentResult::Finished { .. })).count();
        self.absorb(state, finished as u64);
        (documents, None)
    }

    /// Keeps what a state has seen.
    fn absorb(&self, state: State, documents: u64) {
        self.documents.fetch_add(documents, Ordering::Relaxed);
        let larger = lock(&self.states).pop();
        let merged = match larger {
            Some(larger) => larger.merge(state),
            None => Ok(state),
        };
        match merged {
            Ok(state) => lock(&self.states).push(state),
            Err(failure) => {
                // The first reason is the one to report.
                let _ = self.lost.set(failure);
            }
        }
    }

    /// Merges all into one state.
    fn merge(&self) -> Result<State, Failure> {
        if let Some(failure) = self.lost.get() {
            return Err(failure.clone());
        }
        let states = std::mem::take(&mut *lock(&self.states));
        let mut states = states.into_iter();
        let mut all = match states.next() {
            Some(state) => state,
            None => self.instance.state()?,
        };
        for state in states {
            all = all.merge(state)?;
        }
        Ok(all)
    }

    /// What was found; `None` before the observation was finished.
    pub fn findings(&self) -> Option<&Findings> {
        self.findings.get()
    }
}

/// What the stages of a run have seen: one for each stage that observes.
#[derive(Debug)]
pub struct Observations {
    stages: Vec<Option<Observation>>,
    identities: Vec<Option<Identity>>,
}

impl Observations {
    /// Begins a run: restores the states that are to be merged into it.
    pub fn begin(pipeline: &Pipeline, options: &RunOptions) -> Result<Observations, Error> {
        let stages = pipeline.stages.iter().map(|s| s.corpus().cloned().map(Observation::new));
        let mut observations = Observations { stages: stages.collect(), identities: Vec::new() };
        if !options.states.is_used() {
            return Ok(observations);
        }
        observations.identities = saved::identities(pipeline)?;
        for folder in &options.states.merge {
            for (observation, identity) in observations.saved() {
                let (state, documents) = saved::read(folder, identity, &observation.instance)?;
                observation.absorb(state, documents);
            }
        }
        observations.check(pipeline)?;
        Ok(observations)
    }

    /// The observation of a stage.
    pub fn stage(&self, stage: usize) -> Option<&Observation> {
        self.stages.get(stage)?.as_ref()
    }

    fn saved(&self) -> impl Iterator<Item = (&Observation, &Identity)> {
        let pairs = self.stages.iter().zip(&self.identities);
        pairs.filter_map(|(observation, identity)| observation.as_ref().zip(identity.as_ref()))
    }

    /// Whether all that was observed is still there.
    pub fn check(&self, pipeline: &Pipeline) -> Result<(), Error> {
        for (stage, observation) in pipeline.stages.iter().zip(&self.stages) {
            let lost = observation.as_ref().and_then(|o| o.lost.get());
            if let Some(failure) = lost {
                return Err(error(&stage.id, failure, "merge what it observed"));
            }
        }
        Ok(())
    }

    /// Ends the observations of a pass: saves them if that is wanted and, unless only observing
    /// is, makes the findings. False when the run was stopped meanwhile: nobody waits for the
    /// findings then.
    pub fn finish(&self, run: &PassRun<'_>) -> Result<bool, Error> {
        let PassRun { pipeline, options, control, .. } = *run;
        for stage in run.pass.observing() {
            let Some(observation) = self.stage(stage) else { continue };
            let id = &pipeline.stages[stage].id;
            let merged = observation.merge().map_err(|f| error(id, &f, "merge what it observed"));
            let mut state = merged?;
            let identity = self.identities.get(stage).and_then(Option::as_ref);
            if let Some((folder, identity)) = options.states.save.as_ref().zip(identity) {
                let documents = observation.documents.load(Ordering::Relaxed);
                saved::write(folder, identity, documents, &mut state)?;
            }
            if !options.states.observe_only {
                let findings = match state.finish(control.stop_flag()) {
                    Ok(findings) => findings,
                    Err(failure) if failure.kind == FailureKind::Cancelled => return Ok(false),
                    Err(failure) => return Err(error(id, &failure, "finish")),
                };
                // A stage observes in one pass of a run, so the cell is empty.
                let _ = observation.findings.set(findings);
            }
        }
        Ok(true)
    }
}

/// A stage failed with all that it had observed.
pub fn error(stage: &str, failure: &Failure, what: &str) -> Error {
    let message = format!("stage {stage:?} could not {what}: {failure}");
    let help = match failure.help.as_str() {
        "" => "this is a fault of the plugin, or of its options: report it to its author",
        help => help,
    };
    Error::new(ErrorKind::Observation, message).with_help(help)
}
