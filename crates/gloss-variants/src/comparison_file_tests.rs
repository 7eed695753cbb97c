use super::*;

fn parse(text: &str) -> Result<ComparisonFile, Error> {
    ComparisonFile::parse(Path::new("folder/c.toml"), text.to_owned())
}

#[test]
fn a_file_is_read() {
    let file = parse(
        r#"
documents = ["a/*.txt", "/b"]
gold = "gold"
layer = "entities"
slices = ["desk"]
[input]
header = true
[labels]
map = { PER = "PERSON" }
[gate]
metric = "strict_f1"
baseline = "m a"
candidate = "m b"
margin = 0.01
[[variant]]
name = "gold"
file = "g.csv.gz"
format = "csv.gz"
[[variant]]
name = "m"
layer = "ner"
[variant.matrix.ner]
model = ["a", "b"]
[variant.options.ner]
deep = true
[[variant.stage]]
extractor = "ner"
options = { deep = false }
"#,
    )
    .unwrap();
    assert_eq!(file.documents, ["folder/a/*.txt", "/b"]);
    assert!(file.input.input.header);
    let names: Vec<_> = file.variants.iter().map(|v| v.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["gold", "m a", "m b"]);
    let Source::File(gold) = &file.variants[0].source else { panic!() };
    assert_eq!(gold.path, "folder/g.csv.gz");
    let Source::Pipeline(pipeline) = &file.variants[2].source else { panic!() };
    let options = serde_json::json!({ "deep": true, "model": "b" });
    assert_eq!(Value::Object(pipeline.stages[0].options.clone()), options);
    assert_eq!(file.settings.gate.unwrap().minimum_documents, 30);
    assert_eq!(file.settings.labels.map["PER"], "PERSON");
}

#[test]
fn what_is_wrong_has_its_place() {
    let check = |text: &str, kind: ErrorKind, part: &str, at: &str| {
        let Err(Error::Variants { kind: found, message, help, place }) = parse(text) else {
            panic!("{text}")
        };
        let said = format!("{message}; {help}");
        assert!(found == kind && said.contains(part), "{text}: {said}");
        let span = place.unwrap().span.unwrap();
        assert!(text[span.clone()].contains(at), "{text}: {:?}", &text[span]);
    };
    let file = "[[variant]]\nfile = \"a.jsonl\"\n";
    check("sed = 1", ErrorKind::UnknownKey, "did you mean \"seed\"?", "sed");
    check("seed = \"x\"", ErrorKind::Syntax, "invalid type", "\"x\"");
    check("seed = ", ErrorKind::Syntax, "", "");
    check(&format!("{file}nmae = \"x\""), ErrorKind::UnknownKey, "did you mean \"name\"?", "nmae");
    check("[labels]\nmpa = {}", ErrorKind::UnknownKey, "did you mean \"map\"?", "mpa");
    check("[[variant]]\nname = \"x\"", ErrorKind::BadVariant, "has one of", "[[variant]]");
    check(&format!("{file}pipeline = \"p\""), ErrorKind::BadVariant, "has one of", "[[variant]]");
    check(&format!("{file}format = \"pdf\""), ErrorKind::BadVariant, "no input format", "\"pdf\"");
    check(
        &format!("gold = \"gld\"\n{file}name = \"gold\""),
        ErrorKind::BadGold,
        "did you mean \"gold\"?",
        "gld",
    );
    let stage = "[[variant]]\n[[variant.stage]]\nextractor = \"ner\"\n";
    check(
        &format!("{stage}[variant.matrix.ner]\nmodel = 1"),
        ErrorKind::BadVariant,
        "not a list",
        "1",
    );
    check(
        &format!("{stage}[variant.matrix.ner]\nmodel = []"),
        ErrorKind::BadVariant,
        "no values",
        "[]",
    );
    check(
        &format!("{stage}[variant.options.ner]\nday = 2026-01-01"),
        ErrorKind::Syntax,
        "not a date",
        "2026",
    );
    check("[gate]\nmetric = \"strict\"\n", ErrorKind::Syntax, "unknown variant", "strict");
}

#[test]
fn what_is_wrong_with_stages_is_told_as_in_a_pipeline() {
    let check = |text: &str, part: &str| {
        let Err(Error::Pipeline(errors)) = parse(text) else { panic!("{text}") };
        assert!(format!("{:?}", errors[0]).contains(part), "{text}: {errors:?}");
    };
    let stage = "[[variant]]\n[[variant.stage]]\nextractor = \"ner\"\n";
    check("[input]\nheder = true", "header");
    check(&format!("{stage}thread = 1"), "did you mean \\\"threads\\\"?");
    check(&format!("{stage}[variant.options.nre]\nmodel = \"a\""), "has no stage \\\"nre\\\"");
    check("[[variant]]\npipeline = \"none.toml\"", "c.toml");
}
