//! Finds in a document what a corpus view is made of: sentences, mentions of entities, sentiment.

use gloss_doc::{Annotations, AttributeValues, Document, Layer, NONE};

/// Which layers to take, where there is a choice, and where the date is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// The layer of entities, `stage/layer`; else the first of type `mentions`, else of `entities`.
    pub entities: Option<String>,
    /// The layer of sentiment; else the first of type `sentiment`.
    pub sentiment: Option<String>,
    /// The field of the metadata with a document's date; `date` where absent.
    pub date_field: Option<String>,
}

/// A mention of an entity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mention<'d> {
    pub label: &'d str,
    /// Its name: the full one where names were gathered, else its words.
    pub name: &'d str,
    /// The sentence that it begins in.
    pub sentence: Option<usize>,
    /// What is said of it alone, from -1 to 1.
    pub sentiment: Option<f64>,
}

/// What values of sentiment are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    Mention,
    Sentence,
    Document,
}

/// How a layer of sentiment becomes numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Its score goes from -1 to 1.
    Score,
    /// 1 for `positive`, -1 for `negative`, 0 for `neutral`.
    Label,
}

/// What a document says, as far as a corpus view asks.
#[derive(Debug, Default)]
pub struct Content<'d> {
    /// The layers that it was taken from.
    pub entity_layer: Option<&'d Layer>,
    pub sentiment_layer: Option<&'d Layer>,
    /// Number of sentences, where there is such a layer.
    pub sentences: Option<usize>,
    pub mentions: Vec<Mention<'d>>,
    pub unit: Option<Unit>,
    pub scale: Option<Scale>,
    /// Sentiment of each sentence, where that is the unit.
    pub sentence_sentiment: Vec<Option<f64>>,
    /// Sentiment of the document: as it is given, else the mean over its sentences.
    pub document_sentiment: Option<f64>,
}

impl<'d> Content<'d> {
    /// What a document says.
    pub fn of(document: &'d Document, choice: &Choice) -> Content<'d> {
        let named = |name: &Option<String>| name.as_ref().map(|name| document.layer(name));
        let entity_layer = named(&choice.entities).unwrap_or_else(|| {
            of_type(document, "mentions").or_else(|| of_type(document, "entities"))
        });
        let sentiment_layer =
            named(&choice.sentiment).unwrap_or_else(|| of_type(document, "sentiment"));
        let target = sentiment_layer.and_then(|layer| layer.schema.target.as_deref());
        let sentence_layer = target
            .and_then(|name| document.layer(name))
            .filter(|layer| layer.schema.layer_type == "sentences")
            .or_else(|| of_type(document, "sentences"));
        let mut content = Content { entity_layer, sentiment_layer, ..Content::default() };
        let starts = sentence_layer.map(sentences).unwrap_or_default();
        content.sentences = sentence_layer.map(|_| starts.len());
        if let Some(layer) = entity_layer {
            content.mentions = mentions(layer, &document.text, &starts);
        }
        if let Some(layer) = sentiment_layer {
            content.read_sentiment(layer, sentence_layer);
        }
        content
    }

    fn read_sentiment(&mut self, layer: &Layer, sentence_layer: Option<&Layer>) {
        let Annotations::Classes(classes) = &layer.annotations else { return };
        let scale = scale(layer);
        self.scale = Some(scale);
        let target = layer.schema.target.as_deref();
        let names = |other: Option<&Layer>| other.is_some_and(|l| target == Some(l.name.as_str()));
        let of_sentences = names(sentence_layer);
        let by_row = names(self.entity_layer);
        let sources = self.entity_layer.map(|layer| integers(layer, "source")).unwrap_or_default();
        if of_sentences {
            self.sentence_sentiment = vec![None; self.sentences.unwrap_or(0)];
        }
        let mut of_document = None;
        let mut of_mentions = false;
        for (row, &target) in classes.target.iter().enumerate() {
            let Some(value) = value(layer, row, scale) else { continue };
            if target == NONE {
                of_document = of_document.or(Some(value));
            } else if of_sentences {
                if let Some(place) = self.sentence_sentiment.get_mut(target as usize) {
                    *place = Some(value);
                }
            } else if by_row {
                if let Some(mention) = self.mentions.get_mut(target as usize) {
                    (mention.sentiment, of_mentions) = (Some(value), true);
                }
            } else {
                // Mentions that were gathered say which entity each was.
                let pairs = self.mentions.iter_mut().zip(&sources);
                for (mention, _) in pairs.filter(|(_, s)| **s == Some(i64::from(target))) {
                    (mention.sentiment, of_mentions) = (Some(value), true);
                }
            }
        }
        let known: Vec<f64> = self.sentence_sentiment.iter().flatten().copied().collect();
        let mean = || (!known.is_empty()).then(|| known.iter().sum::<f64>() / known.len() as f64);
        self.document_sentiment = of_document.or_else(mean);
        self.unit = if of_mentions {
            Some(Unit::Mention)
        } else if !known.is_empty() {
            Some(Unit::Sentence)
        } else {
            self.document_sentiment.map(|_| Unit::Document)
        };
    }

    /// Sentiment where a mention is.
    pub fn sentiment_of(&self, mention: &Mention<'_>) -> Option<f64> {
        match self.unit? {
            Unit::Mention => mention.sentiment,
            Unit::Sentence => self.sentence_sentiment.get(mention.sentence?).copied().flatten(),
            Unit::Document => self.document_sentiment,
        }
    }
}

fn of_type<'d>(document: &'d Document, layer_type: &str) -> Option<&'d Layer> {
    document.layers.iter().find(|layer| layer.schema.layer_type == layer_type)
}

