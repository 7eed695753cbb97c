//! Encodings of text other than UTF-8: which one a text is in, and its conversion as it is read.
//!
//! Labels and decoders are those of the WHATWG Encoding Standard.

use std::fmt;
use std::io::{self, BufRead, Cursor, Read};
use std::str::FromStr;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::{Error, ErrorKind};

/// Which encoding texts are in. A byte order mark of UTF-8 or UTF-16 goes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextEncoding {
    /// Guessed from the beginning of each input.
    Detect,
    /// This one.
    Known(&'static Encoding),
}

impl FromStr for TextEncoding {
    type Err = Error;

    fn from_str(label: &str) -> Result<TextEncoding, Error> {
        if label.eq_ignore_ascii_case("detect") {
            return Ok(TextEncoding::Detect);
        }
        let known = Encoding::for_label_no_replacement(label.as_bytes());
        known.map(TextEncoding::Known).ok_or_else(|| {
            Error::new(ErrorKind::UnknownEncoding, "", format!("there is no encoding {label:?}"))
                .help(
                    "\"detect\", or a label of the web such as utf-8, windows-1252, iso-8859-15, \
                     shift_jis, gb18030, utf-16le",
                )
        })
    }
}

/// How much is looked at to guess an encoding.
const SAMPLE: u64 = 1 << 20;
/// How much of a page is searched for the encoding that it declares, as browsers do.
const PRESCAN: u64 = 1024;

/// An input whose bytes are UTF-8, as far as its encoding promises that.
pub(crate) struct Decoded {
    pub reader: Box<dyn BufRead + Send>,
    /// What the bytes were; those of UTF-8 are as they were, and not checked yet.
    pub encoding: &'static Encoding,
    /// Bytes of a byte order mark that were taken off the front.
    pub mark: u64,
}

/// Decodes a text, or the page of a browser, which may declare its own encoding.
pub(crate) fn decode(
    mut reader: Box<dyn BufRead + Send>,
    given: Option<TextEncoding>,
    page: bool,
) -> io::Result<Decoded> {
    let size = match given {
        Some(TextEncoding::Detect) => SAMPLE,
        _ if page => PRESCAN,
        _ => 3,
    };
    let mut sample = Vec::new();
    (&mut reader).take(size).read_to_end(&mut sample)?;
    let (encoding, mark) = match Encoding::for_bom(&sample) {
        Some((encoding, length)) => (encoding, length),
        None => (choose(&sample, given, page), 0),
    };
    let mut front = Cursor::new(sample);
    front.set_position(mark as u64);
    let reader: Box<dyn BufRead + Send> = Box::new(front.chain(reader));
    let reader =
        if encoding == UTF_8 { reader } else { Box::new(Converted::new(reader, encoding)) };
    Ok(Decoded { reader, encoding, mark: mark as u64 })
}

fn choose(sample: &[u8], given: Option<TextEncoding>, page: bool) -> &'static Encoding {
    let declared = || declared(sample).filter(|_| page);
    match given {
        Some(TextEncoding::Known(encoding)) => encoding,
        Some(TextEncoding::Detect) => declared().unwrap_or_else(|| {
            let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
            detector.feed(sample, (sample.len() as u64) < SAMPLE);
            detector.guess(None, Utf8Detection::Allow)
        }),
        None => declared().unwrap_or(UTF_8),
    }
}

/// The encoding that a page declares, in a `meta` element or in an XML declaration.
fn declared(sample: &[u8]) -> Option<&'static Encoding> {
    let head = &sample[..sample.len().min(PRESCAN as usize)];
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let meta = head.split("<meta").skip(1).filter_map(|rest| rest.split('>').next());
    let xml = head.strip_prefix("<?xml").and_then(|rest| rest.split('>').next());
    let label = meta
        .filter_map(|tag| value_behind(tag, "charset"))
        .next()
        .or_else(|| value_behind(xml?, "encoding"))?;
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    // What could be read this far as ASCII is not UTF-16.
    Some(encoding.output_encoding())
}

/// What stands behind `name=`, without quotes.
fn value_behind<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let rest = tag[tag.find(name)? + name.len()..].trim_start().strip_prefix('=')?;
    let rest = rest.trim_start().trim_start_matches(['"', '\'']);
    rest.split(|c: char| c.is_whitespace() || "\"';/>?".contains(c)).next()
}

/// Bytes that are not text of an encoding.
#[derive(Debug)]
pub(crate) struct Malformed {
    pub encoding: &'static Encoding,
    /// How many bytes of the input were read, those that are not text among them.
    pub at: u64,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "what ends at byte {} is not {}", self.at, self.encoding.name())
    }
}

impl std::error::Error for Malformed {}

