//! Files that a run writes must be none that it reads, and each another: a file that appears in the place of
//! an input, of the pipeline or of another result is a loss that nobody asked for.

use std::fs;
use std::path::{Path, PathBuf};

use gloss_host::Pipeline;
use gloss_io::Input;

use crate::Documents;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Destination, JobOptions};

/// A file that is written, or a folder: what it is, its path, and how to say that it is another.
struct Written<'p> {
    what: &'p str,
    path: &'p Path,
    kind: ErrorKind,
    help: &'static str,
}

/// Whether each file has one role.
pub fn check(
    pipeline: &Pipeline,
    documents: &Documents,
    destination: &Destination<'_>,
    options: &JobOptions,
) -> Result<()> {
    let written = written(destination, options);
    let places: Vec<Option<PathBuf>> = written.iter().map(|file| place(file.path)).collect();
    let refuse = |at: usize, role: &str| {
        let Written { what, path, kind, help } = &written[at];
        let message = format!("{what} {} is {role}", path.display());
        Err(Error::new(*kind, message, *help))
    };
    for (at, own) in places.iter().enumerate().filter(|(_, own)| own.is_some()) {
        if let Some(other) = places[..at].iter().position(|other| other == own) {
            return refuse(at, &format!("also {}", written[other].what));
        }
        if place(&pipeline.file().path) == *own {
            return refuse(at, "the pipeline file");
        }
        // Of a million inputs not each is looked up.
        let name = written[at].path.file_name();
        let is_same = |path: &Path| path.file_name() == name && place(path) == *own;
        match documents {
            Documents::Inputs(inputs, _) => {
                let files = inputs.iter().filter_map(|input| match input {
                    Input::File(path) => Some(path.as_path()),
                    Input::Stdin => None,
                });
                if files.into_iter().any(is_same) {
                    return refuse(at, "an input");
                }
            }
            Documents::Retry(path) if is_same(path) => {
                return refuse(at, "the quarantine file that is tried again");
            }
            Documents::Retry(_) => {}
        }
    }
    Ok(())
}

/// Whether two paths lead to one file, which need not be there.
pub fn is_same(one: &Path, other: &Path) -> bool {
    place(one).is_some_and(|one| place(other).is_some_and(|other| one == other))
}

fn written<'p>(destination: &'p Destination<'_>, options: &'p JobOptions) -> Vec<Written<'p>> {
    let mut written = Vec::new();
    let mut file = |what, path, kind, help| written.push(Written { what, path, kind, help });
    if let Destination::File(path, _) = destination {
        file("the output", path.as_path(), ErrorKind::Output, "give another output with `-o`");
    }
    let help = "give another output with `-o`, or another file with `--quarantine`";
    file("the quarantine file", &options.quarantine, ErrorKind::Quarantine, help);
    let help = "give another output with `-o`, or another file with `--record`";
    file("the record", &options.record, ErrorKind::Record, help);
    for (what, path) in &options.others {
        file(what, path, ErrorKind::Output, "give another file for one of them");
    }
    written
}

/// A file by its folder, whatever leads there. `None` where there is no such folder, and for what is no
/// file, such as `/dev/null`.
fn place(path: &Path) -> Option<PathBuf> {
    match fs::canonicalize(path) {
        Ok(place) => fs::metadata(&place).is_ok_and(|m| m.is_file() || m.is_dir()).then_some(place),
        Err(_) => {
            let parent = path.parent()?;
            let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
            Some(fs::canonicalize(parent).ok()?.join(path.file_name()?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_file_is_in_one_place() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir(root.join("sub")).unwrap();
        fs::write(root.join("a"), "").unwrap();
        std::os::unix::fs::symlink(root.join("a"), root.join("link")).unwrap();
        let check = |one: &str, other: &str, same: bool| {
            let [one, other] = [one, other].map(|path| place(&root.join(path)));
            assert!(one.is_some() && (one == other) == same, "{one:?} {other:?}");
        };
        check("a", "sub/../a", true);
        check("a", "link", true);
        check("new", "sub/../new", true);
        check("a", "new", false);
        check("new", "sub/new", false);
        assert_eq!(place(Path::new("/dev/null")), None);
        assert_eq!(place(&root.join("none/a")), None);
    }
}
