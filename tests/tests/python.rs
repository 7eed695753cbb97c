//! Plugins that are programs: extractors in Python, run by the package in `plugins/python`.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gloss_tests::c::repository;
use gloss_tests::{Ran, Sandbox, documents};
use serde_json::{Value, json};

const EMOJI: &str = "🎉 e\u{301}TÉ 👩\u{200d}🚀 STOP ﷺ GO\u{301}";

fn package() -> PathBuf {
    repository().join("plugins/python")
}

fn python(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    let output = Command::new("python3")
        .args(arguments)
        .current_dir(sandbox.path())
        .env("PYTHONPATH", package())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python3 is needed, 3.9 or newer");
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Makes a plugin of a module of the package's tests, in the folder `plugins`.
fn plugin(sandbox: &Sandbox, module: &str) -> PathBuf {
    let name = format!("{module}.py");
    let text = fs::read_to_string(package().join("tests").join(&name)).unwrap();
    make(sandbox, module, &text)
}

fn make(sandbox: &Sandbox, module: &str, text: &str) -> PathBuf {
    let file = sandbox.file(&format!("plugins/{module}.py"), text);
    let id = format!("python-tests/{module}");
    let arguments = ["-m", "gloss_plugin", "--manifest", "--id", &id, file.to_str().unwrap()];
    let ran = python(sandbox, &arguments);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    file.with_extension("gloss.toml")
}

fn gloss(sandbox: &Sandbox, arguments: &[&str]) -> Ran {
    gloss_with(sandbox, arguments, &package())
}

/// `folder` is where Python finds the package.
fn gloss_with(sandbox: &Sandbox, arguments: &[&str], folder: &Path) -> Ran {
    let mut command = sandbox.command(&[arguments, &["--plugin-path", "plugins"]].concat());
    ran(command.env("PYTHONPATH", folder))
}

fn ran(command: &mut Command) -> Ran {
    command.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONNOUSERSITE", "1");
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn line(id: &str, text: &str) -> String {
    format!("{}\n", json!({"id": id, "text": text, "metadata": {"weight": 1.5}}))
}

/// The texts that a layer's spans say they are, and those at their offsets in bytes.
fn spans(document: &Value, layer: &str) -> Vec<String> {
    let text = document["text"].as_str().unwrap();
    let annotations = document["layers"][layer]["annotations"].as_array().unwrap();
    let span = |a: &Value| {
        let offset = |key: &str| usize::try_from(a[key].as_u64().unwrap()).unwrap();
        let at = &text[offset("start")..offset("end")];
        assert_eq!(a["text"], at);
        at.to_owned()
    };
    annotations.iter().map(span).collect()
}

#[test]
fn the_packages_own_tests_pass() {
    let tests = package().join("tests");
    let tests = tests.to_str().unwrap();
    let ran = python(&Sandbox::new(), &["-m", "unittest", "discover", "-s", tests]);
    print!("{}", ran.stderr);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

#[test]
fn offsets_of_python_are_converted() {
    let sandbox = Sandbox::new();
    plugin(&sandbox, "misbehaving");
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"misbehaving\"\n[[stage]]\nextractor = \"repeat\"\n",
    );
    let texts = ["", "plain words", EMOJI, "é", "日本 語🎉🎉x"];
    let lines = texts.iter().enumerate().map(|(i, text)| line(&format!("d{i}"), text));
    sandbox.file("c.jsonl", lines.collect::<String>());
    let ran = gloss(&sandbox, &["run", "p.toml", "c.jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for (document, text) in documents(&ran.stdout).iter().zip(texts) {
        let expected: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(spans(document, "misbehaving/words"), expected);
        assert_eq!(spans(document, "repeat/repeated"), expected);
    }
}

#[test]
fn all_kinds_of_layers_come_back() {
    let sandbox = Sandbox::new();
    plugin(&sandbox, "examples");
    let stages = "[[stage]]\nextractor = \"shouting\"\n[[stage]]\nextractor = \"everything\"\n";
    sandbox.file("p.toml", stages);
    sandbox.file("c.jsonl", line("d", "🎉 HELLO 日本"));
    let ran = gloss(&sandbox, &["run", "p.toml", "c.jsonl", "--offsets", "codepoint"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let document = &documents(&ran.stdout)[0];
    let of = |layer: &str| document["layers"][format!("everything/{layer}")]["annotations"].clone();
    assert_eq!(
        of("words")[1],
        json!({"id": 1, "start": 2, "end": 7, "text": "HELLO", "label": "long", "score": 2.5,
               "attributes": {"upper": "HELLO", "share": 0.5}})
    );
    assert_eq!(of("size"), json!([{"id": 0, "label": "few", "score": 0.5}]));
    assert_eq!(of("case")[1], json!({"id": 1, "label": "other", "target": 1}));
    assert_eq!(of("first"), json!([{"id": 0, "text": "🎉", "score": 1.0, "target": 0}]));
    assert_eq!(of("ends")[0]["sources"], json!([{"start": 0, "end": 1}, {"start": 8, "end": 10}]));
    assert_eq!(of("letters"), json!([{"id": 0, "vector": [10.0, 1.5]}]));
    assert_eq!(of("next")[0], json!({"id": 0, "head": 0, "tail": 1, "label": "follows"}));
    assert_eq!(document["notes"], json!(["everything: 1 shouts of 5 letters"]));
}

#[test]
fn annotations_do_not_depend_on_the_number_of_processes() {
    let sandbox = Sandbox::new();
    plugin(&sandbox, "examples");
    let stages = ["shouting", "everything", "common-words"];
    let stages = stages.map(|name| format!("[[stage]]\nextractor = \"{name}\"\n"));
    sandbox.file("p.toml", stages.concat());
    let text = |i: usize| match i % 5 {
        0 => format!("word{i} AND {EMOJI}"),
        3 => "POISON AND".to_owned(),
        _ => format!("AND {}", "word ".repeat(i)),
    };
    let lines = (0..200).map(|i| line(&format!("d{i}"), &text(i)));
    sandbox.file("c.jsonl", lines.collect::<String>());
    let run = |threads: &str| {
        let ran = gloss(&sandbox, &["run", "p.toml", "c.jsonl", "-j", threads, "-o", "out.jsonl"]);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        (sandbox.read("out.jsonl"), sandbox.read("out.jsonl.quarantine.jsonl"))
    };
    let (expected, failed) = run("1");
    assert_eq!((documents(&expected).len(), documents(&failed).len()), (160, 40));
    let common = &documents(&expected)[0]["layers"]["common-words/common"]["annotations"];
    assert_eq!(common[0]["attributes"]["documents"], 160, "{common}");
    assert!(run("3").0 == expected);
}

/// The document at fault is reported with the code and the words, and all others are annotated.
fn check(fault: &str, keys: &str, code: &str, words: &str) {
    let sandbox = Sandbox::new();
    plugin(&sandbox, "misbehaving");
    let stage = format!(
        "[[stage]]\nextractor = \"misbehaving\"\n{keys}\noptions = {{ fault = \"{fault}\" }}\n"
    );
    sandbox.file("p.toml", stage);
    let text = |i: usize| if i == 13 { "hidden words BANG" } else { "one two" };
    sandbox.file("c.jsonl", (0..50).map(|i| line(&format!("d{i}"), text(i))).collect::<String>());
    let ran = gloss(&sandbox, &["run", "p.toml", "c.jsonl", "-o", "out.jsonl"]);
    assert_eq!(ran.code, 3, "{fault}: {}", ran.stderr);
    assert_eq!(documents(&sandbox.read("out.jsonl")).len(), 49, "{fault}");
    let quarantine = documents(&sandbox.read("out.jsonl.quarantine.jsonl"));
    let error = &quarantine[0]["errors"][0];
    assert_eq!((quarantine.len(), &quarantine[0]["id"]), (1, &json!("d13")), "{fault}");
    assert_eq!(error["code"], code, "{fault}: {error}");
    assert!(error["message"].as_str().unwrap().contains(words), "{fault}: {error}");
    assert!(!format!("{error}{}", ran.stderr).contains("hidden"), "{fault}: {error}");
}

#[test]
fn a_fault_costs_its_document_and_no_other() {
    check("raise", "", "G0500", "ValueError: cannot read ... (misbehaving.py:34)");
    check("fail", "", "G0500", "it is as it was told");
    check("sys-exit", "", "G0500", "SystemExit: 3 (misbehaving.py:");
    check("surrogate", "", "G0500", "words has no attribute 'lone'");
    check("outside", "", "G0502", "lies outside the text");
    check("exit", "", "G0503", "exit code 7");
    check("hang", "timeout = \"2s\"", "G0504", "within 2 s");
    check("eat-memory", "memory = \"300MB\"", "G0505", "286 MiB");
}

#[test]
fn what_is_printed_goes_to_the_log() {
    let sandbox = Sandbox::new();
    plugin(&sandbox, "misbehaving");
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"misbehaving\"\noptions = { fault = \"print\" }\n",
    );
    sandbox.file("c.jsonl", line("d", "BANG"));
    let ran = gloss(&sandbox, &["run", "p.toml", "c.jsonl", "-vv"]);
    assert_eq!((ran.code, documents(&ran.stdout).len()), (0, 1), "{}", ran.stderr);
    for words in ["printed: of two", "a record of 7", "misbehaving.log"] {
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
    let ran = gloss(&sandbox, &["run", "p.toml", "c.jsonl"]);
    assert!(ran.stderr.contains("a record of 7"), "{}", ran.stderr);
    assert!(!ran.stderr.contains("of two"), "{}", ran.stderr);
}

/// What is wrong before the first document is told once, with all of the words.
#[test]
fn what_does_not_start_says_why() {
    let check = |change: &dyn Fn(&Sandbox, &Path), stage: &str, words: &[&str]| {
        let sandbox = Sandbox::new();
        let manifest = plugin(&sandbox, "examples");
        change(&sandbox, &manifest);
        sandbox.file("p.toml", format!("[[stage]]\nextractor = \"typed\"\n{stage}\n"));
        sandbox.file("a.txt", "one");
        let none = sandbox.path().join("none");
        let folder = if words[0] == "No module named gloss_plugin" { none } else { package() };
        let ran = gloss_with(&sandbox, &["run", "p.toml", "a.txt"], &folder);
        assert_eq!(ran.code, 1, "{words:?}: {}", ran.stderr);
        for word in words {
            assert!(ran.stderr.contains(word), "{word} is not in {}", ran.stderr);
        }
    };
    let same = |_: &Sandbox, _: &Path| {};
    let replace = |from: &'static str, to: &'static str| {
        move |_: &Sandbox, manifest: &Path| {
            let text = fs::read_to_string(manifest).unwrap();
            assert!(text.contains(from), "{text}");
            fs::write(manifest, text.replace(from, to)).unwrap();
        }
    };
    let module = |text: &'static str| {
        move |sandbox: &Sandbox, _: &Path| {
            sandbox.file("plugins/examples.py", text);
        }
    };
    check(
        &replace("\"python3\"", "\"no-such-python\""),
        "",
        &["G0307", "no-such-python", "pip install"],
    );
    check(&same, "", &["No module named gloss_plugin", "G0307", "pip install"]);
    check(&module("x = 1\nclass A(:\n"), "", &["G0307", "SyntaxError", "examples.py:2"]);
    check(
        &module("import nonesuch\n"),
        "",
        &["G0307", "nonesuch", "examples.py:1", "-m pip install"],
    );
    check(&module("1 / 0\n"), "", &["G0307", "ZeroDivisionError", "examples.py:1"]);
    check(&module("import os\nprint('so far')\nos._exit(4)\n"), "", &["exit code 4", "so far"]);
    check(&module("x = 1\n"), "", &["no class that is an Extractor"]);
    check(&same, "isolation = \"none\"", &["G0119", "p.toml:3", "remove isolation"]);
    check(&same, "", &["G0110", "words", "missing"]);
    check(&same, "options = { words = [\"fail\"] }", &["G0308", "as it was told", "do not"]);
    check(&same, "options = { words = [], limit = 10 }", &["G0110", "is too much", "p.toml:3"]);
    check(&same, "options = { words = [], exakt = true }", &["G0109", "did you mean \"exact\""]);
    check(&replace("frames = 2", "frames = 9"), "", &["G0107", "cannot be used"]);
}

#[test]
fn manifests_are_checked() {
    let sandbox = Sandbox::new();
    let manifest = plugin(&sandbox, "examples");
    let check = |text: &str, words: &[&str]| {
        fs::write(&manifest, text).unwrap();
        for arguments in [&["plugin", "list"][..], &["plugin", "info", manifest.to_str().unwrap()]]
        {
            let ran = gloss(&sandbox, arguments);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(words.iter().all(|word| said.contains(word)), "{words:?}: {said}");
        }
    };
    let good = fs::read_to_string(&manifest).unwrap();
    check(
        &good.replace("version", "verison"),
        &["G0311", "examples.gloss.toml:2:1", "mean \"version\""],
    );
    check(&good.replace("frames = 2", "frames = 9"), &["G0302", ":3:10", "speaks version 9"]);
    check(&good.replace("[\"examples.py\"]", "[\"no.py\"]"), &["G0311", "no.py is not there"]);
    check(&good.replace("frames = 2", "frames = "), &["G0311", ":3:10"]);
}

#[test]
fn a_program_is_installed_with_its_files() {
    let sandbox = Sandbox::new();
    let manifest = plugin(&sandbox, "misbehaving");
    let ran = gloss(&sandbox, &["plugin", "install", manifest.to_str().unwrap()]);
    assert!(ran.stdout.contains("installed python-tests/misbehaving 0.1.0"), "{}", ran.stderr);
    fs::remove_dir_all(sandbox.path().join("plugins")).unwrap();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"misbehaving\"\n");
    sandbox.file("a.txt", "one two");
    let run = || {
        let output = sandbox
            .command(&["run", "p.toml", "a.txt", "--record", "r.json", "--format", "jsonl"])
            .env("PYTHONPATH", package())
            .env("GLOSS_PLUGIN_PATH", sandbox.path().join("data/gloss/plugins"))
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        (documents(&String::from_utf8(output.stdout).unwrap()), stderr)
    };
    let (found, stderr) = run();
    assert_eq!(found.len(), 1, "{stderr}");
    let hash = &found[0]["layers"]["misbehaving/words"]["producer"]["hash"];
    let record: Value = serde_json::from_str(&sandbox.read("r.json")).unwrap();
    let recorded = record["stages"][0]["sha256"].as_str().unwrap();
    assert!(recorded.starts_with(hash.as_str().unwrap()), "{recorded} {hash}");
    // A change of a file that the manifest names is noticed.
    let file = sandbox.path().join("data/gloss/plugins/python-tests.misbehaving/misbehaving.py");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{text}\n# changed\n")).unwrap();
    let (found, stderr) = run();
    assert!(found.is_empty() && stderr.contains("G0304"), "{stderr}");
}

/// A manifest may name a folder, so what an earlier version left in it would be a part of this one.
#[test]
fn a_new_version_takes_the_place_of_the_old() {
    let sandbox = Sandbox::new();
    let manifest = plugin(&sandbox, "misbehaving");
    sandbox.file("plugins/data/old.txt", "old");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, text.replace("[\"misbehaving.py\"]", "[\"misbehaving.py\", \"data\"]"))
        .unwrap();
    let install = ["plugin", "install", manifest.to_str().unwrap()];
    let installed = sandbox.path().join("data/gloss/plugins");
    let folder = installed.join("python-tests.misbehaving");
    assert_eq!(gloss(&sandbox, &install).code, 0);
    assert!(folder.join("data/old.txt").is_file());
    fs::rename(
        sandbox.path().join("plugins/data/old.txt"),
        sandbox.file("plugins/data/new.txt", ""),
    )
    .unwrap();
    assert_eq!(gloss(&sandbox, &install).code, 0);
    let files = |folder: &Path| {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>()
    };
    assert_eq!(files(&folder.join("data")), ["new.txt"]);
    assert_eq!(files(&installed).len(), 2, "the folder and the record");
    // It can be removed even when it is damaged.
    fs::remove_file(folder.join("misbehaving.py")).unwrap();
    let ran = gloss(&sandbox, &["plugin", "uninstall", "python-tests/misbehaving"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(files(&installed), ["installed.json"]);
}

#[test]
fn programs_are_validated() {
    let sandbox = Sandbox::new();
    plugin(&sandbox, "examples");
    let check = |extractor: &str, checks: &[&str], passed: usize, words: &str| {
        let mut arguments = vec!["plugin", "validate", "plugins/examples.gloss.toml"];
        arguments.extend(["--extractor", extractor, "--long-text", "100000", "--seed", "7"]);
        checks.iter().for_each(|check| arguments.extend(["--only", check]));
        let ran = gloss(&sandbox, &arguments);
        assert!(ran.stdout.contains(words), "{}{}", ran.stdout, ran.stderr);
        let found = ran.stdout.matches('✓').count();
        assert_eq!(found, passed, "{}{}", ran.stdout, ran.stderr);
    };
    let some = ["manifest*", "entry-table", "plan*", "text-emoji", "ranges", "cancel-meanwhile"];
    check("everything", &some, 13, "0 warned, 0 failed");
    check("common-words", &["repeats", "batch-order", "corpus-shards"], 2, "looks into a library");
    check("shouting", &["option-*", "memory"], 4, "the plugin is a program, not a library");
    check("typed", &["plan"], 0, "words: the option is missing");
    let ran = gloss(&sandbox, &["plugin", "validate", "plugins/examples.py"]);
    assert_eq!(ran.code, 3, "{}", ran.stdout);
}

/// What lies where gloss is run is none of the plugin's modules.
#[test]
fn nothing_is_imported_from_the_current_folder() {
    let sandbox = Sandbox::new();
    plugin(&sandbox, "examples");
    for module in ["gloss_plugin", "json", "examples", "re"] {
        sandbox.file(&format!("{module}.py"), "raise RuntimeError('imported')\n");
    }
    sandbox.file("p.toml", "[[stage]]\nextractor = \"shouting\"\n");
    sandbox.file("a.txt", "one TWO");
    let ran = gloss(&sandbox, &["run", "p.toml", "a.txt", "--format", "jsonl"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
}

/// Kinds, and what the example of each prints.
const KINDS: [(&str, &str); 5] = [
    ("classes", "sample/sample: very-hard (+"),
    ("text", "sample/sample: The ferry to the islands"),
    ("vectors", "sample/sample: 1 vectors of 256"),
    ("corpus", "sample/sample: 6 KEYWORD"),
    ("spans", "sample/sample: 4 HEDGE, 2 BOOSTER"),
];

/// What `gloss plugin new --language python` makes needs no package that is installed: it passes its
/// tests, keeps the rules, and runs in a pipeline once it is installed.
#[test]
fn projects_of_every_kind_work() {
    let sandbox = Sandbox::new();
    let gloss = |arguments: &[&str]| {
        let ran = ran(&mut sandbox.command(arguments));
        assert_eq!(ran.code, 0, "{arguments:?}\n{}{}", ran.stdout, ran.stderr);
        ran.stdout + &ran.stderr
    };
    for (kind, shown) in KINDS {
        gloss(&["plugin", "new", "acme/sample", "--kind", kind, "--language", "python"]);
        let mut test = vec!["plugin", "test", "sample", "--seed", "7", "--long-text", "100000"];
        // Each check starts Python anew, so all of them run for one kind only.
        if kind != "spans" {
            test.extend(["--only", "option-*", "--only", "text-emoji", "--only", "batch-*"]);
        }
        let printed = gloss(&test);
        assert!(printed.contains(" 0 warned, 0 failed, 0 crashed"), "{printed}");
        assert!(printed.contains("test_plugin.TestPlugin"), "{printed}");

        // The package writes the same manifest.
        let manifest = sandbox.path().join("sample/extractor.gloss.toml");
        let before = fs::read_to_string(&manifest).unwrap();
        let written = Command::new("python3")
            .args(["-B", "gloss_plugin", "--manifest", "extractor.py", "--id", "acme/sample"])
            .current_dir(sandbox.path().join("sample"))
            .status();
        assert!(written.unwrap().success());
        assert_eq!(fs::read_to_string(&manifest).unwrap(), before);

        gloss(&["plugin", "install", "sample"]);
        fs::remove_file(manifest).unwrap();
        let shows =
            gloss(&["run", "sample/example/pipeline.toml", "sample/example", "--format", "pretty"]);
        assert!(shows.contains(shown), "{shows}");
        fs::remove_dir_all(sandbox.path().join("sample")).unwrap();
    }
}

#[test]
fn tests_of_projects_fail_when_they_should() {
    let sandbox = Sandbox::new();
    let new = ["plugin", "new", "sample", "--kind", "spans", "--language", "python"];
    assert_eq!(ran(&mut sandbox.command(&new)).code, 0);
    let change = |name: &str, from: &str, to: &str| {
        let path = sandbox.path().join("sample").join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from));
        fs::write(path, text.replace(from, to)).unwrap();
    };
    let check = |code: &str, part: &str| {
        let ran = ran(&mut sandbox.command(&["plugin", "test", "sample"]));
        assert_eq!(ran.code, 1);
        assert!(ran.stderr.contains(code) && ran.stderr.contains(part), "{}", ran.stderr);
    };
    change("test_extractor.py", "(HEDGE) rain", "(BOOSTER) rain");
    check("G0606", "- It [may](BOOSTER) rain.");
    change("extractor.gloss.toml", "\"python3\"", "\"python3.999\"");
    check("G0607", "python3.999");
}

/// A path counts from the folder of the pipeline file, and what the file holds counts as an option.
#[test]
fn options_name_files() {
    let sandbox = Sandbox::new();
    let listed = "from gloss_plugin import Extractor, File, spans\n\n\n\
        class Listed(Extractor):\n    provides = [spans('listed')]\n\n    \
        class Options:\n        words: File\n\n    \
        def load(self):\n        self.words = open(self.options.words).read().split()\n\n    \
        def extract(self, documents):\n        for d in documents:\n            \
        for w in self.words:\n                if w in d.text:\n                    \
        start = d.text.index(w)\n                    d.add_span('listed', start, start + len(w))\n";
    make(&sandbox, "listed", listed);
    let words = sandbox.file("lists/words.txt", "two");
    let pipeline = "[[stage]]\nextractor = \"listed\"\noptions = { words = \"words.txt\" }\n";
    sandbox.file("lists/p.toml", pipeline);
    sandbox.file("a.txt", "one two");
    let run = || gloss(&sandbox, &["run", "lists/p.toml", "a.txt"]);
    let ran = run();
    let found = &documents(&ran.stdout)[0]["layers"]["listed/listed"];
    assert_eq!(found["annotations"][0]["text"], "two", "{}", ran.stderr);
    let before = found["producer"].clone();
    fs::write(&words, "one").unwrap();
    let ran = run();
    let found = &documents(&ran.stdout)[0]["layers"]["listed/listed"];
    assert_eq!(found["annotations"][0]["text"], "one", "{}", ran.stderr);
    assert_ne!(found["producer"], before);
    fs::remove_file(words).unwrap();
    let ran = run();
    assert!(ran.code == 1 && ran.stderr.contains("G0120"), "{}", ran.stderr);
}
