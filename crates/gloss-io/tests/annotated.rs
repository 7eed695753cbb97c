//! Reading files with other tools' annotations.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use std::fs;
use std::path::Path;

use gloss_doc::{Document, OffsetUnit, marked};
use gloss_io::{
    AnnotationChoice, AnnotationOptions, ClassColumns, Columns, ConllUnit, Error, Input,
    ReadOptions, Reader, expand,
};
use serde_json::{Value, json};
use support::items;

fn options(format: &str) -> ReadOptions {
    let format = (!format.is_empty()).then(|| format.parse().unwrap());
    ReadOptions { format, ..ReadOptions::default() }
}

fn annotations(format: &str, annotations: AnnotationOptions) -> ReadOptions {
    ReadOptions { annotations, ..options(format) }
}

/// A document with its annotations in its text, and its notes below; or an error with its code and its remedy.
fn told(item: &Result<Document, Error>, folder: &Path) -> String {
    match item {
        Ok(document) => {
            let layers: Vec<_> = document.layers.iter().collect();
            let mut told = marked(document, &layers);
            for note in &document.notes {
                told.push_str(&format!("\n! {note}"));
            }
            told
        }
        Err(error) => {
            let told = format!("{}: {}; {}", error.kind.code(), error.message, error.help);
            told.replace(&format!("{}/", folder.display()), "")
        }
    }
}

/// Reads a file, and checks that leaving out any number of its documents gives the rest.
fn check(name: &str, content: &[u8], options: &ReadOptions, expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, content).unwrap();
    let input = || vec![Input::File(path.clone())];
    let found = items(input(), options);
    let all: Vec<String> = found.iter().map(|item| told(item, folder.path())).collect();
    assert_eq!(
        all,
        expected,
        "{name}: {}",
        String::from_utf8_lossy(&content[..content.len().min(300)])
    );
    for count in 0..=expected.len() + 1 {
        let mut reader = Reader::new(input(), options.clone());
        let skipped = reader.skip_documents(count as u64);
        assert_eq!(skipped, count.min(expected.len()) as u64, "{name}");
        assert_eq!(reader.collect::<Vec<_>>(), found[skipped as usize..], "{name}");
    }
}

#[test]
fn conll() {
    let check = |text: &str, unit: ConllUnit, expected: &[&str]| {
        let options = annotations("", AnnotationOptions { unit, ..AnnotationOptions::default() });
        check("a.conll", text.as_bytes(), &options, expected);
    };
    let document = ConllUnit::Document;
    check("", document, &[]);
    check("\n\n", document, &[]);
    check(
        "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nGerman JJ B-NP B-MISC\n\n-DOCSTART- O\n\na O\n",
        document,
        &["[EU](ORG) rejects\n[German](MISC)", "a"],
    );
    // Wikigold has its marks behind its documents.
    check(
        "a I-X\nb I-X\n\n-DOCSTART- O\n\nc I-Y\n\n-DOCSTART- O\n",
        document,
        &["[a b](X)", "[c](Y)"],
    );
    check(
        "a\tB-X\r\n\r\nb\tO\r\n",
        document,
        &["[a](X)\nb\n! conll: nothing in the file marks documents, so its 2 sentences are one \
           (`--conll-unit sentence` makes each a document)"],
    );
    check("a\tB-X\n\nb\tO\n", ConllUnit::Sentence, &["[a](X)", "b"]);
    check("# id x1 domain=en\na O\n\n# id x2 domain=en\nb B-Y\n", document, &["a", "[b](Y)"]);
    check("# newdoc id = d\n# text = A, b\nA B-X\n, O\nb O\n", document, &["[A](X), b"]);
    check("# NN O\n. . O\n", document, &["# ."]);
    check(
        "a B-X\nb O\nc I-X\n",
        document,
        &["[a](X) b [c](X)\n! conll: 1 tag with no entity to continue, taken to begin one"],
    );
    check(
        "# text = x y\na B-X\n",
        document,
        &[
            "[a](X)\n! conll: 1 sentence made of the tokens, because the text that is given for it is another",
        ],
    );
    let tag = "G0232: a.conll:2: column 2 holds no tag of an entity; a tag is O, or B, I, L, U, E or S with a hyphen \
               and a label: B-PER; say which column holds it (`--tag-column 4`)";
    check("a O\nb NN\nc O\n\n-DOCSTART-\nd O\n", document, &[tag, "d"]);
    check("a O\nb NN\n\nc O\n", ConllUnit::Sentence, &[tag, "c"]);
    check(
        "a\n",
        document,
        &[
            "G0232: a.conll:1: the line has 1 column, and not 2; tabulators or spaces separate the columns, of which \
           the first is the token and the last its tag; say so where they are others (`--token-column 2 --tag-column 4`)",
        ],
    );
}

