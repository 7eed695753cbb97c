//! Pages: the main text as a document, and what a page says of itself as metadata.
//!
//! Which part of a page is its main text is decided as Mozilla's Readability does.

mod flatten;
mod metadata;
mod parse;

use std::panic::catch_unwind;

use dom_query::Document as Page;
use dom_smoothie::{Config, Readability};
use gloss_doc::{Document, Source};
use serde_json::{Map, Value};

use crate::{Error, ErrorKind};

/// The most bytes of a page: as a tree it takes many times as much.
pub const MAX_PAGE: u64 = 64 << 20;
/// What is never a page's text. Readability leaves it out where the rest is long enough.
const AROUND: &str = "nav, dialog, [hidden], [role=navigation], [role=contentinfo], body > footer";
/// What is no text of a page in which Readability finds none.
const ASIDE: &str = "footer, aside, form, [role=banner], [role=search], body > header";

/// The document of a page. Its offsets are into the text that was taken out of the page.
pub fn document(name: &str, html: &str) -> Result<Document, Error> {
    // What the libraries make of a hostile page may be a panic.
    let taken = catch_unwind(|| take(html)).unwrap_or_else(|_| Err("it is damaged".to_owned()));
    let (text, metadata) = taken.map_err(|what| {
        let message = format!("{name} is no page that can be read: {what}");
        Error::new(ErrorKind::BadPage, name, message)
            .help("give another format (`--input-format txt`) to read it as it stands")
    })?;
    let source = Some(Source { path: name.to_owned(), offset: None, line: None });
    Ok(Document { id: name.to_owned(), text, metadata, source, ..Document::default() })
}

/// The error of a page that is too large.
pub fn too_large(name: &str) -> Error {
    let message = format!("{name} has a page of more than {} MiB", MAX_PAGE >> 20);
    Error::new(ErrorKind::BadPage, name, message).help("split it, or convert it to text")
}

/// The text and the metadata of a page, or why it has none.
fn take(html: &str) -> Result<(String, Map<String, Value>), String> {
    let page = parse::parse(html)?;
    let metadata = metadata::of(&page);
    page.select(AROUND).remove();
    // JSON-LD is read by `metadata`, which knows more of its forms.
    let config = Config { disable_json_ld: true, ..Config::default() };
    let mut readability = Readability { doc: page, doc_url: None, config };
    let article = readability.parse();
    let text = match &article {
        Ok(_) => flatten::text(&readability.doc.select_single("#readability-page-1")),
        Err(_) => String::new(),
    };
    let text = match text.is_empty() {
        true => without_readability(&parse::parse(html)?),
        false => text,
    };
    let byline = article.ok().and_then(|article| article.byline);
    Ok((text, metadata::with_byline(metadata, byline.as_deref())))
}

