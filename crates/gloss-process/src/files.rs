//! Files that must stay what they are while something of them is in use.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use gloss_protocol::ModelFiles;

/// Size and time of a file.
type State = Option<(u64, SystemTime)>;

/// Files as they were at some moment, told by size and time of change: to hash a model once more
/// would take as long as to load it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileStates(Vec<(PathBuf, State)>);

impl FileStates {
    /// The state of these files now; of a folder that of all files below it, but for the receipt of a
    /// model, which the store writes anew when it likes.
    #[must_use]
    pub fn of<'p>(paths: impl IntoIterator<Item = &'p Path>) -> FileStates {
        let mut states = Vec::new();
        let mut pending: Vec<PathBuf> = paths.into_iter().map(Path::to_owned).collect();
        while let Some(path) = pending.pop() {
            match fs::read_dir(&path) {
                Ok(entries) => pending.extend(entries.flatten().map(|entry| entry.path())),
                Err(_) if path.file_name().is_some_and(|name| name == ModelFiles::RECEIPT) => {}
                Err(_) => states.push((path.clone(), state(&path))),
            }
        }
        FileStates(states)
    }

    /// A file that is not what it was, or is gone. Files that came are not looked for: nobody has read
    /// them.
    #[must_use]
    pub fn changed(&self) -> Option<&Path> {
        self.0.iter().find(|(path, then)| state(path) != *then).map(|(path, _)| path.as_path())
    }
}

fn state(path: &Path) -> State {
    let file = fs::metadata(path).ok()?;
    Some((file.len(), file.modified().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `change` does to a folder with a model in it and a file beside that is seen, by the name of
    /// the file, or is not.
    fn check(change: &dyn Fn(&Path), seen: Option<&str>) {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("model/sub")).unwrap();
        for name in ["model/a", "model/sub/b", "beside"] {
            fs::write(root.join(name), "as it was").unwrap();
        }
        fs::write(root.join("model").join(ModelFiles::RECEIPT), "{}").unwrap();
        let paths = [root.join("model"), root.join("beside"), root.join("never")];
        let states = FileStates::of(paths.iter().map(PathBuf::as_path));
        change(root);
        assert_eq!(states.changed(), seen.map(|name| root.join(name)).as_deref());
    }

    #[test]
    fn what_changes_is_seen() {
        check(&|_| {}, None);
        check(
            &|root| fs::write(root.join("model/sub/b"), "longer than it was").unwrap(),
            Some("model/sub/b"),
        );
        check(&|root| fs::write(root.join("beside"), "").unwrap(), Some("beside"));
        check(&|root| fs::remove_file(root.join("model/a")).unwrap(), Some("model/a"));
        check(
            &|root| fs::rename(root.join("beside"), root.join("model/a")).unwrap(),
            Some("beside"),
        );
        check(&|root| fs::write(root.join("model/new"), "").unwrap(), None);
        check(&|root| fs::write(root.join("never"), "now it is there").unwrap(), Some("never"));
        let receipt = |root: &Path| fs::write(root.join("model").join(ModelFiles::RECEIPT), "{ }");
        check(&|root| receipt(root).unwrap(), None);
    }
}
