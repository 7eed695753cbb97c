//! The store: the folder of verified models, and what may be asked of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::BaseStrategy;
use gloss_protocol::ModelFiles;
use serde::{Deserialize, Serialize};

use crate::catalogue::{Catalogue, Entry};
use crate::error::{Error, Result};
use crate::fetch;
use crate::local::{is_path, resolve_folder};
use crate::lock::{Lock, LockedModel};
use crate::progress::Progress;
use crate::receipt::Receipt;

/// How a store is opened. The default suits a command line.
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// The store's folder; else `GLOSS_MODELS`; else `gloss/models` in the user's data folder.
    pub root: Option<PathBuf>,
    /// Never touch the network.
    pub offline: bool,
    /// A catalogue file of the user's, added to the built-in one.
    pub catalogue: Option<PathBuf>,
    /// The package installer's command (`["python3", "-m", "pip"]`, `["uv"]`); else those found.
    pub pip: Option<Vec<String>>,
    /// The Hugging Face endpoint; else `HF_ENDPOINT`; else the public one.
    pub hub_endpoint: Option<String>,
    /// How long one connection attempt may take, name lookup and TLS handshake included.
    pub connect_timeout: Duration,
    /// How long an open connection may send nothing.
    pub stall_timeout: Duration,
    /// How long the package installer may run.
    pub installer_timeout: Duration,
}

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            root: None,
            offline: false,
            catalogue: None,
            pip: None,
            hub_endpoint: None,
            connect_timeout: Duration::from_secs(5),
            stall_timeout: Duration::from_secs(20),
            installer_timeout: Duration::from_secs(15 * 60),
        }
    }
}

/// A model's files on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolvedModel {
    /// Name in the catalogue; of a local folder, the folder's name.
    pub name: String,
    /// Version in the catalogue; `local` for a local folder.
    pub version: String,
    /// For instance `spacy-pipeline`; `folder` for a local folder that nothing identifies.
    pub kind: String,
    /// The folder with the files.
    pub path: PathBuf,
    /// Lower-case hex SHA-256 over the sorted lines `<sha256> <path>\n` of the model's files.
    pub digest: String,
    /// Licence of the weights; `unknown` for a local folder.
    pub licence: String,
    /// Bytes of all files.
    pub bytes: u64,
}

/// Whether a model of the catalogue is on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It can be fetched.
    Available,
    /// It is in the store: every file is there with its size (hashes are not read again).
    Cached,
    /// It is in the store, and files are missing or changed in size.
    Damaged,
}

/// One line of [`Store::list`].
#[derive(Debug, Clone)]
pub struct Listed {
    /// The catalogue's entry.
    pub entry: Entry,
    /// Whether it is here.
    pub state: State,
}

/// A folder of verified models and the catalogue that describes them.
#[derive(Debug)]
pub struct Store {
    pub(crate) root: PathBuf,
    pub(crate) options: StoreOptions,
    pub(crate) catalogue: Catalogue,
}

impl Store {
    /// Reads the catalogues and finds the store's folder, which need not exist yet.
    pub fn open(options: StoreOptions) -> Result<Self> {
        let mut catalogue = Catalogue::built_in()?;
        if let Some(path) = &options.catalogue {
            catalogue.add_file(path)?;
        }
        let from_env = || std::env::var_os("GLOSS_MODELS").filter(|v| !v.is_empty());
        let root = match options.root.clone().or_else(|| from_env().map(PathBuf::from)) {
            Some(root) => root,
            None => etcetera::choose_base_strategy()
                .map_err(|_| Error::NoDataFolder)?
                .data_dir()
                .join("gloss")
                .join("models"),
        };
        let root = std::path::absolute(&root).map_err(Error::io("find", &root))?;
        Ok(Self { root, options, catalogue })
    }

    /// Enforces what a lock says of models without hashes in the catalogue.
    ///
    /// # Errors
    /// [`Error::Lock`] if it contradicts the catalogue.
    pub fn enforce(&mut self, lock: &Lock) -> Result<()> {
        self.catalogue.pin(lock)
    }

    /// What a lock has to say of a model of this store; `None` where the catalogue gives its hashes, or
    /// a lock that is enforced.
    pub fn to_lock(&self, name: &str, version: &str) -> Option<LockedModel> {
        let same = |entry: &&Entry| entry.name == name && entry.version == version;
        let entry = self.catalogue.entries.iter().find(same).filter(|entry| !entry.is_pinned())?;
        let files = self.with_hashes(entry)?.files;
        Some(LockedModel { name: name.to_owned(), version: version.to_owned(), files })
    }

    /// The store's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What the store knows of: the built-in catalogue and the user's.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// Every model of the catalogue with its state; reads no file's content but the receipts.
    pub fn list(&self) -> Vec<Listed> {
        let entries = self.catalogue.entries.iter();
        let listed = |entry: &Entry| {
            let state = self.state(&self.known(entry)).0;
            Listed { entry: entry.clone(), state }
        };
        entries.map(listed).collect()
    }

