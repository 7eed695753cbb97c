//! Writes the page of a comparison, for trying: of a file, or of documents that it makes.
//!
//! ```text
//! cargo run -p gloss-compare-view --example page -- made 5000 > page.html
//! cargo run -p gloss-compare-view --example page -- file variants.json > page.html
//! ```
//!
//! The file has `variants`, each with `name` and `documents` of `id`, `text`, `metadata`, `spans`
//! (`[start, end, label]`), `classes` (`[start, end, label, probability]`; start and end null for the
//! document), `values` (`[start, end, number]`) and `texts` (`[start, end, text]`), offsets in code
//! points; and may have `gold`, `slices` and `most_documents`.

mod made;

use std::collections::HashMap;
use std::io::{Write as _, stdout};

use anyhow::{Context as _, bail};
use gloss_compare::align::align;
use gloss_compare::compare::{Options, compare};
use gloss_compare::{Class, Span, Target, Text, Value, Variant, VariantDocument};
use gloss_compare_view::{PageOptions, page};
use gloss_doc::{OffsetMap, OffsetUnit};
use serde::Deserialize;

#[derive(Deserialize)]
struct Input {
    variants: Vec<InputVariant>,
    gold: Option<String>,
    #[serde(default)]
    slices: Vec<String>,
    most_documents: Option<usize>,
}

#[derive(Deserialize)]
struct InputVariant {
    name: String,
    documents: Vec<InputDocument>,
}

type Offset = Option<usize>;

#[derive(Deserialize)]
struct InputDocument {
    id: String,
    text: Option<String>,
    #[serde(default)]
    metadata: serde_json::Map<String, serde_json::Value>,
    #[serde(default)]
    spans: Vec<(usize, usize, String)>,
    #[serde(default)]
    classes: Vec<(Offset, Offset, String, Option<f64>)>,
    #[serde(default)]
    values: Vec<(Offset, Offset, f64)>,
    #[serde(default)]
    texts: Vec<(Offset, Offset, String)>,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (variants, gold, slices, most) =
        match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["made", count] => (
                made::variants(count.parse()?),
                Some("gold".to_owned()),
                vec!["source".to_owned()],
                None,
            ),
            ["file", path] => {
                let input: Input =
                    serde_json::from_slice(&std::fs::read(path).context(path.to_owned())?)?;
                let variants =
                    input.variants.into_iter().map(read).collect::<anyhow::Result<_>>()?;
                (variants, input.gold, input.slices, input.most_documents)
            }
            _ => bail!("say `made COUNT` or `file PATH`"),
        };
    let (corpus, alignment) = align(variants, &Default::default())?;
    let options = Options { gold, slices, resamples: 1_000, ..Options::default() };
    let comparison = compare(&corpus, alignment, &options)?;
    let defaults = PageOptions::default();
    let options =
        PageOptions { most_documents: most.unwrap_or(defaults.most_documents), ..defaults };
    stdout().write_all(page(&comparison, &corpus, &options)?.as_bytes())?;
    Ok(())
}

fn read(input: InputVariant) -> anyhow::Result<Variant> {
    let mut variant = Variant { name: input.name, ..Variant::default() };
    let mut numbers: HashMap<String, u32> = HashMap::new();
    for document in input.documents {
        let mut label = |name: String| {
            let next = numbers.len() as u32;
            *numbers.entry(name.clone()).or_insert_with(|| {
                variant.labels.push(name);
                next
            })
        };
        let text = document.text.unwrap_or_default();
        let map = OffsetMap::new(&text, OffsetUnit::Codepoint);
        let byte = |offset: usize| {
            let byte =
                map.to_byte(offset).with_context(|| format!("{}: no {offset}", document.id))?;
            anyhow::Ok(u32::try_from(byte)?)
        };
        let target = |start: Offset, end: Offset| -> anyhow::Result<Target> {
            start.zip(end).map(|(start, end)| anyhow::Ok((byte(start)?, byte(end)?))).transpose()
        };
        let mut read = VariantDocument {
            id: document.id.clone(),
            text: Some(text.as_str().into()),
            metadata: document.metadata,
            ..VariantDocument::default()
        };
        for (start, end, name) in document.spans {
            read.spans.push(Span { start: byte(start)?, end: byte(end)?, label: label(name) });
        }
        for (start, end, name, probability) in document.classes {
            let label = label(name);
            let probabilities = probability.into_iter().map(|p| (label, p)).collect();
            read.classes.push(Class { target: target(start, end)?, label, probabilities });
        }
        for (start, end, value) in document.values {
            read.values.push(Value { target: target(start, end)?, value });
        }
        for (start, end, text) in document.texts {
            read.texts.push(Text { target: target(start, end)?, text, ..Text::default() });
        }
        variant.documents.push(read);
    }
    Ok(variant)
}