#[test]
fn conll_with_other_columns() {
    let columns = |token, tag| {
        annotations(
            "conll",
            AnnotationOptions { token_column: token, tag_column: tag, ..Default::default() },
        )
    };
    check("a.txt", b"B-X 1 a _\nO 2 b _\n", &columns(Some(3), Some(1)), &["[a](X) b"]);
    let words = "# newdoc id = d\n# text = Vamos al mar.\n1\tVamos\t_\t_\t_\t_\t_\t_\t_\t_\n\
                 2-3\tal\t_\t_\t_\t_\t_\t_\t_\t_\n2\ta\t_\t_\t_\t_\t_\t_\t_\tner=B-LOC\n3\tel\t_\t_\t_\t_\t_\t_\t_\t_\n\
                 4\tmar\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No|ner=I-LOC\n4.1\tx\t_\t_\t_\t_\t_\t_\t_\t_\n\
                 5\t.\t_\t_\t_\t_\t_\t_\t_\t_\n";
    check("a.conllu", words.as_bytes(), &options(""), &["Vamos [al mar](LOC)."]);
    let without_text = words.replace("# text = Vamos al mar.\n", "");
    check("a.conllu", without_text.as_bytes(), &options(""), &["Vamos [al mar](LOC)."]);
    let ids = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.iob"), text).unwrap();
        let found = items(vec![Input::File(folder.path().join("a.iob"))], &options(""));
        let place = |item: &Result<Document, Error>| match item {
            Ok(document) => (document.id.clone(), document.source.as_ref().unwrap().line),
            Err(error) => (error.id.clone(), error.place.line),
        };
        let short = |(id, line): (String, Option<u64>)| {
            format!("{} {}", id.rsplit('/').next().unwrap(), line.unwrap())
        };
        found.iter().map(place).map(short).collect::<Vec<_>>()
    };
    assert_eq!(ids("# newdoc id = d1\na O\n\n# newdoc id = d2\nb O\n"), ["d1 1", "d2 4"]);
    assert_eq!(ids("\na O\n\n-DOCSTART-\n\nb O\n"), ["a.iob:2 2", "a.iob:4 4"]);
    assert_eq!(ids("-DOCSTART-\n\na O\nb NN\n\n# newdoc id = d\na NN\n"), ["a.iob:1 1", "d 6"]);
}

#[test]
fn brat() {
    let check = |text: &str, annotations: &str, offsets, expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        let write =
            |name: &str, content: &str| fs::write(folder.path().join(name), content).unwrap();
        write("a.txt", text);
        write("a.ann", annotations);
        write("annotation.conf", "");
        write("documents.jsonl", "{\"file\":\"a\"}");
        let options =
            crate::annotations("", AnnotationOptions { offsets, ..AnnotationOptions::default() });
        let inputs = expand(&[folder.path().display().to_string()]).unwrap();
        let found = items(inputs, &options);
        assert_eq!(
            found.iter().map(|item| told(item, folder.path())).collect::<Vec<_>>(),
            [expected]
        );
        if let Ok(document) = &found[0] {
            assert_eq!(document.id, folder.path().join("a.txt").display().to_string());
        }
        // Named by either file.
        let brat = ReadOptions { format: Some("brat".parse().unwrap()), ..options };
        let both = ["a.txt", "a.ann"].map(|name| Input::File(folder.path().join(name)));
        assert_eq!(items(both.to_vec(), &brat), found);
    };
    check("Ada met Bob.", "", None, "Ada met Bob.");
    check(
        "\u{1F600} Ada met Bob.",
        "T1\tPER 2 5\tAda\nT2\tPER 10 13\tBob\nR1\tMet Arg1:T1 Arg2:T2\t\n",
        None,
        "\u{1F600} [Ada](PER) met [Bob](PER).\nrelations: Met \"Ada\" -> \"Bob\"",
    );
    check(
        "Ada met Bob.",
        "T1\tPER 0 3\tAda\nE1\tMeeting:T1 Who:T1\nA1\tNeg E1\n#1\tAnnotatorNotes T1\tx\n*\tEquiv T1 T1\nR1\tX Arg1:T1 Arg2:E1\n",
        None,
        "[Ada](PER) met Bob.\n! brat: 5 lines left out, for neither text-bound annotations nor relations between these",
    );
    // Over a line break there is nothing between the pieces.
    check("Ada\nBob Eve", "T1\tPER 0 3;4 7\tAda Bob\n", None, "[Ada\nBob](PER) Eve");
    check(
        "Ada and Bob",
        "T1\tPER 0 3;8 11\tAda Bob\n",
        None,
        "[Ada and Bob](PER)\n! brat: 1 annotation in pieces, read as all from the first piece to the last",
    );
    check(
        "é Ada",
        "T1\tPER 3 6\tAda\n",
        None,
        "G0232: a.ann:1: text-bound annotation 1 of 1: 3..6 is outside the text, which has 5 code points; all fit if \
         offsets count bytes: `--input-offsets byte`",
    );
    check("é Ada", "T1\tPER 3 6\tAda\n", Some(OffsetUnit::Byte), "é [Ada](PER)");
    check(
        "Ada",
        "\nT1\tPER 2 1\ta\n",
        None,
        "G0232: a.ann:2: text-bound annotation 1 of 1: 2..1 ends before it starts; was the text changed, or its line \
         ends, since it was annotated?",
    );
    check(
        "Ada",
        "T1 PER 0 3 Ada\n",
        None,
        "G0232: a.ann:1: the line is no text-bound annotation; it has an id, a type with offsets, and the text, with \
         tabulators between them: T1, Person 0 5, Alice",
    );
    check(
        "Ada",
        "T1\tPER 0 3\tAda\nT1\tPER 0 3\tAda\n",
        None,
        "G0232: a.ann:2: an annotation before has the same id; brat numbers annotations, T1, T2, and so on",
    );
    check(
        "Ada",
        "Person\n",
        None,
        "G0232: a.ann:1: the line is no annotation of brat; lines begin with an id: T1, R1, E1, A1, N1, #1 or *",
    );
}

