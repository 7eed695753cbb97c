//! The manifest of a plugin that is a program: a TOML file that says how to start it.
//!
//! ```toml
//! id = "example/shouting"
//! version = "0.1.0"
//! frames = 2
//! extractors = ["shouting"]
//! command = ["python3", "-m", "gloss_plugin", "{folder}/shouting.py"]
//! files = ["shouting.py"]
//! environment = { PYTHONSAFEPATH = "1" }
//! help = "pip install gloss-plugin"
//! ```

use std::ffi::OsString;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use data_encoding::HEXLOWER;
use gloss_process::Program;
use gloss_protocol::Manifest;
use sha2::{Digest, Sha256};
use toml_edit::{Document, Item, Table};

use crate::library::hash_file;
use crate::manifest_file::is_plugin_id;
use crate::options::nearest;
use crate::{Error, ErrorKind};

/// How manifests in a folder of plugins are called.
const SUFFIX: &str = ".gloss.toml";
/// What stands for the manifest's folder in a command.
const FOLDER: &str = "{folder}";
const KEYS: &[&str] =
    &["id", "version", "frames", "extractors", "command", "files", "environment", "help"];

/// What a manifest says about a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramFile {
    /// Who it is.
    pub manifest: Manifest,
    /// The program and its arguments, with the folder put in.
    pub command: Vec<String>,
    /// The plugin's further files: relative to the manifest's folder, or absolute. Of a folder that
    /// the manifest names, all files below it.
    pub files: Vec<PathBuf>,
    /// Variables that are set for it.
    pub environment: Vec<(String, String)>,
    /// What the user can do when it does not start, or empty.
    pub help: String,
    path: PathBuf,
}

/// Whether a file in a folder of plugins is the manifest of a program.
pub fn is_manifest(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(SUFFIX))
}

/// Whether a file that was named must be the manifest of a program.
pub fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

impl ProgramFile {
    /// Reads a manifest.
    ///
    /// # Errors
    /// When there is anything wrong with it, or a file that it names is not there.
    pub fn read(path: &Path) -> Result<ProgramFile, Error> {
        let text = fs::read_to_string(path).map_err(|e| {
            let message = format!("the manifest cannot be read: {e}");
            Error::new(ErrorKind::ProgramManifest, message).in_file(path)
        })?;
        let mut file = ProgramFile::parse(path, &text)?;
        let mut files = Vec::new();
        for name in &file.files {
            add_files(folder(path), name, &mut files).map_err(|e| {
                let document = Document::parse(text.as_str()).ok();
                let span = document.and_then(|d| d.get("files").and_then(Item::span));
                let message = match e.kind() {
                    io::ErrorKind::NotFound => {
                        format!("the plugin's file {} is not there", name.display())
                    }
                    _ => format!("the plugin's file {} cannot be read: {e}", name.display()),
                };
                let help = "put it there, or take it out of `files`";
                Reader { path, text: &text }.error(span, message, help)
            })?;
        }
        files.dedup();
        file.files = files;
        Ok(file)
    }

