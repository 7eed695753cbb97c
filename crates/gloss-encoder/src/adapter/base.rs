//! Whether a model is the one that an adapter was trained on.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::{Adapter, manifest};
use crate::error::Error;

impl Adapter {
    /// Refuses the folder of another model than the adapter names by its files' hashes, if it names one.
    pub(crate) fn check_base(&self, folder: &Path) -> Result<(), Error> {
        let Some(manifest) = &self.0.manifest else { return Ok(()) };
        let base = &manifest.base;
        let files = [
            (crate::weights::FILE, &base.model_sha256),
            (crate::tokenizer::FILE, &base.tokenizer_sha256),
        ];
        for (file, expected) in files {
            let found = hash(&folder.join(file))?;
            if found != expected.to_lowercase() {
                let reason = format!(
                    "the adapter is for {}, whose {file} has the SHA-256 {expected}, but the model's has {found}",
                    base.name
                );
                return Err(Error::invalid(manifest::FILE, "base", reason));
            }
        }
        Ok(())
    }
}

fn hash(path: &Path) -> Result<String, Error> {
    let io = |source| Error::Io { path: path.to_owned(), source, needs: crate::folder::NEEDS };
    let (mut file, mut hasher) = (File::open(path).map_err(io)?, Sha256::new());
    let mut bytes = vec![0; 1 << 18];
    loop {
        match file.read(&mut bytes).map_err(io)? {
            0 => break,
            read => hasher.update(&bytes[..read]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