#[test]
fn brat_needs_both_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.ann"), "").unwrap();
    fs::write(folder.path().join("b.txt"), "").unwrap();
    let check = |name: &str, expected: &str| {
        let input = match name {
            "-" => Input::Stdin,
            name => Input::File(folder.path().join(name)),
        };
        let found = items(vec![input], &options("brat"));
        assert_eq!(told(&found[0], folder.path()), expected);
    };
    let missing = "cannot be read: No such file or directory (os error 2)";
    check("a.ann", &format!("G0201: a.txt {missing}; brat keeps the text beside its annotations"));
    check("b.txt", &format!("G0201: b.ann {missing}; make an empty one where there are none"));
    let help = "give the folder, or files that end in .ann and stand beside those that end in .txt";
    check(
        "-",
        &format!(
            "G0220: standard input is no document of brat: it has a text and annotations in two files; {help}"
        ),
    );
}

#[test]
fn spacy_json() {
    let check = |name: &str, text: &str, expected: &[&str]| {
        check(name, text.as_bytes(), &options(""), expected);
    };
    let ada = r#"{"text":"😀 Ada met","ents":[{"start":2,"end":5,"label":"PERSON"}],"tokens":[{"id":0}],
        "spans":{"sc":[{"start":2,"end":9,"label":"X","kb_id":""}]},"cats":{"good":0.25,"bad":1}}"#;
    let expected = "😀 [1|[2|Ada](entities:PERSON) met](sc:X)\nclasses: bad\nclasses: good";
    let expected = expected.replace("[1|[2|", "[[");
    check("a.json", ada, &[&expected]);
    check("a.json", &format!("[{ada},\n{ada}]"), &[&expected, &expected]);
    let line = ada.replace('\n', "");
    check("a.jsonl", &format!("{line}\n{{\"text\":\"b\",\"ents\":[]}}\n"), &[&expected, "b"]);
    check("a.json", r#"{"text":"a","ents":null,"cats":{}}"#, &["a"]);
    let help = "a document is what `Doc.to_json()` gives, with \"text\"; or one of spaCy's training files of version 2, \
                with \"paragraphs\"";
    check(
        "a.json",
        r#"{"text":"a","ents":[{"start":"abc","end":1}]}"#,
        &[&format!(
            "G0232: a.json:1: invalid type: a string, expected u64 at line 1 column 34; {help}"
        )],
    );
    check(
        "a.json",
        r#"{"text":"a","ents":[{"start":-1,"end":1}]}"#,
        &[&format!(
            "G0232: a.json:1: invalid value: integer `-1`, expected u64 at line 1 column 31; {help}"
        )],
    );
    check(
        "a.json",
        r#"{"text":"a","ents":[{"start":0,"end":2,"label":"X"}]}"#,
        &[
            "G0232: a.json:1: span 1 of 1: 0..2 is outside the text, which has 1 code points; was the text changed, or \
           its line ends, since it was annotated?",
        ],
    );
    check(
        "a.json",
        r#"{"text":"a","ents":[],"cats":{"x":"y"}}"#,
        &[&format!("G0232: a.json:1: \"cats\" holds no numbers by their labels; {help}")],
    );
    check(
        "a.json",
        "[{\"text\":\"a\",\"ents\":[]},{\"text\":",
        &[
            "a",
            "G0227: a.json is cut off: it ends in the middle of item 2; what stood before was read; wait until the \
               file is whole, or fetch it again",
        ],
    );
}

