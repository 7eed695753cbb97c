//! Which shards the states in a folder are of, so that none is counted twice or forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gloss_host::StateOptions;
use gloss_io::{OutputFile, Sink};
use serde::{Deserialize, Serialize};

use crate::Shard;
use crate::error::{Error, ErrorKind, Result};

const NAME: &str = "shards.json";
const SCHEMA: &str = "gloss.shards/1";

/// What a folder of states holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Shards {
    schema: String,
    /// Of how many shards.
    count: u64,
    /// The numbers of those whose documents were observed.
    shards: BTreeSet<u64>,
}

/// Of the folders whose states are to be merged, those that this shard needs: its own documents it
/// observes itself. Also which shards the states will be of.
///
/// # Errors
/// [`ErrorKind::Shards`] when a shard is there twice, or one is missing that the results depend on.
pub fn needed(shard: Shard, states: &StateOptions) -> Result<(Vec<PathBuf>, BTreeSet<u64>)> {
    let (mut folders, mut seen) = (Vec::new(), BTreeSet::from([shard.number()]));
    let mut all_known = true;
    for folder in &states.merge {
        let Some(held) = read(folder)? else {
            all_known = false;
            folders.push(folder.clone());
            continue;
        };
        let place = folder.display();
        if held.count != shard.count() {
            let message =
                format!("the state in {place} is of one of {} shards, this is {shard}", held.count);
            return Err(Error::new(ErrorKind::Shards, message, "divide all runs in one way"));
        }
        if held.shards == BTreeSet::from([shard.number()]) {
            continue;
        }
        if let Some(twice) = held.shards.intersection(&seen).next() {
            let message =
                format!("with the state in {place} shard {twice}/{} is counted twice", held.count);
            let help = "merge each shard once; the shard that is run observes its own documents";
            return Err(Error::new(ErrorKind::Shards, message, help));
        }
        seen.extend(held.shards);
        folders.push(folder.clone());
    }
    let missing = (1..=shard.count()).find(|number| !seen.contains(number));
    let complete = states.observe_only || !all_known || folders.is_empty();
    if let Some(missing) = missing.filter(|_| !complete) {
        let message = format!("the state of shard {missing}/{} is missing", shard.count());
        let help = "name the folders of all shards with `--merge-states`";
        return Err(Error::new(ErrorKind::Shards, message, help));
    }
    Ok((folders, seen))
}

/// Notes which shards the saved states are of.
///
/// # Errors
/// When it cannot be written.
pub fn note(folder: &Path, shard: Shard, shards: BTreeSet<u64>) -> Result<()> {
    let path = folder.join(NAME);
    let write = || {
        if shard.count() == 1 {
            // What another run noted there speaks of states that are gone.
            return fs::remove_file(&path).or_else(|e| match e.kind() {
                io::ErrorKind::NotFound => Ok(()),
                _ => Err(e),
            });
        }
        let mut file = OutputFile::create(&path)?;
        let held = Shards { schema: SCHEMA.to_owned(), count: shard.count(), shards };
        serde_json::to_writer(&mut file, &held)?;
        file.write_all(b"\n")?;
        file.finish()
    };
    let what = "the list of shards cannot be written:";
    write().map_err(|e| Error::system(ErrorKind::Shards, what, &path, e, ""))
}

/// What is noted of a folder; `None` where nothing is.
fn read(folder: &Path) -> Result<Option<Shards>> {
    let path = folder.join(NAME);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => {
            let what = "the list of shards cannot be read:";
            return Err(Error::system(ErrorKind::Shards, what, &path, e, ""));
        }
    };
    match serde_json::from_slice(&bytes) {
        Ok(Shards { schema, count, shards }) if schema == SCHEMA => {
            Ok(Some(Shards { schema, count, shards }))
        }
        _ => {
            let message = format!("{} is no list of shards, or it is damaged", path.display());
            Err(Error::new(ErrorKind::Shards, message, "observe its documents again"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `folders` are the shards that each holds, of 3; `expected` the folders that are needed.
    fn check(
        number: u64,
        folders: &[&[u64]],
        observe_only: bool,
        expected: Result<&[usize], &str>,
    ) {
        let place = tempfile::tempdir().unwrap();
        let shard = Shard::new(number, 3).unwrap();
        let mut merge = Vec::new();
        for (i, held) in folders.iter().enumerate() {
            let folder = place.path().join(i.to_string());
            fs::create_dir(&folder).unwrap();
            // None at all stands for states that were not of shards.
            if !held.is_empty() {
                note(&folder, shard, held.iter().copied().collect()).unwrap();
            }
            merge.push(folder);
        }
        let states = StateOptions { merge, save: None, observe_only };
        let found = needed(shard, &states).map(|(folders, _)| folders);
        match (found, expected) {
            (Ok(found), Ok(expected)) => {
                let expected: Vec<&PathBuf> = expected.iter().map(|i| &states.merge[*i]).collect();
                assert_eq!(found.iter().collect::<Vec<_>>(), expected);
            }
            (Err(e), Err(part)) => assert!(e.to_string().contains(part), "{e}"),
            (found, expected) => panic!("{folders:?}: {found:?}, expected {expected:?}"),
        }
    }

    #[test]
    fn each_shard_counts_once() {
        check(1, &[&[1], &[2], &[3]], false, Ok(&[1, 2]));
        check(3, &[&[1, 2]], false, Ok(&[0]));
        check(1, &[&[2]], false, Err("shard 3/3 is missing"));
        check(1, &[&[2]], true, Ok(&[0]));
        check(1, &[], false, Ok(&[]));
        check(1, &[&[2], &[2], &[3]], false, Err("shard 2/3 is counted twice"));
        check(1, &[&[1, 2], &[3]], false, Err("shard 1/3 is counted twice"));
        // Of others' documents nothing is known.
        check(1, &[&[], &[2]], false, Ok(&[0, 1]));
    }
}
