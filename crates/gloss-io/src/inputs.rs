//! From the paths that a user names to the files to read.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::format::endings;
use crate::output_folder::LIST;
use crate::read::brat_pair;
use crate::{Error, ErrorKind, Format, InputFormat};

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

/// Finds the files that paths mean: files as they are, all files of known formats below a folder
/// (sorted, hidden ones left out), the matches of a pattern (likewise), and `-` for standard input.
/// What is named twice is read once, where it is named first, because ids are made of names.
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
                    .help(format!("files that end in one of these are read: {}", endings())));
            }
        } else if Path::new(path).exists() {
            inputs.push(Input::File(PathBuf::from(path)));
        } else if path.contains(['*', '?', '[']) {
            inputs.extend(matches(path)?);
        } else {
            return Err(not_found(path));
        }
    }
    leave_out_annotated(&mut inputs);
    let mut seen = HashSet::new();
    inputs.retain(|input| match input {
        Input::Stdin => seen.insert(PathBuf::from("-")),
        Input::File(path) => seen.insert(path.strip_prefix(".").unwrap_or(path).to_owned()),
    });
    Ok(inputs)
}

/// Leaves out texts that are read with the annotations beside them.
fn leave_out_annotated(inputs: &mut Vec<Input>) {
    let is_brat = |path: &Path| InputFormat::of(path).is_some_and(|f| f.format == Format::Brat);
    let texts = inputs.iter().filter_map(|input| match input {
        Input::File(path) if is_brat(path) => brat_pair(path).map(|(text, _)| text),
        _ => None,
    });
    let texts: HashSet<PathBuf> = texts.collect();
    inputs.retain(|input| !matches!(input, Input::File(path) if texts.contains(path)));
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
    // Our list of the files of a folder of brat's is none of its documents.
    if folder.join("annotation.conf").exists() {
        paths.retain(|path| path.file_name().is_none_or(|name| name != LIST));
    }
    for path in paths {
        // A link to a folder is not followed, so that a circle of links ends.
        if path.is_dir() && !path.is_symlink() {
            walk(&path, inputs)?;
        } else if is_known(&path) && path.is_file() {
            inputs.push(Input::File(path));
        }
    }
    Ok(())
}

/// Whether a file of a folder is read: JSON may be anything, and is read where it is named.
fn is_known(path: &Path) -> bool {
    InputFormat::of(path).is_some_and(|found| found.format != Format::Json)
}

fn matches(pattern: &str) -> Result<Vec<Input>, Error> {
    let options =
        glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::default() };
    let paths = glob::glob_with(pattern, options).map_err(|e| {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("b/c")).unwrap();
        fs::create_dir_all(root.join(".d")).unwrap();
        fs::create_dir_all(root.join("brat")).unwrap();
        for name in [
            "z.txt",
            "a.csv.zst",
            "a.pdf",
            ".e.txt",
            "b/f.jsonl.gz",
            "b/c/g.HTML",
            "b/c/h.parquet",
            ".d/i.txt",
            "x[1].txt",
            "y.json",
            "brat/j.txt",
            "brat/j.ann",
            "brat/k.txt",
            "brat/annotation.conf",
            "brat/documents.jsonl",
        ] {
            fs::write(root.join(name), "").unwrap();
        }
        let check = |paths: &[&str], expected: Result<&[&str], ErrorKind>| {
            let absolute: Vec<String> = paths
                .iter()
                .map(|path| {
                    if *path == "-" {
                        (*path).to_owned()
                    } else {
                        root.join(path).display().to_string()
                    }
                })
                .collect();
            let found = expand(&absolute).map_err(|e| e.kind);
            let found = found.map(|inputs| {
                let short = |input: &Input| {
                    let name = input.name();
                    name.strip_prefix(&format!("{}/", root.display())).unwrap_or(&name).to_owned()
                };
                inputs.iter().map(short).collect::<Vec<_>>()
            });
            let expected =
                expected.map(|names| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
            assert_eq!(found, expected, "{paths:?}");
        };
        let all = [
            "a.csv.zst",
            "b/c/g.HTML",
            "b/c/h.parquet",
            "b/f.jsonl.gz",
            "brat/j.ann",
            "brat/k.txt",
            "x[1].txt",
            "z.txt",
        ];
        check(&[""], Ok(&all));
        check(&["b/**/*.HTML"], Ok(&["b/c/g.HTML"]));
        check(&["**/*.txt"], Ok(&["brat/j.txt", "brat/k.txt", "x[1].txt", "z.txt"]));
        check(&["*"], Ok(&["a.csv.zst", "a.pdf", "x[1].txt", "y.json", "z.txt"]));
        check(&["brat/j.txt", "brat/j.ann"], Ok(&["brat/j.ann"]));
        check(&[".*"], Err(ErrorKind::NotFound));
        check(&[".e.txt", ".d/*"], Ok(&[".e.txt", ".d/i.txt"]));
        check(&["x[1].txt"], Ok(&["x[1].txt"]));
        check(&["z.txt", "-", "*.txt", "-"], Ok(&["z.txt", "-", "x[1].txt"]));
        check(&["b/../z.txt"], Ok(&["b/../z.txt"]));
        check(&["a.pdf"], Ok(&["a.pdf"]));
        check(&["none.txt"], Err(ErrorKind::NotFound));
        check(&["*.docx"], Err(ErrorKind::NotFound));
        check(&[".d/c*"], Err(ErrorKind::NotFound));
        check(&["a[.txt"], Err(ErrorKind::BadPattern));
    }
}
