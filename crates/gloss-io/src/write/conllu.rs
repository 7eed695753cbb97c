//! Writes tokens, their attributes and dependencies as CoNLL-U.

use std::fmt::Write as _;
use std::io;

use gloss_doc::{Document, OffsetMap, OffsetUnit};

use super::conll::{one_word, tags};
use super::dependencies::{self, Head, heads};
use super::tokens::{Tokens, entities, sentence_starts, sentences, spans};
use super::with_losses::{Losses, resumed, with_losses};
use crate::{Checkpoint, DocumentWriter, Sink};

/// Writes the ten columns of [CoNLL-U](https://universaldependencies.org/format.html), of which those
/// are `_` that the document's layers have nothing for. Before each document stands `# newdoc id`,
/// before each sentence `# sent_id` and `# text`. MISC has `SpaceAfter=No`, `start_char` and
/// `end_char` (code points of the document's text), and `ner`, the label of an entity in the IOB2
/// scheme, as Stanza names them.
///
/// Tokens of white space alone are left out, and what depends on one depends on its head. A sentence
/// whose dependencies are no tree has no heads. Entities are fitted as in CoNLL.
pub(super) struct ConlluWriter<W> {
    sink: W,
    entities: Option<String>,
    losses: Losses,
}

impl<W: Sink> ConlluWriter<W> {
    /// A writer of the entities of one layer.
    pub fn new(sink: W, entities: Option<String>, resume: Option<&Checkpoint>) -> ConlluWriter<W> {
        ConlluWriter { sink, entities, losses: resumed(resume) }
    }
}

impl<W: Sink> DocumentWriter for ConlluWriter<W> {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        let layer = entities(document, self.entities.as_deref());
        let tokens = Tokens::of(document, spans(layer).as_slice(), false);
        let dependencies = dependencies::layer(document, &tokens);
        let written = [tokens.layer, layer, sentences(document), dependencies];
        self.losses.layers(document, &written);
        if tokens.ranges.is_empty() {
            self.losses.empty += 1;
            return Ok(());
        }
        let tags = tags(document, &tokens, self.entities.as_deref(), &mut self.losses.misfits);
        let page = Page {
            document,
            tags,
            heads: dependencies.map(|_| heads(document, &tokens)),
            map: OffsetMap::new(&document.text, OffsetUnit::Codepoint),
            tokens,
        };
        let mut starts = sentence_starts(document, &page.tokens);
        starts.push(page.tokens.ranges.len());
        let mut out = String::new();
        for (number, ends) in starts.windows(2).enumerate() {
            page.sentence(number, ends[0], ends[1], &mut out, &mut self.losses);
        }
        self.sink.write_all(out.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        Ok(with_losses(self.sink.checkpoint()?, &self.losses))
    }

    fn losses(&self) -> Vec<String> {
        self.losses.told("CoNLL-U")
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.sink.finish()
    }
}

/// A document with what is said of its tokens.
struct Page<'a> {
    document: &'a Document,
    tokens: Tokens<'a>,
    tags: Vec<String>,
    /// Where there are dependencies at all.
    heads: Option<Vec<Option<Head<'a>>>>,
    map: OffsetMap<'a>,
}

impl Page<'_> {
    fn sentence(
        &self,
        number: usize,
        first: usize,
        behind: usize,
        out: &mut String,
        losses: &mut Losses,
    ) {
        let id = comment(&self.document.id);
        if number == 0 {
            let _ = writeln!(out, "# newdoc id = {id}");
        }
        let _ = writeln!(out, "# sent_id = {id}-{}", number + 1);
        let _ = writeln!(out, "# text = {}", self.text(first, behind));
        let tree = self.heads.as_ref().map(|heads| tree(&heads[first..behind], first));
        losses.treeless += u64::from(tree.as_ref().is_some_and(Option::is_none));
        let tree = tree.flatten();
        for token in first..behind {
            let (head, relation) = match tree.as_ref().map(|tree| tree[token - first]) {
                Some((head, relation)) => (head.to_string(), one_word(relation)),
                None => ("_".to_owned(), "_".to_owned()),
            };
            let (start, end) = self.tokens.ranges[token];
            let word = &self.document.text[start..end];
            let form = one_word(word);
            losses.altered += u64::from(form != word);
            let attribute = |name: &str| match self.tokens.attribute(token, name) {
                None | Some("") => "_".to_owned(),
                Some(value) => one_word(value),
            };
            let _ = writeln!(
                out,
                "{}\t{form}\t{}\t{}\t{}\t{}\t{head}\t{relation}\t_\t{}",
                token - first + 1,
                attribute("lemma"),
                attribute("pos"),
                attribute("tag"),
                attribute("morph"),
                self.miscellany(token),
            );
        }
        out.push('\n');
    }

    /// Whether nothing stands between a token and the next.
    fn joined(&self, token: usize) -> bool {
        let next = self.tokens.ranges.get(token + 1);
        next.is_some_and(|&(start, _)| start == self.tokens.ranges[token].1)
    }

    /// The sentence as its tokens and `SpaceAfter` make it.
    fn text(&self, first: usize, behind: usize) -> String {
        let mut text = String::new();
        for token in first..behind {
            let (start, end) = self.tokens.ranges[token];
            text.push_str(&one_word(&self.document.text[start..end]));
            if token + 1 < behind && !self.joined(token) {
                text.push(' ');
            }
        }
        text
    }

    fn miscellany(&self, token: usize) -> String {
        let (start, end) = self.tokens.ranges[token];
        let place = |byte: usize| self.map.from_byte(byte).unwrap_or_default();
        let mut out = String::new();
        if self.joined(token) {
            out.push_str("SpaceAfter=No|");
        }
        let _ = write!(out, "start_char={}|end_char={}", place(start), place(end));
        if self.tags[token] != "O" {
            // A bar would end the value.
            let _ = write!(out, "|ner={}", self.tags[token].replace('|', "_"));
        }
        out
    }
}

/// The heads of a sentence, from 1, 0 for the root; `None` where they are no tree within it.
///
/// The format has one root: where there are several, the later ones hang on the first as `dep`.
fn tree<'a>(heads: &[Option<Head<'a>>], first: usize) -> Option<Vec<(usize, &'a str)>> {
    let mut root = None;
    let mut out = Vec::with_capacity(heads.len());
    for (i, head) in heads.iter().enumerate() {
        let Head { token, label } = (*head)?;
        let head = token.checked_sub(first).filter(|&head| head < heads.len())?;
        out.push(match (head == i, root) {
            (false, _) => (head + 1, label),
            (true, None) => {
                root = Some(i);
                (0, "root")
            }
            (true, Some(root)) => (root + 1, "dep"),
        });
    }
    root.map(|_| out)
}

/// An id on one line.
fn comment(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c })
        .collect()
}
