//! What a report says of the documents.

use serde::Serialize;

use super::{Day, Mean, Pair};

/// What the documents of a run hold.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CorpusSection {
    /// How many documents there are.
    pub documents: u64,
    /// Their characters (Unicode code points).
    pub characters: u64,
    /// Sentences, in documents with such a layer.
    pub sentences: u64,
    /// Documents without a layer of sentences; for co-occurrence each is one unit.
    pub documents_without_sentences: u64,
    /// Documents with remarks of a stage, such as that a text was split.
    pub documents_with_notes: u64,
    /// The layers.
    pub layers: Vec<LayerSection>,
    /// Layers that entities were taken from.
    pub entity_layers: Vec<String>,
    /// Mentions of entities.
    pub mentions: u64,
    /// Different entities, by label and name, at least; exact if `exact` is.
    pub distinct_entities: u64,
    /// Whether all entities were counted. Otherwise rarer ones had to make room, and which are the
    /// most frequent is approximate; those that are shown are counted exactly all the same.
    pub exact: bool,
    /// Where not exact: no entity that is left out has more mentions than this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omitted_at_most: Option<u64>,
    /// The most frequent entities with a name.
    pub entities: Vec<EntitySection>,
    /// The most frequent of each label, by its mentions.
    pub labels: Vec<LabelSection>,
    /// Layers that sentiment was taken from.
    pub sentiment_layers: Vec<String>,
    /// What the values of sentiment are of, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment_unit: Option<SentimentUnit>,
    /// What the numbers are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment_scale: Option<SentimentScale>,
    /// What the sentiment layer says of its score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment_score: Option<String>,
    /// Mean sentiment of documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Mean>,
    /// Field of the metadata with the date.
    pub date_field: String,
    /// Documents without a date that can be read.
    pub undated: u64,
    /// Documents by day.
    pub days: Vec<Day>,
    /// Units in which co-occurrence was counted: sentences, or documents without them.
    pub units: u64,
    /// Pairs of the most frequent entities, the most frequent first.
    pub pairs: Vec<Pair>,
    /// Near-duplicates, where they were looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near_duplicates: Option<NearDuplicates>,
}

/// What values of sentiment are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SentimentUnit {
    /// One value for each mention of an entity.
    Mention,
    /// One for each sentence; an entity has those of the sentences that mention it.
    Sentence,
    /// One for each document.
    Document,
}

/// How sentiment became numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum SentimentScale {
    /// Scores from -1 to 1.
    Score,
    /// 1 for the label `positive`, -1 for `negative`, 0 for `neutral`.
    Label,
}

/// A layer of the documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LayerSection {
    /// `stage/layer`.
    pub name: String,
    /// What it is about.
    #[serde(rename = "type")]
    pub layer_type: String,
    /// What one annotation is.
    pub kind: String,
    /// Documents that have it.
    pub documents: u64,
    /// Annotations in it.
    pub annotations: u64,
    /// Its most frequent labels.
    pub labels: Vec<LabelCount>,
    /// Annotations with other labels.
    pub other_labels: u64,
}

/// How often a label came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelCount {
    /// The label.
    pub label: String,
    /// How often.
    pub count: u64,
}

/// An entity: what has the same label and the same name in all documents.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntitySection {
    /// Its label.
    pub label: String,
    /// Its name.
    pub name: String,
    /// How often it was mentioned.
    pub mentions: u64,
    /// Documents that mention it.
    pub documents: u64,
    /// Sentiment where it is mentioned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sentiment: Option<Mean>,
    /// Ids of the first documents that mention it.
    pub examples: Vec<String>,
    /// By day, where documents have dates; days without it are left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<EntityDay>,
}

/// An entity on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EntityDay {
    /// The day, `2026-01-11`.
    pub day: String,
    /// How often it was mentioned.
    pub mentions: u64,
    /// Documents that mention it.
    pub documents: u64,
}

/// The most frequent entities of a label.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelSection {
    /// The label.
    pub label: String,
    /// All mentions with it.
    pub mentions: u64,
    /// The most frequent, counted exactly.
    pub entities: Vec<EntitySection>,
}

/// What the layer of near-duplicates says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct NearDuplicates {
    /// Documents by label: unique, original, duplicate, empty.
    pub labels: Vec<LabelCount>,
    /// How many groups there are.
    pub groups: u64,
    /// The largest.
    pub largest: Vec<Group>,
}

/// Documents that are nearly the same.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Group {
    /// How many.
    pub size: u64,
    /// Id of the one that stands for them.
    pub representative: String,
}
