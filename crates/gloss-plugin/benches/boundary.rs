//! What the plugin interface costs: `cargo bench -p gloss-plugin`.
//!
//! All ways but the last find the 74 names in texts of 2 KB, 32 documents a call; the times are for
//! one document, from rounds in which all ways take turns, so that a busy machine slows them alike.
//! `direct` is a plain Rust call of the same code that makes the same checks, stores into
//! the same columns and gives the same results. The others go through the C tables, as a host does:
//! `position` names layer and label by their position, `name` by their names, and `slice` pushes
//! all spans of a document at once, as `direct slice` does without the interface. What they take more than `direct` is the cost of the interface.
//!
//! `N fixed spans` pushes spans that need not be found: the slope is the cost of one annotation.

#![allow(clippy::print_stdout)]

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use gloss_boundary::{DocumentResult, DocumentView, Instance, LayerData, Worker};
use gloss_doc::{Annotations, Spans};
use gloss_plugin::abi::Span;
use gloss_plugin::prelude::*;
use gloss_plugin::{LayerSchema, shim};
use gloss_protocol::{LoadRequest, PlanRequest};

/// Documents in a call.
const DOCUMENTS: usize = 32;
/// Calls that are timed together.
const CALLS: usize = 8;
const NAMES: usize = 74;
const BYTES: usize = 2048;
const LABELS: [&str; 2] = ["short", "long"];

/// Words that begin with a capital, each with a label and a score.
fn names(text: &str, mut found: impl FnMut(Range<usize>, usize, f32)) {
    for word in text.split_ascii_whitespace() {
        if word.as_bytes()[0].is_ascii_uppercase() {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            found(start..start + word.len(), usize::from(word.len() > 5), word.len() as f32);
        }
    }
}

fn text() -> String {
    let part = |i: usize| {
        if i.is_multiple_of(2) {
            "Juno was seen with a peach "
        } else {
            "Saturn and two of its moon"
        }
    };
    let mut text: String = (0..NAMES).map(|i| format!("{:<27}", part(i).trim_end())).collect();
    while text.len() < BYTES {
        text.push_str(if text.len().is_multiple_of(5) { " " } else { "a" });
    }
    text
}

fn schema() -> LayerSchema {
    layer::spans("names").labels(LABELS).score("bytes")
}

/// An extractor of names, which pushes as `P` does.
struct Names<P>(std::marker::PhantomData<P>);

trait Pushing: Send + Sync + 'static {
    fn push(text: &str, spans: &mut Vec<Span>, out: &mut DocumentOutput<'_>) -> Result<()>;
}

impl<P: Pushing> Extractor for Names<P> {
    type Options = NoOptions;
    type Worker = Vec<Span>;

    fn describe() -> Description {
        Description::default()
    }

    fn plan(_: &NoOptions, _: &Models) -> Result<Plan> {
        Ok(Plan { provides: vec![schema()], ..Plan::default() })
    }

    fn load(_: NoOptions, _: &LoadContext) -> Result<Self> {
        Ok(Names(std::marker::PhantomData))
    }

    fn worker(&self) -> Result<Vec<Span>> {
        Ok(Vec::new())
    }

