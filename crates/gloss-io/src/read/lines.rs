//! Lines of bounded length.

use std::io::{self, BufRead, Read};

/// The lines of an input that are not blank.
pub struct Lines {
    reader: Box<dyn BufRead + Send>,
    /// Number of the line that was read last, from 1.
    pub number: u64,
    limit: u64,
}

/// A line that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It is in the buffer, with its end.
    Whole,
    /// It has more bytes than it may, and was left out.
    TooLong,
}

impl Lines {
    /// Lines of at most `limit` bytes.
    pub fn new(reader: Box<dyn BufRead + Send>, limit: u64) -> Lines {
        Lines { reader, number: 0, limit }
    }

    /// Reads the next line into `line`.
    pub fn next(&mut self, line: &mut Vec<u8>) -> io::Result<Option<Line>> {
        loop {
            line.clear();
            if (&mut self.reader).take(self.limit + 1).read_until(b'\n', line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.len() as u64 > self.limit {
                if line.last() != Some(&b'\n') {
                    self.rest()?;
                }
                return Ok(Some(Line::TooLong));
            }
            if !is_blank(line) {
                return Ok(Some(Line::Whole));
            }
        }
    }

    /// Leaves out the next line, and says whether there was one.
    pub fn skip(&mut self) -> io::Result<bool> {
        loop {
            let (mut length, mut blank) = (0, true);
            let ended = loop {
                let buffer = self.reader.fill_buf()?;
                if buffer.is_empty() {
                    break length > 0;
                }
                let end = memchr::memchr(b'\n', buffer);
                let part = end.map_or(buffer.len(), |at| at + 1);
                blank &= !blank || is_blank(&buffer[..part]);
                length += part as u64;
                self.reader.consume(part);
                if end.is_some() {
                    break true;
                }
            };
            if !ended {
                return Ok(false);
            }
            self.number += 1;
            if !blank || length > self.limit {
                return Ok(true);
            }
        }
    }

    /// Leaves out what is left of a line.
    fn rest(&mut self) -> io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            match memchr::memchr(b'\n', buffer) {
                Some(at) => {
                    self.reader.consume(at + 1);
                    return Ok(());
                }
                None if buffer.is_empty() => return Ok(()),
                None => {
                    let length = buffer.len();
                    self.reader.consume(length);
                }
            }
        }
    }
}

fn is_blank(line: &[u8]) -> bool {
    line.iter().all(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::*;

    fn lines(text: &str, buffer: usize) -> Lines {
        let text = Cursor::new(text.as_bytes().to_vec());
        Lines::new(Box::new(BufReader::with_capacity(buffer, text)), 5)
    }

    #[test]
    fn lines_are_bounded() {
        let check = |text: &str, expected: &[(u64, Option<&str>)]| {
            for buffer in [1, 3, 100] {
                let (mut found, mut line) = (Vec::new(), Vec::new());
                let mut read = lines(text, buffer);
                while let Some(what) = read.next(&mut line).unwrap() {
                    let text = String::from_utf8_lossy(&line).into_owned();
                    found.push((read.number, Some(text).filter(|_| what == Line::Whole)));
                }
                let found: Vec<_> = found.iter().map(|(n, text)| (*n, text.as_deref())).collect();
                assert_eq!(found, expected, "{text:?}");
                let mut skipped = Vec::new();
                let mut read = lines(text, buffer);
                while read.skip().unwrap() {
                    skipped.push(read.number);
                }
                assert_eq!(skipped, found.iter().map(|(n, _)| *n).collect::<Vec<_>>(), "{text:?}");
            }
        };
        check("", &[]);
        check("\n \r\n\t", &[]);
        check("a\n\nb", &[(1, Some("a\n")), (3, Some("b"))]);
        check("abcd\nabcde\nx", &[(1, Some("abcd\n")), (2, None), (3, Some("x"))]);
        check("abcde", &[(1, Some("abcde"))]);
        check("abcdefghijkl", &[(1, None)]);
        check("abcdefghijkl\nx\n", &[(1, None), (2, Some("x\n"))]);
        check("       \nx\n", &[(1, None), (2, Some("x\n"))]);
    }
}
