//! States in files, so that shards can be observed apart.
//!
//! A file holds `gloss-state/1` and a line break, the length of the header as a little-endian
//! `u32`, the header as JSON, what the plugin wrote, and the SHA-256 of all that.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use data_encoding::HEXLOWER;
use gloss_boundary::SaveError;
use gloss_protocol::ResolvedFile;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::observation::{self, Observation};
use crate::canonical::sorted;
use crate::{Error, ErrorKind, Pipeline, StageInfo};

const MAGIC: &[u8] = b"gloss-state/1\n";
const DIGEST: usize = 32;

/// What must be equal where a state is restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The stage's id, which is also the file's name.
    stage: String,
    /// Plugin id and extractor.
    extractor: String,
    /// SHA-256 of the plugin's file.
    plugin_sha256: String,
    /// SHA-256 of the options and of the digests of the models they name.
    options_sha256: String,
    /// SHA-256 of the same of all stages that feed the stage.
    inputs_sha256: String,
    /// Version of the plugin's own form.
    state_version: u32,
}

#[derive(Serialize, Deserialize)]
struct Header {
    #[serde(flatten)]
    identity: Identity,
    /// How many documents were observed.
    documents: u64,
}

/// The identity of each stage that observes.
///
/// # Errors
/// When no stage observes, or one observes what another found: its shards cannot be observed apart.
pub fn identities(pipeline: &Pipeline) -> Result<Vec<Option<Identity>>, Error> {
    let refuse = |message: &str, help: &str| {
        Err(Error::new(ErrorKind::SavedState, message)
            .in_file(&pipeline.file().path)
            .with_help(help))
    };
    match pipeline.passes().list.len() {
        1 => {
            return refuse(
                "no stage of the pipeline observes documents, so there are no states",
                "run it without the options for states",
            );
        }
        2 => {}
        _ => {
            return refuse(
                "a stage observes what another found in all documents, so shards cannot be observed apart",
                "run the pipeline over all documents at once",
            );
        }
    }
    let infos = pipeline.stages();
    let identity = |(info, stage): (&StageInfo, &crate::stage::Stage)| {
        let version = stage.state_version()?;
        let mut inputs = Sha256::new();
        hash_feeds(&mut inputs, info, &infos);
        Some(Identity {
            stage: info.id.clone(),
            extractor: info.extractor.clone(),
            plugin_sha256: info.plugin.sha256.clone(),
            options_sha256: HEXLOWER.encode(&options_digest(info)),
            inputs_sha256: HEXLOWER.encode(&inputs.finalize()),
            state_version: version,
        })
    };
    Ok(infos.iter().zip(&pipeline.stages).map(identity).collect())
}

/// Adds the layers that a stage is shown, and those by which it chooses its documents.
fn hash_feeds(digest: &mut Sha256, info: &StageInfo, infos: &[StageInfo]) {
    for feed in &info.inputs {
        if feed.is_empty() {
            hash_feed(digest, None, infos);
        }
        for layer in feed {
            hash_feed(digest, Some(layer), infos);
        }
        // Where each has one, states that were saved before there could be several stay good.
        if feed.len() > 1 {
            digest.update((feed.len() as u64).to_le_bytes());
        }
    }
    for layer in &info.language_layers {
        hash_feed(digest, Some(layer), infos);
    }
}

/// Adds a layer and all that it was made from. Stages are connected without circles.
fn hash_feed(digest: &mut Sha256, feed: Option<&str>, infos: &[StageInfo]) {
    let made_by = |name: &str| infos.iter().find(|i| i.layers.iter().any(|l| l.name == name));
    let Some((name, info)) = feed.and_then(|name| Some((name, made_by(name)?))) else {
        digest.update([0]);
        return;
    };
    let layer = name.rsplit('/').next().unwrap_or(name);
    for part in [layer, &info.extractor, &info.plugin.sha256] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.update(options_digest(info));
    hash_feeds(digest, info, infos);
    digest.update([1]);
}

fn options_digest(info: &StageInfo) -> [u8; DIGEST] {
    let models: Vec<Value> =
        info.models.iter().map(|(option, m)| serde_json::json!([option, m.digest])).collect();
    let mut all = vec![info.options.clone(), models.into()];
    // Where there are none, states that were saved before files were known stay good.
    if info.files.values().any(|files| !files.is_empty()) {
        let digests = |files: &[ResolvedFile]| files.iter().map(|f| f.digest.clone()).collect();
        let files: Vec<(&String, Vec<String>)> =
            info.files.iter().map(|(option, files)| (option, digests(files))).collect();
        all.push(serde_json::json!(files));
    }
    if !info.languages.is_empty() {
        all.push(serde_json::json!({ "languages": info.languages }));
    }
    Sha256::digest(sorted(&all.into()).to_string()).into()
}

