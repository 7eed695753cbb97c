//! The library in `gloss`, as users run it: it is found, loaded, given its options, and what it
//! makes is written.

mod gloss;

#[test]
fn vectors_are_written() {
    let found = gloss::annotations("vectors", "dimension = 8", &["It rains.", ""]);
    assert_eq!(found.len(), 2);
    for annotations in &found {
        assert_eq!(annotations.len(), 1);
        assert_eq!(annotations[0]["vector"].as_array().unwrap().len(), 8);
    }
    assert_ne!(found[0], found[1]);
}
