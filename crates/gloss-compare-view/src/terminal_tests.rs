use gloss_compare::align::{Warning, WarningKind};

use super::*;
use crate::fixtures::{compared, of_every_kind, variant, variants};

fn shown(gold: Option<&str>, screen: &Screen) -> String {
    let (comparison, corpus) = compared(variants(), gold);
    terminal(&comparison, &corpus, screen)
}

#[test]
fn scores_against_a_gold() {
    let text = shown(Some("gold"), &Screen { height: 120, ..Screen::default() });
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

/// What is shown of everything at once is in `terminal_full.txt`; with `SNAPSHOTS=overwrite` in the
/// environment what is shown now is written there.
#[test]
fn everything_at_once_fits_a_screen() {
    let (mut comparison, corpus) = compared(of_every_kind(), Some("gold"));
    for number in 0..9 {
        let message = format!(
            "warning number {number} is so long that it does not fit one line of the screen"
        );
        comparison.warnings.push(Warning::new(WarningKind::Labels, message));
    }
    let check = |comparison: &Comparison, height: usize, width: usize| {
        let screen = Screen { height, width, ..Screen::default() };
        let text = terminal(comparison, &corpus, &screen);
        assert!(text.lines().count() <= height, "{height}\n{text}");
        assert!(text.lines().all(|line| measure_text_width(line) <= width), "{width}\n{text}");
        assert!(text.contains("not passed") && text.contains("`--output FILE.html`"), "{text}");
        text
    };
    let text = check(&comparison, 40, 80);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/terminal_full.txt");
    if std::env::var_os("SNAPSHOTS").is_some_and(|what| what == "overwrite") {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(path).unwrap());
    for (height, width) in [(30, 80), (50, 100), (80, 60), (100, 120)] {
        check(&comparison, height, width);
    }
    // Without limit all is there.
    let whole = terminal(&comparison, &corpus, &Screen { places: Some(1), ..Screen::default() });
    assert!(whole.lines().count() > 150 && !whole.contains("--output"), "{whole}");
    comparison.warnings.clear();
    check(&comparison, 40, 80);
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
        more: 0,
    };
    let (kept, widths) = columns(&table, 45);
    assert_eq!((kept, widths[0]), (vec![0, 1, 2, 3], 15));
    let (kept, widths) = columns(&table, 30);
    assert_eq!((kept, widths[0]), (vec![0, 1, 3], 8));
}

#[test]
fn colours_are_only_where_they_are_wanted() {
    let screen = Screen { colours: true, ..Screen::default() };
    assert!(shown(Some("gold"), &screen).contains("\u{1b}[1m"));
}