/// Begin, end and row of each sentence, by begin.
fn sentences(layer: &Layer) -> Vec<(u32, u32, usize)> {
    let Annotations::Spans(spans) = &layer.annotations else { return Vec::new() };
    let rows = spans.start.iter().zip(&spans.end).enumerate();
    let mut sentences: Vec<_> = rows.map(|(row, (&start, &end))| (start, end, row)).collect();
    sentences.sort_unstable();
    sentences
}

fn mentions<'d>(
    layer: &'d Layer,
    text: &'d str,
    sentences: &[(u32, u32, usize)],
) -> Vec<Mention<'d>> {
    let Annotations::Spans(spans) = &layer.annotations else { return Vec::new() };
    let names = layer.schema.attribute_index("name").and_then(|i| layer.attributes.get(i));
    let name = |row: usize| match names.map(|column| (&column.values, column.valid.get(row))) {
        Some((AttributeValues::String(names), Some(1))) => Some(names.get(row)),
        _ => None,
    };
    let mention = |row: usize| {
        let (start, end) = (spans.start[row], spans.end[row]);
        let words = text.get(start as usize..end as usize).unwrap_or_default();
        let next = sentences.partition_point(|&(begin, ..)| begin <= start);
        let around = next.checked_sub(1).map(|i| sentences[i]).filter(|&(_, end, _)| start < end);
        Mention {
            label: label(layer, &spans.label, row),
            name: name(row).unwrap_or(words).trim(),
            sentence: around.map(|(.., row)| row),
            sentiment: None,
        }
    };
    (0..spans.start.len()).map(mention).collect()
}

/// The label of a row; empty where it has none.
pub fn label<'d>(layer: &'d Layer, column: &[u32], row: usize) -> &'d str {
    let index = column.get(row).copied().unwrap_or(NONE);
    layer.schema.labels.get(index as usize).map_or("", String::as_str)
}

/// The values of an attribute; none where the layer has no such attribute of that type.
fn integers(layer: &Layer, name: &str) -> Vec<Option<i64>> {
    let column = layer.schema.attribute_index(name).and_then(|i| layer.attributes.get(i));
    let Some(column) = column else { return Vec::new() };
    let AttributeValues::Int(values) = &column.values else { return Vec::new() };
    values.iter().zip(&column.valid).map(|(&v, &valid)| (valid == 1).then_some(v)).collect()
}

fn scale(layer: &Layer) -> Scale {
    let signed = layer.schema.score.as_deref().is_some_and(|meaning| meaning.contains("-1 to 1"));
    if signed { Scale::Score } else { Scale::Label }
}

fn value(layer: &Layer, row: usize, scale: Scale) -> Option<f64> {
    let Annotations::Classes(classes) = &layer.annotations else { return None };
    match scale {
        Scale::Score => classes.score.get(row).copied().filter(|s| s.is_finite()).map(f64::from),
        Scale::Label => match label(layer, &classes.label, row).to_lowercase().as_str() {
            "positive" => Some(1.0),
            "negative" => Some(-1.0),
            "neutral" => Some(0.0),
            _ => None,
        },
    }
}
