use super::*;
use crate::parser::tree::Tree;

fn moves() -> Vec<(u32, String)> {
    let moves = [(0, ""), (1, ""), (2, "a"), (2, "b"), (2, "a||b"), (2, "b||c"), (2, "c||a")];
    let more = [(3, "a"), (3, "c"), (3, "c||a"), (4, "ROOT")];
    moves.iter().chain(&more).map(|&(action, label)| (action, label.to_owned())).collect()
}

fn parser(seed: u32, symbols: &mut Symbols) -> Parser {
    let moves = moves();
    let scorer = Scorer::arbitrary(WIDTH, SLOTS, moves.len(), seed);
    Parser::new(&moves, scorer, symbols, "parser/moves").unwrap()
}

/// Numbers in a token's vector: a row without padding.
const WIDTH: usize = 16;

/// The parse of `count` tokens with arbitrary vectors, handed over `step` at a time.
fn parse(seed: u32, count: usize, step: usize, known: Option<&[bool]>) -> (Vec<u32>, Vec<bool>) {
    let parser = parser(seed, &mut Symbols::default());
    let vectors = crate::transition::arbitrary(count * WIDTH, seed + 1);
    let (mut state, mut tree) = (ParserScratch::default(), Tree::default());
    state.start(count);
    for start in (0..count).step_by(step) {
        let range = start..(start + step).min(count);
        let rows = &vectors[range.start * WIDTH..range.end * WIDTH];
        parser.advance(&range, rows, known, &mut state);
    }
    parser.tree(&state, |_| false, &mut tree);
    (tree.heads, tree.starts)
}

#[test]
fn a_parse_does_not_depend_on_windows() {
    for seed in 0..12 {
        for count in [0, 1, 2, 3, 40, 2500] {
            let whole = parse(seed, count, count.max(1), None);
            for step in [1, 7, 256] {
                assert_eq!(parse(seed, count, step, None), whole, "{seed}, {count} by {step}");
            }
        }
    }
}

#[test]
fn every_token_hangs_on_a_root_of_its_sentence() {
    for seed in 0..40 {
        let (heads, starts) = parse(seed, 120, 50, None);
        assert!(starts[0]);
        for token in 0..heads.len() {
            let mut at = token;
            for _ in 0..=heads.len() {
                at = heads[at] as usize;
            }
            assert_eq!(heads[at] as usize, at, "token {token} is in a circle");
        }
    }
}

#[test]
fn known_sentences_are_kept() {
    let known: Vec<bool> = (0..200).map(|at| at % 17 == 0).collect();
    for seed in 0..20 {
        let (heads, _) = parse(seed, known.len(), 64, Some(&known));
        // Labels x||y may find a head elsewhere, never a head in another sentence.
        for (token, &head) in heads.iter().enumerate() {
            assert_eq!(token / 17, head as usize / 17, "{seed}: {token} hangs on {head}");
        }
    }
}

#[test]
fn crossing_arcs_are_restored() {
    // Heads, labels, white space; then what spaCy makes of them: heads, labels, sentence starts.
    for case in [
        ["0 0 0 2 1", "ROOT c||a c||a a||b a||b", "", "0 0 0 2 1", "ROOT c c a a", "0"],
        [
            "7 5 5 3 3 6 3 7 6",
            "b||c c a||b ROOT c||a a||b c||a ROOT c",
            "5",
            "7 5 5 3 3 6 3 7 6",
            "b c a ROOT c a c ROOT c",
            "0 1",
        ],
        [
            "0 3 2 3 0 3 3 2 2",
            "ROOT a||b ROOT ROOT b||c c||a c c||a c",
            "3 5",
            "0 3 2 3 0 1 3 2 2",
            "ROOT a ROOT ROOT b c c c c",
            "0 1 2",
        ],
        [
            "5 6 0 3 3 3 6 3 1",
            "b b||c a ROOT c||a c||a ROOT a||b a",
            "",
            "5 6 0 3 2 3 6 0 1",
            "b b a ROOT c c ROOT a a",
            "0 1",
        ],
        [
            "5 4 2 4 2 4 1",
            "b||c a||b ROOT a c||a b a",
            "",
            "5 5 2 4 2 4 1",
            "b a ROOT a c b a",
            "0",
        ],
        [
            "1 7 3 3 5 3 7 5",
            "b||c b a||b ROOT b||c c||a c||a b||c",
            "",
            "1 7 1 3 5 3 7 5",
            "b b a ROOT b c c b",
            "0",
        ],
        [
            "0 3 2 2 1 6 3 3 1",
            "ROOT a ROOT c a||b a||b b b c||a",
            "3",
            "0 3 2 2 1 6 3 3 4",
            "ROOT a ROOT c a a b b c",
            "0 1",
        ],
    ] {
        check_restored(case);
    }
}

fn check_restored([heads, labels, spaces, new_heads, new_labels, starts]: [&str; 6]) {
    let numbers = |list: &str| -> Vec<u32> {
        list.split_whitespace().map(|number| number.parse().unwrap()).collect()
    };
    let mut symbols = Symbols::default();
    let parser = parser(1, &mut symbols);
    let mut tree = Tree { heads: numbers(heads), ..Tree::default() };
    tree.labels = labels.split(' ').map(|label| symbols.add(label)).collect();
    let spaces = numbers(spaces);
    parser.restore(&mut tree, |at| spaces.contains(&(at as u32)));
    let got: Vec<&str> = tree.labels.iter().map(|&label| symbols.name(label)).collect();
    assert_eq!((tree.heads, got.join(" ").as_str()), (numbers(new_heads), new_labels), "{heads}");
    let found: Vec<u32> = (0..).zip(&tree.starts).filter(|(_, s)| **s).map(|(at, _)| at).collect();
    assert_eq!(found, numbers(starts), "{heads}");
}

#[test]
fn labels_are_those_of_the_finished_parse() {
    assert_eq!(labels(&moves(), "m").unwrap(), ["ROOT", "a", "b", "c"]);
    for (label, expected) in [("subtok", "label subtok"), ("a||b||c", "three parts")] {
        let mut moves = moves();
        moves.push((2, label.to_owned()));
        assert!(labels(&moves, "parser/moves").unwrap_err().to_string().contains(expected));
    }
    for (moves, expected) in [
        (vec![(9, "")], "no action has the number 9"),
        (vec![(0, "")], "none that reduces"),
        (vec![(0, ""), (1, ""), (2, "x")], "3 actions, but 2 are scored"),
    ] {
        let scorer = Scorer::arbitrary(WIDTH, SLOTS, moves.len().min(2), 1);
        let moves: Vec<_> =
            moves.into_iter().map(|(a, l): (u32, &str)| (a, l.to_owned())).collect();
        let error = Parser::new(&moves, scorer, &mut Symbols::default(), "parser/moves");
        let error = error.unwrap_err().to_string();
        assert!(error.starts_with("parser/moves: ") && error.contains(expected), "{error}");
    }
}
