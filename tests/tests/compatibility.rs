//! Plugins and hosts that were built apart: by other compilers, with other settings, for other
//! versions of the interface.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use gloss_tests::{Sandbox, build_folder, c, documents};
use serde_json::Value;

const TEXT: &str = "Añb 😀 cd";

/// What a plugin of `tests/plugins/c/versions.c` gives: one span, the first byte.
fn check_version(flags: &[&str], expected: Result<(), &[&str]>) {
    let sandbox = Sandbox::new();
    let plugin = c::plugin(&sandbox, &c::source("versions.c"), &c::include(), flags);
    let plugin = plugin.to_str().unwrap();
    sandbox.file("p.toml", "[[stage]]\nextractor = \"first-byte\"");
    sandbox.file("a.txt", TEXT);
    match expected {
        Ok(()) => {
            let ran = sandbox.gloss(&["run", "p.toml", "a.txt", "--plugin-path", plugin], b"");
            assert_eq!(ran.code, 0, "{flags:?}: {}", ran.stderr);
            let layer = &documents(&ran.stdout)[0]["layers"]["first-byte/first"];
            assert_eq!(layer["annotations"][0]["end"], 1, "{flags:?}");
        }
        Err(parts) => {
            let ran = sandbox.gloss(&["plugin", "info", plugin], b"");
            assert_eq!(ran.code, 1, "{flags:?}: {}", ran.stdout);
            for part in parts {
                assert!(ran.stderr.contains(part), "{flags:?}: {part} is not in {}", ran.stderr);
            }
        }
    }
}

#[test]
fn versions_of_the_interface() {
    check_version(&[], Ok(()));
    // An older minor: tables end early. A newer one: they go on.
    check_version(&["-DSHORT"], Ok(()));
    check_version(&["-DLONG", "-DMINOR=7"], Ok(()));
    let other = |version: &'static str| -> Vec<&'static str> { vec!["G0302", version, "help"] };
    check_version(&["-DMAJOR=2"], Err(&other("2.0-rc.")));
    check_version(&["-DCANDIDATE=1"], Err(&other("1.0-rc.1")));
    check_version(&["-DENTRY_CANDIDATE=99"], Err(&other("1.0-rc.99")));
    check_version(&["-DMAGIC=7"], Err(&["G0301", "not a plugin's entry table"]));
    check_version(&["-DNO_EXTRACTOR"], Err(&["G0301", "lacks the function extractor"]));
}

#[test]
fn functions_that_are_missing_are_named() {
    for function in
        ["describe", "plan", "load", "unload", "worker_create", "worker_destroy", "extract"]
    {
        let flag = format!("-DWITHOUT={function}");
        check_version(&[&flag], Err(&["G0301", &format!("lacks the function {function}")]));
    }
}

/// Plugins that were written for a version, with the header of that version.
#[test]
fn plugins_of_frozen_versions_load() {
    let frozen = c::repository().join("crates/gloss-abi/frozen");
    let mut loaded = 0;
    for version in fs::read_dir(frozen).unwrap() {
        let version = version.unwrap().path();
        let current = gloss_abi::abi_version!().split_once('-').map_or("", |(_, rc)| rc);
        // Candidates are incompatible with each other, so older ones do not load, and need not.
        if !version.to_str().unwrap().ends_with(current) {
            continue;
        }
        let sandbox = Sandbox::new();
        let plugin = c::plugin(&sandbox, &version.join("plugin.c"), &version, &[]);
        sandbox.file("p.toml", FROZEN);
        sandbox.file("a.txt", TEXT);
        let plugin = plugin.to_str().unwrap();
        let ran = sandbox.gloss(&["run", "p.toml", "a.txt", "--plugin-path", plugin], b"");
        assert_eq!(ran.code, 0, "{}: {}", version.display(), ran.stderr);
        check_frozen(&documents(&ran.stdout)[0]);
        loaded += 1;
    }
    assert!(loaded > 0, "this version is not frozen");
}

