//! Loading a plugin's library.

#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use gloss_abi::{ENTRY_SYMBOL, Entry};
use gloss_boundary::{EntryError, Plugin};
use gloss_process::{Program, Runtime};
use gloss_protocol::Manifest;
use libloading::Library;
use sha2::{Digest, Sha256};

use crate::program_file::ProgramFile;
use crate::{Error, ErrorKind};

/// Which plugin it is that makes a layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginIdentity {
    /// Who it is.
    pub manifest: Manifest,
    /// Its file.
    pub path: PathBuf,
    /// Hexadecimal SHA-256 of the file; of a program, over its manifest and its files.
    pub sha256: String,
    /// How to start it, where it is a program and `path` is its manifest.
    pub(crate) program: Option<ProgramFile>,
}

impl PluginIdentity {
    /// Hashes the file of a library, or the files of a program.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(crate) fn new(
        path: &Path,
        manifest: &Manifest,
        program: Option<&ProgramFile>,
    ) -> Result<PluginIdentity, Error> {
        let hash = program.map_or_else(|| hash_file(path), ProgramFile::sha256);
        let sha256 = hash.map_err(|e| {
            Error::new(ErrorKind::NotALibrary, format!("the plugin cannot be read: {e}"))
                .in_file(path)
        })?;
        Ok(PluginIdentity {
            manifest: manifest.clone(),
            path: path.to_owned(),
            sha256,
            program: program.cloned(),
        })
    }

    /// Whether it is a program, which is never loaded into a host's process.
    #[must_use]
    pub fn is_program(&self) -> bool {
        self.program.is_some()
    }

    /// The program and its arguments, where it is a program.
    #[must_use]
    pub fn command(&self) -> Option<&[String]> {
        self.program.as_ref().map(|program| program.command.as_slice())
    }

    /// What runs it in child processes; `None` for a library without the runtime for these.
    #[must_use]
    pub fn program(&self, runtime: Option<&Runtime>) -> Option<Program> {
        match &self.program {
            Some(program) => Some(program.program()),
            None => runtime.map(|runtime| Program::library(runtime, &self.path)),
        }
    }
}

/// A plugin whose library is loaded; it stays loaded until the process ends.
#[derive(Clone, Debug)]
pub struct LoadedPlugin {
    /// Which it is.
    pub identity: PluginIdentity,
    /// Its extractors.
    pub plugin: Plugin,
}

/// Loads a plugin whose manifest was read and found to fit.
pub fn load(identity: PluginIdentity) -> Result<LoadedPlugin, Error> {
    let path = identity.path.as_path();
    let fail = |kind, message: String| Error::new(kind, message).in_file(path);
    if identity.is_program() {
        let message =
            format!("the plugin {} is a program and cannot be loaded", identity.manifest.id);
        return Err(
            fail(ErrorKind::ProgramInHost, message).with_help("it runs in processes of its own")
        );
    }
    let library = open(path).map_err(|e| {
        // What the system says (which symbol or library is missing) is the source of the error.
        let reason = std::error::Error::source(&e).map_or(e.to_string(), ToString::to_string);
        let help = match &identity.manifest.needs {
            Some(needs) => format!("the plugin needs {needs}"),
            None => "a library that it needs may be missing: the message names it".to_owned(),
        };
        fail(ErrorKind::LoadLibrary, format!("the system cannot load the plugin: {reason}"))
            .with_help(help)
    })?;
    // SAFETY: only the address is taken here.
    let entry = unsafe { library.get::<*const Entry>(ENTRY_SYMBOL.as_bytes()) }
        .map(|symbol| *symbol)
        .map_err(|_| {
            fail(ErrorKind::NotAPlugin, format!("the plugin does not export {ENTRY_SYMBOL}"))
                .with_help("build it again; stripping must keep exported symbols")
        })?;
    // Unloading Rust code is unsound in practice (destructors of thread locals outlive it).
    std::mem::forget(library);
    // SAFETY: the symbol is the static that plugins export, and the library is never unloaded.
    let plugin = unsafe { Plugin::new(entry) }.map_err(|error| match &error {
        EntryError::Version { .. } => fail(ErrorKind::AbiVersion, error.to_string())
            .with_help("build the plugin again with the SDK of this gloss"),
        EntryError::Init(_) => fail(ErrorKind::PluginInit, error.to_string()),
        EntryError::NotATable | EntryError::MissingFunction(_) => {
            fail(ErrorKind::NotAPlugin, error.to_string())
        }
    })?;
    tracing::debug!(plugin = identity.manifest.id, path = %path.display(), "plugin loaded");
    Ok(LoadedPlugin { identity, plugin })
}

fn open(path: &Path) -> Result<Library, libloading::Error> {
    // Loading runs the library's initialisers. A native plugin has the user's rights, and the
    // documentation says so; the manifest says that it is a plugin for this interface.
    #[cfg(unix)]
    {
        use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
        // All symbols now: a missing one is an error here, and not the end of the process later.
        // SAFETY: stated above.
        unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Into::into)
    }
    #[cfg(not(unix))]
    {
        // SAFETY: stated above.
        unsafe { Library::new(path) }
    }
}

/// Hexadecimal SHA-256 of a file.
pub fn hash_file(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    Ok(HEXLOWER.encode(&hasher.finalize()))
}
