//! Where this machine keeps plugins, models and records.

use std::path::PathBuf;

use anyhow::{Context, Result};
use etcetera::BaseStrategy;
use gloss_host::{Catalogue, IsolationOptions, Runtime, SearchPath};
use gloss_models::{ResolvedModel, Store, StoreOptions};
use gloss_protocol::ModelFiles;

use crate::args::Common;
use crate::diagnostics::Coded;

/// The user's folder for data of this program.
pub fn data_folder() -> Result<PathBuf> {
    let base = etcetera::choose_base_strategy().context("there is no home folder")?;
    Ok(base.data_dir().join("gloss"))
}

/// The user's folder for records of runs.
pub fn state_folder() -> Result<PathBuf> {
    let base = etcetera::choose_base_strategy().context("there is no home folder")?;
    Ok(base.state_dir().unwrap_or_else(|| base.data_dir()).join("gloss"))
}

/// The folder of installed plugins.
pub fn installed_plugins() -> Result<PathBuf> {
    Ok(data_folder()?.join("plugins"))
}

/// The plugins that [`search`] finds, where each that an option names can be used.
pub fn catalogue(common: &Common) -> Result<Catalogue> {
    for path in common.plugin_path.iter().filter(|path| !path.is_dir()) {
        gloss_host::read_manifest(path).map_err(Coded::from)?;
    }
    Ok(search(common))
}

/// Finds the plugins: those named by options and `GLOSS_PLUGIN_PATH`, those beside the
/// executable, and the installed ones. Never those below the current folder.
pub fn search(common: &Common) -> Catalogue {
    let mut places = Vec::new();
    let mut named: Vec<PathBuf> = common.plugin_path.clone();
    if let Some(paths) = std::env::var_os("GLOSS_PLUGIN_PATH") {
        named.extend(std::env::split_paths(&paths).filter(|p| !p.as_os_str().is_empty()));
    }
    for path in named {
        places.push(if path.is_dir() { SearchPath::Folder(path) } else { SearchPath::File(path) });
    }
    if let Some(folder) = std::env::current_exe().ok().and_then(|e| e.parent().map(PathBuf::from)) {
        places.push(SearchPath::Folder(folder.join("../lib/gloss/plugins")));
        places.push(SearchPath::Folder(folder));
    }
    if let Ok(folder) = installed_plugins() {
        places.push(SearchPath::Installed(folder));
    }
    Catalogue::search(&places)
}

/// How stages are run in processes of their own: by the program `gloss-worker` beside this one, or
/// where `GLOSS_WORKER` says.
pub fn isolation(all: bool) -> IsolationOptions {
    let beside = || Some(std::env::current_exe().ok()?.with_file_name("gloss-worker"));
    let worker = std::env::var_os("GLOSS_WORKER").map(PathBuf::from).or_else(beside);
    let cache = etcetera::choose_base_strategy().ok().map(|base| base.cache_dir());
    IsolationOptions {
        runtime: worker.filter(|w| w.is_file()).map(|worker| Runtime { worker }),
        descriptions: cache.map(|folder| folder.join("gloss/descriptions")),
        all,
    }
}

/// The folder of results that are kept: the one that is given, or one below the user's folder for
/// caches.
pub fn cache_folder(given: Option<&PathBuf>) -> Result<PathBuf> {
    if let Some(folder) = given {
        return Ok(folder.clone());
    }
    let base = etcetera::choose_base_strategy().context("there is no home folder")?;
    Ok(base.cache_dir().join("gloss/results"))
}

/// Opens the model store.
pub fn store(common: &Common) -> gloss_models::Result<Store> {
    Store::open(StoreOptions {
        root: common.models_folder.clone(),
        offline: common.offline,
        catalogue: common.catalogue.clone(),
        ..StoreOptions::default()
    })
}

/// Resolves a model for the host.
pub fn resolve_model(
    store: &Store,
    reference: &str,
) -> Result<ModelFiles, (String, Option<String>)> {
    files_of(store.resolve(reference))
}

/// What the store says of a model, as the host takes it.
pub fn files_of(
    model: gloss_models::Result<ResolvedModel>,
) -> Result<ModelFiles, (String, Option<String>)> {
    match model {
        Ok(model) => Ok(ModelFiles {
            name: model.name,
            version: model.version,
            path: model.path,
            digest: model.digest,
        }),
        Err(error) => Err((format!("{} ({})", error, error.code()), error.help())),
    }
}
