//! The library in `gloss`, as users run it: it is found, loaded, given its options, and what it
//! makes is written.

mod gloss;

#[test]
fn texts_are_written() {
    let found = gloss::annotations("texts", "", &["It rains. It pours.", ""]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0][0]["text"], "It rains. It pours.");
    assert!(found[1].is_empty());
}

#[test]
fn options_are_heeded() {
    let found = gloss::annotations("options", "words = 2", &["It rains. It pours."]);
    assert_eq!(found[0][0]["text"], "It rains.");
}