const FROZEN: &str = "[[stage]]\nextractor = \"every-kind\"\n[[stage]]\nextractor = \"read-back\"";

/// `every-kind` makes two annotations in a layer of each kind; `read-back` reads them all and
/// says in words what it saw.
fn check_frozen(document: &Value) {
    let layer = |name: &str| {
        let annotations = &document["layers"][name]["annotations"];
        annotations.as_array().unwrap_or_else(|| panic!("{name}: {document}")).clone()
    };
    assert_eq!(layer("every-kind/spans")[1]["text"], "ñ");
    assert_eq!(layer("every-kind/spans")[1]["attributes"]["letter"], "ñ");
    assert_eq!(layer("every-kind/classes")[1]["target"], 1);
    assert_eq!(layer("every-kind/texts")[1]["sources"][0]["end"], 3);
    assert_eq!(layer("every-kind/vectors")[1]["vector"], serde_json::json!([1.0, 2.0]));
    assert_eq!(layer("every-kind/relations")[0]["tail"], 1);
    assert_eq!(document["notes"].as_array().map(Vec::len), Some(1));
    assert_eq!(
        layer("read-back/seen")[0]["text"],
        "spans 2: 1..3 label 0 score 0.50 letter ñ; classes 2: label 1 target 1; \
         texts 2: second; vectors 2 of 2: 1.0 2.0; relations 1: 0 -> 1 label 0; metadata null"
    );
}

/// Builds share a folder, so they go one after another.
static BUILDING: Mutex<()> = Mutex::new(());

/// A compiler that is installed beside the one that runs this test, and its cargo.
struct Toolchain {
    cargo: Vec<OsString>,
    name: &'static str,
}

impl Toolchain {
    fn this() -> Toolchain {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Toolchain { cargo: vec![cargo], name: "this" }
    }

    /// `None`, and a line that says so, where there is none.
    fn nightly() -> Option<Toolchain> {
        let mut command = Command::new("rustup");
        command.args(["run", "nightly", "cargo", "--version"]);
        let works = clean(&mut command).output().is_ok_and(|output| output.status.success());
        if !works {
            println!("skipped: `rustup run nightly cargo` does not work, so no other compiler");
            return None;
        }
        let cargo = ["rustup", "run", "nightly", "cargo"].map(OsString::from).to_vec();
        Some(Toolchain { cargo, name: "nightly" })
    }

    /// Builds with settings of the profile, and gives the file that is made.
    fn build(&self, what: &[&str], settings: &[&str], file: &str) -> PathBuf {
        let folder = build_folder().join("../compatibility").join(self.name);
        let mut command = Command::new(&self.cargo[0]);
        command.args(&self.cargo[1..]).arg("build").args(what);
        command.args(["--offline", "--locked", "--quiet", "--target-dir"]).arg(&folder);
        for setting in settings {
            command.arg("--config").arg(format!("profile.dev.{setting}"));
        }
        let output = clean(command.current_dir(c::repository())).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        folder.join("debug").join(file)
    }
}

/// Without what the cargo that runs this test has set for itself.
fn clean(command: &mut Command) -> &mut Command {
    for name in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
    command
}

