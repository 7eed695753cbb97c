//! The catalogue: what models exist, where they come from, and what their files hash to.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use gloss_protocol::ModelFiles;
use serde::{Deserialize, Serialize};

use crate::digest;
use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::source::{Source, is_hex, is_name, is_safe_path};

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
    /// Every file of the unpacked model. Empty where its hashes are not known yet.
    #[serde(default, rename = "file")]
    pub files: Vec<ModelFile>,
    /// The files of a model whose hashes nobody who keeps the catalogue could take: they are recorded
    /// when it is first fetched, and enforced from then on. Empty for all other models.
    #[serde(default)]
    pub unpinned: Vec<UnpinnedFile>,
}

/// A file that is known by its name alone.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnpinnedFile {
    /// Relative to the model's folder, with `/`.
    pub path: String,
    /// Where the sources have it, if elsewhere.
    #[serde(default)]
    pub from: Option<String>,
}

/// One file of an unpacked model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Relative to the model's folder, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Lower-case hex.
    pub sha256: String,
    /// The content itself, where the catalogue gives it and no source has to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl ModelFile {
    fn is(&self, content: &[u8]) -> bool {
        content.len() as u64 == self.size && digest::of_bytes(content) == self.sha256
    }
}

/// Whether two lists are of the same files, in whatever order, with or without their text.
pub(crate) fn have_same_content(a: &[ModelFile], b: &[ModelFile]) -> bool {
    let content = |files: &[ModelFile]| -> BTreeSet<(String, u64, String)> {
        files.iter().map(|f| (f.path.clone(), f.size, f.sha256.clone())).collect()
    };
    content(a) == content(b)
}

impl Entry {
    /// The entry without the files whose content the catalogue gives.
    pub(crate) fn to_fetch(&self) -> Self {
        let mut entry = self.clone();
        entry.files.retain(|file| file.text.is_none());
        entry
    }

    /// Whether the catalogue itself, or a lock, says what the files hash to.
    pub fn is_pinned(&self) -> bool {
        !self.files.is_empty()
    }

    /// The entry with hashes that were recorded elsewhere. `None` if they are of other files.
    pub(crate) fn pinned(&self, files: &[ModelFile]) -> Option<Self> {
        let listed = |file: &UnpinnedFile| files.iter().any(|known| known.path == file.path);
        let same = files.len() == self.unpinned.len() && self.unpinned.iter().all(listed);
        same.then(|| Self { files: files.to_vec(), ..self.clone() })
    }

    /// Where the sources have a file of the model.
    pub(crate) fn remote_path<'a>(&'a self, path: &'a str) -> &'a str {
        let named = self.unpinned.iter().find(|file| file.path == path);
        named.and_then(|file| file.from.as_deref()).unwrap_or(path)
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
        if self.files.is_empty() == self.unpinned.is_empty() || self.sources.is_empty() {
            return Some("it needs a source, and files that are all pinned or all not".to_owned());
        }
        if !self.unpinned.is_empty() && !self.sources.iter().all(Source::is_fixed_unseen) {
            let reason = "without hashes its sources must be commits of a hub, verified = false";
            return Some(reason.to_owned());
        }
        let named = |file: &UnpinnedFile| [Some(file.path.clone()), file.from.clone()];
        let paths = self.unpinned.iter().flat_map(named).flatten();
        let unusable = |path: &String| !is_safe_path(path) || path == ModelFiles::RECEIPT;
        if let Some(path) = paths.into_iter().find(unusable) {
            return Some(format!("{path:?} is not a usable file path"));
        }
        let mut seen = HashSet::new();
        if let Some(twin) = self.unpinned.iter().find(|file| !seen.insert(file.path.to_lowercase()))
        {
            return Some(format!("{} is listed twice", twin.path));
        }
        for file in &self.files {
            if !is_safe_path(&file.path) || file.path == ModelFiles::RECEIPT {
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

    /// Takes over what a lock says of models without hashes.
    ///
    /// # Errors
    /// [`Error::Lock`] if it contradicts the catalogue.
    pub fn pin(&mut self, lock: &Lock) -> Result<()> {
        for entry in &mut self.entries {
            let Some(locked) = lock.get(&entry.name, &entry.version) else { continue };
            let pinned = match entry.is_pinned() {
                true => have_same_content(&entry.files, &locked.files).then(|| entry.clone()),
                false => entry.pinned(&locked.files),
            };
            *entry = pinned.ok_or_else(|| lock.contradiction(entry))?;
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

    /// The entry of a repository of the hub, `owner/name`.
    pub(crate) fn of_repository(&self, repository: &str) -> Option<&Entry> {
        let is = |source: &Source| matches!(source, Source::Huggingface { repo, .. } if repo.eq_ignore_ascii_case(repository));
        self.entries.iter().find(|entry| entry.sources.iter().any(is))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_files_are_compared_by_content() {
        let file = |path: &str, size, sha256: &str, text: Option<&str>| ModelFile {
            path: path.to_owned(),
            size,
            sha256: sha256.to_owned(),
            text: text.map(str::to_owned),
        };
        let (a, b) = (file("a", 1, "01", Some("x")), file("b", 2, "02", None));
        let check = |other: &[ModelFile], expected: bool| {
            assert_eq!(have_same_content(&[a.clone(), b.clone()], other), expected, "{other:?}");
        };
        check(&[file("b", 2, "02", None), file("a", 1, "01", None)], true);
        check(std::slice::from_ref(&a), false);
        check(&[a.clone(), file("b", 3, "02", None)], false);
        check(&[a.clone(), file("b", 2, "03", None)], false);
        check(&[a.clone(), file("c", 2, "02", None)], false);
    }
}
