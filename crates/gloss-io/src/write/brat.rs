//! Writes a folder for the annotation tool brat.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use gloss_doc::Document;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::brat_document::annotations;
use super::with_losses::{Losses, resumed, with_losses};
use crate::output_folder::OutputFolder;
use crate::{Checkpoint, DocumentWriter};

/// The key in a checkpoint.
const KEY: &str = "types";

/// What is declared in `annotation.conf`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Types {
    pub entities: BTreeSet<String>,
    pub relations: BTreeSet<String>,
    /// Attributes with their values; those without are true or absent.
    pub attributes: BTreeMap<String, BTreeSet<String>>,
}

/// Writes [brat's standoff format](https://brat.nlplab.org/standoff.html): for each document the
/// text (`.txt`) and its annotations (`.ann`); `annotation.conf`, which declares their types; and
/// `documents.jsonl`, which says whose the files are. Offsets are code points.
///
/// * Spans are text-bound annotations. Their type is the label; in layers other than the first of
///   type `entities` the layer's name stands before it: `quotes_quotes_DIRECT`. What brat does not take in a
///   type becomes `_`. A span over several lines is written in fragments, as brat does itself.
/// * Classes of spans are attributes with a value, attributes that are true are those without.
/// * Other attributes, and scores, are in a note, as JSON.
/// * Relations between spans are binary relations.
///
/// A carriage return becomes a space in the text, for brat takes one for a line break of its own.
/// Tokens, what is said of them, and sentences of which nothing is said are left out.
pub(super) struct BratWriter {
    folder: OutputFolder,
    types: Types,
    losses: Losses,
}

impl BratWriter {
    /// A writer into `folder`.
    pub fn new(folder: OutputFolder, resume: Option<&Checkpoint>) -> BratWriter {
        let types = resume.and_then(|checkpoint| checkpoint.0.get(KEY));
        let types = types.and_then(|types| Types::deserialize(types).ok()).unwrap_or_default();
        BratWriter { folder, types, losses: resumed(resume) }
    }
}

impl DocumentWriter for BratWriter {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        let text = document.text.replace('\r', " ");
        let annotations = annotations(document, &mut self.types, &mut self.losses);
        let files = [("txt", text.as_bytes()), ("ann", annotations.as_bytes())];
        self.folder.add(document, "", &files).map(|_| ())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.folder.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        let mut checkpoint = self.folder.checkpoint()?;
        checkpoint.0[KEY] = json!(self.types);
        Ok(with_losses(Some(checkpoint), &self.losses))
    }

    fn losses(&self) -> Vec<String> {
        self.losses.told("brat")
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.folder.put("annotation.conf", configuration(&self.types).as_bytes())?;
        self.folder.finish()
    }
}

/// The content of `annotation.conf`.
fn configuration(types: &Types) -> String {
    let mut out = String::from("[entities]\n");
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    types.entities.iter().cloned().for_each(&mut line);
    line("\n[relations]".to_owned());
    for relation in &types.relations {
        line(format!("{relation}\tArg1:<ENTITY>, Arg2:<ENTITY>"));
    }
    line("\n[events]".to_owned());
    line("\n[attributes]".to_owned());
    for (attribute, values) in &types.attributes {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let values =
            if values.is_empty() { String::new() } else { format!(", Value:{}", values.join("|")) };
        line(format!("{attribute}\tArg:<ENTITY>{values}"));
    }
    out
}
