//! Differences of two variants, each against the gold, and whether they are real.

use gloss_compare::result::Difference;

use super::Extent;
use crate::numbers::{p_value, score, signed, signed_interval};
use crate::table::{Section, Table};
use crate::words::{self, plain};

pub fn differences(found: &[Difference], what: &str, extent: &Extent) -> Section {
    let mut section = Section::new(format!("Differences on {what}, 95% interval"));
    if found.is_empty() {
        return section;
    }
    let mut table = Table::new(2, &["", "metric", "diff.", "", "p", "Holm", "MDE"]);
    for difference in found.iter().take(extent.differences) {
        table.rows.push(vec![
            format!("{} less {}", plain(&difference.second), plain(&difference.first)),
            words::metric(difference.metric),
            signed(difference.difference),
            signed_interval(difference.interval),
            p_value(difference.p_value),
            p_value(difference.adjusted_p_value),
            score(difference.smallest_detectable),
        ]);
    }
    section.tables.push(table);
    let mut tests: Vec<&str> =
        found.iter().map(|difference| words::test(difference.test)).collect();
    tests.sort_unstable();
    tests.dedup();
    section.note(format!(
        "p by {}; Holm: adjusted over all {}; MDE: the least difference that 80% of such samples show.",
        tests.join(" and "),
        found.len(),
    ));
    section
}
