//! `gloss report`.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};
use gloss_doc::Document;
use gloss_io::{Input, OutputFile, ReadOptions, Reader, Sink, expand};
use gloss_report::{
    Choice, CorpusSection, Count, Limits, Report, RunSection, Survey, html, read_record, terminal,
};

use crate::args::{Report as Arguments, ReportFormat};
use crate::diagnostics::Coded;
use crate::{EXIT_OK, progress};

/// A record is small: of what is larger than this, something else, no more is read.
const MOST_BYTES: u64 = 64 << 20;
/// Columns where there is no terminal.
const WIDTH: usize = 100;

impl From<gloss_report::Error> for Coded {
    fn from(error: gloss_report::Error) -> Coded {
        Coded { code: error.kind.code(), message: error.message, help: Some(error.help) }
    }
}

pub fn report(arguments: &Arguments) -> Result<u8> {
    let run = RunSection::new(read(&arguments.record)?);
    let corpus = if arguments.documents.is_empty() { None } else { Some(corpus(arguments)?) };
    let report = Report::new(run, corpus);
    let text = match format(arguments) {
        ReportFormat::Terminal => {
            let screen = arguments.output.is_none() && console::user_attended();
            let width = if screen { usize::from(console::Term::stdout().size().1) } else { WIDTH };
            terminal(&report, width, screen && console::colors_enabled())
        }
        ReportFormat::Html => html(&report).map_err(Coded::from)?,
        ReportFormat::Json => serde_json::to_string_pretty(&report)? + "\n",
    };
    match &arguments.output {
        Some(path) => {
            let context = || format!("cannot write {}", path.display());
            let mut file = OutputFile::create(path).with_context(context)?;
            file.write_all(text.as_bytes()).and_then(|()| file.finish()).with_context(context)?;
        }
        None => io::stdout().lock().write_all(text.as_bytes())?,
    }
    Ok(EXIT_OK)
}

/// What is asked for, or what the output's name says.
fn format(arguments: &Arguments) -> ReportFormat {
    let extension = arguments.output.as_deref().and_then(Path::extension);
    arguments.format.unwrap_or_else(|| match extension.and_then(|e| e.to_str()) {
        Some("html" | "htm") => ReportFormat::Html,
        Some("json") => ReportFormat::Json,
        _ => ReportFormat::Terminal,
    })
}

fn read(path: &Path) -> Result<gloss_host::RunRecord> {
    let context = || format!("the record {} cannot be read", path.display());
    let file = fs::File::open(path).with_context(context)?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes).with_context(context)?;
    let record = read_record(&path.display().to_string(), &bytes);
    Ok(record.map_err(Coded::from)?)
}

/// Reads the documents twice.
fn corpus(arguments: &Arguments) -> Result<CorpusSection> {
    let inputs = expand(&arguments.documents).map_err(Coded::from)?;
    if inputs.contains(&Input::Stdin) {
        let message = "documents are read twice, which standard input cannot be";
        let help = Some("write them to a file, and name that".to_owned());
        return Err(Coded {
            code: gloss_io::ErrorKind::Unreadable.code(),
            message: message.into(),
            help,
        }
        .into());
    }
    let limits = Limits {
        counted: usize::try_from(arguments.count.get()).unwrap_or(usize::MAX),
        shown: usize::from(arguments.top.get()),
        ..Limits::default()
    };
    let mut survey = Survey::new(
        Choice {
            entities: arguments.entities.clone(),
            sentiment: arguments.sentiment.clone(),
            date_field: arguments.date_field.clone(),
        },
        limits,
    );
    each(&inputs, "reading 1/2  ", |document| survey.add(document))?;
    survey.check().map_err(Coded::from)?;
    let mut count = Count::new(survey);
    each(&inputs, "reading 2/2  ", |document| count.add(document))?;
    Ok(count.finish())
}

/// Shows every document to `take`, and on a terminal how many there were.
fn each(inputs: &[Input], what: &'static str, mut take: impl FnMut(&Document)) -> Result<()> {
    let reader = Reader::new(inputs.to_vec(), ReadOptions::default());
    let bar = progress::run_bar(!console::user_attended_stderr());
    progress::reads(&bar, reader.progress().documents(), reader.progress());
    bar.set_prefix(what);
    for document in reader {
        take(&document.map_err(Coded::from)?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(())
}
