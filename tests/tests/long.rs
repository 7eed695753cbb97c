//! Runs at length. `cargo xtask verify-long` runs these with many documents, alone on the machine and
//! built for speed, and keeps them to their bars; `cargo test` runs the same over a few documents, and looks
//! only at what comes out.
//!
//! `GLOSS_MILLION` and `GLOSS_ARTICLES` in the environment set the numbers of documents.

// Helpers of tests are tests, which the lints cannot see.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};

use gloss_tests::figures::{Cost, Figures, measure, median};
use gloss_tests::random::{Random, number, short_text};
use gloss_tests::runs::OUTPUT;
use gloss_tests::{Sandbox, c};

/// Writes documents `0`, `1`, ... into a file.
fn write(sandbox: &Sandbox, name: &str, count: u64, text: impl Fn(u64) -> String) {
    let mut file = BufWriter::new(File::create(sandbox.path().join(name)).unwrap());
    for i in 0..count {
        let line = serde_json::json!({ "id": i.to_string(), "text": text(i) });
        writeln!(file, "{line}").unwrap();
    }
    file.flush().unwrap();
}

/// All documents are in the output, once and in order, each with its own text.
fn check_output(sandbox: &Sandbox, count: u64, text: impl Fn(u64) -> String) {
    let lines = BufReader::new(File::open(sandbox.path().join(OUTPUT)).unwrap()).lines();
    let mut found = 0;
    for (i, line) in (0..).zip(lines) {
        let line = line.unwrap();
        let id = format!("\"id\":\"{i}\"");
        assert!(line.contains(&id), "{id} is not in {line}");
        // To read a million lines as JSON would take longer than the run.
        if i % 1009 == 0 {
            let document: serde_json::Value = serde_json::from_str(&line).unwrap();
            assert_eq!(document["text"], text(i).as_str());
        }
        found += 1;
    }
    assert_eq!(found, count);
}

/// A million short documents: how fast, in how much memory, and what of that is the host's.
#[test]
fn million() {
    let count = number("GLOSS_MILLION", 3_000);
    let sandbox = Sandbox::new();
    sandbox.file("sentences.toml", "[[stage]]\nextractor = \"sentences\"\n");
    sandbox.file("no-op.toml", "[[stage]]\nextractor = \"no-op\"\n");
    write(&sandbox, "few.jsonl", count / 100, short_text);
    write(&sandbox, "many.jsonl", count, short_text);
    let mut figures = Figures::new(count >= 1_000_000);
    for pipeline in ["no-op", "sentences"] {
        let run = |input: &str, count: u64| -> Cost {
            let cost = measure(&sandbox, &["run", &format!("{pipeline}.toml"), input]);
            check_output(&sandbox, count, short_text);
            cost
        };
        let (few, many) = (run("few.jsonl", count / 100), run("many.jsonl", count));
        let documents = count as f64;
        let what = |what: &str| format!("{pipeline}: {what}");
        figures.show(&what("documents a second"), format!("{:.0}", documents / many.seconds));
        let mib = |cost: Cost| format!("{:.1}", cost.memory / f64::from(1 << 20));
        figures.show(&what(&format!("peak MiB at {}", count / 100)), mib(few));
        figures.show(&what(&format!("peak MiB at {count}")), mib(many));
        figures.at_most(&what("ratio of those"), many.memory / few.memory, 1.10);
        // Of a stage that does nothing all is the host's.
        let host = many.processor - if pipeline == "no-op" { 0.0 } else { many.stages };
        let each = format!("{:.2}", host / documents * 1e6);
        figures.show(&what("host's processor microseconds a document"), each);
        let share = format!("{:.3}", host / many.processor);
        figures.show(&what("host's share of the processor time"), share);
    }
    figures.check();
}

/// An article as long as the examples, of their sentences, each time others.
fn article(sentences: &[&str], i: u64) -> String {
    let mut random = Random::new(i);
    let chosen: Vec<&str> = (0..24).map(|_| random.one(sentences)).collect();
    format!("Issue {i}. {}", chosen.join(" "))
}

/// Entities, sentiment and summaries on one thread and on two, in turn.
#[test]
fn scaling() {
    let count = number("GLOSS_ARTICLES", 30);
    let sandbox = Sandbox::new();
    let examples = c::repository().join("docs/examples");
    let read = |name: &str| std::fs::read_to_string(examples.join(name)).unwrap();
    let texts = ["business.txt", "politics.txt", "science.txt", "sport.txt"].map(read);
    let sentences: Vec<&str> = texts
        .iter()
        .flat_map(|text| text.split_inclusive(". "))
        .map(str::trim)
        .filter(|sentence| sentence.len() > 30)
        .collect();
    assert!(sentences.len() > 20, "{} sentences", sentences.len());
    write(&sandbox, "in.jsonl", count, |i| article(&sentences, i));
    sandbox.file(
        "p.toml",
        "[[stage]]\nextractor = \"sentences\"\n[[stage]]\nextractor = \"ner\"\n\
         [[stage]]\nextractor = \"sentiment\"\n[[stage]]\nextractor = \"summarization\"\n",
    );
    let measured = count >= 500;
    let run = |threads: &str| {
        let cost = measure(&sandbox, &["run", "p.toml", "in.jsonl", "-j", threads]);
        (cost.seconds, sandbox.read(OUTPUT))
    };
    let (mut seconds, mut expected) = ([Vec::new(), Vec::new()], None);
    for _ in 0..if measured { 3 } else { 1 } {
        for (threads, seconds) in ["1", "2"].into_iter().zip(&mut seconds) {
            let (took, output) = run(threads);
            seconds.push(took);
            let expected = expected.get_or_insert_with(|| output.clone());
            assert!(*expected == output, "with {threads} threads");
        }
    }
    check_output(&sandbox, count, |i| article(&sentences, i));
    let mut figures = Figures::new(measured);
    let [one, two] = seconds.map(median);
    figures.show("documents a second on one thread", format!("{:.1}", count as f64 / one));
    figures.show("documents a second on two", format!("{:.1}", count as f64 / two));
    figures.at_least("two threads against one", one / two, 1.85);
    figures.check();
}
