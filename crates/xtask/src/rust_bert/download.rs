//! Wheels, through pip, so that the user's index, proxy and certificates apply.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

/// A package of the index.
pub struct Wheel {
    pub package: &'static str,
    pub version: &'static str,
    /// The file's name.
    pub file: &'static str,
    pub sha256: &'static str,
}

/// The names that pip goes by.
const PIPS: &[&[&str]] = &[&["python3", "-m", "pip"], &["pip3"], &["pip"]];

impl Wheel {
    /// The file in the cache: as it is there, or else downloaded.
    pub fn get(&self, cache: &Path) -> Result<PathBuf> {
        fs::create_dir_all(cache).with_context(|| format!("cannot make {}", cache.display()))?;
        let path = cache.join(self.file);
        if !path.is_file() {
            self.download(cache)?;
        }
        let found = sha256(&path).with_context(|| format!("cannot read {}", path.display()))?;
        if found != self.sha256 {
            bail!(
                "{} has the SHA-256 {found}, and not {}: remove it, and run this again",
                path.display(),
                self.sha256
            );
        }
        Ok(path)
    }

    /// Downloads it aside, so that what is in the cache is whole.
    fn download(&self, cache: &Path) -> Result<()> {
        let aside = cache.join(format!(".{}.{}", self.package, std::process::id()));
        fs::create_dir_all(&aside).with_context(|| format!("cannot make {}", aside.display()))?;
        let downloaded = self.pip(&aside).and_then(|()| {
            fs::rename(aside.join(self.file), cache.join(self.file))
                .with_context(|| format!("pip left no file {}", self.file))
        });
        let _ = fs::remove_dir_all(&aside);
        downloaded
    }

    fn pip(&self, into: &Path) -> Result<()> {
        let list = into.join("requirements.txt");
        let line = format!("{}=={} --hash=sha256:{}\n", self.package, self.version, self.sha256);
        fs::write(&list, line).with_context(|| format!("cannot write {}", list.display()))?;
        // `NAME-VERSION-PYTHON-ABI-PLATFORM.whl` (PEP 427).
        let tags: Vec<&str> = self.file.trim_end_matches(".whl").rsplit('-').collect();
        let [platform, abi, python, ..] = tags[..] else { bail!("{} is no wheel", self.file) };
        let python = python.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        eprintln!("downloading {} {} with pip", self.package, self.version);
        for pip in PIPS {
            let mut command = Command::new(pip[0]);
            command.args(&pip[1..]).args([
                "download",
                "--no-input",
                "--no-deps",
                "--require-hashes",
            ]);
            command.args([
                "--only-binary=:all:",
                "--implementation",
                "cp",
                "--python-version",
                python,
            ]);
            command.args(["--abi", abi, "--platform", platform]);
            command.arg("-r").arg(&list).arg("-d").arg(into).stdin(Stdio::null());
            match command.status() {
                Ok(status) => {
                    ensure!(status.success(), "{} failed ({status})", pip.join(" "));
                    return Ok(());
                }
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(error).context(pip[0]),
            }
        }
        bail!("install Python with pip first, or put {} into the cache yourself", self.file)
    }
}

/// Hexadecimal SHA-256 of a file.
fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => hasher.update(&buffer[..n]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
