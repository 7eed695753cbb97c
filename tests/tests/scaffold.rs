//! Projects of plugin authors: what `gloss plugin new` makes builds without a registry, passes its
//! own tests, keeps every rule of the interface, and runs in a pipeline.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use gloss_tests::{Sandbox, cargo_variables, projects_folder};

/// What takes longer does not come: a build takes seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Kinds, and what the example of each prints.
const KINDS: [(&str, &str); 5] = [
    ("classes", "sample/sample: very-hard (+"),
    ("text", "sample/sample: The ferry to the islands"),
    ("vectors", "sample/sample: "),
    ("corpus", "sample/sample: 6 KEYWORD"),
    ("spans", "sample/sample: 4 HEDGE, 2 BOOSTER"),
];

/// An author at work in a folder, with data of their own.
struct Author {
    sandbox: Sandbox,
    folder: PathBuf,
}

impl Author {
    /// In an empty folder outside of the repository, whose settings hold below it.
    fn new() -> Author {
        let sandbox = Sandbox::new();
        let folder = sandbox.path().to_owned();
        Author { sandbox, folder }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        self.prepared(self.sandbox.command(arguments))
    }

    fn prepared(&self, mut command: Command) -> Command {
        command.current_dir(&self.folder).envs(cargo_variables());
        command
    }

    /// Runs `gloss`; gives its exit code and what it printed on both streams.
    fn gloss(&self, arguments: &[&str]) -> (i32, String) {
        run(&mut self.command(arguments))
    }

    /// As [`Author::gloss`], for what must succeed.
    #[track_caller]
    fn succeed(&self, arguments: &[&str]) -> String {
        let (code, output) = self.gloss(arguments);
        assert_eq!(code, 0, "{arguments:?}:\n{output}");
        output
    }

    /// As [`Author::gloss`], for what must be refused with this code and these words.
    #[track_caller]
    fn refused(&self, arguments: &[&str], code: &str, parts: &[&str]) {
        let (exit, output) = self.gloss(arguments);
        assert_eq!(exit, 1, "{arguments:?}:\n{output}");
        contains(&output, &[&[code], parts].concat());
    }
}

fn run(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].map(|o| String::from_utf8_lossy(&o).into_owned());
    (output.status.code().unwrap_or(-1), text.concat())
}

#[track_caller]
fn contains(output: &str, parts: &[&str]) {
    for part in parts {
        assert!(output.contains(part), "{part:?} is not in:\n{output}");
    }
}

fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Makes a folder the same as another, and touches only what differs, so that `cargo` builds the SDK
/// once for all kinds, and again only when it has changed.
fn update(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(to).unwrap().map(|entry| entry.unwrap()) {
        if !from.join(entry.file_name()).exists() {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.unwrap();
        }
    }
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            update(&from, &to);
        } else if fs::read(&to).ok() != Some(fs::read(&from).unwrap()) {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// One test, because all kinds are built in one folder.
#[test]
fn every_kind_builds_and_keeps_the_rules() {
    let author = Author::new();
    let folder = projects_folder().join("made/sample");
    let project = folder.to_str().unwrap();
    let (pipeline, texts) =
        (format!("{project}/example/pipeline.toml"), format!("{project}/example"));
    for (kind, shown) in KINDS {
        author.succeed(&["plugin", "new", "acme/sample", "--kind", kind]);
        let made = author.folder.join("sample");
        update(&made, &folder);
        let lock = || fs::read_to_string(folder.join("Cargo.lock")).unwrap();
        let before = lock();

        let checks = ["--seed", "7", "--long-text", "200000"];
        let printed = author.succeed(&[&["plugin", "test", project], checks.as_slice()].concat());
        contains(&printed, &["tests/plugin.rs", " 0 warned, 0 failed, 0 crashed"]);
        assert_eq!(printed.matches("test result: ok.").count(), 3, "{printed}");
        assert_eq!(before, lock(), "`cargo build --locked` would refuse the lock file of {kind}");

        let printed = author.succeed(&["plugin", "install", project]);
        contains(&printed, &["installed acme/sample 0.1.0 as "]);
        let printed = author.succeed(&["run", &pipeline, &texts, "--format", "pretty"]);
        contains(&printed, &[shown]);
        fs::remove_dir_all(made).unwrap();
    }
    changes(&author, &folder);
    faults(&author, &folder);
}

/// What an author sees who works at a project, which is built.
fn changes(author: &Author, folder: &Path) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let log = author.sandbox.path().join("dev.log");
    let dev = author
        .command(&["dev", &path("example/pipeline.toml"), &path("example/text.txt")])
        .args(["--release", "--plugin", &path("")])
        .stdout(Stdio::piped())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut dev = Ending(dev);
    let (lines, shown) = std::sync::mpsc::channel();
    let stdout = BufReader::new(dev.0.stdout.take().unwrap());
    std::thread::spawn(move || stdout.lines().try_for_each(|line| lines.send(line.unwrap())));
    let until = |part: &str| {
        let mut seen = Vec::new();
        while !seen.last().is_some_and(|line: &String| line.contains(part)) {
            let line = shown.recv_timeout(PATIENCE);
            let log = || fs::read_to_string(&log).unwrap();
            seen.push(line.unwrap_or_else(|_| panic!("no {part:?} in {seen:#?}\n{}", log())));
        }
    };
    let change = |name: &str, from: &str, to: &str| {
        let text = fs::read_to_string(path(name)).unwrap();
        assert!(text.contains(from));
        fs::write(path(name), text.replacen(from, to, 1)).unwrap();
    };
    until("is [certainly](BOOSTER) right that trade [may](HEDGE) grow");
    change("src/lib.rs", "always certainly clearly", "always certainly");
    until("- sample: BOOSTER \"clearly\" ");
    change("example/text.txt", "that trade may", "that trade might");
    until("+ sample: HEDGE \"might\" 43..48");
    change("src/lib.rs", "fn load(", "fn lead(");
    let deadline = Instant::now() + PATIENCE;
    while !fs::read_to_string(&log).unwrap().contains("G0605") {
        assert!(Instant::now() < deadline, "an error of the compiler is not shown");
        std::thread::sleep(Duration::from_millis(50));
    }
    change("src/lib.rs", "fn lead(", "fn load(");
    until("no difference");
}

