//! What makes one run the same as another: everything that what it writes depends on.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use data_encoding::HEXLOWER;
use gloss_host::Pipeline;
use gloss_io::Fingerprint;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};

/// Names of what a run depends on, as the subject of "is another than it was", each with a value or
/// the digest of one.
pub type Identity = BTreeMap<String, String>;

/// The part that says which shard it is.
pub const SHARD: &str = "the shard";
/// The part that says what is read.
pub const INPUTS: &str = "the list of inputs";
/// How the parts begin that say which states are merged.
pub const STATE: &str = "the state in ";

/// Keys of a stage that say where and how fast it runs; no annotation depends on them, and one may have
/// to change them so that a run that was killed comes to its end.
const RESOURCES: &[&str] = &["isolation", "memory", "timeout", "workers"];

/// The part of the identity that the pipeline makes.
///
/// # Errors
/// When a state that is to be merged cannot be read.
pub fn of_pipeline(pipeline: &Pipeline, states: &[PathBuf]) -> Result<Identity> {
    let mut identity = Identity::new();
    identity.insert("the version of gloss".to_owned(), env!("CARGO_PKG_VERSION").to_owned());
    identity.insert("the pipeline file".to_owned(), digest_of(&shape(&pipeline.file().text)));
    for stage in pipeline.stages() {
        let mut insert = |what: &str, value: String| {
            identity.insert(format!("{what} of stage {:?}", stage.id), value);
        };
        insert("the plugin", stage.plugin.sha256.clone());
        insert("the options", digest_of(&stage.options));
        let models = stage.models.iter();
        let models: Vec<Value> =
            models.map(|(option, m)| serde_json::json!([option, m.digest])).collect();
        if !models.is_empty() {
            insert("the model", digest_of(&models.into()));
        }
        let files = stage.files.values().flatten();
        let files: Vec<Value> = files.map(|file| file.digest.clone().into()).collect();
        if !files.is_empty() {
            insert("a data file", digest_of(&files.into()));
        }
    }
    for folder in states {
        let what = format!("{STATE}{}", folder.display());
        identity.insert(what, of_states(folder)?);
    }
    Ok(identity)
}

/// Digest of the names and lengths of the inputs. Not of when they were changed: on another machine
/// they are copies.
pub fn of_inputs(inputs: &[Fingerprint]) -> String {
    let mut digest = Sha256::new();
    for Fingerprint { name, size, .. } in inputs {
        hash_text(&mut digest, name);
        digest.update(size.unwrap_or_default().to_le_bytes());
    }
    HEXLOWER.encode(&digest.finalize())
}

/// Digest of when the inputs were changed.
pub fn of_times(inputs: &[Fingerprint]) -> String {
    let mut digest = Sha256::new();
    let modified = inputs.iter().map(|input| input.modified.unwrap_or_default());
    modified.for_each(|modified| digest.update(modified.to_le_bytes()));
    HEXLOWER.encode(&digest.finalize())
}

/// What differs, in order.
pub fn differences(then: &Identity, now: &Identity) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    names.into_iter().filter(|name| then.get(*name) != now.get(*name)).cloned().collect()
}

/// The pipeline file without what [`RESOURCES`] says, and without the options, which are compared
/// stage by stage; comments and order of keys make no difference.
fn shape(text: &str) -> Value {
    // It was parsed before.
    let mut file: Value = toml::from_str(text).unwrap_or_default();
    let stages = file.get_mut("stage").and_then(Value::as_array_mut);
    for stage in stages.into_iter().flatten().filter_map(Value::as_object_mut) {
        stage.retain(|key, _| key != "options" && !RESOURCES.contains(&key.as_str()));
    }
    file
}

fn of_states(folder: &PathBuf) -> Result<String> {
    let failed = |e| {
        let help = "save it with `gloss run --observe-only --states FOLDER`";
        Error::system(ErrorKind::Different, "a state cannot be read:", folder, e, help)
    };
    let entries = match fs::read_dir(folder) {
        // The pipeline refuses it, and says of which stage a state is missing.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        entries => entries.map_err(failed)?,
    };
    let entries = entries.collect::<Result<Vec<_>, _>>().map_err(failed)?;
    let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "state"));
    paths.sort_unstable();
    let mut digest = Sha256::new();
    for path in paths {
        hash_text(&mut digest, &path.file_name().unwrap_or_default().to_string_lossy());
        // The last bytes of a state are the digest of all before.
        digest.update(last_bytes(&path).map_err(failed)?);
    }
    Ok(HEXLOWER.encode(&digest.finalize()))
}

fn last_bytes(path: &PathBuf) -> std::io::Result<Vec<u8>> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = fs::File::open(path)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(32)))?;
    let mut bytes = Vec::new();
    file.take(32).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Digest of a value, whatever the order of keys.
pub fn digest_of(value: &Value) -> String {
    let mut digest = Sha256::new();
    hash_value(&mut digest, value);
    HEXLOWER.encode(&digest.finalize())
}

fn hash_value(digest: &mut Sha256, value: &Value) {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, &Value> = map.iter().collect();
            digest.update(b"{");
            for (key, value) in sorted {
                hash_text(digest, key);
                hash_value(digest, value);
            }
            digest.update(b"}");
        }
        Value::Array(items) => {
            digest.update(b"[");
            items.iter().for_each(|item| hash_value(digest, item));
            digest.update(b"]");
        }
        other => hash_text(digest, &other.to_string()),
    }
}

fn hash_text(digest: &mut Sha256, text: &str) {
    digest.update((text.len() as u64).to_le_bytes());
    digest.update(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_where_a_stage_runs_makes_no_difference() {
        let check = |one: &str, other: &str, same: bool| {
            let digests = [one, other].map(|text| digest_of(&shape(text)));
            assert_eq!(digests[0] == digests[1], same, "{one:?} {other:?}");
        };
        let plain = "[[stage]]\nextractor = \"a\"\n";
        check(plain, "# a remark\n[[stage]]\nextractor = 'a'\n", true);
        check(plain, "[[stage]]\nworkers = 2\ntimeout = \"1s\"\nextractor = \"a\"\n", true);
        check(plain, "[[stage]]\nextractor = \"b\"\n", false);
        check(plain, "[input]\nheader = true\n[[stage]]\nextractor = \"a\"\n", false);
        check(plain, "[[stage]]\nextractor = \"a\"\nkeep = []\n", false);
    }

    #[test]
    fn differences_are_named() {
        let identity = |pairs: &[(&str, &str)]| -> Identity {
            pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
        };
        let then = identity(&[("a", "1"), ("b", "1"), ("c", "1")]);
        assert_eq!(differences(&then, &then), [""; 0]);
        let now = identity(&[("a", "1"), ("b", "2"), ("d", "1")]);
        assert_eq!(differences(&then, &now), ["b", "c", "d"]);
    }
}
