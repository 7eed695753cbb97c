//! The results about texts.

use super::differences::{Rivalry, Tests, differences};
use super::means::{COLUMNS, Scale, table_of};
use super::options::Options;
use super::pairs::Pairs;
use super::slices::Slices;
use super::text_pass::{CHRF, KINDS, MEASURES, PAIR_SCORES, TextDifference, TextPass, text_pass};
use crate::align::{Warning, WarningKind};
use crate::corpus::Corpus;
use crate::error::some_of;
use crate::result::{
    Difference, Estimate, Metric, TextDisagreement, TextMeasure, TextPair, TextProfile,
    TextResults, TextSettings,
};
use crate::statistics::{Resamples, Table, bootstrap};
use crate::texts::{CHRF_SIGNATURE, ChrfCounts, Tokenizer};

/// Statistics of a pair that the bootstrap follows: F1 of the kinds of ROUGE, and chrF.
const SCORES: usize = KINDS + 1;

const METRICS: [Metric; SCORES] =
    [Metric::Rouge1F1, Metric::Rouge2F1, Metric::RougeLF1, Metric::RougeLsumF1, Metric::Chrf];

const PROFILE: [Metric; MEASURES] = [
    Metric::Words,
    Metric::Compression,
    Metric::Coverage,
    Metric::Density,
    Metric::Novelty1,
    Metric::Novelty2,
    Metric::Novelty3,
    Metric::Novelty4,
];

/// Columns of a pair.
const PAIR: usize = KINDS * COLUMNS + CHRF;

pub fn text_settings(options: &Options) -> TextSettings {
    let words = match options.texts.tokenizer {
        Tokenizer::Unicode => "words by UAX 29 with a letter or digit, in lower case, NFC",
        Tokenizer::Ascii => "runs of a to z and 0 to 9 of the text in lower case",
    };
    let stemmed = "; of those of ASCII with more than 3 letters the stem, by Porter's rules as NLTK \
                   extends them";
    TextSettings {
        tokenizer: options.texts.tokenizer,
        stem: options.texts.stem,
        words: format!("{words}{}", if options.texts.stem { stemmed } else { "" }),
        sentences: "as they are given, else lines; without a gold ROUGE-Lsum is the mean of both \
                    ways"
            .to_owned(),
        references:
            "for each kind of ROUGE the one with the highest F1; for chrF the one with the \
                     highest score"
                .to_owned(),
        chrf: CHRF_SIGNATURE.to_owned(),
    }
}