    fn extract(
        &self,
        spans: &mut Vec<Span>,
        document: &Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        P::push(document.text(), spans, out)
    }
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct NoOptions {}

struct ByPosition;

impl Pushing for ByPosition {
    fn push(text: &str, _: &mut Vec<Span>, out: &mut DocumentOutput<'_>) -> Result<()> {
        let mut result = Ok(());
        names(text, |range, label, score| {
            if let Err(error) = out.span(0, range).label_index(label).score(score).push() {
                result = Err(error);
            }
        });
        result
    }
}

struct ByName;

impl Pushing for ByName {
    fn push(text: &str, _: &mut Vec<Span>, out: &mut DocumentOutput<'_>) -> Result<()> {
        let mut result = Ok(());
        names(text, |range, label, score| {
            let push = out.span("names", range).label(LABELS[label]).score(score);
            if let Err(error) = push.push() {
                result = Err(error);
            }
        });
        result
    }
}

struct Slice;

impl Slice {
    // Compiled once, so that both ways run the same machine code.
    #[inline(never)]
    fn find(text: &str, spans: &mut Vec<Span>) {
        spans.clear();
        names(text, |range, label, score| {
            let (start, end, label) = (range.start as u32, range.end as u32, label as u32);
            spans.push(Span { start, end, label, score });
        });
    }
}

impl Pushing for Slice {
    fn push(text: &str, spans: &mut Vec<Span>, out: &mut DocumentOutput<'_>) -> Result<()> {
        Slice::find(text, spans);
        out.push_spans(0, spans).map(drop)
    }
}

/// Pushes `N` spans that need not be found.
struct Fixed<const N: usize>;

impl<const N: usize> Pushing for Fixed<N> {
    fn push(_: &str, _: &mut Vec<Span>, out: &mut DocumentOutput<'_>) -> Result<()> {
        for i in 0..N {
            out.span(0, i..i + 1).label_index(0).score(1.0).push()?;
        }
        Ok(())
    }
}

/// The same checks as the host makes, the same columns, and no interface between.
fn direct(views: &[DocumentView<'_>], schema: &LayerSchema) -> Vec<DocumentResult> {
    let document = |view: &DocumentView<'_>| {
        let (mut spans, mut problem) = (Spans::default(), None);
        names(view.text, |range, label, score| {
            if let Err(broken) = checked_push(view.text, schema, &mut spans, range, label, score) {
                problem = Some(broken);
            }
        });
        assert!(problem.is_none());
        let layer = LayerData { annotations: Annotations::Spans(spans), attributes: Vec::new() };
        DocumentResult::Finished { layers: vec![layer], notes: Vec::new() }
    };
    views.iter().map(document).collect()
}

/// As [`direct`], for whoever collects the spans of a document first.
fn direct_slice(
    views: &[DocumentView<'_>],
    schema: &LayerSchema,
    found: &mut Vec<Span>,
) -> Vec<DocumentResult> {
    let document = |view: &DocumentView<'_>| {
        Slice::find(view.text, found);
        let is_good = |s: &Span| {
            let (start, end) = (s.start as usize, s.end as usize);
            start <= end
                && view.text.is_char_boundary(start)
                && view.text.is_char_boundary(end)
                && (s.label as usize) < schema.labels.len()
                && !s.score.is_infinite()
        };
        assert!(found.iter().all(is_good));
        let spans = Spans {
            start: found.iter().map(|s| s.start).collect(),
            end: found.iter().map(|s| s.end).collect(),
            label: found.iter().map(|s| s.label).collect(),
            score: found.iter().map(|s| s.score).collect(),
        };
        let layer = LayerData { annotations: Annotations::Spans(spans), attributes: Vec::new() };
        DocumentResult::Finished { layers: vec![layer], notes: Vec::new() }
    };
    views.iter().map(document).collect()
}

fn checked_push(
    text: &str,
    schema: &LayerSchema,
    spans: &mut Spans,
    range: Range<usize>,
    label: usize,
    score: f32,
) -> Result<u32, String> {
    let id = u32::try_from(spans.start.len()).map_err(|e| e.to_string())?;
    let (start, end) = (range.start, range.end);
    if start > end || !text.is_char_boundary(start) || !text.is_char_boundary(end) {
        return Err(format!("{range:?}"));
    }
    if score.is_infinite() || (schema.score.is_none() && !score.is_nan()) {
        return Err(format!("{score}"));
    }
    if label >= schema.labels.len() {
        return Err(format!("{label}"));
    }
    spans.start.push(u32::try_from(start).map_err(|e| e.to_string())?);
    spans.end.push(u32::try_from(end).map_err(|e| e.to_string())?);
    spans.label.push(label as u32);
    spans.score.push(score);
    Ok(id)
}

fn worker<P: Pushing>() -> Worker {
    let table: &'static _ = Box::leak(Box::new(shim::table::<Names<P>>("names")));
    let extractor = gloss_boundary::Extractor::from_table(table).expect("a table");
    let plan = extractor.plan(&PlanRequest::default()).expect("a plan");
    let request = LoadRequest { wanted: vec![true], threads: 1, ..LoadRequest::default() };
    let instance: Arc<Instance> = extractor.load(&plan, &request).expect("an instance");
    instance.worker().expect("a worker")
}

fn rows(result: &DocumentResult) -> usize {
    match result {
        DocumentResult::Finished { layers, .. } => layers[0].annotations.len(),
        other => panic!("{other:?}"),
    }
}

/// One way to annotate the documents.
struct Way<'w> {
    name: &'static str,
    spans: usize,
    call: Box<dyn FnMut() -> Vec<DocumentResult> + 'w>,
    /// Nanoseconds for one document, one item for each round.
    times: Vec<f64>,
}