#[test]
fn spacy_training() {
    let token = |orth: &str, ner: &str| json!({"orth": orth, "ner": ner, "tag": "-", "head": 0});
    let paragraph = |raw: Value, ner: &str| {
        let first =
            json!({"tokens": [token("Ada", "B-PER"), token("L.", "L-PER")], "brackets": []});
        let second = json!({"tokens": [token("x", ner)]});
        json!({"raw": raw, "sentences": [first, second], "cats": [{"label": "good", "value": 1.0}]})
    };
    let check = |value: &Value, expected: &[&str]| {
        check("a.json", value.to_string().as_bytes(), &options(""), expected);
    };
    check(
        &json!([{"id": 3, "paragraphs": [paragraph(json!("Ada  L. x"), "O"), paragraph(Value::Null, "U-Y")]}]),
        &["[Ada  L.](PER) x\nclasses: good", "[Ada L.](PER)\n[x](Y)\nclasses: good"],
    );
    check(
        &json!([{"id": 3, "paragraphs": [paragraph(Value::Null, "?")]}]),
        &[
            "G0232: a.json:1: a token's \"ner\" is no tag of an entity; tags are those of BILUO: B-PER, U-PER, O",
        ],
    );
    check(&json!([{"id": 3, "paragraphs": [{"raw": "a b", "sentences": []}]}]), &["a b"]);
}

#[test]
fn prodigy() {
    let check = |text: &str, expected: &[&str]| {
        check("a.jsonl", text.as_bytes(), &options("prodigy"), expected);
    };
    check(
        r#"{"text":"😀 Ada","_input_hash":1,"tokens":[],"spans":[{"start":2,"end":5,"label":"PER","token_start":1}],"answer":"accept","meta":{"source":"x"}}"#,
        &["😀 [Ada](PER)"],
    );
    check(r#"{"text":"a","label":"POS","answer":"accept"}"#, &["a\nclasses: POS"]);
    check(
        "{\"text\":\"a\",\"options\":[{\"id\":\"A\"},{\"id\":2}],\"accept\":[\"A\",2],\"answer\":\"accept\"}\n\
         {\"text\":\"b\",\"accept\":[],\"answer\":\"accept\"}",
        &["a\nclasses: A\nclasses: 2", "b"],
    );
    check(
        "{\"text\":\"a\",\"answer\":\"reject\"}\n{\"text\":\"b\",\"answer\":\"ignore\"}\n{\"text\":\"c\",\"relations\":[{}]}\n",
        &["c\n! prodigy: 1 relation left out"],
    );
    let help = "a task is an object with \"text\" and, of what was annotated, \"spans\" (each with \"start\", \"end\" \
                and \"label\"), \"label\", or \"accept\"";
    check(
        "{\"image\":\"x\"}\n{\"text\":\"a\",\"accept\":[{}]}\n",
        &[
            &format!("G0232: a.jsonl:1: there is no \"text\" that holds a text; {help}"),
            &format!("G0232: a.jsonl:2: what was chosen is neither a text nor a number; {help}"),
        ],
    );
    check(
        "{\"text\":\"a\",\"spans\":[{\"start\":0",
        &[
            "G0227: a.jsonl is cut off: it ends in the middle of line 1; what stood before was read; wait until the file \
           is whole, or fetch it again",
        ],
    );
}

/// That nobody marked entities is not that there are none.
#[test]
fn not_annotated_is_not_empty() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, format: &str, content: Value, expected: &[&str]| {
        let path = folder.path().join(name);
        fs::write(&path, content.to_string()).unwrap();
        let found = items(vec![Input::File(path)], &options(format));
        let document = found[0].as_ref().unwrap();
        let layers: Vec<&str> = document.layers.iter().map(|layer| layer.name.as_str()).collect();
        assert_eq!(layers, expected, "{content}");
    };
    let task = |fields: Value| {
        let mut task = json!({"text": "a"});
        task.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        task
    };
    let (entities, classes) = (&["prodigy/entities"][..], &["prodigy/classes"][..]);
    let prodigy = |fields, expected| check("a.jsonl", "prodigy", task(fields), expected);
    prodigy(json!({"spans": []}), entities);
    prodigy(json!({"answer": "accept"}), entities);
    prodigy(json!({"answer": "accept", "_view_id": "ner_manual"}), entities);
    prodigy(json!({"answer": "accept", "_view_id": "html"}), &[]);
    prodigy(json!({"answer": "accept", "label": "X"}), classes);
    prodigy(json!({"answer": "accept", "accept": []}), classes);
    prodigy(json!({}), &[]);
    let spacy = |fields, expected| check("a.json", "spacy-json", task(fields), expected);
    spacy(json!({"ents": []}), &["spacy-json/entities"]);
    spacy(json!({"tokens": []}), &[]);
    let trained = |tags: &[Option<&str>], expected| {
        let tokens: Vec<Value> = tags.iter().map(|tag| json!({"orth": "a", "ner": tag})).collect();
        let paragraph = json!({"sentences": [{"tokens": tokens}]});
        check("b.json", "spacy-json", json!([{"id": 1, "paragraphs": [paragraph]}]), expected);
    };
    trained(&[Some("O"), Some("-")], &["spacy-json/entities"]);
    trained(&[Some("-"), None], &[]);
}

