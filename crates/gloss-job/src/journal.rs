//! The journal of a run: what it is a run of, and how far it came.
//!
//! A file `.NAME.journal` beside the output `NAME`, there only while the run is not whole, and locked
//! while a process works at it. Each line is the first 16 hexadecimal digits of the SHA-256 of what
//! follows, a space, and a JSON object. Lines are only ever appended, so that a crash can tear no more
//! than the last one, which its digest tells. All that a line speaks of was made durable before it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use data_encoding::HEXLOWER;
use gloss_io::Fingerprint;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::counts::Counts;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::Identity;

const SCHEMA: &str = "gloss.journal/1";
/// Hexadecimal digits of the digest in front of a line.
const DIGITS: usize = 16;

/// What a run is a run of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    schema: String,
    /// When the run began, RFC 3339; only ever shown.
    pub started: String,
    pub identity: Identity,
    pub inputs: Vec<Fingerprint>,
}

impl Header {
    pub fn new(started: String, identity: Identity, inputs: Vec<Fingerprint>) -> Header {
        Header { schema: SCHEMA.to_owned(), started, identity, inputs }
    }
}

/// How far a run came: so many documents from the beginning of the input are settled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    #[serde(flatten)]
    pub counts: Counts,
    /// Where the writer of the output goes on.
    pub output: gloss_io::Checkpoint,
    /// Length of the quarantine file in bytes.
    pub quarantine: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    Run(Header),
    Settled(Box<Progress>),
    /// Another process goes on from the last line before.
    Resumed,
    /// All documents are settled: the output is being given its name.
    Complete(Counts),
}

/// A run that is not whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfinished {
    pub header: Header,
    pub progress: Option<Progress>,
    /// All documents are settled, with these counts; the output has its name, or was about to get it.
    pub complete: Option<Counts>,
    /// How often it was gone on with.
    pub resumed: u64,
    /// Bytes of the journal's lines that are whole.
    length: u64,
}

/// The journal of a run, locked. Dropped before anything is settled, it leaves nothing.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
    /// It says that documents are settled.
    keep: bool,
}

/// Where the journal of an output is.
pub fn path_beside(output: &Path) -> PathBuf {
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    output.with_file_name(format!(".{name}.journal"))
}