fn path(folder: &Path, identity: &Identity) -> PathBuf {
    folder.join(format!("{}.state", identity.stage))
}

fn error(path: &Path, message: String) -> Error {
    Error::new(ErrorKind::SavedState, message).in_file(path)
}

/// Passes bytes on and hashes them.
struct Hashing<W> {
    writer: W,
    digest: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// Saves a state; the file appears when it is whole.
pub fn write(
    folder: &Path,
    identity: &Identity,
    observation: &Observation,
    cancel: &AtomicBool,
) -> Result<(), Error> {
    let path = path(folder, identity);
    let unwritable = |e: io::Error| error(&path, format!("the state cannot be written: {e}"));
    fs::create_dir_all(folder).map_err(unwritable)?;
    let file = tempfile::NamedTempFile::new_in(folder).map_err(unwritable)?;
    let mut writer = Hashing { writer: BufWriter::new(file), digest: Sha256::new() };
    let header = Header { identity: identity.clone(), documents: observation.documents() };
    let header = serde_json::to_vec(&header).map_err(|e| unwritable(e.into()))?;
    let length = u32::try_from(header.len()).unwrap_or(u32::MAX).to_le_bytes();
    writer
        .write_all(MAGIC)
        .and_then(|()| writer.write_all(&length))
        .and_then(|()| writer.write_all(&header))
        .map_err(unwritable)?;
    observation.save(&mut writer, cancel).map_err(|e| match e {
        SaveError::Write(e) => unwritable(e),
        SaveError::Plugin(f) => observation::error(&identity.stage, &f, "save what it observed"),
    })?;
    let Hashing { mut writer, digest } = writer;
    writer.write_all(&digest.finalize()).map_err(unwritable)?;
    let file = writer.into_inner().map_err(|e| unwritable(e.into_error()))?;
    file.as_file().sync_all().map_err(unwritable)?;
    file.persist(&path).map_err(|e| unwritable(e.error))?;
    Ok(())
}

/// Adds to an observation what a state has seen.
///
/// # Errors
/// When there is no such file, it is damaged, or it was saved by another plugin, or one with other
/// options or inputs.
pub fn read(folder: &Path, identity: &Identity, observation: &Observation) -> Result<(), Error> {
    let path = path(folder, identity);
    let bytes = fs::read(&path).map_err(|e| {
        error(&path, format!("the state of stage {:?} cannot be read: {e}", identity.stage))
            .with_help("save it with `gloss run --observe-only --states FOLDER`")
    })?;
    let damaged = || {
        error(&path, "the file is no saved state, or it is damaged".to_owned())
            .with_help("observe its documents again")
    };
    let (header, state) = parse(&bytes).ok_or_else(damaged)?;
    if let Some(difference) = difference(&header.identity, identity) {
        return Err(error(&path, format!("the state was saved {difference}"))
            .with_help("observe its documents again with this pipeline and these plugins"));
    }
    observation.restore(state, header.documents).map_err(|f| {
        error(&path, format!("stage {:?} refuses the state: {f}", identity.stage))
            .with_help("observe its documents again")
    })
}

fn parse(bytes: &[u8]) -> Option<(Header, &[u8])> {
    let (content, digest) = bytes.split_last_chunk::<DIGEST>()?;
    let rest = content.strip_prefix(MAGIC)?;
    if Sha256::digest(content)[..] != digest[..] {
        return None;
    }
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let (header, state) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((serde_json::from_slice(header).ok()?, state))
}

/// In what the saved identity differs from ours, as the end of a sentence.
fn difference(saved: &Identity, ours: &Identity) -> Option<String> {
    if saved.extractor != ours.extractor {
        Some(format!("by {}, this is {}", saved.extractor, ours.extractor))
    } else if saved.state_version != ours.state_version {
        Some(format!("in version {}, this is {}", saved.state_version, ours.state_version))
    } else if saved.plugin_sha256 != ours.plugin_sha256 {
        Some("by another build of the plugin".to_owned())
    } else if saved.options_sha256 != ours.options_sha256 {
        Some(format!("with other options or models of stage {:?}", ours.stage))
    } else if saved.inputs_sha256 != ours.inputs_sha256 {
        Some(format!("with other stages before stage {:?}", ours.stage))
    } else {
        None
    }
}
