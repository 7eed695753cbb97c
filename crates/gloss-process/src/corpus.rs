//! Extractors that must see every document before they can answer, in child processes.
//!
//! No child holds what another could lose: workers observe each batch in a state of its own and
//! hand it over as bytes; one more child, the collector, is only shown such states and merges them.
//! So a document that ends its process ends nothing but the batch it is in, which the caller hands
//! over again document by document.
//!
//! Findings cannot leave their process. The merged state is therefore saved to a temporary file,
//! of which each child that is to annotate makes the findings for itself: once for each worker, and
//! once more for each that a document ended.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, OnceLock};

use gloss_boundary::{BatchResult, DocumentView, Failure, FailureKind, SaveError};
use gloss_frame::{Frame, Kind};

use crate::child::{Child, Patience, no_frame};
use crate::worker::{RemoteWorker, lost};
use crate::{RemoteInstance, lock};

/// What one extractor has seen in a run, and what it found. Shared by threads.
#[derive(Debug)]
pub struct RemoteCorpus {
    instance: Arc<RemoteInstance>,
    /// Where the merged state is kept; the system's folder for temporary files when absent.
    folder: Option<PathBuf>,
    /// The child that has the merged state; `None` before it has seen anything, and once it has
    /// made findings.
    collector: Mutex<Option<Child>>,
    /// Children that are not at work. Those with findings are at the end.
    idle: Mutex<Vec<Member>>,
    saved: OnceLock<SavedState>,
}

/// A child at work on batches.
#[derive(Debug)]
struct Member {
    worker: RemoteWorker,
    has_findings: bool,
}

/// A state in a file without a name, which is gone however the process ends.
#[derive(Debug)]
struct SavedState {
    file: File,
    length: usize,
}

impl RemoteCorpus {
    /// One that has seen nothing. `folder` is for a temporary file that is as large as the state.
    #[must_use]
    pub fn new(instance: Arc<RemoteInstance>, folder: Option<PathBuf>) -> RemoteCorpus {
        RemoteCorpus {
            instance,
            folder,
            collector: Mutex::default(),
            idle: Mutex::default(),
            saved: OnceLock::new(),
        }
    }

