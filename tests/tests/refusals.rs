//! What is wrong is said before anything runs: code, place, remedy.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::path::Path;

use gloss_tests::{Sandbox, build_folder, plugin_file};

/// Runs a pipeline over one small text; the error must have the code and each part.
fn check(pipeline: &str, code: &str, parts: &[&str]) {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", pipeline);
    sandbox.file("a.txt", "One.");
    let ran = sandbox.gloss(&["run", "p.toml", "a.txt"], b"");
    assert_eq!(ran.code, 1, "{pipeline}\n{}", ran.stderr);
    assert!(ran.stdout.is_empty());
    for part in [code].iter().chain(parts) {
        assert!(ran.stderr.contains(part), "{part:?} is not in:\n{}", ran.stderr);
    }
}

/// A run with these arguments is refused before anything is written: code, and parts of the message.
fn check_files(arguments: &[&str], code: &str, parts: &[&str]) {
    let sandbox = Sandbox::new();
    let fails =
        "[[stage]]\nextractor = \"unruly\"\noptions = { fault = \"error\", trigger = \"One\" }\n";
    let files = [("p.toml", fails), ("in/a.txt", "One."), ("in/b.txt", "Two."), ("q.jsonl", "")];
    files.iter().for_each(|(name, text)| drop(sandbox.file(name, text)));
    let ran = sandbox.gloss(&[&["run", "p.toml"], arguments].concat(), b"");
    assert_eq!(ran.code, 1, "{arguments:?} {}", ran.stderr);
    for part in [code, "help"].iter().chain(parts) {
        assert!(ran.stderr.contains(part), "{part:?} is not in:\n{}", ran.stderr);
    }
    files.iter().for_each(|(name, text)| assert_eq!(sandbox.read(name), *text, "{arguments:?}"));
    let names = std::fs::read_dir(sandbox.path()).unwrap().flatten().map(|entry| entry.file_name());
    let left = |name: &String| name.starts_with('o') || name.ends_with(".part");
    let left: Vec<String> =
        names.map(|name| name.to_string_lossy().into_owned()).filter(left).collect();
    assert_eq!(left, [""; 0], "{arguments:?}");
}

#[test]
fn files_that_have_two_roles() {
    check_files(&["in", "-o", "in/a.txt"], "G0700", &["in/a.txt is an input", "`-o`"]);
    check_files(&["in", "-o", "in/../p.toml"], "G0700", &["is the pipeline file"]);
    check_files(&["in", "-o", "o", "--record", "o"], "G0703", &["also the output", "--record"]);
    check_files(&["in", "-o", "o", "--quarantine", "./o"], "G0701", &["also the output"]);
    check_files(&["in", "-o", "o", "--quarantine", "in/b.txt"], "G0701", &["in/b.txt is an input"]);
    check_files(&["in", "-o", "o", "--metrics", "o"], "G0700", &["the file of metrics o is also"]);
    check_files(&["--retry", "q.jsonl", "-o", "q.jsonl"], "G0700", &["that is tried again"]);
    let again = ["--retry", "q.jsonl", "-o", "o", "--quarantine", "q.jsonl"];
    check_files(&again, "G0701", &["that is tried again", "--quarantine"]);
}

#[test]
fn files_that_cannot_be() {
    check_files(&["in", "-o", "none/o"], "G0700", &["none/o", "make the folder"]);
    check_files(&["in", "-o", "in"], "G0230", &["in: it is a folder"]);
    check_files(&["in", "-o", "in/"], "G0700", &["in/", "name a new"]);
    check_files(&["--retry", "none.jsonl", "-o", "o"], "G0201", &["none.jsonl"]);
    check_files(&["none", "-o", "o"], "G0200", &["none", "check the path"]);
}