    fn parse(path: &Path, text: &str) -> Result<ProgramFile, Error> {
        let reader = Reader { path, text };
        let document = Document::parse(text).map_err(|e| {
            reader.error(e.span(), e.message().trim().to_owned(), "the manifest must be TOML")
        })?;
        let table = document.as_table();
        reader.check_keys(table)?;
        let frames =
            reader.required(table, "frames", "frames = 2", "a number", |item| item.as_integer())?;
        if frames.0 != i64::from(gloss_frame::VERSION) {
            let message = format!(
                "the program speaks version {} of the frames, this gloss speaks {}",
                frames.0,
                gloss_frame::VERSION
            );
            let error =
                reader.error(frames.1, message, "get the plugin or gloss in a version that fits");
            return Err(Error { kind: ErrorKind::AbiVersion, ..error });
        }
        let text_of = |item: &Item| item.as_str().filter(|s| !s.is_empty()).map(str::to_owned);
        let (id, span) =
            reader.required(table, "id", "id = \"publisher/name\"", "a string", text_of)?;
        if !is_plugin_id(&id) {
            let message = format!("the plugin's id {id:?} is not publisher/name");
            return Err(reader.error(span, message, "use letters, digits, - _ and ."));
        }
        let (version, _) =
            reader.required(table, "version", "version = \"0.1.0\"", "a string", text_of)?;
        let names = |item: &Item| strings(item).filter(|names| !names.is_empty());
        let (extractors, span) = reader.required(
            table,
            "extractors",
            "extractors = [\"NAME\"]",
            "a list of names",
            names,
        )?;
        let well_formed = |name: &String| {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            !name.is_empty() && name.chars().all(fits)
        };
        if let Some(name) = extractors.iter().find(|name| !well_formed(name)) {
            let message = format!("{name:?} is not the name of an extractor");
            return Err(reader.error(span, message, "use lower-case letters, digits and -"));
        }
        let example = "command = [\"python3\", \"-m\", \"gloss_plugin\", \"{folder}/FILE.py\"]";
        let what = "a list of a program and its arguments";
        let (command, span) = reader.required(table, "command", example, what, names)?;
        let command = reader.command(&command, span)?;
        let files = reader.optional(table, "files", "a list of paths", strings)?;
        let span = files.as_ref().and_then(|(_, span)| span.clone());
        let files = files.map(|(files, _)| files).unwrap_or_default();
        let files = reader.files(files, span)?;
        let environment = reader.optional(table, "environment", "a table of strings", variables)?;
        let help = reader.optional(table, "help", "a string", text_of)?.map(|(help, _)| help);
        Ok(ProgramFile {
            manifest: Manifest {
                id,
                version,
                abi: format!("frames-{}", gloss_frame::VERSION),
                target: "unknown".to_owned(),
                extractors,
                needs: None,
            },
            command,
            files,
            environment: environment.map(|(variables, _)| variables).unwrap_or_default(),
            help: help.unwrap_or_default(),
            path: path.to_owned(),
        })
    }

    /// The manifest and the files that it names.
    pub fn all_files(&self) -> Vec<PathBuf> {
        let folder = folder(&self.path);
        let named = self.files.iter().map(|file| folder.join(file));
        std::iter::once(self.path.clone()).chain(named).collect()
    }

    /// Names and paths of the files below the manifest's folder.
    pub fn own_files(&self) -> Vec<(&Path, PathBuf)> {
        let own = self.files.iter().filter(|file| file.is_relative());
        own.map(|file| (file.as_path(), folder(&self.path).join(file))).collect()
    }

    /// Hexadecimal SHA-256 over the manifest and the files that it names.
    pub fn sha256(&self) -> io::Result<String> {
        let mut hasher = Sha256::new();
        hasher.update(hash_file(&self.path)?);
        for file in &self.files {
            let hash = hash_file(&folder(&self.path).join(file))?;
            hasher.update(format!("\n{hash}  {}", file.display()));
        }
        Ok(HEXLOWER.encode(&hasher.finalize()))
    }

    /// What child processes run.
    pub fn program(&self) -> Program {
        let (program, arguments) = self.command.split_first().map_or_else(
            || (PathBuf::new(), Vec::new()),
            |(program, arguments)| {
                (PathBuf::from(program), arguments.iter().map(OsString::from).collect())
            },
        );
        Program::of_its_own(program, arguments, self.all_files())
            .with_environment(self.environment.clone())
            .with_help(self.help.clone())
    }
}

/// The folder of a file, never empty.
fn folder(file: &Path) -> &Path {
    file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Adds a file by its name within `folder`, or all files below a folder, in order of their names.
/// What is hidden is left out, and what Python compiles; links are not followed.
fn add_files(folder: &Path, name: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    let path = folder.join(name);
    if !fs::metadata(&path)?.is_dir() {
        files.push(name.to_owned());
        return Ok(());
    }
    let mut entries = fs::read_dir(&path)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let own = entry.file_name();
        let skipped = own.to_string_lossy().starts_with('.') || own == "__pycache__";
        if !skipped && !entry.file_type()?.is_symlink() {
            add_files(folder, &name.join(own), files)?;
        }
    }
    Ok(())
}

