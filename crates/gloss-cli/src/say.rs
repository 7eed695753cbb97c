//! Printing to streams that whoever reads them may close at any time.

use std::fmt::Arguments;
use std::io::{self, ErrorKind, Write};
use std::process::exit;

use crate::{EXIT_ERROR, EXIT_OK};

/// As `println!`, but when nobody reads any more (`gloss plugin list | head -1`) the program ends
/// without a word, and does not panic.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::say::line(format_args!($($words)*))
    };
}
pub(crate) use say;

/// As `eprintln!`, but does not panic where the terminal is gone: a run must come to its end then.
macro_rules! note {
    ($($words:tt)*) => {
        $crate::say::aside(format_args!($($words)*))
    };
}
pub(crate) use note;

pub fn aside(words: Arguments<'_>) {
    let _ = writeln!(io::stderr().lock(), "{words}");
}

pub fn line(words: Arguments<'_>) {
    match writeln!(io::stdout().lock(), "{words}") {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => exit(EXIT_OK.into()),
        Err(error) => {
            eprintln!("standard output cannot be written: {error}");
            exit(EXIT_ERROR.into())
        }
    }
}
