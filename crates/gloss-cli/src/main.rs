//! The binary `gloss`: arguments, printing, exit codes. Everything else is in the libraries.

// The one crate that prints.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod annotation_flags;
mod args;
mod author;
mod cache;
mod check;
mod compare;
mod dev;
mod diagnostics;
mod environment;
mod input;
mod live;
mod log;
mod merge;
mod metrics;
mod models;
mod output;
mod plugin;
mod pretty;
mod progress;
mod report;
mod run;
mod say;
mod schema;
mod signals;
mod validate;

use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Arguments, Command, Plugin};

/// Everything went well.
const EXIT_OK: u8 = 0;
/// Nothing was done, or the output could not be written: the message says why.
const EXIT_ERROR: u8 = 1;
/// The run ended, but some documents are in the quarantine file.
const EXIT_DOCUMENTS_FAILED: u8 = 3;
/// A plugin that was validated broke a rule.
const EXIT_FAULTS: u8 = 3;
/// A gate is not passed: the drop is larger than allowed.
const EXIT_DROPPED: u8 = 4;
/// A gate is not passed: too little is known to rule a larger drop out.
const EXIT_UNDECIDED: u8 = 5;
/// The run was interrupted; what was finished is kept.
const EXIT_INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // The process of one check is the plugin's: it has no log of ours.
    let is_check =
        matches!(arguments.command, Command::Plugin { command: Plugin::RunCheck { .. } });
    let log = if is_check { Ok(()) } else { log::start(&arguments.log) };
    let result = log.and_then(|()| run(&arguments));
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_closed_pipe(&error) => ExitCode::from(EXIT_OK),
        Err(error) => {
            diagnostics::report(&error);
            ExitCode::from(EXIT_ERROR)
        }
    }
}

fn run(arguments: &Arguments) -> anyhow::Result<u8> {
    match &arguments.command {
        Command::Run(run) => run::run(run, &arguments.common),
        Command::Merge(merge) => merge::merge(merge),
        Command::Check(check) => check::check(check, &arguments.common),
        Command::Dev(dev) => dev::dev(dev, &arguments.common),
        Command::Plugin { command } => plugin::plugin(command, &arguments.common),
        Command::Models { command } => models::models(command, &arguments.common),
        Command::Cache { command } => cache::cache(command),
        Command::Compare(compare) => compare::compare(compare, &arguments.common),
        Command::Report(report) => report::report(report),
        Command::Schema(schema) => schema::schema(schema, &arguments.common),
        Command::Completions { shell } => {
            let mut command = Arguments::command();
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut command, "gloss", &mut script);
            say::say!("{}", String::from_utf8_lossy(&script).trim_end());
            Ok(EXIT_OK)
        }
    }
}

/// Whoever read our output has had enough, as with `gloss ... | head`; that is no failure.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = |e: &io::Error| e.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|e| e.downcast_ref::<io::Error>().is_some_and(kind))
}
