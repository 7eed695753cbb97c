//! A whole pipeline: what it gives, what of it is computed, and what is refused.

mod tiny_model;

use gloss_spacy::{Error, ModelInfo, Parts, Pipeline, Scratch, Sentences, Settings};
use tiny_model::{WHOLE, write_whole};

const TEXT: &str = "Ada (the countess) met well-known texts.\n\nThe  met Mr. Babbage. ";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write_whole(folder.path());
    folder
}

/// All that an analysis holds, one token a line.
fn shown(folder: &std::path::Path, settings: Settings, text: &str) -> String {
    let pipeline = Pipeline::load(folder, &settings).expect("a whole model");
    let mut scratch = Scratch::new(&pipeline);
    // The second time from caches.
    let once = format!("{:?}", describe(&pipeline, &mut scratch, text));
    assert_eq!(format!("{:?}", describe(&pipeline, &mut scratch, text)), once);
    once
}

#[derive(Debug, Default)]
#[allow(dead_code)] // shown by Debug
struct Shown {
    tokens: Vec<[String; 5]>,
    arcs: Vec<(usize, String)>,
    sentences: Vec<std::ops::Range<usize>>,
    noun_chunks: Vec<std::ops::Range<usize>>,
    entities: Vec<(usize, usize)>,
}

fn describe(pipeline: &Pipeline, scratch: &mut Scratch, text: &str) -> Shown {
    let found = pipeline.analyze(text, scratch).expect("an analysis");
    let parts = pipeline.settings().parts;
    let count = found.tokens().len();
    // What was not asked for may have been computed on the way; it does not count.
    let only = |wanted: bool, value: &str| if wanted { value.to_owned() } else { String::new() };
    let token = |at| {
        [
            found.word(at).to_owned(),
            only(parts.tags, found.tag(at)),
            only(parts.pos, found.pos(at)),
            only(parts.morph, found.morph(at)),
            only(parts.lemmas, found.lemma(at)),
        ]
    };
    let arc = |at| Some((found.head(at)?, pipeline.dependency_labels()[found.label(at)?].clone()));
    Shown {
        tokens: (0..count).map(token).collect(),
        arcs: (0..count).filter(|_| parts.dependencies).filter_map(arc).collect(),
        sentences: found.sentences().filter(|_| parts.sentences).collect(),
        noun_chunks: found.noun_chunks().collect(),
        entities: found.entities().map(|e| (e.start, e.end)).collect(),
    }
}

#[test]
fn everything_is_there() {
    let folder = folder();
    let info = ModelInfo::read(folder.path(), &Settings::default()).unwrap();
    assert_eq!(info.available, Parts::ALL);
    assert_eq!(info.dependency_labels, ["ROOT", "det", "x", "y", "z"]);
    let pipeline = Pipeline::load(folder.path(), &Settings::default()).unwrap();
    for text in ["", " ", TEXT, &TEXT.repeat(400)] {
        let found = describe(&pipeline, &mut Scratch::new(&pipeline), text);
        assert_eq!(found.arcs.len(), found.tokens.len());
        let ends = found.sentences.iter().flat_map(|s| [s.start, s.end]);
        let mut expected: Vec<usize> = ends.collect();
        expected.dedup();
        assert_eq!(expected.len(), found.sentences.len() + usize::from(!text.is_empty()));
        assert_eq!(expected.last().copied().unwrap_or(0), found.tokens.len());
        for [word, tag, pos, _, lemma] in &found.tokens {
            let all_space = word.trim().is_empty();
            assert!(!pos.is_empty() && !lemma.is_empty(), "{word:?}");
            assert_eq!(tag == "_SP", all_space, "{word:?}");
            assert!(word != "The" || lemma == "the");
        }
    }
}

