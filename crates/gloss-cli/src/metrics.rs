//! A file with the counters of a run, for the textfile collector of Prometheus' node exporter.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use std::{fs, io, thread};

use anyhow::{Context, Result};
use gloss_host::{PeakMemory, Pipeline, StageCounts, Tally};
use gloss_report::{Metrics, prometheus};

/// Prometheus asks every quarter of a minute or less often.
const EVERY: Duration = Duration::from_secs(5);

/// Writes the file every few seconds until it is finished, and then once more.
pub struct MetricsFile {
    writer: Option<(Sender<()>, JoinHandle<io::Result<()>>)>,
    path: PathBuf,
}

/// What is written, and where.
struct Writer {
    path: PathBuf,
    labels: Vec<(String, String)>,
    tally: Arc<Mutex<Tally>>,
    stages: Box<dyn Fn() -> Vec<(String, StageCounts)> + Send>,
    started: f64,
}

impl MetricsFile {
    /// Begins to write. `labels` become labels of all series.
    pub fn start(
        path: PathBuf,
        labels: Vec<(String, String)>,
        pipeline: &Pipeline,
        tally: &Arc<Mutex<Tally>>,
    ) -> Result<MetricsFile> {
        let writer = Writer {
            path: path.clone(),
            labels,
            tally: Arc::clone(tally),
            stages: Box::new(pipeline.watch()),
            started: now(),
        };
        // What cannot be written is said before the first document.
        writer.write(None).with_context(|| context(&path))?;
        let (finish, finished) = channel();
        let thread = thread::Builder::new().name("gloss-metrics".to_owned());
        let thread = thread.spawn(move || writer.run(&finished)).with_context(|| context(&path))?;
        Ok(MetricsFile { writer: Some((finish, thread)), path })
    }

    /// Writes the file for the last time.
    pub fn finish(mut self) -> Result<()> {
        self.end().with_context(|| context(&self.path))
    }

    fn end(&mut self) -> io::Result<()> {
        let Some((finish, thread)) = self.writer.take() else { return Ok(()) };
        drop(finish);
        thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread that writes it panicked")))
    }
}

impl Drop for MetricsFile {
    fn drop(&mut self) {
        // The run failed, and says so itself.
        let _ = self.end();
    }
}

fn context(path: &std::path::Path) -> String {
    format!("the file of metrics, {}, cannot be written", path.display())
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |time| time.as_secs_f64())
}

impl Writer {
    fn run(&self, finished: &Receiver<()>) -> io::Result<()> {
        while finished.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
            // A disk that is full now may not be so at the end.
            if let Err(error) = self.write(None) {
                tracing::warn!(%error, path = %self.path.display(), "metrics are not written");
            }
        }
        self.write(Some(now()))
    }

    /// Writes aside and renames, so that nobody reads half a file.
    fn write(&self, ended: Option<f64>) -> io::Result<()> {
        let text = prometheus(&Metrics {
            labels: self.labels.clone(),
            tally: self.tally.lock().unwrap_or_else(PoisonError::into_inner).clone(),
            stages: (self.stages)(),
            started: self.started,
            ended,
            peak_memory: PeakMemory::now().map(|memory| memory.bytes),
        });
        let name = self.path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        // The collector reads what ends in `.prom`.
        let aside = self.path.with_file_name(format!(".{}.part", name.to_string_lossy()));
        fs::write(&aside, text)?;
        fs::rename(&aside, &self.path)
    }
}