/// A process that ends with the test, however that ends.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What an author is told when something is wrong with a project, which is built and installed.
fn faults(author: &Author, folder: &Path) {
    // Without `gloss` the project's own test says what to do.
    let mut cargo = author.prepared(cargo());
    cargo.args(["test", "--release", "--test", "plugin"]).current_dir(folder).env("GLOSS", "/none");
    let (code, output) = run(&mut cargo);
    assert_eq!(code, 101, "{output}");
    contains(&output, &["\"/none\" cannot be started", "Run `gloss plugin test`"]);

    let source = folder.join("src/lib.rs");
    let change = |from: &str, to: &str| {
        let text = fs::read_to_string(&source).unwrap();
        assert!(text.contains(from));
        fs::write(&source, text.replace(from, to)).unwrap();
    };
    let project = folder.to_str().unwrap();
    change("(HEDGE) rain", "(BOOSTER) rain");
    let test = ["plugin", "test", project];
    author.refused(&test, "G0606", &["expected: It [may](BOOSTER)"]);
    change("fn load(", "fn lead(");
    author.refused(&test, "G0606", &["not all trait items"]);
    author.refused(&["plugin", "install", project], "G0605", &["not all trait items"]);
    // What is installed is still what worked.
    author.succeed(&["plugin", "info", "acme/sample"]);
}

#[test]
fn what_cannot_be_made_or_built_is_refused() {
    let author = Author::new();
    let new = |name| ["plugin", "new", name, "--kind", "spans"];
    author.refused(&new("Gene_Names"), "G0600", &["lower-case", "\"gene-names\" would do"]);
    author.refused(&new("../x"), "G0600", &["publisher"]);
    assert_eq!(fs::read_dir(&author.folder).unwrap().count(), 0, "nothing was made");
    author.refused(&["plugin", "build"], "G0604", &["gloss plugin new"]);
    author.refused(&["plugin", "test", "none"], "G0604", &["none", "gloss plugin new"]);
    author.succeed(&new("one"));
    let mut command = author.command(&["plugin", "build", "one"]);
    let (code, output) = run(command.env("PATH", "").env_remove("CARGO"));
    assert_eq!(code, 1, "{output}");
    contains(&output, &["G0603", "https://rustup.rs"]);
    author.refused(&new("acme/one"), "G0601", &["one exists"]);
    // A crate that is no plugin.
    let folder = projects_folder().join("made/none");
    fs::create_dir_all(folder.join("src")).unwrap();
    fs::write(folder.join("Cargo.toml"), "[package]\nname = \"none\"\n[workspace]\n").unwrap();
    fs::write(folder.join("src/lib.rs"), "").unwrap();
    let folder = folder.to_str().unwrap();
    author.refused(&["plugin", "build", folder, "--debug"], "G0604", &["crate-type"]);
}

/// An author's first `cargo fmt` should change nothing, whatever the length of the name.
#[test]
fn projects_are_formatted() {
    let author = Author::new();
    for name in ["a", "gene-names", "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o", &"b".repeat(32)] {
        for (kind, _) in KINDS {
            author.succeed(&["plugin", "new", name, "--kind", kind]);
            let folder = author.folder.join(name);
            let (code, output) = run(cargo().args(["fmt", "--check"]).current_dir(&folder));
            assert_eq!(code, 0, "{name} {kind}:\n{output}");
            fs::remove_dir_all(folder).unwrap();
        }
    }
}