fn library(name: &str) -> String {
    format!("{}{name}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

const GUARDED: &str = "[[stage]]\nextractor = \"guarded\"\noptions = { prefix = \"é:\" }";

const DOCUMENTS: &str = concat!(
    "{\"id\":\"a\",\"text\":\"Añb 😀 cd\"}\n",
    "{\"id\":\"b\",\"text\":\"then error\"}\n",
    "{\"id\":\"c\",\"text\":\"then panic\"}\n",
    "{\"id\":\"d\",\"text\":\"\"}\n",
    "{\"id\":\"e\",\"text\":\"one two three\"}\n",
);

/// The annotations of the documents and the failures, without what names the file.
fn annotate(sandbox: &Sandbox, plugin: &Path) -> (Vec<Value>, Vec<Value>) {
    sandbox.file("p.toml", GUARDED);
    sandbox.file("a.jsonl", DOCUMENTS);
    let plugin = plugin.to_str().unwrap();
    let arguments = ["run", "p.toml", "a.jsonl", "-o", "out.jsonl", "--plugin-path", plugin];
    // A copy, because `gloss` takes the plugin of the same id that lies beside it for a second one.
    let gloss = sandbox.path().join("gloss");
    fs::copy(build_folder().join("gloss"), &gloss).unwrap();
    let output = sandbox.command_of(&gloss, &arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    let read = |name: &str| documents(&fs::read_to_string(sandbox.path().join(name)).unwrap());
    let mut annotated = read("out.jsonl");
    for layer in
        annotated.iter_mut().flat_map(|d| d["layers"].as_object_mut().unwrap().values_mut())
    {
        layer["producer"] = Value::Null;
    }
    let failed = read("out.jsonl.quarantine.jsonl");
    (annotated, failed.iter().map(|d| d["errors"].clone()).collect())
}

/// What the plugin of this build gives.
fn expected() -> (Vec<Value>, Vec<Value>) {
    let sandbox = Sandbox::new();
    let (annotated, failed) = annotate(&sandbox, &build_folder().join(library("gloss_guarded")));
    assert_eq!(annotated.len(), 3);
    let echo = &annotated[0]["layers"]["guarded/echoes"]["annotations"][0]["text"];
    assert_eq!(*echo, "é: AÑB 😀 CD");
    let codes: Vec<_> = failed.iter().map(|errors| errors[0]["code"].clone()).collect();
    assert_eq!(codes, ["G0500", "G0501"]);
    (annotated, failed)
}

const PLUGIN: [&str; 2] = ["-p", "gloss-guarded"];

#[test]
fn plugins_that_were_built_otherwise_give_the_same() {
    let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let expected = expected();
    let check = |toolchain: &Toolchain, level: u32| {
        let all = format!("package.\"*\".opt-level={level}");
        let own = format!("opt-level={level}");
        let built = toolchain.build(&PLUGIN, &[&all, &own], &library("gloss_guarded"));
        let sandbox = Sandbox::new();
        assert_eq!(annotate(&sandbox, &built), expected, "{} {level}", toolchain.name);
    };
    // Without optimisation by another compiler, if there is one; with all of it by this one.
    check(&Toolchain::nightly().unwrap_or_else(Toolchain::this), 0);
    check(&Toolchain::this(), 3);
}

/// A host that ends with its own first panic, and a plugin that panics.
#[test]
fn a_panic_of_a_plugin_does_not_reach_a_host_that_aborts() {
    let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let what = ["-p", "gloss-host", "--example", "annotate"];
    let host = Toolchain::this().build(&what, &["panic=\"abort\""], "examples/annotate");
    let sandbox = Sandbox::new();
    let pipeline = sandbox.file("p.toml", GUARDED);
    let output = Command::new(host)
        .arg(pipeline)
        .arg(build_folder().join(library("gloss_guarded")))
        .args(["one two", "then panic", "then error", "three"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!(lines[0], "0: guarded/words 2, guarded/echoes 1");
    assert!(lines[1].starts_with("1: G0501 guarded: panicked: word 2 ("), "{}", lines[1]);
    assert!(lines[2].starts_with("2: G0500 guarded: word 2"), "{}", lines[2]);
    assert_eq!(lines[3], "3: guarded/words 1, guarded/echoes 1");
}

/// The other way round there would be nothing to catch a panic, so such plugins do not compile.
#[test]
fn plugins_that_abort_do_not_compile() {
    let _building = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
    let folder = build_folder().join("../compatibility/this");
    let mut command = Command::new(&Toolchain::this().cargo[0]);
    command.args(["rustc", "--quiet", "--offline", "--locked", "--lib"]).args(PLUGIN);
    command.arg("--target-dir").arg(folder).args(["--", "-C", "panic=abort"]);
    let output = clean(command.current_dir(c::repository())).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(message.contains("must be built with panic = \"unwind\""), "{message}");
}
