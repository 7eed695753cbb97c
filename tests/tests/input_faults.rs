//! Inputs that are changed while they are read, or broke off before: what was read is kept, and each such
//! file is one failure with its name.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]
#![cfg(unix)]

use std::fs;
use std::io::Write;
use std::path::Path;

use gloss_tests::runs::{Left, OUTPUT, aside, begin, end, record};
use gloss_tests::{Sandbox, documents};
use serde_json::Value;

const COUNT: usize = 1000;

fn lines(count: usize, word: &str) -> String {
    // Long enough that not all of a file is in the reader's buffer at once.
    let more = "and nothing more ".repeat(60);
    let line = |i: usize| format!("{{\"id\":\"{i}\",\"text\":\"The {word} {i} {more}\"}}\n");
    (0..count).map(line).collect()
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"unruly\"\noptions = { fault = \"sleep\", sleep_ms = 1 }\n",
    );
    sandbox.file("in.jsonl", lines(COUNT, "first"));
    sandbox
}

const RUN: &[&str] =
    &["run", "p.toml", "in.jsonl", "-j", "2", "-o", OUTPUT, "--checkpoint-every", "1"];

fn ids(lines: &[Value]) -> Vec<String> {
    lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

/// Does something to the input while it is read. Then so many documents are whole (where that is
/// certain), and the last failure says what happened.
fn check_changed(change: &dyn Fn(&Path), whole: Option<usize>, said: &str) {
    let sandbox = sandbox();
    let child = begin(&sandbox, RUN);
    change(sandbox.path());
    end(child).said(3, &["failed; see out.jsonl.quarantine.jsonl"]);
    let output = documents(&sandbox.read(OUTPUT));
    if let Some(whole) = whole {
        assert_eq!(ids(&output), (0..whole).map(|i| i.to_string()).collect::<Vec<_>>(), "{said}");
    }
    let quarantine = documents(&sandbox.read("out.jsonl.quarantine.jsonl"));
    let (last, settled) = (quarantine.last().unwrap(), output.len() + quarantine.len());
    let error = &last["errors"][0];
    assert_eq!((&error["code"], &last["source"]["path"]), (&"G0229".into(), &"in.jsonl".into()));
    assert_eq!(last["position"], settled - 1);
    assert!(error["message"].as_str().unwrap().contains(said), "{error}");
    let counts = record(&sandbox);
    let expected = (&output.len().into(), &quarantine.len().into());
    assert_eq!((&counts["annotated"], &counts["unreadable"]), expected);
    assert_eq!(aside(&sandbox), [""; 0]);
    // It is whole, but not of what is there now.
    let found = (sandbox.read(OUTPUT), sandbox.read("out.jsonl.quarantine.jsonl"));
    let ran = sandbox.gloss(&[RUN, &["--resume"]].concat(), b"");
    let gone = !sandbox.path().join("in.jsonl").exists();
    ran.said(1, if gone { &["in.jsonl"] } else { &["G0706", "input", "--restart"] });
    assert!(found == (sandbox.read(OUTPUT), sandbox.read("out.jsonl.quarantine.jsonl")));
}

#[test]
fn a_file_that_is_changed_while_it_is_read() {
    let replace = |folder: &Path| {
        fs::write(folder.join("new"), lines(10, "other")).unwrap();
        fs::rename(folder.join("new"), folder.join("in.jsonl")).unwrap();
    };
    // What was opened stays what it was, whatever the name leads to.
    check_changed(&replace, Some(COUNT), "in.jsonl was changed or replaced while it was read");
    let remove = |folder: &Path| fs::remove_file(folder.join("in.jsonl")).unwrap();
    check_changed(&remove, Some(COUNT), "in.jsonl was removed while it was read");
    // Here others write into what is being read.
    let rewrite = |folder: &Path| fs::write(folder.join("in.jsonl"), lines(COUNT, "2nd")).unwrap();
    check_changed(&rewrite, None, "in.jsonl was changed or replaced while it was read");
    let cut = |folder: &Path| {
        let file = fs::File::options().write(true).open(folder.join("in.jsonl")).unwrap();
        file.set_len(file.metadata().unwrap().len() - 5).unwrap();
    };
    check_changed(&cut, None, "in.jsonl was changed or replaced while it was read");
    let append = |folder: &Path| {
        let mut file = fs::File::options().append(true).open(folder.join("in.jsonl")).unwrap();
        file.write_all(b"{\"id\":\"1000\",\"text\":\"Late.\"}\n").unwrap();
    };
    check_changed(&append, Some(COUNT + 1), "in.jsonl was changed or replaced while it was read");
}

#[test]
fn a_run_that_was_killed_does_not_go_on_with_a_replaced_file() {
    let sandbox = sandbox();
    let mut child = begin(&sandbox, RUN);
    child.kill().unwrap();
    child.wait().unwrap();
    let part = sandbox.read(".out.jsonl.part");
    let kept = sandbox.path().join("kept");
    fs::rename(sandbox.path().join("in.jsonl"), &kept).unwrap();
    let resume = [RUN, &["--resume"]].concat();
    sandbox.gloss(&resume, b"").said(1, &["in.jsonl"]);
    sandbox.file("in.jsonl", lines(COUNT, "other"));
    sandbox.gloss(&resume, b"").said(1, &["G0706", "in.jsonl was changed"]);
    assert!(sandbox.read(".out.jsonl.part") == part);
    fs::rename(&kept, sandbox.path().join("in.jsonl")).unwrap();
    sandbox.gloss(&resume, b"").said(0, &["going on behind"]);
    let found = Left::by(&sandbox);
    sandbox.gloss(&[RUN, &["--restart"]].concat(), b"").said(0, &[]);
    assert!(Left::by(&sandbox) == found);
}

/// Cuts a file off in the middle, and runs over it and another one. All documents before the cut and all
/// of the other are there; between them is one failure, which tried again fails with the code `again`.
fn check_cut(name: &str, keeps_some: bool, again: &str) {
    let sandbox = sandbox();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"unruly\"\n");
    let input = format!("in/{name}");
    fs::create_dir_all(sandbox.path().join("in")).unwrap();
    // What we write ourselves other tools read too: see the tests of the writers.
    sandbox.gloss(&["run", "p.toml", "in.jsonl", "-o", &input], b"").said(0, &[]);
    for beside in ["quarantine.jsonl", "run.json"] {
        let _ = fs::remove_file(sandbox.path().join(format!("{input}.{beside}")));
    }
    let path = sandbox.path().join(&input);
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    sandbox.file("in/z.jsonl", lines(7, "last"));
    let run = ["run", "p.toml", "in", "-j", "2", "-o", OUTPUT];
    sandbox.gloss(&run, b"").said(3, &["is cut off"]);
    let quarantine = documents(&sandbox.read("out.jsonl.quarantine.jsonl"));
    assert_eq!(quarantine.len(), 1, "{name}");
    let error = &quarantine[0]["errors"][0];
    assert_eq!(error["code"], "G0227", "{name}: {error}");
    assert_eq!(quarantine[0]["source"]["path"], input.as_str(), "{name}");
    let found = ids(&documents(&sandbox.read(OUTPUT)));
    let before = found.len() - 7;
    assert_eq!(quarantine[0]["position"], before, "{name}");
    assert!((before > 0) == keeps_some && before < COUNT, "{name}: {before}");
    let expected: Vec<String> = (0..before).chain(0..7).map(|i| i.to_string()).collect();
    assert_eq!(found, expected, "{name}");
    let retry = ["run", "p.toml", "--retry", "out.jsonl.quarantine.jsonl", "-o", "again.jsonl"];
    sandbox.gloss(&retry, b"").said(3, &["1 document failed"]);
    let found = documents(&sandbox.read("again.jsonl.quarantine.jsonl"));
    assert_eq!(found[0]["errors"][0]["code"], again, "{name}");
}

#[test]
fn files_that_broke_off_in_the_middle() {
    // A line has a number, and the documents before it as well.
    check_cut("a.jsonl", true, "G0227");
    // Nobody knows how many there were.
    check_cut("a.jsonl.gz", true, "G0710");
    check_cut("a.jsonl.zst", true, "G0710");
    // Its directory is at its end.
    check_cut("a.parquet", false, "G0227");
}
