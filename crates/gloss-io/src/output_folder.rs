//! Folders of files for documents that appear whole or not at all, and can be gone on with.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use gloss_doc::Document;
use serde_json::{Value, json};

use crate::Checkpoint;
use crate::output_file::aside;
use crate::write::file_stem;

/// The list of documents in the folder, an object of JSON a line.
pub(crate) const LIST: &str = "documents.jsonl";
/// So many files are made durable at once at the latest.
const UNSYNCED: usize = 4096;

/// A folder that is written aside, as `.NAME.part`, and takes its name when it is finished. Dropped
/// before that, it leaves nothing, unless a checkpoint was made.
///
/// `documents.jsonl` in it says which files are whose: `file` (the path without its ending), `id`,
/// and the document's `metadata` and `source` where it has them.
#[derive(Debug)]
pub(crate) struct OutputFolder {
    aside: PathBuf,
    path: PathBuf,
    /// Locked while this run writes.
    list: BufWriter<File>,
    documents: u64,
    unsynced: Vec<PathBuf>,
    /// Something is worth going on with, or nothing is left to remove.
    durable: bool,
}

impl OutputFolder {
    /// Begins a folder.
    ///
    /// # Errors
    /// `DirectoryNotEmpty` where there is one of the name that is not empty, `WouldBlock` when another
    /// process is writing it, and what the system reports.
    pub fn create(path: &Path) -> io::Result<OutputFolder> {
        if fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        let aside = aside(path)?;
        match fs::create_dir(&aside) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        let list = options.open(aside.join(LIST))?;
        list.try_lock().map_err(io::Error::from)?;
        list.set_len(0)?;
        let folder = OutputFolder::new(path, aside, list, 0, false);
        // What a run left that was killed.
        folder.remove_all_but(&HashSet::new())?;
        Ok(folder)
    }

    /// Goes on with a folder from a checkpoint: files of documents behind it are removed.
    ///
    /// # Errors
    /// As [`OutputFolder::create`]; `InvalidData` when the folder is not as the checkpoint says.
    pub fn resume(path: &Path, checkpoint: &Checkpoint) -> io::Result<OutputFolder> {
        let number = |key| checkpoint.0.get(key).and_then(Value::as_u64);
        let (bytes, documents) =
            number("list_bytes").zip(number("documents")).ok_or(io::ErrorKind::InvalidData)?;
        let aside = aside(path)?;
        let mut list = OpenOptions::new().read(true).write(true).open(aside.join(LIST))?;
        list.try_lock().map_err(io::Error::from)?;
        if list.metadata()?.len() < bytes {
            return Err(io::ErrorKind::InvalidData.into());
        }
        list.set_len(bytes)?;
        let mut kept = HashSet::new();
        for line in BufReader::new(&list).lines() {
            let entry: Value = serde_json::from_str(&line?)?;
            let file = entry.get("file").and_then(Value::as_str);
            kept.insert(aside.join(file.ok_or(io::ErrorKind::InvalidData)?));
        }
        list.seek(SeekFrom::End(0))?;
        let folder = OutputFolder::new(path, aside, list, documents, true);
        folder.remove_all_but(&kept)?;
        Ok(folder)
    }

    fn new(path: &Path, aside: PathBuf, list: File, documents: u64, durable: bool) -> OutputFolder {
        let list = BufWriter::new(list);
        let path = path.to_owned();
        OutputFolder { aside, path, list, documents, unsynced: Vec::new(), durable }
    }