/// The results about texts, and where variants' texts differ most.
pub fn text_results(
    corpus: &Corpus,
    pairs: &Pairs,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Option<(TextResults, Vec<TextDisagreement>)> {
    let texts =
        |document: &crate::Document| document.annotations.iter().any(|a| !a.texts.is_empty());
    if !corpus.documents.iter().any(texts) {
        return None;
    }
    let pass = text_pass(corpus, pairs, options);
    warn(corpus, pairs, &pass, options, warnings);
    let slices = Slices::new(corpus, &options.slices);
    let (pairs_found, differences) = compared(corpus, pairs, options, &pass, &slices);
    let (profiles, profile_differences) = profiled(corpus, options, &pass, &slices);
    let disagreements = pass.differences.iter().map(|found| disagreement(corpus, found)).collect();
    let results = TextResults { pairs: pairs_found, profiles, differences, profile_differences };
    Some((results, disagreements))
}

fn disagreement(corpus: &Corpus, found: &TextDifference) -> TextDisagreement {
    TextDisagreement {
        document: corpus.documents[found.document as usize].id.clone(),
        start: found.target.map(|target| target.0),
        end: found.target.map(|target| target.1),
        agreement: found.agreement,
        words: found.words.clone(),
    }
}

/// Every two variants, and those with the gold against each other.
fn compared(
    corpus: &Corpus,
    pairs: &Pairs,
    options: &Options,
    pass: &TextPass,
    slices: &Slices,
) -> (Vec<TextPair>, Vec<Difference>) {
    let (table, scales) = pair_table(pairs, pass);
    let statistics = |sums: &[i128], values: &mut [f64]| {
        let scores = sums[..KINDS * COLUMNS].chunks_exact(COLUMNS);
        for ((value, sums), scale) in values.iter_mut().zip(scores).zip(&scales) {
            *value = scale.mean(sums);
        }
        values[KINDS] = chrf_of(&sums[KINDS * COLUMNS..]);
    };
    let wide = |sums: &[u64]| sums.iter().map(|&sum| i128::from(sum)).collect::<Vec<_>>();
    let resamples = bootstrap(&table, options.draws(), SCORES * pairs.all.len(), |sums, values| {
        for (sums, values) in sums.chunks_exact(PAIR).zip(values.chunks_exact_mut(SCORES)) {
            statistics(&wide(sums), values);
        }
    });
    let context = Context { corpus, pairs, pass, resamples: &resamples, slices };
    let found = (0..pairs.all.len()).map(|number| context.pair(number)).collect();
    let differences = differences(
        &Rivalry::with_gold(corpus, pairs, &METRICS, SCORES, &resamples),
        &Tests {
            table: &table,
            columns: PAIR,
            options,
            statistics: &|sums: &[i64]| {
                let mut values = vec![f64::NAN; SCORES];
                let sums: Vec<i128> = sums.iter().map(|&sum| sum.into()).collect();
                statistics(&sums, &mut values);
                values
            },
            one_item: None,
        },
    );
    (found, differences)
}

/// A row for each document: the F1 of each kind of ROUGE, and the counts of chrF, pair by pair.
fn pair_table(pairs: &Pairs, pass: &TextPass) -> (Table, Vec<Scale>) {
    let place = |pair: usize, kind: usize| PAIR_SCORES * pair + kind;
    let (rouge, scales) = table_of(&pass.scores, pairs.all.len(), KINDS, place);
    let mut table = Table::new(PAIR * pairs.all.len());
    let mut row = Vec::with_capacity(table.width());
    for document in 0..rouge.len() {
        row.clear();
        let (rouge, chrf) = (rouge.row(document), pass.chrf.row(document));
        for (rouge, chrf) in rouge.chunks_exact(KINDS * COLUMNS).zip(chrf.chunks_exact(CHRF)) {
            row.extend_from_slice(rouge);
            row.extend_from_slice(chrf);
        }
        table.push(&row);
    }
    (table, scales)
}

/// chrF of sums of counts; NaN where there were no texts.
fn chrf_of(sums: &[i128]) -> f64 {
    let mut counts = ChrfCounts::default();
    for (count, sum) in counts.0.iter_mut().flatten().zip(sums) {
        *count = u64::try_from(*sum).unwrap_or_default();
    }
    if counts == ChrfCounts::default() { f64::NAN } else { counts.score() }
}

struct Context<'a> {
    corpus: &'a Corpus,
    pairs: &'a Pairs,
    pass: &'a TextPass,
    resamples: &'a Resamples,
    slices: &'a Slices,
}

impl Context<'_> {
    fn pair(&self, number: usize) -> TextPair {
        let (left, right) = self.pairs.all[number];
        let counts = &self.pass.pairs[number];
        let mut measures: Vec<TextMeasure> =
            (0..KINDS).filter_map(|kind| self.rouge(number, kind)).collect();
        if Some(left) == self.pairs.gold && counts.texts > 0 {
            measures.push(self.chrf(number));
        }
        TextPair {
            left: self.corpus.variants[left].clone(),
            right: self.corpus.variants[right].clone(),
            texts: counts.texts,
            left_only: counts.left_only,
            right_only: counts.right_only,
            identical: counts.identical,
            measures,
        }
    }

    fn rouge(&self, number: usize, kind: usize) -> Option<TextMeasure> {
        let scores = &self.pass.scores;
        let f1 = PAIR_SCORES * number + kind;
        let value = scores.mean(f1)?;
        Some(TextMeasure {
            metric: METRICS[kind],
            texts: self.pass.pairs[number].known[kind],
            precision: scores.mean(f1 + KINDS),
            recall: scores.mean(f1 + 2 * KINDS),
            estimate: Estimate { value, interval: self.resamples.interval(SCORES * number + kind) },
            slices: self.slices.estimates(|document| scores.part(document, f1)),
        })
    }

    fn chrf(&self, number: usize) -> TextMeasure {
        let of = |documents: &mut dyn Iterator<Item = usize>| {
            let mut sums = [0i128; CHRF];
            for document in documents {
                let row = &self.pass.chrf.row(document)[CHRF * number..][..CHRF];
                sums.iter_mut().zip(row).for_each(|(sum, &count)| *sum += i128::from(count));
            }
            let value = chrf_of(&sums);
            if value.is_nan() { 0.0 } else { value }
        };
        let of_slice = |documents: &[u32]| {
            let value = of(&mut documents.iter().map(|&document| document as usize));
            Estimate { value, interval: None }
        };
        TextMeasure {
            metric: Metric::Chrf,
            texts: self.pass.pairs[number].texts,
            precision: None,
            recall: None,
            estimate: Estimate {
                value: of(&mut (0..self.pass.chrf.len())),
                interval: self.resamples.interval(SCORES * number + KINDS),
            },
            slices: self.slices.each(of_slice),
        }
    }
}

