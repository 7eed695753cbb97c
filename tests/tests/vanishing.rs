//! What a run was loaded from vanishes, or is replaced, while it goes on: it ends with the file's name,
//! nothing is lost, and it can be gone on with once the file is back.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(unix)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use gloss_tests::runs::{Left, OUTPUT, aside, begin, end, start, wait_for};
use gloss_tests::{Sandbox, build_folder, copy, documents, plugin_file};

/// Some documents, of which one ends the process of the second stage, long after the first results.
fn sandbox(stages: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", stages);
    sandbox.file("model/weights", "as they were");
    sandbox.file("model/words", "as they were");
    let line = |i: usize| {
        let bang = if i % 1000 == 900 { "BANG" } else { "one" };
        format!("{{\"id\":\"{i}\",\"text\":\"{bang} two {i}\"}}\n")
    };
    sandbox.file("in.jsonl", (0..1200).map(line).collect::<String>());
    sandbox
}

const RUN: &[&str] =
    &["run", "p.toml", "in.jsonl", "-j", "2", "-o", OUTPUT, "--checkpoint-every", "1"];

/// The first stage takes a while, so that something can happen; the second runs in processes of its
/// own, of which one document ends one.
const APART: &str = "[[stage]]\nid = \"slow\"\nextractor = \"unruly\"\n\
                     options = { fault = \"sleep\", sleep_ms = 2 }\n\
                     [[stage]]\nextractor = \"unruly\"\nisolation = \"process\"\n\
                     options = { fault = \"abort\", trigger = \"BANG\", model = \"./model\" }\n";

/// Moves the model away, and back again.
fn vanish(sandbox: &Sandbox) {
    fs::rename(sandbox.path().join("model"), sandbox.path().join("kept")).unwrap();
}

fn come_back(sandbox: &Sandbox) {
    let _ = fs::remove_dir_all(sandbox.path().join("model"));
    fs::rename(sandbox.path().join("kept"), sandbox.path().join("model")).unwrap();
}

/// Does something to the model while a run goes on that has to start a plugin again later, and says what
/// `--resume` says while it stays so.
fn check_while_in_use(change: &dyn Fn(&Sandbox), file: &str, resumed: &[&str]) {
    let sandbox = sandbox(APART);
    sandbox.gloss(RUN, b"").said(3, &[]);
    let expected = Left::by(&sandbox);
    assert_eq!(documents(&expected.quarantine).len(), 1);
    for file in [OUTPUT, "out.jsonl.quarantine.jsonl"] {
        fs::remove_file(sandbox.path().join(file)).unwrap();
    }
    let resume = [RUN, &["--resume"]].concat();

    let child = begin(&sandbox, &[RUN, &["--restart"]].concat());
    change(&sandbox);
    let said = ["G0522", "\"unruly\"", file, "put it back", "--resume"];
    end(child).said(1, &said);
    assert!(!sandbox.path().join(OUTPUT).exists());
    // No document is blamed.
    assert!(!sandbox.path().join("out.jsonl.quarantine.jsonl").exists());
    let part = sandbox.read(".out.jsonl.part");
    assert!(!part.is_empty() && expected.output.starts_with(&part));

    sandbox.gloss(&resume, b"").said(1, resumed);
    assert_eq!(sandbox.read(".out.jsonl.part"), part);
    come_back(&sandbox);
    sandbox.gloss(&resume, b"").said(3, &["going on behind"]);
    assert!(Left::by(&sandbox) == expected, "{file}");
    assert_eq!(aside(&sandbox), [""; 0]);
}

#[test]
fn a_model_that_vanishes_while_it_is_in_use() {
    check_while_in_use(&vanish, "model/", &["G0114", "G0420", "./model"]);
}

#[test]
fn a_model_that_is_replaced_while_it_is_in_use() {
    let replace = |sandbox: &Sandbox| {
        vanish(sandbox);
        sandbox.file("model/weights", "as they never were");
        sandbox.file("model/words", "as they were");
    };
    check_while_in_use(&replace, "model/", &["G0706", "the model of stage \"unruly\""]);
}

/// What was read whole when the pipeline was loaded is not needed any more.
#[test]
fn a_model_that_vanishes_after_it_was_loaded_is_not_missed() {
    let here = APART.replace("isolation = \"process\"\n", "");
    let sandbox = sandbox(&here.replace("\"abort\"", "\"error\""));
    sandbox.gloss(RUN, b"").said(3, &[]);
    let expected = Left::by(&sandbox);
    let child = begin(&sandbox, &[RUN, &["--restart"]].concat());
    vanish(&sandbox);
    end(child).said(3, &[]);
    assert!(Left::by(&sandbox) == expected);
}

