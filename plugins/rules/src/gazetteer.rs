//! Files of entries: which form they have, and what they hold.

mod csv_form;
mod jsonl_form;

use std::fs;
use std::io::Read;
use std::path::Path;

use data_encoding::HEXLOWER;
use gloss_plugin::ResolvedFile;
use sha2::{Digest, Sha256};

use crate::options::Columns;
use crate::problems::Problem;

/// A file larger than this is refused.
const MAX_BYTES: u64 = 1 << 30;

/// An entry as it is written, before it is checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawEntry {
    /// What to find.
    pub text: String,
    /// Its label.
    pub label: Option<String>,
    /// What it is known by elsewhere.
    pub id: Option<String>,
    /// Other columns, by position among `Gazetteer::attributes`.
    pub attributes: Vec<(u32, String)>,
    /// The line, from 1.
    pub line: u64,
}

/// The entries of one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Gazetteer {
    /// Names of the other columns.
    pub attributes: Vec<String>,
    /// The entries, in the file's order.
    pub entries: Vec<RawEntry>,
}

/// Lines, from 1, that cannot be used.
pub type BadLines = Vec<(u64, Problem)>;

/// Reads a file.
///
/// # Errors
/// When the file as a whole cannot be used; bad lines go into `bad`.
pub fn read(
    file: &ResolvedFile,
    columns: Columns<'_>,
    bad: &mut BadLines,
) -> Result<Gazetteer, Problem> {
    let content = content(file)?;
    let bytes = content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&content);
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        let message = "the file is UTF-16; convert it, for example with `iconv -f UTF-16 -t UTF-8`";
        return Err(Problem::File(message.to_owned()));
    }
    match extension(&file.name).as_str() {
        "csv" => csv_form::parse(bytes, b',', columns, bad),
        "tsv" => csv_form::parse(bytes, b'\t', columns, bad),
        "jsonl" | "ndjson" => Ok(jsonl_form::parse(bytes, columns, bad)),
        other => Err(Problem::File(format!(
            "files of entries end in .csv, .tsv or .jsonl, not in {other:?}; rename or convert it"
        ))),
    }
}

fn extension(name: &str) -> String {
    Path::new(name).extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

/// The content that the host has hashed.
fn content(file: &ResolvedFile) -> Result<Vec<u8>, Problem> {
    let failed = |e: std::io::Error| Problem::File(format!("the file cannot be read: {e}"));
    let mut bytes = Vec::new();
    let opened = fs::File::open(&file.path).map_err(failed)?;
    opened.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Problem::File(format!("the file has more than {MAX_BYTES} bytes; split it")));
    }
    let digest: String = HEXLOWER.encode(&Sha256::digest(&bytes));
    // Isolated workers may be started long after the pipeline was planned.
    if !file.digest.is_empty() && file.digest != digest {
        let message = "the file was changed since the run began; run it again";
        return Err(Problem::File(message.to_owned()));
    }
    Ok(bytes)
}

/// UTF-8, or where it ends to be.
fn utf8(bytes: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(bytes).map_err(|e| Problem::Encoding(e.valid_up_to() + 1))
}

/// A value that is there; white space around it does not count.
fn filled(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
