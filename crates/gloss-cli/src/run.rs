//! `gloss run`: from arguments to a run with files, and what is said of it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Result;
use gloss_host::{Control, PassInfo, Pipeline, RunOptions, StateOptions};
use gloss_io::{Progress, ReadOptions, Reader, expand};
use gloss_job::{Documents, Ended, Job, JobOptions, JobRecord, Kept, Opened, Start, Watcher};
use indicatif::ProgressBar;

use crate::args::{Common, Metrics, Rows, Run};
use crate::diagnostics::Coded;
use crate::metrics::MetricsFile;
use crate::output::Output;
use crate::say::note;
use crate::{
    EXIT_DOCUMENTS_FAILED, EXIT_INTERRUPTED, EXIT_OK, cache, check, environment, input, progress,
    signals,
};

pub fn run(arguments: &Run, common: &Common) -> Result<u8> {
    let documents = inputs(arguments)?;
    let Run { pipeline, isolate, locked, .. } = arguments;
    let mut pipeline = check::plan(pipeline, common, *isolate, *locked)?;
    let bar = progress::run_bar(arguments.quiet || !console::user_attended_stderr());
    let output = Output::new(arguments, &pipeline);
    let options = job_options(arguments, &pipeline, &output)?;
    warn_of_shards(arguments, &output);
    let (threads, tally) = (options.run.threads, Arc::clone(&options.tally));
    if let Documents::Inputs(inputs, _) = &documents {
        Reader::new(inputs.clone(), options.read.clone()).check().map_err(Coded::from)?;
    }
    let opened = Job::open(&pipeline, documents, output.destination(&bar)?, options)?;
    let job = match opened {
        Opened::Job(job) => job,
        Opened::Whole(record) => return Ok(already_whole(arguments, &record)),
    };
    if let Some(settled) = job.settled() {
        bar.set_position(settled);
        bar.suspend(|| note!("going on behind {}", self::documents(settled)));
    }
    cache::use_cache(&mut pipeline, &arguments.cache)?;
    pipeline.load(threads).map_err(|errors| {
        let text = pipeline.file().text.clone();
        crate::diagnostics::PipelineErrors { errors, text }
    })?;
    let control = Arc::new(Control::default());
    signals::handle(&control)?;
    let Metrics { metrics, metrics_label } = &arguments.metrics;
    let start =
        |path: &PathBuf| MetricsFile::start(path.clone(), metrics_label.clone(), &pipeline, &tally);
    let metrics = metrics.as_ref().map(start).transpose()?;
    let mut shown = Bar { bar: bar.clone(), observing: false, read: None };
    let ended = job.run(&pipeline, &control, &mut shown);
    bar.finish_and_clear();
    let ended = ended?;
    for left_out in shown.read.iter().flat_map(Progress::left_out) {
        note!("{} {left_out} left out", console::style("note:").cyan().bold());
    }
    metrics.map_or(Ok(()), MetricsFile::finish)?;
    conclude(&ended, &pipeline, arguments.quiet);
    Ok(exit_code(&ended.record))
}

/// Says before hours of work that what comes of them will not be put together.
fn warn_of_shards(arguments: &Run, output: &Output) {
    let shard = arguments.length.shard.is_some_and(|shard| shard.count() > 1);
    if shard && arguments.output.is_some() && !output.can_be_merged() && !arguments.quiet {
        let format = output.format();
        note!(
            "{} shards in {format} cannot be merged as they are; write JSONL, of which `gloss merge` makes \
             any format",
            console::style("note:").cyan().bold()
        );
    }
}

