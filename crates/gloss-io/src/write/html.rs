//! Writes a page to read and to show: texts with their annotations.

mod article;
mod escape;
mod layers;
mod marks;

use std::fmt::Write as _;
use std::io;

use gloss_doc::Document;
use serde_json::{Value, json};

use crate::{Checkpoint, DocumentWriter, Sink};

/// So many documents a page holds; a browser still scrolls through them.
const MOST_DOCUMENTS: u64 = 1000;
/// The key in a checkpoint.
const KEY: &str = "documents";

/// Writes one page that needs nothing but itself. Documents stand in it as they come: their text
/// with spans, one switch for each layer, their labels with counts, classes of the document, texts
/// such as summaries with links to what they were made from, relations, and metadata.
///
/// It can be read without JavaScript, which adds a list of documents, a search, and keys. Of more than
/// 1000 documents the page says how many it leaves out.
pub(super) struct HtmlWriter<W> {
    sink: W,
    documents: u64,
    begun: bool,
}

impl<W: Sink> HtmlWriter<W> {
    /// A writer of a page.
    pub fn new(sink: W, resume: Option<&Checkpoint>) -> HtmlWriter<W> {
        let documents = resume.and_then(|c| c.0.get(KEY)).and_then(Value::as_u64);
        HtmlWriter { sink, documents: documents.unwrap_or(0), begun: resume.is_some() }
    }

    fn begin(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.sink.write_all(head().as_bytes())
    }

    fn left_out(&self) -> u64 {
        self.documents.saturating_sub(MOST_DOCUMENTS)
    }
}

impl<W: Sink> DocumentWriter for HtmlWriter<W> {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        self.begin()?;
        self.documents += 1;
        if self.documents > MOST_DOCUMENTS {
            return Ok(());
        }
        self.sink.write_all(article::article(document, self.documents).as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        self.begin()?;
        let mut checkpoint = self.sink.checkpoint()?;
        if let Some(checkpoint) = &mut checkpoint {
            checkpoint.0[KEY] = json!(self.documents);
        }
        Ok(checkpoint)
    }

    fn losses(&self) -> Vec<String> {
        let left_out = self.left_out();
        let told = format!("the page holds {MOST_DOCUMENTS} documents: {left_out} are left out");
        if left_out > 0 { vec![told] } else { Vec::new() }
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.begin()?;
        let mut out = String::new();
        if self.documents == 0 {
            out.push_str("<p>There are no documents.</p>\n");
        }
        let left_out = self.left_out();
        if left_out > 0 {
            let _ = writeln!(out, "<p>{left_out} more documents are not on this page.</p>");
        }
        let _ = write!(
            out,
            "<footer>Made by Gloss {}</footer>\n</main>\n<script>\n{}</script>\n</body>\n</html>\n",
            env!("CARGO_PKG_VERSION"),
            include_str!("html/script.js")
        );
        self.sink.write_all(out.as_bytes())?;
        self.sink.finish()
    }
}

/// What stands before the first document.
fn head() -> String {
    let mut out = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n\
         <title>Gloss</title>\n<style>\n",
    );
    out.push_str(include_str!("html/style.css"));
    // What a switch that is off takes back.
    for layer in 0..layers::MOST {
        let off = format!("article:has(.t{layer}:not(:checked))");
        let _ = writeln!(
            out,
            "{off} mark.k{layer} {{ background: none; box-shadow: none; border: 0; padding: 0; }}\n\
             {off} mark.k{layer}::after {{ content: none !important; }}\n\
             {off} .legend.k{layer} {{ display: none; }}"
        );
    }
    out.push_str("</style>\n</head>\n<body>\n<main>\n");
    out
}
