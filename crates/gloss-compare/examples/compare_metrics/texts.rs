//! Cases of texts and vectors.

use std::error::Error;

use gloss_compare::align::{AlignOptions, align};
use gloss_compare::compare::{Options, compare};
use gloss_compare::texts::{
    ChrfCounts, Grams, Rouge, RougeScorer, SourceScorer, TextOptions, Vocabulary,
};
use gloss_compare::vectors::{
    Baseline, BertScorer, TokenWeights, cosine, linear_cka, neighbour_overlap,
};
use gloss_compare::{Text, Token, TokenVectors, Variant, VariantDocument};
use serde::Deserialize;
use serde_json::{Value, json};

/// Texts with their references and sources.
#[derive(Deserialize)]
pub struct Texts {
    #[serde(flatten)]
    options: Own,
    sources: Vec<String>,
    references: Vec<Vec<String>>,
    texts: Vec<String>,
}

/// The options, among other fields.
#[derive(Deserialize)]
struct Own {
    tokenizer: gloss_compare::texts::Tokenizer,
    stem: bool,
}

/// Texts whose tokens have vectors. Tokens with the numbers in `special` are special.
#[derive(Deserialize)]
pub struct BertScore {
    idf: bool,
    baseline: Option<[f64; 3]>,
    special: Vec<u32>,
    references: Vec<Vec<Tokens>>,
    texts: Vec<Tokens>,
}

#[derive(Deserialize)]
struct Tokens {
    ids: Vec<u32>,
    values: Vec<f32>,
}

/// Vectors of the same items in two spaces.
#[derive(Deserialize)]
pub struct Spaces {
    first: Vec<Vec<f32>>,
    second: Vec<Vec<f32>>,
    k: usize,
}

impl Texts {
    /// The scores of each text, and of all by a comparison with the references as gold.
    pub fn scores(&self) -> Result<Value, Box<dyn Error>> {
        let Own { tokenizer, stem } = self.options;
        let options = TextOptions { tokenizer, stem };
        let items: Vec<Value> =
            (0..self.texts.len()).map(|item| self.of_item(item, options)).collect();
        let variant = |name: &str, texts: &dyn Fn(usize) -> Vec<Text>| Variant {
            name: name.to_owned(),
            labels: Vec::new(),
            documents: (0..self.texts.len())
                .map(|item| VariantDocument {
                    id: item.to_string(),
                    texts: texts(item),
                    ..VariantDocument::default()
                })
                .collect(),
        };
        let text = |text: &String| Text { text: text.clone(), ..Text::default() };
        let gold = variant("gold", &|item| self.references[item].iter().map(text).collect());
        let own = variant("own", &|item| vec![text(&self.texts[item])]);
        let (corpus, alignment) = align(vec![gold, own], &AlignOptions::default())?;
        let options = Options {
            gold: Some("gold".into()),
            resamples: 0,
            texts: options,
            ..Options::default()
        };
        let results = compare(&corpus, alignment, &options)?.texts;
        let measures = results.map(|results| json!(results.pairs[0].measures));
        Ok(json!({ "items": items, "measures": measures }))
    }

    fn of_item(&self, item: usize, options: TextOptions) -> Value {
        let (references, text) = (&self.references[item], &self.texts[item]);
        let mut vocabulary = Vocabulary::new(options);
        let mut read = |text: &String| vocabulary.read(text, &[]);
        let source = read(&self.sources[item]);
        let of_references: Vec<_> = references.iter().map(&mut read).collect();
        let words = read(text);
        let mut scorer = RougeScorer::default();
        let scores = of_references.iter().map(|other| scorer.score(other, &words, &vocabulary));
        let rouge = scores.reduce(Rouge::best).unwrap_or_default();
        let characters = Grams::of_characters(text);
        let chrf = references
            .iter()
            .map(|other| ChrfCounts::of(&Grams::of_characters(other), &characters).score())
            .fold(0.0, f64::max);
        let mut measured = SourceScorer::default();
        measured.set(&source, &vocabulary);
        let measures = measured.measure(&source, &words).map(|m| {
            json!({
                "compression": m.compression,
                "coverage": m.coverage,
                "density": m.density,
                "novelty": m.novelty,
            })
        });
        let kinds = json!({
            "rouge1": rouge.rouge1,
            "rouge2": rouge.rouge2,
            "rouge_l": rouge.rouge_l,
            "rouge_lsum": rouge.rouge_lsum,
        });
        json!({ "rouge": kinds, "chrf": chrf, "source": measures })
    }
}

impl BertScore {
    /// The scores of each text.
    pub fn scores(&self) -> Value {
        let read = |text: &Tokens| {
            let token = |(at, &id): (u32, &u32)| {
                let special = self.special.contains(&id);
                Token { start: at, end: at + u32::from(!special), id }
            };
            let tokens = (0..).zip(&text.ids).map(token).collect();
            TokenVectors { target: None, tokens, values: text.values.clone() }
        };
        let references: Vec<Vec<TokenVectors>> =
            self.references.iter().map(|several| several.iter().map(read).collect()).collect();
        let weights = if self.idf {
            TokenWeights::inverse_frequencies(references.iter().flatten())
        } else {
            TokenWeights::equal()
        };
        let baseline =
            self.baseline.map(|[precision, recall, f1]| Baseline { precision, recall, f1 });
        let scorer = BertScorer { weights, baseline };
        let items = references.iter().zip(&self.texts);
        json!(items.map(|(several, text)| scorer.score(several, &read(text))).collect::<Vec<_>>())
    }
}

impl Spaces {
    /// Cosines and shares of neighbours item by item, and the alignment of the spaces.
    pub fn scores(&self) -> Value {
        let (a, b) = (self.first.concat(), self.second.concat());
        let items = self.first.len();
        let cosines: Vec<f64> =
            self.first.iter().zip(&self.second).map(|(a, b)| cosine(a, b)).collect();
        json!({
            "cosines": cosines,
            "overlaps": neighbour_overlap((&a, &b), items, self.k, 2),
            "cka": linear_cka((&a, &b), items, 2),
        })
    }
}
