//! The header with which a news article may begin: ` date 2026-01-11 ` and then its text.

/// A header that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The date, `YYYY-MM-DD`.
    pub date: String,
    /// Bytes that the header takes, with the white space behind it.
    pub length: usize,
}

/// The header of a text, if it begins with one: optional white space, the word `date`, a calendar
/// date, and one white space character or the end.
#[must_use]
pub fn parse_header(text: &str) -> Option<Header> {
    let rest = text.trim_start().strip_prefix("date")?;
    let date_begin = rest.trim_start();
    let date = date_begin.get(..10).filter(|_| date_begin.len() < rest.len())?;
    if !is_date(date) {
        return None;
    }
    let behind = &date_begin[10..];
    let gap = match behind.chars().next() {
        None => 0,
        Some('\r') if behind.starts_with("\r\n") => 2,
        Some(c) if c.is_whitespace() => c.len_utf8(),
        Some(_) => return None,
    };
    Some(Header { date: date.to_owned(), length: text.len() - behind.len() + gap })
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = bytes.get(range)?;
        part.iter().all(u8::is_ascii_digit).then_some(())?;
        Some(part.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
    };
    let (Some(year), Some(month), Some(day)) = (digits(0..4), digits(5..7), digits(8..10)) else {
        return false;
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    bytes[4] == b'-' && bytes[7] == b'-' && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = parse_header(text);
            let found = found.as_ref().map(|h| (h.date.as_str(), &text[h.length..]));
            assert_eq!(found, expected, "{text:?}");
        };
        check(" date 2026-01-11 The text", Some(("2026-01-11", "The text")));
        check("date 2026-01-11\r\nThe text", Some(("2026-01-11", "The text")));
        check("date 2026-01-11  Two spaces", Some(("2026-01-11", " Two spaces")));
        check("date 2024-02-29", Some(("2024-02-29", "")));
        check("date 2026-02-29 x", None);
        check("date 2026-13-01 x", None);
        check("date 2026-01-11x", None);
        check("date2026-01-11 x", None);
        check("The date 2026-01-11 x", None);
        check("date 2026-01-1é x", None);
        check("", None);
    }
}
