//! The library in `gloss`, as users run it: it is found, loaded, given its options, and what it
//! makes is written.

mod gloss;

#[test]
fn classes_are_written() {
    let found = gloss::annotations("classes", "", &["The cat sat.", ""]);
    assert_eq!(found.len(), 2);
    assert_eq!(found[0][0]["label"], "very-easy");
    assert_eq!(found[0][0]["score"], 3.0);
    assert!(found[1].is_empty());
}

#[test]
fn options_are_heeded() {
    let found = gloss::annotations("options", "long_word = 3", &["The cat sat."]);
    assert_eq!(found[0][0]["label"], "very-hard");
}
