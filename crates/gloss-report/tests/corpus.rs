//! From documents to what a report says of them.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_doc::Document;
use gloss_doc::json::DocumentRecord;
use gloss_report::{
    Choice, CorpusSection, Count, ErrorKind, Limits, Report, RunSection, SentimentUnit, Survey,
    html, read_record, terminal,
};
use serde_json::{Value, json};

/// A document of sentences, each with its sentiment and the entities in it. The text of an entity
/// begins with its label: `PER_Ann`.
fn document(id: &str, date: &str, sentences: &[(f64, &[&str])]) -> Value {
    let (mut text, mut spans, mut entities, mut scores) = (String::new(), vec![], vec![], vec![]);
    for (row, (score, names)) in sentences.iter().enumerate() {
        let begin = text.len();
        for name in *names {
            let label = name.split('_').next().unwrap();
            entities
                .push(json!({"start": text.len(), "end": text.len() + name.len(), "label": label}));
            text += name;
            text += " ";
        }
        text += ".";
        spans.push(json!({"start": begin, "end": text.len()}));
        scores.push(json!({"target": row, "label": "neutral", "score": score}));
        text += " ";
    }
    json!({
        "id": id, "text": text, "offsets": "byte", "metadata": {"date": date},
        "layers": {
            "s/sentences": {"type": "sentences", "kind": "spans", "annotations": spans},
            "n/entities": {"type": "entities", "kind": "spans", "annotations": entities},
            "t/sentiment": {"type": "sentiment", "kind": "classes", "target": "s/sentences",
                "score": "compound, from -1 to 1", "annotations": scores},
        },
    })
}

