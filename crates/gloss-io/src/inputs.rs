//! From the paths that a user names to the files to read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, ErrorKind};

/// One thing to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// The path as documents name it; `-` for standard input.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Input::Stdin => "-".to_owned(),
            Input::File(path) => path.to_string_lossy().into_owned(),
        }
    }
}

/// Endings of the files that are taken from a folder.
const EXTENSIONS: &[&str] = &["txt", "text", "md", "jsonl", "ndjson"];

/// Finds the files that paths mean: files as they are, all texts and JSONL files below a folder
/// (sorted, hidden ones left out), the matches of a pattern, and `-` for standard input.
///
/// # Errors
/// When a path does not exist, or a pattern matches nothing or is malformed.
pub fn expand(paths: &[String]) -> Result<Vec<Input>, Error> {
    let mut inputs = Vec::new();
    for path in paths {
        if path == "-" {
            inputs.push(Input::Stdin);
        } else if Path::new(path).is_dir() {
            let before = inputs.len();
            walk(Path::new(path), &mut inputs)?;
            if inputs.len() == before {
                let message = format!("the folder {path} holds no documents");
                return Err(Error::new(ErrorKind::NotFound, path, message)
                    .help(format!("files that end in {} are read", EXTENSIONS.join(", "))));
            }
        } else if Path::new(path).exists() {
            inputs.push(Input::File(PathBuf::from(path)));
        } else if path.contains(['*', '?', '[']) {
            inputs.extend(matches(path)?);
        } else {
            return Err(not_found(path));
        }
    }
    Ok(inputs)
}

fn walk(folder: &Path, inputs: &mut Vec<Input>) -> Result<(), Error> {
    let name = folder.to_string_lossy();
    let fail = |e: std::io::Error| {
        Error::new(ErrorKind::Unreadable, &name, format!("the folder {name} cannot be read: {e}"))
    };
    let entries =
        fs::read_dir(folder).map_err(fail)?.collect::<Result<Vec<_>, _>>().map_err(fail)?;
    let mut paths: Vec<PathBuf> = entries
        .into_iter()
        .filter(|e| !e.file_name().to_string_lossy().starts_with('.'))
        .map(|e| e.path())
        .collect();
    paths.sort();
    for path in paths {
        // A link to a folder is not followed, so that a circle of links ends.
        if path.is_dir() && !path.is_symlink() {
            walk(&path, inputs)?;
        } else if path.extension().is_some_and(|e| EXTENSIONS.iter().any(|x| e == *x)) {
            inputs.push(Input::File(path));
        }
    }
    Ok(())
}

fn matches(pattern: &str) -> Result<Vec<Input>, Error> {
    let paths = glob::glob(pattern).map_err(|e| {
        let message =
            format!("the pattern {pattern} is malformed at position {}: {}", e.pos, e.msg);
        Error::new(ErrorKind::BadPattern, pattern, message)
    })?;
    let files: Vec<Input> =
        paths.filter_map(Result::ok).filter(|p| p.is_file()).map(Input::File).collect();
    if files.is_empty() {
        let message = format!("the pattern {pattern} matches no file");
        return Err(Error::new(ErrorKind::NotFound, pattern, message)
            .help("`*` matches within a folder, `**` across folders"));
    }
    Ok(files)
}

fn not_found(path: &str) -> Error {
    let mut existing = Path::new(path);
    while let Some(parent) = existing.parent() {
        existing = parent;
        if existing.exists() {
            break;
        }
    }
    let message = format!("the input {path} does not exist");
    let error = Error::new(ErrorKind::NotFound, path, message);
    if existing.as_os_str().is_empty() {
        error.help("check the path, or use `-` for standard input")
    } else {
        error.help(format!("{} exists, what is behind it does not", existing.display()))
    }
}
