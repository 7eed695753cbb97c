//! `gloss plugin new`, `build`, `test`, `install` and `uninstall`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use gloss_host::read_manifest;
use gloss_scaffold::{NewPlugin, Profile};

use crate::args::{Checks, Common, Kind, Language, Project};
use crate::diagnostics::Coded;
use crate::say::say;
use crate::{environment, validate};

/// Makes a project below the current folder, and says how to go on.
pub fn new(name: &str, kind: Kind, language: Language) -> Result<()> {
    let name = name.parse().map_err(Coded::from)?;
    let plugin = NewPlugin { name, kind: kind.into(), language: language.into() };
    let folder = gloss_scaffold::create(&plugin, Path::new("")).map_err(Coded::from)?;
    let folder = folder.display();
    say!("made the plugin {} in {folder}: next", plugin.name.id());
    say!("  gloss plugin install {folder}");
    say!("  gloss run {folder}/example/pipeline.toml {folder}/example");
    Ok(())
}

pub fn build(project: &Project) -> Result<()> {
    let library = library(&project.folder, project.debug)?;
    let manifest = read_manifest(&library).map_err(Coded::from)?;
    say!("built {} {} as {}", manifest.id, manifest.version, library.display());
    Ok(())
}

/// Runs the project's own tests, then the checks of `gloss plugin validate`.
pub fn test(project: &Project, checks: &Checks, common: &Common) -> Result<u8> {
    let gloss = std::env::current_exe().context("this program cannot be found again")?;
    let profile = profile(project.debug);
    gloss_scaffold::test(&project.folder, profile, &gloss).map_err(Coded::from)?;
    let library = library(&project.folder, project.debug)?;
    validate::plugins(&[library], checks, false, common)
}

/// Installs a file, or what is built from a folder.
pub fn install(path: &Path, debug: bool) -> Result<()> {
    let built = if path.is_dir() { Some(library(path, debug)?) } else { None };
    let file = built.as_deref().unwrap_or(path);
    let folder = environment::installed_plugins()?;
    let (manifest, path) = gloss_host::install(file, &folder).map_err(Coded::from)?;
    say!("installed {} {} as {}", manifest.id, manifest.version, path.display());
    Ok(())
}

pub fn uninstall(name: &str) -> Result<()> {
    let folder = environment::installed_plugins()?;
    let (name, path) = gloss_host::uninstall(name, &folder).map_err(Coded::from)?;
    say!("removed {name}, which was {}", path.display());
    Ok(())
}

fn library(folder: &Path, debug: bool) -> Result<PathBuf> {
    Ok(gloss_scaffold::build(folder, profile(debug)).map_err(Coded::from)?)
}

fn profile(debug: bool) -> Profile {
    if debug { Profile::Debug } else { Profile::Release }
}
