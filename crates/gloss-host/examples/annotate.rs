//! A host that is nothing else: `annotate PIPELINE PLUGIN TEXT...` prints a line for each text.
//!
//! Stages run in this process, and the pipeline may not name models.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use gloss_doc::Document;
use gloss_host::{
    Catalogue, Control, Error, IsolationOptions, Outcome, Pipeline, PipelineFile, RunOptions,
    SearchPath, failure_code,
};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(pipeline), Some(plugin)) = (arguments.next(), arguments.next()) else {
        eprintln!("annotate PIPELINE PLUGIN TEXT...");
        return ExitCode::from(2);
    };
    match annotate(Path::new(&pipeline), plugin.into(), arguments.collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{error}"));
            ExitCode::FAILURE
        }
    }
}

fn annotate(file: &Path, plugin: PathBuf, texts: Vec<String>) -> Result<(), Vec<Error>> {
    let catalogue = Catalogue::search(&[SearchPath::File(plugin)]);
    let no_models = |_: &str| Err(("models are not resolved here".to_owned(), None));
    let file = PipelineFile::read(file)?;
    let isolation = IsolationOptions::default();
    let mut pipeline = Pipeline::plan(file, &catalogue, &no_models, &isolation)?;
    let options = RunOptions::default();
    pipeline.load(options.threads)?;
    let document = |(i, text): (usize, String)| {
        Ok(Document { id: i.to_string(), text, ..Document::default() })
    };
    let documents = texts.into_iter().enumerate().map(document);
    let print = |outcome| {
        println!("{}", line(&outcome));
        Ok::<_, Error>(())
    };
    pipeline.run(documents, &options, &Control::default(), print).map_err(|e| vec![e])?;
    Ok(())
}

fn line(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Annotated(document) => {
            let layers = document.layers.iter();
            let layers: Vec<String> =
                layers.map(|l| format!("{} {}", l.name, l.annotations.len())).collect();
            format!("{}: {}", document.id, layers.join(", "))
        }
        Outcome::Failed(document, failures) => {
            let reason = |(stage, failure): &(String, _)| {
                format!("{} {stage}: {failure}", failure_code(failure).code())
            };
            let reasons: Vec<String> = failures.iter().map(reason).collect();
            format!("{}: {}", document.id, reasons.join("; "))
        }
        Outcome::Unreadable(failure) => format!("{}: {}", failure.id, failure.message),
        Outcome::Interrupted(document) => format!("{}: interrupted", document.id),
        Outcome::Observed(document) => format!("{}: observed", document.id),
    }
}
