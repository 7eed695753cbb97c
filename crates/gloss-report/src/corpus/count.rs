//! The second reading: exact counts of the most frequent entities.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use gloss_doc::Document;
use jiff::civil::Date;

use super::days::day;
use super::heavy_hitters::cut;
use super::layers::{Content, Scale, Unit};
use super::mean::ClusteredMean;
use super::pairs::Pairs;
use super::section::{
    CorpusSection, EntityDay, EntitySection, LabelSection, SentimentScale, SentimentUnit,
};
use super::survey::{Selection, Survey};

/// Documents that are named for each entity.
const EXAMPLES: usize = 3;
/// Pairs that are listed.
const PAIRS: usize = 40;
/// Days that are kept for each entity.
const MOST_DAYS: usize = 4_000;

/// What is counted of an entity.
#[derive(Debug, Default)]
struct Entity {
    label: String,
    name: String,
    mentions: u64,
    documents: u64,
    sentiment: ClusteredMean,
    examples: Vec<String>,
    days: BTreeMap<Date, (u64, u64)>,
}

/// What one document says of an entity.
#[derive(Clone, Debug, Default)]
struct Seen {
    mentions: u64,
    /// Units of sentiment that were counted, each once.
    units: BTreeSet<usize>,
    sum: f64,
    count: u64,
}

/// What the second reading of the documents finds.
#[derive(Debug)]
pub struct Count {
    survey: Survey,
    selection: Selection,
    places: HashMap<String, HashMap<String, usize>>,
    entities: Vec<Entity>,
    pairs: Pairs,
}

impl Count {
    /// Counts what a survey of the same documents found to be frequent.
    #[must_use]
    pub fn new(mut survey: Survey) -> Count {
        let selection = survey.select();
        let mut places: HashMap<String, HashMap<String, usize>> = HashMap::new();
        let mut entities = Vec::new();
        // Those of the page's main list come first: pairs are of them.
        let of_labels = selection.labels.iter().flat_map(|(.., entries)| entries);
        for entry in selection.shown.iter().chain(of_labels) {
            let names = places.entry(entry.label.clone()).or_default();
            names.entry(entry.name.clone()).or_insert_with(|| {
                let (label, name) = (entry.label.clone(), entry.name.clone());
                entities.push(Entity { label, name, ..Entity::default() });
                entities.len() - 1
            });
        }
        let pairs = Pairs::new(selection.shown.len());
        Count { survey, selection, places, entities, pairs }
    }

    /// Reads a document again.
    pub fn add(&mut self, document: &Document) {
        let content = Content::of(document, &self.survey.choice);
        let mut seen: BTreeMap<usize, Seen> = BTreeMap::new();
        let mut together = Vec::new();
        for (row, mention) in content.mentions.iter().enumerate() {
            let names = self.places.get(cut(mention.label));
            let Some(&place) = names.and_then(|names| names.get(cut(mention.name))) else {
                continue;
            };
            let seen = seen.entry(place).or_default();
            seen.mentions += 1;
            // A sentence that names somebody twice says what it says once.
            let unit = match content.unit {
                Some(Unit::Sentence) => mention.sentence.unwrap_or(usize::MAX),
                Some(Unit::Document) => 0,
                _ => row,
            };
            if let Some(value) = content.sentiment_of(mention).filter(|_| seen.units.insert(unit)) {
                seen.sum += value;
                seen.count += 1;
            }
            let unit = if content.sentences.is_some() { mention.sentence } else { Some(0) };
            if let Some(unit) = unit.filter(|_| place < self.selection.shown.len()) {
                together.push((unit, place));
            }
        }
        self.pairs.add(content.sentences.map_or(1, |n| n as u64), together);
        let field = self.survey.choice.date_field.as_deref().unwrap_or("date");
        let day = day(&document.metadata, field);
        for (place, seen) in seen {
            self.entities[place].add(&document.id, &seen, day);
        }
    }

    /// What both readings found.
    #[must_use]
    pub fn finish(self) -> CorpusSection {
        let Count { survey, selection, places, entities, pairs } = self;
        let section = |entry: &super::heavy_hitters::Entry| {
            entities[places[&entry.label][&entry.name]].section()
        };
        let labels = selection.labels.iter().map(|(label, mentions, entries)| LabelSection {
            label: label.clone(),
            mentions: *mentions,
            entities: entries.iter().map(section).collect(),
        });
        let list = |names: &BTreeSet<String>| names.iter().cloned().collect();
        CorpusSection {
            documents: survey.documents,
            characters: survey.characters,
            sentences: survey.sentences,
            documents_without_sentences: survey.without_sentences,
            documents_with_notes: survey.with_notes,
            layers: survey.layers(),
            entity_layers: list(&survey.entity_layers),
            mentions: survey.mentions,
            distinct_entities: selection.distinct,
            exact: selection.exact,
            omitted_at_most: (!selection.exact).then_some(selection.omitted_at_most),
            entities: selection.shown.iter().map(section).collect(),
            labels: labels.collect(),
            sentiment_layers: list(&survey.sentiment_layers),
            sentiment_unit: survey.unit.map(|unit| match unit {
                Unit::Mention => SentimentUnit::Mention,
                Unit::Sentence => SentimentUnit::Sentence,
                Unit::Document => SentimentUnit::Document,
            }),
            sentiment_scale: survey.scale.map(|scale| match scale {
                Scale::Score => SentimentScale::Score,
                Scale::Label => SentimentScale::Label,
            }),
            sentiment_score: survey.score.clone(),
            sentiment: survey.sentiment.mean(),
            date_field: survey.choice.date_field.clone().unwrap_or_else(|| "date".to_owned()),
            undated: survey.days.undated(),
            days: survey.days.list(),
            units: pairs.units(),
            pairs: pairs.list(PAIRS),
            near_duplicates: survey.near_duplicates(),
        }
    }
}

impl Entity {
    fn add(&mut self, id: &str, seen: &Seen, day: Option<Date>) {
        self.mentions += seen.mentions;
        self.documents += 1;
        self.sentiment.add(seen.sum, seen.count);
        if self.examples.len() < EXAMPLES {
            self.examples.push(id.to_owned());
        }
        let known = day.filter(|day| self.days.len() < MOST_DAYS || self.days.contains_key(day));
        if let Some(day) = known {
            let (mentions, documents) = self.days.entry(day).or_default();
            *mentions += seen.mentions;
            *documents += 1;
        }
    }

    fn section(&self) -> EntitySection {
        let day = |(day, &(mentions, documents)): (&Date, &(u64, u64))| EntityDay {
            day: day.to_string(),
            mentions,
            documents,
        };
        EntitySection {
            label: self.label.clone(),
            name: self.name.clone(),
            mentions: self.mentions,
            documents: self.documents,
            sentiment: self.sentiment.mean(),
            examples: self.examples.clone(),
            days: self.days.iter().map(day).collect(),
        }
    }
}
