//! Identifies the language of each line of standard input, `CODE<tab>TEXT`, and says how often that
//! was right, by the text's length in characters.
//! `cargo run --release -p gloss-language --example identify [CANDIDATE...] < TEXTS`

// An example prints.
#![allow(clippy::print_stdout)]

use std::io::Read;
use std::time::Instant;

use gloss_language::Identifier;

/// Texts shorter than this are counted together, from the one before.
const LENGTHS: [usize; 4] = [20, 50, 100, usize::MAX];
const THRESHOLDS: [f64; 3] = [0.0, 0.1, 0.5];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut lines = String::new();
    std::io::stdin().read_to_string(&mut lines)?;
    let candidates: Vec<String> = std::env::args().skip(1).collect();
    let identifier = Identifier::new(&candidates)?;
    let begin = Instant::now();
    // For each length and threshold: texts, those with an answer, those with the right one.
    let mut counts = [[[0_u32; 3]; THRESHOLDS.len()]; LENGTHS.len()];
    let mut bytes = 0;
    for (code, text) in lines.lines().filter_map(|line| line.split_once('\t')) {
        if identifier.codes().binary_search(&code).is_err() {
            continue;
        }
        bytes += text.len();
        let found = identifier.identify(text);
        let characters = text.chars().count();
        let length = LENGTHS.iter().position(|&below| characters < below).unwrap_or(0);
        for (threshold, [texts, answers, right]) in THRESHOLDS.iter().zip(&mut counts[length]) {
            let found = found.filter(|found| found.confidence >= *threshold);
            *texts += 1;
            *answers += u32::from(found.is_some());
            *right += u32::from(found.is_some_and(|found| found.code == code));
        }
    }
    let seconds = begin.elapsed().as_secs_f64();
    println!("{bytes} bytes, {:.2} MB/s", bytes as f64 / 1e6 / seconds);
    for (below, counts) in LENGTHS.iter().zip(counts) {
        let below = if *below == usize::MAX { "more".to_owned() } else { format!("< {below}") };
        println!("characters {below}: {} texts", counts[0][0]);
        for (threshold, [texts, answers, right]) in THRESHOLDS.iter().zip(counts) {
            let share = |part: u32, of: u32| 100.0 * f64::from(part) / f64::from(of.max(1));
            println!(
                "  threshold {threshold}: {:.1}% have an answer, {:.1}% of which are right",
                share(answers, texts),
                share(right, answers)
            );
        }
    }
    Ok(())
}
