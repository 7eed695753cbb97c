use std::sync::Arc;

use gloss_compare::align::align;
use gloss_compare::compare::{Options, compare};
use gloss_compare::{Class, Comparison, Corpus, Span, Text, Variant, VariantDocument};
use serde_json::{Map, Value, json};

use super::*;

/// Texts that try to be markup, to end the script, or to confuse offsets.
const HOSTILE: &[&str] = &[
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp;quot; \"'`",
    "\u{202e}right to left\u{202c} \u{2066}isolated",
    "nul \0 bell \u{7} escape \u{1b}",
    r"lone \ud800 surrogate \u0000 \x3c",
    "😀 👩‍👩‍👧 e\u{301}\u{301}\u{301} ﷽",
    "مرحبا بالعالم שלום",
    "line\u{2028}paragraph\u{2029}feed\u{c}\r\n\u{feff}",
    "{{ figures.title }} {% raw %}",
    "",
];

fn span(text: &str, label: u32) -> Vec<Span> {
    let end = text.chars().next().map_or(0, char::len_utf8);
    (end > 0).then_some(Span { start: 0, end: end as u32, label }).into_iter().collect()
}

fn variant(name: &str, texts: &[&str], label: u32) -> Variant {
    let document = |(number, text): (usize, &&str)| VariantDocument {
        id: format!("{number} {text}"),
        text: Some(Arc::from(*text)),
        metadata: Map::from_iter([((*text).to_owned(), json!(text))]),
        // Only every other document differs.
        spans: span(text, if number % 2 == 0 { label } else { 0 }),
        classes: vec![Class { target: None, label: 1, probabilities: vec![(1, 0.123456)] }],
        ..VariantDocument::default()
    };
    Variant {
        name: name.to_owned(),
        labels: vec!["<u>&".into(), "</script>".into()],
        documents: texts.iter().enumerate().map(document).collect(),
    }
}

fn compared(texts: &[&str], gold: Option<&str>) -> (Comparison, Corpus) {
    let variants = vec![variant("<i>a", texts, 0), variant("b&\"", texts, 1)];
    let (corpus, alignment) = align(variants, &Default::default()).unwrap();
    let options = Options { gold: gold.map(str::to_owned), resamples: 50, ..Options::default() };
    (compare(&corpus, alignment, &options).unwrap(), corpus)
}

/// The data that the scripts of a page read.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("<script type=\"application/json\" id=\"data\">").unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn hostile_texts_stay_texts() {
    for gold in [None, Some("<i>a")] {
        let (comparison, corpus) = compared(HOSTILE, gold);
        let page = page(&comparison, &corpus, &PageOptions::default()).unwrap();
        // Two scripts, both ours: nothing opened another.
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script>").count(), 2);
        assert!(!page.contains("<img") && !page.contains("<!--") && !page.contains("<u>&"));
        assert!(!page.contains("<i>a") && !page.contains('\0'));
        let data = data(&page);
        for (document, text) in data["documents"].as_array().unwrap().iter().zip(HOSTILE) {
            assert_eq!(document["text"], json!(text));
        }
    }
}

#[test]
fn nothing_but_the_page_itself_may_run() {
    let (comparison, corpus) = compared(&["a"], None);
    let page = page(&comparison, &corpus, &PageOptions::default()).unwrap();
    let (_, policy) = page.split_once("Content-Security-Policy\" content=\"").unwrap();
    let policy = policy.split_once('"').unwrap().0;
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(policy.contains("script-src 'sha256-") && !policy.contains("unsafe"), "{policy}");
    assert!(!page.contains("http://") && !page.contains("https://"));
    // Attributes with styles or handlers would be refused by it, and seen as faults by readers.
    let (markup, _) = page.split_once("<script").unwrap();
    assert!(!markup.contains(" style=\"") && !markup.contains(" onclick"));
}

