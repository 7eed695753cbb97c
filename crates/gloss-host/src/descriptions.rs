//! What the extractors of a plugin are, by code that runs in a child process, and only once for
//! each version of the plugin's file.

use std::fs;
use std::path::PathBuf;

use gloss_protocol::Description;

use crate::isolation::IsolationOptions;
use crate::library::load;
use crate::{Error, ErrorKind, PluginIdentity};

/// Names and descriptions of all extractors of a plugin.
///
/// They are kept by the hash of the plugin's file where `options` has a folder for them. Without a
/// runtime for child processes the plugin is loaded into this process instead.
///
/// # Errors
/// When the plugin cannot be loaded, or fails to describe itself.
pub fn describe(
    plugin: &PluginIdentity,
    options: &IsolationOptions,
) -> Result<Vec<(String, Description)>, Error> {
    let kept = options.descriptions.as_ref().map(|folder| kept_at(folder, plugin));
    if let Some(descriptions) = kept.as_ref().and_then(|path| read(path)) {
        return Ok(descriptions);
    }
    let fail = |failure: gloss_boundary::Failure| {
        let message = format!("the plugin cannot describe itself: {failure}");
        let error = Error::new(ErrorKind::PluginInit, message).in_file(&plugin.path);
        if failure.help.is_empty() { error } else { error.with_help(failure.help) }
    };
    let descriptions = match plugin.program(options.runtime.as_ref()) {
        Some(program) => gloss_process::extractors(&program).map_err(fail)?,
        None => {
            let loaded = load(plugin.clone())?;
            let describe = |e: &gloss_boundary::Extractor| Ok((e.name().to_owned(), e.describe()?));
            let all = loaded.plugin.extractors().iter().map(describe);
            all.collect::<Result<_, _>>().map_err(fail)?
        }
    };
    if let Some(path) = kept {
        keep(&path, &descriptions);
    }
    Ok(descriptions)
}

/// The version of the program is part of the name: it decides what a description has.
fn kept_at(folder: &std::path::Path, plugin: &PluginIdentity) -> PathBuf {
    folder.join(format!("{}-{}.json", plugin.sha256, env!("CARGO_PKG_VERSION")))
}

fn read(path: &std::path::Path) -> Option<Vec<(String, Description)>> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// What cannot be kept is asked for again, so failures do not matter.
fn keep(path: &std::path::Path, descriptions: &[(String, Description)]) {
    let Some(folder) = path.parent() else { return };
    let aside = folder.join(format!(".{}.{}", std::process::id(), unique()));
    let kept = fs::create_dir_all(folder)
        .and_then(|()| fs::write(&aside, serde_json::to_vec(descriptions)?))
        .and_then(|()| fs::rename(&aside, path));
    if let Err(error) = kept {
        tracing::debug!(%error, path = %path.display(), "descriptions are not kept");
    }
}

/// Several threads of one process may write at once.
fn unique() -> usize {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
