//! Results on standard output while a run goes on.

use std::io;

use gloss_doc::Document;
use gloss_io::{Checkpoint, DocumentWriter};
use indicatif::ProgressBar;

/// Hands each document over at once, and keeps the progress bar out of its way.
pub struct LiveWriter {
    writer: Box<dyn DocumentWriter>,
    bar: ProgressBar,
}

impl LiveWriter {
    pub fn new(writer: Box<dyn DocumentWriter>, bar: ProgressBar) -> LiveWriter {
        LiveWriter { writer, bar }
    }
}

impl DocumentWriter for LiveWriter {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        let writer = &mut self.writer;
        let mut write = || writer.write(document).and_then(|()| writer.flush());
        // Only on a terminal can the bar stand in the way.
        if console::user_attended() { self.bar.suspend(write) } else { write() }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        self.writer.checkpoint()
    }

    fn losses(&self) -> Vec<String> {
        self.writer.losses()
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.writer.finish()
    }
}
