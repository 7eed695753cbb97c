//! What a page says of itself: title, author, date, address and language.
//!
//! Taken from the first that is there of Open Graph (<https://ogp.me>), JSON-LD with the types of
//! <https://schema.org/Article>, `meta` elements, and elements that are marked as such.

use dom_query::Document as Page;
use jiff::civil;
use serde_json::{Map, Value};

/// Where each is looked for, in this order: selectors with the attribute that holds it, or with an
/// empty one for the element's text; and fields of JSON-LD, which stand at `json-ld`.
const TITLE: &[(&str, &str)] = &[
    ("meta[property='og:title']", "content"),
    ("json-ld", "headline"),
    ("meta[name='twitter:title'], meta[name='dc.title'], meta[name='citation_title']", "content"),
    ("head > title", ""),
    ("h1", ""),
];
const AUTHOR: &[(&str, &str)] = &[
    ("json-ld", "author"),
    ("meta[name=author], meta[name='dc.creator'], meta[name='parsely-author']", "content"),
    ("meta[name='citation_author'], meta[property=author]", "content"),
    ("meta[property='article:author']", "content"),
    ("[rel=author], [itemprop=author] [itemprop=name], [itemprop=author]", ""),
    (".byline, .author-name, .author, .p-author", ""),
];
const DATE: &[(&str, &str)] = &[
    ("meta[property='article:published_time']", "content"),
    ("json-ld", "datePublished"),
    ("meta[itemprop=datePublished], meta[name='parsely-pub-date']", "content"),
    (
        "meta[name=date], meta[name='dc.date'], meta[name=pubdate], meta[name='citation_date']",
        "content",
    ),
    ("[itemprop=datePublished]", "datetime"),
    ("time[pubdate], article time, time", "datetime"),
];
const URL: &[(&str, &str)] =
    &[("link[rel=canonical]", "href"), ("meta[property='og:url']", "content"), ("json-ld", "url")];
const LANGUAGE: &[(&str, &str)] = &[("html", "lang")];

/// A longer author is a text about one.
const MAX_AUTHOR: usize = 120;

/// The metadata of a page.
pub fn of(page: &Page) -> Map<String, Value> {
    let article = json_ld(page);
    let look = |places, accept: fn(&str) -> Option<String>| find(page, &article, places, accept);
    let found = [
        ("title", look(TITLE, any)),
        ("author", look(AUTHOR, author)),
        ("date", look(DATE, date)),
        ("url", look(URL, address)),
        ("language", look(LANGUAGE, any)),
    ];
    let found = found.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.into())));
    found.collect()
}

/// The same, with the line under the title that was taken for the author's name where nothing
/// better is known.
pub fn with_byline(mut metadata: Map<String, Value>, byline: Option<&str>) -> Map<String, Value> {
    if let (false, Some(author)) = (metadata.contains_key("author"), byline.and_then(author)) {
        metadata.insert("author".to_owned(), author.into());
    }
    metadata
}

fn find(
    page: &Page,
    article: &Map<String, Value>,
    places: &[(&str, &str)],
    accept: fn(&str) -> Option<String>,
) -> Option<String> {
    places.iter().find_map(|(selector, name)| {
        if *selector == "json-ld" {
            return accept(&names(article.get(*name)?));
        }
        page.select(selector).nodes().iter().find_map(|node| match *name {
            "" => accept(&node.text()),
            name => accept(&node.attr(name)?),
        })
    })
}

fn any(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}

fn author(text: &str) -> Option<String> {
    let text = any(text)?;
    let name =
        text.get(..3).filter(|by| by.eq_ignore_ascii_case("by ")).map_or(&*text, |_| &text[3..]);
    (name.len() <= MAX_AUTHOR && address(name).is_none()).then(|| name.trim().to_owned())
}

fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let is_address = text.starts_with("https://") || text.starts_with("http://");
    is_address.then(|| text.to_owned())
}

/// A date of ISO 8601, with the time if there is one; one of RFC 2822 as such.
fn date(text: &str) -> Option<String> {
    let text = text.trim();
    // A civil time takes one with an offset as well, and leaves it out.
    if text.parse::<civil::Date>().is_ok() || text.parse::<civil::DateTime>().is_ok() {
        return Some(text.to_owned());
    }
    if text.parse::<jiff::Timestamp>().is_ok() {
        return Some(text.to_owned());
    }
    let zoned = jiff::fmt::rfc2822::parse(text)
        .or_else(|_| jiff::Zoned::strptime("%Y-%m-%d %H:%M:%S %z", text))
        .ok()?;
    Some(zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string())
}

/// The article that a page describes in JSON-LD, or nothing.
fn json_ld(page: &Page) -> Map<String, Value> {
    for script in page.select("script[type='application/ld+json']").nodes() {
        let text = script.text();
        // In XHTML a script is marked as characters.
        let text = text.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
        let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
        let mut waiting = vec![value];
        while let Some(value) = waiting.pop() {
            match value {
                Value::Array(values) => waiting.extend(values.into_iter().rev()),
                Value::Object(mut object) => {
                    if is_article(object.get("@type")) {
                        return object;
                    }
                    let within = ["mainEntity", "@graph"].map(|key| object.remove(key));
                    waiting.extend(within.into_iter().flatten());
                }
                _ => {}
            }
        }
    }
    Map::new()
}

fn is_article(types: Option<&Value>) -> bool {
    let is =
        |name: &str| name.ends_with("Article") || name.ends_with("Posting") || name == "Report";
    match types {
        Some(Value::String(name)) => is(name),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).any(is),
        _ => false,
    }
}

/// The text of a field, or the names of what it lists.
fn names(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(object) => object.get("name").map(names).unwrap_or_default(),
        Value::Array(values) => {
            let all: Vec<String> =
                values.iter().map(names).filter(|name| !name.is_empty()).collect();
            all.join(", ")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(date(text).as_deref(), expected);
        check(" 2026-01-11 ", Some("2026-01-11"));
        check("2026-01-11T10:00:00+02:00", Some("2026-01-11T10:00:00+02:00"));
        check("2026-01-11T10:00:00Z", Some("2026-01-11T10:00:00Z"));
        check("2026-01-11 10:00", Some("2026-01-11 10:00"));
        check("Sun, 11 Jan 2026 10:00:00 +0100", Some("2026-01-11T10:00:00+01:00"));
        check("2026-01-11 10:00:00 -0400", Some("2026-01-11T10:00:00-04:00"));
        check("2026-02-30", None);
        check("January 11, 2026", None);
        check("", None);
    }

    #[test]
    fn authors() {
        let check =
            |text: &str, expected: Option<&str>| assert_eq!(author(text).as_deref(), expected);
        check("By  Ada\nExample", Some("Ada Example"));
        check("Byron", Some("Byron"));
        check("https://a.example/ada", None);
        check(" ", None);
        check(&"a ".repeat(200), None);
    }
}
