//! `gloss run`.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use gloss_doc::Document;
use gloss_host::{
    Control, Failure, InputFailure, Outcome, PassInfo, Pipeline, RunOptions, RunRecord, RunSink,
    RunSummary, StateOptions,
};
use gloss_io::{Input, JsonlWriter, OutputFile, ReadOptions, Reader, expand};
use indicatif::ProgressBar;

use crate::args::{Common, Format, Run};
use crate::diagnostics::Coded;
use crate::pretty::PrettyWriter;
use crate::quarantine::Quarantine;
use crate::{EXIT_DOCUMENTS_FAILED, EXIT_INTERRUPTED, EXIT_OK, check, environment, progress};

/// Where results go.
enum Results {
    File(JsonlWriter<OutputFile>),
    PrettyFile(PrettyWriter<OutputFile>),
    Stdout(JsonlWriter<BufWriter<io::Stdout>>),
    Pretty(PrettyWriter<BufWriter<io::Stdout>>),
    /// The run only observes.
    Nothing,
}

fn options(arguments: &Run) -> RunOptions {
    let corpus = &arguments.corpus;
    let default = RunOptions::default();
    RunOptions {
        threads: arguments.threads.map_or(default.threads, usize::from),
        temporary_folder: corpus.temporary_folder.clone(),
        states: StateOptions {
            merge: corpus.merge_states.clone(),
            save: corpus.states.clone(),
            observe_only: corpus.observe_only,
        },
        max_failures: arguments.max_failures,
        ..default
    }
}

pub fn run(arguments: &Run, common: &Common) -> Result<u8> {
    let inputs = expand(&arguments.paths).map_err(Coded::from)?;
    let Run { pipeline, isolate, locked, .. } = arguments;
    let mut pipeline = check::plan(pipeline, common, *isolate, *locked)?;
    let options = options(arguments);
    pipeline.load(options.threads).map_err(|errors| {
        let text = pipeline.file().text.clone();
        crate::diagnostics::PipelineErrors { errors, text }
    })?;
    let (started, begin) = (jiff::Zoned::now(), Instant::now());
    let files = Files::new(arguments, &started)?;
    let control = Arc::new(Control::default());
    handle_interrupts(&control)?;
    let mut emitter = Emitter {
        results: if options.states.observe_only { Results::Nothing } else { results(arguments)? },
        quarantine: Quarantine::new(files.quarantine),
        bar: progress::run_bar(total(&inputs), arguments.quiet || !console::user_attended_stderr()),
        failed: 0,
        observing: false,
    };
    let read = ReadOptions { header: pipeline.file().header, stdin_jsonl: arguments.jsonl_input };
    let reader = Reader::new(inputs, read).map(|result| result.map_err(unreadable));
    let bar = emitter.bar.clone();
    let summary = pipeline.run(reader, &options, &control, &mut emitter);
    let summary = summary.inspect_err(|_| bar.finish_and_clear())?;
    if stopped_observing(&summary, &pipeline) {
        // No file rather than an empty one.
        emitter.results = Results::Nothing;
    }
    emitter.finish()?;
    let started = started.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let seconds = begin.elapsed().as_secs_f64();
    let record = RunRecord::new(&pipeline, &options, &summary, started, seconds);
    write_record(&record, &files.record)?;
    tracing::info!(record = %files.record.display(), "run recorded");
    conclude(&summary, seconds, &emitter.quarantine, &pipeline, arguments.quiet);
    Ok(match summary {
        RunSummary { stopped: true, .. } => EXIT_INTERRUPTED,
        RunSummary { failed: 0, unreadable: 0, incomplete: 0, .. } => EXIT_OK,
        _ => EXIT_DOCUMENTS_FAILED,
    })
}

/// Where the run's own files go.
struct Files {
    quarantine: PathBuf,
    record: PathBuf,
}

