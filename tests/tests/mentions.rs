//! Mentions of entities that `ner` found, gathered.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use gloss_tests::{Sandbox, documents};

const PIPELINE: &str = "[[stage]]\nextractor = \"ner\"\n[[stage]]\nextractor = \"mentions\"\n\
options = { aliases = \"known.csv\" }\n";
const TEXT: &str = "President Emmanuel Macron met Angela Merkel in Berlin. Macron praised Merkel. \
Berlin is in Germany, and Macron left Berlin on Friday.";

/// Name, label, count and id of each entity.
fn entities(arguments: &[&str]) -> Vec<String> {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", PIPELINE);
    sandbox.file("known.csv", "id,name,label,aliases\nQ64,Berlin (Germany),,Berlin\n");
    sandbox.file("a.txt", TEXT);
    let ran = sandbox.gloss(&[&["run", "p.toml", "a.txt"], arguments].concat(), b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = &documents(&ran.stdout)[0];
    let layer = |name: &str| document["layers"][name]["annotations"].as_array().unwrap().clone();
    let entities = layer("mentions/entity-clusters");
    for mention in layer("mentions/mentions") {
        let entity = mention["attributes"]["entity"].as_u64().unwrap() as usize;
        assert_eq!(entities[entity]["text"], mention["attributes"]["name"]);
    }
    let shown = |e: &serde_json::Value| {
        let a = &e["attributes"];
        format!("{} {} {} {}", e["text"].as_str().unwrap(), a["label"], a["count"], a["ref"])
            .replace('"', "")
    };
    entities.iter().map(shown).collect()
}

#[test]
fn entities_are_gathered() {
    let expected = [
        "Emmanuel Macron PERSON 3 null",
        "Angela Merkel PERSON 2 null",
        "Berlin (Germany) GPE 3 Q64",
        "Germany GPE 1 null",
    ];
    assert_eq!(entities(&[]), expected);
    assert_eq!(entities(&["--isolate"]), expected);
}
