//! What the pages of the documentation show is what happens.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::thread;

use gloss_tests::c::repository;
use gloss_tests::docs::{Followed, Programs, follow, pages};

#[test]
fn every_page_shows_what_happens() {
    let programs = Programs::new();
    let refresh = env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite");
    let pages = pages();
    for known in ["README.md", "docs/plugins-in-c.md", "plugins/sentiment/README.md"] {
        assert!(pages.contains(&known.into()), "{known} is not among {pages:?}");
    }
    let texts: Vec<String> =
        pages.iter().map(|page| fs::read_to_string(repository().join(page)).unwrap()).collect();
    let followed: Vec<Followed> = thread::scope(|scope| {
        let programs = &programs;
        let start = |text| scope.spawn(move || follow(text, programs));
        let started: Vec<_> = texts.iter().map(String::as_str).map(start).collect();
        started.into_iter().map(|page| page.join().unwrap()).collect()
    });

    let mut report = String::new();
    for ((page, text), followed) in pages.iter().zip(&texts).zip(&followed) {
        if refresh && followed.refreshed != *text {
            fs::write(repository().join(page), &followed.refreshed).unwrap();
            println!("wrote {}", page.display());
        }
        for problem in followed.problems.iter().filter(|problem| !(refresh && problem.stale)) {
            writeln!(report, "{}:{}: {}\n", page.display(), problem.line, problem.message).unwrap();
        }
    }
    assert!(
        report.is_empty(),
        "{report}With SNAPSHOTS=overwrite in the environment this test writes what is printed now \
         into the pages; `tests/src/docs.rs` says how blocks are marked."
    );
}

/// Follows a page with these problems: the line, and a part of the message of each.
fn check(page: &str, expected: &[(usize, &str)]) -> Followed {
    let followed = follow(page, &Programs::new());
    let fits =
        followed.problems.len() == expected.len()
            && followed.problems.iter().zip(expected).all(|(problem, (line, part))| {
                problem.line == *line && problem.message.contains(part)
            });
    assert!(fits, "{expected:?} are not the problems of\n{page}\n{:#?}", followed.problems);
    followed
}

#[test]
fn what_differs_is_found() {
    check("```console\n$ echo one\none\n```\n", &[]);
    check("```console\n$ echo one\ntwo\n```\n", &[(3, "- two")]);
    check("```console\n$ echo one\n```\n", &[(2, "+ one")]);
    check("```console\n$ echo one\none\n\n$ true\n\n```\n", &[]);
    // Standard error is shown too, as on a terminal.
    check("```console\n$ echo one >&2; echo two\none\ntwo\n```\n", &[]);
    check("```console\n$ printf '%s\\n' a \\\n> b\na\nb\n```\n", &[]);
    // Elisions.
    check("```console\n$ echo one two three\none [..] three\n```\n", &[]);
    check("```console\n$ echo one two three\none [..] four\n```\n", &[(3, "+ one two three")]);
    check("```console\n$ printf '1\\n2\\n3\\n4\\n'\n1\n...\n4\n```\n", &[]);
    check("```console\n$ printf '1\\n2\\n3\\n4\\n'\n1\n...\n5\n```\n", &[(3, "- 5")]);
    // Exit statuses.
    check("```console\n$ exit 3\n```\n", &[(2, "ended with 3")]);
    check("```console\n$ exit 3\n$ echo $?\n3\n```\n", &[]);
    check("```console\n$ exit 3\n$ echo $?\n0\n```\n", &[(4, "+ 3")]);
    check("```console\n$ (\n```\n", &[(2, "ended with 2"), (2, "")]);
    // Output outside of a `console`, and commands that nobody sees.
    check("<!-- output: echo one -->\n```text\none\n```\n", &[]);
    check("<!-- output: echo one -->\n```text\ntwo\n```\n", &[(3, "- two")]);
    check("<!-- run: false -->\n", &[(1, "ended with 1")]);
}

