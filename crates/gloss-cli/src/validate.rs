//! `gloss plugin validate`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use console::style;
use gloss_conformance::{
    CHECKS, CheckReport, ChildCommand, PluginReport, Report, Selection, Status, ValidateOptions,
    random_seed, run_child,
};
use serde_json::{Map, Value, json};

use crate::args::{Checks, Common, Validate};
use crate::diagnostics::Coded;
use crate::say::say;
use crate::{EXIT_FAULTS, EXIT_OK, environment};

/// Name of the hidden command that runs one check.
pub const CHILD_COMMAND: &str = "run-check";

/// `gloss plugin validate`.
pub fn validate(arguments: &Validate, common: &Common) -> Result<u8> {
    if arguments.list {
        return list(arguments.json);
    }
    plugins(&arguments.paths, &arguments.checks, arguments.json, common)
}

/// Runs the checks, prints what came of them, and says whether all was well by the exit code.
pub fn plugins(paths: &[PathBuf], arguments: &Checks, json: bool, common: &Common) -> Result<u8> {
    let store = environment::store(common).map_err(Coded::from)?;
    let resolve = |reference: &str| environment::resolve_model(&store, reference);
    let options = options(arguments)?;
    let mut reports = Vec::new();
    for path in paths {
        let mut printer = Printer { arguments, json, path, seed: options.seed, group: None };
        let report = gloss_conformance::validate(path, &options, &resolve, &mut |check| {
            printer.print(check)
        })
        .with_context(|| format!("the checks of {} cannot be started", path.display()))?;
        reports.push(report);
    }
    for name in &arguments.extractor {
        let has =
            |p: &PluginReport| p.manifest.as_ref().is_some_and(|m| m.extractors.contains(name));
        if !reports.iter().any(has) {
            bail!("no plugin that was named has an extractor {name:?}");
        }
    }
    let report = Report::new(options.seed, reports);
    if json {
        say!("{}", serde_json::to_string_pretty(&report)?);
    } else {
        let t = report.totals;
        say!(
            "\n{} passed, {} warned, {} failed, {} crashed, {} skipped (seed {})",
            t.passed,
            t.warned,
            t.failed,
            t.crashed,
            t.skipped,
            report.seed
        );
    }
    Ok(if report.is_good() { EXIT_OK } else { EXIT_FAULTS })
}

/// Runs one check in this process, for the parent that started it.
pub fn child(task: &Path, answer: &Path) -> Result<u8> {
    run_child(task, answer)?;
    Ok(EXIT_OK)
}

fn options(arguments: &Checks) -> Result<ValidateOptions> {
    let mut options = match &arguments.options {
        Some(given) => read_options(given)?,
        None => Map::new(),
    };
    for model in &arguments.model {
        let Some((option, reference)) = model.split_once('=') else {
            bail!("--model {model:?} is not OPTION=MODEL");
        };
        options.insert(option.to_owned(), Value::String(reference.to_owned()));
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Ok(ValidateOptions {
        child: ChildCommand {
            program: std::env::current_exe().context("this program cannot be found again")?,
            arguments: ["plugin", CHILD_COMMAND].map(str::to_owned).to_vec(),
        },
        selection: Selection::new(&arguments.only, &arguments.extractor)
            .map_err(anyhow::Error::msg)?,
        options,
        seed: arguments.seed.unwrap_or_else(random_seed),
        long_text: arguments.long_text,
        timeout: Duration::from_secs_f64(arguments.timeout),
        jobs: arguments.jobs.map_or(threads, usize::from),
    })
}

/// Options in JSON, or a file of JSON or TOML that holds them.
fn read_options(given: &str) -> Result<Map<String, Value>> {
    if given.trim_start().starts_with('{') {
        return serde_json::from_str(given).context("--options is no JSON object");
    }
    let text = std::fs::read_to_string(given).with_context(|| format!("--options {given}"))?;
    let toml = Path::new(given).extension().is_some_and(|e| e == "toml");
    let parsed = if toml {
        toml::from_str(&text).map_err(anyhow::Error::from)
    } else {
        serde_json::from_str(&text).map_err(anyhow::Error::from)
    };
    parsed.with_context(|| format!("{given} holds no table of options"))
}

fn list(as_json: bool) -> Result<u8> {
    if as_json {
        let checks =
            CHECKS.iter().map(|c| json!({ "check": c.name, "rule": c.rule, "section": c.section }));
        say!("{}", serde_json::to_string_pretty(&checks.collect::<Value>())?);
        return Ok(EXIT_OK);
    }
    let mut section = "";
    for check in CHECKS {
        if check.section != section {
            section = check.section;
            say!("{}", style(section).bold());
        }
        say!("  {:<22} {}", style(check.name).cyan(), check.rule);
    }
    Ok(EXIT_OK)
}

/// Prints checks as they end.
struct Printer<'a> {
    arguments: &'a Checks,
    json: bool,
    path: &'a Path,
    seed: u64,
    /// The extractor that was printed last.
    group: Option<Option<String>>,
}

impl Printer<'_> {
    fn print(&mut self, report: &CheckReport) {
        if self.json {
            return;
        }
        if self.group.as_ref() != Some(&report.extractor) {
            match &report.extractor {
                None => say!("\n{}", style(self.path.display()).bold()),
                Some(name) => {
                    say!("\n{} {}", style(self.path.display()).bold(), style(name).bold())
                }
            }
            self.group = Some(report.extractor.clone());
        }
        let (mark, message) = (mark(report.status), report.message.as_str());
        match report.status {
            Status::Passed => say!("  {mark} {}", report.check),
            Status::Skipped => {
                say!(
                    "  {mark} {:<22} {}",
                    report.check,
                    style(format!("skipped: {message}")).dim()
                );
            }
            Status::Warned => say!("  {mark} {:<22} {message}", report.check),
            Status::Failed | Status::Crashed => {
                say!("  {mark} {:<22} {}", report.check, report.status.as_str());
                say!("      rule    {} ({})", report.rule, report.section);
                say!("      seen    {message}");
                say!("      repeat  {}", self.repeat(report));
            }
        }
    }

    /// The command that runs this check alone, in the same way.
    fn repeat(&self, report: &CheckReport) -> String {
        let mut words = vec!["gloss".to_owned(), "plugin".to_owned(), "validate".to_owned()];
        words.push(self.path.display().to_string());
        let mut add = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
        add("--only", report.check);
        if let Some(name) = &report.extractor {
            add("--extractor", name);
        }
        add("--seed", &self.seed.to_string());
        add("--long-text", &self.arguments.long_text.to_string());
        add("--timeout", &self.arguments.timeout.to_string());
        if let Some(options) = &self.arguments.options {
            add("--options", options);
        }
        self.arguments.model.iter().for_each(|model| add("--model", model));
        words.iter().map(|w| quoted(w)).collect::<Vec<_>>().join(" ")
    }
}

fn mark(status: Status) -> console::StyledObject<&'static str> {
    match status {
        Status::Passed => style("✓").green(),
        Status::Warned => style("!").yellow(),
        Status::Failed | Status::Crashed => style("✗").red(),
        Status::Skipped => style("-").dim(),
    }
}

/// A word as a POSIX shell reads it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=,:@+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
