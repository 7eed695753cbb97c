//! A run with files: begun, or gone on with after it was ended at any instant.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use gloss_host::{Control, Pipeline, RunOptions, Tally};
use gloss_io::{Checkpoint, DocumentWriter, Fingerprint, Input, ReadOptions};

use crate::Shard;
use crate::clock::{Monotonic, Pace};
use crate::counts::Counts;
use crate::documents::Documents;
use crate::emitter::{Emitter, Results, Watcher, refused};
use crate::error::{Error, ErrorKind, Result};
use crate::identity::{self, INPUTS, Identity, SHARD};
use crate::journal::{Header, Journal, Unfinished};
use crate::opening;
use crate::quarantine::Quarantine;
use crate::record::JobRecord;
use crate::states;

/// Makes the writer of an output file, to begin it or to go on from a checkpoint.
pub type OpenWriter<'w> =
    dyn Fn(Option<&Checkpoint>) -> Result<Box<dyn DocumentWriter>, gloss_io::Error> + 'w;

/// Where the results of a run go.
pub enum Destination<'w> {
    /// A file, which appears under its name when it is whole.
    File(PathBuf, Box<OpenWriter<'w>>),
    /// A stream that someone reads.
    Stream(Box<dyn DocumentWriter>),
    /// Nowhere: the run only observes.
    Nothing,
}

/// What becomes of an earlier run of the same output that is not whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// It stays, and this one is refused.
    #[default]
    New,
    /// It is gone on with. Where there is none, a run begins, unless its output is there already.
    Resume,
    /// It is thrown away.
    Restart,
}

/// How to run with files.
#[derive(Clone, Debug)]
pub struct JobOptions {
    /// How to run the pipeline.
    pub run: RunOptions,
    /// How to read.
    pub read: ReadOptions,
    /// What to do about an earlier run.
    pub start: Start,
    /// Where documents that fail go; the file is made with the first.
    pub quarantine: PathBuf,
    /// The quarantine file is beside the output, so that one of an earlier run of this output is
    /// replaced even when no document fails.
    pub replace_quarantine: bool,
    /// Where the record goes.
    pub record: PathBuf,
    /// What else is written beside the run, and where: none of it may be a file of the run.
    pub others: Vec<(&'static str, PathBuf)>,
    /// What else changes the results, by the option's name.
    pub settings: BTreeMap<String, String>,
    /// A checkpoint is made at the latest after so many documents.
    pub checkpoint_documents: u64,
    /// When the run begins, RFC 3339; only for the record.
    pub started: String,
    /// Tells the time in that form when the run ends.
    pub now: fn() -> String,
    /// The program's arguments, without the program; only for the record.
    pub command: Vec<String>,
    /// What the run comes to while it goes on, for whoever watches it.
    pub tally: Arc<Mutex<Tally>>,
}

/// What opening a run gives.
pub enum Opened {
    /// There is something to do.
    Job(Box<Job>),
    /// The same run is whole already.
    Whole(Box<JobRecord>),
}

/// A run whose files are open.
pub struct Job {
    pub(crate) documents: Documents,
    results: Results,
    /// Of a run that can be gone on with.
    pub(crate) journal: Option<Journal>,
    /// Of another: it keeps others away from the file.
    pub(crate) lock: Option<Journal>,
    pub(crate) quarantine: Quarantine,
    pub(crate) options: JobOptions,
    pub(crate) identity: Identity,
    pub(crate) inputs: Vec<Fingerprint>,
    /// Of which shards the states are that are saved.
    pub(crate) saved: BTreeSet<u64>,
    pub(crate) before: Counts,
    pub(crate) resumed: u64,
    /// What an earlier process settled last of all: the files have their names, or nearly.
    complete: Option<Counts>,
}

/// What is left of a run that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of it.
    Whole,
    /// What was finished until it was stopped, as a whole file or on the stream: it cannot be gone on
    /// with.
    Part,
    /// What was finished until it was stopped, aside: it can be gone on with.
    Unfinished,
    /// It was stopped before there was anything.
    Nothing,
}