    /// Observes a batch in a state of its own, which is nowhere counted until it is given to
    /// [`RemoteCorpus::merge`]. There is none when the batch failed.
    #[must_use]
    pub fn observe(
        &self,
        views: &[DocumentView<'_>],
        cancel: &AtomicBool,
    ) -> (BatchResult, Option<Vec<u8>>) {
        match self.member() {
            Ok(mut member) => {
                let (result, state) = member.worker.observe(views, cancel);
                self.put_back(member, &result);
                (result, state)
            }
            Err(failure) => (lost(views.len(), failure), None),
        }
    }

    /// Adds what a state has seen that was saved after one batch. When that fails, all that was
    /// merged is lost.
    ///
    /// # Errors
    /// When the plugin fails, or its process ends or does not answer in time.
    pub fn merge(&self, state: &[u8]) -> Result<(), Failure> {
        let timeout = Some(self.instance.limits.timeout);
        self.merge_into(&mut lock(&self.collector), state, &Patience { timeout, cancel: None })
    }

    /// Adds what a state has seen that another run saved, however long that takes.
    ///
    /// # Errors
    /// As [`RemoteCorpus::merge`]; also when the plugin finds the state damaged.
    pub fn restore(&self, state: &[u8]) -> Result<(), Failure> {
        self.merge_into(&mut lock(&self.collector), state, &Patience::default())
    }

    fn merge_into(
        &self,
        collector: &mut Option<Child>,
        state: &[u8],
        patience: &Patience<'_>,
    ) -> Result<(), Failure> {
        let mut child = self.take(collector)?;
        child.request(Kind::Merge, |writer| writer.bytes(state), Kind::Done, patience)?;
        *collector = Some(child);
        Ok(())
    }

    /// The collector, to be put back after it has answered: one that fails is gone with what it had,
    /// and so is one that ended by itself.
    fn take(&self, collector: &mut Option<Child>) -> Result<Child, Failure> {
        collector.take().map_or_else(|| self.instance.child(), Ok)
    }

    /// Writes the merged state.
    ///
    /// # Errors
    /// When the plugin or `writer` fails.
    pub fn save(&self, writer: &mut dyn Write, cancel: &AtomicBool) -> Result<(), SaveError> {
        let frame = self.saved_by_collector(cancel).map_err(SaveError::Plugin)?;
        let mut reader = frame.reader().map_err(|e| SaveError::Plugin(no_frame(e)))?;
        let state = reader.bytes().map_err(|e| SaveError::Plugin(no_frame(e)))?;
        writer.write_all(state).map_err(SaveError::Write)
    }

    fn saved_by_collector(&self, cancel: &AtomicBool) -> Result<Frame, Failure> {
        let mut collector = lock(&self.collector);
        let mut child = self.take(&mut collector)?;
        let patience = Patience { timeout: None, cancel: Some(cancel) };
        let frame = child.request(Kind::Save, |_| (), Kind::Saved, &patience)?;
        *collector = Some(child);
        Ok(frame)
    }

    /// Makes findings of all that was merged, however long that takes. `cancel` is what the plugin
    /// sees when it asks whether to stop.
    ///
    /// # Errors
    /// When the plugin fails or was told to stop, its process ends, or the state cannot be kept.
    pub fn finish(&self, cancel: &AtomicBool) -> Result<(), Failure> {
        let folder = self.folder.clone().unwrap_or_else(std::env::temp_dir);
        let kept = |e: std::io::Error| Failure {
            place: folder.display().to_string(),
            help: "free space there, or give another folder with `--temporary-folder`".to_owned(),
            ..Failure::new(FailureKind::Resource, format!("the state cannot be kept: {e}"))
        };
        let mut file = tempfile::tempfile_in(&folder).map_err(kept)?;
        self.save(&mut file, cancel).map_err(|e| match e {
            SaveError::Plugin(failure) => failure,
            SaveError::Write(e) => kept(e),
        })?;
        let length = file.metadata().map_err(kept)?.len();
        let length = usize::try_from(length).map_err(|e| kept(std::io::Error::other(e)))?;
        // A run finishes once, so the cell is empty.
        let _ = self.saved.set(SavedState { file, length });
        let Some(mut child) = lock(&self.collector).take() else { return Ok(()) };
        let patience = Patience { timeout: None, cancel: Some(cancel) };
        child.request(Kind::Finish, |_| (), Kind::Done, &patience)?;
        let worker = RemoteWorker::new(Arc::clone(&self.instance), child);
        lock(&self.idle).push(Member { worker, has_findings: true });
        Ok(())
    }

    /// Annotates a batch by the findings; else as [`RemoteWorker::extract`].
    #[must_use]
    pub fn annotate(&self, views: &[DocumentView<'_>], cancel: &AtomicBool) -> BatchResult {
        let member = self.member().and_then(|mut member| {
            if !member.has_findings {
                self.find(member.worker.child(), cancel)?;
                member.has_findings = true;
            }
            Ok(member)
        });
        match member {
            Ok(mut member) => {
                let result = member.worker.annotate(Kind::Annotate, views, cancel);
                self.put_back(member, &result);
                result
            }
            Err(failure) => lost(views.len(), failure),
        }
    }

    /// Has a child make the findings once more.
    fn find(&self, child: &mut Child, cancel: &AtomicBool) -> Result<(), Failure> {
        let Some(saved) = self.saved.get() else {
            return Err(Failure::new(FailureKind::Other, "there are no findings yet"));
        };
        let unreadable = |e| Failure::new(FailureKind::Resource, format!("the state is lost: {e}"));
        let mut state = vec![0; saved.length];
        saved.file.read_exact_at(&mut state, 0).map_err(unreadable)?;
        let patience = Patience { timeout: None, cancel: Some(cancel) };
        let found = child
            .request(Kind::Merge, |writer| writer.bytes(&state), Kind::Done, &patience)
            .and_then(|_| child.request(Kind::Finish, |_| (), Kind::Done, &patience));
        found.map(|_| ()).inspect_err(|failure| {
            if failure.kind != FailureKind::Cancelled {
                self.instance.health.failed(failure);
            }
        })
    }

    /// A child that is ready for a batch; with findings, if there is one.
    fn member(&self) -> Result<Member, Failure> {
        while let Some(mut member) = { lock(&self.idle).pop() } {
            // One that ended while nobody looked is no fault of the documents.
            if member.worker.child().is_alive() {
                return Ok(member);
            }
        }
        Ok(Member { worker: self.instance.worker()?, has_findings: false })
    }

    fn put_back(&self, member: Member, result: &BatchResult) {
        if !result.poisoned {
            lock(&self.idle).push(member);
        }
    }
}
