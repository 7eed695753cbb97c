//! The parent: runs the checks of a plugin step by step, each in a child.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, mpsc};
use std::time::Duration;

use gloss_host::{DataFiles, ResolveModel, model_references, read_manifest, resolve_files};
use gloss_protocol::ModelFiles;
use serde_json::{Map, Value};

use crate::checks::{ALL, Check};
use crate::child::{Answer, Job, Task};
use crate::finding::Status;
use crate::process::{self, ChildCommand, Ended};
use crate::report::{CheckReport, PluginReport};
use crate::selection::Selection;
use crate::subject::Subject;

/// How to validate.
#[derive(Clone, Debug)]
pub struct ValidateOptions {
    /// Starts a child.
    pub child: ChildCommand,
    /// Which checks and extractors are reported.
    pub selection: Selection,
    /// Options of the extractors.
    pub options: Map<String, Value>,
    /// What random texts and layers depend on.
    pub seed: u64,
    /// Bytes of the longest text.
    pub long_text: usize,
    /// Time limit of one check.
    pub timeout: Duration,
    /// Checks that run at once.
    pub jobs: usize,
}

/// Runs the checks of one plugin; `progress` gets each result, in order, as soon as it and all
/// before it are there.
///
/// # Errors
/// When no child can be started.
pub fn validate(
    plugin: &Path,
    options: &ValidateOptions,
    resolve: &ResolveModel<'_>,
    progress: &mut dyn FnMut(&CheckReport),
) -> io::Result<PluginReport> {
    let path = std::path::absolute(plugin)?;
    let manifest = read_manifest(&path).ok();
    let subject = Subject {
        path,
        extractor: None,
        options: options.options.clone(),
        models: BTreeMap::new(),
        files: DataFiles::new(),
        seed: options.seed,
        long_text: options.long_text,
        loaded: OnceLock::new(),
    };
    let mut run = Run { options, resolve, progress, checks: Vec::new(), states: BTreeMap::new() };
    let gate = run.group(&subject, None)?;
    let names = manifest.as_ref().map(|m| m.extractors.clone()).unwrap_or_default();
    for name in names.iter().filter(|n| options.selection.has_extractor(n)) {
        run.group(&Subject { extractor: Some(name.clone()), ..subject.clone() }, gate.clone())?;
    }
    Ok(PluginReport { path: plugin.to_owned(), manifest, checks: run.checks })
}

/// What options name outside of themselves.
type Outside = (BTreeMap<String, ModelFiles>, DataFiles);

struct Run<'a> {
    options: &'a ValidateOptions,
    resolve: &'a ResolveModel<'a>,
    progress: &'a mut dyn FnMut(&CheckReport),
    checks: Vec<CheckReport>,
    /// How each check of the present group ended, asked for or not.
    states: BTreeMap<&'static str, Status>,
}

