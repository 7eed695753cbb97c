//! How deep the elements of a page are nested, before it is parsed: a parser takes time and memory
//! by it.

/// Elements that have no end, or that the next of their kind ends. They do not add up.
const FLAT: &[&str] = &[
    "area", "base", "body", "br", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html",
    "img", "input", "li", "link", "meta", "option", "optgroup", "p", "param", "rp", "rt", "source",
    "tbody", "td", "tfoot", "th", "thead", "tr", "track", "wbr",
];

/// Elements whose content is no markup.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "noembed", "iframe"];

/// An upper bound of the depth for pages that close what they open; counted until it is above
/// `most`.
pub fn depth(html: &str, most: usize) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while let Some(next) = html[at..].find('<') {
        at += next + 1;
        let rest = &html[at..];
        if let Some(comment) = rest.strip_prefix("!--") {
            at += comment.find("-->").map_or(rest.len(), |end| end + 6);
            continue;
        }
        let closes = rest.starts_with('/');
        let name = name(&rest[usize::from(closes)..]);
        if name.is_empty() || is_one_of(name, FLAT) {
            continue;
        }
        if closes {
            depth = depth.saturating_sub(1);
            continue;
        }
        if is_one_of(name, RAW) {
            at += end_of_raw(rest, name);
            continue;
        }
        depth += 1;
        deepest = deepest.max(depth);
        if deepest > most {
            break;
        }
    }
    deepest
}

fn name(rest: &str) -> &str {
    let is_first = rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let length = rest.find(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/');
    if is_first { &rest[..length.unwrap_or(rest.len())] } else { "" }
}

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| name.eq_ignore_ascii_case(known))
}

/// Where the end tag of an element begins whose content is no markup.
fn end_of_raw(rest: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(next) = rest[at..].find("</") {
        at += next;
        let is_end = rest.as_bytes().get(at + 2..at + 2 + name.len());
        if is_end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes())) {
            return at;
        }
        at += 2;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depths() {
        let check = |html: &str, expected: usize| assert_eq!(depth(html, 5), expected, "{html}");
        check("", 0);
        check("<div><b>a</b><i>b</i></div>", 2);
        check("<p>a<p>b<br><IMG>", 0);
        check("</div></div><div>", 1);
        check("<script>'<a><a><a>'</SCRIPT><a>", 1);
        check("<script><a><a>", 0);
        check("<!-- <a><a> --><a>", 1);
        check("<!-- <a>", 0);
        check("a < b <3", 0);
        check("<x><x><x><x><x><x><x><x>", 6);
        check("<title>é</title><é><a", 1);
    }
}
