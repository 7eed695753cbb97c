//! Models of a hub whose hashes nobody knows before they are fetched: from a server with the hub's layout,
//! which redirects to another place for large files, breaks off, and is not always honest.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;

use gloss_models::{Catalogue, Lock, State};
use support::{Bench, FILES, Manner, Notes, Server, assert_has_files, serve, sha256};

const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

/// A catalogue with the model `toy` 1.0 of the hub; the weights lie elsewhere in the repository.
fn unpinned(more: &str) -> String {
    format!(
        "[[model]]\nname = \"toy\"\nversion = \"1.0\"\nkind = \"toy\"\nlanguage = \"en\"\n\
         licence = \"MIT\"\npublisher = \"p\"\nhomepage = \"h\"\ndescription = \"d\"\n\
         download_bytes = 6000\n\
         source = [{{ kind = \"huggingface\", repo = \"owner/toy\", revision = \"{REVISION}\", verified = false }}]\n\
         unpinned = [{{ path = \"config.cfg\" }}, {{ path = \"ner/model\", from = \"onnx/model\" }}{more}]\n"
    )
}

/// The hub: the files of one commit, with other weights if `weights` says so.
fn hub(manner: Manner, weights: &[u8]) -> Server {
    let at = |path: &str| format!("owner/toy/resolve/{REVISION}/{path}");
    let files = [(at("config.cfg"), FILES[0].1.to_vec()), (at("onnx/model"), weights.to_vec())];
    serve(manner, files.into())
}

fn bench(server: &Server) -> Bench {
    let mut bench = Bench::new(&unpinned(""));
    bench.options.hub_endpoint = Some(server.url.clone());
    bench
}

/// The lock of a pipeline that used what the store has.
fn locked(bench: &Bench) -> Lock {
    let mut lock = Lock::beside(&bench.dir.path().join("pipeline.toml")).unwrap();
    assert!(lock.add(bench.store().to_lock("toy", "1.0").unwrap()));
    lock.write().unwrap();
    Lock::beside(&bench.dir.path().join("pipeline.toml")).unwrap()
}

#[test]
fn what_is_fetched_first_is_recorded() {
    #[track_caller]
    fn check(manner: Manner, asked: &[(&str, Option<usize>)]) {
        let server = hub(manner, FILES[1].1);
        let bench = bench(&server);
        let store = bench.store();
        assert_eq!(store.list().last().unwrap().state, State::Available);
        assert_eq!(store.resolve("toy").unwrap_err().code(), "G0403");
        let mut notes = Notes::default();
        let model = store.fetch("toy", &mut notes).unwrap();
        assert_has_files(&model.path);
        assert_eq!(notes.bytes, FILES.iter().map(|(_, data)| data.len() as u64).sum::<u64>());
        let log = server.log.lock().unwrap().clone();
        let log: Vec<_> =
            log.iter().map(|(path, at)| (path.rsplit('/').next().unwrap(), *at)).collect();
        assert_eq!(log, asked);
        assert_eq!(store.list().last().unwrap().state, State::Cached);
        assert_eq!(
            (store.resolve("toy").unwrap(), store.verify("toy").unwrap()),
            (model.clone(), model.clone())
        );
        // The digest is that of a model with hashes in the catalogue, or of a folder.
        assert_eq!(store.resolve(model.path.to_str().unwrap()).unwrap().digest, model.digest);
        assert_eq!(store.fetch("toy", &mut ()).unwrap(), model);
    }
    let (config, model) = ("config.cfg", "model");
    check(Manner::Good, &[(config, None), (model, None)]);
    check(Manner::Unannounced, &[(config, None), (model, None)]);
    check(Manner::Redirect, &[(config, None), (config, None), (model, None), (model, None)]);
    let again = [(config, None), (config, Some(3)), (model, None), (model, Some(3))];
    check(Manner::BreakFirst(3), &again);
    check(Manner::BreakThenChange(3), &again);
    // A range is asked for at the first place, which sends elsewhere again.
    let both = again.map(|one| [one, one]).concat();
    check(Manner::RedirectThenBreak(3), &both);
}

#[test]
fn the_hubs_own_name_of_a_model_leads_to_ours() {
    let server = hub(Manner::Good, FILES[1].1);
    let bench = bench(&server);
    let error = bench.store().resolve("owner/toy").unwrap_err();
    assert_eq!(error.code(), "G0400");
    assert!(error.help().unwrap().contains("did you mean toy?"), "{:?}", error.help());
    assert_eq!(bench.store().resolve("owner/other").unwrap_err().code(), "G0420");
}

#[test]
fn a_bad_hub_leaves_nothing() {
    #[track_caller]
    fn check(manner: Manner, weights: &[u8], code: &str) {
        let server = hub(manner, weights);
        let bench = bench(&server);
        let failures = bench.failures();
        assert_eq!(failures.iter().map(|failure| failure.0).collect::<Vec<_>>(), [code]);
        bench.assert_nothing_visible();
        assert!(bench.store().to_lock("toy", "1.0").is_none());
    }
    check(Manner::Missing, FILES[1].1, "G0412");
    check(Manner::AlwaysShort, FILES[1].1, "G0412");
    check(Manner::Stall, FILES[1].1, "G0414");
    // What it may have is bounded although its size is not known: half as much again, and 1 MiB.
    check(Manner::Good, &vec![0; 9000 + (1 << 20) + 1], "G0413");
    check(Manner::Unannounced, &vec![0; 9000 + (1 << 20) + 1], "G0413");
}