    /// The local files of `name`, `name@version` or a folder's path. Touches no network.
    ///
    /// Of a cached model, files that were written after they were last verified are hashed again,
    /// and of the others presence and size are checked. A folder's files are all hashed.
    pub fn resolve(&self, reference: &str) -> Result<ResolvedModel> {
        if is_path(reference) {
            let of_hub = self.catalogue.of_repository(reference);
            return match of_hub.filter(|_| !Path::new(reference).exists()) {
                None => resolve_folder(Path::new(reference)),
                // The hub's own name of a model looks like a path.
                Some(entry) => Err(Error::UnknownModel {
                    name: reference.to_owned(),
                    nearest: vec![entry.name.clone()],
                }),
            };
        }
        let entry = &self.known(self.catalogue.find(reference)?);
        let (name, version) = (entry.name.clone(), entry.version.clone());
        match self.checked_state(entry) {
            (State::Cached, _) => Ok(self.resolved(entry)),
            (State::Damaged, problems) => Err(Error::Damaged { name, version, problems }),
            (State::Available, _) => {
                Err(Error::NotFetched { name, version, root: self.root.clone() })
            }
        }
    }

    /// Like [`Store::resolve`], but gets a missing or damaged model from its sources first.
    ///
    /// # Errors
    /// [`Error::AllSourcesFailed`] lists each source's failure; [`Error::Offline`] when the store is
    /// offline and no local source has the model.
    pub fn fetch(&self, reference: &str, progress: &mut dyn Progress) -> Result<ResolvedModel> {
        if is_path(reference) {
            return self.resolve(reference);
        }
        fetch::fetch(self, &self.known(self.catalogue.find(reference)?), progress)
    }

    /// Hashes every file of a cached model again.
    pub fn verify(&self, reference: &str) -> Result<ResolvedModel> {
        let resolved = match self.resolve(reference) {
            Err(Error::Damaged { .. }) => {
                self.resolved(&self.known(self.catalogue.find(reference)?))
            }
            other => other?,
        };
        if !is_path(reference) {
            let entry = &self.known(self.catalogue.find(reference)?);
            let errors = entry.files.iter().filter_map(|f| fetch::check(&resolved.path, f).err());
            let mut problems: Vec<String> = errors.map(|error| error.to_string()).collect();
            problems.extend(self.receipt_problem(entry));
            if !problems.is_empty() {
                let (name, version) = (entry.name.clone(), entry.version.clone());
                return Err(Error::Damaged { name, version, problems });
            }
        }
        Ok(resolved)
    }

    /// The entry, with the hashes that were recorded here if the catalogue has none.
    pub(crate) fn known(&self, entry: &Entry) -> Entry {
        self.with_hashes(entry).unwrap_or_else(|| entry.clone())
    }

    fn with_hashes(&self, entry: &Entry) -> Option<Entry> {
        match entry.is_pinned() {
            true => Some(entry.clone()),
            false => entry.pinned(&Receipt::read(&self.folder(entry))?.files),
        }
    }

    pub(crate) fn folder(&self, entry: &Entry) -> PathBuf {
        self.root.join(&entry.name).join(&entry.version)
    }

    pub(crate) fn resolved(&self, entry: &Entry) -> ResolvedModel {
        ResolvedModel {
            name: entry.name.clone(),
            version: entry.version.clone(),
            kind: entry.kind.clone(),
            path: self.folder(entry),
            digest: entry.digest(),
            licence: entry.licence.clone(),
            bytes: entry.bytes(),
        }
    }

    /// The cheap check, with a line for each problem.
    pub(crate) fn state(&self, entry: &Entry) -> (State, Vec<String>) {
        let folder = self.folder(entry);
        if !folder.exists() {
            return (State::Available, Vec::new());
        }
        let sizes = entry.files.iter().filter_map(|file| {
            match fs::symlink_metadata(folder.join(&file.path)) {
                Ok(meta) if meta.is_file() && meta.len() == file.size => None,
                Ok(meta) if meta.is_file() => {
                    Some(format!("{} has {} of {} bytes", file.path, meta.len(), file.size))
                }
                _ => Some(format!("{} is missing", file.path)),
            }
        });
        let problems: Vec<_> = sizes.chain(self.receipt_problem(entry)).collect();
        (if problems.is_empty() { State::Cached } else { State::Damaged }, problems)
    }

    /// As [`Store::state`], but also hashes what was written after the receipt was.
    pub(crate) fn checked_state(&self, entry: &Entry) -> (State, Vec<String>) {
        let (state, problems) = self.state(entry);
        if state != State::Cached {
            return (state, problems);
        }
        let folder = self.folder(entry);
        let receipt = folder.join(ModelFiles::RECEIPT);
        let written = |path: &Path| fs::metadata(path).and_then(|meta| meta.modified()).ok();
        let verified = written(&receipt);
        // Clocks of file systems are coarse: the same time may be later.
        let newer = entry.files.iter().filter(|f| written(&folder.join(&f.path)) >= verified);
        let newer: Vec<_> = newer.collect();
        let errors = newer.iter().filter_map(|file| fetch::check(&folder, file).err());
        let problems: Vec<String> = errors.map(|error| error.to_string()).collect();
        if !problems.is_empty() {
            return (State::Damaged, problems);
        }
        if !newer.is_empty() {
            Receipt::renew(&receipt);
        }
        (State::Cached, problems)
    }

    fn receipt_problem(&self, entry: &Entry) -> Option<String> {
        match Receipt::read(&self.folder(entry)) {
            Some(receipt) if receipt.digest == entry.digest() => None,
            Some(_) => Some("its files are others than the catalogue or a lock says".to_owned()),
            None => Some(format!("{} is missing or unreadable", ModelFiles::RECEIPT)),
        }
    }
}
