//! `gloss check`, and planning for `gloss run`.

use anyhow::Result;
use gloss_host::{Catalogue, Pipeline, PipelineFile, StageInfo};
use gloss_models::Store;

use crate::args::{Check, Common};
use crate::diagnostics::{Coded, PipelineErrors};
use crate::say::say;
use crate::{EXIT_OK, environment};

/// Plans a pipeline with the plugins and models of this machine.
pub fn plan(
    path: &std::path::Path,
    catalogue: &Catalogue,
    store: &Store,
    isolate: bool,
) -> Result<Pipeline> {
    let file = PipelineFile::read(path).map_err(|errors| {
        // Unreadable files have no text to show lines of.
        let text = std::fs::read_to_string(path).unwrap_or_default();
        PipelineErrors { errors, text }
    })?;
    let text = file.text.clone();
    let resolve = |reference: &str| environment::resolve_model(store, reference);
    Pipeline::plan(file, catalogue, &resolve, &environment::isolation(isolate))
        .map_err(|errors| PipelineErrors { errors, text }.into())
}

/// Shows the stages of a pipeline, or what is wrong with it.
pub fn check(arguments: &Check, common: &Common) -> Result<u8> {
    let catalogue = environment::catalogue(common)?;
    let store = environment::store(common).map_err(Coded::from)?;
    let pipeline = plan(&arguments.pipeline, &catalogue, &store, arguments.isolate)?;
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
    for input in stage.inputs.iter().flatten() {
        say!("  <- {input}");
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
