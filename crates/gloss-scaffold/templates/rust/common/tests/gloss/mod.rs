//! Runs the program `gloss` with this plugin, as users do.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::{env, fs};

use serde_json::{Value, json};

/// The extractor; the layer, the stage and the library are called like it.
const NAME: &str = "{{name}}";

/// Other plugins may have an extractor of that name: this is yours.
const EXTRACTOR: &str = "{{id}}:{{name}}";

/// The annotations that the extractor makes of each text. `options` are those of a pipeline file,
/// in TOML.
///
/// # Panics
/// When `gloss` is not there, or refuses.
pub fn annotations(test: &str, options: &str, texts: &[&str]) -> Vec<Vec<Value>> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    fs::create_dir_all(&folder).unwrap();
    let pipeline = folder.join("pipeline.toml");
    let stage = format!("[[stage]]\nextractor = \"{EXTRACTOR}\"\noptions = {{ {options} }}\n");
    fs::write(&pipeline, stage).unwrap();

    let gloss = env::var_os("GLOSS").unwrap_or_else(|| "gloss".into());
    let mut child = Command::new(&gloss)
        .arg("run")
        .arg(&pipeline)
        .args(["-", "--input-format", "jsonl", "--format", "jsonl"])
        .arg("--plugin-path")
        // Named by its file, it comes before a version that is installed.
        .arg(library())
        // Records of runs are for people; these are of nobody's.
        .env("XDG_STATE_HOME", folder.join("state"))
        .env_remove("GLOSS_PLUGIN_PATH")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!(
                "{gloss:?} cannot be started: {error}. Run `gloss plugin test`; or put the folder \
                 of `gloss` on the PATH, or its path into the variable GLOSS."
            )
        });
    let mut input = child.stdin.take().unwrap();
    for (id, text) in texts.iter().enumerate() {
        // A `gloss` that refuses reads nothing; what it says is of more help than that.
        let _ = writeln!(input, "{}", json!({ "id": id.to_string(), "text": text }));
    }
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "gloss failed: what it says is above"
    );

    let annotations = |line: &str| {
        let document: Value = serde_json::from_str(line).unwrap();
        let layer = &document["layers"][format!("{NAME}/{NAME}")];
        layer["annotations"].as_array().cloned().unwrap_or_default()
    };
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(annotations)
        .collect()
}

/// The library that was built with this test: it lies beside it.
fn library() -> PathBuf {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    let name = format!("{DLL_PREFIX}{}{DLL_SUFFIX}", NAME.replace('-', "_"));
    let test = env::current_exe().unwrap();
    let places: Vec<PathBuf> = test
        .ancestors()
        .skip(1)
        .take(2)
        .map(|f| f.join(&name))
        .collect();
    let found = places.iter().find(|path| path.is_file());
    found
        .unwrap_or_else(|| panic!("the plugin is at none of {places:?}"))
        .clone()
}