    /// Removes files whose path without its ending is none of `kept`.
    fn remove_all_but(&self, kept: &HashSet<PathBuf>) -> io::Result<()> {
        let mut folders = vec![self.aside.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let (entry, path) = entry.map(|entry| (entry.file_type(), entry.path()))?;
                if entry?.is_dir() {
                    folders.push(path);
                } else if path != self.aside.join(LIST) && !kept.contains(&path.with_extension(""))
                {
                    fs::remove_file(path)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the files of a document, each with its ending, below `subfolder`. Where files of the
    /// name are there, `~` and the document's number stand behind it. Returns the path without ending.
    pub fn add(
        &mut self,
        document: &Document,
        subfolder: &str,
        files: &[(&str, &[u8])],
    ) -> io::Result<String> {
        self.documents += 1;
        let mut file = format!("{subfolder}{}", file_stem(&document.id));
        for (i, &(ending, bytes)) in files.iter().enumerate() {
            match self.create_new(&format!("{file}.{ending}"), bytes) {
                Err(error) if i == 0 && error.kind() == io::ErrorKind::AlreadyExists => {
                    file = format!("{file}~{}", self.documents);
                    self.create_new(&format!("{file}.{ending}"), bytes)?;
                }
                other => other?,
            }
        }
        let mut entry = json!({ "file": file, "id": document.id });
        if !document.metadata.is_empty() {
            entry["metadata"] = document.metadata.clone().into();
        }
        if let Some(source) = &document.source {
            entry["source"] = serde_json::to_value(source)?;
        }
        serde_json::to_writer(&mut self.list, &entry)?;
        self.list.write_all(b"\n")?;
        Ok(file)
    }

    fn create_new(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.aside.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        OpenOptions::new().write(true).create_new(true).open(&path)?.write_all(bytes)?;
        self.unsynced.push(path);
        if self.unsynced.len() >= UNSYNCED { self.sync() } else { Ok(()) }
    }

    /// Writes a file that is no document's, over what is there of it.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.aside.join(name);
        fs::write(&path, bytes)?;
        self.unsynced.push(path);
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        for path in self.unsynced.drain(..) {
            File::open(path)?.sync_all()?;
        }
        Ok(())
    }

    /// Hands the list to the system; files are there already.
    pub fn flush(&mut self) -> io::Result<()> {
        self.list.flush()
    }

    /// As [`crate::DocumentWriter::checkpoint`].
    pub fn checkpoint(&mut self) -> io::Result<Checkpoint> {
        self.list.flush()?;
        self.sync()?;
        let list = self.list.get_mut();
        list.sync_all()?;
        let bytes = list.stream_position()?;
        self.durable = true;
        Ok(Checkpoint(json!({ "list_bytes": bytes, "documents": self.documents })))
    }

    /// As [`crate::DocumentWriter::finish`].
    pub fn finish(mut self) -> io::Result<()> {
        self.list.flush()?;
        self.sync()?;
        self.list.get_mut().sync_all()?;
        // An empty folder of the name may be there, and not every system renames over one.
        match fs::remove_dir(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        fs::rename(&self.aside, &self.path)?;
        self.durable = true;
        Ok(())
    }
}

impl Drop for OutputFolder {
    fn drop(&mut self) {
        if !self.durable {
            let _ = fs::remove_dir_all(&self.aside);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(folder: &mut OutputFolder, id: &str) -> String {
        let document = Document { id: id.to_owned(), ..Document::default() };
        folder.add(&document, "", &[("txt", id.as_bytes()), ("ann", b"")]).unwrap()
    }

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn goes_on_from_a_checkpoint() {
        let temporary = tempfile::tempdir().unwrap();
        let path = temporary.path().join("out");
        let mut folder = OutputFolder::create(&path).unwrap();
        assert_eq!(add(&mut folder, "a"), "a");
        assert_eq!(add(&mut folder, "a.txt"), "a~2");
        let checkpoint = folder.checkpoint().unwrap();
        assert_eq!(add(&mut folder, "b"), "b");
        assert_eq!(OutputFolder::create(&path).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        drop(folder);
        let mut folder = OutputFolder::resume(&path, &checkpoint).unwrap();
        // Of the run that was cut off nothing stands in the way.
        assert_eq!(add(&mut folder, "b"), "b");
        assert_eq!(add(&mut folder, "../b"), "%2E.%2Fb");
        assert_eq!(add(&mut folder, "c/d.txt"), "c/d");
        assert!(!path.exists());
        folder.finish().unwrap();
        assert_eq!(names(temporary.path()), ["out"]);
        let expected = [
            "%2E.%2Fb.ann",
            "%2E.%2Fb.txt",
            "a.ann",
            "a.txt",
            "a~2.ann",
            "a~2.txt",
            "b.ann",
            "b.txt",
            "c",
            "documents.jsonl",
        ];
        assert_eq!(names(&path), expected);
        assert_eq!(names(&path.join("c")), ["d.ann", "d.txt"]);
        assert_eq!(fs::read_to_string(path.join("a~2.txt")).unwrap(), "a.txt");
        assert_eq!(fs::read_to_string(path.join(LIST)).unwrap().lines().count(), 5);
        let again = OutputFolder::create(&path).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::DirectoryNotEmpty);
    }

    #[test]
    fn leaves_nothing_without_a_checkpoint() {
        let temporary = tempfile::tempdir().unwrap();
        let mut folder = OutputFolder::create(&temporary.path().join("out")).unwrap();
        add(&mut folder, "a");
        drop(folder);
        assert_eq!(names(temporary.path()), [""; 0]);
    }
}
