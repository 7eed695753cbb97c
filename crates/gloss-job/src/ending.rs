//! How a run ends: its files get their names, or stay for another process to go on.

use std::fs;
use std::io;
use std::sync::PoisonError;

use gloss_host::{InputsRecord, PeakMemory, Pipeline, RunContext, RunRecord, RunSummary};

use crate::clock::Clock;
use crate::counts::Counts;
use crate::emitter::{Emitter, Results, stream_unwritable, unwritable};
use crate::error::{Error, ErrorKind, Result};
use crate::identity;
use crate::job::{Ended, Job, Kept};
use crate::journal::sync_folder;
use crate::record::JobRecord;
use crate::{Documents, Shard, states};

impl Job {
    /// Ends a run whose documents came out.
    pub(crate) fn end<C: Clock>(
        mut self,
        mut emitter: Emitter<'_, C>,
        summary: &RunSummary,
    ) -> Result<Ended> {
        let pipeline = emitter.pipeline;
        let mut counts = emitter.counts.clone();
        counts.observed = summary.observed;
        counts.seconds = self.before.seconds + emitter.clock.now().as_secs_f64();
        counts.tally = self.options.tally.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let total = counts.summary(emitter.interrupted, summary.stopped);
        let mut record = self.record(pipeline, &counts, &total);
        record.run.peak_memory = PeakMemory::now();
        counts.add_stages(&mut record.run.stages, &self.before, pipeline);
        let unobserved = summary.stopped && summary.observed == 0 && pipeline.observes();
        let nothing = summary.stopped && emitter.journal.is_some() && counts.settled() == 0;
        let quarantine = emitter.quarantine.path().map(ToOwned::to_owned);
        let mut losses = Vec::new();
        let kept = if summary.stopped && emitter.is_resumable() {
            Kept::Unfinished
        } else if unobserved || nothing {
            Kept::Nothing
        } else {
            if let Some(journal) = emitter.journal.as_mut().filter(|j| j.is_worth_keeping()) {
                journal.complete(counts.clone())?;
            }
            self.journal = emitter.journal.take();
            losses = finish(std::mem::replace(&mut emitter.results, Results::Nothing))?;
            if summary.stopped { Kept::Part } else { Kept::Whole }
        };
        let ended = self.close(record, kept, quarantine, counts.first_failure)?;
        Ok(Ended { losses, ..ended })
    }

    /// Ends a run that another process left with all its documents settled, and its output named.
    pub(crate) fn conclude(self, pipeline: &Pipeline, counts: Counts) -> Result<Ended> {
        let total = counts.summary(0, false);
        let mut record = self.record(pipeline, &counts, &total);
        counts.fill_stages(&mut record.run.stages);
        let failed = counts.failed + counts.unreadable + counts.incomplete > 0;
        let quarantine = failed.then(|| self.options.quarantine.clone());
        self.close(record, Kept::Whole, quarantine, counts.first_failure)
    }

    /// The last steps; each may be done again.
    fn close(
        mut self,
        record: JobRecord,
        kept: Kept,
        quarantine: Option<std::path::PathBuf>,
        first_failure: Option<String>,
    ) -> Result<Ended> {
        if kept == Kept::Whole {
            self.replace_quarantine(quarantine.is_none())?;
            if let Some(folder) = &self.options.run.states.save {
                let saved = std::mem::take(&mut self.saved);
                states::note(folder, record.shard.unwrap_or_default(), saved)?;
            }
        }
        record.write(&self.options.record)?;
        tracing::info!(record = %self.options.record.display(), "run recorded");
        for journal in [self.journal.take(), self.lock.take()].into_iter().flatten() {
            journal.remove()?;
        }
        Ok(Ended { record, kept, quarantine, first_failure, losses: Vec::new() })
    }

    /// A quarantine file of an earlier run beside this output would be taken for one of this run.
    fn replace_quarantine(&self, is_empty: bool) -> Result<()> {
        let path = &self.options.quarantine;
        if !is_empty || !self.options.replace_quarantine {
            return Ok(());
        }
        match fs::remove_file(path) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                let what = "the quarantine file of an earlier run cannot be removed:";
                Err(Error::system(ErrorKind::Quarantine, what, path, e, "remove it"))
            }
            _ => Ok(()),
        }
    }

    fn record(&self, pipeline: &Pipeline, counts: &Counts, summary: &RunSummary) -> JobRecord {
        let options = &self.options;
        let started = options.started.clone();
        let (shard, retried) = match &self.documents {
            Documents::Inputs(_, shard) => (Some(*shard), None),
            Documents::Retry(path) => (None, Some(path.to_string_lossy().into_owned())),
        };
        let context = RunContext {
            command: options.command.clone(),
            ended: (options.now)(),
            inputs: InputsRecord::new(self.inputs.iter().map(|i| (i.name.clone(), i.size))),
            tally: counts.tally.clone(),
            memory: None,
        };
        let run = RunRecord::new(pipeline, &options.run, summary, started, counts.seconds);
        JobRecord {
            run: run.with(context),
            resumed: self.resumed,
            shard: shard.filter(|&shard| shard != Shard::default()),
            shards: Vec::new(),
            retried,
            identity: self.identity.clone(),
            inputs_changed: match self.inputs.as_slice() {
                [] => String::new(),
                inputs => identity::of_times(inputs),
            },
        }
    }
}

/// Ends the output. Says what its format had no place for.
fn finish(results: Results) -> Result<Vec<String>> {
    match results {
        Results::File(path, writer) => {
            let losses = writer.losses();
            let finished = writer.finish().and_then(|()| sync_folder(&path));
            finished.map(|()| losses).map_err(|e| unwritable(&path, e))
        }
        Results::Stream(writer) => {
            let losses = writer.losses();
            writer.finish().map(|()| losses).map_err(stream_unwritable)
        }
        Results::Nothing => Ok(Vec::new()),
    }
}