#[test]
fn offsets_count_in_utf_16() {
    let check = |text: &str, bytes: (u32, u32), expected: Value| {
        let document = VariantDocument {
            id: "1".into(),
            text: Some(text.into()),
            spans: vec![Span { start: bytes.0, end: bytes.1, label: 0 }],
            ..VariantDocument::default()
        };
        let variants = ["a", "b"].map(|name| Variant {
            name: name.into(),
            labels: vec!["X".into()],
            documents: vec![document.clone()],
        });
        let (corpus, alignment) = align(variants.to_vec(), &Default::default()).unwrap();
        let comparison = compare(&corpus, alignment, &Options::default()).unwrap();
        let page = page(&comparison, &corpus, &PageOptions::default()).unwrap();
        assert_eq!(data(&page)["documents"][0]["spans"][0], expected, "{text:?}");
    };
    check("abc", (1, 3), json!([1, 2, 0]));
    check("😀b", (4, 5), json!([2, 1, 0]));
    check("é😀", (2, 6), json!([1, 2, 0]));
    check("مرحبا", (0, 4), json!([0, 2, 0]));
}

#[test]
fn the_same_comparison_gives_the_same_page() {
    let pages = [1, 2, 3].map(|threads| {
        let variants = vec![variant("a", HOSTILE, 0), variant("b", HOSTILE, 1)];
        let (corpus, alignment) = align(variants, &Default::default()).unwrap();
        let options = Options { resamples: 50, threads, ..Options::default() };
        let comparison = compare(&corpus, alignment, &options).unwrap();
        page(&comparison, &corpus, &PageOptions::default()).unwrap()
    });
    assert!(pages.windows(2).all(|two| two[0] == two[1]));
}

#[test]
fn documents_that_differ_most_are_kept_and_the_rest_is_told() {
    let texts = ["aa", "bb", "cc", "dd", "ee"];
    let (comparison, corpus) = compared(&texts, None);
    let check = |most_documents, most_text_bytes, kept: &[&str], told: &str| {
        let options = PageOptions { most_documents, most_text_bytes, ..PageOptions::default() };
        let page = page(&comparison, &corpus, &options).unwrap();
        let data = data(&page);
        let texts: Vec<&str> = data["documents"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|document| document["text"].as_str())
            .collect();
        assert_eq!(texts, kept);
        assert!(page.contains(told), "{told}");
    };
    check(5, 100, &texts, "All documents.");
    // aa, cc and ee differ.
    check(3, 100, &["aa", "cc", "ee"], "2 are left out.");
    check(2, 100, &["aa", "cc"], "3 are left out, 1 of which differ.");
    check(5, 3, &["aa"], "4 are left out, 2 of which differ.");
    check(0, 100, &[], "5 are left out, 3 of which differ.");
}

#[test]
fn only_the_documents_of_a_comparison_are_shown_with_it() {
    let (comparison, _) = compared(&["a", "b"], None);
    let (_, other) = compared(&["a"], None);
    let error = page(&comparison, &other, &PageOptions::default()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::OtherCorpus);
    assert!(error.message.contains("2 documents") && error.message.contains("are 1 in 2"));
}

#[test]
fn what_is_equal_has_no_entry_in_a_pair() {
    let document = |spans: &[(u32, u32, u32)]| VariantDocument {
        id: "1".into(),
        text: Some("one two three four five".into()),
        spans: spans.iter().map(|&(start, end, label)| Span { start, end, label }).collect(),
        ..VariantDocument::default()
    };
    let side = |name: &str, spans: &[(u32, u32, u32)]| Variant {
        name: name.into(),
        labels: vec!["A".into(), "B".into()],
        documents: vec![document(spans)],
    };
    let left = side("a", &[(0, 3, 0), (4, 7, 0), (8, 13, 0), (14, 18, 1)]);
    let right = side("b", &[(0, 3, 0), (4, 7, 1), (8, 12, 0), (19, 23, 1)]);
    let (corpus, alignment) = align(vec![left, right], &Default::default()).unwrap();
    let comparison = compare(&corpus, alignment, &Options::default()).unwrap();
    let page = page(&comparison, &corpus, &PageOptions::default()).unwrap();
    let found = &data(&page)["documents"][0]["pairs"];
    assert_eq!(*found, json!([[1, 1, 2, 2, 3, -1, -1, 3]]));
}

