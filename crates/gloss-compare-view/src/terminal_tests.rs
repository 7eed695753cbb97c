use super::*;
use crate::fixtures::{compared, variant, variants};

fn shown(gold: Option<&str>, screen: &Screen) -> String {
    let (comparison, corpus) = compared(variants(), gold);
    terminal(&comparison, &corpus, screen)
}

#[test]
fn scores_against_a_gold() {
    let text = shown(Some("gold"), &Screen::default());
    for part in [
        "3 variants of 40 documents against the gold gold",
        "Spans against the gold",
        "Errors",
        "missing",
        "new less old",
        "Holm",
        "Strict F1 by metadata",
        "Classes against the gold",
        "Gate on strict F1",
        "not passed",
        "met [Ada Lovelace] [2J in Bonn",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(text.lines().all(|line| measure_text_width(line) <= 80), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
}

#[test]
fn without_a_gold_nobody_is_better() {
    let text = shown(None, &Screen::default());
    assert!(text.contains("Agreement on spans") && text.contains("gold – old"), "{text}");
    for word in ["better", "best", "worse", "worst", "winner", "missing", "spurious", "accuracy"] {
        assert!(!text.to_lowercase().contains(word), "{word}\n{text}");
    }
}

#[test]
fn two_variants_of_spans_fit_a_screen() {
    let of = |name: &str, step: usize| {
        let spans = move |n: usize| {
            if n.is_multiple_of(step) { vec![(27, 30, 0)] } else { vec![(27, 39, 0)] }
        };
        variant(name, spans, |_| None)
    };
    let (comparison, corpus) = compared(vec![of("a", 4), of("b", 3)], None);
    let is_place = |line: &str| line.starts_with("  d") && line.as_bytes()[3].is_ascii_digit();
    let check = |screen: Screen, places: usize| {
        let text = terminal(&comparison, &corpus, &screen);
        assert_eq!(text.matches("…").count().min(1), 1);
        assert_eq!(text.lines().filter(|line| is_place(line)).count(), places);
        text.lines().count()
    };
    assert!(check(Screen::default(), 5) <= 40);
    assert!(check(Screen { height: 30, ..Screen::default() }, 2) <= 30);
    check(Screen { places: Some(1), ..Screen::default() }, 1);
}

#[test]
fn columns_give_way_before_lines_are_cut() {
    let table = Table {
        head: ["", "strict", "", "exact"].map(String::from).into(),
        rows: vec![
            ["a rather long name of a variant", "0.500", "[0.400, 0.600]", "0.750"]
                .map(String::from)
                .into(),
        ],
        words: 1,
    };
    let (kept, widths) = fitted(&table, 45);
    assert_eq!((kept, widths[0]), (vec![0, 1, 2, 3], 15));
    let (kept, widths) = fitted(&table, 30);
    assert_eq!((kept, widths[0]), (vec![0, 1, 3], 8));
}

#[test]
fn colours_are_only_where_they_are_wanted() {
    let screen = Screen { colours: true, ..Screen::default() };
    assert!(shown(Some("gold"), &screen).contains("\u{1b}[1m"));
}
