//! `gloss run`: from arguments to a run with files, and what is said of it.

use std::collections::BTreeMap;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use gloss_host::{Control, PassInfo, Pipeline, RunOptions, StateOptions};
use gloss_io::{Checkpoint, DocumentWriter, Input, JsonlWriter, OutputFile, ReadOptions, expand};
use gloss_job::{
    Destination, Documents, Ended, Job, JobOptions, JobRecord, Kept, Opened, Shard, Start, Watcher,
};
use indicatif::ProgressBar;

use crate::args::{Common, Format, Run};
use crate::diagnostics::Coded;
use crate::live::LiveWriter;
use crate::pretty::PrettyWriter;
use crate::say::note;
use crate::{
    EXIT_DOCUMENTS_FAILED, EXIT_INTERRUPTED, EXIT_OK, check, environment, progress, signals,
};

pub fn run(arguments: &Run, common: &Common) -> Result<u8> {
    let documents = inputs(arguments)?;
    let Run { pipeline, isolate, locked, .. } = arguments;
    let mut pipeline = check::plan(pipeline, common, *isolate, *locked)?;
    let options = job_options(arguments, &pipeline)?;
    let threads = options.run.threads;
    let total = total(&documents);
    let hidden = arguments.quiet || !console::user_attended_stderr();
    let bar = progress::run_bar(total, hidden);
    let opened = Job::open(&pipeline, documents, destination(arguments, &bar), options)?;
    let job = match opened {
        Opened::Job(job) => job,
        Opened::Whole(record) => return Ok(already_whole(arguments, &record)),
    };
    if let Some(settled) = job.settled() {
        bar.set_position(settled);
        bar.suspend(|| note!("going on behind {}", self::documents(settled)));
    }
    pipeline.load(threads).map_err(|errors| {
        let text = pipeline.file().text.clone();
        crate::diagnostics::PipelineErrors { errors, text }
    })?;
    let control = Arc::new(Control::default());
    signals::handle(&control)?;
    let ended = job.run(&pipeline, &control, &mut Bar { bar: bar.clone(), observing: false });
    bar.finish_and_clear();
    let ended = ended?;
    conclude(&ended, &pipeline, arguments.quiet);
    Ok(exit_code(&ended.record))
}

fn exit_code(record: &JobRecord) -> u8 {
    let summary = &record.run.summary;
    if summary.stopped {
        EXIT_INTERRUPTED
    } else if summary.failed + summary.unreadable > 0 {
        EXIT_DOCUMENTS_FAILED
    } else {
        EXIT_OK
    }
}

fn inputs(arguments: &Run) -> Result<Documents> {
    Ok(match &arguments.length.retry {
        Some(quarantine) => Documents::Retry(quarantine.clone()),
        None => {
            let inputs = expand(&arguments.paths).map_err(Coded::from)?;
            Documents::Inputs(inputs, arguments.length.shard.unwrap_or_default())
        }
    })
}

fn job_options(arguments: &Run, pipeline: &Pipeline) -> Result<JobOptions> {
    let now = jiff::Zoned::now();
    let beside = |ending: &str| -> Result<PathBuf> {
        if let Some(output) = &arguments.output {
            let mut path = output.clone().into_os_string();
            path.push(ending);
            return Ok(path.into());
        }
        let name = now.strftime("%Y-%m-%dT%H-%M-%S").to_string();
        let name = format!("{name}-{}{ending}", std::process::id());
        Ok(environment::state_folder()?.join("runs").join(name))
    };
    let given = |path: &Option<PathBuf>, ending| match path {
        Some(path) => Ok(path.clone()),
        None => beside(ending),
    };
    let (corpus, length) = (&arguments.corpus, &arguments.length);
    let default = RunOptions::default();
    let run = RunOptions {
        threads: arguments.threads.map_or(default.threads, usize::from),
        temporary_folder: corpus.temporary_folder.clone(),
        states: StateOptions {
            merge: corpus.merge_states.clone(),
            save: corpus.states.clone(),
            observe_only: corpus.observe_only,
        },
        ..default
    };
    Ok(JobOptions {
        run,
        read: ReadOptions { header: pipeline.file().header, stdin_jsonl: arguments.jsonl_input },
        start: match length {
            l if l.resume => Start::Resume,
            l if l.restart => Start::Restart,
            _ => Start::New,
        },
        quarantine: given(&arguments.quarantine, ".quarantine.jsonl")?,
        replace_quarantine: arguments.quarantine.is_none(),
        record: given(&arguments.record, ".run.json")?,
        settings: settings(arguments),
        checkpoint_documents: length.checkpoint_every,
        started: now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    })
}

fn format(arguments: &Run) -> Format {
    let pretty_by_default = arguments.output.is_none() && console::user_attended();
    let default = if pretty_by_default { Format::Pretty } else { Format::Jsonl };
    arguments.format.unwrap_or(default)
}

