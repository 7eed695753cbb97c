//! Documents of made-up news, and three variants of their entities, classes and tone.

use std::sync::Arc;

use gloss_compare::{Class, Span, Text, Value, Variant, VariantDocument};
use rand_core::{Rng as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

const LABELS: [&str; 8] =
    ["PER", "ORG", "LOC", "DATE", "WORK_OF_ART", "negative", "neutral", "positive"];
const PEOPLE: [&str; 6] =
    ["Ada Lovelace", "Grace Hopper", "José Martí", "Lê Văn Duyệt", "Mary Shelley", "Zoë O’Neill"];
const PLACES: [&str; 6] =
    ["Paris", "New South Wales", "Zürich", "the River Plate", "São Paulo", "Ürümqi"];
const FIRMS: [&str; 5] =
    ["the Bank of England", "Acme Inc.", "Université de Montréal", "Northern Rail", "UNESCO 🌍"];
const DAYS: [&str; 4] = ["on Monday", "in March 1843", "last week", "on 3 July"];
const WORKS: [&str; 3] = ["“Frankenstein”", "Notes on the Analytical Engine", "“La Edad de Oro”"];
const VERBS: [&str; 6] = ["visited", "bought", "wrote about", "left", "criticised", "praised"];
const TAILS: [&str; 4] = [
    "to the surprise of all who had been there before",
    "and nobody said anything about it for quite a while",
    "as the papers had it",
    "although the weather was poor and the roads were worse than usual",
];
const SOURCES: [&str; 3] = ["wire", "paper", "blog"];

struct Random(Xoshiro256PlusPlus);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        (self.0.next_u64() % count as u64) as usize
    }

    fn of<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

/// A gold and two variants of so many documents.
pub fn variants(count: usize) -> Vec<Variant> {
    let mut random = Random(Xoshiro256PlusPlus::seed_from_u64(7));
    let mut variants = ["gold", "small model", "large model"].map(|name| Variant {
        name: name.to_owned(),
        labels: LABELS.map(str::to_owned).to_vec(),
        documents: Vec::with_capacity(count),
    });
    for number in 0..count {
        let (text, spans, sentences) = document(&mut random);
        let text: Arc<str> = text.into();
        let metadata = serde_json::json!({
            "source": SOURCES[number % 3], "year": 1840 + number % 7, "words": text.split(' ').count(),
        });
        for (at, variant) in variants.iter_mut().enumerate() {
            let errors = [0, 20, 8][at];
            let disturbed: Vec<Span> =
                spans.iter().flat_map(|span| disturb(*span, &text, errors, &mut random)).collect();
            let class = |target, random: &mut Random| {
                let right = number % 3;
                let label = if random.below(100) < errors { random.below(3) } else { right };
                let probability = 0.5 + random.below(50) as f64 / 100.0;
                let label = 5 + label as u32;
                Class { target, label, probabilities: vec![(label, probability)] }
            };
            let mut classes = vec![class(None, &mut random)];
            classes.extend(sentences.iter().map(|&sentence| class(Some(sentence), &mut random)));
            let tone = (number % 3) as f64 - 1.0 + random.below(errors + 1) as f64 / 25.0;
            variant.documents.push(VariantDocument {
                id: format!("news-{number:05}"),
                text: Some(text.clone()),
                metadata: metadata.as_object().cloned().unwrap_or_default(),
                spans: disturbed,
                classes,
                values: vec![Value { target: None, value: tone }],
                texts: vec![summary(&text, &sentences, at, &mut random)],
                ..VariantDocument::default()
            });
        }
    }
    variants.to_vec()
}

/// A summary of two sentences: the first, and another that not all variants choose.
fn summary(text: &str, sentences: &[(u32, u32)], variant: usize, random: &mut Random) -> Text {
    let second = if random.below(2) == 0 { 1 } else { 1 + variant };
    let chosen = [sentences[0], sentences[second.min(sentences.len() - 1)]];
    let text = chosen.map(|(start, end)| &text[start as usize..end as usize]).join(" ");
    Text { text, ..Text::default() }
}

type Made = (String, Vec<Span>, Vec<(u32, u32)>);

fn document(random: &mut Random) -> Made {
    let (mut text, mut spans, mut sentences) = (String::new(), Vec::new(), Vec::new());
    for paragraph in 0..3 + random.below(3) {
        if paragraph > 0 {
            text.push_str("\n\n");
        }
        for sentence in 0..2 + random.below(4) {
            if sentence > 0 {
                text.push(' ');
            }
            let start = text.len() as u32;
            write_sentence(random, &mut text, &mut spans);
            sentences.push((start, text.len() as u32));
        }
    }
    (text, spans, sentences)
}

fn write_sentence(random: &mut Random, text: &mut String, spans: &mut Vec<Span>) {
    let mut name = |text: &mut String, name: &str, label| {
        let start = text.len() as u32;
        text.push_str(name);
        let end = text.len() as u32;
        spans.push(Span { start, end, label });
        // A place within a name.
        if let Some(at) = name.find("England").or_else(|| name.find("Montréal")) {
            spans.push(Span { start: start + at as u32, end, label: 2 });
        }
    };
    name(text, random.of(&PEOPLE), 0);
    text.push(' ');
    text.push_str(random.of(&VERBS));
    text.push(' ');
    match random.below(3) {
        0 => name(text, random.of(&FIRMS), 1),
        1 => name(text, random.of(&PLACES), 2),
        _ => name(text, random.of(&WORKS), 4),
    }
    text.push(' ');
    name(text, random.of(&DAYS), 3);
    text.push_str(", ");
    text.push_str(random.of(&TAILS));
    text.push('.');
}

/// A span as a model with so many errors in a hundred finds it.
fn disturb(span: Span, text: &str, errors: usize, random: &mut Random) -> Vec<Span> {
    if random.below(100) >= errors {
        return vec![span];
    }
    let inside = &text[span.start as usize..span.end as usize];
    let cut = inside.find(' ').map(|at| Span { start: span.start + at as u32 + 1, ..span });
    let other = Span { label: (span.label + 1) % 5, ..span };
    match (random.below(5), cut) {
        (0, _) => vec![],
        (1, Some(cut)) => vec![cut],
        (2, Some(cut)) => vec![Span { label: other.label, ..cut }],
        (3, _) => vec![other],
        // One span too many: the word behind it.
        _ => {
            let rest = &text[span.end as usize..];
            let from = rest.find(' ').map_or(0, |at| at + 1);
            let word = rest[from..].find([' ', '.', ',']).unwrap_or(0);
            let start = span.end + from as u32;
            let extra = Span { start, end: start + word as u32, label: 1 };
            if word > 0 { vec![span, extra] } else { vec![span] }
        }
    }
}
