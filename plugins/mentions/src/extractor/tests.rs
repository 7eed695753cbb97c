use gloss_doc::{Annotations, AttributeValues, Document as Doc, Layer};
use gloss_plugin::harness::{Harness, spans};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const LABELS: [&str; 8] = ["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "DATE"];

/// A mention of an example: where it is, its label if it is given, its gold cluster.
struct Gold {
    range: Range<usize>,
    label: Option<usize>,
    cluster: String,
}

/// Takes the marks `[text](LABEL CLUSTER)` out of a text.
fn parse(marked: &str) -> (String, Vec<Gold>) {
    let (mut text, mut gold, mut rest) = (String::new(), Vec::new(), marked);
    while let Some(open) = rest.find('[') {
        text.push_str(&rest[..open]);
        let close = rest.find("](").unwrap();
        let end = close + rest[close..].find(')').unwrap();
        let start = text.len();
        text.push_str(&rest[open + 1..close]);
        let mut words = rest[close + 2..end].split_whitespace();
        let label = words.next().unwrap();
        let label = LABELS.iter().position(|l| *l == label);
        let cluster = words.next().unwrap_or_default().to_owned();
        gold.push(Gold { range: start..text.len(), label, cluster });
        rest = &rest[end + 1..];
    }
    text.push_str(rest);
    (text, gold)
}

fn entities(given: impl Iterator<Item = (Range<usize>, usize)>) -> Layer {
    spans(layer::spans("entities").labels(LABELS), given)
}

fn document(marked: &str) -> (Doc, Vec<Gold>) {
    let (text, gold) = parse(marked);
    let given = gold.iter().filter_map(|g| g.label.map(|label| (g.range.clone(), label)));
    let layers = vec![entities(given)];
    (Doc { text, layers, ..Doc::default() }, gold)
}

fn harness(options: Value) -> Harness<Mentions> {
    let inputs = [entities(std::iter::empty())];
    Harness::with(options, std::collections::BTreeMap::new(), &inputs).unwrap()
}

/// The entities, as `name LABEL count overruled ref`.
fn shown(harness: &Harness<Mentions>, marked: &str) -> Vec<String> {
    let found = harness.run_document(document(marked).0).unwrap();
    let clusters = found.layer("test/entity-clusters").unwrap();
    let Annotations::Texts(texts) = &clusters.annotations else { panic!() };
    let value = |attribute: usize, row: usize| {
        let column = &clusters.attributes[attribute];
        match &column.values {
            _ if column.valid.get(row) != Some(&1) => String::new(),
            AttributeValues::String(strings) => format!(" {}", strings.get(row)),
            AttributeValues::Int(numbers) => format!(" {}", numbers[row]),
            _ => panic!(),
        }
    };
    let row = |row| {
        let attributes: String = (0..4).map(|a| value(a, row)).collect();
        format!("{}{attributes}", texts.text.get(row))
    };
    (0..clusters.annotations.len()).map(row).collect()
}

#[track_caller]
fn check(marked: &str, expected: &[&str]) {
    assert_eq!(shown(&harness(json!({})), marked), expected, "{marked}");
}

#[test]
fn names_labels_and_counts() {
    check(
        "[Nicolás Maduro](PERSON) fell. [Maduro](ORG)'s son [Nicolas Maduro Guerra](PERSON) wept. Then [Maduro](PERSON) spoke.",
        &["Nicolás Maduro PERSON 3 ORG 1", "Nicolas Maduro Guerra PERSON 1"],
    );
    check("The [US](GPE), the [U.S.](GPE), [the United States](GPE)", &["United States GPE 3"]);
    check("Mr. [Trump](ORG) met [Donald Trump](PERSON).", &["Donald Trump PERSON 2 ORG 1"]);
    check("[Friday](DATE) in [Oslo](GPE)", &["Oslo GPE 1"]);
    check("", &[]);
    // The surname of two: nobody's.
    check(
        "[Bill Clinton](PERSON), [Hillary Clinton](PERSON), [Clinton](PERSON)",
        &["Bill Clinton PERSON 1", "Hillary Clinton PERSON 1"],
    );
    // Cut at a hyphen; but two countries are two.
    check(
        "[Rui Almada-Teles](PERSON) and [Almada](GPE)-Teles",
        &["Rui Almada-Teles PERSON 2 GPE 1"],
    );
    check("[US](GPE)-[China](GPE) talks", &["US GPE 1", "China GPE 1"]);
}

#[test]
fn names_are_found_where_they_were_missed() {
    check(
        "[Ann Miller](PERSON) left. Miller is gone. miller, Miller Street, Bob Miller.",
        &["Ann Miller PERSON 2"],
    );
    let without = harness(json!({ "find": false }));
    assert_eq!(
        shown(&without, "[Ann Miller](PERSON) left. Miller is gone."),
        ["Ann Miller PERSON 1"]
    );
    // What the recogniser called a date is none.
    check(
        "[Theresa May](PERSON) left in [May](DATE). President May won.",
        &["Theresa May PERSON 1"],
    );
}

#[test]
fn the_users_file_wins() {
    let folder = tempfile::tempdir().unwrap();
    let with = |name: &str, contents: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, contents).unwrap();
        let inputs = [entities(std::iter::empty())];
        Harness::<Mentions>::with_files(
            json!({ "aliases": name }),
            &[("aliases", &[&path])],
            &inputs,
        )
    };
    let csv = with(
        "a.csv",
        "id,name,label,aliases\nQ1,Kyiv,GPE,Kiev|Kyjiw\nQ2,Robert Zimmerman,,Bob Dylan\n",
    );
    let text = "[Kiev](ORG) and [Kyjiw](GPE). [Bob Dylan](PERSON) sang; [Dylan](ORG) left. [Robert Zimmerman](PERSON) too.";
    let expected = ["Kyiv GPE 2 ORG 1 Q1", "Robert Zimmerman PERSON 3 ORG 1 Q2"];
    assert_eq!(shown(&csv.unwrap(), text), expected);
    let lines = with(
        "a.jsonl",
        "{\"id\":\"a\",\"name\":\"George Bush\"}\n\n{\"id\":\"b\",\"name\":\"George W. Bush\"}\n",
    );
    let text = "[George W. Bush](PERSON) met [George Bush](PERSON).";
    assert_eq!(
        shown(&lines.unwrap(), text),
        ["George W. Bush PERSON 1 b", "George Bush PERSON 1 a"]
    );
    for (name, contents) in [
        ("twice.csv", "id,name,label,aliases\n1,A,,\n2,B,,A\n"),
        ("label.csv", "id,name,label,aliases\n1,A,DATE,\n"),
        ("empty.jsonl", "{\"id\":\"1\",\"name\":\"\"}"),
        ("broken.jsonl", "{\"id\":1}"),
        ("key.csv", "id,name,color\n1,A,red\n"),
    ] {
        let failure = with(name, contents).err().unwrap();
        assert_eq!(failure.place, "aliases", "{name}");
    }
}

