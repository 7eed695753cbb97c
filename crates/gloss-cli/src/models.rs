//! `gloss models`.

use std::path::Path;

use anyhow::Result;
use gloss_models::{ResolvedModel, State, Store};

use crate::args::{Common, Models};
use crate::diagnostics::Coded;
use crate::progress::FetchProgress;
use crate::say::say;
use crate::{EXIT_OK, check, environment};

pub fn models(command: &Models, common: &Common) -> Result<u8> {
    let store = environment::store(common).map_err(Coded::from)?;
    match command {
        Models::List => {
            for listed in store.list() {
                let entry = &listed.entry;
                let state = match listed.state {
                    State::Available => console::style("available").dim(),
                    State::Cached => console::style("fetched").green(),
                    State::Damaged => console::style("damaged").red(),
                };
                let name = format!("{}@{}", entry.name, entry.version);
                say!("{name:<28} {state:<10} {:<8} {}", entry.language, entry.licence);
                say!("    {}", entry.description);
                if !entry.unpinned.is_empty() {
                    say!("    Unverified: its hashes are recorded when it is first fetched.");
                }
            }
            say!("Models are kept in {}.", store.root().display());
        }
        Models::Fetch { names, pipeline } => {
            for name in names {
                let model = fetch(&store, name).map_err(Coded::from)?;
                say!("{}@{} is in {}", model.name, model.version, model.path.display());
            }
            if let Some(path) = pipeline {
                fetch_for(path, common)?;
            }
        }
        Models::Verify { names } => {
            for name in names {
                let model = store.verify(name).map_err(Coded::from)?;
                say!("{}@{} is intact: {}", model.name, model.version, model.digest);
            }
        }
        Models::Path { name } => {
            let model = store.resolve(name).map_err(Coded::from)?;
            say!("{}", model.path.display());
        }
    }
    Ok(EXIT_OK)
}

fn fetch(store: &Store, name: &str) -> gloss_models::Result<ResolvedModel> {
    store.fetch(name, &mut FetchProgress::new(name))
}

/// Fetches what a pipeline needs: planning it tells which options name models.
fn fetch_for(pipeline: &Path, common: &Common) -> Result<()> {
    let resolve = |store: &Store, name: &str| environment::files_of(fetch(store, name));
    let pipeline = check::plan_with(pipeline, common, false, false, resolve)?;
    for model in pipeline.stages().iter().flat_map(|stage| stage.models.values()) {
        say!("{}@{} is in {}", model.name, model.version, model.path.display());
    }
    Ok(())
}
