//! Spans on their way to the host: one call for many of them.
//!
//! A call of the host for each span would cost more than what most extractors do to find it. Ids
//! are dense, so they are known before the spans are handed over.

use gloss_abi::{DOCUMENT_NONE, Output, Span};

use crate::Result;
use crate::output::push_spans;

/// Few enough to stay in the cache.
const LIMIT: usize = 1024;

/// Spans of one layer of one document that the host has not been given yet.
#[derive(Debug)]
pub(crate) struct SpanRun {
    document: u32,
    layer: u32,
    /// The id of the next span, as long as nobody else pushes into the layer.
    next: u32,
    spans: Vec<Span>,
}

impl Default for SpanRun {
    fn default() -> SpanRun {
        SpanRun { document: DOCUMENT_NONE, layer: 0, next: 0, spans: Vec::new() }
    }
}

impl SpanRun {
    /// Takes a span and gives its id.
    #[inline]
    pub fn push(&mut self, raw: &Output, (document, layer): (u32, u32), span: Span) -> Result<u32> {
        if self.document != document || self.layer != layer || self.spans.len() >= LIMIT {
            self.begin(raw, document, layer)?;
        }
        let id = self.next;
        self.next = id.wrapping_add(1);
        self.spans.push(span);
        Ok(id)
    }

    /// Asks the host, by pushing nothing, for the id of the next span.
    #[cold]
    fn begin(&mut self, raw: &Output, document: u32, layer: u32) -> Result<()> {
        self.flush(raw)?;
        self.next = push_spans(raw, document, layer, &[])?;
        (self.document, self.layer) = (document, layer);
        Ok(())
    }

    /// Hands over what there is. Must come before any other call that pushes or finishes.
    pub fn flush(&mut self, raw: &Output) -> Result<()> {
        let document = std::mem::replace(&mut self.document, DOCUMENT_NONE);
        if self.spans.is_empty() {
            return Ok(());
        }
        let result = push_spans(raw, document, self.layer, &self.spans);
        self.spans.clear();
        result.map(drop)
    }

    /// Forgets what there is: the call that it belonged to is over.
    pub fn clear(&mut self) {
        self.document = DOCUMENT_NONE;
        self.spans.clear();
    }
}
