//! Per-item exactness on the labelled texts in `tests/data`.

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
fn check(name: &str, data: &str, known_failures: usize) {
    let items = read(data);
    let mut failures = 0;
    for item in &items {
        let splitter =
            Splitter::new(&item.language, SplitOptions::default()).expect("a well-formed tag");
        let found = splitter.split(&item.text);
        if found != item.gold {
            failures += 1;
            let shown: Vec<&str> = found.iter().map(|range| &item.text[range.clone()]).collect();
            println!("{name}: {} {}: {shown:?}", item.language, item.tag);
        }
    }
    println!("{name}: {}/{} items exact", items.len() - failures, items.len());
    assert_eq!(failures, known_failures, "{name}: the number of inexact items changed");
}

#[test]
fn development() {
    check("development", include_str!("data/development.txt"), 0);
}

#[test]
fn held_out() {
    // The README lists the six: the rules are not fitted to this part.
    check("held_out", include_str!("data/held_out.txt"), 6);
}