#[test]
fn pipelines() {
    check("[[stage]\n", "G0101", &["p.toml:1"]);
    check("[[stage]]\nextracter = \"ner\"", "G0102", &["did you mean \"extractor\"?", "p.toml:2"]);
    check("[[stage]]\nextractor = 7", "G0103", &["p.toml:2:13"]);
    check("[[stage]]\nextractor = \"senteces\"", "G0107", &["did you mean \"sentences\"?"]);
    check(
        "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"sentences\"",
        "G0105",
        &["p.toml:3"],
    );
    check(
        "[[stage]]\nextractor = \"sentences\"\noptions = { langage = \"en\" }",
        "G0109",
        &["did you mean \"language\"?", "p.toml:3:13"],
    );
    check("[[stage]]\nextractor = \"sentences\"\noptions = { language = 1 }", "G0103", &["string"]);
    check(
        "[[stage]]\nextractor = \"sentences\"\nlayers = [\"sentence\"]",
        "G0118",
        &["did you mean \"sentences\"?", "p.toml:3:10"],
    );
    check("[[stage]]\nextractor = \"sentiment\"", "G0111", &["\"sentences\""]);
    check(
        "[[stage]]\nid = \"a\"\nextractor = \"sentences\"\n[[stage]]\nid = \"b\"\nextractor = \"sentences\"\n[[stage]]\nextractor = \"sentiment\"",
        "G0112",
        &["a/sentences, b/sentences", "inputs = { sentences = \"a/sentences\" }"],
    );
    check(
        "[[stage]]\nid = \"a\"\nextractor = \"relay\"\noptions = { reads = [\"x\"], gives = [\"y\"] }\n[[stage]]\nid = \"b\"\nextractor = \"relay\"\noptions = { reads = [\"y\"], gives = [\"x\"] }",
        "G0113",
        &["a needs b needs a", "p.toml:1"],
    );
    check(
        "[[stage]]\nextractor = \"ner\"\noptions = { model = \"en_core_web_smm\" }",
        "G0114",
        &["en_core_web_sm", "p.toml:3"],
    );
}

#[test]
fn inputs() {
    let sandbox = Sandbox::new();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"sentences\"");
    let ran = sandbox.gloss(&["run", "p.toml", "no/such.txt"], b"");
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("G0200") && ran.stderr.contains("no/such.txt"), "{}", ran.stderr);
}

#[test]
fn plugin_files() {
    let sandbox = Sandbox::new();
    let plugin = std::fs::read(plugin_file("gloss_sentences")).unwrap();
    let check = |name: &str, contents: &[u8], code: &str| {
        let path = sandbox.file(name, contents);
        let ran = sandbox.gloss(&["plugin", "info", path.to_str().unwrap()], b"");
        assert_eq!(ran.code, 1, "{name}: {}", ran.stdout);
        assert!(ran.stderr.contains(code), "{name}: {}", ran.stderr);
    };
    check("text.so", b"this is not a library", "G0300");
    check("empty.so", b"", "G0300");
    check("half.so", &plugin[..plugin.len() / 2], "G0300");
    let mut other = plugin.clone();
    let at = find(&other, b"1.0-rc.2");
    other[at..at + 8].copy_from_slice(b"7.0-rc.2");
    check("newer.so", &other, "G0302");
    let mut other = plugin.clone();
    other[18..20].copy_from_slice(&0xF3u16.to_le_bytes());
    check("riscv.so", &other, "G0303");
    let plain = std::fs::read(build_folder().join("gloss")).unwrap();
    check("program.so", &plain, "G0301");
}

