//! Spans are handed over in runs; ids, order and refusals must be as if each went alone.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![allow(missing_docs)]

use gloss_boundary::FailureKind;
use gloss_doc::Annotations;
use gloss_plugin::harness::Harness;
use gloss_plugin::prelude::*;
use serde_json::json;

/// Pushes what its script says, and checks the ids that it gets.
struct Scripted {
    script: Vec<(String, u32)>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Options {
    /// `a`, `b`: a span of that layer; `A`: one with an attribute; `c`: a class of the last `a`;
    /// `n`: a note; `s`: a slice of two spans of `a`; `x`: a span of `a` outside the text; `m`:
    /// three thousand spans of `a`. With the id that is expected.
    script: Vec<(String, u32)>,
}

impl Extractor for Scripted {
    type Options = Options;
    type Worker = ();

    fn describe() -> Description {
        Description::default()
    }

    fn plan(_: &Options, _: &Models) -> Result<Plan> {
        let a = layer::spans("a").attribute("even", gloss_plugin::AttributeType::Bool, "");
        let c = layer::classes("c").labels(["x"]).target("a");
        Ok(Plan { provides: vec![a, layer::spans("b"), c], ..Plan::default() })
    }

    fn load(options: Options, _: &LoadContext) -> Result<Self> {
        Ok(Scripted { script: options.script })
    }

    fn worker(&self) -> Result<()> {
        Ok(())
    }

    fn extract(&self, (): &mut (), _: &Document<'_>, out: &mut DocumentOutput<'_>) -> Result<()> {
        let (mut last, mut at) = (0, 0);
        for (step, expected) in &self.script {
            at += 1;
            let plain = |i: u32| gloss_plugin::abi::Span {
                start: i,
                end: i + 1,
                label: u32::MAX,
                score: f32::NAN,
            };
            let id = match step.as_str() {
                "a" => out.span("a", at..at + 1).push()?,
                "b" => out.span(1, at..at + 1).push()?,
                "A" => out.span(0, at..at + 1).attribute("even", at % 2 == 0).push()?,
                "c" => out.class("c", "x").target(last).push()?,
                "s" => out.push_spans(0, &[plain(7), plain(8)])?,
                "x" => out.span(0, 0..1000).push()?,
                "m" => {
                    let mut id = 0;
                    for _ in 0..3000 {
                        id = out.span(0, 3..4).push()?;
                    }
                    id
                }
                _ => {
                    out.note("seen")?;
                    *expected
                }
            };
            if step.eq_ignore_ascii_case("a") {
                last = id;
            }
            if id != *expected {
                return Err(Error::new(format!("step {at}: id {id}, expected {expected}")));
            }
        }
        Ok(())
    }
}

/// `counts` are how many annotations the layers a, b and c have in the end.
fn check(script: &[(&str, u32)], expected: std::result::Result<[usize; 3], &str>) {
    let harness = Harness::<Scripted>::new(json!({ "script": script })).unwrap();
    match (harness.run(&"text ".repeat(20)), expected) {
        (Ok(document), Ok(counts)) => {
            let found: Vec<_> = document.layers.iter().map(|l| l.annotations.len()).collect();
            assert_eq!(found, counts, "{script:?}");
            // Within a layer the order is that of the pushes.
            let Annotations::Spans(b) = &document.layers[1].annotations else { panic!() };
            assert!(b.start.is_sorted());
        }
        (Err(failure), Err(part)) => {
            assert_eq!(failure.kind, FailureKind::Rule, "{script:?}: {failure}");
            assert!(failure.to_string().contains(part), "{script:?}: {failure}");
        }
        (got, expected) => panic!("{script:?}: {got:?}, expected {expected:?}"),
    }
}

#[test]
fn as_if_each_span_went_alone() {
    check(&[], Ok([0, 0, 0]));
    check(&[("a", 0), ("a", 1), ("a", 2)], Ok([3, 0, 0]));
    check(&[("a", 0), ("b", 0), ("a", 1), ("a", 2), ("b", 1), ("b", 2)], Ok([3, 3, 0]));
    check(&[("a", 0), ("A", 1), ("a", 2), ("A", 3)], Ok([4, 0, 0]));
    // A class refers to a span that is still on its way.
    check(&[("a", 0), ("a", 1), ("c", 0), ("a", 2), ("c", 1)], Ok([3, 0, 2]));
    check(&[("a", 0), ("n", 0), ("a", 1)], Ok([2, 0, 0]));
    check(&[("a", 0), ("s", 1), ("a", 3)], Ok([4, 0, 0]));
    check(&[("b", 0), ("m", 2999), ("a", 3000), ("b", 1)], Ok([3001, 2, 0]));
}

#[test]
fn a_refused_span_fails_the_document_wherever_it_stands() {
    let outside = Err("a: the span 0..1000 lies outside the text of 100 bytes");
    check(&[("x", 0)], outside);
    check(&[("a", 0), ("x", 1), ("a", 2)], outside);
    check(&[("a", 0), ("x", 1), ("c", 0)], outside);
    check(&[("x", 0), ("n", 0)], outside);
    check(&[("x", 0), ("m", 3000)], outside);
}
