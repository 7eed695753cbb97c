//! Writes documents as spaCy's `Doc.to_json()` gives them, one a line.

use std::io;

use gloss_doc::{Annotations, Document, Layer, NONE, OffsetMap, OffsetUnit, Spans};
use serde_json::{Map, Value, json};

use super::dependencies::{self, heads};
use super::spacy_tokens::covering;
use super::tokens::{
    Range, Tokens, entities, fit, is_space, ranges, sentence_starts, sentences, spans,
};
use super::with_losses::{Losses, resumed, with_losses};
use crate::{Checkpoint, DocumentWriter, Sink};

/// What spaCy knows as parts of speech; it refuses others.
const PARTS_OF_SPEECH: [&str; 20] = [
    "ADJ", "ADP", "ADV", "AUX", "CONJ", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON",
    "PROPN", "PUNCT", "SCONJ", "SYM", "VERB", "X", "EOL", "SPACE",
];

/// Writes documents for `Doc(vocab).from_json(...)`; offsets are code points.
///
/// * `tokens`: those of a layer of tokens, with more where spaCy wants all of the text covered; where
///   there is no such layer, words by UAX #29, cut where spans begin and end. `pos` is empty for what
///   is no part of speech of Universal Dependencies;
/// * `ents`: the layer of entities, fitted to tokens: widened, and of those that overlap the longest;
/// * `sents`: where sentences begin;
/// * `spans`: every other layer of spans by its full name, widened to tokens;
/// * `cats`: classes of the document with their scores, 1 where there are none; of labels that two
///   layers have, the later layer's as `stage/layer:label`;
/// * `gloss`, which spaCy passes over: the document's `id`, its `metadata`, and `texts` by layer. Custom
///   attributes (`_`) would have to be registered before a line can be read.
pub(super) struct SpacyWriter<W> {
    sink: W,
    entities: Option<String>,
    losses: Losses,
}

impl<W: Sink> SpacyWriter<W> {
    /// A writer with the entities of one layer.
    pub fn new(sink: W, entities: Option<String>, resume: Option<&Checkpoint>) -> SpacyWriter<W> {
        SpacyWriter { sink, entities, losses: resumed(resume) }
    }
}

impl<W: Sink> DocumentWriter for SpacyWriter<W> {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        let all: Vec<&Spans> = document.layers.iter().filter_map(|l| spans(Some(l))).collect();
        let tokens = covering(&document.text, Tokens::of(document, &all, true));
        let map = OffsetMap::new(&document.text, OffsetUnit::Codepoint);
        let page = Page { document, tokens, map };
        let value = page.value(self.entities.as_deref(), &mut self.losses);
        serde_json::to_writer(&mut self.sink, &value)?;
        self.sink.write_all(b"\n")
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        Ok(with_losses(self.sink.checkpoint()?, &self.losses))
    }

    fn losses(&self) -> Vec<String> {
        self.losses.told("spaCy's JSON")
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.sink.finish()
    }
}

struct Page<'a> {
    document: &'a Document,
    tokens: Tokens<'a>,
    map: OffsetMap<'a>,
}

