//! The results about spans.

use super::differences::{Rivalry, Tests, differences};
use super::options::Options;
use super::pairs::Pairs;
use super::slices::Slices;
use super::span_pass::{COLUMNS, NO_LABEL, PairPass, span_pass};
use crate::align::{Warning, WarningKind};
use crate::corpus::Corpus;
use crate::error::some_of;
use crate::result::{ConfusionCell, Metric, SchemeScore, SpanPair, SpanResults};
use crate::spans::{Averages, LabelScore, Scheme, Scores, Standing, ratio};
use crate::statistics::{Resamples, Table, bootstrap};

/// Scores of a pair that the bootstrap follows: F1 of the four schemes, and boundary-normalised.
const SCORES: usize = 5;

const METRICS: [Metric; SCORES] =
    [Metric::StrictF1, Metric::ExactF1, Metric::PartialF1, Metric::TypeF1, Metric::NormalisedF1];

/// The five F1 of a row of the table, or of sums of rows.
fn scores_of<T: Copy + Into<i128>>(row: &[T]) -> [f64; SCORES] {
    let cell = |at: usize| {
        let cell: i128 = row[at].into();
        cell as f64
    };
    let [equal, other_label, other_bounds, other_both] = [cell(0), cell(1), cell(2), cell(3)];
    let spans = cell(4) + cell(5);
    let right = [
        2.0 * equal,
        2.0 * (equal + other_label),
        2.0 * (equal + other_label) + other_bounds + other_both,
        2.0 * (equal + other_bounds),
        2.0 * cell(6),
    ];
    right.map(|twice_right| ratio(twice_right, spans))
}

pub fn span_results(
    corpus: &Corpus,
    pairs: &Pairs,
    options: &Options,
    warnings: &mut Vec<Warning>,
) -> Option<SpanResults> {
    let spans =
        |document: &crate::Document| document.annotations.iter().any(|a| !a.spans.is_empty());
    if !corpus.documents.iter().any(spans) {
        return None;
    }
    let pass = span_pass(corpus, pairs, &options.boundaries, options.threads);
    let resamples =
        bootstrap(&pass.table, options.draws(), SCORES * pairs.all.len(), |sums, values| {
            for (sums, values) in sums.chunks_exact(COLUMNS).zip(values.chunks_exact_mut(SCORES)) {
                values.copy_from_slice(&scores_of(sums));
            }
        });
    let sums = pass.table.sums();
    let slices = Slices::new(corpus, &options.slices);
    let has_texts = corpus.documents.iter().all(|document| document.text.is_some());
    let of_pair = |number: usize| {
        let context = PairContext { corpus, pairs, number, resamples: &resamples };
        let normalised = has_texts.then(|| sums[number * COLUMNS + 6]);
        context.result(&pass.pairs[number], normalised, &pass.table, &slices)
    };
    let results: Vec<SpanPair> = (0..pairs.all.len()).map(of_pair).collect();
    warn_of_approximate(&results, warnings);
    let metrics = if has_texts { &METRICS[..] } else { &METRICS[..SCORES - 1] };
    let rivals = Rivalry::with_gold(corpus, pairs, metrics, SCORES, &resamples);
    let differences = differences(
        &rivals,
        &Tests {
            table: &pass.table,
            columns: COLUMNS,
            options,
            statistics: &|sums: &[i64]| scores_of(sums).to_vec(),
            one_item: None,
        },
    );
    Some(SpanResults { pairs: results, differences })
}

fn warn_of_approximate(pairs: &[SpanPair], warnings: &mut Vec<Warning>) {
    let mut documents: Vec<&str> =
        pairs.iter().flat_map(|pair| pair.approximate.iter().map(String::as_str)).collect();
    documents.sort_unstable();
    documents.dedup();
    if !documents.is_empty() {
        let message = format!(
            "so many spans overlap that their assignment may not be optimal in {}",
            some_of(documents)
        );
        warnings.push(Warning::new(WarningKind::Approximate, message));
    }
}

struct PairContext<'a> {
    corpus: &'a Corpus,
    pairs: &'a Pairs,
    number: usize,
    resamples: &'a Resamples,
}

impl PairContext<'_> {
    fn result(
        &self,
        pass: &PairPass,
        normalised: Option<u64>,
        table: &Table,
        slices: &Slices,
    ) -> SpanPair {
        let (left, right) = self.pairs.all[self.number];
        let tally = pass.tally;
        let interval = |score: usize| self.resamples.interval(self.number * SCORES + score);
        let scheme = |(at, &scheme): (usize, &Scheme)| SchemeScore {
            scheme,
            standing: Standing::of(scheme, &tally),
            micro: Scores::of(scheme, &tally),
            interval: interval(at),
            averages: Averages::of(scheme, &pass.labels),
        };
        let of_document = |document: usize| {
            let row = &table.row(document)[self.number * COLUMNS..][..COLUMNS];
            (2.0 * f64::from(row[0]), f64::from(row[4]) + f64::from(row[5]))
        };
        SpanPair {
            left: self.corpus.variants[left].clone(),
            right: self.corpus.variants[right].clone(),
            tally,
            schemes: Scheme::ALL.iter().enumerate().map(scheme).collect(),
            normalised: normalised
                .map(|equal| Scores::of_counts(2 * equal, tally.left(), tally.right())),
            normalised_interval: normalised.and_then(|_| interval(SCORES - 1)),
            labels: self.labels(pass),
            confusion: self.confusion(pass),
            slices: slices.estimates(of_document),
            approximate: pass
                .approximate
                .iter()
                .map(|&number| self.corpus.documents[number as usize].id.clone())
                .collect(),
        }
    }

    fn labels(&self, pass: &PairPass) -> Vec<LabelScore> {
        let rows = self.corpus.labels.iter().zip(&pass.labels).zip(&pass.intervals);
        rows.filter(|((_, tally), _)| tally.left + tally.right > 0)
            .map(|((label, tally), interval)| LabelScore {
                label: label.clone(),
                tally: *tally,
                strict: Scores::of_label(Scheme::Strict, tally),
                partial: Scores::of_label(Scheme::Partial, tally),
                overlap: Scores::of_label(Scheme::Type, tally),
                interval: interval.interval(),
            })
            .collect()
    }

    fn confusion(&self, pass: &PairPass) -> Vec<ConfusionCell> {
        let mut cells: Vec<((u32, u32), u64)> =
            pass.confusion.iter().map(|(&pair, &count)| (pair, count)).collect();
        for (label, tally) in (0u32..).zip(&pass.labels) {
            let agreeing = tally.equal + tally.other_bounds;
            cells.extend((agreeing > 0).then_some(((label, label), agreeing)));
        }
        confusion_cells(&self.corpus.labels, cells)
    }
}

/// Cells with names, most often first.
pub fn confusion_cells(labels: &[String], mut cells: Vec<((u32, u32), u64)>) -> Vec<ConfusionCell> {
    cells.sort_unstable_by_key(|&(pair, count)| (std::cmp::Reverse(count), pair));
    let name = |label: u32| (label != NO_LABEL).then(|| labels[label as usize].clone());
    let cells = cells.into_iter();
    cells
        .map(|((left, right), count)| ConfusionCell { left: name(left), right: name(right), count })
        .collect()
}
