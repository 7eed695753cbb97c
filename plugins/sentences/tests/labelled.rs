//! Per-item exactness on the labelled texts in `tests/data`.
#![expect(clippy::print_stdout, reason = "the figures are what this test reports")]

use std::ops::Range;

use gloss_sentences::{SplitOptions, Splitter};

struct Item {
    language: String,
    tag: String,
    text: String,
    gold: Vec<Range<usize>>,
}

/// Items begin with "# LANGUAGE TAG"; "‖" stands at each boundary and is no part of the text.
fn read(data: &str) -> Vec<Item> {
    let mut items = Vec::new();
    for chunk in format!("\n{data}").split("\n# ").skip(1) {
        let (head, body) = chunk.split_once('\n').expect("an item has a header line");
        let (language, tag) = head.split_once(' ').expect("a header has a language and a tag");
        let (mut text, mut gold) = (String::new(), Vec::new());
        for part in body.trim_end().split('‖') {
            let start = text.len() + part.len() - part.trim_start().len();
            gold.push(start..start + part.trim().len());
            text.push_str(part);
        }
        items.push(Item { language: language.into(), tag: tag.into(), text, gold });
    }
    items
}

#[track_caller]
fn check(name: &str, data: &str, known: &[&str]) {
    let items = read(data);
    let mut failures = Vec::new();
    for item in &items {
        let splitter =
            Splitter::new(&item.language, SplitOptions::default()).expect("a well-formed tag");
        let found = splitter.split(&item.text);
        if found != item.gold {
            failures.push(format!("{} {}", item.language, item.tag));
            let shown: Vec<&str> = found.iter().map(|range| &item.text[range.clone()]).collect();
            println!("{name}: {} {}: {shown:?}", item.language, item.tag);
        }
    }
    println!("{name}: {}/{} items exact", items.len() - failures.len(), items.len());
    assert_eq!(failures, known, "{name}: other items are inexact than the known ones");
}

#[test]
fn development() {
    check("development", include_str!("data/development.txt"), &[]);
}

#[test]
fn held_out() {
    // The README lists the six: the rules are not fitted to this part.
    check(
        "held_out",
        include_str!("data/held_out.txt"),
        &["en us-end", "en inc-end", "en ellipsis", "en list", "ru plain", "hi plain"],
    );
}