#[test]
fn a_part_is_the_same_alone() {
    let folder = folder();
    let part = |change: fn(&mut Parts)| {
        let mut parts = Parts::default();
        change(&mut parts);
        parts
    };
    for sentences in [Sentences::Pipeline, Sentences::Senter, Sentences::None] {
        let settings = |parts| Settings { sentences, parts, ..Settings::default() };
        let available = ModelInfo::read(folder.path(), &settings(Parts::ALL)).unwrap().available;
        assert_eq!(available.dependencies, sentences == Sentences::Pipeline);
        assert_eq!(available.sentences, sentences != Sentences::None);
        let all = Pipeline::load(folder.path(), &settings(available)).unwrap();
        let all = describe(&all, &mut Scratch::new(&all), &TEXT.repeat(20));
        for (parts, column) in [
            (part(|p| p.tags = true), 1),
            (part(|p| p.pos = true), 2),
            (part(|p| p.morph = true), 3),
            (part(|p| p.lemmas = true), 4),
            (part(|p| p.dependencies = true), 5),
            (part(|p| p.sentences = true), 6),
            (part(|p| p.noun_chunks = true), 7),
            (part(|p| p.entities = true), 8),
        ] {
            if parts.intersection(available) == Parts::default() {
                let refused = Pipeline::load(folder.path(), &settings(parts)).unwrap_err();
                assert!(matches!(refused, Error::Absent { .. }), "{refused}");
                continue;
            }
            let one = Pipeline::load(folder.path(), &settings(parts)).unwrap();
            let one = describe(&one, &mut Scratch::new(&one), &TEXT.repeat(20));
            match column {
                5 => assert_eq!(one.arcs, all.arcs),
                6 => assert_eq!(one.sentences, all.sentences),
                7 => assert_eq!(one.noun_chunks, all.noun_chunks),
                8 => assert_eq!(one.entities, all.entities),
                at => {
                    let values = |shown: &Shown| -> Vec<String> {
                        shown.tokens.iter().map(|token| token[at].clone()).collect()
                    };
                    assert_eq!(values(&one), values(&all), "column {at}, {sentences:?}");
                }
            }
        }
    }
}

#[test]
fn entities_may_or_may_not_see_sentences() {
    let folder = folder();
    let text = TEXT.repeat(60);
    let with = |entities_within_sentences, sentences| {
        let settings = Settings {
            entities_within_sentences,
            sentences,
            parts: Parts::ENTITIES,
            ..Settings::default()
        };
        shown(folder.path(), settings, &text)
    };
    let alone = shown(folder.path(), Settings::entities_alone(), &text);
    assert!(with(false, Sentences::Parser) == alone);
    assert!(with(true, Sentences::None) == alone);
    // There every token is a sentence.
    assert!(with(true, Sentences::Senter) != alone);
}

#[test]
fn no_text_is_too_strange() {
    let folder = folder();
    let pipeline = Pipeline::load(folder.path(), &Settings::default()).unwrap();
    let mut scratch = Scratch::new(&pipeline);
    let plane = |plane: u32| -> String {
        let codes = (plane << 16..(plane + 1) << 16).step_by(61);
        codes.filter_map(char::from_u32).flat_map(|c| [c, c, 'a']).collect()
    };
    let long = |piece: &str, len: usize| piece.repeat(1 + len / piece.len());
    let mut texts: Vec<String> = (0..=16).map(plane).collect();
    texts.extend([
        long("a", 1 << 20),
        long("well-known", 1 << 20),
        long("é(", 1 << 16),
        long("(", 1 << 16),
        long(")", 1 << 16),
        long(".", 1 << 16),
        long(".,;:!?()[]\"'-", 1 << 16),
        long("😀👩‍👩‍👧‍👦🇫🇷", 1 << 16),
        long("\0", 1 << 16),
        long("a\0 ", 1 << 16),
        long(" ", 1 << 16),
        long("\n", 1 << 16),
        long(" \u{a0}\t\u{2028}", 1 << 16),
        long("e\u{301}\u{200d}", 1 << 16),
    ]);
    for text in &texts {
        let found = pipeline.analyze(text, &mut scratch).unwrap();
        let (mut end, count) = (0, found.tokens().len());
        for token in found.tokens() {
            assert!(token.start == end && token.start < token.end);
            assert!(text.get(token.start..token.end).is_some());
            end = token.end + usize::from(token.spacy);
        }
        assert_eq!(end, text.len());
        let mut next = 0;
        for sentence in found.sentences() {
            assert!(sentence.start == next && sentence.start < sentence.end);
            next = sentence.end;
        }
        assert_eq!(next, count);
        assert!((0..count).all(|at| found.head(at).is_some_and(|head| head < count)));
        assert!(found.entities().all(|e| e.start < e.end && text.get(e.start..e.end).is_some()));
        assert!(found.noun_chunks().all(|chunk| chunk.start < chunk.end && chunk.end <= count));
    }
}