#[test]
fn a_lock_is_enforced_from_then_on() {
    let first = hub(Manner::Good, FILES[1].1);
    let mut bench = bench(&first);
    let model = bench.store().fetch("toy", &mut ()).unwrap();
    let lock = locked(&bench);
    let files = &lock.get("toy", "1.0").unwrap().files;
    let hashes: Vec<_> = files.iter().map(|file| (&*file.path, file.sha256.clone())).collect();
    assert_eq!(hashes, FILES.map(|(path, data)| (path, sha256(data))));

    // Another machine, whose hub has the same.
    let mut store = bench.store();
    store.enforce(&lock).unwrap();
    assert_eq!(store.resolve("toy").unwrap(), model);
    assert!(store.to_lock("toy", "1.0").is_none(), "nothing is to be added");
    fs::remove_dir_all(bench.model()).unwrap();
    assert_eq!(store.fetch("toy", &mut ()).unwrap(), model);

    // One whose hub has others: as many bytes, then more of them.
    fs::remove_dir_all(bench.model()).unwrap();
    for (weights, code) in
        [(vec![8; 5000], "G0406"), (vec![7; 4999], "G0407"), (vec![7; 5001], "G0413")]
    {
        let other = hub(Manner::Good, &weights);
        bench.options.hub_endpoint = Some(other.url.clone());
        let mut store = bench.store();
        store.enforce(&lock).unwrap();
        let error = store.fetch("toy", &mut ()).unwrap_err().to_string();
        assert!(error.contains("ner/model") || error.contains("onnx/model"), "{error}");
        let gloss_models::Error::AllSourcesFailed { failures, .. } =
            store.fetch("toy", &mut ()).unwrap_err()
        else {
            panic!("another error")
        };
        assert_eq!(failures[0].error.code(), code);
        bench.assert_nothing_visible();
    }

    // One that fetched others before it saw the lock.
    let other = hub(Manner::Good, &[8; 5000]);
    bench.options.hub_endpoint = Some(other.url.clone());
    bench.store().fetch("toy", &mut ()).unwrap();
    let mut store = bench.store();
    store.enforce(&lock).unwrap();
    let error = store.resolve("toy").unwrap_err();
    assert_eq!(error.code(), "G0409");
    assert!(error.to_string().contains("a lock says"), "{error}");
}

#[test]
fn what_was_recorded_is_enforced_when_it_is_fetched_again() {
    let first = hub(Manner::Good, FILES[1].1);
    let mut bench = bench(&first);
    let model = bench.store().fetch("toy", &mut ()).unwrap();
    fs::write(bench.model().join("config.cfg"), b"").unwrap();
    assert_eq!(bench.store().resolve("toy").unwrap_err().code(), "G0409");
    let other = hub(Manner::Good, &[8; 5000]);
    bench.options.hub_endpoint = Some(other.url.clone());
    assert_eq!(bench.failures()[0].0, "G0406");
    bench.options.hub_endpoint = Some(first.url.clone());
    assert_eq!(bench.store().fetch("toy", &mut ()).unwrap(), model);
}

#[test]
fn a_catalogue_without_hashes_names_commits() {
    #[track_caller]
    fn check(change: (&str, &str), says: &str) {
        let good = unpinned("");
        Catalogue::default().add(&good, "good", Path::new("")).unwrap();
        let bad = good.replacen(change.0, change.1, 1);
        assert_ne!(good, bad);
        let error = Catalogue::default().add(&bad, "mine.toml", Path::new("")).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
    check((", verified = false", ""), "verified = false");
    check(
        (
            "kind = \"huggingface\", repo = \"owner/toy\", revision",
            "kind = \"wheel\", package = \"p\", folder = \"f\", version",
        ),
        "commits of a hub",
    );
    check((REVISION, "main"), "not pinned");
    check(("onnx/model", "../model"), "../model");
    check(("ner/model", "/model"), "/model");
    check(("ner/model", "CONFIG.cfg"), "twice");
    check(("config.cfg", "gloss-receipt.json"), "gloss-receipt.json");
    check(("unpinned = ", "file = []\nunpinned = [] #"), "all pinned or all not");
}

#[test]
fn a_lock_that_cannot_be_is_refused() {
    let server = hub(Manner::Good, FILES[1].1);
    let bench = bench(&server);
    bench.store().fetch("toy", &mut ()).unwrap();
    let path = locked(&bench).path().to_owned();
    let good = fs::read_to_string(&path).unwrap();
    assert!(good.starts_with("# Written by Gloss"), "{good}");
    let check = |change: (&str, &str), says: &str| {
        let bad = good.replacen(change.0, change.1, 1);
        assert_ne!(good, bad);
        fs::write(&path, bad).unwrap();
        let lock = Lock::beside(&bench.dir.path().join("pipeline.toml"));
        let error = lock.and_then(|lock| bench.store().enforce(&lock)).unwrap_err();
        assert_eq!(error.code(), "G0421", "{error}");
        assert!(error.to_string().contains(says) && error.help().is_some(), "{error}");
    };
    check(("form = 1", "form = 2"), "form 1");
    check(("form = 1", "from = 1"), "from");
    check(("ner/model", "../model"), "../model");
    check(("sha256 = \"", "sha256 = \"0"), "unusable file");
    check(("ner/model", "ner/other"), "than the catalogue");
    check(("[[model]]", "<<<<<<< ours"), "gloss.lock");
}
