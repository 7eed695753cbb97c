//! Noticing that files change, by looking at their times and sizes: this works on every file system,
//! those of containers and networks included, and costs little for the sources of a plugin.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(200);

/// Files that are watched, as they were when last looked at.
#[derive(Debug)]
pub struct Watched {
    places: Vec<PathBuf>,
    seen: Files,
}

/// Time and size of each file.
type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

impl Watched {
    /// Watches files, and folders with all that is in them but what is hidden, and what `cargo`
    /// builds. Places that do not exist are watched for their appearance.
    #[must_use]
    pub fn new(places: Vec<PathBuf>) -> Watched {
        let seen = look(&places);
        Watched { places, seen }
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Returns when something was written, made or removed since the last call, with the files.
    pub fn wait(&mut self) -> Vec<PathBuf> {
        loop {
            let mut now = look(&self.places);
            if now != self.seen {
                // Editors write in several steps, and several files at once.
                loop {
                    sleep(PAUSE);
                    let later = look(&self.places);
                    if later == now {
                        break;
                    }
                    now = later;
                }
                let changed = differences(&self.seen, &now);
                self.seen = now;
                if !changed.is_empty() {
                    return changed;
                }
            }
            sleep(PAUSE);
        }
    }
}

fn differences(before: &Files, now: &Files) -> Vec<PathBuf> {
    let changed = now.iter().filter(|(path, stamp)| before.get(*path) != Some(stamp));
    let gone = before.iter().filter(|(path, _)| !now.contains_key(*path));
    changed.chain(gone).map(|(path, _)| path.clone()).collect()
}

fn look(places: &[PathBuf]) -> Files {
    let mut files = Files::new();
    places.iter().for_each(|place| add(place, &mut files));
    files
}

fn add(path: &Path, files: &mut Files) {
    // What vanishes meanwhile, or cannot be read, is as if it were not there.
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_file() {
        files.insert(path.to_owned(), (metadata.modified().ok(), metadata.len()));
    } else if metadata.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        for entry in entries {
            let name = entry.file_name();
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if !is_link && name != "target" && !name.to_string_lossy().starts_with('.') {
                add(&entry.path(), files);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("src")).unwrap();
        fs::create_dir_all(path("target")).unwrap();
        fs::write(path("src/lib.rs"), "one").unwrap();
        let mut watched = Watched::new(vec![folder.path().to_owned(), path("absent.toml")]);
        assert_eq!(watched.len(), 1);
        let mut check = |change: &dyn Fn(), expected: &[&str]| {
            // What is not watched alone would be waited for without end.
            fs::write(path("target/built"), expected.join("")).unwrap();
            fs::write(path(".hidden"), expected.join("")).unwrap();
            change();
            assert_eq!(watched.wait(), expected.iter().map(|name| path(name)).collect::<Vec<_>>());
        };
        check(&|| fs::write(path("src/lib.rs"), "longer").unwrap(), &["src/lib.rs"]);
        check(&|| fs::write(path("src/new.rs"), "").unwrap(), &["src/new.rs"]);
        check(&|| fs::remove_file(path("src/new.rs")).unwrap(), &["src/new.rs"]);
    }
}
