//! Spans: scores or agreement, errors, labels, slices.

use gloss_compare::Comparison;
use gloss_compare::result::{Slice, SpanPair, SpanResults};
use gloss_compare::spans::{LabelScore, Scheme};

use super::{Extent, is_against_gold};
use crate::numbers::{count, interval, score};
use crate::table::{Section, Table};
use crate::words::{self, plain};

pub fn spans(comparison: &Comparison, found: &SpanResults, extent: &Extent) -> Vec<Section> {
    let shown: Vec<&SpanPair> =
        found.pairs.iter().filter(|pair| is_against_gold(comparison, &pair.left)).collect();
    let gold = comparison.gold.is_some();
    let mut sections = vec![scores(&shown, gold)];
    if comparison.variants.len() > 2 {
        sections.push(matrix(comparison, found));
    }
    sections.push(errors(&shown, gold));
    sections.push(labels(&shown, gold, extent));
    sections.push(slices(
        "Strict F1 by metadata",
        &shown
            .iter()
            .map(|p| (pair_name(&p.left, &p.right, gold), &p.slices[..]))
            .collect::<Vec<_>>(),
        extent,
    ));
    sections
}

/// The pair's name: against a gold, which all have on the left, the right side says enough.
pub fn pair_name(left: &str, right: &str, gold: bool) -> String {
    if gold { plain(right) } else { format!("{} – {}", plain(left), plain(right)) }
}

fn f1(pair: &SpanPair, scheme: Scheme) -> Option<f64> {
    pair.schemes.iter().find(|found| found.scheme == scheme).map(|found| found.micro.f1)
}

fn scores(pairs: &[&SpanPair], gold: bool) -> Section {
    let title = if gold {
        "Spans against the gold: F1, 95% interval"
    } else {
        "Agreement on spans: F1, 95% interval"
    };
    let mut section = Section::new(title);
    let head: &[&str] = if gold {
        &["", "strict", "", "P", "R", "exact", "partial", "type", "normal."]
    } else {
        &["", "strict", "", "exact", "partial", "type", "normal."]
    };
    let mut table = Table::new(1, head);
    for pair in pairs {
        let Some(strict) = pair.schemes.iter().find(|s| s.scheme == Scheme::Strict) else {
            continue;
        };
        let mut row = vec![pair_name(&pair.left, &pair.right, gold)];
        row.extend([score(Some(strict.micro.f1)), interval(strict.interval)]);
        if gold {
            row.extend([strict.micro.precision, strict.micro.recall].map(|s| score(Some(s))));
        }
        row.extend([Scheme::Exact, Scheme::Partial, Scheme::Type].map(|s| score(f1(pair, s))));
        row.push(score(pair.normalised.map(|scores| scores.f1)));
        table.rows.push(row);
    }
    section.tables.push(table);
    section
}

/// Agreement of every two variants.
fn matrix(comparison: &Comparison, found: &SpanResults) -> Section {
    let mut section = Section::new("Strict F1 of every two");
    let names: Vec<String> = comparison.variants.iter().map(|v| plain(&v.name)).collect();
    let mut table = Table { words: 1, ..Table::default() };
    table.head = std::iter::once(String::new()).chain(names.iter().cloned()).collect();
    let of = |a: &str, b: &str| {
        let joins = |pair: &&SpanPair| {
            (pair.left == a && pair.right == b) || (pair.left == b && pair.right == a)
        };
        score(found.pairs.iter().find(joins).and_then(|pair| f1(pair, Scheme::Strict)))
    };
    for (row, name) in comparison.variants.iter().zip(&names) {
        let cells = comparison.variants.iter().map(|column| of(&row.name, &column.name));
        table.rows.push(std::iter::once(name.clone()).chain(cells).collect());
    }
    section.tables.push(table);
    section
}

