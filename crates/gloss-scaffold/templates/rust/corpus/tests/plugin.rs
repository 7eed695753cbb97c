//! The library in `gloss`, as users run it: it is found, loaded, given its options, and what it
//! makes is written.

mod gloss;

#[test]
fn keywords_are_written() {
    let texts = ["The wind was strong.", "The wind was cold.", ""];
    let found = gloss::annotations("keywords", "keywords = 1", &texts);
    assert_eq!(found.len(), 3);
    assert_eq!(found[0][0]["text"], "strong");
    assert_eq!(found[1][0]["text"], "cold");
    assert!(found[2].is_empty());
}