impl<'w> Way<'w> {
    fn new(
        name: &'static str,
        spans: usize,
        call: impl FnMut() -> Vec<DocumentResult> + 'w,
    ) -> Way<'w> {
        Way { name, spans, call: Box::new(call), times: Vec::new() }
    }

    fn through<P: Pushing>(
        name: &'static str,
        spans: usize,
        views: &'w [DocumentView<'w>],
        cancel: &'w AtomicBool,
    ) -> Way<'w> {
        let mut worker = worker::<P>();
        Way::new(name, spans, move || worker.extract(views, cancel).documents)
    }

    fn measure(&mut self) {
        let begin = Instant::now();
        for _ in 0..CALLS {
            std::hint::black_box((self.call)());
        }
        let nanoseconds = begin.elapsed().as_nanos() as f64;
        self.times.push(nanoseconds / (CALLS * DOCUMENTS) as f64);
    }

    /// The least and the median.
    fn figures(&mut self) -> (f64, f64) {
        self.times.sort_by(f64::total_cmp);
        (self.times[0], self.times[self.times.len() / 2])
    }
}

fn main() {
    // `cargo test --benches` only asks whether it works.
    let rounds = if std::env::args().any(|a| a == "--bench") { 400 } else { 1 };
    let texts: Vec<String> = (0..DOCUMENTS).map(|_| text()).collect();
    assert_eq!(texts[0].len(), BYTES);
    let view = |text| DocumentView { id: "d", text, metadata: Vec::new(), inputs: Vec::new() };
    let views: Vec<DocumentView<'_>> = texts.iter().map(|text| view(text)).collect();
    let (cancel, schema) = (AtomicBool::new(false), schema());
    let mut ways = [
        Way::new("direct", NAMES, || direct(std::hint::black_box(&views), &schema)),
        Way::new("direct slice", NAMES, {
            let (views, schema, mut found) = (&views, &schema, Vec::new());
            move || direct_slice(std::hint::black_box(views), schema, &mut found)
        }),
        Way::through::<ByPosition>("position", NAMES, &views, &cancel),
        Way::through::<ByName>("name", NAMES, &views, &cancel),
        Way::through::<Slice>("slice", NAMES, &views, &cancel),
        Way::through::<Fixed<0>>("0 fixed spans", 0, &views, &cancel),
        Way::through::<Fixed<74>>("74 fixed spans", 74, &views, &cancel),
        Way::through::<Fixed<740>>("740 fixed spans", 740, &views, &cancel),
    ];
    for way in &mut ways {
        assert!((way.call)().iter().all(|result| rows(result) == way.spans), "{}", way.name);
    }
    for _ in 0..rounds {
        ways.iter_mut().for_each(Way::measure);
    }
    let (least, median) = ways[0].figures();
    println!(
        "{:<16}{:>12}{:>12}{:>12}{:>12}",
        "ns a document", "least", "- direct", "median", "- direct"
    );
    for way in &mut ways {
        let (l, m) = way.figures();
        println!("{:<16}{l:>12.0}{:>+12.0}{m:>12.0}{:>+12.0}", way.name, l - least, m - median);
    }
    let slope = |many: f64, few: f64| (many - few) / 740.0;
    let (few, many) = (ways[5].figures(), ways[7].figures());
    println!(
        "one annotation: {:.1} ns (least), {:.1} ns (median)",
        slope(many.0, few.0),
        slope(many.1, few.1)
    );
}
