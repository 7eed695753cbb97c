//! What tells that a file is still the one that it was.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind, Input};

/// A file's state, as far as the system tells it without reading the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fingerprint {
    /// As [`Input::name`].
    pub name: String,
    /// Bytes of the file; absent for streams.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// When it was last written to, in nanoseconds since 1970; absent for streams, and where the
    /// system does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<u64>,
}

impl Input {
    /// What tells whether this input is the one that it was in an earlier run.
    ///
    /// # Errors
    /// When there is no such file any more, or the system says nothing about it.
    pub fn fingerprint(&self) -> Result<Fingerprint, Error> {
        let name = self.name();
        match self {
            Input::Stdin => Ok(Fingerprint { name, size: None, modified: None }),
            Input::File(path) => {
                let metadata = fs::metadata(path).map_err(|e| {
                    let message = format!("{name} cannot be read: {e}");
                    Error::new(ErrorKind::Unreadable, &name, message)
                        .help("check that it is there and may be read")
                })?;
                let state = State::of(&metadata);
                let modified = state.and_then(|state| state.modified);
                Ok(Fingerprint { name, size: state.map(|state| state.size), modified })
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    size: u64,
    modified: Option<u64>,
    /// Which file the path leads to.
    number: Option<u64>,
}

impl State {
    /// Nothing for what is no file: pipes have no size, and devices no end.
    fn of(metadata: &Metadata) -> Option<State> {
        let modified = || metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok();
        metadata.is_file().then(|| State {
            size: metadata.len(),
            modified: modified().and_then(|time| u64::try_from(time.as_nanos()).ok()),
            number: number(metadata),
        })
    }
}

#[cfg(unix)]
fn number(metadata: &Metadata) -> Option<u64> {
    Some(std::os::unix::fs::MetadataExt::ino(metadata))
}

#[cfg(not(unix))]
fn number(_: &Metadata) -> Option<u64> {
    None
}

/// Sees whether a file is changed or replaced while it is read.
pub(crate) struct Watch {
    path: PathBuf,
    state: Option<State>,
}

impl Watch {
    pub fn new(path: &Path, file: &File) -> io::Result<Watch> {
        Ok(Watch { path: path.to_owned(), state: State::of(&file.metadata()?) })
    }

    /// The error, if it was.
    pub fn check(&self) -> Result<(), Error> {
        let Some(before) = self.state else { return Ok(()) };
        let now = fs::metadata(&self.path).ok().and_then(|metadata| State::of(&metadata));
        if now == Some(before) {
            return Ok(());
        }
        let name = self.path.to_string_lossy();
        let what = if now.is_none() { "was removed" } else { "was changed or replaced" };
        let message = format!("{name} {what} while it was read");
        Err(Error::new(ErrorKind::ChangedInput, &name, message).help(
            "what was read before belongs to the old file: run again over files that nobody writes to",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_seen() {
        let check = |change: &dyn Fn(&Path), seen: bool| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.txt");
            fs::write(&path, "one").unwrap();
            let before = Input::File(path.clone()).fingerprint().unwrap();
            let watch = Watch::new(&path, &File::open(&path).unwrap()).unwrap();
            change(&path);
            assert_eq!(watch.check().is_err(), seen);
            let after = Input::File(path).fingerprint();
            assert_eq!(after.as_ref() != Ok(&before), seen, "{after:?}");
        };
        let replace = |path: &Path| {
            let aside = path.with_extension("aside");
            fs::write(&aside, "two").unwrap();
            let later = fs::metadata(path).unwrap().modified().unwrap()
                + std::time::Duration::from_nanos(1000);
            File::options().write(true).open(&aside).unwrap().set_modified(later).unwrap();
            fs::rename(aside, path).unwrap();
        };
        check(&|_| (), false);
        check(&|path| fs::write(path, "three").unwrap(), true);
        check(&|path| fs::remove_file(path).unwrap(), true);
        check(&replace, true);
        check(&|path| drop(fs::read(path)), false);
    }
}