#[test]
fn what_is_left_out_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let check = |text: &str, expected: &[&str]| {
        fs::write(&path, text).unwrap();
        let mut reader = Reader::new(vec![Input::File(path.clone())], options(""));
        let progress = reader.progress();
        reader.by_ref().for_each(|item| drop(item.unwrap()));
        assert_eq!(progress.left_out(), expected);
    };
    check(
        "{\"text\":\"a\",\"answer\":\"reject\"}\n{\"text\":\"b\",\"answer\":\"accept\"}\n{\"text\":\"c\",\"answer\":\"reject\"}\n",
        &["2 tasks of Prodigy with the answer \"reject\""],
    );
    check("{\"text\":\"a\",\"layers\":{}}\n", &[]);
    check(
        "{\"data\":{\"text\":\"a\"},\"annotations\":[]}\n{\"data\":{\"text\":\"a\"},\"annotations\":[{\"was_cancelled\":true}]}\n",
        &[
            "1 task of Label Studio all of whose annotations were cancelled",
            "1 task of Label Studio without an annotation",
        ],
    );
}

fn region(start: u64, end: u64, text: &str, label: &str) -> Value {
    let value = json!({"start": start, "end": end, "text": text, "labels": [label]});
    json!({"id": "r", "from_name": "label", "to_name": "text", "type": "labels", "value": value})
}