/// What came of a run.
#[derive(Debug)]
pub struct Ended {
    /// The record that was written.
    pub record: JobRecord,
    /// What is left.
    pub kept: Kept,
    /// The quarantine file, if a document is in it.
    pub quarantine: Option<PathBuf>,
    /// What went wrong with the first document that failed.
    pub first_failure: Option<String>,
    /// What the format of the output had no place for, a sentence each.
    pub losses: Vec<String>,
}

impl Job {
    /// Opens the files of a run of a planned pipeline, and finds what an earlier run left.
    ///
    /// # Errors
    /// When the files cannot be written, are another run's, or do not fit this one.
    pub fn open(
        pipeline: &Pipeline,
        documents: Documents,
        destination: Destination<'_>,
        mut options: JobOptions,
    ) -> Result<Opened> {
        let shard = match documents {
            Documents::Inputs(_, shard) => shard,
            Documents::Retry(_) => Shard::default(),
        };
        opening::check(pipeline, &documents, &destination, &options)?;
        let saved;
        (options.run.states.merge, saved) = states::needed(shard, &options.run.states)?;
        let mut identity = identity::of_pipeline(pipeline, &options.run.states.merge)?;
        identity.extend(options.settings.clone());
        identity.insert(SHARD.to_owned(), shard.to_string());
        let mut job = Job {
            results: Results::Nothing,
            journal: None,
            lock: None,
            quarantine: Quarantine::new(options.quarantine.clone()),
            inputs: Vec::new(),
            documents,
            identity,
            options,
            saved,
            before: Counts::default(),
            resumed: 0,
            complete: None,
        };
        let inputs = match &job.documents {
            Documents::Inputs(inputs, _) => inputs.clone(),
            Documents::Retry(path) => vec![Input::File(path.clone())],
        };
        job.inputs = inputs.iter().map(Input::fingerprint).collect::<Result<_, _>>()?;
        match destination {
            Destination::Nothing => {}
            Destination::Stream(writer) => job.results = Results::Stream(writer),
            Destination::File(path, open) => {
                job.identity.insert(INPUTS.to_owned(), identity::of_inputs(&job.inputs));
                let resumable = !inputs.contains(&Input::Stdin);
                if let Some(whole) = job.open_file(path, &open, resumable)? {
                    return Ok(Opened::Whole(Box::new(whole)));
                }
            }
        }
        Ok(Opened::Job(Box::new(job)))
    }

    /// Opens the output; gives the record of the run if it is whole already.
    fn open_file(
        &mut self,
        path: PathBuf,
        open: &OpenWriter<'_>,
        resumable: bool,
    ) -> Result<Option<JobRecord>> {
        let start = self.options.start;
        let (mut journal, earlier) = match start {
            Start::Restart => (Journal::take_over(&path)?, None),
            _ => Journal::take(&path)?,
        };
        if let Some(earlier) = earlier {
            if start == Start::New {
                return Err(opening::unfinished(&path, &earlier));
            }
            opening::compare(&path, &earlier, &self.identity, &self.inputs)?;
            self.go_on(path, open, journal, earlier)?;
            return Ok(None);
        }
        if start == Start::Resume && path.exists() {
            let record = &self.options.record;
            return opening::whole(&path, record, &self.identity, &self.inputs).map(Some);
        }
        let writer = open(None).map_err(|e| refused(&path, e))?;
        self.results = Results::File(path, writer);
        if resumable {
            let started = self.options.started.clone();
            journal.begin(Header::new(started, self.identity.clone(), self.inputs.clone()))?;
            self.journal = Some(journal);
        } else {
            self.lock = Some(journal);
        }
        Ok(None)
    }

