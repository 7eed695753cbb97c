//! Texts with brat's standoff annotations.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use gloss_doc::{Document, OffsetUnit};

use super::brat_annotations::Annotated;
use crate::fingerprint::Watch;
use crate::read::{MAX_DOCUMENT, open, text};
use crate::{Compression, Error, ErrorKind, Input, ReadOptions};

/// The files of a document: its text and its annotations, of which `path` is one.
pub fn pair(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let compression = Compression::of_path(path) != Compression::None;
    let (packed, bare) = match path.extension().filter(|_| compression) {
        Some(ending) => (Some(ending), path.with_extension("")),
        None => (None, path.to_owned()),
    };
    let is =
        |ending: &OsStr| ending.eq_ignore_ascii_case("ann") || ending.eq_ignore_ascii_case("txt");
    bare.extension().filter(|ending| is(ending))?;
    let with = |ending: &str| {
        let mut name = bare.with_extension(ending).into_os_string();
        if let Some(packed) = packed {
            name.push(".");
            name.push(packed);
        }
        PathBuf::from(name)
    };
    Some((with("txt"), with("ann")))
}

/// The document of a text and its annotations ([brat's standoff format](https://brat.nlplab.org/standoff.html)).
/// Its id is the path of the text.
pub fn document(
    input: &Input,
    options: &ReadOptions,
    read: &Arc<AtomicU64>,
) -> Result<Document, Error> {
    let name = input.name();
    let files = match input {
        Input::Stdin => None,
        Input::File(path) => pair(path),
    };
    let Some((text_path, annotations_path)) = files else {
        let what = if *input == Input::Stdin { "standard input" } else { &name };
        let message =
            format!("{what} is no document of brat: it has a text and annotations in two files");
        return Err(Error::new(ErrorKind::UnknownFormat, &name, message).help(
            "give the folder, or files that end in .ann and stand beside those that end in .txt",
        ));
    };
    let text_name = text_path.to_string_lossy().into_owned();
    // How far a reader is is told by the inputs, and one of the two files is none.
    let uncounted = Arc::default();
    let counted =
        |path: &Path| if Input::File(path.to_owned()) == *input { read } else { &uncounted };
    let (annotations, _) =
        file(&annotations_path, options, counted(&annotations_path)).map_err(|error| {
            beside(error, &annotations_path, &text_name, "make an empty one where there are none")
        })?;
    let (text, offset) = file(&text_path, options, counted(&text_path)).map_err(|error| {
        beside(error, &text_path, &text_name, "brat keeps the text beside its annotations")
    })?;
    let unit = options.annotations.offsets.unwrap_or(OffsetUnit::Codepoint);
    let text = text::Text { text, offset };
    let mut document = text::document(&text_name, text, false);
    let annotated = Annotated { name: &annotations_path.to_string_lossy(), id: &text_name, unit };
    annotated.put_into(&mut document, &annotations)?;
    Ok(document)
}

/// Reads a file whole.
fn file(
    path: &Path,
    options: &ReadOptions,
    read: &Arc<AtomicU64>,
) -> Result<(String, Option<u64>), Error> {
    let input = Input::File(path.to_owned());
    let opened = open::open(&input, Compression::of_path(path), read)?;
    let text = text::read(&input.name(), opened.reader, options.encoding, false, MAX_DOCUMENT)?;
    opened.watch.as_ref().map_or(Ok(()), Watch::check)?;
    Ok((text.text, text.offset))
}

/// An error of one of the two files, with the document's id, and what to do where the file is missing.
fn beside(mut error: Error, path: &Path, id: &str, help: &str) -> Error {
    id.clone_into(&mut error.id);
    if error.help.is_empty() && !path.exists() {
        error.help = help.to_owned();
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_in_pairs() {
        let check = |path: &str, expected: Option<(&str, &str)>| {
            let found = pair(Path::new(path));
            let expected = expected.map(|(text, annotations)| (text.into(), annotations.into()));
            assert_eq!(found, expected, "{path}");
        };
        check("x/a.ann", Some(("x/a.txt", "x/a.ann")));
        check("x/a.txt", Some(("x/a.txt", "x/a.ann")));
        check("a.b.ANN", Some(("a.b.txt", "a.b.ann")));
        check("a.ann.gz", Some(("a.txt.gz", "a.ann.gz")));
        check("annotation.conf", None);
        check("ann", None);
    }
}