/// A text of another encoding as UTF-8.
struct Converted {
    inner: Box<dyn BufRead + Send>,
    encoding: &'static Encoding,
    decoder: Decoder,
    buffer: Vec<u8>,
    begin: usize,
    end: usize,
    at: u64,
    done: bool,
}

impl Converted {
    fn new(inner: Box<dyn BufRead + Send>, encoding: &'static Encoding) -> Converted {
        let decoder = encoding.new_decoder_without_bom_handling();
        let buffer = vec![0; 1 << 16];
        Converted { inner, encoding, decoder, buffer, begin: 0, end: 0, at: 0, done: false }
    }
}

impl BufRead for Converted {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.begin == self.end && !self.done {
            let input = self.inner.fill_buf()?;
            let last = input.is_empty();
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(input, &mut self.buffer, last);
            self.inner.consume(read);
            self.at += read as u64;
            (self.begin, self.end) = (0, written);
            match result {
                DecoderResult::InputEmpty => self.done = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.done = true;
                    self.end = 0;
                    let malformed = Malformed { encoding: self.encoding, at: self.at };
                    return Err(io::Error::new(io::ErrorKind::InvalidData, malformed));
                }
            }
        }
        Ok(&self.buffer[self.begin..self.end])
    }

    fn consume(&mut self, amount: usize) {
        self.begin = self.end.min(self.begin + amount);
    }
}

impl Read for Converted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], given: Option<&str>, page: bool) -> Result<(String, String), String> {
        let given = given.map(|label| label.parse().unwrap());
        let mut decoded = decode(Box::new(Cursor::new(bytes.to_vec())), given, page).unwrap();
        let mut text = Vec::new();
        decoded.reader.read_to_end(&mut text).map_err(|e| e.to_string())?;
        let text = String::from_utf8(text).map_err(|e| e.to_string())?;
        Ok((text, decoded.encoding.name().to_owned()))
    }

    #[test]
    fn texts() {
        let check = |bytes: &[u8], given: Option<&str>, expected: Result<(&str, &str), &str>| {
            let found = read(bytes, given, false);
            let found = found.as_ref().map(|(text, name)| (text.as_str(), name.as_str()));
            assert_eq!(found.map_err(String::as_str), expected, "{bytes:?}");
        };
        check("é".as_bytes(), None, Ok(("é", "UTF-8")));
        check(b"\xEF\xBB\xBFa", Some("windows-1252"), Ok(("a", "UTF-8")));
        check(b"\xFF\xFEa\0\x3D\xD8\x00\xDE", None, Ok(("a\u{1F600}", "UTF-16LE")));
        check(b"\xFE\xFF\0a", None, Ok(("a", "UTF-16BE")));
        check(b"\xFF\xFEa\0b", None, Err("what ends at byte 3 is not UTF-16LE"));
        check(b"caf\xE9", Some("latin1"), Ok(("café", "windows-1252")));
        check(b"\x93\xFA\x96\x7B", Some("shift_jis"), Ok(("日本", "Shift_JIS")));
        check(b"a\x93", Some("shift_jis"), Err("what ends at byte 2 is not Shift_JIS"));
        let russian = "Съешь же ещё этих мягких французских булок да выпей чаю";
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
        check(&bytes, Some("detect"), Ok((russian, "windows-1251")));
        check(russian.as_bytes(), Some("detect"), Ok((russian, "UTF-8")));
    }

    #[test]
    fn pages() {
        let check = |bytes: &[u8], given: Option<&str>, expected: &str| {
            let (_, encoding) = read(bytes, given, true).unwrap();
            assert_eq!(encoding, expected, "{bytes:?}");
        };
        check(b"<p>a", None, "UTF-8");
        check(b"<meta charset=\"windows-1251\">", None, "windows-1251");
        check(b"<META name=a><meta charset = 'koi8-r'/>", None, "KOI8-R");
        check(b"<meta http-equiv=content-type content='text/html; charset=gbk'>", None, "GBK");
        check(b"<?xml version='1.0' encoding='iso-8859-2'?>", None, "ISO-8859-2");
        check(b"<meta charset=utf-16>", None, "UTF-8");
        check(b"<meta charset=none>", None, "UTF-8");
        check(b"<meta charset=koi8-r>", Some("utf-8"), "UTF-8");
        check(b"<meta charset=koi8-r>", Some("detect"), "KOI8-R");
        check(b"\xEF\xBB\xBF<meta charset=koi8-r>", None, "UTF-8");
    }

    #[test]
    fn labels() {
        let check = |label: &str, known: bool| {
            assert_eq!(label.parse::<TextEncoding>().is_ok(), known, "{label}");
        };
        check("UTF-8", true);
        check("detect", true);
        check("latin1", true);
        check("iso-2022-kr", false);
        check("", false);
    }
}