#[test]
fn bad_options_are_refused_by_name() {
    for options in [json!({ "labels": [] }), json!({ "labels": ["ORG", "ORG"] })] {
        assert_eq!(Harness::<Mentions>::new(options).err().unwrap().place, "labels");
    }
}

/// What was right over the documents of a file.
#[derive(Default)]
struct Score {
    precision: f64,
    recall: f64,
    mentions: f64,
    exact: usize,
    clusters: usize,
    wrong: Vec<String>,
}

/// Compares with gold: B-cubed over all gold mentions, and clusters that are found exactly. A mention
/// without an entity is alone.
fn score(file: &str) -> Score {
    let harness = harness(json!({}));
    let mut score = Score::default();
    for line in file.lines().filter(|l| !l.starts_with('#')) {
        let (name, marked) = line.split_once(": ").unwrap();
        let (document, gold) = document(marked);
        let found = harness.run_document(document).unwrap();
        let layer = found.layer("test/mentions").unwrap();
        let Annotations::Spans(spans) = &layer.annotations else { panic!() };
        let AttributeValues::Int(ids) = &layer.attributes[0].values else { panic!() };
        let entity = |gold: &Gold| {
            let at = |&row: &usize| {
                let range = spans.start[row] as usize..spans.end[row] as usize;
                range.start < gold.range.end && gold.range.start < range.end
            };
            let row = (0..spans.start.len()).find(at)?;
            (layer.attributes[0].valid.get(row) == Some(&1)).then(|| ids[row])
        };
        let system: Vec<Option<i64>> = gold.iter().map(entity).collect();
        let same = |a: usize, b: usize| a == b || (system[a].is_some() && system[a] == system[b]);
        let mut wrong = false;
        for a in 0..gold.len() {
            let all = 0..gold.len();
            let truth: Vec<usize> =
                all.clone().filter(|&b| gold[a].cluster == gold[b].cluster).collect();
            let answer: Vec<usize> = all.filter(|&b| same(a, b)).collect();
            let both = answer.iter().filter(|b| truth.contains(b)).count() as f64;
            score.precision += both / answer.len() as f64;
            score.recall += both / truth.len() as f64;
            score.mentions += 1.0;
            if truth[0] == a {
                score.clusters += 1;
                score.exact += usize::from(truth == answer);
                wrong |= truth != answer;
            }
        }
        if wrong {
            score.wrong.push(name.to_owned());
        }
    }
    score
}