/// The text of a page in which no part stands out, such as one of a few words.
fn without_readability(page: &Page) -> String {
    page.select(AROUND).remove();
    page.select(ASIDE).remove();
    flatten::text(&page.select_single("body"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ARTICLE: &str = "<p>The council of Harlow approved a plan on Monday to build \
        four hundred homes beside the river, after a debate that lasted until midnight.</p>\
        <p>Opponents said the meadow floods every spring &amp; that the report hid it. \
        \u{201c}We will go to court,\u{201d} said one of them, a farmer&nbsp;of 60.</p>\
        <h2>What comes next</h2><ul><li>A hearing in March.</li><li>A vote in <b>April</b>.</li></ul>\
        <p>The mayor, who voted against it, has not said whether she will appeal, and nobody in \
        her office answered questions about it on Tuesday.<br>Work may begin in the summer.</p>";

    const TEXT: &str = "The council of Harlow approved a plan on Monday to build four hundred homes \
        beside the river, after a debate that lasted until midnight.\n\n\
        Opponents said the meadow floods every spring & that the report hid it. \
        \u{201c}We will go to court,\u{201d} said one of them, a farmer\u{a0}of 60.\n\n\
        What comes next\n\nA hearing in March.\nA vote in April.\n\n\
        The mayor, who voted against it, has not said whether she will appeal, and nobody in her \
        office answered questions about it on Tuesday.\nWork may begin in the summer.";

    #[test]
    fn main_texts() {
        let check =
            |page: &str, text: &str| assert_eq!(document("a", page).unwrap().text, text, "{page}");
        let page = format!(
            "<!doctype html><html><head><title>x</title><style>p {{}}</style></head><body>\
             <nav><ul><li><a href=/>Home</a></li><li><a href=/news>News</a></li></ul></nav>\
             <script>document.write('<p>no</p>')</script>\
             <main><article>{ARTICLE}</article></main>\
             <aside class=related><h3>More</h3><a href=/1>Another story</a></aside>\
             <footer><p>Copyright 2026. All rights reserved.</p></footer></body></html>"
        );
        check(&page, TEXT);
        // A few words are a text as well.
        check("<p>Yes.</p>", "Yes.");
        check("Yes", "Yes");
        check("<nav>Home</nav><p>Yes.<footer>No</footer>", "Yes.");
        check("<pre>a\n  b</pre>", "a\n  b");
        check("<p>a &lt;b&gt; &#x1F600;", "a <b> \u{1F600}");
        check("", "");
        check("<html><body></body></html>", "");
    }

    #[test]
    fn hostile_pages_end() {
        let check = |tag: &str, times: usize, good: bool| {
            let page = format!("{}a", tag.repeat(times));
            assert_eq!(document("a", &page).is_ok(), good, "{tag} {times} times");
        };
        check("<div>", 100_000, false);
        check("<b><i>", 100_000, false);
        check("<p>", 20_000, true);
        check("<li>", 20_000, true);
        check("<br>", 20_000, true);
        check("<div></div>", 20_000, true);
        check("<table><tr><td>", 100_000, false);
        check("<svg>", 100_000, false);
        check("<", 100_000, true);
        check("<!--", 100_000, true);
        check("<p>", 600_000, false);
        check("<!---->", 600_000, false);
    }

    #[test]
    fn pages_say_what_they_are() {
        let check = |head: &str, body: &str, expected: Value| {
            let page = format!("<html lang=en-GB><head>{head}</head><body>{body}{ARTICLE}</body>");
            let found = document("a", &page).unwrap().metadata;
            let mut expected = expected;
            expected["language"] = json!("en-GB");
            assert_eq!(Value::Object(found), expected, "{head} {body}");
        };
        check("", "", json!({}));
        check(
            "<title> A  title | Site</title><meta property=og:title content='A title'>\
             <meta name=author content='Ada Example'><link rel=canonical href='https://a.example/1'>\
             <meta property=article:published_time content='2026-01-11T10:00:00+01:00'>",
            "",
            json!({
                "title": "A title", "author": "Ada Example", "url": "https://a.example/1",
                "date": "2026-01-11T10:00:00+01:00",
            }),
        );
        check(
            "<script type=application/ld+json>{\"@context\": \"https://schema.org\", \"@graph\": [\
             {\"@type\": \"WebSite\", \"name\": \"no\"}, {\"@type\": [\"NewsArticle\"], \"headline\": \"A\",\
             \"datePublished\": \"2026-01-11\", \"author\": [{\"name\": \"Ada\"}, {\"name\": \"Bo\"}]}]}</script>",
            "",
            json!({"title": "A", "author": "Ada, Bo", "date": "2026-01-11"}),
        );
        check(
            "",
            "<h1>A heading</h1><p class=byline>By Ada Example</p>\
             <time datetime='2026-01-11'>yesterday</time>",
            json!({"title": "A heading", "author": "Ada Example", "date": "2026-01-11"}),
        );
        check(
            "<title>A title</title><meta name=date content='soon'>",
            "",
            json!({"title": "A title"}),
        );
    }
}
