//! What takes too long for every change: kills and faults by the hundred, a million documents, two
//! threads against one, fuzzing. All but the last are tests that do more when the environment says so;
//! `cargo xtask test` runs the same tests with less.

mod fuzz;
mod table;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use self::table::Table;
use crate::root;

/// A part of it.
struct Part {
    name: &'static str,
    does: Does,
}

enum Does {
    /// Runs tests of `gloss-tests`.
    Tests {
        /// Each with the test functions that run; all where none is named.
        tests: &'static [(&'static str, &'static str)],
        /// What makes it long, unless the environment says otherwise, and what makes it short.
        variable: Variable,
    },
    /// Runs the fuzz targets of all crates.
    Fuzzes,
}

/// A variable of the environment, with its values for the whole and for a trial.
struct Variable {
    name: &'static str,
    long: &'static str,
    quick: &'static str,
}

const PARTS: &[Part] = &[
    // Each of six kinds of runs is killed so often.
    Part {
        name: "kills",
        does: Does::Tests {
            tests: &[("resume", "")],
            variable: Variable { name: "GLOSS_KILLS", long: "40", quick: "2" },
        },
    },
    // Each fault of a plugin happens with every hundredth of so many documents.
    Part {
        name: "faults",
        does: Does::Tests {
            tests: &[
                ("isolation", ""),
                ("vanishing", ""),
                ("input_faults", ""),
                ("disk_faults", ""),
                ("clock_jumps", ""),
            ],
            variable: Variable { name: "GLOSS_STRESS_DOCUMENTS", long: "20000", quick: "300" },
        },
    },
    Part {
        name: "million",
        does: Does::Tests {
            tests: &[("long", "million")],
            variable: Variable { name: "GLOSS_MILLION", long: "1000000", quick: "2000" },
        },
    },
    Part {
        name: "scaling",
        does: Does::Tests {
            tests: &[("long", "scaling")],
            variable: Variable { name: "GLOSS_ARTICLES", long: "1500", quick: "20" },
        },
    },
    Part { name: "fuzz", does: Does::Fuzzes },
];

/// Runs all parts, or those that are named, and prints a table of what they found. With `--quick` among
/// the names it is a trial of all this, in minutes: small numbers, built as the tests are.
pub fn run(arguments: &[String]) -> Result<()> {
    let quick = arguments.iter().any(|argument| argument == QUICK);
    let names: Vec<&String> = arguments.iter().filter(|argument| *argument != QUICK).collect();
    let known = |name: &&&String| PARTS.iter().any(|part| part.name == name.as_str());
    if let Some(unknown) = names.iter().find(|name| !known(name)) {
        let all: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!("there is no part {unknown:?}; there are: {}", all.join(", "));
    }
    let chosen =
        PARTS.iter().filter(|p| names.is_empty() || names.iter().any(|name| *name == p.name));
    let mut table = Table::default();
    let mut built = false;
    for part in chosen {
        match &part.does {
            Does::Tests { tests, variable } => {
                if !built {
                    crate::run("cargo", &[BUILD, release(quick)].concat())?;
                    built = true;
                }
                for (test, filter) in *tests {
                    run_test(part.name, test, filter, (variable, quick), &mut table)?;
                }
            }
            Does::Fuzzes => fuzz::run(part.name, quick, &mut table)?,
        }
    }
    table.print();
    match table.missed() {
        0 => Ok(()),
        missed => bail!("{missed} of the figures are not what they should be"),
    }
}

const QUICK: &str = "--quick";
/// As the tests are built.
const BUILD: &[&str] = &["build", "--workspace", "--all-features", "--locked"];

/// What is measured is built for speed.
fn release(quick: bool) -> &'static [&'static str] {
    if quick { &[] } else { &["--release"] }
}

/// Runs a test, and takes what it prints for the table. A measurement has the machine for itself.
fn run_test(
    part: &str,
    test: &str,
    filter: &str,
    (variable, quick): (&Variable, bool),
    table: &mut Table,
) -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["test", "-p", "gloss-tests", "--test", test, "--locked"]);
    command.args(release(quick)).args(["--", "--nocapture", "--test-threads=1"]);
    command.args(Some(filter).filter(|filter| !filter.is_empty()));
    let (variable, default) = (variable.name, if quick { variable.quick } else { variable.long });
    let value = std::env::var(variable).unwrap_or_else(|_| default.to_owned());
    command.env(variable, &value).current_dir(root()).stdout(Stdio::piped());
    eprintln!("$ {variable}={value} cargo test --test {test} {filter}");
    let mut child = command.spawn().context("cargo cannot be started")?;
    let stdout = child.stdout.take().context("the standard output of cargo")?;
    for line in BufReader::new(stdout).lines() {
        let line = line?;
        println!("{line}");
        table.take(part, &line);
    }
    let passed = child.wait()?.success();
    table.add(part, &format!("{test} ({variable}={value})"), "", "", Some(passed));
    Ok(())
}
