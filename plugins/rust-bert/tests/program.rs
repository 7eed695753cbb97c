//! The plugin in `gloss`, which knows nothing of libtorch: as it is installed, with no variable that says where
//! anything is. Needs the program as `cargo xtask test` builds it.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const LIBRARY: &str = "libgloss_rust_bert.so";

/// A folder with all that a user has.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Home {
        Home(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn gloss(&self, arguments: &[&str]) -> Output {
        let program = repository("target/debug/gloss");
        assert!(program.is_file(), "run `cargo xtask test` first: it builds {}", program.display());
        let mut command = Command::new(program);
        command.env_clear().env("HOME", self.0.path()).env("NO_COLOR", "1");
        command.args(arguments).current_dir(self.0.path()).output().unwrap()
    }

    /// Installs the plugin as its users do; says where it is then.
    fn install(&self) -> PathBuf {
        let library = repository("target/rust-bert/release").join(LIBRARY);
        let installed = self.gloss(&["plugin", "install", library.to_str().unwrap()]);
        let said = printed(&installed);
        assert!(installed.status.success(), "{said}");
        PathBuf::from(said.trim().rsplit_once(" as ").unwrap().1)
    }

    /// A pipeline of a stage that runs with libtorch and of one after it that does not.
    fn pipeline(&self, model: &Path) {
        let text = format!(
            "[[stage]]\nextractor = \"gloss/rust-bert:ner\"\nid = \"bert\"\noptions = {{ model = {model:?} }}\n\n\
             [[stage]]\nextractor = \"sentences\"\n"
        );
        fs::write(self.path("pipeline.toml"), text).unwrap();
        fs::write(self.path("text.txt"), "Angela Merkel met Emmanuel Macron in Zürich.").unwrap();
    }

    fn run(&self) -> Output {
        self.gloss(&["run", "pipeline.toml", "text.txt", "--format", "jsonl"])
    }
}

/// A path of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn entities() -> PathBuf {
    fs::canonicalize(repository("plugins/transformers/tests/models/entities")).unwrap()
}

fn printed(output: &Output) -> String {
    let both = [output.stdout.as_slice(), &output.stderr].concat();
    String::from_utf8(both).unwrap()
}

#[test]
fn an_installed_plugin_finds_libtorch_beside_it() {
    let home = Home::new();
    let library = home.install();
    let libtorch = fs::canonicalize(repository(".libtorch")).unwrap();
    symlink(libtorch, library.with_file_name("libtorch")).unwrap();
    home.pipeline(&entities());
    let ran = home.run();
    let said = printed(&ran);
    assert!(ran.status.success(), "{said}");
    assert!(
        said.contains("\"bert/entities\"") && said.contains("\"sentences/sentences\""),
        "{said}"
    );
}

#[test]
fn without_libtorch_it_says_what_to_do() {
    let home = Home::new();
    home.install();
    home.pipeline(&entities());
    for ran in [home.gloss(&["plugin", "info", "gloss/rust-bert"]), home.run()] {
        let said = printed(&ran);
        assert!(!ran.status.success(), "{said}");
        assert!(said.contains("libtorch_cpu.so"), "{said}");
        assert!(said.contains("cargo xtask rust-bert"), "{said}");
    }
}

#[test]
fn a_broken_model_is_refused_before_the_first_document() {
    let home = Home::new();
    let library = home.install();
    let libtorch = fs::canonicalize(repository(".libtorch")).unwrap();
    symlink(libtorch, library.with_file_name("libtorch")).unwrap();
    let model = home.path("model");
    fs::create_dir(&model).unwrap();
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        fs::copy(entities().join(name), model.join(name)).unwrap();
    }
    let weights = fs::read(model.join("model.safetensors")).unwrap();
    fs::write(model.join("model.safetensors"), &weights[..weights.len() - 8]).unwrap();
    home.pipeline(&model);
    let ran = home.run();
    let said = printed(&ran);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    assert!(said.contains("model.safetensors") && said.contains("bert"), "{said}");
}