#[test]
fn texts_and_vectors_are_shown() {
    let (mut comparison, corpus) = compared(&["a", "b"], Some("<i>a"));
    let estimate = json!({ "value": 0.4321, "interval": [0.3, 0.55] });
    let measure = |metric: &str, slices: Value| {
        json!({
            "metric": metric, "texts": 2, "precision": 0.4, "recall": 0.5, "estimate": estimate,
            "slices": slices,
        })
    };
    let slice = json!([{ "field": "a", "value": "x", "documents": 1, "estimate": estimate }]);
    let difference = json!({
        "metric": "words", "first": "<i>a", "second": "b&\"", "first_value": 12.3,
        "second_value": 1234.5, "difference": 0.25, "interval": [0.1, 0.4], "p_value": 0.0123,
        "test": "randomisation", "adjusted_p_value": 0.0456, "smallest_detectable": null,
    });
    let pair = json!({ "left": "<i>a", "right": "b&\"", "left_only": 1, "right_only": 0 });
    let with = |mut pair: Value, rest: Value| {
        pair.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        pair
    };
    let measures = json!([measure("rouge1_f1", slice), measure("chrf", json!([]))]);
    comparison.texts = serde_json::from_value(json!({
        "pairs": [with(pair.clone(), json!({ "texts": 2, "identical": 1, "measures": measures }))],
        "profiles": [{
            "variant": "b&\"", "texts": 2, "without_words": 0, "longer_than_source": 0,
            "measures": [measure("words", json!([])), measure("novelty2", json!([]))],
        }],
        "differences": [],
        "profile_differences": [difference],
    }))
    .unwrap();
    let bert = json!({
        "texts": 2, "left_only": 0, "right_only": 0, "precision": 0.8, "recall": 0.7,
        "f1": { "value": 0.7654, "interval": null }, "baseline": null, "slices": [],
    });
    let vectors = json!({
        "items": 2, "cosine": estimate, "neighbour_overlap": null, "cka": 0.123, "slices": [],
        "bertscore": bert,
    });
    comparison.vectors =
        serde_json::from_value(json!({ "pairs": [with(pair, vectors)], "differences": [] }))
            .unwrap();
    comparison.disagreements.texts = serde_json::from_value(json!([
        { "document": "0 a", "start": null, "end": null, "agreement": 0.1, "words": [7, null] }
    ]))
    .unwrap();
    let page = page(&comparison, &corpus, &PageOptions::default()).unwrap();
    for told in [
        "Texts: ROUGE-1 F1",
        "chrF",
        "Novel pairs of words",
        "1,235",
        "Linear CKA",
        "BERTScore F1",
        "0.765",
        "Differences of each by itself",
        "mean ROUGE-1 F1 0.100",
        "7 words",
        "1 the same; 1 of &lt;i&gt;a alone, not counted",
        "left=%3Ci%3Ea&amp;right=b%26%22&amp;field=a&amp;value=x",
    ] {
        assert!(page.contains(told), "{told}");
    }
}

#[test]
fn texts_of_variants_go_in_as_data() {
    let variant = |name: &str, text: &str| Variant {
        name: name.into(),
        documents: vec![VariantDocument {
            id: "1".into(),
            text: Some("😀 source".into()),
            texts: vec![Text { target: Some((5, 11)), text: text.into(), ..Text::default() }],
            ..VariantDocument::default()
        }],
        ..Variant::default()
    };
    let variants = vec![variant("a", "</script>"), variant("b", "short")];
    let (corpus, alignment) = align(variants, &Default::default()).unwrap();
    let comparison = compare(&corpus, alignment, &Options::default()).unwrap();
    let page = page(&comparison, &corpus, &PageOptions::default()).unwrap();
    let expected = json!([[[3, 9, "</script>"]], [[3, 9, "short"]]]);
    assert_eq!(data(&page)["documents"][0]["texts"], expected);
    assert_eq!(page.matches("</script>").count(), 2);
}
