//! Collecting variants with the plugins, models and caches of this machine.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use gloss_host::{Control, PipelineFile, RunOptions};
use gloss_io::{Format, InputFormat, ReadOptions};
use gloss_variants::{
    CollectOptions, Collected, ComparisonFile, ComparisonSettings, Error, FileSource, Source,
    VariantSpec, Watch,
};
use indicatif::ProgressBar;

use super::Gold;
use super::args::Compare;
use super::settings::vectors;
use crate::args::{Common, RunCache};
use crate::diagnostics::{Coded, Placed, PlacedErrors};
use crate::say::note;
use crate::{cache, check, input, progress, signals};

/// The variants; `None` where it was interrupted.
pub fn collect(
    arguments: &Compare,
    common: &Common,
    file: Option<&ComparisonFile>,
    gold: &Gold,
    specs: Vec<VariantSpec>,
    control: &Arc<Control>,
) -> Result<Option<Collected>> {
    let nothing = ComparisonSettings::default();
    let embeds = vectors(&arguments.rules, file.map_or(&nothing, |file| &file.settings)).model;
    if embeds.is_some() || specs.iter().any(|spec| matches!(spec.source, Source::Pipeline(_))) {
        signals::handle(control)?;
    }
    let quiet = arguments.report.quiet || !console::user_attended_stderr();
    let mut bar = Bar { quiet, bar: ProgressBar::hidden(), control };
    let paths = paths(&specs, file);
    let collected =
        with_options(arguments, common, file, gold.place(&specs), control, |options| {
            gloss_variants::collect(specs, options, &mut bar)
        })?;
    bar.bar.finish_and_clear();
    let collected = collected.map_err(|error| shown(error, &paths))?;
    if control.is_stopped() {
        return Ok(None);
    }
    tell_of_cache(&collected, arguments.report.quiet);
    Ok(Some(collected))
}

/// Calls `act` with how variants are collected on this machine; `gold` is the number of the variant that
/// is the gold alone.
pub fn with_options<T>(
    arguments: &Compare,
    common: &Common,
    file: Option<&ComparisonFile>,
    gold: Option<usize>,
    control: &Control,
    act: impl FnOnce(&CollectOptions<'_>) -> T,
) -> Result<T> {
    let nothing_said = PipelineFile {
        path: Default::default(),
        text: String::new(),
        input: Default::default(),
        stages: Vec::new(),
    };
    let said = file.map_or(&nothing_said, |file| &file.input);
    let read = input::read_options(&arguments.input, said)?;
    let read_files = |source: &FileSource| Ok(of_file(&read, source));
    let plan = |file: PipelineFile| plan(file, arguments, common);
    let cached = RunCache {
        enabled: !arguments.run.no_cache,
        limit: arguments.run.cache_size,
        folder: crate::args::CacheFolder { folder: arguments.run.folder.folder.clone() },
    };
    let prepare = |pipeline: &mut gloss_host::Pipeline| {
        cache::use_cache(pipeline, &cached).map_err(|error| {
            Error::Pipeline(vec![gloss_host::Error::new(
                gloss_host::ErrorKind::NotCached,
                error.to_string(),
            )])
        })
    };
    let run = RunOptions::default();
    let nothing = ComparisonSettings::default();
    let vectors = vectors(&arguments.rules, file.map_or(&nothing, |file| &file.settings));
    let layers = match (arguments.layer.is_empty(), file) {
        (true, Some(file)) => file.settings.layer.iter().cloned().collect(),
        _ => arguments.layer.clone(),
    };
    Ok(act(&CollectOptions {
        documents: file.map(|file| file.documents.clone()).unwrap_or_default(),
        read_documents: read.clone(),
        read_files: &read_files,
        layers,
        gold,
        vectors: &vectors,
        plan: &plan,
        prepare: &prepare,
        run: RunOptions { threads: arguments.run.threads.map_or(run.threads, usize::from), ..run },
        control,
    }))
}

/// Files that errors may have places in.
pub fn paths(specs: &[VariantSpec], file: Option<&ComparisonFile>) -> Vec<PathBuf> {
    let pipelines = specs.iter().filter_map(pipeline_path).map(Path::to_owned);
    pipelines.chain(file.map(|file| file.path.clone())).collect()
}

fn pipeline_path(spec: &VariantSpec) -> Option<&Path> {
    match &spec.source {
        Source::Pipeline(pipeline) => Some(&pipeline.path),
        Source::File(_) => None,
    }
}

/// Files of annotations are read as they say what they are: columns are of tables alone, unless the
/// format is given.
fn of_file(read: &ReadOptions, source: &FileSource) -> ReadOptions {
    let by_name = || InputFormat::of(Path::new(&source.path));
    let is_jsonl = source.format.is_none()
        && read.format.or_else(by_name).is_some_and(|format| format.format == Format::Jsonl);
    ReadOptions {
        format: source.format.or(read.format),
        columns: if is_jsonl { Default::default() } else { read.columns.clone() },
        ..read.clone()
    }
}

fn plan(
    file: PipelineFile,
    arguments: &Compare,
    common: &Common,
) -> Result<gloss_host::Pipeline, Error> {
    check::plan_file(file, common, arguments.run.isolate, arguments.run.locked).map_err(|error| {
        match error.downcast::<crate::diagnostics::PipelineErrors>() {
            Ok(errors) => Error::Pipeline(errors.errors),
            Err(error) => {
                let coded = error.downcast_ref::<Coded>();
                let help = coded.and_then(|coded| coded.help.clone()).unwrap_or_default();
                let message = format!("{error:#}");
                let error = gloss_host::Error::new(gloss_host::ErrorKind::Model, message);
                Error::Pipeline(vec![error.with_help(help)])
            }
        }
    })
}

fn tell_of_cache(collected: &Collected, quiet: bool) {
    if quiet {
        return;
    }
    for (variant, cached) in collected.variants.iter().zip(&collected.cached) {
        if let Some((hits, all)) = cached {
            note!("{}: {hits} of {all} results were in the cache", variant.name);
        }
    }
}

/// An error as it is shown: with the lines of the files that it has places in.
pub fn shown(error: Error, paths: &[PathBuf]) -> anyhow::Error {
    let text = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
    let texts = || paths.iter().map(|path| (path.clone(), text(path))).collect::<BTreeMap<_, _>>();
    match error {
        Error::Variants { kind, message, help, place } => {
            let help = Some(help).filter(|help| !help.is_empty());
            let placed = Placed { code: kind.code(), message, help, place };
            PlacedErrors { errors: vec![placed], texts: texts() }.into()
        }
        Error::Pipeline(errors) => {
            let errors = errors.into_iter().map(Placed::from).collect();
            PlacedErrors { errors, texts: texts() }.into()
        }
        Error::Io(error) => Coded::from(error).into(),
        Error::Compare(error) => Coded::from(error).into(),
    }
}

/// Shows how far reading and running are.
struct Bar<'a> {
    quiet: bool,
    bar: ProgressBar,
    control: &'a Control,
}

impl Watch for Bar<'_> {
    fn begins(&mut self, source: &str, read: gloss_io::Progress) {
        self.bar.finish_and_clear();
        self.bar = progress::run_bar(self.quiet);
        progress::reads(&self.bar, read.documents(), read);
        self.bar.set_prefix(format!("{source}  "));
    }

    fn document(&mut self) {
        self.bar.inc(1);
    }

    fn is_stopped(&self) -> bool {
        self.control.is_stopped()
    }
}
