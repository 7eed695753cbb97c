//! One pass over all documents: what every two variants' texts are to each other, and what each is to
//! its source.

use std::ops::Range;

use super::means::DocumentScores;
use super::options::Options;
use super::pairs::Pairs;
use crate::corpus::{Corpus, Document, Target, Text};
use crate::spans::Scores;
use crate::statistics::Table;
use crate::texts::{ChrfCounts, Grams, Rouge, RougeScorer, SourceScorer, Vocabulary, Words};
use crate::threads::in_chunks;

/// Kinds of ROUGE.
pub const KINDS: usize = 4;
/// Scores of a pair: F1 of the kinds, then their precisions, then their recalls.
pub const PAIR_SCORES: usize = 3 * KINDS;
/// Measures of one variant: words, compression, coverage, density, novelty of four lengths.
pub const MEASURES: usize = 8;
/// Columns of chrF for each pair.
pub const CHRF: usize = 18;

/// What was counted of one pair of variants.
#[derive(Clone, Debug, Default)]
pub struct TextPairPass {
    pub texts: u64,
    pub left_only: u64,
    pub right_only: u64,
    pub identical: u64,
    /// Texts of which each kind of ROUGE is known.
    pub known: [u64; KINDS],
}

/// What was counted of one variant.
#[derive(Clone, Debug, Default)]
pub struct VariantPass {
    pub texts: u64,
    pub without_words: u64,
    pub longer_than_source: u64,
    /// Texts of which each measure is known.
    pub known: [u64; MEASURES],
    /// Words that the tokenizer breaks.
    pub broken: u64,
}

/// A target of which variants say different texts.
pub struct TextDifference {
    pub document: u32,
    pub target: Target,
    pub agreement: f64,
    pub words: Vec<Option<u64>>,
}

/// What was counted of all.
pub struct TextPass {
    pub pairs: Vec<TextPairPass>,
    pub variants: Vec<VariantPass>,
    /// [`PAIR_SCORES`] for each pair: means over the document's texts.
    pub scores: DocumentScores,
    /// [`CHRF`] for each pair, zeros for those without the gold.
    pub chrf: Table,
    /// [`MEASURES`] for each variant: means over the document's texts.
    pub measures: DocumentScores,
    pub differences: Vec<TextDifference>,
    /// Documents with texts too long for ROUGE-L or ROUGE-Lsum.
    pub too_long: Vec<u32>,
    /// Documents with texts that have too much in common with their source, in too many places, for
    /// coverage and density.
    pub too_like: Vec<u32>,
}

pub fn text_pass(corpus: &Corpus, pairs: &Pairs, options: &Options) -> TextPass {
    let mut chunks = in_chunks(corpus.documents.len(), options.threads, |range| {
        Counter::new(corpus, pairs, options).count(range)
    })
    .into_iter();
    let first = chunks.next().unwrap_or_else(|| TextPass::new(corpus, pairs));
    let mut all = chunks.fold(first, TextPass::merged);
    all.keep_first(options.disagreements);
    all
}

impl TextPass {
    fn new(corpus: &Corpus, pairs: &Pairs) -> TextPass {
        TextPass {
            pairs: vec![TextPairPass::default(); pairs.all.len()],
            variants: vec![VariantPass::default(); corpus.variants.len()],
            scores: DocumentScores::new(PAIR_SCORES * pairs.all.len()),
            chrf: Table::new(CHRF * pairs.all.len()),
            measures: DocumentScores::new(MEASURES * corpus.variants.len()),
            differences: Vec::new(),
            too_long: Vec::new(),
            too_like: Vec::new(),
        }
    }

    fn merged(mut self, other: TextPass) -> TextPass {
        for (sum, add) in self.pairs.iter_mut().zip(other.pairs) {
            sum.texts += add.texts;
            sum.left_only += add.left_only;
            sum.right_only += add.right_only;
            sum.identical += add.identical;
            add_up(&mut sum.known, &add.known);
        }
        for (sum, add) in self.variants.iter_mut().zip(other.variants) {
            sum.texts += add.texts;
            sum.without_words += add.without_words;
            sum.longer_than_source += add.longer_than_source;
            sum.broken += add.broken;
            add_up(&mut sum.known, &add.known);
        }
        self.scores.append(other.scores);
        self.chrf.append(other.chrf);
        self.measures.append(other.measures);
        self.differences.extend(other.differences);
        self.too_long.extend(other.too_long);
        self.too_like.extend(other.too_like);
        self
    }

    /// Keeps the differences that agree least; of equal ones those that come first.
    fn keep_first(&mut self, count: usize) {
        self.differences.sort_by(|a, b| a.agreement.total_cmp(&b.agreement));
        self.differences.truncate(count);
    }
}

fn add_up(sums: &mut [u64], parts: &[u64]) {
    sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
}

/// Counts documents one after another, in memory that it keeps.
struct Counter<'a> {
    corpus: &'a Corpus,
    pairs: &'a Pairs,
    options: &'a Options,
    rouge: RougeScorer,
    source: SourceScorer,
    pass: TextPass,
}