    /// Goes on where an earlier process was ended.
    fn go_on(
        &mut self,
        path: PathBuf,
        open: &OpenWriter<'_>,
        mut journal: Journal,
        earlier: Unfinished,
    ) -> Result<()> {
        self.options.started.clone_from(&earlier.header.started);
        self.resumed = earlier.resumed + 1;
        let writer = match &earlier.progress {
            Some(progress) => open(Some(&progress.output)).map_err(Some),
            None => Err(None),
        };
        // A run that has settled documents has a checkpoint: without one nothing was written.
        let missing = |e: &Option<gloss_io::Error>| {
            e.as_ref().is_none_or(|e| e.system == Some(io::ErrorKind::NotFound))
        };
        match (writer, earlier.progress.clone(), earlier.complete.clone()) {
            (Ok(writer), Some(progress), _) => {
                self.quarantine =
                    Quarantine::resume(self.options.quarantine.clone(), progress.quarantine)?;
                journal.go_on(&earlier)?;
                self.before = progress.counts;
                self.results = Results::File(path, writer);
            }
            // It was renamed, and then the process was ended.
            (Err(e), _, Some(counts)) if missing(&e) && path.exists() => {
                self.complete = Some(counts);
            }
            (Err(Some(e)), ..)
                if e.system != Some(io::ErrorKind::NotFound)
                    && e.system != Some(io::ErrorKind::InvalidData) =>
            {
                return Err(refused(&path, e));
            }
            (Err(_), ..) => {
                let message = format!(
                    "what was written of {} is missing, or shorter than its journal says",
                    path.display()
                );
                let help = "begin the run anew with `--restart`";
                return Err(Error::new(ErrorKind::Damaged, message, help));
            }
            (Ok(_), None, _) => {}
        }
        self.journal = Some(journal);
        Ok(())
    }

    /// How many documents an earlier process settled, if the run is gone on with.
    #[must_use]
    pub fn settled(&self) -> Option<u64> {
        let counts = self.complete.as_ref().unwrap_or(&self.before);
        (self.resumed > 0).then(|| counts.settled())
    }

    /// Runs the pipeline, which must be loaded, and ends the files.
    ///
    /// # Errors
    /// When the pipeline ends the run, or a file cannot be written. What can be gone on with stays.
    pub fn run(
        mut self,
        pipeline: &Pipeline,
        control: &Control,
        watcher: &mut dyn Watcher,
    ) -> Result<Ended> {
        if let Some(counts) = self.complete.take() {
            return self.conclude(pipeline, counts);
        }
        let settled = self.before.settled();
        // What must see every document is shown those again that are settled.
        let skip = if pipeline.observes() { 0 } else { settled };
        self.options.run.settled = settled - skip;
        let read = self.options.read.clone();
        let (stream, positions) = self.documents.clone().open(read, skip, settled, watcher)?;
        let tally = Arc::clone(&self.options.tally);
        *tally.lock().unwrap_or_else(PoisonError::into_inner) =
            if self.resumed > 0 { self.before.tally.clone() } else { Tally::new() };
        let mut emitter = Emitter {
            pipeline,
            watcher,
            results: std::mem::replace(&mut self.results, Results::Nothing),
            journal: self.journal.take(),
            quarantine: std::mem::take(&mut self.quarantine),
            positions,
            pace: Pace::new(self.options.checkpoint_documents),
            clock: Monotonic::start(),
            counts: self.before.clone(),
            tally,
            before: self.before.clone(),
            interrupted: 0,
            left_out: Vec::new(),
        };
        let ended = pipeline
            .run(stream, &self.options.run, control, &mut emitter)
            .and_then(|summary| emitter.last_checkpoint().map(|()| summary));
        let resumable = emitter.is_resumable();
        let ended = ended.and_then(|summary| self.end(emitter, &summary));
        ended.map_err(|e| if resumable { e.and_then("go on with `--resume`") } else { e })
    }
}
