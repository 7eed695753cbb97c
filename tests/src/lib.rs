//! Runs the real binary with the real plugins.

pub mod c;
pub mod docs;
pub mod figures;
pub mod random;
pub mod runs;

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder of its own for one test, and the binary to run in it.
#[derive(Debug)]
pub struct Sandbox {
    folder: TempDir,
}

impl Default for Sandbox {
    fn default() -> Sandbox {
        Sandbox::new()
    }
}

/// What came of a run of the binary.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; -1 for a signal.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// The folder of the build that the running test belongs to: `gloss` and the plugins lie there.
///
/// # Panics
/// When a test is run from elsewhere.
#[must_use]
pub fn build_folder() -> PathBuf {
    let test = std::env::current_exe().expect("the test's own path");
    let folder = test.parent().and_then(Path::parent).expect("target/PROFILE/deps/TEST");
    assert!(
        folder.join("gloss").exists(),
        "{} is missing: `cargo build --workspace` first, or use `cargo xtask test`",
        folder.join("gloss").display()
    );
    folder.to_owned()
}

/// The library of a plugin by its crate's name, such as `gloss_sentences`.
///
/// # Panics
/// As [`build_folder`].
#[must_use]
pub fn plugin_file(name: &str) -> PathBuf {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
    build_folder().join(format!("{DLL_PREFIX}{name}{DLL_SUFFIX}"))
}

/// Where the projects of plugin authors lie that tests build. What is built has the project's path in
/// its name: so that the folder does not grow, each project is in the same place each time.
///
/// # Panics
/// As [`build_folder`].
#[must_use]
pub fn projects_folder() -> PathBuf {
    build_folder().join("projects")
}

/// Variables with which `cargo` builds such projects: quickly, with all checks, from what is here,
/// and in one folder, so that what all of them depend on is built once.
///
/// # Panics
/// As [`build_folder`].
#[must_use]
pub fn cargo_variables() -> [(&'static str, OsString); 5] {
    [
        ("CARGO_TARGET_DIR", projects_folder().join("target").into()),
        ("CARGO_NET_OFFLINE", "true".into()),
        ("CARGO_INCREMENTAL", "0".into()),
        ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0".into()),
        ("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true".into()),
    ]
}

impl Sandbox {
    /// An empty folder.
    ///
    /// # Panics
    /// When there can be none.
    #[must_use]
    pub fn new() -> Sandbox {
        Sandbox { folder: TempDir::new().expect("a temporary folder") }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and gives its path.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn file(&self, name: &str, contents: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).expect("a folder");
        }
        fs::write(&path, contents).expect("a file");
        path
    }

    /// Reads a file as text.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn read(&self, name: &str) -> String {
        let path = self.path().join(name);
        fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
    }

    /// Runs `gloss` in the folder, with state and data of its own. Models are those of the user,
    /// which `cargo xtask test` fetched.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn gloss(&self, arguments: &[&str], stdin: &[u8]) -> Ran {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gloss starts");
        // The program may end before it has read everything.
        let _ = child.stdin.take().expect("piped").write_all(stdin);
        let Output { status, stdout, stderr } = child.wait_with_output().expect("gloss ends");
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8(stdout).expect("UTF-8"),
            stderr: String::from_utf8_lossy(&stderr).into_owned(),
        }
    }

    /// The command that [`Sandbox::gloss`] runs.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(&build_folder().join("gloss"), arguments)
    }

    /// The same, for a process that is to be sent signals: whoever starts the tests may have had some
    /// ignored, and they would be ignored there too.
    #[must_use]
    pub fn interruptible(&self, arguments: &[&str]) -> Command {
        if !cfg!(target_os = "linux") {
            return self.command(arguments);
        }
        let gloss = build_folder().join("gloss");
        let gloss = gloss.to_string_lossy();
        let default = ["--default-signal=INT,TERM,HUP", &*gloss];
        self.command_of(Path::new("env"), &[&default, arguments].concat())
    }

    /// The same with another copy of the binary, which finds no plugins beside itself.
    #[must_use]
    pub fn command_of(&self, gloss: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(gloss);
        command
            .args(arguments)
            .current_dir(self.path())
            .env("XDG_STATE_HOME", self.path().join("state"))
            .env("GLOSS_MODELS", models_folder())
            .env("XDG_DATA_HOME", self.path().join("data"))
            .env("XDG_CACHE_HOME", self.path().join("cache"))
            .env_remove("GLOSS_WORKER")
            .env_remove("GLOSS_PLUGIN_PATH")
            .env_remove("GLOSS_CACHE")
            .env_remove("GLOSS_LOG")
            .env("NO_COLOR", "1");
        command
    }
}

/// Where the user's models are: the sandbox changes the data folder, not this.
#[must_use]
pub fn models_folder() -> PathBuf {
    if let Some(folder) = std::env::var_os("GLOSS_MODELS") {
        return folder.into();
    }
    let data = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).unwrap_or_else(|| {
        PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".local/share")
    });
    data.join("gloss/models")
}

/// The documents in JSONL.
///
/// # Panics
/// When a line is not JSON.
#[must_use]
pub fn documents(jsonl: &str) -> Vec<serde_json::Value> {
    jsonl.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Copies a file or a folder with all that is in it. Links are followed.
///
/// # Panics
/// When something cannot be read or written.
pub fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder's entries").flatten() {
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        fs::copy(from, to).unwrap_or_else(|e| panic!("{}: {e}", from.display()));
    }
}
