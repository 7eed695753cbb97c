//! Time and memory of the library alone: observe, merge and make findings of articles in JSONL.
//!
//! ```sh
//! cargo run --release -p gloss-near-duplicates --example observe articles.jsonl [exact]
//! ```

// An example prints.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::time::Instant;

use gloss_near_duplicates::{
    Findings, NearDuplicatesOptions, Shingler, State, Verdict, Verification,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().ok_or("name a file")?;
    let exact = arguments.get(1).is_some_and(|a| a == "exact");
    let verify = if exact { Verification::Exact } else { Verification::Estimate };
    let options = NearDuplicatesOptions { verify, ..NearDuplicatesOptions::default() };
    let shingler = Shingler::new(options.unit, options.shingle());
    let (mut state, mut seconds) = (State::default(), [0.0; 3]);
    let documents = || -> Result<_, Box<dyn Error>> {
        let lines = BufReader::new(std::fs::File::open(path)?).lines();
        Ok(lines.map(|line| -> Result<serde_json::Value, Box<dyn Error>> {
            Ok(serde_json::from_str(&line?)?)
        }))
    };
    let text = |document: &serde_json::Value, key: &str| -> String {
        document[key].as_str().unwrap_or_default().to_owned()
    };
    let mut bytes = 0;
    for document in documents()? {
        let document = document?;
        let (id, text) = (text(&document, "id"), text(&document, "text"));
        bytes += text.len();
        let begin = Instant::now();
        state.observe(&options, &shingler, &id, &text);
        seconds[0] += begin.elapsed().as_secs_f64();
    }
    let begin = Instant::now();
    let findings = Findings::new(&state, &options, &|| false)?;
    seconds[1] = begin.elapsed().as_secs_f64();
    drop(state);
    let mut duplicates = 0;
    for document in documents()? {
        let document = document?;
        let (id, text) = (text(&document, "id"), text(&document, "text"));
        let begin = Instant::now();
        let verdict = findings.verdict(&id, &text)?;
        seconds[2] += begin.elapsed().as_secs_f64();
        duplicates += u64::from(matches!(verdict, Verdict::Grouped { original: false, .. }));
    }
    let [observe, finish, annotate] = seconds;
    println!(
        "{bytes} bytes of text; {duplicates} duplicates in {} groups",
        findings.groups().len()
    );
    println!("observe {observe:.2} s, finish {finish:.2} s, annotate {annotate:.2} s");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap_or("memory unknown"));
    Ok(())
}