impl Journal {
    /// Takes the journal of an output, and reads what an earlier run left in it.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] when another process has it, [`ErrorKind::Damaged`] when it is no journal,
    /// [`ErrorKind::Output`] when the folder cannot be written to.
    pub fn take(output: &Path) -> Result<(Journal, Option<Unfinished>)> {
        let path = path_beside(output);
        let failed =
            |e| Error::system(ErrorKind::Output, "the output cannot be written:", output, e, "");
        let file = loop {
            let mut options = OpenOptions::new();
            let file = options.read(true).write(true).create(true).truncate(false).open(&path);
            let file = file.map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    let message = format!("another run is writing {}", output.display());
                    let help = "wait until it has ended, or give another output with `-o`";
                    return Err(Error::new(ErrorKind::Busy, message, help));
                }
                Err(TryLockError::Error(e)) => return Err(failed(e)),
            }
            // The run that had it may have removed it in the meantime.
            if is_at(&file, &path) {
                break file;
            }
        };
        let unfinished = read(&file).map_err(|e| match e.kind() {
            io::ErrorKind::InvalidData => {
                let message = format!("{} is no journal, or it is damaged", path.display());
                Error::new(ErrorKind::Damaged, message, "begin the run anew with `--restart`")
            }
            _ => failed(e),
        });
        match unfinished {
            Ok(unfinished) => {
                let is_some = |run: &Unfinished| run.progress.is_some() || run.complete.is_some();
                // What settled nothing is as good as none.
                let unfinished = unfinished.filter(is_some);
                Ok((Journal { file, path, keep: unfinished.is_some() }, unfinished))
            }
            Err(error) => Err(error),
        }
    }

    /// Takes the journal of an output whatever is in it.
    ///
    /// # Errors
    /// As [`Journal::take`], but for damage.
    pub fn take_over(output: &Path) -> Result<Journal> {
        match Journal::take(output) {
            Err(error) if error.kind() == Some(ErrorKind::Damaged) => {
                let path = path_beside(output);
                let failed = |e| {
                    let what = "the journal cannot be removed:";
                    Error::system(ErrorKind::Journal, what, &path, e, "remove it")
                };
                fs::remove_file(&path).map_err(failed)?;
                Journal::take(output).map(|(journal, _)| journal)
            }
            other => other.map(|(journal, _)| journal),
        }
    }

    /// Begins a run: what was in the journal is gone.
    pub fn begin(&mut self, header: Header) -> Result<()> {
        let begin = || {
            self.file.set_len(0)?;
            self.file.seek(SeekFrom::Start(0))?;
            write_line(&mut self.file, &Entry::Run(header))?;
            self.file.sync_all()?;
            sync_folder(&self.path)
        };
        begin().map_err(|e| self.unwritable(e))?;
        self.keep = false;
        Ok(())
    }

    /// Goes on with a run: what a crash tore is cut off.
    pub fn go_on(&mut self, unfinished: &Unfinished) -> Result<()> {
        let mut go_on = || {
            self.file.set_len(unfinished.length)?;
            self.file.seek(SeekFrom::Start(unfinished.length))?;
            write_line(&mut self.file, &Entry::Resumed)?;
            self.file.sync_data()
        };
        go_on().map_err(|e| self.unwritable(e))
    }

    /// Notes how far the run came. What that speaks of must be durable.
    pub fn note(&mut self, progress: Progress) -> Result<()> {
        self.append(&Entry::Settled(Box::new(progress)))
    }

    /// Notes that all documents are settled.
    pub fn complete(&mut self, counts: Counts) -> Result<()> {
        self.append(&Entry::Complete(counts))
    }

    fn append(&mut self, entry: &Entry) -> Result<()> {
        let mut append = || {
            write_line(&mut self.file, entry)?;
            self.file.sync_data()
        };
        append().map_err(|e| self.unwritable(e))?;
        self.keep = true;
        Ok(())
    }

    /// Whether it says that documents are settled.
    pub fn is_worth_keeping(&self) -> bool {
        self.keep
    }

    /// Ends the run: it is whole.
    pub fn remove(mut self) -> Result<()> {
        self.keep = true;
        // Removed while it is locked, so that nobody else takes it for a run that is not whole.
        fs::remove_file(&self.path).map_err(|e| self.unwritable(e))
    }

    fn unwritable(&self, error: io::Error) -> Error {
        Error::system(ErrorKind::Journal, "the journal cannot be written:", &self.path, error, "")
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        if !self.keep
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "an empty journal is left");
        }
    }
}

/// Makes durable what a folder says of a file in it.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if cfg!(unix) { File::open(folder.unwrap_or(Path::new(".")))?.sync_all() } else { Ok(()) }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |metadata: io::Result<fs::Metadata>| metadata.ok().map(|m| (m.dev(), m.ino()));
    let ours = place(file.metadata());
    ours.is_some() && ours == place(fs::metadata(path))
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists()
}

fn write_line(file: &mut File, entry: &Entry) -> io::Result<()> {
    let json = serde_json::to_vec(entry)?;
    let mut writer = BufWriter::new(file);
    write!(writer, "{} ", checksum(&json))?;
    writer.write_all(&json)?;
    writer.write_all(b"\n")?;
    writer.flush()
}

fn checksum(json: &[u8]) -> String {
    let mut digits = HEXLOWER.encode(&Sha256::digest(json));
    digits.truncate(DIGITS);
    digits
}

/// Reads up to the first line that is torn. `None` when even the first is: no document was settled
/// then.
fn read(file: &File) -> io::Result<Option<Unfinished>> {
    let mut reader = BufReader::new(file);
    let mut unfinished: Option<Unfinished> = None;
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line)? as u64;
        let entry = parse(&line);
        match (&mut unfinished, entry) {
            (None, Some(Entry::Run(header))) if header.schema == SCHEMA => {
                unfinished =
                    Some(Unfinished { header, progress: None, complete: None, resumed: 0, length });
            }
            // Only what was being written is torn: more behind it is no work of a crash.
            (None, _) if reader.by_ref().take(1).read(&mut [0])? > 0 => {
                return Err(io::ErrorKind::InvalidData.into());
            }
            (None, _) => return Ok(None),
            (Some(run), Some(Entry::Settled(progress))) => {
                run.progress = Some(*progress);
                run.length += length;
            }
            (Some(run), Some(Entry::Complete(counts))) => {
                run.complete = Some(counts);
                run.length += length;
            }
            (Some(run), Some(Entry::Resumed)) => {
                run.complete = None;
                run.resumed += 1;
                run.length += length;
            }
            (Some(_), _) => return Ok(unfinished),
        }
    }
}