#[track_caller]
fn check_score(file: &str, precision: f64, recall: f64, exact: (usize, usize)) {
    let score = score(file);
    let found = (score.precision / score.mentions, score.recall / score.mentions);
    println!(
        "B-cubed precision {:.3}, recall {:.3}; {} of {} clusters exact; wrong: {:?}",
        found.0, found.1, score.exact, score.clusters, score.wrong
    );
    assert!(found.0 >= precision && found.1 >= recall, "{found:?}");
    assert_eq!((score.exact, score.clusters), exact);
}

#[test]
fn examples_that_rules_were_tuned_to() {
    check_score(include_str!("../../tests/examples.txt"), 1.0, 0.95, (52, 54));
}

#[test]
fn examples_that_were_held_out() {
    check_score(include_str!("../../tests/held_out.txt"), 0.98, 0.95, (38, 42));
}

/// Names that share a surname, or a beginning, are not compared each with each.
#[test]
fn many_names_are_taken() {
    let full: String = (0..20_000)
        .map(|i| format!("[Ann{i} Lee](PERSON) [Mr. Lee](PERSON) [Ax Bank{i}](ORG) "))
        .collect();
    let found = harness(json!({})).run_document(document(&full).0).unwrap();
    assert_eq!(found.layer("test/entity-clusters").unwrap().annotations.len(), 40_000);
}

proptest! {
    /// Any spans over any text give legal annotations, each mention once.
    #[test]
    fn anything_is_taken(words in prop::collection::vec("[A-Z][a-zé]{0,3}|[A-Z.]{1,4}|Mr\\.|\\PC{1,3}|-|'s", 0..30), picks in prop::collection::vec((0usize..30, 1usize..4, 0usize..8), 0..12)) {
        let text = words.join(" ");
        let mut starts = vec![0];
        words.iter().for_each(|w| starts.push(starts[starts.len() - 1] + w.len() + 1));
        let spans = picks.iter().filter(|(at, ..)| *at < words.len()).map(|&(at, count, label)| {
            let end = (at + count).min(words.len());
            (starts[at]..starts[end] - 1, label)
        });
        let layers = vec![entities(spans)];
        let found = harness(json!({})).run_document(Doc { text, layers, ..Doc::default() });
        let found = found.unwrap();
        let mentions = found.layer("test/mentions").unwrap().annotations.len();
        prop_assert!(mentions >= found.layer("test/entity-clusters").unwrap().annotations.len());
    }
}
