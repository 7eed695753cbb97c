//! Prints the documents of a file as JSON, one a line: `documents FILE [TEXT_COLUMN]`. What cannot be
//! read is a line with its error.

use std::error::Error;
use std::io::{self, BufWriter, Write};

use gloss_io::{Columns, ReadOptions, Reader, expand};
use serde_json::json;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("documents FILE [TEXT_COLUMN]")?;
    let columns = Columns { text: arguments.next(), ..Columns::default() };
    let options = ReadOptions { columns, ..ReadOptions::default() };
    let mut out = BufWriter::new(io::stdout().lock());
    for item in Reader::new(expand(&[path])?, options) {
        let line = match item {
            Ok(d) => json!({ "id": d.id, "text": d.text, "metadata": d.metadata }),
            Err(e) => json!({ "code": e.kind.code(), "error": e.message }),
        };
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}