/// A text as it is compared: its words, and its characters where chrF is computed.
struct Read<'a> {
    text: &'a Text,
    words: Words,
    characters: Grams,
}

/// What two variants' texts of a target are to each other; no scores where one has none.
struct Found {
    rouge: Option<Rouge>,
    identical: bool,
}

/// Texts about one target, variant by variant.
type Sides<'a> = Vec<Vec<Read<'a>>>;

impl<'a> Counter<'a> {
    fn new(corpus: &'a Corpus, pairs: &'a Pairs, options: &'a Options) -> Counter<'a> {
        let (rouge, source) = (RougeScorer::default(), SourceScorer::default());
        Counter { corpus, pairs, options, rouge, source, pass: TextPass::new(corpus, pairs) }
    }

    fn count(mut self, range: Range<usize>) -> TextPass {
        let corpus = self.corpus;
        for number in range {
            let row = self.pass.scores.len();
            self.pass.scores.push();
            self.pass.measures.push();
            let document = &corpus.documents[number];
            let mut chrf = vec![0; self.pass.chrf.width()];
            let mut vocabulary = Vocabulary::new(self.options.texts);
            let mut means = Means::new(&self.pass);
            for target in targets(document) {
                let source = document.text.as_deref().map(|text| part_of(text, target));
                let source = source.map(|text| vocabulary.read(text, &[]));
                let sides = self.read(document, target, &mut vocabulary);
                let is_known =
                    self.count_measures(source.as_ref(), &sides, &vocabulary, &mut means);
                self.pass.too_like.extend((!is_known).then_some(number as u32));
                self.count_pairs((number, target), &sides, &vocabulary, &mut means, &mut chrf);
            }
            means.write(self.pass.scores.row_mut(row), self.pass.measures.row_mut(row));
            self.pass.chrf.push(&chrf);
            // What cannot be among the first is forgotten, so memory stays small.
            if self.pass.differences.len() > 4096 + 2 * self.options.disagreements {
                self.pass.keep_first(self.options.disagreements);
            }
        }
        self.pass.too_long.dedup();
        self.pass.too_like.dedup();
        self.pass
    }

    fn read(
        &self,
        document: &'a Document,
        target: Target,
        vocabulary: &mut Vocabulary,
    ) -> Sides<'a> {
        let with_gold = self.pairs.gold.is_some();
        let mut read = |text: &'a Text| Read {
            words: vocabulary.read(&text.text, &text.sentences),
            characters: if with_gold { Grams::of_characters(&text.text) } else { Grams::default() },
            text,
        };
        let of_variant = |annotations: &'a crate::Annotations| {
            // They are in the order of their targets.
            let first = annotations.texts.partition_point(|text| text.target < target);
            let texts = annotations.texts[first..].iter().take_while(|text| text.target == target);
            texts.map(&mut read).collect()
        };
        document.annotations.iter().map(of_variant).collect()
    }

    /// Says whether all measures are known that can be.
    fn count_measures(
        &mut self,
        source: Option<&Words>,
        sides: &Sides,
        vocabulary: &Vocabulary,
        means: &mut Means,
    ) -> bool {
        let mut all_known = true;
        if let Some(source) = source {
            self.source.set(source, vocabulary);
        }
        for (at, side) in sides.iter().enumerate() {
            let counts = &mut self.pass.variants[at];
            for Read { words, .. } in side {
                counts.texts += 1;
                counts.broken += words.broken;
                counts.without_words += u64::from(words.is_empty());
                let longer = source.is_some_and(|source| words.len() > source.len());
                counts.longer_than_source += u64::from(longer);
                let mut values = [None; MEASURES];
                values[0] = Some(words.len() as f64);
                if let Some(m) = source.and_then(|source| self.source.measure(source, words)) {
                    values[1..4].copy_from_slice(&[Some(m.compression), m.coverage, m.density]);
                    values[4..].copy_from_slice(&m.novelty);
                    all_known &= m.coverage.is_some();
                }
                for (number, value) in values.into_iter().enumerate() {
                    counts.known[number] += u64::from(value.is_some());
                    means.measures.add(MEASURES * at + number, value);
                }
            }
        }
        all_known
    }

    fn count_pairs(
        &mut self,
        (document, target): (usize, Target),
        sides: &Sides,
        vocabulary: &Vocabulary,
        means: &mut Means,
        chrf: &mut [u32],
    ) {
        let (mut agreement, mut compared, mut differs) = (0.0, 0.0f64, false);
        for (number, chrf) in chrf.chunks_exact_mut(CHRF).enumerate() {
            let Some(found) = self.count_pair(number, sides, vocabulary, chrf) else { continue };
            let kinds = found.rouge.map(|rouge| {
                [Some(rouge.rouge1), Some(rouge.rouge2), rouge.rouge_l, rouge.rouge_lsum]
            });
            for (kind, scores) in kinds.into_iter().flatten().enumerate() {
                self.pass.pairs[number].known[kind] += u64::from(scores.is_some());
                means.add_scores(PAIR_SCORES * number + kind, scores);
            }
            if kinds.iter().flatten().any(Option::is_none) {
                self.pass.too_long.push(document as u32);
            }
            agreement += found.rouge.map_or(0.0, |rouge| rouge.rouge1.f1);
            compared += 1.0;
            differs |= !found.identical;
        }
        if differs {
            let words = |side: &Vec<Read>| side.first().map(|read| read.words.len() as u64);
            self.pass.differences.push(TextDifference {
                document: document as u32,
                target,
                agreement: agreement / compared,
                words: sides.iter().map(words).collect(),
            });
        }
    }

    /// What two variants' texts of a target are to each other; `None` where neither has one.
    fn count_pair(
        &mut self,
        number: usize,
        sides: &Sides,
        vocabulary: &Vocabulary,
        chrf: &mut [u32],
    ) -> Option<Found> {
        let (left, right) = self.pairs.all[number];
        let counts = &mut self.pass.pairs[number];
        let (references, texts) = (&sides[left], &sides[right]);
        let (Some(first), Some(text)) = (references.first(), texts.first()) else {
            let (left, right) = (!references.is_empty(), !texts.is_empty());
            counts.left_only += u64::from(left);
            counts.right_only += u64::from(right);
            return (left || right).then_some(Found { rouge: None, identical: false });
        };
        let identical = references.iter().any(|other| other.text.text == text.text.text);
        counts.texts += 1;
        counts.identical += u64::from(identical);
        let rouge = if Some(left) == self.pairs.gold {
            add_chrf(references, text, chrf);
            let scores =
                references.iter().map(|r| self.rouge.score(&r.words, &text.words, vocabulary));
            scores.reduce(Rouge::best).unwrap_or_default()
        } else {
            self.both_ways(first, text, vocabulary)
        };
        Some(Found { rouge: Some(rouge), identical })
    }

    /// The scores of two texts of which neither is a reference: the same whichever is left. Of
    /// ROUGE-Lsum, which is not so by itself, the mean of both ways.
    fn both_ways(&mut self, left: &Read, right: &Read, vocabulary: &Vocabulary) -> Rouge {
        let there = self.rouge.score(&left.words, &right.words, vocabulary);
        let back = self.rouge.lsum(&right.words, &left.words, vocabulary);
        let rouge_lsum = there.rouge_lsum.zip(back).map(|(there, back)| Scores {
            precision: (there.precision + back.recall) / 2.0,
            recall: (there.recall + back.precision) / 2.0,
            f1: (there.f1 + back.f1) / 2.0,
        });
        Rouge { rouge_lsum, ..there }
    }
}

