//! Reading a plugin's manifest from its file, without running any of its code.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use gloss_abi::MANIFEST_MAGIC;
use gloss_protocol::{AbiVersion, Manifest};
use object::read::ReadCache;
use object::{Architecture, BinaryFormat, Object, ObjectSection};

use crate::program_file::{ProgramFile, is_toml};
use crate::{Error, ErrorKind};

/// A manifest is a few hundred bytes; more is not one.
const MAX_MANIFEST: u64 = 1 << 20;

/// Reads the manifest of a plugin file and checks that this host can load or start it. `path` is a
/// library, or the manifest of a program itself (TOML).
///
/// # Errors
/// When the file is not a library, not a plugin, or made for another platform or interface.
pub fn read_manifest(path: &Path) -> Result<Manifest, Error> {
    read_plugin(path).map(|(manifest, _)| manifest)
}

/// As [`read_manifest`], with how to start the plugin where it is a program.
pub fn read_plugin(path: &Path) -> Result<(Manifest, Option<ProgramFile>), Error> {
    if is_toml(path) {
        ProgramFile::read(path).map(|program| (program.manifest.clone(), Some(program)))
    } else {
        read_library(path).map(|manifest| (manifest, None))
    }
}

fn read_library(path: &Path) -> Result<Manifest, Error> {
    let fail = |kind, message: String| Error::new(kind, message).in_file(path);
    let mut file = File::open(path)
        .map_err(|e| fail(ErrorKind::NotALibrary, format!("the plugin cannot be read: {e}")))?;
    // A look at the first bytes gives a better message than a failed parse of a text file.
    let mut head = [0; 4];
    if file.read_exact(&mut head).is_err() {
        return Err(fail(
            ErrorKind::NotALibrary,
            "the file is too short to be a library".to_owned(),
        )
        .with_help("it may be truncated: build or copy it again"));
    }
    let cache = ReadCache::new(file);
    let library = object::File::parse(&cache).map_err(|e| {
        fail(ErrorKind::NotALibrary, format!("the file is not a dynamic library, or a truncated one: {e}"))
            .with_help("a plugin is the library that `cargo build` makes of a crate of type cdylib; build or copy it again")
    })?;
    check_platform(&library).map_err(|other| {
        fail(
            ErrorKind::Platform,
            format!("the plugin is built for {other}, this is {}", platform()),
        )
        .with_help("get or build the plugin for this platform")
    })?;
    let not_a_plugin = || {
        fail(
            ErrorKind::NotAPlugin,
            "the library is not a Gloss plugin: it has no manifest".to_owned(),
        )
        .with_help("a plugin's library calls gloss_plugin::export! once")
    };
    let section = library
        .sections()
        .find(|s| s.name().is_ok_and(|name| name == gloss_abi::MANIFEST_SECTION))
        .ok_or_else(not_a_plugin)?;
    if section.size() > MAX_MANIFEST {
        return Err(not_a_plugin());
    }
    let data = section.data().map_err(|e| {
        fail(ErrorKind::NotALibrary, format!("the library is damaged or truncated: {e}"))
            .with_help("build or copy it again")
    })?;
    let manifest = parse(data).ok_or_else(not_a_plugin)?;
    check_manifest(path, &manifest)?;
    Ok(manifest)
}

fn parse(section: &[u8]) -> Option<Manifest> {
    let rest = section.strip_prefix(&MANIFEST_MAGIC)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    serde_json::from_slice(rest.get(..u32::from_le_bytes(*length) as usize)?).ok()
}

fn check_manifest(path: &Path, manifest: &Manifest) -> Result<(), Error> {
    let fail = |kind, message: String| Error::new(kind, message).in_file(path);
    let host = gloss_boundary::abi_version();
    let plugin = manifest.abi.parse::<AbiVersion>().ok();
    if !plugin.is_some_and(|plugin| host.accepts(plugin)) {
        let message = format!(
            "the plugin {} {} speaks version {} of the plugin interface, this gloss speaks {host}",
            manifest.id, manifest.version, manifest.abi
        );
        let newer = plugin.is_some_and(|p| (p.major, p.candidate) > (host.major, host.candidate));
        let help = if newer {
            "update gloss, or build the plugin with an older SDK"
        } else {
            "build the plugin again with the SDK of this gloss"
        };
        return Err(fail(ErrorKind::AbiVersion, message).with_help(help));
    }
    if ![platform(), "unknown"].contains(&manifest.target.as_str()) {
        let message =
            format!("the plugin is built for {}, this is {}", manifest.target, platform());
        return Err(fail(ErrorKind::Platform, message)
            .with_help("get or build the plugin for this platform"));
    }
    if !is_plugin_id(&manifest.id) {
        let message = format!("the plugin's id {:?} is not publisher/name", manifest.id);
        return Err(fail(ErrorKind::NotAPlugin, message));
    }
    Ok(())
}

/// Whether it is `publisher/name`.
pub fn is_plugin_id(id: &str) -> bool {
    let well_formed = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let parts = id.split_once('/');
    parts.is_some_and(|(publisher, name)| well_formed(publisher) && well_formed(name))
}

/// The platform of this host, as manifests name it.
fn platform() -> &'static str {
    gloss_abi::target!()
}

/// The library's platform when it is not this one.
fn check_platform<'d>(library: &object::File<'d, &'d ReadCache<File>>) -> Result<(), String> {
    let format = library.format();
    let native_format = if cfg!(target_vendor = "apple") {
        BinaryFormat::MachO
    } else if cfg!(windows) {
        BinaryFormat::Pe
    } else {
        BinaryFormat::Elf
    };
    let architecture = library.architecture();
    let native = match architecture {
        Architecture::X86_64 => cfg!(target_arch = "x86_64"),
        Architecture::Aarch64 => cfg!(target_arch = "aarch64"),
        Architecture::I386 => cfg!(target_arch = "x86"),
        Architecture::Arm => cfg!(target_arch = "arm"),
        Architecture::Riscv64 => cfg!(target_arch = "riscv64"),
        // Not listed here: the operating system will tell.
        _ => !cfg!(any(target_arch = "x86_64", target_arch = "aarch64")),
    };
    if native && format == native_format {
        return Ok(());
    }
    Err(format!("{architecture:?} ({format:?})").to_lowercase())
}
