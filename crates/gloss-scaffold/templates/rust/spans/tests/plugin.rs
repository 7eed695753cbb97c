//! The library in `gloss`, as users run it: it is found, loaded, given its options, and what it
//! makes is written.

mod gloss;

#[test]
fn spans_are_written() {
    let found = gloss::annotations("spans", "", &["It may rain.", "It rains."]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].len(), 1);
    assert_eq!(found[0][0]["label"], "HEDGE");
    assert_eq!(found[0][0]["text"], "may");
    assert!(found[1].is_empty());
}

#[test]
fn options_are_heeded() {
    let found = gloss::annotations("options", "words = { A = [\"rain\"] }", &["It may rain."]);
    assert_eq!(found[0][0]["text"], "rain");
}
