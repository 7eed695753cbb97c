//! `gloss run`.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use gloss_doc::Document;
use gloss_host::{
    Control, Failure, InputFailure, InputsRecord, Outcome, PassInfo, PeakMemory, Pipeline,
    RunContext, RunOptions, RunRecord, RunSink, RunSummary, StateOptions, Tallying, failure_code,
    without_text,
};
use gloss_io::{
    DocumentWriter, OutputFile, Reader, Sink, Target, WriteOptions, expand, open_writer,
};
use indicatif::ProgressBar;

use crate::args::{Common, Metrics, Run};
use crate::diagnostics::Coded;
use crate::metrics::MetricsFile;
use crate::pretty::PrettyWriter;
use crate::quarantine::Quarantine;
use crate::{
    EXIT_DOCUMENTS_FAILED, EXIT_INTERRUPTED, EXIT_OK, cache, check, environment, input, progress,
    report,
};

/// Where results go.
enum Results {
    File(Box<dyn DocumentWriter>),
    /// Standard output; someone may be reading along.
    Stdout(Box<dyn DocumentWriter>),
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
    let sizes = report::sizes(&inputs);
    let Run { pipeline, isolate, locked, .. } = arguments;
    let mut pipeline = check::plan(pipeline, common, *isolate, *locked)?;
    let reader = Reader::new(inputs, input::read_options(&arguments.input, pipeline.file())?);
    reader.check().map_err(Coded::from)?;
    let options = options(arguments);
    cache::use_cache(&mut pipeline, &arguments.cache)?;
    pipeline.load(options.threads).map_err(|errors| {
        let text = pipeline.file().text.clone();
        crate::diagnostics::PipelineErrors { errors, text }
    })?;
    let (started, begin) = (jiff::Zoned::now(), Instant::now());
    let files = Files::new(arguments, &started)?;
    let control = Arc::new(Control::default());
    handle_interrupts(&control)?;
    let tally = Arc::default();
    let Metrics { metrics, metrics_label } = &arguments.metrics;
    let start =
        |path: &PathBuf| MetricsFile::start(path.clone(), metrics_label.clone(), &pipeline, &tally);
    let metrics = metrics.as_ref().map(start).transpose()?;
    let mut emitter = Emitter {
        results: if options.states.observe_only {
            Results::Nothing
        } else {
            results(arguments, &pipeline)?
        },
        target: target(arguments),
        quarantine: Quarantine::new(files.quarantine),
        bar: progress::run_bar(
            &reader.progress(),
            arguments.quiet || !console::user_attended_stderr(),
        ),
        failed: 0,
        observing: false,
    };
    let reader = reader.map(|result| result.map_err(unreadable));
    let bar = emitter.bar.clone();
    let counted = Tallying::new(&mut emitter, Arc::clone(&tally));
    let summary = pipeline.run(reader, &options, &control, counted);
    let summary = summary.inspect_err(|_| bar.finish_and_clear())?;
    if stopped_observing(&summary, &pipeline) {
        // No file rather than an empty one.
        emitter.results = Results::Nothing;
    }
    emitter.finish()?;
    metrics.map_or(Ok(()), MetricsFile::finish)?;
    let rfc3339 = |time: &jiff::Zoned| time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let seconds = begin.elapsed().as_secs_f64();
    let context = RunContext {
        command: std::env::args_os().skip(1).map(|a| a.to_string_lossy().into_owned()).collect(),
        ended: rfc3339(&jiff::Zoned::now()),
        inputs: InputsRecord::new(sizes),
        tally: tally.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        memory: PeakMemory::now(),
    };
    let record = RunRecord::new(&pipeline, &options, &summary, rfc3339(&started), seconds);
    let record = record.with(context);
    write_record(&record, &files.record)?;
    tracing::info!(record = %files.record.display(), "run recorded");
    conclude(&record, &emitter.quarantine, &pipeline, arguments.quiet);
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
    target: Target,
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
                Results::File(writer) => {
                    let target = &self.target;
                    writer.write(&document).map_err(|error| unwritable(target, error))?;
                }
                // A line is written when it is there.
                Results::Stdout(writer) => {
                    let mut write = || writer.write(&document).and_then(|()| writer.flush());
                    // Only on a terminal can the bar stand in the way.
                    let written =
                        if console::user_attended() { self.bar.suspend(write) } else { write() };
                    written.map_err(|error| unwritable(&self.target, error))?;
                }
                Results::Nothing => {}
            },
            Outcome::Failed(document, failures) => {
                for (stage, failure) in &failures {
                    let (code, why) = (failure_code(failure).code(), failure.to_string());
                    let why = without_text(&why, &document.text);
                    tracing::debug!(id = document.id, stage, code, why, "document failed");
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
        let results = std::mem::replace(&mut self.results, Results::Nothing);
        let (Results::File(writer) | Results::Stdout(writer)) = results else { return Ok(()) };
        for loss in writer.losses() {
            eprintln!("{} {loss}", console::style("note:").cyan().bold());
        }
        writer.finish().map_err(|error| unwritable(&self.target, error))
    }
}

fn target(arguments: &Run) -> Target {
    arguments.output.clone().map_or(Target::Stdout, Target::Path)
}

/// A closed pipe ends the program quietly, so it is left as it is.
fn unwritable(target: &Target, error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::BrokenPipe => error.into(),
        _ => Coded::from(target.unwritable(&error)).into(),
    }
}

/// Opens the writer of results.
fn results(arguments: &Run, pipeline: &Pipeline) -> Result<Results> {
    let named = arguments.output.as_deref().and_then(gloss_io::OutputFormat::of_path);
    let pretty_by_default = arguments.output.is_none() && console::user_attended();
    let format = match arguments.format {
        Some(format) => format.written(),
        None if pretty_by_default => None,
        None => Some(named.unwrap_or(gloss_io::OutputFormat::Jsonl)),
    };
    let target = target(arguments);
    let Some(format) = format else {
        return Ok(match &target {
            Target::Path(path) => {
                let file = OutputFile::create(path).map_err(|error| unwritable(&target, error))?;
                Results::File(Box::new(PrettyWriter::plain(file)))
            }
            Target::Stdout => {
                Results::Stdout(Box::new(PrettyWriter::terminal(BufWriter::new(io::stdout()))))
            }
        });
    };
    let layers = pipeline.stages().into_iter().flat_map(|stage| stage.layers);
    let options = WriteOptions {
        offsets: arguments.offsets.into(),
        rows: arguments.rows.map(Into::into),
        entities: arguments.entities.clone(),
        layers: layers.filter(|l| l.kept).map(|l| (l.name, l.schema)).collect(),
    };
    let writer = open_writer(format, &target, &options, None).map_err(Coded::from)?;
    let to_stdout = target == Target::Stdout;
    Ok(if to_stdout { Results::Stdout(writer) } else { Results::File(writer) })
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

fn conclude(record: &RunRecord, quarantine: &Quarantine, pipeline: &Pipeline, quiet: bool) {
    let RunRecord { summary, seconds, .. } = record;
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
        let cached =
            cache::summary(record).map_or_else(String::new, |cached| format!("; {cached}"));
        eprintln!(
            "{} in {seconds:.2} s ({rate:.1} a second, {} stages{cached})",
            documents(summary.annotated),
            record.stages.len()
        );
    }
}

fn documents(count: u64) -> String {
    if count == 1 { "1 document".to_owned() } else { format!("{count} documents") }
}