/// Between the moment when a model is verified and the one when it is loaded, `change` happens to it.
fn check_while_loading(isolation: &str, change: &dyn Fn(&Path), named: &str) {
    let sandbox = Sandbox::new();
    let found = sandbox.gloss(&["models", "path", "en_core_web_sm"], b"");
    assert_eq!(found.code, 0, "`cargo xtask test` fetches the model: {}", found.stderr);
    let fetched = PathBuf::from(found.stdout.trim_end());
    copy(&fetched, &sandbox.path().join("model"));
    sandbox.file(
        "p.toml",
        format!(
            "[[stage]]\nextractor = \"unruly\"\noptions = {{ fault = \"slow-load\", sleep_ms = 4000 }}\n\
             [[stage]]\nextractor = \"ner\"\n{isolation}options = {{ model = \"./model\" }}\n"
        ),
    );
    sandbox.file("in.jsonl", "{\"text\":\"Angela Merkel was in Berlin.\"}\n".repeat(3));
    let mut child = start(&sandbox, RUN);
    // The journal is there as soon as the pipeline is planned.
    wait_for(&mut child, || !aside(&sandbox).is_empty());
    change(&sandbox.path().join("model"));
    end(child).said(1, &["G0522", "\"ner\"", named, "while the pipeline was being loaded"]);
    assert!(!sandbox.path().join(OUTPUT).exists());
    let _ = fs::remove_dir_all(sandbox.path().join("model"));
    copy(&fetched, &sandbox.path().join("model"));
    sandbox.gloss(&[RUN, &["--resume"]].concat(), b"").said(0, &[]);
    assert_eq!(documents(&sandbox.read(OUTPUT)).len(), 3);
}

#[test]
fn a_model_that_changes_between_plan_and_load() {
    let cut = |model: &Path| {
        let weights = fs::File::options().write(true).open(model.join("ner/model")).unwrap();
        weights.set_len(weights.metadata().unwrap().len() / 2).unwrap();
    };
    for isolation in ["", "isolation = \"process\"\n"] {
        check_while_loading(isolation, &|model| fs::remove_dir_all(model).unwrap(), "model/");
        check_while_loading(isolation, &cut, "ner/model");
        // It could be loaded, and would be another than the record says.
        let swap = |model: &Path| {
            let vectors = model.join("vocab/strings.json");
            fs::write(&vectors, fs::read(&vectors).unwrap()).unwrap();
        };
        check_while_loading(isolation, &swap, "vocab/strings.json");
    }
}

/// A library that is copied over while it is in use, and with a stage that must see every document.
#[test]
fn a_plugin_that_is_replaced_while_it_is_in_use() {
    let sandbox = sandbox(
        "[[stage]]\nid = \"slow\"\nextractor = \"unruly\"\n\
         options = { fault = \"sleep\", sleep_ms = 2 }\n\
         [[stage]]\nextractor = \"tally\"\nisolation = \"process\"\n\
         options = { fault = \"abort\", trigger = \"BANG\", milliseconds = 10 }\n",
    );
    // A copy, because `gloss` takes the plugins that lie beside it for others of the same id.
    let gloss = sandbox.path().join("gloss");
    copy(&build_folder().join("gloss"), &gloss);
    fs::create_dir(sandbox.path().join("plugins")).unwrap();
    let into = |plugin: &str| {
        let file = plugin_file(plugin);
        let to = sandbox.path().join("plugins").join(file.file_name().unwrap());
        copy(&file, &to);
        to
    };
    into("gloss_unruly");
    let library = into("gloss_tally");
    let run = |more: &[&str]| {
        let mut command = sandbox.command_of(&gloss, &[RUN, more].concat());
        command.env("GLOSS_PLUGIN_PATH", sandbox.path().join("plugins"));
        command.env("GLOSS_WORKER", build_folder().join("gloss-worker"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    end(run(&[])).said(3, &[]);
    let expected = Left::by(&sandbox);
    let mut child = run(&["--restart"]);
    // Loaded soon after it is planned, it observes for some seconds before it has to start anew.
    wait_for(&mut child, || !aside(&sandbox).is_empty());
    std::thread::sleep(Duration::from_millis(1500));
    fs::remove_file(&library).unwrap();
    into("gloss_tally");
    end(child).said(1, &["G0522", "\"tally\"", "was changed or removed while it was in use"]);
    end(run(&["--resume"])).said(3, &[]);
    assert!(Left::by(&sandbox) == expected);
}
