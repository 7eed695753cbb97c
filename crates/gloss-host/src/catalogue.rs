//! Which plugins there are, found without running any of their code.

use std::env::consts::DLL_EXTENSION;
use std::fs;
use std::path::{Path, PathBuf};

use gloss_protocol::Manifest;

use crate::install::Installed;
use crate::library::{LoadedPlugin, PluginIdentity, load};
use crate::manifest_file::read_plugin;
use crate::options::nearest;
use crate::program_file::{ProgramFile, is_manifest};
use crate::{Error, ErrorKind};

/// A place to look for plugins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchPath {
    /// A folder with libraries and with manifests of programs (`*.gloss.toml`). Other libraries may
    /// lie there too: those without a manifest are passed over.
    Folder(PathBuf),
    /// The folder of installed plugins: each file must be the one that was installed. Programs have
    /// folders of their own in it.
    Installed(PathBuf),
    /// One file, which must be a plugin: a library, or the manifest of a program. It is taken before
    /// those of the same id in folders.
    File(PathBuf),
}

/// A plugin that was found.
#[derive(Clone, Debug)]
pub struct FoundPlugin {
    /// Who it is.
    pub manifest: Manifest,
    /// Its file.
    pub path: PathBuf,
    /// How to start it, where it is a program.
    program: Option<ProgramFile>,
    /// The folder's record, where it must agree with it.
    installed: Option<Installed>,
}

impl FoundPlugin {
    /// Whether it comes from the folder of installed plugins.
    #[must_use]
    pub fn is_installed(&self) -> bool {
        self.installed.is_some()
    }

    /// Which plugin it is; nothing of it is run.
    ///
    /// # Errors
    /// When it cannot be read, or was changed since it was installed.
    pub fn identify(&self) -> Result<PluginIdentity, Error> {
        let plugin = PluginIdentity::new(&self.path, &self.manifest, self.program.as_ref())?;
        if let Some(installed) = &self.installed {
            installed.check(&plugin)?;
        }
        Ok(plugin)
    }

    /// Loads it into this process.
    ///
    /// # Errors
    /// When it was changed since it was installed, or cannot be loaded.
    pub fn load(&self) -> Result<LoadedPlugin, Error> {
        load(self.identify()?)
    }
}

/// The plugins that were found.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// The plugins, in the order of the search.
    pub plugins: Vec<FoundPlugin>,
    /// Files that look like plugins but cannot be used, and why.
    pub problems: Vec<Error>,
}

impl Catalogue {
    /// Searches the places in order. Never looks below the current folder unless told to.
    #[must_use]
    pub fn search(places: &[SearchPath]) -> Catalogue {
        let mut catalogue = Catalogue::default();
        for place in places {
            match place {
                SearchPath::File(path) => catalogue.add(path, None, true),
                SearchPath::Folder(folder) => {
                    plugin_files(folder).iter().for_each(|path| catalogue.add(path, None, false));
                }
                SearchPath::Installed(folder) => match Installed::read(folder) {
                    Ok(record) => installed_files(folder)
                        .iter()
                        .for_each(|path| catalogue.add(path, Some(&record), true)),
                    Err(problem) => catalogue.problems.push(problem),
                },
            }
        }
        catalogue.prefer_files(places);
        catalogue
    }

    /// Who names a file means that one, also where the plugin is installed as well.
    fn prefer_files(&mut self, places: &[SearchPath]) {
        let file = |place: &SearchPath| match place {
            SearchPath::File(path) => fs::canonicalize(path).ok(),
            _ => None,
        };
        let named: Vec<PathBuf> = places.iter().filter_map(file).collect();
        let is_named = |plugin: &FoundPlugin| named.contains(&plugin.path);
        let ids: Vec<String> =
            self.plugins.iter().filter(|p| is_named(p)).map(|p| p.manifest.id.clone()).collect();
        self.plugins.retain(|plugin| is_named(plugin) || !ids.contains(&plugin.manifest.id));
    }

