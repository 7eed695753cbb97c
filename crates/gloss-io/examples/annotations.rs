//! Prints the documents of a file with their layers, one a line, with offsets in code points: `annotations
//! FILE [FORMAT [UNIT]]`. What cannot be read is a line with its error.

use std::error::Error;
use std::io::{self, BufWriter, Write};

use gloss_doc::OffsetUnit;
use gloss_doc::json::DocumentRecord;
use gloss_io::{ReadOptions, Reader, expand};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("annotations FILE [FORMAT [UNIT]]")?;
    let format = arguments.next().map(|name| name.parse()).transpose()?;
    let mut options = ReadOptions { format, ..ReadOptions::default() };
    if let Some(unit) = arguments.next() {
        options.annotations.unit = unit.parse()?;
    }
    let mut out = BufWriter::new(io::stdout().lock());
    for item in Reader::new(expand(&[path])?, options) {
        match item {
            Ok(d) => {
                serde_json::to_writer(&mut out, &DocumentRecord::new(&d, OffsetUnit::Codepoint))?
            }
            Err(e) => write!(out, "{}", json!({ "code": e.kind.code(), "error": e.message }))?,
        }
        writeln!(out)?;
    }
    Ok(out.flush()?)
}