#[test]
fn a_page_is_one_session() {
    check(
        "```console\n$ mkdir a && cd a && one=1\n```\nText.\n```console\n$ basename $PWD; echo $one\na\n1\n```\n",
        &[],
    );
    check("<!-- file: a/b -->\n```text\none\n```\n```console\n$ cat a/b\none\n```\n", &[]);
    check("<!-- file: b -->\n```text\none\n```\n", &[(2, "uses the file b")]);
    check(
        "```console\n$ cat b\n$ echo $?\n1\n```\n<!-- file: b -->\n```text\n```\n",
        &[(2, "+ cat"), (7, "")],
    );
    check(
        "<!-- needs: docs/examples Cargo.toml -->\n<!-- run: ls docs/examples/news.toml Cargo.toml -->\n",
        &[],
    );
    check("<!-- needs: none -->\n", &[(1, "has no none")]);
    // Only what users have is found, and nothing is fetched.
    check("```console\n$ gloss plugin list\n...\ngloss/sentiment 0.1.0\n...\n```\n", &[]);
    check("```console\n$ gloss plugin list | grep -c gloss-tests\n0\n$ echo $?\n1\n```\n", &[]);
    check(
        "```console\n$ GLOSS_MODELS=none gloss models fetch en_core_web_sm\n\
         error[G0404]: [..]\n...\n$ echo $?\n1\n```\n",
        &[],
    );
}

#[test]
fn every_block_is_accounted_for() {
    let unmarked = "neither run";
    check("```toml\na = 1\n```\n", &[(1, unmarked)]);
    check("1. One:\n\n   ```\n   a\n   ```\n", &[(3, unmarked)]);
    check("~~~text\na\n~~~\n", &[(1, unmarked)]);
    check("Text.\n\n    indented\n", &[(3, "without fences")]);
    check("<pre>a</pre>\n", &[(1, "without fences")]);
    check("* ```text\n  a\n  ```\n", &[(1, "without fences")]);
    check("```text\nends nowhere\n", &[(1, "without fences")]);
    check("<!-- a remark: this -->\n```text\n```\n", &[(2, unmarked)]);
    check("<!-- not run: a diagram -->\n```text\na\n```\n", &[]);
    check("<!-- not run: -->\n```text\na\n```\n", &[(1, "says nothing"), (2, unmarked)]);
    check("<!-- run: -->\n", &[(1, "says nothing")]);
    check("<!-- not run: no network -->\n```console\n$ false\n```\n", &[]);
    check("<!-- file: a -->\nText.\n\n```text\n```\n", &[(1, "no block"), (4, unmarked)]);
    check("<!-- file: a -->\n", &[(1, "no block")]);
    check("<!-- file: a -->\n```console\n$ true\n```\n", &[(2, "not for it")]);
    check("```console\nwhoami\n```\n", &[(1, "begins with")]);
}

#[test]
fn an_excerpt_stands_in_its_file() {
    let check = |path: &str, excerpt: &str, missing: &[(usize, &str)]| {
        check(&format!("<!-- excerpt: {path} -->\n```text\n{excerpt}\n```\n"), missing);
    };
    let clippy = "clippy.toml";
    check(clippy, "allow-unwrap-in-tests = true\nallow-expect-in-tests = true", &[]);
    check(clippy, "allow-unwrap-in-tests = true\n# ...\nallow-print-in-tests = true", &[]);
    check("none.toml", "a = 1", &[(2, "none.toml")]);
    // A blank line of a file is `//!` in a comment.
    let documented = "type Worker = ();\n\nfn describe() -> Description {";
    check("crates/gloss-plugin/src/lib.rs", documented, &[]);
    check(clippy, "...", &[(2, "left out")]);
    check(clippy, "allow-unwrap-in-tests = false", &[(2, "in-tests = false")]);
    check(clippy, "allow-unwrap-in-tests", &[(2, "is not in clippy.toml")]);
    check(clippy, "allow-unwrap-in-tests = true\nallow-print-in-tests = true", &[(2, "not in")]);
    check(
        clippy,
        "allow-print-in-tests = true\n...\nallow-unwrap-in-tests = true",
        &[(2, "unwrap")],
    );
}

#[test]
fn a_page_can_be_refreshed() {
    let stale = "# A\n\n* b\n\n  ```console\n  $ printf '1\\n\\n  2 x\\n'\n  0\n  $ printf 'a\\nb c\\n'\n  z\n  b [..]\n\n  $ true\n  gone\n  ```\n\n<!-- output: echo new -->\n```text\nold\n```\nEnd.\n";
    let fresh = "# A\n\n* b\n\n  ```console\n  $ printf '1\\n\\n  2 x\\n'\n  1\n\n    2 x\n  $ printf 'a\\nb c\\n'\n  a\n  b [..]\n\n  $ true\n  ```\n\n<!-- output: echo new -->\n```text\nnew\n```\nEnd.\n";
    let followed = check(stale, &[(7, ""), (9, ""), (13, ""), (18, "")]);
    assert!(followed.problems.iter().all(|problem| problem.stale));
    assert_eq!(followed.refreshed, fresh);
    assert_eq!(check(fresh, &[]).refreshed, fresh);
}
