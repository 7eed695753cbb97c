//! Runs what the pages of the documentation show: their commands, files and snippets.
//!
//! Each page is followed from top to bottom as a reader does, in a shell and an empty folder of its
//! own, with `gloss` and the plugins that users get on the `PATH`, and without network. Every code
//! block must be accounted for, by its language or by an HTML comment right before it:
//!
//! | | |
//! | --- | --- |
//! | language `console` | lines that begin with `$ ` are run (`> ` continues one); what follows is what they print, on both streams. They must succeed, unless the next is `$ echo $?` |
//! | `<!-- output: COMMAND -->` | the block is what the command prints |
//! | `<!-- file: NAME -->` | the block is written to the file, from where the shell is then; a later command must use it |
//! | `<!-- excerpt: PATH -->` | the block stands in that file of the repository; a line `...` (or `// ...`, `# ...`, `/* ... */`) leaves something out |
//! | `<!-- not run: WHY -->` | none of these can be |
//!
//! Two comments stand for themselves: `<!-- needs: PATH... -->` copies files of the repository to
//! the same place in the folder, and `<!-- run: COMMAND -->` runs what readers need not see.
//!
//! In output `[..]` stands for a part of a line and a line `...` for any lines. With
//! `SNAPSHOTS=overwrite` in the environment, what is printed now is written into the pages, with
//! these left where they still fit.

mod compare;
mod page;
mod session;

use std::fs;
use std::path::{Path, PathBuf};

use crate::c::repository;
use page::{Action, Expected, Page};
pub use session::Programs;
use session::Session;

/// What is wrong with a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Line of the page, from 1.
    pub line: usize,
    /// What, with a difference where something else was expected.
    pub message: String,
    /// Whether writing the page anew removes it.
    pub stale: bool,
}

impl Problem {
    fn new(line: usize, message: impl Into<String>) -> Problem {
        Problem { line, message: message.into(), stale: false }
    }
}

/// What came of following a page.
#[derive(Debug)]
pub struct Followed {
    /// What is wrong, from top to bottom.
    pub problems: Vec<Problem>,
    /// The page with what is printed now.
    pub refreshed: String,
}

/// The pages of the repository, as paths within it: all Markdown at its root and in its own
/// folders. What else lies at the root, such as a virtual environment, is not ours.
#[must_use]
pub fn pages() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let root = repository();
    for entry in entries(&root) {
        let ours = ["crates", "docs", "models", "plugins", "tests"].map(Path::new);
        if ours.contains(&entry.as_path()) || is_page(&entry) {
            collect(&root, &entry, &mut found);
        }
    }
    found
}

fn collect(root: &Path, path: &Path, found: &mut Vec<PathBuf>) {
    if root.join(path).is_dir() {
        for entry in entries(&root.join(path)) {
            collect(root, &path.join(entry), found);
        }
    } else if is_page(path) {
        found.push(path.to_owned());
    }
}

/// Names in a folder, in order, without those that begin with a dot and `target`.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.file_name());
    let visible =
        |name: &PathBuf| !name.to_string_lossy().starts_with('.') && name != Path::new("target");
    let mut names: Vec<PathBuf> = names.map(PathBuf::from).filter(visible).collect();
    names.sort_unstable();
    names
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "md")
}

/// Follows a page.
///
/// # Panics
/// When no shell can be started, or the folder for it not be made.
#[must_use]
pub fn follow(text: &str, programs: &Programs) -> Followed {
    let Page { steps, mut problems } = page::read(text);
    let mut session = Session::new(programs);
    let mut edits = Vec::new();
    let mut commands: Vec<(usize, String)> = Vec::new();
    let mut files = Vec::new();
    for step in steps {
        let line = step.line;
        match step.action {
            Action::Run { command, expected, may_fail } => {
                let printed = session.run(&command);
                commands.push((line, command.clone()));
                // The output is of more help than the status alone, so both are told.
                if printed.status != 0 && !may_fail {
                    let said = format!("`{command}` ended with {}", printed.status);
                    problems.push(Problem::new(line, format!("{said}:\n{}", printed.output)));
                }
                if let Some(expected) = expected {
                    compare_output(&command, &printed.output, &expected, &mut edits, &mut problems);
                }
            }
            Action::Write { name, contents } => {
                let refusal = session.write(&name, &contents);
                if !refusal.is_empty() {
                    problems.push(Problem::new(line, refusal));
                }
                files.push((line, name));
            }
            Action::Copy(paths) => {
                for path in paths {
                    if let Err(missing) = session.copy(&path) {
                        problems.push(Problem::new(line, missing));
                    }
                }
            }
            Action::Excerpt { path, contents } => {
                if let Err(message) = excerpt(&path, &contents) {
                    problems.push(Problem::new(line, message));
                }
            }
        }
    }
    for (line, name) in files {
        let used =
            |(at, command): &(usize, String)| *at > line && command.contains(first_of(&name));
        if !commands.iter().any(used) {
            let message = format!("no command behind it uses the file {name}");
            problems.push(Problem::new(line, message));
        }
    }
    problems.sort_by_key(|problem| problem.line);
    Followed { problems, refreshed: page::edited(text, edits) }
}

/// The name that commands know a file by: that of the outermost folder, or its own.
fn first_of(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

fn compare_output(
    command: &str,
    printed: &str,
    expected: &Expected,
    edits: &mut Vec<page::Edit>,
    problems: &mut Vec<Problem>,
) {
    let (now, difference) = compare::output(printed, &expected.text);
    if let Some(difference) = difference {
        let message = format!("`{command}` prints something else:\n{difference}");
        problems.push(Problem { line: expected.line, message, stale: true });
        edits.push(expected.replaced_by(&now));
    }
}

fn excerpt(path: &str, contents: &str) -> Result<(), String> {
    let file = fs::read_to_string(repository().join(path)).map_err(|e| format!("{path}: {e}"))?;
    compare::excerpt(contents, &file).map_err(|lines| format!("this is not in {path}:\n{lines}"))
}
