//! Numbers: how two variants' go together.

use gloss_compare::result::{Estimate, ValueResults};

use super::spans::pair_name;
use crate::numbers::{count, interval, score};
use crate::table::{Section, Table};

pub fn values(found: &ValueResults) -> Section {
    let mut section = Section::new("Numbers, 95% interval");
    let mut table = Table::new(1, &["", "items", "Pearson", "", "Spearman", "MAE", ""]);
    let value = |estimate: Option<Estimate>| score(estimate.map(|e| e.value));
    let bounds = |estimate: Option<Estimate>| interval(estimate.and_then(|e| e.interval));
    for pair in &found.pairs {
        table.rows.push(vec![
            pair_name(&pair.left, &pair.right, false),
            count(pair.items),
            value(pair.pearson),
            bounds(pair.pearson),
            score(pair.spearman),
            value(pair.mean_absolute_error),
            bounds(pair.mean_absolute_error),
        ]);
    }
    section.tables.push(table);
    section.note("MAE: mean absolute difference.");
    if let Some(alpha) = found.alpha_interval {
        section.note(format!("Krippendorff's alpha by intervals: {}.", score(Some(alpha))));
    }
    section
}
