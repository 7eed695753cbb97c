//! Where a comparison is written, and in which format; and samples of it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use gloss_compare::sample::{SampleOptions, label_studio, sample as take_sample};
use gloss_compare::{Comparison, Corpus};
use gloss_compare_view::{PageOptions, Screen, csv, junit, markdown, page, terminal};
use gloss_io::{OutputFile, Sink};

use super::args::{Compare, Format};
use crate::diagnostics::Coded;
use crate::say::note;

/// Places in documents that are shown in a pull request, or in a file of text.
const PLACES: usize = 10;

/// One thing to write.
pub struct Output {
    format: Format,
    /// `None` for standard output.
    path: Option<PathBuf>,
}

/// What is to be written: one format to standard output, or a file for each output.
pub fn outputs(arguments: &Compare) -> Result<Vec<Output>> {
    let report = &arguments.report;
    report.output.iter().try_for_each(|path| writable(path))?;
    if arguments.sample.sample.is_some() {
        if report.output.len() != 1 {
            bail!("a sample is written to one file: give `--output` once");
        }
        return Ok(Vec::new());
    }
    if report.output.is_empty() {
        let format = report.format.unwrap_or(Format::Terminal);
        return Ok(vec![Output { format, path: None }]);
    }
    if report.format.is_some() && report.output.len() > 1 {
        bail!("`--format` is of one output; of several their names tell it");
    }
    let of = |path: &PathBuf| {
        let format = report.format.map_or_else(|| of_name(path), Ok)?;
        Ok(Output { format, path: Some(path.clone()) })
    };
    report.output.iter().map(of).collect()
}

fn of_name(path: &Path) -> Result<Format> {
    Ok(match path.extension().and_then(|ending| ending.to_str()) {
        Some("json") => Format::Json,
        Some("csv") => Format::Csv,
        Some("md" | "markdown") => Format::Markdown,
        Some("xml") => Format::Junit,
        Some("html" | "htm") => Format::Html,
        Some("txt") | None => Format::Terminal,
        Some(_) => {
            let message = format!("the name {} tells no format", path.display());
            let help =
                "name it .json, .csv, .md, .xml, .html or .txt, or say which: `--format json`";
            return Err(refused(gloss_io::ErrorKind::BadOutput, message, help));
        }
    })
}

/// Refuses what could not be written in the end, before hours are spent on it.
fn writable(path: &Path) -> Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let (what, help) = match folder {
        _ if path.is_dir() => ("it is a folder", "name a file in it"),
        Some(folder) if !folder.is_dir() => ("there is no such folder", "make it, or name another"),
        _ => return Ok(()),
    };
    let message = format!("cannot write {}: {what}", path.display());
    Err(refused(gloss_io::ErrorKind::Unwritable, message, help))
}

fn refused(kind: gloss_io::ErrorKind, message: String, help: &str) -> anyhow::Error {
    Coded { code: kind.code(), message, help: Some(help.to_owned()) }.into()
}

impl Output {
    /// Whether it is what people read in a terminal, on standard output.
    pub fn is_screen(&self) -> bool {
        self.path.is_none() && self.format == Format::Terminal
    }

    pub fn write(
        &self,
        comparison: &Comparison,
        corpus: &Corpus,
        arguments: &Compare,
    ) -> Result<()> {
        let top = arguments.report.top;
        let text = match self.format {
            Format::Terminal => terminal(comparison, corpus, &self.screen(top)),
            Format::Json => serde_json::to_string_pretty(comparison)? + "\n",
            Format::Csv => csv(comparison),
            Format::Markdown => markdown(comparison, corpus, top.unwrap_or(PLACES)),
            Format::Junit => junit(comparison),
            Format::Html => {
                page(comparison, corpus, &PageOptions::default()).map_err(Coded::from)?
            }
        };
        match &self.path {
            Some(path) => to_file(path, &text),
            None => Ok(io::stdout().lock().write_all(text.as_bytes())?),
        }
    }

    fn screen(&self, places: Option<usize>) -> Screen {
        let default = Screen { places, ..Screen::default() };
        if self.path.is_some() || !console::user_attended() {
            // A file has room for everything, and so has what reads a pipe.
            return Screen { places: places.or(Some(PLACES)), ..default };
        }
        let (height, width) = console::Term::stdout().size();
        Screen {
            width: width.into(),
            // What a person typed next stands below.
            height: usize::from(height).saturating_sub(1),
            colours: console::colors_enabled(),
            ..default
        }
    }
}

fn to_file(path: &Path, text: &str) -> Result<()> {
    let context = || format!("cannot write {}", path.display());
    let mut file = OutputFile::create(path).with_context(context)?;
    file.write_all(text.as_bytes()).and_then(|()| file.finish()).with_context(context)
}

/// Writes tasks for Label Studio, with the configuration of its interface beside them.
pub fn sample(
    comparison: &Comparison,
    corpus: &Corpus,
    count: usize,
    arguments: &Compare,
) -> Result<()> {
    let options = SampleOptions {
        count,
        random_share: arguments.sample.random_share,
        seed: comparison.settings.seed,
    };
    let taken = take_sample(corpus, comparison, &options).map_err(Coded::from)?;
    let written = label_studio(corpus, &taken, comparison.gold.as_deref()).map_err(Coded::from)?;
    for path in &arguments.report.output {
        let config = path.with_extension("xml");
        if config == *path {
            bail!("{} is the name of the configuration: name the tasks .json", path.display());
        }
        to_file(path, &written.tasks)?;
        to_file(&config, &written.config)?;
        note!(
            "{} documents at random of {}, and {} in which variants differ most, are tasks in {}; \
             the labelling configuration is in {}",
            taken.random.len(),
            taken.population,
            taken.disagreements.len(),
            path.display(),
            config.display(),
        );
    }
    Ok(())
}
