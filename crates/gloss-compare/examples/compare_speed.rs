//! Measures a comparison of made-up documents, from variants in memory to the result.
//!
//! ```console
//! $ cargo run --release -p gloss-compare --example compare_speed -- [DOCUMENTS] [SPANS] [VARIANTS] [THREADS] [--dump]
//! ```
//!
//! By default 100,000 documents of 50 spans a side, two sides and two threads; the first side is the
//! gold. Prints one line of JSON: seconds of alignment and of comparison, and the peak of memory in
//! MiB. With `--dump` the spans come first, for peers to measure: a JSON list of documents for each
//! of the first two sides.

use std::io::{Write, stdout};
use std::sync::Arc;
use std::time::Instant;

use gloss_compare::align::{AlignOptions, align};
use gloss_compare::compare::{Options, compare};
use gloss_compare::{Span, Variant, VariantDocument};
use rand_core::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::json;

const LABELS: u64 = 18;
/// Bytes of text for each span.
const STRIDE: u32 = 40;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Vec<usize> = arguments.iter().filter_map(|word| word.parse().ok()).collect();
    let number = |at: usize, default: usize| numbers.get(at).copied().unwrap_or(default);
    let (documents, spans) = (number(0, 100_000), number(1, 50));
    let (sides, threads) = (number(2, 2), number(3, 2));
    let variants = make(documents, spans, sides);
    if arguments.iter().any(|word| word == "--dump") {
        for variant in &variants[..2] {
            let spans = |d: &VariantDocument| -> Vec<(u32, u32, u32)> {
                d.spans.iter().map(|span| (span.start, span.end, span.label)).collect()
            };
            let all: Vec<_> = variant.documents.iter().map(spans).collect();
            writeln!(stdout(), "{}", json!(all))?;
        }
    }
    let before = peak_memory();
    let start = Instant::now();
    let (corpus, alignment) = align(variants, &AlignOptions::default())?;
    let align_seconds = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let options = Options { gold: Some("0".into()), threads, ..Options::default() };
    let comparison = compare(&corpus, alignment, &options)?;
    let compare_seconds = start.elapsed().as_secs_f64();
    let f1 = comparison.spans.map(|spans| spans.pairs[0].schemes[0].micro.f1);
    let result = json!({
        "documents": documents,
        "spans": spans,
        "variants": sides,
        "threads": threads,
        "align_seconds": align_seconds,
        "compare_seconds": compare_seconds,
        "memory_before_mib": before,
        "peak_memory_mib": peak_memory(),
        "strict_f1": f1,
    });
    writeln!(stdout(), "{result}")?;
    Ok(())
}

/// The peak of resident memory so far, in MiB, where the system says.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

/// Documents of words; the first side's spans are words, one in ten around another, and the other
/// sides' are those disturbed as models disturb them.
fn make(documents: usize, spans: usize, sides: usize) -> Vec<Variant> {
    let labels: Vec<String> = (0..LABELS).map(|label| format!("LABEL_{label}")).collect();
    let mut variants: Vec<Variant> = (0..sides)
        .map(|side| Variant {
            name: side.to_string(),
            labels: labels.clone(),
            ..Variant::default()
        })
        .collect();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    for number in 0..documents {
        let text: Arc<str> = "Lorem the ipsum dolor, sit amet Vestium. ".repeat(spans.max(1))
            [..spans.max(1) * STRIDE as usize]
            .into();
        let gold: Vec<Span> = (0..spans as u32).map(|at| gold_span(at, &mut random)).collect();
        for (side, variant) in variants.iter_mut().enumerate() {
            let disturbed = gold.iter().filter_map(|span| disturb(*span, &mut random)).collect();
            variant.documents.push(VariantDocument {
                id: format!("document-{number}"),
                text: Some(text.clone()),
                spans: if side == 0 { gold.clone() } else { disturbed },
                ..VariantDocument::default()
            });
        }
    }
    variants
}

fn gold_span(at: u32, random: &mut Xoshiro256PlusPlus) -> Span {
    let bits = random.next_u64();
    let outer = at % 10 == 9;
    let start = at * STRIDE - if outer { STRIDE } else { 0 };
    let length = 5 + (bits >> 32) as u32 % 20;
    let end = start + if outer { STRIDE + length } else { length };
    Span { start, end, label: (bits % LABELS) as u32 }
}

/// The span as a model finds it: 80 in 100 as it is, 10 with another end, 5 with another label, 5 not.
fn disturb(span: Span, random: &mut Xoshiro256PlusPlus) -> Option<Span> {
    let bits = random.next_u64();
    match bits % 100 {
        0..80 => Some(span),
        80..90 => Some(Span { end: span.end + 6, ..span }),
        90..95 => Some(Span { label: ((bits >> 32) % LABELS) as u32, ..span }),
        _ => None,
    }
}
