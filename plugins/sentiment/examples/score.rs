//! Scores JSON strings, one a line, from standard input; writes one JSON array
//! `[compound, positive, neutral, negative]` a line.
#![allow(clippy::print_stdout)]

use gloss_sentiment::vader::Vader;
use std::io::{BufRead, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let vader = Vader::new();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let text: String = serde_json::from_str(&line?)?;
        let s = vader.score(&text, &[]);
        let row = serde_json::json!([s.compound, s.positive, s.neutral, s.negative]);
        writeln!(out, "{row}")?;
    }
    out.flush()?;
    Ok(())
}
