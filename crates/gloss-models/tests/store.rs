//! The catalogue, local folders, offline use, and what happens when files change in the store.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use gloss_models::{Catalogue, Entry, Error, ResolvedModel, Source, State, Store, StoreOptions};
use support::{Bench, FILES, assert_has_files, catalogue};

/// A store whose one source is a folder beside the catalogue.
fn with_folder() -> Bench {
    let bench = Bench::new(&catalogue(&["{ kind = \"folder\", path = \"local\" }".into()], &FILES));
    for (path, data) in FILES {
        let path = bench.dir.path().join("local").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, data).unwrap();
    }
    bench
}

fn state(store: &Store) -> State {
    store.list().iter().find(|listed| listed.entry.name == "toy").unwrap().state
}

fn check_spacy_pipeline(entry: &Entry) {
    assert!(entry.bytes() > entry.download_bytes / 2, "{}", entry.name);
    assert!(entry.files.iter().any(|file| file.path == "config.cfg"));
    // The loader needs this one, and no two sources have the same.
    let meta = entry.files.iter().find(|file| file.path == "meta.json").unwrap();
    let meta: serde_json::Value = serde_json::from_str(meta.text.as_deref().unwrap()).unwrap();
    let (lang, name) = (meta["lang"].as_str().unwrap(), meta["name"].as_str().unwrap());
    assert_eq!(format!("{lang}_{name}"), entry.name);
    assert_eq!((lang, meta["version"].as_str()), (&*entry.language, Some(&*entry.version)));
}

fn check_transformers(entry: &Entry) {
    let pinned = entry.files.iter().map(|file| file.path.as_str());
    let paths: Vec<_> = pinned.chain(entry.unpinned.iter().map(|file| &*file.path)).collect();
    for needed in ["config.json", "model.safetensors", "tokenizer.json"] {
        assert!(paths.contains(&needed), "{} lacks {needed}", entry.name);
    }
    // The version is that of the hub: a commit.
    let commit = |source: &Source| match source {
        Source::Huggingface { revision, .. } => revision.starts_with(&entry.version),
        _ => false,
    };
    assert!(entry.sources.iter().any(commit), "{}", entry.name);
}

fn check_rust_bert(entry: &Entry) {
    for needed in ["config.json", "rust_model.ot", "vocab.json"] {
        assert!(
            entry.unpinned.iter().any(|file| file.path == needed),
            "{} lacks {needed}",
            entry.name
        );
    }
}

fn check_gguf(entry: &Entry) {
    let weights = entry.files.iter().filter(|file| file.path.ends_with(".gguf"));
    assert_eq!(weights.count(), 1, "{}", entry.name);
}

#[test]
fn every_shipped_entry_is_valid_and_has_a_card() {
    let catalogue = Catalogue::built_in().unwrap();
    let mut ids = HashSet::new();
    for entry in &catalogue.entries {
        assert!(ids.insert((&entry.name, &entry.version)));
        assert!(entry.homepage.starts_with("https://"));
        match entry.kind.as_str() {
            "spacy-pipeline" => check_spacy_pipeline(entry),
            "transformers" => check_transformers(entry),
            "gguf" => check_gguf(entry),
            "rust-bert" => check_rust_bert(entry),
            other => panic!("{} is of another kind, {other}", entry.name),
        }
        let card =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../models/{}.md", entry.name));
        let card = fs::read_to_string(&card).unwrap();
        let digest = if entry.is_pinned() { entry.digest() } else { entry.homepage.clone() };
        for fact in [&entry.version, &entry.licence, &digest] {
            assert!(card.contains(fact.as_str()), "{}'s card lacks {fact}", entry.name);
        }
    }
    assert_eq!(catalogue.find("en_core_web_sm").unwrap().version, "3.8.0");
    assert_eq!(catalogue.find("en_core_web_sm@3.6.0").unwrap().version, "3.6.0");
    assert!(catalogue.entries.len() >= 3);
}

