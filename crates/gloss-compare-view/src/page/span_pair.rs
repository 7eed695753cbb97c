//! The spans of two variants: kinds of difference, scores, labels.

use gloss_compare::result::{Interval, SchemeScore, SpanPair};
use gloss_compare::spans::{LabelScore, Scheme, Scores};
use serde::Serialize;

use super::confusion::{self, ConfusionTable};
use super::label_row::{LabelRow, Labelled, SliceTable};
use super::whisker::{self, Whisker};
use super::{format, link};

/// A pair of variants as the page shows it.
#[derive(Serialize)]
pub struct SpanSection {
    left: String,
    right: String,
    with_gold: bool,
    link: String,
    profile: Vec<Share>,
    schemes: Vec<SchemeRow>,
    scheme_axis: String,
    labels: Vec<LabelRow>,
    label_axis: String,
    confusion: ConfusionTable,
    slices: Option<SliceTable>,
    approximate: usize,
}

/// Axes that all pairs share, so that they can be compared.
struct Axes {
    schemes: Interval,
    labels: Interval,
}

/// How many spans are of one kind.
#[derive(Serialize)]
struct Share {
    /// The kind's name in the scripts and styles.
    kind: &'static str,
    name: String,
    count: u64,
    /// In percent of all.
    x: f64,
    width: f64,
    link: Option<String>,
}

/// One way to count.
#[derive(Serialize)]
struct SchemeRow {
    name: &'static str,
    about: &'static str,
    precision: String,
    recall: String,
    f1: String,
    interval: Option<String>,
    whisker: Whisker,
    macro_f1: Option<String>,
    weighted_f1: Option<String>,
}

impl SpanSection {
    /// The rows of its labels, with what they are of.
    pub fn labelled(&self) -> Labelled<'_> {
        (&self.left, &self.right, &self.labels, &self.label_axis)
    }

    /// What is shown of pairs, all on the same axes; `gold` is the name of the gold.
    pub fn all(pairs: &[SpanPair], gold: Option<&str>) -> Vec<SpanSection> {
        let schemes = pairs.iter().flat_map(|pair| {
            let schemes = pair.schemes.iter().map(|scheme| (scheme.micro.f1, scheme.interval));
            schemes.chain(pair.normalised.map(|scores| (scores.f1, pair.normalised_interval)))
        });
        let labels = pairs.iter().flat_map(|pair| &pair.labels);
        let axes = Axes {
            schemes: whisker::axis(schemes),
            labels: whisker::axis(labels.map(|label| (label.strict.f1, label.interval))),
        };
        pairs.iter().map(|pair| SpanSection::new(pair, gold, &axes)).collect()
    }

    fn new(pair: &SpanPair, gold: Option<&str>, axes: &Axes) -> SpanSection {
        let with_gold = gold == Some(pair.left.as_str());
        let names = (pair.left.as_str(), pair.right.as_str());
        let mut schemes: Vec<SchemeRow> =
            pair.schemes.iter().map(|scheme| scheme_row(scheme, axes.schemes)).collect();
        schemes.extend(normalised_row(pair, axes.schemes));
        SpanSection {
            left: pair.left.clone(),
            right: pair.right.clone(),
            with_gold,
            link: link::documents(&[("left", names.0), ("right", names.1)]),
            profile: profile(pair, with_gold),
            schemes,
            scheme_axis: whisker::ends(axes.schemes),
            labels: pair.labels.iter().map(|row| label_row(row, (names, axes.labels))).collect(),
            label_axis: whisker::ends(axes.labels),
            confusion: confusion::table(&pair.confusion, names.0, names.1),
            slices: SliceTable::new(&pair.slices, names),
            approximate: pair.approximate.len(),
        }
    }
}

fn profile(pair: &SpanPair, with_gold: bool) -> Vec<Share> {
    let tally = &pair.tally;
    let alone = |kind, name: &str, variant: &str| {
        if with_gold { (kind, name.to_owned()) } else { ("alone", format!("only {variant}")) }
    };
    let missed = alone("missed", "missed", &pair.left);
    let spurious = alone("spurious", "spurious", &pair.right);
    let kinds = [
        ("same", "same".to_owned(), tally.equal),
        ("boundary", "other bounds".to_owned(), tally.other_bounds),
        ("type", "other label".to_owned(), tally.other_label),
        ("both", "other bounds and label".to_owned(), tally.other_both),
        (missed.0, missed.1, tally.left_only),
        (spurious.0, spurious.1, tally.right_only),
    ];
    let all: u64 = kinds.iter().map(|(_, _, count)| count).sum();
    let mut x = 0.0;
    let share = |(kind, name, count): (&'static str, String, u64)| {
        let width = 100.0 * count as f64 / all.max(1) as f64;
        let link = (kind != "same" && count > 0).then(|| {
            link::documents(&[("left", &pair.left), ("right", &pair.right), ("kind", kind)])
        });
        let share = Share { kind, name, count, x, width, link };
        x += width;
        share
    };
    kinds.into_iter().map(share).collect()
}

fn scheme_row(scheme: &SchemeScore, axis: Interval) -> SchemeRow {
    let (name, about) = match scheme.scheme {
        Scheme::Strict => ("Strict", "bounds and label"),
        Scheme::Exact => ("Exact", "bounds"),
        Scheme::Partial => ("Partial", "overlaps count half"),
        Scheme::Type => ("Type", "label, where spans overlap"),
    };
    SchemeRow {
        macro_f1: Some(format::score(scheme.averages.unweighted.f1)),
        weighted_f1: Some(format::score(scheme.averages.weighted.f1)),
        ..row((name, about), &scheme.micro, scheme.interval, axis)
    }
}

fn normalised_row(pair: &SpanPair, axis: Interval) -> Option<SchemeRow> {
    let words = ("Normalised", "strict, after the boundary rules");
    Some(row(words, &pair.normalised?, pair.normalised_interval, axis))
}

fn row(
    (name, about): (&'static str, &'static str),
    scores: &Scores,
    interval: Option<Interval>,
    axis: Interval,
) -> SchemeRow {
    SchemeRow {
        name,
        about,
        precision: format::score(scores.precision),
        recall: format::score(scores.recall),
        f1: format::score(scores.f1),
        interval: interval.map(|interval| format::interval(interval, false)),
        whisker: Whisker::new(scores.f1, interval, axis),
        macro_f1: None,
        weighted_f1: None,
    }
}

fn label_row(label: &LabelScore, drawn: ((&str, &str), Interval)) -> LabelRow {
    LabelRow::new(&label.label, &label.tally, &label.strict, label.interval, drawn)
        .with_other_bounds(label.tally.other_bounds)
}
