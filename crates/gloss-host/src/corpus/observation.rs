//! What the stages of a run have seen, and what they found.

use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use gloss_boundary::{BatchResult, DocumentResult, DocumentView, Failure, FailureKind, SaveError};

use super::saved::{self, Identity};
use crate::backend::AnyCorpus;
use crate::engine::PassRun;
use crate::run::failure_code;
use crate::stage::fail_unfinished;
use crate::{Error, ErrorKind, Pipeline, RunOptions};

/// What one stage has seen in a run.
///
/// Every batch is observed in a state of its own, which is then merged into a larger one: when the
/// plugin panics, breaks a rule or ends its process, only that batch is lost, and its documents are
/// observed again one by one, so that only the one at fault fails.
#[derive(Debug)]
pub struct Observation {
    corpus: AnyCorpus,
    /// Why documents that were observed are lost; the run cannot go on then.
    lost: OnceLock<Failure>,
    documents: AtomicU64,
}

impl Observation {
    fn new(corpus: AnyCorpus) -> Observation {
        Observation { corpus, lost: OnceLock::new(), documents: AtomicU64::new(0) }
    }

    /// Takes note of a batch.
    pub fn observe(&self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> Vec<DocumentResult> {
        let (mut results, failure) = self.observe_once(views, cancel);
        let Some(failure) = failure else { return results };
        let failed = |r: &DocumentResult| matches!(r, DocumentResult::Failed(_));
        if failure.kind == FailureKind::Cancelled || cancel.load(Ordering::Relaxed) {
            let lost = results.iter_mut().filter(|r| !failed(r));
            lost.for_each(|r| *r = DocumentResult::Unfinished);
        } else if views.len() == 1 || failure.kind == FailureKind::Changed {
            let lost = results.iter_mut().filter(|r| !failed(r));
            lost.for_each(|r| *r = DocumentResult::Failed(failure.clone()));
        } else {
            let code = failure_code(&failure).code();
            tracing::debug!(code, "batch was not observed; trying its documents one by one");
            for (result, view) in results.iter_mut().zip(views).filter(|(r, _)| !failed(r)) {
                let mut single = self.observe(std::slice::from_ref(view), cancel);
                *result = single.pop().unwrap_or(DocumentResult::Unfinished);
            }
        }
        results
    }

    /// Takes note of a batch in a new state; with a failure the state is thrown away.
    fn observe_once(
        &self,
        views: &[DocumentView<'_>],
        cancel: &AtomicBool,
    ) -> (Vec<DocumentResult>, Option<Failure>) {
        let (BatchResult { mut documents, failure, .. }, state) =
            self.corpus.observe(views, cancel);
        let (None, Some(state)) = (&failure, state) else { return (documents, failure) };
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
        self.documents.fetch_add(finished as u64, Ordering::Relaxed);
        // What was lost is not to be had back, so nothing more need be kept.
        if self.lost.get().is_none()
            && let Err(failure) = self.corpus.merge(state)
        {
            // The first reason is the one to report.
            let _ = self.lost.set(failure);
        }
        (documents, None)
    }

    /// Adds what another run has seen and saved of so many documents.
    pub fn restore(&self, state: &[u8], documents: u64) -> Result<(), Failure> {
        self.documents.fetch_add(documents, Ordering::Relaxed);
        self.corpus.restore(state)
    }

    /// Writes all that was seen.
    pub fn save(&self, writer: &mut dyn Write, cancel: &AtomicBool) -> Result<(), SaveError> {
        self.corpus.save(writer, cancel)
    }

    /// How many documents were seen, also by the runs whose states were restored.
    pub fn documents(&self) -> u64 {
        self.documents.load(Ordering::Relaxed)
    }

    /// Annotates a batch by what was found in all documents.
    pub fn annotate(&self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        self.corpus.annotate(views, cancel)
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
        let folder = options.temporary_folder.as_deref();
        let stages = pipeline.stages.iter().map(|s| s.corpus(folder).map(Observation::new));
        let mut observations = Observations { stages: stages.collect(), identities: Vec::new() };
        if !options.states.is_used() {
            return Ok(observations);
        }
        observations.identities = saved::identities(pipeline)?;
        for folder in &options.states.merge {
            for (observation, identity) in observations.saved() {
                saved::read(folder, identity, observation)?;
            }
        }
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
        self.check(pipeline)?;
        for stage in run.pass.observing() {
            let Some(observation) = self.stage(stage) else { continue };
            let id = &pipeline.stages[stage].id;
            observation.corpus.gather().map_err(|f| error(id, &f, "merge what it observed"))?;
            let identity = self.identities.get(stage).and_then(Option::as_ref);
            if let Some((folder, identity)) = options.states.save.as_ref().zip(identity) {
                saved::write(folder, identity, observation, control.cancel_flag())?;
            }
            // Where no document was observed there is none to annotate either.
            if !options.states.observe_only && observation.documents() > 0 {
                match observation.corpus.finish(control.stop_flag()) {
                    Ok(()) => {}
                    Err(failure) if failure.kind == FailureKind::Cancelled => return Ok(false),
                    Err(failure) => return Err(error(id, &failure, "finish")),
                }
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