/// The targets of a document's texts, in order.
fn targets(document: &Document) -> Vec<Target> {
    let texts = document.annotations.iter().flat_map(|annotations| &annotations.texts);
    let mut targets: Vec<Target> = texts.map(|text| text.target).collect();
    targets.sort_unstable();
    targets.dedup();
    targets
}

fn part_of(text: &str, target: Target) -> &str {
    target.and_then(|(start, end)| text.get(start as usize..end as usize)).unwrap_or(text)
}

/// Counts of the reference that is nearest.
fn add_chrf(references: &[Read], text: &Read, sums: &mut [u32]) {
    let counts = references.iter().map(|r| ChrfCounts::of(&r.characters, &text.characters));
    // Of equal ones the first, as in sacrebleu.
    let best = counts.reduce(|a, b| if b.score() > a.score() { b } else { a });
    for (sum, &count) in sums.iter_mut().zip(best.unwrap_or_default().0.iter().flatten()) {
        *sum = sum.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
    }
}

/// Sums of one document, on their way to means.
struct Sums(Vec<(f64, f64)>);

impl Sums {
    fn add(&mut self, at: usize, value: Option<f64>) {
        if let Some(value) = value {
            self.0[at] = (self.0[at].0 + value, self.0[at].1 + 1.0);
        }
    }

    fn write(&self, row: &mut [f64]) {
        row.iter_mut().zip(&self.0).for_each(|(mean, (sum, count))| *mean = sum / count);
    }
}

struct Means {
    scores: Sums,
    measures: Sums,
}

impl Means {
    fn new(pass: &TextPass) -> Means {
        let sums = |width: usize| Sums(vec![(0.0, 0.0); width]);
        Means {
            scores: sums(PAIR_SCORES * pass.pairs.len()),
            measures: sums(MEASURES * pass.variants.len()),
        }
    }

    fn add_scores(&mut self, at: usize, scores: Option<Scores>) {
        self.scores.add(at, scores.map(|scores| scores.f1));
        self.scores.add(at + KINDS, scores.map(|scores| scores.precision));
        self.scores.add(at + 2 * KINDS, scores.map(|scores| scores.recall));
    }

    fn write(&self, scores: &mut [f64], measures: &mut [f64]) {
        self.scores.write(scores);
        self.measures.write(measures);
    }
}
