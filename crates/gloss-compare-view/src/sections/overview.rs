//! What was compared, what readers should know, and the gate.

use gloss_compare::result::VariantSummary;
use gloss_compare::{Comparison, Verdict};

use crate::numbers::{count, counted};
use crate::table::{Section, Table, Tone};
use crate::words;

pub fn overview(comparison: &Comparison) -> Section {
    let variants = counted(comparison.variants.len() as u64, "variant");
    let documents = counted(comparison.documents as u64, "document");
    let against = match &comparison.gold {
        Some(gold) => format!(" against the gold {}", words::plain(gold)),
        None => String::new(),
    };
    let mut section = Section::new(format!("{variants} of {documents}{against}"));
    let mut table = Table::new(3, &["variant", "from", "annotations"]);
    for variant in &comparison.variants {
        let name = words::plain(&variant.name);
        table.rows.push(vec![name, from(variant), annotations(variant)]);
    }
    section.tables.push(table);
    let warnings = comparison.warnings.iter().chain(&comparison.alignment.warnings);
    for warning in warnings {
        section.say(Tone::Warning, words::plain(&warning.message));
    }
    let alignment = &comparison.alignment;
    if alignment.mapped > 0 {
        let mapped = counted(alignment.mapped as u64, "text");
        section.note(format!("{mapped} differ in white space; offsets are mapped to the first."));
    }
    if alignment.dropped > 0 {
        let dropped = counted(alignment.dropped as u64, "annotation");
        section.note(format!("{dropped} left out by the label rules."));
    }
    section
}

fn from(variant: &VariantSummary) -> String {
    let Some(origin) = &variant.origin else { return String::new() };
    let layer = origin.layer.as_ref().map(|layer| format!("#{layer}")).unwrap_or_default();
    let models = match origin.models.as_slice() {
        [] => String::new(),
        models => format!(" with {}", models.join(", ")),
    };
    words::plain(&format!("{}{layer}{models}", origin.source))
}

fn annotations(variant: &VariantSummary) -> String {
    let counts = [
        (variant.spans, "span"),
        (variant.classes, "class"),
        (variant.values, "number"),
        (variant.texts, "text"),
        (variant.vectors, "vector"),
    ];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let words = counts.map(|(number, thing)| match (thing, number) {
        ("class", 2..) => format!("{} classes", count(number)),
        _ => counted(number, thing),
    });
    match words.collect::<Vec<_>>() {
        words if words.is_empty() => "none".to_owned(),
        words => words.join(", "),
    }
}

/// The gate's rule, reading and result.
pub fn gate(comparison: &Comparison) -> Section {
    let Some(gate) = &comparison.gate else { return Section::default() };
    let metric = words::metric(gate.rule.metric);
    let (verdict, tone) = match gate.verdict {
        Verdict::Passed => ("passed", Tone::Good),
        Verdict::Dropped => ("not passed: it dropped", Tone::Bad),
        Verdict::Undecided => ("not passed: undecided", Tone::Bad),
    };
    let mut section = Section::new(format!("Gate on {metric}"));
    section.say(tone, verdict);
    section.note(words::plain(&gate.reading));
    section
}