/// Arguments that change what is written.
fn settings(arguments: &Run) -> BTreeMap<String, String> {
    let setting = |name: &str, value: String| (name.to_owned(), value);
    BTreeMap::from([
        setting("--format", format!("{:?}", format(arguments)).to_lowercase()),
        setting("--offsets", format!("{:?}", arguments.offsets).to_lowercase()),
    ])
}

fn destination(arguments: &Run, bar: &ProgressBar) -> Destination<'static> {
    let unit = arguments.offsets.into();
    if arguments.corpus.observe_only {
        return Destination::Nothing;
    }
    let format = format(arguments);
    let Some(path) = &arguments.output else {
        let stdout = BufWriter::new(io::stdout());
        let writer: Box<dyn DocumentWriter> = match format {
            Format::Jsonl => Box::new(JsonlWriter::new(stdout, unit)),
            Format::Pretty => Box::new(PrettyWriter::terminal(stdout)),
        };
        return Destination::Stream(Box::new(LiveWriter::new(writer, bar.clone())));
    };
    let open = move |path: &Path, from: Option<&Checkpoint>| {
        let file = match from {
            None => OutputFile::create(path),
            Some(checkpoint) => OutputFile::resume(path, checkpoint),
        }?;
        Ok(match format {
            Format::Jsonl => Box::new(JsonlWriter::new(file, unit)) as Box<dyn DocumentWriter>,
            Format::Pretty => Box::new(PrettyWriter::plain(file)),
        })
    };
    Destination::File(path.clone(), Box::new(open))
}

/// How many documents there are, where that can be known without reading them.
fn total(documents: &Documents) -> Option<u64> {
    let Documents::Inputs(inputs, shard) = documents else { return None };
    let one_each = inputs.iter().all(|input| match input {
        Input::Stdin => false,
        Input::File(path) => path.extension().is_none_or(|e| e != "jsonl" && e != "ndjson"),
    });
    one_each.then_some(Shard::share_of(*shard, inputs.len() as u64))
}

/// Shows how far a run is.
struct Bar {
    bar: ProgressBar,
    /// The pass observes: the bar counts what was observed.
    observing: bool,
}

impl Watcher for Bar {
    fn settled(&mut self, failed: u64) {
        if !self.observing {
            self.bar.inc(1);
        }
        if failed > 0 {
            self.bar.set_message(format!("{failed} failed"));
        }
    }

    fn pass(&mut self, info: &PassInfo) {
        self.observing = info.index + 1 < info.passes;
        self.bar.reset();
        if let Some(documents) = info.documents {
            self.bar.set_length(documents);
        }
        let what = if self.observing { "observing" } else { "annotating" };
        self.bar.set_prefix(format!("{what} {}/{}  ", info.index + 1, info.passes));
    }

    fn observed(&mut self) {
        self.bar.inc(1);
    }
}

fn already_whole(arguments: &Run, record: &JobRecord) -> u8 {
    if let Some(output) = arguments.output.as_ref().filter(|_| !arguments.quiet) {
        note!("{} is whole already: there is nothing to do", output.display());
    }
    exit_code(record)
}

fn conclude(ended: &Ended, pipeline: &Pipeline, quiet: bool) {
    let Ended { record, kept, quarantine, first_failure } = ended;
    let (summary, seconds) = (&record.run.summary, record.run.seconds);
    let lost = summary.failed + summary.unreadable;
    if lost > 0 {
        let path = quarantine.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
        let warning = console::style("warning:").yellow().bold();
        note!("{warning} {} failed; see {path}", documents(lost));
        if let Some(first) = first_failure {
            note!("  {}{first}", if lost > 1 { "the first: " } else { "" });
        }
    }
    let settled = summary.annotated;
    match kept {
        Kept::Whole if quiet || !console::user_attended_stderr() => {}
        Kept::Whole if summary.annotated == 0 && summary.observed > 0 => {
            note!("observed {} in {seconds:.2} s", documents(summary.observed));
        }
        Kept::Whole => {
            let rate = settled as f64 / seconds.max(1e-9);
            let stages = pipeline.stages().len();
            note!("{} in {seconds:.2} s ({rate:.1} a second, {stages} stages)", documents(settled));
        }
        Kept::Part => note!("interrupted: {settled} documents are written"),
        Kept::Unfinished => note!(
            "interrupted: {settled} documents are kept; go on with `--resume`, or begin anew with \
             `--restart`"
        ),
        Kept::Nothing if pipeline.observes() => note!(
            "interrupted before all documents were observed: nothing is written, because what is \
             found in a part of them is not what is to be found in all"
        ),
        Kept::Nothing => note!("interrupted: 0 documents are written"),
    }
}

pub fn documents(count: u64) -> String {
    if count == 1 { "1 document".to_owned() } else { format!("{count} documents") }
}