#[test]
fn a_long_document_can_be_stopped_anywhere() {
    let folder = folder();
    let text = TEXT.repeat(2_000);
    for sentences in [Sentences::Parser, Sentences::Senter] {
        let settings = Settings { sentences, ..Settings::default() };
        let parts = ModelInfo::read(folder.path(), &settings).unwrap().available;
        let pipeline = Pipeline::load(folder.path(), &Settings { parts, ..settings }).unwrap();
        let mut scratch = Scratch::new(&pipeline);
        let expected = format!("{:?}", describe(&pipeline, &mut scratch, &text));
        let asked = std::cell::Cell::new(0);
        let stop_at = |last: usize, scratch: &mut Scratch| {
            asked.set(0);
            let stop = || {
                asked.set(asked.get() + 1);
                asked.get() > last
            };
            match pipeline.analyze_unless(&text, scratch, &stop) {
                Ok(_) => false,
                Err(Error::Stopped) => true,
                Err(error) => panic!("{error}"),
            }
        };
        assert!(!stop_at(usize::MAX, &mut scratch));
        let times = asked.get();
        assert!(times > 4 * text.len() / 5 / 4096, "{times}");
        for last in 0..times {
            assert!(stop_at(last, &mut scratch), "{last} of {times}");
            assert_eq!(asked.get(), last + 1, "it went on");
        }
        assert_eq!(format!("{:?}", describe(&pipeline, &mut scratch, &text)), expected);
    }
}