fn parse(documents: &[Value]) -> Vec<Document> {
    let parse = |value: &Value| {
        let text = value.to_string();
        Document::try_from(serde_json::from_str::<DocumentRecord<'_>>(&text).unwrap()).unwrap()
    };
    documents.iter().map(parse).collect()
}

fn corpus(documents: &[Value], choice: Choice, limits: Limits) -> CorpusSection {
    let documents = parse(documents);
    let mut survey = Survey::new(choice, limits);
    documents.iter().for_each(|document| survey.add(document));
    survey.check().unwrap();
    let mut count = Count::new(survey);
    documents.iter().for_each(|document| count.add(document));
    count.finish()
}

fn five() -> Vec<Value> {
    vec![
        document(
            "a",
            "2026-01-01",
            &[(0.5, &["PER_Ann", "ORG_Bank"]), (0.1, &["PER_Ann", "PER_Ann"])],
        ),
        document("b", "2026-01-01", &[(-0.5, &["PER_Ann", "ORG_Bank"])]),
        document("c", "2026-01-03", &[(0.3, &["PER_Ann"]), (0.0, &["DATE_today"])]),
        document("d", "nonsense", &[(0.2, &["PER_Ann"])]),
        document("e", "2026-01-03", &[(0.4, &["PER_Ann"]), (0.6, &["GPE_Oslo"]), (0.0, &[])]),
    ]
}

#[test]
fn entities_are_counted_with_their_sentiment_their_days_and_their_company() {
    let corpus = corpus(&five(), Choice::default(), Limits::default());
    assert_eq!((corpus.documents, corpus.sentences, corpus.mentions), (5, 9, 11));
    assert_eq!((corpus.distinct_entities, corpus.exact, corpus.undated), (4, true, 1));
    let found: Vec<_> = corpus
        .entities
        .iter()
        .map(|e| (e.name.as_str(), e.mentions, e.documents, e.examples.join(" ")))
        .collect();
    // Dates have no name.
    assert_eq!(
        found,
        [
            ("PER_Ann", 7, 5, "a b c".to_owned()),
            ("ORG_Bank", 2, 2, "a b".to_owned()),
            ("GPE_Oslo", 1, 1, "e".to_owned()),
        ]
    );
    let ann = corpus.entities[0].sentiment.unwrap();
    // The sentence that names her twice counts once.
    assert_eq!((ann.n, ann.documents), (6, 5));
    assert!((ann.mean - 1.0 / 6.0).abs() < 1e-6);
    // As statsmodels 0.14 gives it: `parity/parity.py`.
    let (low, high) = ann.interval.unwrap();
    assert!((low + 0.2304).abs() < 1e-3 && (high - 0.5637).abs() < 1e-3, "{low} {high}");
    assert_eq!(corpus.entities[1].sentiment.unwrap().interval, None);
    let days: Vec<_> =
        corpus.entities[0].days.iter().map(|d| (d.day.as_str(), d.mentions)).collect();
    assert_eq!(days, [("2026-01-01", 4), ("2026-01-03", 2)]);
    let days: Vec<_> = corpus.days.iter().map(|d| (d.day.as_str(), d.documents)).collect();
    assert_eq!(days, [("2026-01-01", 2), ("2026-01-03", 2)]);
    assert_eq!(corpus.pairs.len(), 1);
    let pair = &corpus.pairs[0];
    assert_eq!((pair.first, pair.second, pair.units, pair.documents), (0, 1, 2, 2));
    // 9 sentences, 6 with Ann, 2 with the bank, 2 with both.
    let expected = (2.0 / 9.0 / (6.0 / 9.0 * 2.0 / 9.0_f64)).ln() / -(2.0 / 9.0_f64).ln();
    assert!((pair.npmi - expected).abs() < 1e-9);
    let labels: Vec<_> = corpus.labels.iter().map(|l| (l.label.as_str(), l.mentions)).collect();
    assert_eq!(labels, [("PER", 7), ("ORG", 2), ("DATE", 1), ("GPE", 1)]);
}

#[test]
fn with_little_room_what_is_shown_is_exact_all_the_same() {
    let mut documents = five();
    let rare: Vec<String> = (0..50).map(|i| format!("ORG_{i}")).collect();
    for name in &rare {
        documents.insert(2, document(name, "2026-01-02", &[(0.0, &[name, "PER_Ann"])]));
    }
    let limits = Limits { counted: 5, shown: 2, of_label: 1 };
    let corpus = corpus(&documents, Choice::default(), limits);
    assert!(!corpus.exact && corpus.omitted_at_most.unwrap() >= 10);
    let ann = &corpus.entities[0];
    assert_eq!((ann.name.as_str(), ann.mentions, ann.documents), ("PER_Ann", 57, 55));
    assert_eq!(corpus.entities.len(), 2);
}

#[test]
fn mentions_that_were_gathered_count_by_their_full_name() {
    let mut documents = five();
    for document in &mut documents {
        let layers = document["layers"].as_object_mut().unwrap();
        let mut mentions = layers["n/entities"].clone();
        mentions["type"] = "mentions".into();
        for (row, mention) in mentions["annotations"].as_array_mut().unwrap().iter_mut().enumerate()
        {
            mention["attributes"] = json!({"name": "Ann Smith", "source": row});
        }
        layers.insert("m/mentions".to_owned(), mentions);
    }
    let found = corpus(&documents, Choice::default(), Limits::default());
    assert_eq!(found.entity_layers, ["m/mentions"]);
    assert_eq!((found.entities[0].name.as_str(), found.entities[0].mentions), ("Ann Smith", 7));
    // Unless another layer is asked for.
    let choice = Choice { entities: Some("n/entities".to_owned()), ..Choice::default() };
    let chosen = corpus(&documents, choice, Limits::default());
    assert_eq!(chosen.entities[0].name, "PER_Ann");
}

#[test]
fn sentiment_is_of_what_the_layer_says() {
    let check =
        |target: Option<&str>, rows: Value, score: Option<&str>, expected: (SentimentUnit, f64)| {
            let mut document = document("a", "", &[(0.0, &["PER_Ann"]), (0.0, &["PER_Ann"])]);
            let mut layer = json!({"type": "sentiment", "kind": "classes", "annotations": rows});
            if let Some(target) = target {
                layer["target"] = target.into();
            }
            if let Some(score) = score {
                layer["score"] = score.into();
            }
            document["layers"]["t/sentiment"] = layer;
            let found = corpus(&[document], Choice::default(), Limits::default());
            assert_eq!(found.sentiment_unit, Some(expected.0));
            let mean = found.entities[0].sentiment.unwrap();
            assert!((mean.mean - expected.1).abs() < 1e-6, "{mean:?}");
        };
    let rows = || {
        json!([{"target": 0, "label": "positive", "score": 0.9},
        {"target": 1, "label": "negative", "score": 0.5}])
    };
    let signed = Some("from -1 to 1");
    check(Some("s/sentences"), rows(), signed, (SentimentUnit::Sentence, 0.7));
    // A probability says how sure the model is, not of what.
    check(Some("s/sentences"), rows(), Some("probability"), (SentimentUnit::Sentence, 0.0));
    check(Some("n/entities"), rows(), signed, (SentimentUnit::Mention, 0.7));
    let whole = json!([{"label": "negative", "score": -0.4}]);
    check(None, whole, signed, (SentimentUnit::Document, -0.4));
}

#[test]
fn layers_that_are_not_there_are_named() {
    let check = |choice: Choice, parts: &[&str]| {
        let mut survey = Survey::new(choice, Limits::default());
        parse(&five()).iter().for_each(|document| survey.add(document));
        let error = survey.check().unwrap_err();
        assert_eq!(error.kind, ErrorKind::Layer);
        let text = format!("{error} {}", error.help);
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
    };
    let entities = |name: &str| Choice { entities: Some(name.to_owned()), ..Choice::default() };
    check(entities("n/entitys"), &["\"n/entitys\"", "n/entities, s/sentences"]);
    check(entities("t/sentiment"), &["is of kind classes, not spans"]);
    let sentiment = Choice { sentiment: Some("x/y".to_owned()), ..Choice::default() };
    check(sentiment, &["\"x/y\"", "t/sentiment"]);
}

/// A record with as little as an early one had.
fn record(pipeline: &str) -> RunSection {
    let record = json!({
        "schema": "gloss.run/1", "gloss": "0.1.0", "started": "2026-01-01T00:00:00+00:00",
        "seconds": 2.0, "pipeline": pipeline, "pipeline_text": "[[stage]]\n", "threads": 2,
        "platform": "linux-x86_64", "annotated": 5, "failed": 1, "unreadable": 0,
        "interrupted": 0, "bytes": 100, "stopped": false,
        "stages": [{"id": "ner", "extractor": "gloss/ner:ner", "version": "0.1.0", "file": "x.so",
            "sha256": "00", "options": {}, "models": {}, "documents": 5, "failed": 1, "busy_seconds": 1.5}],
        "failures": [{"stage": "ner", "code": "G0500", "documents": 1, "examples": [pipeline]}],
    });
    RunSection::new(read_record("r.json", record.to_string().as_bytes()).unwrap())
}

#[test]
fn nothing_in_a_page_is_taken_for_markup() {
    let bad = "<script>alert('\"&')</script>";
    let mut first = document(bad, "2026-01-01", &[(0.5, &["PER_Ann"])]);
    let name = "PER_<img src=x onerror=alert(1)>";
    let second = document(
        "b",
        "2026-01-02",
        &[(0.5, &[name, "PER_</style>"]), (0.1, &[name, "PER_</style>"])],
    );
    let layer = first["layers"]["n/entities"].clone();
    first["layers"][bad] = layer;
    let duplicates = json!({"type": "near-duplicates", "kind": "classes", "annotations": [
        {"label": "original", "attributes": {"size": 2, "representative": bad, "group": "g"}}]});
    first["layers"]["d/near-duplicates"] = duplicates;
    let corpus = corpus(&[first, second], Choice::default(), Limits::default());
    let report = Report::new(record(bad), Some(corpus));
    let page = html(&report).unwrap();
    for part in ["<script", "<img", "alert('", "</style>alert"] {
        assert!(!page.contains(part), "{part}");
    }
    assert_eq!(page.matches("</style>").count(), 1);
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt;"));
    // Nothing is loaded from anywhere.
    for part in ["http:", "https:", "src=\"", "url(", "@import", "<link"] {
        assert!(!page.contains(part), "{part}");
    }
    for part in ["default-src 'none'", "Near-duplicates", "Mentioned together", "Over time"] {
        assert!(page.contains(part), "{part}");
    }
    let screen = terminal(&report, 80, false);
    assert!(screen.contains("ner  G0500  1 document") && !screen.contains('\u{1b}'), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
}

#[test]
fn a_report_of_a_run_alone_is_whole() {
    let report = Report::new(record("news.toml"), None);
    let page = html(&report).unwrap();
    assert!(page.contains("Where the time went") && !page.contains("The documents</h2>"));
    let value = serde_json::to_value(&report).unwrap();
    assert_eq!(
        (&value["schema"], &value["run"]["annotated"]),
        (&"gloss.report/1".into(), &5.into())
    );
    assert_eq!(value["run"]["documents_per_second"], 2.5);
}