fn exit_code(record: &JobRecord) -> u8 {
    let summary = &record.run.summary;
    if summary.stopped {
        EXIT_INTERRUPTED
    } else if summary.failed + summary.unreadable + summary.incomplete > 0 {
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

fn job_options(arguments: &Run, pipeline: &Pipeline, output: &Output) -> Result<JobOptions> {
    let started = jiff::Zoned::now();
    let beside = |ending: &str| -> Result<PathBuf> {
        if let Some(output) = &arguments.output {
            // Of a folder the name without the slash: what goes beside it must not go into it.
            let mut path = output.components().collect::<PathBuf>().into_os_string();
            path.push(ending);
            return Ok(path.into());
        }
        let name = started.strftime("%Y-%m-%dT%H-%M-%S").to_string();
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
        max_failures: arguments.max_failures,
        batch_documents: arguments.batch_documents.map_or(default.batch_documents, |n| n as usize),
        batch_tokens: arguments.batch_tokens.map_or(default.batch_tokens, |n| n as usize),
        ..default
    };
    let read = input::read_options(&arguments.input, pipeline.file())?;
    Ok(JobOptions {
        run,
        settings: settings(arguments, output, &read),
        read,
        start: match length {
            l if l.resume => Start::Resume,
            l if l.restart => Start::Restart,
            _ => Start::New,
        },
        quarantine: given(&arguments.quarantine, ".quarantine.jsonl")?,
        replace_quarantine: arguments.quarantine.is_none(),
        record: given(&arguments.record, ".run.json")?,
        others: arguments
            .metrics
            .metrics
            .iter()
            .map(|p| ("the file of metrics", p.clone()))
            .collect(),
        checkpoint_documents: length.checkpoint_every,
        started: rfc3339(&started),
        now: || rfc3339(&jiff::Zoned::now()),
        command: std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect(),
        tally: Arc::default(),
    })
}

fn rfc3339(time: &jiff::Zoned) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// Arguments that change what is written.
fn settings(arguments: &Run, output: &Output, read: &ReadOptions) -> BTreeMap<String, String> {
    let mut settings = form_settings(arguments.rows, arguments.entities.as_deref());
    settings.extend([
        setting("--format", output.format().to_owned()),
        setting("--offsets", format!("{:?}", arguments.offsets)),
        // Many arguments, of which none alone says much.
        setting("the way in which inputs are read", format!("{read:?}")),
    ]);
    settings
}

/// Those of them that say how a format is written.
pub fn form_settings(rows: Option<Rows>, entities: Option<&str>) -> BTreeMap<String, String> {
    BTreeMap::from([
        setting("--rows", format!("{rows:?}")),
        setting("--entities", entities.unwrap_or_default().to_owned()),
    ])
}

fn setting(name: &str, value: String) -> (String, String) {
    (name.to_owned(), value.to_lowercase())
}

/// Shows how far a run is.
struct Bar {
    bar: ProgressBar,
    /// The pass observes: the bar counts what was observed.
    observing: bool,
    /// How far the reader is.
    read: Option<Progress>,
}

impl Watcher for Bar {
    fn begins(&mut self, documents: Option<u64>, read: Progress) {
        self.read = Some(read.clone());
        progress::reads(&self.bar, documents, read);
    }

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
    let Ended { record, kept, quarantine, first_failure, losses } = ended;
    let (summary, seconds) = (&record.run.summary, record.run.seconds);
    for loss in losses {
        note!("{} {loss}", console::style("note:").cyan().bold());
    }
    let lost = summary.failed + summary.unreadable;
    if lost + summary.incomplete > 0 {
        let path = quarantine.as_ref().map(|p| p.display().to_string()).unwrap_or_default();
        let warning = console::style("warning:").yellow().bold();
        let failed = (lost > 0).then(|| format!("{} failed", documents(lost)));
        let incomplete = (summary.incomplete > 0).then(|| {
            format!("{} without the layers of stages that failed", documents(summary.incomplete))
        });
        let what: Vec<String> = failed.into_iter().chain(incomplete).collect();
        note!("{warning} {}; see {path}", what.join(", "));
        if let Some(first) = first_failure {
            note!("  {}{first}", if lost + summary.incomplete > 1 { "the first: " } else { "" });
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
            let cached = cache::summary(&record.run).map(|cached| format!("; {cached}"));
            note!(
                "{} in {seconds:.2} s ({rate:.1} a second, {stages} stages{})",
                documents(settled),
                cached.unwrap_or_default()
            );
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