#[test]
fn label_studio() {
    let check_with = |tasks: Value, annotations: AnnotationOptions, expected: &[&str]| {
        let options = crate::annotations("", annotations);
        check("a.json", tasks.to_string().as_bytes(), &options, expected);
    };
    let check =
        |tasks: Value, expected: &[&str]| check_with(tasks, AnnotationOptions::default(), expected);
    let task = |text: &str, results: Value| json!({"id": 7, "data": {"text": text}, "annotations": [{"result": results, "was_cancelled": false}]});
    check(
        json!([task("Ada met", json!([region(0, 3, "Ada", "PER")])), task("b", json!([]))]),
        &["[Ada](PER) met", "b"],
    );
    // Code points, and what was written before October 2021.
    check(json!([task("😀 Ada", json!([region(2, 5, "Ada", "PER")]))]), &["😀 [Ada](PER)"]);
    check(json!([task("😀 Ada", json!([region(3, 6, "Ada", "PER")]))]), &["😀 [Ada](PER)"]);
    check(json!([task("a\nb", json!([region(0, 3, "a\\nb", "X")]))]), &["[a\nb](X)"]);
    check(
        json!([task("Ada", json!([region(0, 2, "Ada", "PER")]))]),
        &[
            "G0232: a.json:1: region 1 of 1: 0..2 is not what the file says stands there; all fit if ends are those of the \
           last character, and not behind it: correct them in the file",
        ],
    );
    let choice = |control: &str, choices: Value| json!({"from_name": control, "type": "choices", "value": {"choices": choices}});
    check(
        json!([task(
            "a",
            json!([choice("tone", json!(["good"])), choice("topic", json!(["x", "y"])), {"type": "rating", "value": {"rating": 3}}])
        )]),
        &[
            "a\ntone: good\ntopic: x\ntopic: y\n! label-studio: 1 result left out, for neither labels nor choices of the text",
        ],
    );
    let several = json!([{"data": {"text": "abc"}, "annotations": [
        {"result": [region(0, 1, "a", "A")], "ground_truth": true},
        {"result": [region(1, 2, "b", "B")]},
        {"result": [region(2, 3, "c", "C")], "was_cancelled": true},
    ], "predictions": [{"model_version": "m 1", "score": 0.5, "result": [region(0, 3, "abc", "P")]}]}]);
    let by = |annotation, predictions| AnnotationOptions {
        annotation,
        predictions,
        ..Default::default()
    };
    check_with(several.clone(), by(AnnotationChoice::GroundTruth, false), &["[a](A)bc"]);
    check_with(several.clone(), by(AnnotationChoice::First, false), &["[a](A)bc"]);
    check_with(several.clone(), by(AnnotationChoice::Last, false), &["a[b](B)c"]);
    check_with(
        several,
        by(AnnotationChoice::Last, true),
        &["[a[b](label-studio/entities:B)c](m_1/entities:P)"],
    );
    // Tasks that nobody was asked about.
    check(json!([{"data": {"body": "a"}, "predictions": []}]), &["a"]);
    check(
        json!([{"data": {"a": "x", "b": "y"}, "predictions": []}]),
        &[
            "G0232: a.json:1: the task's data have no text in \"text\"; say which holds it (`--text-column`); there are: \
           a, b",
        ],
    );
    check(
        json!([{"annotation_id": 1, "annotator": 2, "id": 3, "text": "Ada", "lead_time": 1.5,
            "label": [{"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]}], "tone": {"choices": ["good"]}}]),
        &["[Ada](PER)\ntone: good"],
    );
}

#[test]
fn metadata_and_ids() {
    let check = |name: &str, text: &str, expected: Value| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        let found = items(vec![Input::File(folder.path().join(name))], &options(""));
        let document = found[0].as_ref().unwrap();
        assert_eq!(json!([document.id, document.metadata]), expected, "{text}");
    };
    check(
        "a.json",
        r#"[{"id":7,"data":{"text":"a","id":"d","n":1,"no":null},"annotations":[{"result":[]}]}]"#,
        json!(["d", {"n": 1}]),
    );
    check(
        "a.json",
        r#"[{"id":7,"data":{"text":"a"},"annotations":[{"result":[]}]}]"#,
        json!(["7", {}]),
    );
    check(
        "a.jsonl",
        r#"{"text":"a","answer":"accept","id":"p","meta":{"source":"s"},"_task_hash":1,"extra":true}"#,
        json!(["p", {"source": "s", "extra": true}]),
    );
    check(
        "a.jsonl",
        r#"{"text":"a","ents":[],"gloss":{"id":"g","metadata":{"x":1}}}"#,
        json!(["g", {"x": 1}]),
    );
}

#[test]
fn tables_of_classes() {
    let classes = |labels: &[&str], score: Option<&str>, probabilities: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let score = score.map(str::to_owned);
        let classes =
            ClassColumns { labels: owned(labels), score, probabilities: owned(probabilities) };
        ReadOptions { columns: Columns { classes, ..Columns::default() }, ..ReadOptions::default() }
    };
    let table = b"id,label,score,text\n1,good,0.5,a\n2,,,b\n3,bad,x,c\n";
    check(
        "a.csv",
        table,
        &classes(&["label"], Some("score"), &[]),
        &["a\nlabel: good", "b", "G0224: a.csv:4: \"score\" holds no number; "],
    );
    check(
        "a.csv",
        b"id,good,bad\n1,0.25,0.75\n",
        &classes(&[], None, &["good", "bad"]),
        &["\nprobabilities: bad\nprobabilities: good"],
    );
    check(
        "a.tsv",
        b"text\ttone\ttopic\na\tx\ty\n",
        &classes(&["tone", "topic"], None, &[]),
        &["a\ntone: x\ntopic: y"],
    );
    check(
        "a.csv",
        b"id,label\n1,x\n",
        &classes(&["lable"], None, &[]),
        &["G0223: a.csv has no column \"lable\"; did you mean \"label\"? there are: id, label"],
    );
    check(
        "a.jsonl",
        b"{\"text\":\"a\",\"label\":\"x\"}\n{\"text\":\"b\",\"label\":[\"y\",true]}\n{\"label\":{}}\n",
        &classes(&["label"], None, &[]),
        &["a\nlabel: x", "b\nlabel: y\nlabel: true", "G0224: a.jsonl:3: \"label\" holds no class; "],
    );
}

#[test]
fn json_that_is_no_tools_is_a_text() {
    let check =
        |name: &str, text: &[u8], expected: &[&str]| check(name, text, &options(""), expected);
    check("a.json", b"{\"name\": \"x\"}\n", &["{\"name\": \"x\"}\n"]);
    check("a.json", b"[1, 2]", &["[1, 2]"]);
    check("a.json", b"", &[""]);
    check("a.json", b"{\"a", &["{\"a"]);
    check("a.jsonl", b"{\"text\":\"a\"}\n", &["a"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.json");
    fs::write(&path, "\u{FEFF}{}").unwrap();
    let document = items(vec![Input::File(path)], &options("")).remove(0).unwrap();
    assert_eq!((document.text.as_str(), document.source.unwrap().offset), ("{}", Some(3)));
}

#[test]
fn hostile_json_ends() {
    let deep = |open: &str| format!("[{{\"text\":\"a\",\"ents\":{}", open.repeat(200_000));
    let found = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.json"), text).unwrap();
        let found = items(vec![Input::File(folder.path().join("a.json"))], &options("spacy-json"));
        found
            .iter()
            .map(|item| item.as_ref().map_or_else(|e| e.kind.code(), |_| ""))
            .collect::<Vec<_>>()
    };
    assert_eq!(found(&deep("[")), ["G0227"]);
    assert_eq!(found(&format!("{}{}}}]", deep("["), "]".repeat(200_000))), ["G0232"]);
    let large = r#"[{"text":"a","ents":[{"start":99999999999999999999999999,"end":1e999}]}]"#;
    assert_eq!(found(large), ["G0232"]);
    assert_eq!(found("[{\"text\":\"a\"} x]"), ["", "G0232"]);
    let invalid = b"[{\"text\":\"\xFF\",\"ents\":[]},{\"text\":\"b\",\"ents\":[]}]";
    check(
        "a.json",
        invalid,
        &options("spacy-json"),
        &[
            "G0202: a.json:1 is not UTF-8: byte 9 of it; say which encoding it is in (`--encoding windows-1252`), or let \
         it be guessed (`--encoding detect`)",
            "b",
        ],
    );
}

/// What spaCy 3.8 wrote (`parity/docbin_fixture.py`).
const THREE: &[u8] = include_bytes!("data/three.spacy");

#[test]
fn docbin() {
    let first = "😀 [[[Ada L.](sc:Y)](entities:PERSON) met](sc:X) [DATE](entities:Gruß), [nsubj](entities:DATE).\n\
         classes: bad\nclasses: good";
    check("a.spacy", THREE, &options(""), &[first, "a b ", "c"]);
    check("a.spacy.gz", &support::gzip(THREE), &options(""), &[first, "a b ", "c"]);
    let layers = |item: &Result<Document, Error>| {
        let names = item.as_ref().unwrap().layers.iter().map(|layer| layer.name.clone());
        names.collect::<Vec<_>>()
    };
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.spacy"), THREE).unwrap();
    let found = items(vec![Input::File(folder.path().join("a.spacy"))], &options(""));
    let of_first = ["docbin/entities", "docbin/sc", "docbin/none", "docbin/classes"];
    assert_eq!(layers(&found[0]), of_first);
    assert_eq!(layers(&found[1]), [""; 0]);
    assert_eq!(layers(&found[2]), ["docbin/entities"]);
}

/// MessagePack of a DocBin, of which some fields are others.
fn bin(change: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let bytes = |bytes: &[u8]| [&[0xC4, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    let row = |ids: [u64; 3]| ids.iter().flat_map(|id| id.to_le_bytes()).collect::<Vec<u8>>();
    // Ids of names, for which no table of strings is needed: `DATE` is a person.
    let tokens = [row([391, 3, 380]), row([383, 2, 0])].concat();
    let fields: [(&str, Vec<u8>); 8] = [
        ("attrs", vec![0x93, 65, 77, 78]),
        ("tokens", bytes(&tokens)),
        ("spaces", bytes(&[1, 0])),
        ("lengths", bytes(&[2, 0, 0, 0])),
        ("strings", vec![0x90]),
        ("cats", vec![0x91, 0x80]),
        ("flags", vec![0x91, 0x80]),
        ("span_groups", vec![0x91, 0xC4, 0]),
    ];
    let mut out = vec![0x88];
    for (name, value) in fields {
        out.push(0xA0 + u8::try_from(name.len()).unwrap());
        out.extend(name.as_bytes());
        let changed = change.iter().find(|(other, _)| *other == name);
        out.extend(changed.map_or(&value, |(_, value)| value));
    }
    out
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn damaged_docbins_are_refused() {
    let check = |bytes: &[u8], expected: &[&str]| check("a.spacy", bytes, &options(""), expected);
    let help = "write it with `DocBin(docs=docs).to_disk(path)`, of spaCy 3";
    let refused = |what: &str| format!("G0233: a.spacy is no DocBin: {what}; {help}");
    check(&zlib(&bin(&[])), &["[DATE](PERSON) ORG"]);
    let with = |field: &'static str, value: &[u8]| zlib(&bin(&[(field, value.to_vec())]));
    check(
        b"text",
        &[&refused(
            "it is not what `DocBin.to_disk` writes: its compression is damaged, or another",
        )],
    );
    check(
        &THREE[..100],
        &[
            "G0227: a.spacy is cut off: the compressed data has no end; what stood before was read; wait until the file is \
         whole, or fetch it again",
        ],
    );
    check(&zlib(b"\x01"), &[&refused("it holds no map of MessagePack")]);
    check(&zlib(&bin(&[])[..50]), &[&refused("\"tokens\" is damaged")]);
    // Lengths that lie
    check(&with("strings", &[0xDD, 0xFF, 0xFF, 0xFF, 0xFF]), &[&refused("\"strings\" is damaged")]);
    check(&with("cats", &[0xDD, 0xFF, 0xFF, 0xFF, 0xFF]), &[&refused("\"cats\" is damaged")]);
    check(&with("tokens", &[0xC6, 0xFF, 0xFF, 0xFF, 0xFF]), &[&refused("\"tokens\" is damaged")]);
    let counts = refused("its documents have not as many tokens as it holds");
    check(&with("lengths", &[0xC4, 4, 0xFF, 0xFF, 0xFF, 0x7F]), &[&counts]);
    check(&with("lengths", &[0xC4, 4, 3, 0, 0, 0]), &[&counts]);
    check(&with("spaces", &[0xC4, 1, 1]), &[&counts]);
    check(&with("lengths", &[0xC4, 4, 0xFF, 0xFF, 0xFF, 0xFF]), &[&refused("a length is below 0")]);
    check(&with("lengths", &[0xC4, 1, 0]), &[&refused("\"lengths\" are no numbers of 32 bits")]);
    check(&with("attrs", &[0x93, 66, 77, 78]), &[&refused("its tokens have no texts")]);
    check(&with("cats", &[0x90]), &[&refused("\"cats\" are not as many as its documents")]);
    // What is wrong with a document is its own affair.
    let anew = "write the file anew with `DocBin(docs=docs).to_disk(path)`";
    check(
        &with("cats", &[0x91, 0x81, 0xA1, b'x', 0xA1, b'y']),
        &[&format!("G0232: a.spacy:1: the categories hold no numbers by their labels; {anew}")],
    );
    let mut unknown = vec![0xC4, 48];
    unknown.extend([0xFF; 48]);
    check(
        &with("tokens", &unknown),
        &[&format!(
            "G0232: a.spacy:1: the file does not hold a string that a token or a span has; {anew}"
        )],
    );
    check(
        &with("span_groups", &[0x91, 0xC4, 2, 0xDF, 0xFF]),
        &[&format!("G0232: a.spacy:1: the groups of spans are damaged; {anew}")],
    );
    // A few bytes that say a group has a million names.
    let mut group = vec![0x82, 0xA4];
    group.extend(b"name");
    group.extend([0xA1, b'g', 0xA5]);
    group.extend(b"spans");
    let mut span = vec![0; 40];
    span[31] = 1;
    group.extend([&[0x91, 0xC4, 40][..], &span].concat());
    let mut groups = vec![0x81, 0xC4, u8::try_from(group.len()).unwrap()];
    groups.extend(&group);
    groups.extend([0xDD, 0x00, 0x0F, 0x42, 0x40]);
    groups.extend([0xA1, b'g'].repeat(1_000_000));
    let mut list = vec![0x91, 0xC6];
    list.extend(u32::try_from(groups.len()).unwrap().to_be_bytes());
    list.extend(&groups);
    check(
        &with("span_groups", &list),
        &[
            "G0232: a.spacy:1: the document has more than 1000 layers; each group of spans, and each control, is a layer",
        ],
    );
}
