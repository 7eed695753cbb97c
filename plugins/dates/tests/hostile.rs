//! Any text gives legal spans with values, and long ones take no longer than they should.

use gloss_dates::Dates;
use gloss_doc::{Annotations, Document};
use gloss_plugin::harness::Harness;
use proptest::prelude::*;
use serde_json::json;

/// Pieces of which texts are made that come near to being dates.
const PIECES: &[&str] = &[
    "January",
    "Jan.",
    "May",
    "may",
    "Friday",
    "Fri.",
    "Mondays",
    "the",
    "a",
    "last",
    "next",
    "this",
    "of",
    "in",
    "on",
    "at",
    "to",
    "and",
    "or",
    ",",
    ".",
    "-",
    "–",
    "/",
    ":",
    "'",
    "’",
    "3",
    "03",
    "30",
    "31",
    "12",
    "99",
    "2026",
    "2019",
    "0000",
    "9999",
    "1,126",
    "999999999999",
    "st",
    "s",
    "T",
    "Z",
    "W02",
    "a.m.",
    "pm",
    "GMT",
    "ET",
    "two",
    "hundred",
    "billion",
    "half",
    "years",
    "year",
    "weeks",
    "day",
    "decade",
    "century",
    "ago",
    "later",
    "earlier",
    "from now",
    "early",
    "mid",
    "end of",
    "quarter",
    "Q3",
    "fiscal",
    "spring",
    "Easter",
    "New Year's Eve",
    "every",
    "other",
    "twice",
    "daily",
    "will",
    "said",
    "since",
    "until",
    "morning",
    "noon",
    "midnight",
    "tomorrow",
    "that",
    "same",
    "previous",
    "\n\n",
    "é",
    "👩‍👩‍👧",
    "e\u{301}",
    "(",
    "\"",
    "\u{a0}",
    "\u{0}",
    "people",
];

fn run(harness: &Harness<Dates>, date: &str, text: String) -> usize {
    let mut document = Document { text, ..Document::default() };
    document.metadata.insert("date".to_owned(), date.into());
    // The harness refuses spans that are not legal, as a host does.
    let document = harness.run_document(document).expect("legal spans");
    let layer = &document.layers[0];
    let Annotations::Spans(spans) = &layer.annotations else { panic!("spans") };
    let mut behind = 0;
    for (&start, &end) in spans.start.iter().zip(&spans.end) {
        assert!(
            behind <= start && start < end,
            "spans are in order, not empty, and do not overlap"
        );
        behind = end;
        let text = &document.text[start as usize..end as usize];
        assert_eq!(text.trim(), text);
    }
    let values = &layer.attributes[0].valid;
    assert!(values.len() == spans.start.len() && values.iter().all(|&valid| valid == 1));
    spans.start.len()
}

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC{0,200}", date in "\\PC{0,20}") {
        let harness = Harness::<Dates>::new(json!({})).expect("the extractor loads");
        run(&harness, &date, text);
    }

    #[test]
    fn what_is_nearly_a_date_is_read(
        pieces in prop::collection::vec((0..PIECES.len(), prop::bool::ANY), 0..60),
        year in -10_i32..10_020,
    ) {
        let harness = Harness::<Dates>::new(json!({})).expect("the extractor loads");
        let mut text = String::new();
        for (piece, blank) in pieces {
            text.push_str(PIECES[piece]);
            text.push_str(if blank { " " } else { "" });
        }
        run(&harness, &format!("{year:04}-12-31"), text);
    }
}

#[test]
fn long_texts_of_one_thing_are_read() {
    let harness = Harness::<Dates>::new(json!({})).expect("the extractor loads");
    let pieces = [
        "a",
        "(",
        "1",
        "'",
        "A",
        "1 ",
        "1-",
        "the ",
        "May ",
        "two ",
        "2 hours and ",
        "ed Friday ",
        "1a",
        "late ",
        "every other ",
        "hundred and ",
        "—",
        "\n",
        "Friday, ",
        "the last last ",
        "e\u{301}",
        "1/2/",
        "1,000",
        "1:00",
        "a half ",
        "mid-",
        "in about ",
        "said. ",
        "12 to ",
    ];
    for piece in pieces {
        run(&harness, "2026-01-11", piece.repeat(1_000_000 / piece.len()));
    }
}
