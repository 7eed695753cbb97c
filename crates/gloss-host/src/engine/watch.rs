//! Failures so far, and whether there are so many that the run ends.

use gloss_boundary::FailureKind;

use super::chunk::Finished;
use super::item::{Carried, Carry, Item, Settled};
use crate::failures::{MaxFailures, OnFailure};
use crate::intake::Absence;
use crate::run::{Outcome, failure_code};
use crate::stage::Stage;
use crate::{Error, ErrorKind, Failure};

/// Watches the documents of one pass, in the order of the input. One that failed in an earlier pass
/// comes again in each later one, so that every pass counts all.
pub struct Watch<'r> {
    stages: &'r [Stage],
    limit: Option<MaxFailures>,
    /// Ids of the stages whose first failure ends the run.
    stop: Vec<&'r str>,
    documents: u64,
    failures: u64,
}

impl<'r> Watch<'r> {
    pub fn new(stages: &'r [Stage], limit: Option<MaxFailures>) -> Watch<'r> {
        let stop = stages.iter().filter(|stage| stage.on_failure == OnFailure::Stop);
        let stop = stop.map(|stage| stage.id.as_str()).collect();
        Watch { stages, limit, stop, documents: 0, failures: 0 }
    }

    /// Whether an item that goes on to the next pass may: not where it failed for what is no fault of its
    /// own, so that a run that is gone on with comes to it again.
    pub fn may_go_on(&self, item: &Item) -> Result<(), Error> {
        match item {
            Item::Document(_, carried) => carried.iter().try_for_each(|carried| {
                let id = || self.stages[carried.stage].id.as_str();
                match &carried.output {
                    Carry::Lost(f) | Carry::Absent(Absence::Failed(f)) => blameless(id(), f),
                    _ => Ok(()),
                }
            }),
            Item::Settled(Settled::Failed(_, failures)) => all_blameless(failures),
            Item::Settled(_) => Ok(()),
        }
    }

    /// The same of what comes out.
    pub fn may_come_out(finished: &Finished) -> Result<(), Error> {
        all_blameless(&finished.tolerated)?;
        match &finished.outcome {
            Outcome::Failed(_, failures) => all_blameless(failures),
            _ => Ok(()),
        }
    }

    /// Takes note of an item that goes on to the next pass.
    pub fn item(&mut self, item: &Item) -> Result<(), Error> {
        match item {
            Item::Document(_, carried) => {
                let failed = |c: &Carried| {
                    matches!(c.output, Carry::Lost(_) | Carry::Absent(Absence::Failed(_)))
                };
                self.count(carried.iter().any(failed))
            }
            Item::Settled(Settled::Failed(document, failures)) => {
                self.failed(&document.id, failures)
            }
            Item::Settled(Settled::Unreadable(_)) => self.count(true),
            Item::Settled(Settled::Interrupted(_)) => Ok(()),
        }
    }

    /// Takes note of an outcome.
    pub fn finished(&mut self, finished: &Finished) -> Result<(), Error> {
        match &finished.outcome {
            Outcome::Annotated(_) | Outcome::Observed(_) => {
                self.count(!finished.tolerated.is_empty())
            }
            Outcome::Failed(document, failures) => self.failed(&document.id, failures),
            Outcome::Unreadable(_) => self.count(true),
            Outcome::Interrupted(_) => Ok(()),
        }
    }

    fn failed(&mut self, id: &str, failures: &[(String, Failure)]) -> Result<(), Error> {
        if let Some((stage, failure)) =
            failures.iter().find(|(stage, _)| self.stop.contains(&stage.as_str()))
        {
            let code = failure_code(failure).code();
            let message =
                format!("stage {stage:?} failed with the document {id:?}: {code}: {failure}");
            let help =
                "it is told to stop then: on-failure = \"skip-document\" would go on without it";
            return Err(Error::new(ErrorKind::StoppedByFailure, message).with_help(help));
        }
        self.count(true)
    }

    fn count(&mut self, failed: bool) -> Result<(), Error> {
        self.documents += 1;
        self.failures += u64::from(failed);
        let Some(limit) = self.limit.filter(|l| l.is_exceeded(self.failures, self.documents))
        else {
            return Ok(());
        };
        let message =
            format!("{} of {} documents failed, and {limit} may", self.failures, self.documents);
        let help = "the quarantine file says why; mend that, or allow for more";
        Err(Error::new(ErrorKind::TooManyFailures, message).with_help(help))
    }
}

/// The error that ends the run where a failure is no fault of the document.
fn blameless(stage: &str, failure: &Failure) -> Result<(), Error> {
    if failure.kind != FailureKind::Changed {
        return Ok(());
    }
    let message = format!("stage {stage:?} cannot go on: {failure}");
    Err(Error::new(ErrorKind::ChangedInUse, message).with_help(&failure.help))
}

fn all_blameless(failures: &[(String, Failure)]) -> Result<(), Error> {
    failures.iter().try_for_each(|(stage, failure)| blameless(stage, failure))
}