fn strings(item: &Item) -> Option<Vec<String>> {
    item.as_array()?.iter().map(|value| value.as_str().map(str::to_owned)).collect()
}

fn variables(item: &Item) -> Option<Vec<(String, String)>> {
    let table = item.as_table_like()?;
    let pair = |(name, value): (&str, &Item)| Some((name.to_owned(), value.as_str()?.to_owned()));
    table.iter().map(pair).collect()
}

/// Reads keys, and says where it is that something is wrong.
struct Reader<'t> {
    path: &'t Path,
    text: &'t str,
}

type Span = Option<Range<usize>>;

impl Reader<'_> {
    fn error(&self, span: Span, message: String, help: &str) -> Error {
        Error::new(ErrorKind::ProgramManifest, message)
            .at_text(self.path, span, self.text)
            .with_help(help)
    }

    fn check_keys(&self, table: &Table) -> Result<(), Error> {
        let Some((name, _)) = table.iter().find(|(name, _)| !KEYS.contains(name)) else {
            return Ok(());
        };
        let help = match nearest(name, KEYS.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("there are: {}", KEYS.join(", ")),
        };
        let span = table.key(name).and_then(toml_edit::Key::span);
        let message = format!("there is no key {name:?} in the manifest of a program");
        Err(self.error(span, message, &help))
    }

    fn optional<T>(
        &self,
        table: &Table,
        key: &str,
        expected: &str,
        read: impl Fn(&Item) -> Option<T>,
    ) -> Result<Option<(T, Span)>, Error> {
        let Some(item) = table.get(key) else { return Ok(None) };
        match read(item) {
            Some(value) => Ok(Some((value, item.span()))),
            None => {
                let message = format!("{key:?} must be {expected}, and not empty");
                Err(self.error(item.span(), message, ""))
            }
        }
    }

    fn required<T>(
        &self,
        table: &Table,
        key: &str,
        example: &str,
        expected: &str,
        read: impl Fn(&Item) -> Option<T>,
    ) -> Result<(T, Span), Error> {
        let missing = || {
            let message = format!("the manifest of a program has no key {key:?}");
            self.error(None, message, &format!("add {example}"))
        };
        self.optional(table, key, expected, read)?.ok_or_else(missing)
    }

    /// The command with the folder put in. What is started depends on the manifest's place and on
    /// `PATH`, never on the current folder.
    fn command(&self, words: &[String], span: Span) -> Result<Vec<String>, Error> {
        let folder =
            std::path::absolute(folder(self.path)).unwrap_or_else(|_| folder(self.path).to_owned());
        let folder = folder.display().to_string();
        let words: Vec<String> = words.iter().map(|word| word.replace(FOLDER, &folder)).collect();
        let program = Path::new(&words[0]);
        if program.components().count() > 1 && program.is_relative() {
            let message = format!("the program {:?} is relative to the current folder", words[0]);
            let help = "write {folder}/PROGRAM, or a name that is found in PATH";
            return Err(self.error(span, message, help));
        }
        Ok(words)
    }

    fn files(&self, names: Vec<String>, span: Span) -> Result<Vec<PathBuf>, Error> {
        let inside = |path: &Path| path.components().all(|c| matches!(c, Component::Normal(_)));
        let files: Vec<PathBuf> = names.into_iter().map(PathBuf::from).collect();
        match files.iter().find(|file| !file.is_absolute() && !inside(file)) {
            None => Ok(files),
            Some(file) => {
                let message = format!("{} is not below the manifest's folder", file.display());
                Err(self.error(span, message, "name files of the folder, or absolute paths"))
            }
        }
    }
}

#[cfg(test)]
mod tests;