#[test]
fn a_missing_or_cut_file_is_named() {
    let folder = folder();
    let settings = Settings { sentences: Sentences::Senter, ..Settings::default() };
    let both = |expected: &str| {
        for sentences in [Sentences::Parser, Sentences::Senter] {
            let parts = ModelInfo::read(folder.path(), &Settings { sentences, ..settings });
            let loaded = parts.and_then(|info| {
                Pipeline::load(
                    folder.path(),
                    &Settings { sentences, parts: info.available, ..settings },
                )
            });
            if let Err(error) = loaded {
                let error = error.to_string();
                assert!(error.contains(expected), "{expected}: {error}");
                return;
            }
        }
        panic!("nobody missed {expected}");
    };
    for file in write_whole(folder.path()) {
        let path = folder.path().join(file);
        let whole = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        both(file);
        // An empty parser/cfg says nothing and misses nothing.
        if whole.len() > 2 && file != "config.cfg" {
            for len in (1..whole.len() - 1).step_by(1 + whole.len() / 40) {
                std::fs::write(&path, &whole[..len]).unwrap();
                both(file);
            }
        }
        std::fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn what_is_not_supported_is_named() {
    let folder = folder();
    let components =
        r#"["tok2vec","tagger","parser","senter","attribute_ruler","lemmatizer","ner"]"#;
    let with = |name: &str, factory: &str| {
        let order = components.replace("\"ner\"", &format!("\"{name}\",\"ner\""));
        let config = WHOLE.replace(components, &order);
        format!("{config}\n[components.{name}]\nfactory = \"{factory}\"\n")
    };
    let replaced = |old: &str, new: &str| {
        assert!(WHOLE.contains(old), "{old}");
        WHOLE.replacen(old, new, 1)
    };
    for (config, expected) in [
        (replaced("lang = \"en\"", "lang = \"zh\""), "the language zh"),
        (replaced("lang = \"en\"", "lang = \"hi\""), "the language hi"),
        (replaced("lang = \"en\"", "lang = \"es\""), "spaCy's own lemmatizer of the language es"),
        (replaced("spacy.Tokenizer.v1", "spacy.zh.ChineseTokenizer"), "spacy.zh.ChineseTokenizer"),
        (replaced("spacy.HashEmbedCNN.v2", "spacy.CharacterEmbed.v2"), "spacy.CharacterEmbed.v2"),
        (replaced("spacy.MultiHashEmbed.v2", "spacy.CharacterEmbed.v2"), "spacy.CharacterEmbed.v2"),
        (
            replaced("spacy.MaxoutWindowEncoder.v2", "spacy.MishWindowEncoder.v2"),
            "spacy.MishWindowEncoder.v2",
        ),
        (
            replaced("spacy.MaxoutWindowEncoder.v2", "spacy.TorchBiLSTMEncoder.v1"),
            "spacy.TorchBiLSTMEncoder.v1",
        ),
        (
            replaced("spacy.Tok2VecListener.v1", "spacy-transformers.TransformerListener.v1"),
            "spacy-transformers.TransformerListener.v1 as components.tagger.model.tok2vec",
        ),
        (replaced("use_upper = true", "use_upper = false"), "parser without upper layer"),
        (replaced("mode = \"rule\"", "mode = \"pos_lookup\""), "the mode pos_lookup"),
        (with("sentencizer", "sentencizer"), "the component sentencizer (sentencizer)"),
        (with("mine", "someones_factory"), "the component mine (someones_factory)"),
        (with("rules", "entity_ruler"), "the component rules (entity_ruler)"),
        (with("merge", "merge_entities"), "the component merge (merge_entities)"),
        (with("edits", "trainable_lemmatizer"), "the component edits (trainable_lemmatizer)"),
        (with("second", "tagger"), "more than one component tagger"),
        (replaced("[\"tok2vec\",\"tagger\"", "[\"tagger\""), "no component tok2vec named tok2vec"),
        (replaced("\"parser\",", ""), "Absent"),
        (with("../x", "tagger"), "a component's name is a path"),
    ] {
        std::fs::write(folder.path().join("config.cfg"), config).unwrap();
        // What the senter needs counts only where it runs.
        let senter = Settings {
            sentences: Sentences::Senter,
            parts: Parts { sentences: true, ..Parts::default() },
            ..Settings::default()
        };
        let loaded = Pipeline::load(folder.path(), &Settings::default())
            .and_then(|_| Pipeline::load(folder.path(), &senter));
        let words = match loaded {
            Err(Error::Absent { .. }) => "Absent".to_owned(),
            Err(error) => error.to_string(),
            Ok(_) => "loaded".to_owned(),
        };
        assert!(words.contains(expected), "{expected}: {words}");
    }
    for (file, content, expected) in [
        ("parser/cfg", r#"{"beam_width":4}"#, "beam search"),
        ("vocab/vectors.cfg", r#"{"mode":"floret"}"#, "word vectors of the mode floret"),
        ("vocab/vectors.cfg", r#"{"attr":"LOWER"}"#, "another attribute than ORTH"),
    ] {
        write_whole(folder.path());
        std::fs::write(folder.path().join(file), content).unwrap();
        let error = Pipeline::load(folder.path(), &Settings::default()).unwrap_err().to_string();
        assert!(error.starts_with(file) && error.contains(expected), "{error}");
    }
}

#[test]
fn what_changes_nothing_is_ignored() {
    let folder = folder();
    let before = shown(folder.path(), Settings::default(), TEXT);
    let config = WHOLE.replace("\"lemmatizer\",", "\"lemmatizer\",\"topics\",\"mine\",")
        + "\n[components.topics]\nfactory = \"textcat\"\n[components.mine]\nfactory = \"x\"\n";
    std::fs::write(folder.path().join("config.cfg"), config).unwrap();
    let info = ModelInfo::read(folder.path(), &Settings::entities_alone()).unwrap();
    assert_eq!(info.ignored, ["topics", "mine"]);
    shown(folder.path(), Settings::entities_alone(), TEXT);
    let config = WHOLE.replace("\"lemmatizer\",", "\"lemmatizer\",\"topics\",")
        + "\n[components.topics]\nfactory = \"textcat\"\n";
    std::fs::write(folder.path().join("config.cfg"), config).unwrap();
    assert_eq!(shown(folder.path(), Settings::default(), TEXT), before);
}
