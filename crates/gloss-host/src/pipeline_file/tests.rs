//! Where errors in pipeline files are.

use super::*;

fn check(text: &str, expected: &[(ErrorKind, &str)]) {
    let found = PipelineFile::parse(Path::new("p.toml"), text.to_owned()).err().unwrap_or_default();
    let found: Vec<_> = found
        .iter()
        .map(|e| {
            let span = e.place.as_ref().and_then(|p| p.span.clone()).unwrap_or_default();
            (e.kind, text.get(span).unwrap_or("?"))
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn errors_say_where() {
    check("[[stage]]\nextractor = \"ner\"", &[]);
    check("x = @", &[(ErrorKind::PipelineSyntax, "@")]);
    check("", &[(ErrorKind::MissingKey, "")]);
    check("stage = 1", &[(ErrorKind::WrongType, "1")]);
    check(
        "[[stage]]\nextractr = \"ner\"",
        &[(ErrorKind::UnknownKey, "extractr"), (ErrorKind::MissingKey, "[[stage]]")],
    );
    check("[[stage]]\nextractor = 5", &[(ErrorKind::WrongType, "5")]);
    check(
        "[[stage]]\nextractor = \"a\"\n[[stage]]\nextractor = \"a\"",
        &[(ErrorKind::DuplicateStage, "[[stage]]")],
    );
    check("[[stage]]\nid = \"a/b\"\nextractor = \"a\"", &[(ErrorKind::BadStageId, "\"a/b\"")]);
    check(
        "[input]\nheader = \"yes\"\n[[stage]]\nextractor = \"a\"",
        &[(ErrorKind::WrongType, "\"yes\"")],
    );
    check("[[stage]]\nextractor = \"a\"\noptions = { x = inf }", &[(ErrorKind::WrongType, "inf")]);
    check("[[stage]]\nextractor = \"a\"\ninputs = { x = 1 }", &[(ErrorKind::WrongType, "1")]);
    check("[[stage]]\nextractor = \"a\"\nlayers = [1]", &[(ErrorKind::WrongType, "[1]")]);
    let limits = "isolation = \"process\"\ntimeout = 1.5\nmemory = \"1GB\"\nworkers = 2";
    check(&format!("[[stage]]\nextractor = \"a\"\n{limits}"), &[]);
    check(
        "[[stage]]\nextractor = \"a\"\nisolation = \"proces\"\ntimeout = \"1 day\"\nworkers = 0",
        &[
            (ErrorKind::WrongType, "\"proces\""),
            (ErrorKind::WrongType, "\"1 day\""),
            (ErrorKind::WrongType, "0"),
        ],
    );
}

#[test]
fn policies_and_routes() {
    let stage = |more: &str| format!("[[stage]]\nextractor = \"a\"\n{more}");
    check(&stage("languages = [\"en\", \"pt-BR\", \"und\"]\non-failure = \"skip-stage\""), &[]);
    check(&stage("inputs = { s = [\"a/b\", \"c/d\"] }\nthreads = 2"), &[]);
    check(&stage("inputs = { s = [] }"), &[(ErrorKind::WrongType, "[]")]);
    check(&stage("inputs = { s = [1] }"), &[(ErrorKind::WrongType, "[1]")]);
    check(&stage("languages = []"), &[(ErrorKind::WrongType, "[]")]);
    check(&stage("languages = \"en\""), &[(ErrorKind::WrongType, "\"en\"")]);
    check(&stage("languages = [\"english\"]"), &[(ErrorKind::WrongType, "[\"english\"]")]);
    check(&stage("on-failure = \"skip\""), &[(ErrorKind::WrongType, "\"skip\"")]);
    check(&stage("threads = 0"), &[(ErrorKind::WrongType, "0")]);
}

#[test]
fn options_keep_their_place() {
    let text = "[[stage]]\nextractor = \"x/y:z\"\n[stage.options]\na = { b = [1, 2.5] }\n";
    let file = PipelineFile::parse(Path::new("p.toml"), text.to_owned()).unwrap();
    let stage = &file.stages[0];
    assert_eq!(stage.id, "z");
    assert_eq!(stage.options["a"]["b"][1], 2.5);
    let at = |path: &str| &text[stage.span_of(path).unwrap()];
    assert_eq!(at("options.a.b"), "[1, 2.5]");
    assert_eq!(at("options.a.c"), "{ b = [1, 2.5] }");
}