#[test]
fn unknown_names_get_the_nearest() {
    #[track_caller]
    fn check(reference: &str, code: &str, nearest: &[&str]) {
        let error = Catalogue::built_in().unwrap().find(reference).unwrap_err();
        assert_eq!(error.code(), code);
        if let Error::UnknownModel { nearest: found, .. } = &error {
            assert_eq!(found, nearest);
            assert!(nearest.iter().all(|name| error.help().unwrap().contains(name)));
        }
    }
    check("en_core_web_md", "G0400", &["en_core_web_sm", "fr_core_news_md"]);
    check("en-core-web-sm", "G0400", &["en_core_web_sm"]);
    check("zzz", "G0400", &[]);
    check("en_core_web_sm@3.7.0", "G0400", &["en_core_web_sm@3.6.0", "en_core_web_sm@3.8.0"]);
    for bad in ["", "@", "a b", "a@", "a@b@c", "-e", "a;b"] {
        check(bad, "G0401", &[]);
    }
}

#[test]
fn a_catalogue_that_cannot_be_is_refused() {
    #[track_caller]
    fn check(change: (&str, &str), says: &str) {
        let folder = "{ kind = \"folder\", path = \"x\" }".to_owned();
        let good = catalogue(&[folder], &FILES);
        Catalogue::default().add(&good, "good", Path::new("")).unwrap();
        let bad = good.replacen(change.0, change.1, 1);
        assert_ne!(good, bad);
        let error = Catalogue::default().add(&bad, "mine.toml", Path::new("")).unwrap_err();
        assert_eq!(error.code(), "G0402");
        let text = error.to_string();
        assert!(text.contains("mine.toml") && text.contains(says), "{text}");
    }
    let folder = "kind = \"folder\", path = \"x\"";
    check(("\"toy\"", "\"../toy\""), "plain words");
    check(("\"1.0\"", "\".0\""), "plain words");
    check(("licence", "license"), "license");
    check(("ner/model", "../model"), "../model");
    check(("ner/model", "gloss-receipt.json"), "gloss-receipt.json");
    check(("ner/model", "Config.cfg"), "twice");
    check(("sha256 = \"", "sha256 = \"0"), "sha256");
    check(("size = 6", "size = -6"), "invalid");
    check(("size = 6", "text = \"other\", size = 6"), "another size or sha256");
    check(("size = 6", "text = \"[NLP]\\n\", size = 6"), "another size or sha256");
    check((folder, "kind = \"https\", url = \"http://example.org/a\""), "https");
    check((folder, "kind = \"https\", url = \"http://127.0.0.1@example.org/\""), "https");
    check((folder, "kind = \"huggingface\", repo = \"a/b\", revision = \"main\""), "not pinned");
    check(
        (folder, "kind = \"wheel\", package = \"-rx\", version = \"1\", folder = \"a\""),
        "package",
    );
    check((folder, "kind = \"torrent\""), "torrent");
}

#[test]
fn nothing_shadows_a_built_in_model() {
    let toml = catalogue(&["{ kind = \"folder\", path = \"x\" }".into()], &FILES)
        .replace("\"toy\"", "\"en_core_web_sm\"")
        .replace("\"1.0\"", "\"3.8.0\"");
    let bench = Bench::new(&toml);
    assert_eq!(Store::open(bench.options.clone()).unwrap_err().code(), "G0402");
}

#[test]
fn a_changed_store_is_noticed_and_repaired() {
    let bench = with_folder();
    let store = bench.store();
    assert_eq!(state(&store), State::Available);
    assert_eq!(
        store.resolve("toy").unwrap_err().help().unwrap(),
        "run `gloss models fetch toy@1.0`"
    );
    let model = store.fetch("toy", &mut ()).unwrap();
    assert_eq!(state(&store), State::Cached);

    // The same length: the content gives it away, also to `fetch`, which repairs it.
    fs::write(bench.model().join("config.cfg"), b"[NLP]\n").unwrap();
    assert_eq!(state(&store), State::Cached);
    for error in [store.resolve("toy").unwrap_err(), store.verify("toy").unwrap_err()] {
        assert_eq!(error.code(), "G0409");
        assert!(error.to_string().contains("config.cfg has SHA-256"), "{error}");
    }
    assert_eq!(store.fetch("toy", &mut ()).unwrap(), model);
    assert_has_files(&store.verify("toy").unwrap().path);

    // The same content, written again, is the same model.
    fs::write(bench.model().join("config.cfg"), FILES[0].1).unwrap();
    assert_eq!(store.resolve("toy").unwrap(), model);

    fs::write(bench.model().join("config.cfg"), b"").unwrap();
    assert_eq!(state(&store), State::Damaged);
    assert_eq!(store.resolve("toy").unwrap_err().code(), "G0409");
    assert_eq!(store.fetch("toy", &mut ()).unwrap(), model);
    assert_has_files(&store.verify("toy").unwrap().path);

    fs::remove_file(bench.model().join("gloss-receipt.json")).unwrap();
    assert_eq!(state(&store), State::Damaged);
}

