//! What variants cost.

use gloss_compare::Comparison;
use gloss_compare::cost::{StageLatency, VariantCost};
use gloss_compare::result::Estimate;

use crate::numbers::{bytes, count, duration};
use crate::table::{Section, Table};
use crate::words::plain;

pub fn cost(comparison: &Comparison) -> Section {
    let mut section = Section::new("Cost, 95% interval");
    let Some(first) = comparison.cost.first() else { return section };
    section.tables = vec![speeds(&comparison.cost), latencies(&comparison.cost)];
    section.note(format!(
        "Speed is of {} runs with {} threads, words are what white space separates; latency is that of one \
         document at a time, with one thread.",
        first.runs, first.threads
    ));
    section
}

fn speeds(costs: &[VariantCost]) -> Table {
    let head = ["", "documents/s", "", "words/s", "", "peak memory", "models"];
    let mut table = Table::new(1, &head);
    for cost in costs {
        table.rows.push(vec![
            plain(&cost.variant),
            rate(cost.documents_per_second.value),
            rates(cost.documents_per_second),
            rate(cost.words_per_second.value),
            rates(cost.words_per_second),
            cost.peak_memory.map_or_else(|| "–".to_owned(), bytes),
            bytes(cost.model_bytes),
        ]);
    }
    table
}

fn latencies(costs: &[VariantCost]) -> Table {
    let mut table = Table::new(2, &["", "stage", "p50", "p95", "p99"]);
    for cost in costs {
        for StageLatency { stage, p50, p95, p99 } in &cost.latencies {
            let times = [*p50, *p95, *p99].map(duration);
            table.rows.push([vec![plain(&cost.variant), plain(stage)], times.to_vec()].concat());
        }
    }
    table
}

fn rate(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { count(value.round() as u64) }
}

fn rates(estimate: Estimate) -> String {
    estimate
        .interval
        .map_or(String::new(), |(low, high)| format!("[{}, {}]", rate(low), rate(high)))
}