fn errors(pairs: &[&SpanPair], gold: bool) -> Section {
    let mut section = Section::new(if gold { "Errors" } else { "Where spans differ" });
    let (missed, spurious) =
        if gold { ("missing", "spurious") } else { ("left only", "right only") };
    let mut table = Table::new(1, &["", "same", "boundary", "type", "both", missed, spurious]);
    for pair in pairs {
        let tally = &pair.tally;
        let counts = [
            tally.equal,
            tally.other_bounds,
            tally.other_label,
            tally.other_both,
            tally.left_only,
            tally.right_only,
        ];
        let name = pair_name(&pair.left, &pair.right, gold);
        table.rows.push(std::iter::once(name).chain(counts.map(count)).collect());
    }
    section.tables.push(table);
    section
}

/// F1 of each label, those first whose mean over the pairs is lowest.
fn labels(pairs: &[&SpanPair], gold: bool, extent: &Extent) -> Section {
    let mut names: Vec<&str> =
        pairs.iter().flat_map(|pair| &pair.labels).map(|row| row.label.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let row_of = |pair: &&SpanPair, name: &str| -> Option<LabelScore> {
        pair.labels.iter().find(|row| row.label == name).cloned()
    };
    let mut ranked: Vec<(f64, u64, &str)> = Vec::new();
    for name in names {
        let rows: Vec<LabelScore> = pairs.iter().filter_map(|pair| row_of(pair, name)).collect();
        let mean = rows.iter().map(|row| row.strict.f1).sum::<f64>() / rows.len().max(1) as f64;
        let spans = rows.iter().map(|row| row.tally.left + row.tally.right).max().unwrap_or(0);
        ranked.push((mean, spans, name));
    }
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)).then(a.2.cmp(b.2)));
    let mut section = Section::new("Strict F1 by label, lowest first");
    let mut table = Table { words: 1, ..Table::default() };
    table.head = vec![String::new(), (if gold { "gold" } else { "spans" }).to_owned()];
    // Intervals of many variants would not fit beside each other.
    let intervals = pairs.len() <= 2;
    for pair in pairs {
        table.head.push(pair_name(&pair.left, &pair.right, gold));
        table.head.extend(intervals.then(String::new));
    }
    for (_, spans, name) in ranked.iter().take(extent.labels) {
        let of_gold =
            pairs.iter().find_map(|pair| row_of(pair, name)).map_or(0, |row| row.tally.left);
        let mut row = vec![plain(name), count(if gold { of_gold } else { *spans })];
        for pair in pairs {
            let found = row_of(pair, name);
            row.push(score(found.as_ref().map(|row| row.strict.f1)));
            row.extend(intervals.then(|| interval(found.and_then(|row| row.interval))));
        }
        table.rows.push(row);
    }
    if table.rows.is_empty() {
        return section;
    }
    section.tables.push(table);
    let more = ranked.len().saturating_sub(extent.labels);
    if more > 0 {
        section.note(format!("{} more labels are higher.", count(more as u64)));
    }
    section
}

/// A score by the values of fields of the metadata, lowest first.
pub fn slices(title: &str, pairs: &[(String, &[Slice])], extent: &Extent) -> Section {
    let mut section = Section::new(title);
    let Some((_, first)) = pairs.first() else { return section };
    let mut fields: Vec<&str> = first.iter().map(|slice| slice.field.as_str()).collect();
    fields.dedup();
    for field in fields {
        let mut table = Table { words: 1, ..Table::default() };
        table.head = vec![plain(field), "documents".to_owned()];
        for (name, _) in pairs {
            table.head.extend([name.clone(), String::new()]);
        }
        let mut of_field: Vec<&Slice> = first.iter().filter(|slice| slice.field == field).collect();
        of_field.sort_by(|a, b| a.estimate.value.total_cmp(&b.estimate.value));
        for slice in of_field.iter().take(extent.slices) {
            let value = slice.value.as_deref().map_or("(none)".to_owned(), words::on_one_line);
            let mut row = vec![value, count(slice.documents)];
            for (_, slices) in pairs {
                let same = slices.iter().find(|s| s.field == field && s.value == slice.value);
                row.push(score(same.map(|s| s.estimate.value)));
                row.push(interval(same.and_then(|s| s.estimate.interval)));
            }
            table.rows.push(row);
        }
        section.tables.push(table);
    }
    section
}