/// Every variant by itself, and every two against each other.
fn profiled(
    corpus: &Corpus,
    options: &Options,
    pass: &TextPass,
    slices: &Slices,
) -> (Vec<TextProfile>, Vec<Difference>) {
    let variants = corpus.variants.len();
    let place = |variant: usize, measure: usize| MEASURES * variant + measure;
    let (table, scales) = table_of(&pass.measures, variants, MEASURES, place);
    let columns = MEASURES * COLUMNS;
    let resamples = bootstrap(&table, options.draws(), MEASURES * variants, |sums, values| {
        let sums = sums.chunks_exact(COLUMNS);
        for ((value, sums), scale) in values.iter_mut().zip(sums).zip(scales.iter().cycle()) {
            *value = scale.mean(sums);
        }
    });
    let profile = |variant: usize| {
        let counts = &pass.variants[variant];
        let measure = |(at, &metric): (usize, &Metric)| {
            let place = place(variant, at);
            let value = pass.measures.mean(place)?;
            let estimate = Estimate { value, interval: resamples.interval(place) };
            let slices = slices.means(|document| pass.measures.part(document, place));
            let (texts, precision, recall) = (counts.known[at], None, None);
            Some(TextMeasure { metric, texts, precision, recall, estimate, slices })
        };
        TextProfile {
            variant: corpus.variants[variant].clone(),
            texts: counts.texts,
            without_words: counts.without_words,
            longer_than_source: counts.longer_than_source,
            measures: PROFILE.iter().enumerate().filter_map(measure).collect(),
        }
    };
    let profiles = (0..variants).map(profile).collect();
    let rivals = Rivalry {
        names: corpus.variants.iter().map(String::as_str).collect(),
        rivals: (0..variants).flat_map(|a| (a + 1..variants).map(move |b| (a, b))).collect(),
        metrics: &PROFILE,
        width: MEASURES,
        resamples: &resamples,
    };
    let statistics = |sums: &[i64]| {
        let sums = sums.chunks_exact(COLUMNS).zip(&scales);
        sums.map(|(sums, scale)| scale.mean(sums)).collect()
    };
    let tests = Tests { table: &table, columns, options, statistics: &statistics, one_item: None };
    (profiles, differences(&rivals, &tests))
}

fn warn(
    corpus: &Corpus,
    pairs: &Pairs,
    pass: &TextPass,
    options: &Options,
    warnings: &mut Vec<Warning>,
) {
    let mut say = |kind, message: String| warnings.push(Warning::new(kind, message));
    for (name, counts) in corpus.variants.iter().zip(&pass.variants) {
        if counts.broken > 0 && options.texts.tokenizer == Tokenizer::Ascii {
            let message = format!(
                "the ASCII tokenizer breaks or loses {} words of {name:?}, which have other letters: \
                 take the Unicode one",
                counts.broken
            );
            say(WarningKind::Texts, message);
        }
        if counts.without_words > 0 {
            let message = format!(
                "{} of the {} texts of {name:?} have no words: they score 0",
                counts.without_words, counts.texts
            );
            say(WarningKind::Texts, message);
        }
    }
    for (&(left, right), counts) in pairs.all.iter().zip(&pass.pairs) {
        let [left, right] = [left, right].map(|at| &corpus.variants[at]);
        if counts.texts == 0 {
            let message = format!("{left:?} and {right:?} have no texts about the same");
            say(WarningKind::Texts, message);
        } else if counts.left_only + counts.right_only > 0 {
            let message = format!(
                "{} texts of {left:?} and {} of {right:?} have none beside them in the other, and \
                 are not part of its scores",
                counts.left_only, counts.right_only
            );
            say(WarningKind::Texts, message);
        }
    }
    let left_out = [
        (&pass.too_long, "texts are too long for ROUGE-L or ROUGE-Lsum, which leave out"),
        (
            &pass.too_like,
            "texts have too much in common with their source, in too many places, for \
                          coverage and density, which leave out",
        ),
    ];
    for (numbers, what) in left_out.into_iter().filter(|(numbers, _)| !numbers.is_empty()) {
        let documents = numbers.iter().map(|&at| corpus.documents[at as usize].id.as_str());
        say(WarningKind::Approximate, format!("{what} {}", some_of(documents)));
    }
}
