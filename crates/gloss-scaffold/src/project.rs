//! Making a project.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::{Error, ErrorKind, PluginName, Result, sdk, template};

/// What the extractor of a new plugin makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Stretches of the text with labels.
    Spans,
    /// A label for the document.
    Classes,
    /// A text about the document.
    Texts,
    /// A vector for the document.
    Vectors,
    /// Something that only all documents together tell.
    Corpus,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 5] =
        [Kind::Spans, Kind::Classes, Kind::Texts, Kind::Vectors, Kind::Corpus];

    /// The word for it, which is the name of its template.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Spans => "spans",
            Kind::Classes => "classes",
            Kind::Texts => "text",
            Kind::Vectors => "vectors",
            Kind::Corpus => "corpus",
        }
    }
}

/// What a new plugin is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Rust, with the SDK `gloss-plugin`.
    Rust,
    /// Python, with the package `gloss_plugin`.
    Python,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 2] = [Language::Rust, Language::Python];

    /// The word for it, which is the folder of its templates.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Python => "python",
        }
    }
}

/// A plugin that is to be made.
#[derive(Clone, Debug)]
pub struct NewPlugin {
    /// What it is called.
    pub name: PluginName,
    /// What its extractor makes.
    pub kind: Kind,
    /// What it is written in.
    pub language: Language,
}

/// Makes the project of a plugin in a new folder below `parent`, named as the plugin. The folder
/// appears when it is whole. Gives its path.
///
/// # Errors
/// When the folder exists, or cannot be written.
pub fn create(plugin: &NewPlugin, parent: &Path) -> Result<PathBuf> {
    let folder = parent.join(plugin.name.name());
    if fs::symlink_metadata(&folder).is_ok() {
        let message = format!("{} exists", folder.display());
        let help = "choose another name, or remove it; nothing of it was touched";
        return Err(Error::new(ErrorKind::FolderExists, message, help));
    }
    let mut files = template::files(plugin);
    match plugin.language {
        Language::Rust => sdk::add(&mut files),
        Language::Python => sdk::add_python(&mut files),
    }
    let aside = parent.join(format!(".{}.{}", plugin.name.name(), std::process::id()));
    let written = write(&files, &aside).and_then(|()| fs::rename(&aside, &folder));
    written.map(|()| folder.clone()).map_err(|e| {
        // What is left of it is of no use, and says nothing that the error does not.
        let _ = fs::remove_dir_all(&aside);
        let message = format!("{} cannot be made: {e}", folder.display());
        Error::new(ErrorKind::Unwritable, message, "go to a folder in which you may write")
    })
}

fn write(files: &[template::File], folder: &Path) -> io::Result<()> {
    for (path, contents) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(path, contents)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plugin(name: &str) -> NewPlugin {
        NewPlugin { name: name.parse().unwrap(), kind: Kind::Spans, language: Language::Rust }
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn nothing_is_overwritten_or_left_behind() {
        let parent = tempfile::tempdir().unwrap();
        let folder = create(&plugin("acme/one"), parent.path()).unwrap();
        assert_eq!(names(parent.path()), ["one"]);
        fs::write(folder.join("README.md"), "mine").unwrap();
        let error = create(&plugin("other/one"), parent.path()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::FolderExists);
        assert_eq!(fs::read_to_string(folder.join("README.md")).unwrap(), "mine");
        fs::write(parent.path().join("file"), "").unwrap();
        let error = create(&plugin("two"), &parent.path().join("file")).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unwritable);
        assert_eq!(names(parent.path()), ["file", "one"]);
    }
}
