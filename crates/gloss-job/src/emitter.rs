//! Takes the outcomes of a run into its files, and makes checkpoints.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gloss_doc::Document;
use gloss_host::{
    Failure, LeftOut, Outcome, PassInfo, Pipeline, RunSink, Tally, failure_code, without_text,
};
use gloss_io::{DocumentWriter, Progress};

use crate::clock::{Clock, Pace};
use crate::counts::Counts;
use crate::documents::Positions;
use crate::error::{Error, ErrorKind, Result};
use crate::journal::{self, Journal, sync_folder};
use crate::quarantine::Quarantine;

/// Follows a run, to show how far it is.
pub trait Watcher {
    /// Reading begins. There are so many documents, where that is known without reading.
    fn begins(&mut self, documents: Option<u64>, read: Progress);
    /// A document has its outcome; so many have failed until now.
    fn settled(&mut self, failed: u64);
    /// A pass begins, in a pipeline that needs several.
    fn pass(&mut self, info: &PassInfo);
    /// A document went through a pass that observes.
    fn observed(&mut self);
}

/// Where results go.
pub enum Results {
    /// A file that appears when it is whole.
    File(PathBuf, Box<dyn DocumentWriter>),
    /// Someone may be reading along.
    Stream(Box<dyn DocumentWriter>),
    /// The run only observes.
    Nothing,
}

/// Takes the outcomes of a run.
pub struct Emitter<'j, C> {
    pub pipeline: &'j Pipeline,
    pub watcher: &'j mut dyn Watcher,
    /// Dropped before the journal, without which nobody knows of what is written aside.
    pub results: Results,
    /// Of a run that can be gone on with.
    pub journal: Option<Journal>,
    pub quarantine: Quarantine,
    pub positions: Positions,
    pub pace: Pace,
    pub clock: C,
    /// Of the whole run; its time and its stages only up to when this process began.
    pub counts: Counts,
    /// Of the whole run, for whoever watches.
    pub tally: Arc<Mutex<Tally>>,
    /// What the processes before this one counted.
    pub before: Counts,
    /// Documents that were read and not processed.
    pub interrupted: u64,
    /// Stages that were not run on the document whose outcome comes next.
    pub left_out: Vec<LeftOut>,
}

impl<C: Clock> RunSink<Error> for &mut Emitter<'_, C> {
    fn outcome(&mut self, outcome: Outcome) -> Result<()> {
        self.take(outcome)
    }

    fn tolerated(&mut self, document: &Document, failures: &[(String, Failure)]) -> Result<()> {
        self.tolerate(document, failures)
    }

    fn left_out(&mut self, stages: &[LeftOut]) {
        self.left_out.clear();
        self.left_out.extend_from_slice(stages);
    }

    fn pass(&mut self, info: &PassInfo) {
        self.watcher.pass(info);
    }

    fn observed(&mut self) {
        self.tally().observed += 1;
        self.watcher.observed();
    }
}

