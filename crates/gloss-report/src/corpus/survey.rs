//! The first reading: which entities there are, and what else need be counted once only.

use std::collections::{BTreeMap, BTreeSet};

use gloss_doc::{Annotations, AttributeValues, Document, Layer};

use super::days::{Days, day};
use super::heavy_hitters::{Entry, HeavyHitters};
use super::layers::{Choice, Content, Scale, Unit, label};
use super::mean::ClusteredMean;
use super::section::{Group, LabelCount, LayerSection, NearDuplicates};
use crate::{Error, ErrorKind};

/// Labels of quantities and times in OntoNotes and TimeML: they name nothing.
const VALUES: &[&str] =
    &["CARDINAL", "DATE", "DURATION", "MONEY", "ORDINAL", "PERCENT", "QUANTITY", "SET", "TIME"];
/// Labels that are counted in each layer.
const MOST_LABELS: usize = 1_000;
/// Layers that are told apart.
const MOST_LAYERS: usize = 200;
/// Labels that are shown for each layer.
const SHOWN_LABELS: usize = 12;
/// Groups of near-duplicates that are named.
const GROUPS: usize = 20;

/// How much is kept and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entities that are counted at a time in the first reading.
    pub counted: usize,
    /// Entities that are shown over all labels.
    pub shown: usize,
    /// Entities that are shown for each label.
    pub of_label: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { counted: 200_000, shown: 40, of_label: 10 }
    }
}

#[derive(Debug, Default)]
struct LayerCounts {
    layer_type: String,
    kind: String,
    documents: u64,
    annotations: u64,
    labels: BTreeMap<String, u64>,
    others: u64,
}

/// What the first reading of the documents finds.
#[derive(Debug)]
pub struct Survey {
    pub(super) choice: Choice,
    pub(super) limits: Limits,
    pub(super) documents: u64,
    pub(super) characters: u64,
    pub(super) sentences: u64,
    pub(super) without_sentences: u64,
    pub(super) with_notes: u64,
    pub(super) mentions: u64,
    pub(super) entity_layers: BTreeSet<String>,
    pub(super) sentiment_layers: BTreeSet<String>,
    pub(super) unit: Option<Unit>,
    pub(super) scale: Option<Scale>,
    pub(super) score: Option<String>,
    pub(super) sentiment: ClusteredMean,
    pub(super) days: Days,
    layers: BTreeMap<String, LayerCounts>,
    hitters: HeavyHitters,
    by_label: BTreeMap<String, u64>,
    duplicates: BTreeMap<String, u64>,
    groups: u64,
    largest: BTreeSet<Group>,
}

/// The entities to count in the second reading.
#[derive(Debug)]
pub struct Selection {
    /// The most frequent with a name.
    pub shown: Vec<Entry>,
    /// The most frequent of each label, with all mentions of the label.
    pub labels: Vec<(String, u64, Vec<Entry>)>,
    pub distinct: u64,
    pub exact: bool,
    /// No entity that was left out has more mentions.
    pub omitted_at_most: u64,
}

impl Survey {
    /// Nothing read yet.
    #[must_use]
    pub fn new(choice: Choice, limits: Limits) -> Survey {
        Survey {
            hitters: HeavyHitters::new(limits.counted),
            choice,
            limits,
            documents: 0,
            characters: 0,
            sentences: 0,
            without_sentences: 0,
            with_notes: 0,
            mentions: 0,
            entity_layers: BTreeSet::new(),
            sentiment_layers: BTreeSet::new(),
            unit: None,
            scale: None,
            score: None,
            sentiment: ClusteredMean::default(),
            days: Days::default(),
            layers: BTreeMap::new(),
            by_label: BTreeMap::new(),
            duplicates: BTreeMap::new(),
            groups: 0,
            largest: BTreeSet::new(),
        }
    }

    /// Reads a document.
    pub fn add(&mut self, document: &Document) {
        let choice = self.choice.clone();
        let content = Content::of(document, &choice);
        self.documents += 1;
        self.characters += document.text.chars().count() as u64;
        self.with_notes += u64::from(!document.notes.is_empty());
        match content.sentences {
            Some(sentences) => self.sentences += sentences as u64,
            None => self.without_sentences += 1,
        }
        for mention in content.mentions.iter().filter(|mention| !mention.name.is_empty()) {
            self.mentions += 1;
            self.hitters.add(mention.label, mention.name);
            add(&mut self.by_label, mention.label, MOST_LABELS);
        }
        let names = [
            (&mut self.entity_layers, content.entity_layer),
            (&mut self.sentiment_layers, content.sentiment_layer),
        ];
        for (names, layer) in names {
            if let Some(layer) = layer.filter(|_| names.len() < MOST_LAYERS) {
                names.insert(layer.name.clone());
            }
        }
        self.unit = self.unit.max(content.unit);
        self.scale = self.scale.or(content.scale);
        if let (None, Some(layer)) = (&self.score, content.sentiment_layer) {
            self.score.clone_from(&layer.schema.score);
        }
        if let Some(value) = content.document_sentiment {
            self.sentiment.add(value, 1);
        }
        let field = choice.date_field.as_deref().unwrap_or("date");
        self.days.add(day(&document.metadata, field), content.document_sentiment);
        document.layers.iter().for_each(|layer| self.add_layer(layer));
    }