impl Page<'_> {
    fn value(&self, named: Option<&str>, losses: &mut Losses) -> Value {
        let Page { document, tokens, .. } = self;
        let entities = entities(document, named).filter(|l| spans(Some(l)).is_some());
        let mut written = vec![tokens.layer, sentences(document), entities];
        let mut out = json!({ "text": document.text });
        if let Some((layer, spans)) = entities.zip(spans(entities)) {
            let fitted = fit(tokens, &trimmed(&document.text, tokens, spans), &mut losses.misfits);
            let ents = fitted.iter().map(|e| self.span(e.first, e.behind, label(layer, e.row)));
            out["ents"] = ents.collect();
        }
        out["sents"] = self.sentences();
        out["tokens"] = self.tokens(&mut written);
        let mut groups = Map::new();
        for layer in &document.layers {
            let done = written.iter().flatten().any(|w| std::ptr::eq(*w, layer));
            if let Some(spans) = spans(Some(layer)).filter(|_| !done) {
                groups.insert(layer.name.clone(), self.group(layer, spans, losses));
                written.push(Some(layer));
            }
        }
        if !groups.is_empty() {
            out["spans"] = groups.into();
        }
        let categories = categories(document, &mut written);
        if !categories.is_empty() {
            out["cats"] = categories.into();
        }
        out["gloss"] = own(document, &mut written);
        losses.layers(document, &written);
        out
    }

    fn offsets(&self, (start, end): Range) -> (usize, usize) {
        let place = |byte: usize| self.map.from_byte(byte).unwrap_or_default();
        (place(start), place(end))
    }

    /// The tokens from `first` to before `behind` as a span.
    fn span(&self, first: usize, behind: usize, label: &str) -> Value {
        let ranges = &self.tokens.ranges;
        let (start, end) = self.offsets((ranges[first].0, ranges[behind - 1].1));
        json!({ "start": start, "end": end, "label": label })
    }

    fn sentences(&self) -> Value {
        let mut starts = sentence_starts(self.document, &self.tokens);
        starts.push(self.tokens.ranges.len());
        let sentence = |ends: &[usize]| {
            let range = (self.tokens.ranges[ends[0]].0, self.tokens.ranges[ends[1] - 1].1);
            let (start, end) = self.offsets(range);
            json!({ "start": start, "end": end })
        };
        starts.windows(2).map(sentence).collect()
    }

    fn tokens<'a>(&'a self, written: &mut Vec<Option<&'a Layer>>) -> Value {
        let Page { document, tokens, .. } = self;
        let schema = tokens.layer.map(|layer| &layer.schema);
        let has = |name: &&&str| schema.is_some_and(|s| s.attribute_index(name).is_some());
        let names: Vec<&str> =
            ["tag", "pos", "morph", "lemma"].iter().filter(has).copied().collect();
        // spaCy refuses heads of which one is missing.
        let heads: Option<Vec<_>> = heads(document, tokens).into_iter().collect();
        if heads.is_some() {
            written.push(dependencies::layer(document, tokens));
        }
        let token = |i: usize| {
            let (start, end) = self.offsets(tokens.ranges[i]);
            let mut token = json!({ "id": i, "start": start, "end": end });
            for name in &names {
                let value = tokens.attribute(i, name).unwrap_or_default();
                let known = *name != "pos" || PARTS_OF_SPEECH.contains(&value);
                token[*name] = if known { value } else { "" }.into();
            }
            if let Some(heads) = &heads {
                token["dep"] = heads[i].label.into();
                token["head"] = heads[i].token.into();
            }
            token
        };
        (0..tokens.ranges.len()).map(token).collect()
    }

    fn group(&self, layer: &Layer, spans: &Spans, losses: &mut Losses) -> Value {
        let mut group = Vec::new();
        for (row, range) in ranges(&trimmed(&self.document.text, &self.tokens, spans)).enumerate() {
            let Some((first, behind)) = self.tokens.touched(range) else {
                losses.misfits.outside += 1;
                continue;
            };
            losses.misfits.widened += u64::from(!self.tokens.fits(range, (first, behind)));
            let mut span = self.span(first, behind, label(layer, row));
            span["kb_id"] = "".into();
            group.push(span);
        }
        group.into()
    }
}

fn label(layer: &Layer, row: usize) -> &str {
    let Some(spans) = spans(Some(layer)) else { return "" };
    let index = spans.label.get(row).copied().unwrap_or(NONE) as usize;
    layer.schema.labels.get(index).map_or("", String::as_str)
}

/// Spans, those that do not fit `tokens` without the white space at their ends, which may be in none.
fn trimmed(text: &str, tokens: &Tokens<'_>, spans: &Spans) -> Spans {
    let trim = |range: Range| {
        if tokens.touched(range).is_some_and(|touched| tokens.fits(range, touched)) {
            return range;
        }
        let (start, end) = range;
        let inner = &text[start..end];
        let from = start + inner.len() - inner.trim_start_matches(is_space).len();
        (from, from + inner.trim_matches(is_space).len())
    };
    let offset = |n: usize| u32::try_from(n).unwrap_or(NONE);
    let (start, end) = ranges(spans).map(trim).map(|(s, e)| (offset(s), offset(e))).unzip();
    Spans { start, end, label: spans.label.clone(), score: spans.score.clone() }
}

fn categories<'a>(
    document: &'a Document,
    written: &mut Vec<Option<&'a Layer>>,
) -> Map<String, Value> {
    let mut out = Map::new();
    for layer in &document.layers {
        let Annotations::Classes(classes) = &layer.annotations else { continue };
        if classes.target.iter().all(|&target| target == NONE) {
            written.push(Some(layer));
        }
        for (row, &label) in classes.label.iter().enumerate() {
            let label = layer.schema.labels.get(label as usize);
            let Some(label) = label.filter(|_| classes.target[row] == NONE) else { continue };
            let score = classes.score.get(row).copied().filter(|s| s.is_finite()).unwrap_or(1.0);
            let taken = out.contains_key(label);
            let key = if taken { format!("{}:{label}", layer.name) } else { label.clone() };
            out.insert(key, json!(score));
        }
    }
    out
}

/// What spaCy has no place for.
fn own<'a>(document: &'a Document, written: &mut Vec<Option<&'a Layer>>) -> Value {
    let mut out = json!({ "id": document.id });
    if !document.metadata.is_empty() {
        out["metadata"] = document.metadata.clone().into();
    }
    let mut all = Map::new();
    for layer in &document.layers {
        if let Annotations::Texts(texts) = &layer.annotations {
            written.push(Some(layer));
            let texts: Value = (0..texts.text.len()).map(|i| texts.text.get(i)).collect();
            all.insert(layer.name.clone(), texts);
        }
    }
    if !all.is_empty() {
        out["texts"] = all.into();
    }
    out
}
