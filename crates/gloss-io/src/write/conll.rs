//! Writes tokens with their entities in the columns of the CoNLL-2003 shared task.

use std::fmt::Write as _;
use std::io;

use gloss_doc::{Document, NONE};

use super::tokens::{Misfits, Tokens, entities, fit, is_space, sentence_starts, sentences, spans};
use super::with_losses::{Losses, resumed, with_losses};
use crate::{Checkpoint, DocumentWriter, Sink};

/// What stands before each document.
const DOCUMENT: &str = "-DOCSTART- -X- O O\n";

/// Writes a token a line: its text, its part of speech (the tag of a layer of tokens, else `-X-`), the
/// chunk (always `O`) and the label of its entity in the IOB2 scheme; an empty line behind each
/// sentence, `-DOCSTART- -X- O O` before each document (Tjong Kim Sang and De Meulder, "Introduction to the
/// CoNLL-2003 shared task", 2003).
///
/// Columns are separated by a space, so white space inside a token becomes `_`. Tokens of white
/// space alone are left out. Entities that begin or end inside a token are widened to it; of
/// entities that overlap the longest is written.
pub(super) struct ConllWriter<W> {
    sink: W,
    entities: Option<String>,
    losses: Losses,
}

impl<W: Sink> ConllWriter<W> {
    /// A writer of the entities of one layer.
    pub fn new(sink: W, entities: Option<String>, resume: Option<&Checkpoint>) -> ConllWriter<W> {
        ConllWriter { sink, entities, losses: resumed(resume) }
    }
}

impl<W: Sink> DocumentWriter for ConllWriter<W> {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        let layer = entities(document, self.entities.as_deref());
        let spans = spans(layer);
        let tokens = Tokens::of(document, spans.as_slice(), false);
        let tags = tags(document, &tokens, self.entities.as_deref(), &mut self.losses.misfits);
        self.losses.layers(document, &[tokens.layer, layer, sentences(document)]);
        let starts = sentence_starts(document, &tokens);
        let mut out = String::from(DOCUMENT);
        for (token, &(start, end)) in tokens.ranges.iter().enumerate() {
            if starts.binary_search(&token).is_ok() {
                out.push('\n');
            }
            let word = &document.text[start..end];
            let form = form(word);
            self.losses.altered += u64::from(form != word);
            let tag = tokens.attribute(token, "tag").filter(|t| !t.is_empty()).unwrap_or("-X-");
            let _ = writeln!(out, "{form} {} O {}", one_word(tag), tags[token]);
        }
        out.push('\n');
        self.sink.write_all(out.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        Ok(with_losses(self.sink.checkpoint()?, &self.losses))
    }

    fn losses(&self) -> Vec<String> {
        self.losses.told("CoNLL")
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.sink.finish()
    }
}

/// A token as it can stand in a column.
fn form(word: &str) -> String {
    // A reader would take the mark of documents for one.
    if word == "-DOCSTART-" { "_DOCSTART_".to_owned() } else { one_word(word) }
}

/// `text` with `_` for what readers take for the end of a column.
pub(super) fn one_word(text: &str) -> String {
    text.chars().map(|c| if is_space(c) { '_' } else { c }).collect()
}

/// For each token its entity's label behind `B-` or `I-`, or `O`.
pub(super) fn tags(
    document: &Document,
    tokens: &Tokens<'_>,
    named: Option<&str>,
    misfits: &mut Misfits,
) -> Vec<String> {
    let mut tags = vec!["O".to_owned(); tokens.ranges.len()];
    let layer = entities(document, named);
    let Some((layer, spans)) = layer.zip(spans(layer)) else { return tags };
    for entity in fit(tokens, spans, misfits) {
        let label = spans.label.get(entity.row).copied().unwrap_or(NONE) as usize;
        // A span without a label is still one.
        let label = layer.schema.labels.get(label).map_or("_".to_owned(), |l| one_word(l));
        for (i, tag) in tags[entity.first..entity.behind].iter_mut().enumerate() {
            *tag = format!("{}-{label}", if i == 0 { 'B' } else { 'I' });
        }
    }
    tags
}