impl Run<'_> {
    /// Runs the checks of the plugin as a whole or of one extractor. `closed` says why they cannot
    /// run; what is returned says why later ones cannot.
    fn group(&mut self, subject: &Subject, closed: Option<String>) -> io::Result<Option<String>> {
        let mut subject = subject.clone();
        let mut closed = closed;
        self.states.clear();
        let mut rest: Vec<&Check> =
            ALL.iter().filter(|c| c.of_plugin == subject.extractor.is_none()).collect();
        while let Some(step) = rest.first().map(|c| c.step) {
            let length = rest.iter().take_while(|c| c.step == step).count();
            let checks: Vec<&Check> = rest.drain(..length).collect();
            let reports = self.step(&checks, &subject, closed.as_deref())?;
            let gates = checks.iter().zip(reports).filter(|(c, _)| c.gate);
            for (check, report) in gates {
                if !matches!(report, Status::Passed | Status::Warned) {
                    closed.get_or_insert(format!("it builds on {:?}", check.name));
                }
            }
            if step == crate::checks::Step::Describe
                && subject.extractor.is_some()
                && closed.is_none()
            {
                match self.outside(&subject)? {
                    Ok((models, files)) => {
                        subject.models = models;
                        subject.files = files;
                    }
                    Err(why) => closed = Some(why),
                }
            }
        }
        Ok(closed)
    }

    /// The models and the user's files that the extractor's options name. Paths count from the current
    /// folder.
    fn outside(&self, subject: &Subject) -> io::Result<Result<Outside, String>> {
        let task = Task { job: Job::OptionsSchema, subject: subject.clone() };
        let answer = process::run(&self.options.child, &task, self.options.timeout)?.answer;
        let mut models = BTreeMap::new();
        for (option, reference) in model_references(&subject.options, &answer.schema) {
            match (self.resolve)(&reference) {
                Ok(files) => models.insert(option, files),
                Err((message, help)) => {
                    let help = help.map(|h| format!("; {h}")).unwrap_or_default();
                    return Ok(Err(format!(
                        "the model of {option:?} is not there: {message}{help}"
                    )));
                }
            };
        }
        Ok(match resolve_files(&subject.options, &answer.schema, Path::new("")) {
            Ok(files) => Ok((models, files)),
            Err(problems) => {
                let told = problems.iter().map(|p| format!("{:?}: {}", p.option, p.message));
                Err(told.collect::<Vec<_>>().join("; "))
            }
        })
    }

    /// Runs the checks of one step, several at once, and gives their states.
    fn step(
        &mut self,
        checks: &[&Check],
        subject: &Subject,
        closed: Option<&str>,
    ) -> io::Result<Vec<Status>> {
        let selection = &self.options.selection;
        // A gate runs for those behind it; it is reported when it was asked for, or when it fails.
        let selected = |c: &Check| selection.has_check(c.name);
        let blocked: Vec<Option<String>> = checks
            .iter()
            .map(|c| {
                let unselected = !(selected(c) || c.gate || selection.continues(c.name));
                unselected
                    .then(String::new)
                    .or(closed.map(str::to_owned))
                    .or_else(|| self.before(c))
            })
            .collect();
        let options = self.options;
        let next = AtomicUsize::new(0);
        let (send, receive) = mpsc::channel();
        let work = |send: mpsc::Sender<(usize, io::Result<Ended>)>| {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(check) = checks.get(index) else { break };
                let ended = match &blocked[index] {
                    Some(why) => Ok(skipped(why)),
                    None => {
                        let job = Job::Check(check.name.to_owned());
                        let task = Task { job, subject: subject.clone() };
                        process::run(&options.child, &task, options.timeout)
                    }
                };
                if send.send((index, ended)).is_err() {
                    break;
                }
            }
        };
        let mut ended: Vec<Option<Ended>> = checks.iter().map(|_| None).collect();
        let mut states = Vec::with_capacity(checks.len());
        std::thread::scope(|scope| {
            for _ in 0..options.jobs.clamp(1, checks.len()) {
                let send = send.clone();
                scope.spawn(|| work(send));
            }
            drop(send);
            for (index, result) in receive {
                ended[index] = Some(result?);
                while let Some(done) = ended.get_mut(states.len()).and_then(Option::take) {
                    let check = checks[states.len()];
                    let report = report(check, subject, done);
                    states.push(report.status);
                    self.states.insert(check.name, report.status);
                    let fault = check.gate && report.status.is_fault();
                    if selected(check) || fault {
                        (self.progress)(&report);
                        self.checks.push(report);
                    }
                }
            }
            Ok(states)
        })
    }

    /// Why a check cannot run that continues another one.
    fn before(&self, check: &Check) -> Option<String> {
        let name = check.after?;
        let passed = self.states.get(name) == Some(&Status::Passed);
        (!passed).then(|| format!("it builds on {name:?}"))
    }
}

fn skipped(why: &str) -> Ended {
    let answer = Answer { status: Status::Skipped, message: why.to_owned(), schema: Value::Null };
    Ended { answer, printed: 0, complained: 0, elapsed: Duration::ZERO }
}

fn report(check: &Check, subject: &Subject, ended: Ended) -> CheckReport {
    let Answer { mut status, mut message, .. } = ended.answer;
    if check.quiet && status == Status::Passed {
        if ended.printed > 0 {
            status = Status::Failed;
            message = format!("it wrote {} bytes to standard output", ended.printed);
        } else if ended.complained > 0 {
            status = Status::Warned;
            message = format!("it wrote {} bytes to standard error", ended.complained);
        }
    }
    CheckReport {
        check: check.name,
        extractor: subject.extractor.clone(),
        status,
        rule: check.rule,
        section: check.section,
        message,
        milliseconds: u64::try_from(ended.elapsed.as_millis()).unwrap_or(u64::MAX),
    }
}
