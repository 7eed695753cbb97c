//! How stages are connected, and in which order they can run.

use std::path::Path;

use gloss_doc::{Kind, LayerSchema};

use super::*;

fn plan(requires: &[&str], provides: &[&str]) -> Plan {
    let requirement = |name: &&str| Requirement {
        layer_type: name.trim_end_matches('?').to_owned(),
        kind: Kind::Spans,
        attributes: Vec::new(),
        optional: name.ends_with('?'),
    };
    Plan {
        requires: requires.iter().map(requirement).collect(),
        provides: provides.iter().map(|n| LayerSchema::new(n, Kind::Spans)).collect(),
        ..Plan::default()
    }
}

fn check(toml: &str, plans: &[Plan], expected: Result<&[usize], ErrorKind>) {
    let file = PipelineFile::parse(Path::new("p.toml"), toml.to_owned()).unwrap();
    match (connect(&file, plans), expected) {
        (Ok(graph), Ok(order)) => assert_eq!(graph.order, order),
        (Err(errors), Err(kind)) => assert_eq!(errors[0].kind, kind, "{errors:?}"),
        (got, expected) => panic!("{got:?}, expected {expected:?}"),
    }
}

#[test]
fn stages_are_connected() {
    let two = "[[stage]]\nid=\"a\"\nextractor=\"x\"\n[[stage]]\nid=\"b\"\nextractor=\"x\"\n";
    let with = |inputs: &str| format!("{two}inputs = {inputs}");
    let (s, e) = (["s"].as_slice(), [].as_slice());
    check(two, &[plan(e, s), plan(s, e)], Ok(&[0, 1]));
    check(two, &[plan(s, e), plan(e, s)], Ok(&[1, 0]));
    check(two, &[plan(e, e), plan(s, e)], Err(ErrorKind::MissingLayer));
    check(two, &[plan(e, e), plan(&["s?"], e)], Ok(&[0, 1]));
    check(two, &[plan(&["t"], s), plan(s, &["t"])], Err(ErrorKind::Cycle));
    check(two, &[plan(e, &["s", "t"]), plan(&["s", "t"], e)], Ok(&[0, 1]));
    check(&with("{ s = \"a/s\" }"), &[plan(e, s), plan(s, e)], Ok(&[0, 1]));
    check(&with("{ s = \"a/r\" }"), &[plan(e, s), plan(s, e)], Err(ErrorKind::MissingLayer));
    check(&with("{ r = \"a/s\" }"), &[plan(e, s), plan(s, e)], Err(ErrorKind::UnknownKey));
    check(&with("{ s = \"b/s\" }"), &[plan(e, s), plan(s, s)], Err(ErrorKind::Cycle));
    let three = format!("{two}[[stage]]\nid=\"c\"\nextractor=\"x\"\n");
    check(&three, &[plan(e, s), plan(e, s), plan(s, e)], Err(ErrorKind::AmbiguousLayer));
}

#[test]
fn one_of_several_layers_can_feed_a_requirement() {
    let stage = |id: &str, more: &str| format!("[[stage]]\nid=\"{id}\"\nextractor=\"x\"\n{more}\n");
    let file = |inputs: &str| stage("a", "") + &stage("b", "") + &stage("c", inputs);
    let (s, e) = (["s"].as_slice(), [].as_slice());
    let plans = [plan(e, s), plan(e, s), plan(s, e)];
    let feeds = |inputs: &str| {
        let file = PipelineFile::parse(Path::new("p.toml"), file(inputs)).unwrap();
        connect(&file, &plans).map(|graph| graph.inputs[2].clone()).map_err(|e| e[0].kind)
    };
    assert_eq!(feeds("inputs = { s = [\"b/s\", \"a/s\"] }"), Ok(vec![vec![(1, 0), (0, 0)]]));
    assert_eq!(feeds("inputs = { s = [\"a/s\", \"a/s\"] }"), Ok(vec![vec![(0, 0)]]));
    assert_eq!(feeds("inputs = { s = [\"a/s\", \"b/r\"] }"), Err(ErrorKind::MissingLayer));
    assert_eq!(feeds("inputs = { s = [\"a/s\", \"c/s\"] }"), Err(ErrorKind::MissingLayer));
    assert_eq!(feeds(""), Err(ErrorKind::AmbiguousLayer));
}

#[test]
fn a_stage_for_some_languages_needs_to_know_them() {
    let language =
        || Plan { provides: vec![LayerSchema::new("language", Kind::Classes)], ..Plan::default() };
    let text = |more: &str| {
        format!(
            "[[stage]]\nid=\"a\"\nextractor=\"x\"\nlanguages=[\"en\"]\n{more}\n\
                 [[stage]]\nid=\"b\"\nextractor=\"x\"\n[[stage]]\nid=\"c\"\nextractor=\"x\"\n"
        )
    };
    let found = |more: &str, plans: &[Plan]| {
        let file = PipelineFile::parse(Path::new("p.toml"), text(more)).unwrap();
        connect(&file, plans).map(|g| (g.languages[0].clone(), g.order)).map_err(|e| e[0].kind)
    };
    let none = || plan(&[], &[]);
    // By the metadata.
    assert_eq!(found("", &[none(), none(), none()]), Ok((vec![], vec![0, 1, 2])));
    // By a layer, which is made first.
    assert_eq!(found("", &[none(), none(), language()]), Ok((vec![(2, 0)], vec![1, 2, 0])));
    assert_eq!(found("", &[none(), language(), language()]), Err(ErrorKind::AmbiguousLayer));
    let named = "inputs = { language = \"c/language\" }";
    assert_eq!(found(named, &[none(), language(), language()]), Ok((vec![(2, 0)], vec![1, 2, 0])));
    // Spans are no languages of documents.
    assert_eq!(found("", &[none(), plan(&[], &["language"]), none()]).unwrap().0, vec![]);
    let circle = Plan { requires: plan(&["s"], &[]).requires, ..language() };
    assert_eq!(found("", &[plan(&[], &["s"]), circle, none()]), Err(ErrorKind::Cycle));
}
