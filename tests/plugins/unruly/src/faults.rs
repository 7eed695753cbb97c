//! What a plugin must not do.

// Nothing here could be done in safe code, or by the rules of the other crates.
#![allow(unsafe_code, clippy::print_stdout)]

use std::hint::black_box;
use std::time::Duration;

use gloss_plugin::prelude::*;

use crate::words::words;

/// One thing that the extractor `unruly` does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Panics.
    Panic,
    /// Panics while it is loaded.
    PanicInLoad,
    /// Panics while it is planned.
    PanicInPlan,
    /// Returns an error.
    Error,
    /// Panics with the text, as code does that cuts it inside a character.
    PanicQuoting,
    /// Returns an error that quotes the text.
    ErrorQuoting,
    /// Pushes a span that ends behind the text.
    Outside,
    /// Pushes a span that begins inside a character; the text must have one of several bytes.
    InsideCharacter,
    /// Pushes a span with a label that the layer does not declare.
    UndeclaredLabel,
    /// Pushes a span after it finished the document.
    PushAfterFinish,
    /// Neither finishes nor fails the document.
    Unfinished,
    /// Writes to an address where there is nothing.
    Segfault,
    /// Aborts the process.
    Abort,
    /// Ends the process as if all were well.
    Exit,
    /// Calls itself without end.
    StackOverflow,
    /// Never returns, and never asks whether it should.
    Hang,
    /// Waits for `sleep_ms`, or until it is cancelled.
    Sleep,
    /// Takes memory until there is no more.
    EatMemory,
    /// Writes to standard output.
    Print,
    /// Writes garbage to every open file but standard input, output and error.
    Garbage,
    /// Waits for `sleep_ms` while it is loaded.
    SlowLoad,
}

/// What is taken at a time.
const PIECE: usize = 64 << 20;
/// So much, and the machine would be in danger: a limit that does not work shows up as an error.
const TOO_MUCH: usize = 8 << 30;

impl Fault {
    /// Does what a document is not needed for, and may be done before its words are pushed.
    pub fn commit(self) -> Result<()> {
        match self {
            Fault::Panic => panic!("as it was told"),
            Fault::Error => return Err(Error::new("failed as it was told")),
            // SAFETY: there is nothing safe about it.
            Fault::Segfault => unsafe {
                std::ptr::without_provenance_mut::<u8>(black_box(16)).write_volatile(1);
            },
            Fault::Abort => std::process::abort(),
            Fault::Exit => std::process::exit(0),
            Fault::StackOverflow => {
                black_box(descend(black_box(1)));
            }
            Fault::Hang => loop {
                std::thread::sleep(Duration::from_secs(1));
            },
            Fault::EatMemory => return eat_memory(),
            Fault::Print => println!("a plugin must not write here"),
            Fault::Garbage => write_garbage(),
            _ => {}
        }
        Ok(())
    }

    /// Pushes what must be refused into layer 0.
    pub fn push(self, text: &str, out: &mut DocumentOutput<'_>) -> Result<()> {
        let first = words(text).next().unwrap_or(0..0);
        match self {
            Fault::PanicQuoting => {
                let inside = (0..text.len()).find(|&i| !text.is_char_boundary(i));
                let cut = &text[..inside.unwrap_or(text.len() + 1)];
                return Err(Error::new(format!("there are {} bytes", cut.len())));
            }
            Fault::ErrorQuoting => {
                return Err(Error::new(format!("{:?} is no number", &text[first])));
            }
            Fault::Outside => {
                out.span(0, 0..text.len() + 1).label_index(0).push()?;
            }
            Fault::InsideCharacter => {
                let inside = (0..text.len()).find(|&i| !text.is_char_boundary(i));
                let inside = inside.ok_or_else(|| Error::new("no character has several bytes"))?;
                out.span(0, inside..text.len()).label_index(0).push()?;
            }
            Fault::UndeclaredLabel => {
                out.span(0, first).label_index(99).push()?;
            }
            Fault::PushAfterFinish => {
                out.finish()?;
                out.span(0, first).label_index(0).push()?;
            }
            _ => {}
        }
        Ok(())
    }
}

#[allow(unconditional_recursion)]
fn descend(depth: u64) -> u64 {
    let frame = black_box([depth; 64]);
    descend(depth + 1) + frame[(depth % 64) as usize]
}

fn eat_memory() -> Result<()> {
    let mut pieces = Vec::new();
    while pieces.len() * PIECE < TOO_MUCH {
        // Not zero: pages of zeros would not be given before they are used.
        pieces.push(vec![1_u8; PIECE]);
    }
    Err(Error::new(format!(
        "took {} bytes, and nothing stopped it",
        black_box(&pieces).len() * PIECE
    )))
}

#[cfg(unix)]
fn write_garbage() {
    use std::fs::File;
    use std::io::Write;
    use std::mem::ManuallyDrop;
    use std::os::fd::FromRawFd;

    for descriptor in 3..1024 {
        // SAFETY: the file is never closed here; writing to what others own is the fault that is
        // asked for, and writing to what is not open does nothing.
        let mut file = ManuallyDrop::new(unsafe { File::from_raw_fd(descriptor) });
        let _ = file.write(b"\xFFgarbage\0\xFE{\"not\":");
    }
}

#[cfg(not(unix))]
fn write_garbage() {}
