//! `gloss check`, and planning for `gloss run`.

use std::path::Path;

use anyhow::Result;

use gloss_host::{OnFailure, Pipeline, PipelineFile, StageInfo};
use gloss_models::{Error, Lock, Store};
use gloss_protocol::ModelFiles;

use crate::args::{Check, Common};
use crate::diagnostics::{Coded, PipelineErrors};
use crate::say::say;
use crate::{EXIT_OK, environment};

/// What the resolver of a model's name says: its files, or a message with what to do.
type Resolved = Result<ModelFiles, (String, Option<String>)>;

/// Plans a pipeline with the plugins and models of this machine, and with the lock beside it: what
/// models without hashes in the catalogue are now is recorded there, unless it is `locked`.
pub fn plan(path: &Path, common: &Common, isolate: bool, locked: bool) -> Result<Pipeline> {
    plan_with(path, common, isolate, locked, environment::resolve_model)
}

/// The same, with a resolver that may fetch.
pub fn plan_with(
    path: &Path,
    common: &Common,
    isolate: bool,
    locked: bool,
    resolve: impl Fn(&Store, &str) -> Resolved,
) -> Result<Pipeline> {
    let file = PipelineFile::read(path).map_err(|errors| {
        // Unreadable files have no text to show lines of.
        let text = std::fs::read_to_string(path).unwrap_or_default();
        PipelineErrors { errors, text }
    })?;
    plan_file_with(file, common, isolate, locked, resolve)
}

/// The same for a file that is read.
pub fn plan_file(
    file: PipelineFile,
    common: &Common,
    isolate: bool,
    locked: bool,
) -> Result<Pipeline> {
    plan_file_with(file, common, isolate, locked, environment::resolve_model)
}

fn plan_file_with(
    file: PipelineFile,
    common: &Common,
    isolate: bool,
    locked: bool,
    resolve: impl Fn(&Store, &str) -> Resolved,
) -> Result<Pipeline> {
    let catalogue = environment::catalogue(common)?;
    let mut store = environment::store(common).map_err(Coded::from)?;
    let lock = Lock::beside(&file.path).map_err(Coded::from)?;
    store.enforce(&lock).map_err(Coded::from)?;
    let text = file.text.clone();
    let resolve = |reference: &str| resolve(&store, reference);
    let pipeline = Pipeline::plan(file, &catalogue, &resolve, &environment::isolation(isolate))
        .map_err(|errors| PipelineErrors { errors, text })?;
    record(&pipeline, &store, lock, locked).map_err(Coded::from)?;
    Ok(pipeline)
}

/// Adds to the lock what it lacks of the models that a pipeline uses.
fn record(
    pipeline: &Pipeline,
    store: &Store,
    mut lock: Lock,
    locked: bool,
) -> gloss_models::Result<()> {
    let mut added = false;
    for stage in pipeline.stages() {
        for model in stage.models.values() {
            let Some(model) = store.to_lock(&model.name, &model.version) else { continue };
            if locked {
                let (name, version, path) = (model.name, model.version, lock.path().to_owned());
                return Err(Error::NotLocked { name, version, path });
            }
            added |= lock.add(model);
        }
    }
    if added { lock.write() } else { Ok(()) }
}

/// Shows the stages of a pipeline, or what is wrong with it.
pub fn check(arguments: &Check, common: &Common) -> Result<u8> {
    let pipeline = plan(&arguments.pipeline, common, arguments.isolate, arguments.locked)?;
    for stage in pipeline.stages() {
        show(&stage);
    }
    say!("{} is in order.", arguments.pipeline.display());
    Ok(EXIT_OK)
}

fn show(stage: &StageInfo) {
    say!(
        "{}  {} {}{}",
        console::style(&stage.id).bold(),
        stage.extractor,
        stage.plugin.manifest.version,
        if stage.isolated { ", in a process of its own" } else { "" }
    );
    for input in stage.inputs.iter().filter(|layers| !layers.is_empty()) {
        say!("  <- {}", input.join(", or "));
    }
    if !stage.languages.is_empty() {
        let by = match stage.language_layers.as_slice() {
            [] => "their metadata field \"language\"".to_owned(),
            layers => layers.join(", or "),
        };
        say!("  runs on documents in {}, by {by}", stage.languages.join(", "));
    }
    if stage.on_failure != OnFailure::default() {
        say!("  on failure: {}", stage.on_failure.as_str());
    }
    for layer in &stage.layers {
        let labels = match layer.schema.labels.len() {
            0 => String::new(),
            n => format!(", {n} labels"),
        };
        let names: Vec<&str> = layer.schema.attributes.iter().map(|a| a.name.as_str()).collect();
        let attributes = match names.as_slice() {
            [] => String::new(),
            names => format!("; {}", names.join(", ")),
        };
        let kept = if layer.kept { "" } else { ", not kept" };
        say!("  -> {} ({}{labels}{attributes}{kept})", layer.name, layer.schema.kind.as_str());
    }
    if stage.observes {
        say!("  observes every document before it annotates");
    }
    for (option, model) in &stage.models {
        say!("  {option}: {}@{}", model.name, model.version);
    }
    for (option, file) in
        stage.files.iter().flat_map(|(o, files)| files.iter().map(move |f| (o, f)))
    {
        say!("  {option}: {}", file.name);
    }
}
