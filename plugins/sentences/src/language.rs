//! Which language's abbreviations and conventions apply.

use crate::abbreviations::{self, Lists};
use crate::error::Error;

/// Primary language subtags that have lists of their own; all others get the general rules.
pub const LANGUAGES: &[&str] = &["de", "en", "es", "fr", "it", "pt", "ru"];

/// The primary subtag of a BCP-47 tag (RFC 5646) in lower case.
///
/// # Errors
/// [`Error::Language`] where the tag is not well-formed.
pub(crate) fn primary(tag: &str) -> Result<String, Error> {
    let mut parts = tag.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    let letters = (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let rest = parts.all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    if letters && rest {
        Ok(first.to_ascii_lowercase())
    } else {
        Err(Error::Language { tag: tag.to_owned() })
    }
}

/// The lists of a primary subtag, or those that hold for any language.
pub(crate) fn lists(primary: &str) -> &'static Lists {
    match primary {
        "de" => &abbreviations::GERMAN,
        "en" => &abbreviations::ENGLISH,
        "es" => &abbreviations::SPANISH,
        "fr" => &abbreviations::FRENCH,
        "it" => &abbreviations::ITALIAN,
        "pt" => &abbreviations::PORTUGUESE,
        "ru" => &abbreviations::RUSSIAN,
        _ => &abbreviations::GENERAL,
    }
}

#[cfg(test)]
mod tests {
    use super::primary;

    #[track_caller]
    fn check(tag: &str, expected: Option<&str>) {
        assert_eq!(primary(tag).ok().as_deref(), expected, "tag {tag:?}");
    }

    #[test]
    fn tags() {
        check("en", Some("en"));
        check("pt-BR", Some("pt"));
        check("zh-Hant-TW", Some("zh"));
        check("DE_at", Some("de"));
        check("", None);
        check("english", None);
        check("en-", None);
        check("e1", None);
    }
}