#[test]
fn a_file_given_in_the_catalogue_needs_no_source() {
    let folder = "{ kind = \"folder\", path = \"local\" }".to_owned();
    let toml = catalogue(&[folder], &FILES);
    let bench = Bench::new(&toml.replace("size = 6", "text = \"[nlp]\\n\", size = 6"));
    let local = bench.dir.path().join("local/ner");
    fs::create_dir_all(&local).unwrap();
    fs::write(local.join("model"), FILES[1].1).unwrap();
    // What a source has under that name is not looked at.
    fs::write(bench.dir.path().join("local/config.cfg"), b"other").unwrap();
    let store = bench.store();
    assert_has_files(&store.fetch("toy", &mut ()).unwrap().path);
    store.verify("toy").unwrap();
    let known = store.catalogue().find("toy").unwrap();
    assert_eq!(known.digest(), store.resolve("toy").unwrap().digest);
    fs::remove_file(bench.model().join("config.cfg")).unwrap();
    assert_eq!(store.resolve("toy").unwrap_err().code(), "G0409");
}

#[test]
fn offline_uses_what_is_here_and_says_what_is_not() {
    let unreachable = "{ kind = \"https\", url = \"https://localhost:1/m.whl\" }".to_owned();
    let mut bench = Bench::new(&catalogue(&[unreachable], &FILES));
    bench.options.offline = true;
    let error = bench.store().fetch("toy", &mut ()).unwrap_err();
    assert_eq!(error.code(), "G0404");
    assert!(error.to_string().contains("offline"), "{error}");
    assert!(!bench.dir.path().join("store").exists());

    let mut bench = with_folder();
    bench.options.offline = true;
    assert_has_files(&bench.store().fetch("toy", &mut ()).unwrap().path);
}

#[test]
fn a_local_folder_has_the_same_digest_as_the_store() {
    let bench = with_folder();
    let store = bench.store();
    let cached = store.fetch("toy", &mut ()).unwrap();
    for folder in [bench.dir.path().join("local"), bench.model()] {
        let local = store.resolve(folder.to_str().unwrap()).unwrap();
        assert_eq!((local.digest, local.bytes), (cached.digest.clone(), cached.bytes));
        assert_eq!(local.version, "local");
    }
    let lines = {
        let line = |(path, data): &(&str, &[u8])| format!("{} {path}\n", support::sha256(data));
        let mut lines: Vec<_> = FILES.iter().map(line).collect();
        lines.sort();
        lines.concat()
    };
    assert_eq!(cached.digest, support::sha256(lines.as_bytes()));
    assert_eq!(store.resolve("./no/such/folder").unwrap_err().code(), "G0420");
    fs::create_dir(bench.dir.path().join("empty")).unwrap();
    let empty = bench.dir.path().join("empty");
    assert_eq!(store.resolve(empty.to_str().unwrap()).unwrap_err().code(), "G0420");
}

#[test]
fn a_wrong_local_source_is_refused() {
    let bench = with_folder();
    fs::write(bench.dir.path().join("local/config.cfg"), b"[NLP]\n").unwrap();
    assert_eq!(bench.failures()[0].0, "G0406");
    fs::remove_file(bench.dir.path().join("local/config.cfg")).unwrap();
    assert_eq!(bench.failures()[0].0, "G0408");
    bench.assert_nothing_visible();
}

#[test]
fn a_resolved_model_survives_json() {
    let bench = with_folder();
    let model = bench.store().fetch("toy", &mut ()).unwrap();
    let text = serde_json::to_string(&model).unwrap();
    assert_eq!(serde_json::from_str::<ResolvedModel>(&text).unwrap(), model);
    let default = Store::open(StoreOptions { root: Some("here".into()), ..Default::default() });
    assert!(default.unwrap().root().is_absolute());
}