impl<C: Clock> Emitter<'_, C> {
    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was finished behind a document that is not settled is made again.
    fn is_made_again(&self) -> bool {
        self.journal.is_some() && self.interrupted > 0
    }

    /// Keeps what failed with the document whose outcome comes next.
    fn tolerate(&mut self, document: &Document, failures: &[(String, Failure)]) -> Result<()> {
        if self.is_made_again() {
            return Ok(());
        }
        self.tally().tolerated(document, failures);
        self.failed(document, failures);
        self.counts.tolerate(failures);
        let position = self.positions.peek();
        self.quarantine.tolerated(position, document, failures)
    }

    fn failed(&mut self, document: &Document, failures: &[(String, Failure)]) {
        for (stage, failure) in failures {
            let code = failure_code(failure).code();
            let why = without_text(&failure.to_string(), &document.text);
            tracing::debug!(id = document.id, stage, code, failure = why, "document failed");
        }
        if let (None, Some((stage, failure))) = (&self.counts.first_failure, failures.first()) {
            let why = without_text(&failure.to_string(), &document.text);
            self.counts.first_failure = Some(format!("{}: {stage}: {why}", document.id));
        }
    }

    fn take(&mut self, outcome: Outcome) -> Result<()> {
        let position = self.positions.next();
        if self.is_made_again() {
            self.interrupted += 1;
            return Ok(());
        }
        self.tally().count(&outcome);
        if matches!(outcome, Outcome::Annotated(_) | Outcome::Failed(..)) {
            let stages = &self.pipeline.file().stages;
            self.left_out.iter().for_each(|l| self.counts.leave_out(&stages[l.stage].id, *l));
        }
        match outcome {
            Outcome::Annotated(document) => {
                self.counts.annotated += 1;
                self.counts.bytes += document.text.len() as u64;
                self.write(&document)?;
            }
            Outcome::Failed(document, failures) => {
                self.failed(&document, &failures);
                self.counts.fail(&failures);
                self.quarantine.failed(position, &document, &failures)?;
            }
            Outcome::Unreadable(failure) => {
                self.counts.first_failure.get_or_insert_with(|| failure.message.clone());
                self.counts.unreadable += 1;
                self.quarantine.unreadable(position, &failure)?;
            }
            Outcome::Interrupted(_) => {
                self.interrupted += 1;
                return Ok(());
            }
            Outcome::Observed(_) => return Ok(()),
        }
        self.pace.settled();
        self.watcher.settled(self.counts.failed + self.counts.unreadable);
        if self.journal.is_some() && self.pace.is_due(&self.clock) {
            self.checkpoint()?;
        }
        Ok(())
    }

    fn write(&mut self, document: &Document) -> Result<()> {
        match &mut self.results {
            Results::File(path, writer) => writer.write(document).map_err(|e| unwritable(path, e)),
            Results::Stream(writer) => writer.write(document).map_err(stream_unwritable),
            Results::Nothing => Ok(()),
        }
    }

    /// Makes durable what is written, and notes how far that is. The journal comes last: what it
    /// speaks of must be there after any crash.
    pub fn checkpoint(&mut self) -> Result<()> {
        let begin = self.clock.now();
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let Results::File(path, writer) = &mut self.results else { return Ok(()) };
        let output = writer.checkpoint().map_err(|e| unwritable(path, e))?;
        let quarantine = self.quarantine.checkpoint()?;
        if let Some(output) = output {
            if !journal.is_worth_keeping() {
                sync_folder(path).map_err(|e| unwritable(path, e))?;
            }
            let mut counts = self.counts.clone();
            counts.tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner).clone();
            counts.seconds = self.before.seconds + self.clock.now().as_secs_f64();
            for (stage, now) in self.pipeline.watch()() {
                let earlier = self.before.stages.get(&stage).map_or(0.0, |s| s.busy_seconds);
                counts.stages.entry(stage).or_default().busy_seconds = earlier + now.busy_seconds;
            }
            journal.note(journal::Progress { counts, output, quarantine })?;
        }
        self.pace.made(begin, &self.clock);
        Ok(())
    }

    /// Makes a checkpoint of what was settled since the last.
    pub fn last_checkpoint(&mut self) -> Result<()> {
        if self.counts.settled() > self.before.settled() { self.checkpoint() } else { Ok(()) }
    }

    /// Whether another process could go on with the run.
    pub fn is_resumable(&self) -> bool {
        self.journal.as_ref().is_some_and(Journal::is_worth_keeping)
    }
}

/// The output file cannot be opened for writing.
pub fn refused(path: &std::path::Path, error: gloss_io::Error) -> Error {
    match error.system {
        Some(system) => unwritable(path, system.into()),
        None => error.into(),
    }
}

/// The output file cannot be written.
pub fn unwritable(path: &std::path::Path, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::WouldBlock {
        let message = format!("another run is writing {}", path.display());
        let help = "wait until it has ended, or give another output with `-o`";
        return Error::new(ErrorKind::Busy, message, help);
    }
    Error::system(ErrorKind::Output, "the output cannot be written:", path, error, "")
}

/// The stream cannot be written; whoever reads it may have had enough.
pub fn stream_unwritable(error: io::Error) -> Error {
    let path = std::path::Path::new("standard output");
    Error::system(ErrorKind::Output, "the output cannot be written:", path, error, "")
}