#[test]
fn two_files_with_one_id() {
    let sandbox = Sandbox::new();
    let plugin = std::fs::read(plugin_file("gloss_sentences")).unwrap();
    let [one, two] = ["one/copy.so", "two/copy.so"].map(|name| sandbox.file(name, &plugin));
    sandbox.file("p.toml", "[[stage]]\nextractor = \"sentences\"");
    sandbox.file("a.txt", "One.");
    let run = |paths: &[&Path]| {
        let paths = paths.iter().flat_map(|path| ["--plugin-path", path.to_str().unwrap()]);
        let arguments: Vec<&str> = ["run", "p.toml", "a.txt"].into_iter().chain(paths).collect();
        sandbox.gloss(&arguments, b"")
    };
    // In a folder beside the program's own, and two that are both named.
    for paths in [&[one.parent().unwrap()] as &[&Path], &[&one, &two]] {
        let ran = run(paths);
        assert_eq!(ran.code, 1);
        for part in ["G0305", "gloss/sentences", "copy.so", "remove one of them"] {
            assert!(ran.stderr.contains(part), "{part:?} is not in:\n{}", ran.stderr);
        }
    }
    // Who names one file means that one.
    let ran = run(&[&one]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
}

#[test]
fn installed_plugins_must_not_change() {
    let sandbox = Sandbox::new();
    let original = plugin_file("gloss_sentences");
    let ran = sandbox.gloss(&["plugin", "install", original.to_str().unwrap()], b"");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let list = || sandbox.gloss(&["plugin", "list"], b"").stdout;
    assert!(!list().contains("G0304"));
    let name = original.file_name().unwrap();
    let installed = sandbox.path().join("data/gloss/plugins").join(name);
    let mut bytes = std::fs::read(&installed).unwrap();
    bytes.push(0);
    std::fs::remove_file(&installed).unwrap();
    std::fs::write(&installed, bytes).unwrap();
    assert!(list().contains("G0304"), "{}", list());
}

/// Files are known by their names in the folder, plugins by their ids.
#[test]
fn installing_and_removing() {
    let sandbox = Sandbox::new();
    let gloss = |arguments: &[&str], expected: i32, parts: &[&str]| {
        let ran = sandbox.gloss(arguments, b"");
        assert_eq!(ran.code, expected, "{arguments:?}:\n{}", ran.stderr);
        for part in parts {
            let found = ran.stdout.contains(part) || ran.stderr.contains(part);
            assert!(found, "{part:?} is not in:\n{}{}", ran.stdout, ran.stderr);
        }
    };
    let copy = |plugin: &str, name: &str| {
        let path = sandbox.file(name, std::fs::read(plugin_file(plugin)).unwrap());
        path.to_str().unwrap().to_owned()
    };
    let extension = std::env::consts::DLL_EXTENSION;
    let (one, two) = (format!("one.{extension}"), format!("two.{extension}"));
    let files = || {
        let folder = std::fs::read_dir(sandbox.path().join("data/gloss/plugins")).unwrap();
        let mut names: Vec<_> =
            folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    gloss(&["plugin", "uninstall", "sentences"], 1, &["G0310", "none is"]);
    let first = copy("gloss_sentences", &one);
    gloss(&["plugin", "install", &first], 0, &["installed gloss/sentences"]);
    // Another plugin does not take its place, even in a file of the same name.
    let other = copy("gloss_sentiment", &format!("other/{one}"));
    gloss(&["plugin", "install", &other], 1, &["G0309", "gloss plugin uninstall gloss/sentences"]);
    // The same plugin does, even in a file of another name.
    let renamed = copy("gloss_sentences", &two);
    gloss(&["plugin", "install", &renamed], 0, &["installed gloss/sentences", &two]);
    assert_eq!(files(), ["installed.json", &two]);
    gloss(&["plugin", "install", &other], 0, &["installed gloss/sentiment"]);
    gloss(&["plugin", "uninstall", "sentence"], 1, &["G0310", "gloss/sentences"]);
    gloss(&["plugin", "uninstall", "sentences"], 0, &["removed gloss/sentences", &two]);
    gloss(&["plugin", "uninstall", &one], 0, &["removed gloss/sentiment"]);
    assert_eq!(files(), ["installed.json"]);
}

fn find(bytes: &[u8], part: &[u8]) -> usize {
    bytes.windows(part.len()).position(|w| w == part).expect("the part is there")
}
