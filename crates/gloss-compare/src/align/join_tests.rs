use super::*;
use crate::corpus::{Class, Span, Value};

fn document(id: &str, text: &str, spans: &[(u32, u32, u32)]) -> VariantDocument {
    let spans = spans.iter().map(|&(start, end, label)| Span { start, end, label });
    VariantDocument {
        id: id.into(),
        text: Some(text.into()),
        spans: spans.collect(),
        ..VariantDocument::default()
    }
}

fn variant(name: &str, labels: &[&str], documents: Vec<VariantDocument>) -> Variant {
    let labels = labels.iter().map(|&label| label.to_owned()).collect();
    Variant { name: name.into(), labels, documents }
}

fn two(first: Vec<VariantDocument>, second: Vec<VariantDocument>) -> Vec<Variant> {
    vec![variant("a", &["PER", "LOC"], first), variant("b", &["LOC", "PERSON"], second)]
}

#[test]
fn documents_are_joined_by_id_and_labels_united() {
    let variants = two(
        vec![document("2", "Ana", &[(0, 3, 0)]), document("1", "Rom", &[(0, 3, 1)])],
        vec![document("1", "Rom", &[(0, 3, 0)]), document("2", "Ana", &[(0, 3, 1)])],
    );
    let mut options = AlignOptions::default();
    options.labels.map.insert("PERSON".into(), "PER".into());
    let (corpus, alignment) = align(variants, &options).unwrap();
    assert_eq!(corpus.labels, ["LOC", "PER"]);
    let ids: Vec<&str> = corpus.documents.iter().map(|d| d.id.as_str()).collect();
    assert_eq!((ids, alignment.compared), (vec!["2", "1"], 2));
    for document in &corpus.documents {
        assert_eq!(document.annotations[0], document.annotations[1]);
    }
    assert_eq!(alignment.warnings, []);
}

#[test]
fn one_sided_documents_are_counted_and_listed() {
    let variants = two(
        vec![document("1", "Rom", &[(0, 3, 1)]), document("x", "Ana", &[(0, 3, 0)])],
        vec![document("y", "Ana", &[]), document("1", "Rom", &[]), document("z", "", &[])],
    );
    let (corpus, alignment) = align(variants, &AlignOptions::default()).unwrap();
    assert_eq!(corpus.documents.len(), 1);
    let listed: Vec<_> =
        alignment.one_sided.iter().map(|o| (o.only_here.clone(), o.spans)).collect();
    assert_eq!(listed, [(vec!["x".into()], 1), (vec!["y".into(), "z".into()], 0)]);
    let kinds: Vec<_> = alignment.warnings.iter().map(|w| w.kind).collect();
    assert!(kinds.contains(&WarningKind::OneSided) && kinds.contains(&WarningKind::NoAnnotations));
}

#[test]
fn texts_without_white_space_are_mapped() {
    let variants = two(
        vec![document("1", "in New York .", &[(3, 11, 1)])],
        vec![document("9", "in  New\nYork.", &[(4, 12, 0), (2, 4, 0)])],
    );
    let options =
        AlignOptions { key: Key::Text, ignore_white_space: true, ..AlignOptions::default() };
    let (corpus, alignment) = align(variants, &options).unwrap();
    let [a, b] = &corpus.documents[0].annotations[..] else { panic!("two variants") };
    assert_eq!(a.spans, b.spans);
    assert_eq!((alignment.mapped, alignment.unmappable_spans), (1, 1));
}

#[test]
fn what_cannot_be_compared_is_refused_by_name() {
    let check = |variants: Vec<Variant>, kind: ErrorKind, named: &[&str]| {
        let error = align(variants, &AlignOptions::default()).unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        let said = format!("{} {}", error.message, error.help);
        assert!(named.iter().all(|name| said.contains(name)), "{said}");
    };
    let rom = |id: &str| document(id, "Rom", &[]);
    check(vec![variant("a", &[], vec![rom("1")])], ErrorKind::Variants, &["two are needed"]);
    check(
        vec![variant("a", &[], vec![rom("1")]), variant("a", &[], vec![rom("1")])],
        ErrorKind::Variants,
        &["\"a\""],
    );
    check(
        two(vec![rom("1"), rom("1")], vec![rom("1")]),
        ErrorKind::DuplicateId,
        &["\"1\"", "\"a\""],
    );
    check(two(vec![], vec![rom("1")]), ErrorKind::NothingInCommon, &["\"a\" has no documents"]);
    check(two(vec![rom("1")], vec![rom("2")]), ErrorKind::NothingInCommon, &["\"2\" in \"b\""]);
    check(
        two(vec![rom("1")], vec![document("1", "Rom ", &[])]),
        ErrorKind::TextsDiffer,
        &["\"1\"", "white space"],
    );
    let bad = |spans| two(vec![rom("1")], vec![document("1", "Rom", spans)]);
    check(bad(&[(0, 4, 0)]), ErrorKind::BadSpan, &["\"1\"", "\"b\"", "0 to 4", "3 bytes"]);
    check(bad(&[(2, 2, 0)]), ErrorKind::BadSpan, &["is empty"]);
    check(bad(&[(0, 3, 7)]), ErrorKind::BadLabel, &["label number 7"]);
    let cut = two(vec![document("1", "é", &[])], vec![document("1", "é", &[(0, 1, 0)])]);
    check(cut, ErrorKind::BadSpan, &["cuts a character"]);
    let mut twice = rom("1");
    let class = Class { target: None, label: 0, probabilities: vec![] };
    twice.classes = vec![class.clone(), class.clone()];
    check(two(vec![twice], vec![rom("1")]), ErrorKind::DuplicateTarget, &["\"1\""]);
    let mut number = rom("1");
    number.values = vec![Value { target: None, value: f64::NAN }];
    check(two(vec![number], vec![rom("1")]), ErrorKind::BadNumber, &["NaN"]);
    let mut probability = rom("1");
    probability.classes = vec![Class { probabilities: vec![(0, 1.5)], ..class }];
    check(two(vec![probability], vec![rom("1")]), ErrorKind::BadNumber, &["1.5", "\"PER\""]);
}

#[test]
fn wrong_units_are_suspected_in_errors_and_warnings() {
    let text = "Zoë Łuk, Ana Łuk, Åse Łuk, Bo Łuk, Eve Łuk, Łuk Łuk";
    let codepoints = |name: &str, at: usize| {
        let start = text[..at].chars().count() as u32;
        (start, start + name.chars().count() as u32, 0)
    };
    let names = ["Ana", "Åse", "Bo", "Eve", "Łuk Łuk"];
    let spans: Vec<_> = names.iter().map(|n| codepoints(n, text.rfind(n).unwrap())).collect();
    let variants = two(vec![document("1", text, &spans)], vec![document("1", text, &[])]);
    match align(variants, &AlignOptions::default()) {
        Ok((_, alignment)) => {
            let warning = alignment.warnings.iter().find(|w| w.kind == WarningKind::Offsets);
            assert!(warning.unwrap().message.contains("code points"));
        }
        Err(error) => assert!(error.help.contains("code points"), "{error:?}"),
    }
}
