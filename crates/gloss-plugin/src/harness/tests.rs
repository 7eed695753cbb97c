use super::*;
use crate::prelude::*;

struct Words;

#[derive(Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
struct WordsOptions {
    mode: String,
}

impl Default for WordsOptions {
    fn default() -> Self {
        WordsOptions { mode: "words".to_owned() }
    }
}

impl Extractor for Words {
    type Options = WordsOptions;
    type Worker = String;

    fn describe() -> Description {
        Description::default()
    }

    fn plan(_: &WordsOptions, _: &Models) -> Result<Plan> {
        let words = layer::spans("words").labels(["short", "long"]).score("length").attribute(
            "upper",
            crate::AttributeType::Bool,
            "in capitals",
        );
        Ok(Plan { provides: vec![words], ..Plan::default() })
    }

    fn load(options: WordsOptions, _: &LoadContext) -> Result<Self> {
        if options.mode == "broken" { Err(Error::option("mode", "no")) } else { Ok(Words) }
    }

    fn worker(&self) -> Result<String> {
        Ok(String::new())
    }

    fn extract(
        &self,
        _: &mut String,
        document: &crate::Document<'_>,
        out: &mut DocumentOutput<'_>,
    ) -> Result<()> {
        let text = document.text();
        match text {
            "panic" => panic!("as asked"),
            "outside" => {
                out.span("words", 0..99).label("long").push()?;
            }
            "inside é" => {
                out.span("words", 0..8).label("long").push()?;
            }
            "label" => {
                out.span("words", 0..1).label("none").push()?;
            }
            "error" => return Err(Error::new("as asked")),
            _ => {}
        }
        for word in text.split_whitespace() {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            out.span("words", start..start + word.len())
                .label(if word.len() < 4 { "short" } else { "long" })
                .score(word.len() as f32)
                .attribute("upper", word.chars().all(char::is_uppercase))
                .push()?;
        }
        Ok(())
    }
}

fn check(text: &str, expected: std::result::Result<usize, &str>) {
    let result = Harness::<Words>::new(serde_json::json!({})).unwrap().run(text);
    match (result, expected) {
        (Ok(document), Ok(count)) => {
            assert_eq!(document.layers[0].annotations.len(), count, "{text}");
            assert!(document.layers[0].attributes[0].len() == count);
        }
        (Err(failure), Err(part)) => {
            assert!(failure.to_string().contains(part), "{text}: {failure}");
        }
        (got, expected) => panic!("{text}: {got:?}, expected {expected:?}"),
    }
}

#[test]
fn annotations_and_failures() {
    check("", Ok(0));
    check("One ÜBER añb 😀", Ok(4));
    check("panic", Err("panicked: as asked (crates/gloss-plugin/src/harness/tests.rs"));
    check("outside", Err("0..99 lies outside the text of 7 bytes"));
    check("inside é", Err("begins or ends inside a character"));
    check("label", Err("does not declare the label \"none\""));
    check("error", Err("as asked"));
}

#[test]
fn marks_are_compared() {
    let harness = Harness::<Words>::new(serde_json::json!({})).unwrap();
    let shown = "[One](short upper=false) [ÜBER](long upper=true)";
    assert_eq!(harness.show("One ÜBER").unwrap(), shown);
    super::check::<Words>("One ÜBER", shown);
    for (text, part) in [("One", "found: [One](short upper=false)"), ("error", "failed: ")] {
        let expected = std::panic::catch_unwind(|| super::check::<Words>(text, "else"));
        let message = expected.unwrap_err().downcast::<String>().unwrap();
        assert!(message.contains(part) && message.contains("expected: else"), "{message}");
    }
}

#[test]
fn options_are_named() {
    let check = |options, kind, place: &str| {
        let failure = Harness::<Words>::new(options).err().unwrap();
        assert_eq!((failure.kind, failure.place.as_str()), (kind, place), "{failure}");
    };
    use gloss_boundary::FailureKind::Options;
    check(serde_json::json!({"mode": 1}), Options, "mode");
    check(serde_json::json!({"mode": "broken"}), Options, "mode");
    check(serde_json::json!({"mood": "x"}), Options, "mood");
}