    fn add(&mut self, path: &Path, installed: Option<&Installed>, must_be_plugin: bool) {
        // The same file may be reached twice, by a folder and by an option.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if self.plugins.iter().any(|p| p.path == path) {
            return;
        }
        match read_plugin(&path) {
            Ok((manifest, program)) => {
                let installed = installed.cloned();
                self.plugins.push(FoundPlugin { manifest, path, program, installed });
            }
            Err(problem) if problem.kind == ErrorKind::NotAPlugin && !must_be_plugin => {}
            Err(problem) => self.problems.push(problem),
        }
    }

    /// The plugin that a reference means, and the name of the extractor in it. A reference is
    /// `extractor`, `publisher/plugin:extractor`, or `publisher/plugin` where it has only one.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn find(&self, reference: &str) -> Result<(&FoundPlugin, String), Error> {
        let mut matches = Vec::new();
        for plugin in &self.plugins {
            for extractor in &plugin.manifest.extractors {
                let full = format!("{}:{extractor}", plugin.manifest.id);
                let alone = plugin.manifest.extractors.len() == 1;
                if reference == extractor
                    || reference == full
                    || (alone && reference == plugin.manifest.id)
                {
                    matches.push((plugin, extractor.clone()));
                }
            }
        }
        match matches.as_slice() {
            [] => Err(self.unknown(reference)),
            [(plugin, extractor)] => Ok((*plugin, extractor.clone())),
            several => Err(ambiguous(reference, several)),
        }
    }

    fn unknown(&self, reference: &str) -> Error {
        let names: Vec<&str> = self
            .plugins
            .iter()
            .flat_map(|p| p.manifest.extractors.iter().map(String::as_str))
            .collect();
        let mut help = match (nearest(reference, names.iter().copied()), names.as_slice()) {
            (Some(name), _) => format!("did you mean {name:?}?"),
            (None, []) => "no plugin was found: see `gloss plugin list`".to_owned(),
            (None, names) => format!("there are: {}", names.join(", ")),
        };
        if !self.problems.is_empty() {
            help.push_str(&format!(
                " ({} plugin files cannot be used: see `gloss plugin list`)",
                self.problems.len()
            ));
        }
        Error::new(ErrorKind::UnknownExtractor, format!("there is no extractor {reference:?}"))
            .with_help(help)
    }
}

fn ambiguous(reference: &str, several: &[(&FoundPlugin, String)]) -> Error {
    let first = &several[0].0.manifest.id;
    let files: Vec<String> = several.iter().map(|(p, _)| p.path.display().to_string()).collect();
    if several.iter().all(|(p, _)| p.manifest.id == *first) {
        let message = format!("two files are the plugin {first}: {}", files.join(" and "));
        return Error::new(ErrorKind::DuplicatePlugin, message)
            .with_help("remove one of them, or leave one out of the search path");
    }
    let names: Vec<String> =
        several.iter().map(|(p, e)| format!("{:?}", format!("{}:{e}", p.manifest.id))).collect();
    Error::new(
        ErrorKind::AmbiguousExtractor,
        format!("several plugins provide the extractor {reference:?}"),
    )
    .with_help(format!("say which: {}", names.join(" or ")))
}

/// Libraries and manifests of programs in a folder, sorted by name; none when there is no such
/// folder.
fn plugin_files(folder: &Path) -> Vec<PathBuf> {
    let is_library = |path: &PathBuf| path.extension().is_some_and(|e| e == DLL_EXTENSION);
    let mut paths = entries(folder);
    paths.retain(|path| (is_library(path) || is_manifest(path)) && path.is_file());
    paths
}

/// The same of the folder of installed plugins, and of the folders in it.
fn installed_files(folder: &Path) -> Vec<PathBuf> {
    let mut paths = plugin_files(folder);
    let folders = entries(folder).into_iter().filter(|path| path.is_dir());
    paths.extend(folders.flat_map(|folder| plugin_files(&folder)));
    paths
}

/// What is in a folder, sorted by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}