impl Files {
    fn new(arguments: &Run, started: &jiff::Zoned) -> Result<Files> {
        let beside = |ending: &str| -> Result<PathBuf> {
            if let Some(output) = &arguments.output {
                let mut path = output.clone().into_os_string();
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
        Ok(Files {
            quarantine: given(&arguments.quarantine, ".quarantine.jsonl")?,
            record: given(&arguments.record, ".run.json")?,
        })
    }
}

/// What takes the outcomes of a run.
struct Emitter {
    results: Results,
    quarantine: Quarantine,
    bar: ProgressBar,
    failed: u64,
    /// The pass observes: the bar counts what was observed.
    observing: bool,
}

impl RunSink<anyhow::Error> for &mut Emitter {
    fn outcome(&mut self, outcome: Outcome) -> Result<()> {
        self.take(outcome)
    }

    fn tolerated(&mut self, document: &Document, failures: &[(String, Failure)]) -> Result<()> {
        for (stage, failure) in failures {
            tracing::debug!(id = document.id, stage, %failure, "stage failed; skipped");
        }
        self.quarantine.tolerated(document, failures).context("the quarantine file")
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

impl Emitter {
    fn take(&mut self, outcome: Outcome) -> Result<()> {
        match outcome {
            Outcome::Annotated(document) => match &mut self.results {
                Results::File(writer) => writer.write(&document).context("the output file")?,
                Results::PrettyFile(writer) => {
                    writer.write(&document).context("the output file")?;
                }
                Results::Stdout(writer) => {
                    writer.write(&document)?;
                    // Someone may be reading along; a line is written when it is there.
                    writer.flush()?;
                }
                Results::Pretty(writer) => {
                    self.bar.suspend(|| writer.write(&document).and_then(|()| writer.flush()))?;
                }
                Results::Nothing => {}
            },
            Outcome::Failed(document, failures) => {
                for (stage, failure) in &failures {
                    tracing::debug!(id = document.id, stage, %failure, "document failed");
                }
                self.quarantine.failed(&document, &failures).context("the quarantine file")?;
                self.fail();
            }
            Outcome::Unreadable(failure) => {
                self.quarantine.unreadable(&failure).context("the quarantine file")?;
                self.fail();
            }
            Outcome::Interrupted(_) | Outcome::Observed(_) => {}
        }
        if !self.observing {
            self.bar.inc(1);
        }
        Ok(())
    }

    fn fail(&mut self) {
        self.failed += 1;
        self.bar.set_message(format!("{} failed", self.failed));
    }

    fn finish(&mut self) -> Result<()> {
        self.bar.finish_and_clear();
        let stdout = || JsonlWriter::new(BufWriter::new(io::stdout()), Default::default());
        match std::mem::replace(&mut self.results, Results::Stdout(stdout())) {
            Results::File(writer) => writer.into_inner().finish().context("the output file")?,
            Results::PrettyFile(writer) => {
                writer.into_inner().finish().context("the output file")?;
            }
            Results::Stdout(mut writer) => writer.flush()?,
            Results::Pretty(mut writer) => writer.flush()?,
            Results::Nothing => {}
        }
        Ok(())
    }
}

fn results(arguments: &Run) -> Result<Results> {
    let pretty_by_default = arguments.output.is_none() && console::user_attended();
    let default = if pretty_by_default { Format::Pretty } else { Format::Jsonl };
    let format = arguments.format.unwrap_or(default);
    let unit = arguments.offsets.into();
    let file = |path: &Path| {
        OutputFile::create(path).with_context(|| format!("cannot write {}", path.display()))
    };
    Ok(match (&arguments.output, format) {
        (Some(path), Format::Jsonl) => Results::File(JsonlWriter::new(file(path)?, unit)),
        (Some(path), Format::Pretty) => Results::PrettyFile(PrettyWriter::plain(file(path)?)),
        (None, Format::Jsonl) => {
            Results::Stdout(JsonlWriter::new(BufWriter::new(io::stdout()), unit))
        }
        (None, Format::Pretty) => {
            Results::Pretty(PrettyWriter::terminal(BufWriter::new(io::stdout())))
        }
    })
}

fn unreadable(error: gloss_io::Error) -> InputFailure {
    InputFailure {
        code: error.kind.code().to_owned(),
        id: error.id,
        source: error.place,
        message: error.message,
        help: error.help,
    }
}

/// How many documents there are, where that can be known without reading them.
fn total(inputs: &[Input]) -> Option<u64> {
    let one_each = inputs.iter().all(|input| match input {
        Input::Stdin => false,
        Input::File(path) => path.extension().is_none_or(|e| e != "jsonl" && e != "ndjson"),
    });
    one_each.then_some(inputs.len() as u64)
}

/// The first Ctrl-C finishes the documents in flight, the second gives them up, the third ends
/// the process.
fn handle_interrupts(control: &Arc<Control>) -> Result<()> {
    let (control, count) = (Arc::clone(control), AtomicU32::new(0));
    ctrlc::set_handler(move || match count.fetch_add(1, Ordering::Relaxed) {
        0 => {
            eprintln!("\ninterrupted: finishing the documents in flight; again to give them up");
            control.stop();
        }
        1 => {
            eprintln!("giving up the documents in flight; a third time to end at once");
            control.cancel();
        }
        _ => std::process::exit(i32::from(EXIT_INTERRUPTED)),
    })
    .context("signals cannot be handled")
}

fn write_record(record: &RunRecord, path: &Path) -> Result<()> {
    let context = || format!("the record of the run, {}, cannot be written", path.display());
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(context)?;
    }
    let mut file = OutputFile::create(path).with_context(context)?;
    serde_json::to_writer_pretty(&mut file, record).with_context(context)?;
    file.write_all(b"\n").and_then(|()| file.finish()).with_context(context)
}

/// Whether a run that was stopped had not yet seen all documents.
fn stopped_observing(summary: &RunSummary, pipeline: &Pipeline) -> bool {
    summary.stopped && summary.observed == 0 && pipeline.stages().iter().any(|stage| stage.observes)
}

fn conclude(
    summary: &RunSummary,
    seconds: f64,
    quarantine: &Quarantine,
    pipeline: &Pipeline,
    quiet: bool,
) {
    let lost = summary.failed + summary.unreadable;
    if lost + summary.incomplete > 0 {
        let path = quarantine.path().map(|p| p.display().to_string()).unwrap_or_default();
        let warning = console::style("warning:").yellow().bold();
        let incomplete = match summary.incomplete {
            0 => String::new(),
            n => format!("{} without the layers of stages that failed", documents(n)),
        };
        let failed = if lost > 0 { format!("{} failed", documents(lost)) } else { String::new() };
        let between = if lost > 0 && summary.incomplete > 0 { ", " } else { "" };
        eprintln!("{warning} {failed}{between}{incomplete}; see {path}");
        if let Some(first) = quarantine.first() {
            eprintln!(
                "  {}{first}",
                if lost + summary.incomplete > 1 { "the first: " } else { "" }
            );
        }
    }
    if stopped_observing(summary, pipeline) {
        eprintln!(
            "interrupted before all documents were observed: nothing is written, because what is \
             found in a part of them is not what is to be found in all"
        );
    } else if summary.stopped {
        eprintln!("interrupted: {} documents are written", summary.annotated);
    }
    if summary.annotated == 0 && summary.observed > 0 && !summary.stopped {
        if !quiet && console::user_attended_stderr() {
            eprintln!("observed {} in {seconds:.2} s", documents(summary.observed));
        }
    } else if !quiet && console::user_attended_stderr() {
        let rate = summary.annotated as f64 / seconds.max(1e-9);
        eprintln!(
            "{} in {seconds:.2} s ({rate:.1} a second, {} stages)",
            documents(summary.annotated),
            pipeline.stages().len()
        );
    }
}

fn documents(count: u64) -> String {
    if count == 1 { "1 document".to_owned() } else { format!("{count} documents") }
}