fn parse(line: &[u8]) -> Option<Entry> {
    let line = line.strip_suffix(b"\n")?;
    let (digest, json) = line.split_at_checked(DIGITS)?;
    let json = json.strip_prefix(b" ")?;
    if checksum(json).as_bytes() != digest {
        return None;
    }
    serde_json::from_slice(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        let identity = Identity::from([("a".to_owned(), "1".to_owned())]);
        let inputs =
            vec![Fingerprint { name: "in.jsonl".to_owned(), size: Some(12), modified: Some(5) }];
        Header::new("2026-01-11T00:00:00+00:00".to_owned(), identity, inputs)
    }

    fn progress(annotated: u64) -> Progress {
        let output =
            serde_json::from_value(serde_json::json!({ "bytes": annotated * 10 })).unwrap();
        let counts = Counts { annotated, ..Counts::default() };
        Progress { counts, output, quarantine: annotated }
    }

    fn left(output: &Path) -> Option<Unfinished> {
        Journal::take(output).unwrap().1
    }

    #[test]
    fn says_how_far_a_run_came() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let (mut journal, nothing) = Journal::take(&output).unwrap();
        assert_eq!(nothing, None);
        let second = Journal::take(&output).unwrap_err();
        assert_eq!(second.kind(), Some(ErrorKind::Busy), "{second}");
        journal.begin(header()).unwrap();
        journal.note(progress(3)).unwrap();
        journal.note(progress(5)).unwrap();
        drop(journal);
        let (mut journal, unfinished) = Journal::take(&output).unwrap();
        let unfinished = unfinished.unwrap();
        assert_eq!(unfinished.header, header());
        assert_eq!((&unfinished.progress, unfinished.resumed), (&Some(progress(5)), 0));
        journal.go_on(&unfinished).unwrap();
        journal.note(progress(9)).unwrap();
        journal.complete(progress(9).counts).unwrap();
        drop(journal);
        let (journal, unfinished) = Journal::take(&output).unwrap();
        let unfinished = unfinished.unwrap();
        assert_eq!((&unfinished.progress, unfinished.resumed), (&Some(progress(9)), 1));
        assert_eq!(unfinished.complete, Some(progress(9).counts));
        journal.remove().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    /// However many bytes of it came to the disk, what is read is what one of its lines says.
    #[test]
    fn a_torn_line_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let (mut journal, _) = Journal::take(&output).unwrap();
        journal.begin(header()).unwrap();
        let path = path_beside(&output);
        let length = || fs::metadata(&path).unwrap().len();
        let mut ends = vec![length()];
        for annotated in 1..4 {
            journal.note(progress(annotated)).unwrap();
            ends.push(length());
        }
        drop(journal);
        let whole = fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            // What a file system may leave behind the cut.
            for rest in [&b""[..], &[0; 7]] {
                fs::write(&path, [&whole[..cut], rest].concat()).unwrap();
                let lines = ends.iter().filter(|end| **end <= cut as u64).count();
                let found = left(&output).and_then(|u| u.progress).map(|p| p.counts.annotated);
                let expected = (lines as u64).checked_sub(1).filter(|settled| *settled > 0);
                assert_eq!(found, expected, "{cut} bytes");
                assert_eq!(path.exists(), expected.is_some(), "{cut} bytes");
            }
        }
        // Behind a torn line nothing counts, and going on cuts it off.
        fs::write(&path, &whole[..ends[2] as usize + 9]).unwrap();
        let (mut journal, unfinished) = Journal::take(&output).unwrap();
        journal.go_on(&unfinished.unwrap()).unwrap();
        journal.note(progress(7)).unwrap();
        drop(journal);
        assert_eq!(left(&output).unwrap().progress, Some(progress(7)));
    }

    #[test]
    fn what_is_no_journal_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let check = |contents: &[u8]| {
            fs::write(path_beside(&output), contents).unwrap();
            let error = Journal::take(&output).unwrap_err();
            assert_eq!(error.kind(), Some(ErrorKind::Damaged), "{error}");
            Journal::take_over(&output).unwrap().remove().unwrap();
        };
        check(b"something\nelse\n");
        let mut bytes = Vec::new();
        let (mut journal, _) = Journal::take(&output).unwrap();
        journal.begin(header()).unwrap();
        journal.note(progress(1)).unwrap();
        drop(journal);
        bytes.extend(fs::read(path_beside(&output)).unwrap());
        bytes[30] ^= 1;
        check(&bytes);
    }
}