    fn add_layer(&mut self, layer: &Layer) {
        if !self.layers.contains_key(&layer.name) && self.layers.len() >= MOST_LAYERS {
            return;
        }
        let counts = self.layers.entry(layer.name.clone()).or_default();
        if counts.documents == 0 {
            counts.layer_type.clone_from(&layer.schema.layer_type);
            layer.schema.kind.as_str().clone_into(&mut counts.kind);
        }
        counts.documents += 1;
        counts.annotations += layer.annotations.len() as u64;
        let column = match &layer.annotations {
            Annotations::Spans(a) => &a.label,
            Annotations::Classes(a) => &a.label,
            Annotations::Relations(a) => &a.label,
            Annotations::Texts(_) | Annotations::Vectors(_) => return,
        };
        for row in 0..column.len() {
            let name = label(layer, column, row);
            if !name.is_empty() && !add(&mut counts.labels, name, MOST_LABELS) {
                counts.others += 1;
            }
        }
        if layer.schema.layer_type == "near-duplicates" {
            self.add_duplicate(layer, label(layer, column, 0));
        }
    }

    fn add_duplicate(&mut self, layer: &Layer, label: &str) {
        add(&mut self.duplicates, label, MOST_LABELS);
        if label != "original" {
            return;
        }
        self.groups += 1;
        let column = |name| {
            layer
                .schema
                .attribute_index(name)
                .and_then(|i| layer.attributes.get(i))
                .map(|c| &c.values)
        };
        let (Some(AttributeValues::Int(sizes)), Some(AttributeValues::String(representatives))) =
            (column("size"), column("representative"))
        else {
            return;
        };
        let size = sizes.first().and_then(|&size| u64::try_from(size).ok()).unwrap_or(0);
        self.largest.insert(Group { size, representative: representatives.get(0).to_owned() });
        if self.largest.len() > GROUPS {
            self.largest.pop_first();
        }
    }

    /// Checks that the layers which the choice names are there.
    ///
    /// # Errors
    /// [`ErrorKind::Layer`] when no document has one of them, or it is not of the right kind.
    pub fn check(&self) -> Result<(), Error> {
        let wanted = [(&self.choice.entities, "spans"), (&self.choice.sentiment, "classes")];
        for (name, kind) in wanted {
            let Some(name) = name else { continue };
            let there: Vec<&str> = self
                .layers
                .iter()
                .filter(|(_, l)| l.kind == kind)
                .map(|(n, _)| n.as_str())
                .collect();
            let help = match there.as_slice() {
                [] => format!("the documents have no layers of kind {kind}"),
                names => format!("of kind {kind} there are: {}", names.join(", ")),
            };
            let message = match self.layers.get(name) {
                None => format!("no document has a layer {name:?}"),
                Some(layer) if layer.kind != kind => {
                    format!("the layer {name:?} is of kind {}, not {kind}", layer.kind)
                }
                Some(_) => continue,
            };
            return Err(Error::new(ErrorKind::Layer, message, &help));
        }
        Ok(())
    }

    pub(super) fn layers(&self) -> Vec<LayerSection> {
        let section = |(name, counts): (&String, &LayerCounts)| {
            let mut labels = sorted(&counts.labels);
            let rest = labels.iter().skip(SHOWN_LABELS).map(|l| l.count).sum::<u64>();
            labels.truncate(SHOWN_LABELS);
            LayerSection {
                name: name.clone(),
                layer_type: counts.layer_type.clone(),
                kind: counts.kind.clone(),
                documents: counts.documents,
                annotations: counts.annotations,
                labels,
                other_labels: counts.others + rest,
            }
        };
        self.layers.iter().map(section).collect()
    }

    pub(super) fn near_duplicates(&self) -> Option<NearDuplicates> {
        (!self.duplicates.is_empty()).then(|| NearDuplicates {
            labels: sorted(&self.duplicates),
            groups: self.groups,
            largest: self.largest.iter().rev().cloned().collect(),
        })
    }

    /// The entities to count exactly.
    pub(super) fn select(&mut self) -> Selection {
        let hitters = std::mem::replace(&mut self.hitters, HeavyHitters::new(1));
        let (distinct, exact) = (hitters.len() as u64, hitters.is_exact());
        let entries = hitters.into_sorted();
        let omitted_at_most = entries.last().map_or(0, |entry| entry.count);
        let named = entries.iter().filter(|entry| !VALUES.contains(&entry.label.as_str()));
        let shown = named.take(self.limits.shown).cloned().collect();
        let labels = sorted(&self.by_label).into_iter().map(|LabelCount { label, count }| {
            let of_label = entries.iter().filter(|entry| entry.label == label);
            let first = of_label.take(self.limits.of_label).cloned().collect();
            (label, count, first)
        });
        // Of a hundred labels most are of no use on a page.
        let labels = labels.take(24).collect();
        Selection { shown, labels, distinct, exact, omitted_at_most }
    }
}

/// Counts a label; `false` where there is no room for another one.
fn add(counts: &mut BTreeMap<String, u64>, label: &str, most: usize) -> bool {
    let label = super::heavy_hitters::cut(label);
    if let Some(count) = counts.get_mut(label) {
        *count += 1;
    } else if counts.len() < most {
        counts.insert(label.to_owned(), 1);
    } else {
        return false;
    }
    true
}

/// The most frequent first.
fn sorted(counts: &BTreeMap<String, u64>) -> Vec<LabelCount> {
    let count = |(label, &count): (&String, &u64)| LabelCount { label: label.clone(), count };
    let mut counts: Vec<_> = counts.iter().map(count).collect();
    counts.sort_by_key(|label| std::cmp::Reverse(label.count));
    counts
}
