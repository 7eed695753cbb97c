//! From elements to text: paragraphs apart by a blank line, items of lists and rows of tables on
//! lines of their own, white space as browsers show it.

use dom_query::{NodeRef, Selection};

/// What is no text.
const SKIPPED: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "head", "title", "button", "select",
    "textarea", "input", "iframe", "object", "audio", "video", "canvas", "map",
];

/// Elements that stand on lines of their own.
const LINES: &[&str] = &["li", "dt", "dd", "tr", "option", "caption", "figcaption", "summary"];

/// Elements that stand apart.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "center",
    "details",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
];

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    Space,
    Cell,
    Line,
    Blank,
}

/// The text of elements.
pub fn text(selection: &Selection<'_>) -> String {
    let mut flat = Flat { text: String::new(), gap: Gap::None, lists: 0, literal: 0 };
    for root in selection.nodes() {
        flat.walk(root);
        flat.widen(Gap::Blank);
    }
    flat.text
}

struct Flat {
    text: String,
    /// What must stand before the next word.
    gap: Gap,
    /// How many lists and tables are open: within these, blocks are lines.
    lists: usize,
    /// How many elements are open that keep their white space.
    literal: usize,
}

impl Flat {
    /// Without recursion, because pages are deep.
    fn walk(&mut self, root: &NodeRef<'_>) {
        let mut node = *root;
        loop {
            let child = if self.enter(&node) { node.first_child() } else { None };
            if let Some(child) = child {
                node = child;
                continue;
            }
            loop {
                self.leave(&node);
                if node.id == root.id {
                    return;
                }
                if let Some(next) = node.next_sibling() {
                    node = next;
                    break;
                }
                match node.parent() {
                    Some(parent) => node = parent,
                    None => return,
                }
            }
        }
    }

    /// Says whether what is within belongs to the text.
    fn enter(&mut self, node: &NodeRef<'_>) -> bool {
        if node.is_text() {
            self.push(&node.text());
            return false;
        }
        let Some(name) = node.node_name() else { return true };
        if SKIPPED.contains(&&*name) {
            return false;
        }
        self.open_or_close(&name);
        match &*name {
            "ul" | "ol" | "dl" | "table" | "menu" => self.lists += 1,
            "pre" | "listing" => self.literal += 1,
            _ => {}
        }
        true
    }

    fn leave(&mut self, node: &NodeRef<'_>) {
        let Some(name) = node.node_name().filter(|_| !node.is_text()) else { return };
        match &*name {
            "ul" | "ol" | "dl" | "table" | "menu" => self.lists = self.lists.saturating_sub(1),
            "pre" | "listing" => self.literal = self.literal.saturating_sub(1),
            _ => {}
        }
        self.open_or_close(&name);
    }

    fn open_or_close(&mut self, name: &str) {
        if BLOCKS.contains(&name) {
            self.widen(if self.lists > 0 { Gap::Line } else { Gap::Blank });
        } else if LINES.contains(&name) || name == "br" {
            self.widen(Gap::Line);
        } else if name == "td" || name == "th" {
            self.widen(Gap::Cell);
        }
    }

    fn widen(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
    }

    fn push(&mut self, text: &str) {
        if self.literal > 0 {
            let text = text.trim_end_matches('\n');
            if !text.trim().is_empty() {
                self.fill();
                self.text.push_str(text);
            }
            return;
        }
        let is_space = |c: char| c.is_ascii_whitespace();
        if text.starts_with(is_space) {
            self.widen(Gap::Space);
        }
        for word in text.split(is_space).filter(|word| !word.is_empty()) {
            self.fill();
            self.text.push_str(word);
            self.gap = Gap::Space;
        }
        if !text.ends_with(is_space) && self.gap == Gap::Space {
            self.gap = Gap::None;
        }
    }

    /// Writes the gap before a word.
    fn fill(&mut self) {
        let gap = std::mem::replace(&mut self.gap, Gap::None);
        if self.text.is_empty() {
            return;
        }
        self.text.push_str(match gap {
            Gap::None => "",
            Gap::Space => " ",
            Gap::Cell => "\t",
            Gap::Line => "\n",
            Gap::Blank => "\n\n",
        });
    }
}

#[cfg(test)]
mod tests {
    use dom_query::Document;

    use super::*;

    #[test]
    fn texts() {
        let check = |html: &str, expected: &str| {
            let page = Document::from(html);
            assert_eq!(text(&page.select_single("body")), expected, "{html}");
        };
        check("", "");
        check("<p>a\n  b</p>\n<p> c </p>", "a b\n\nc");
        check("<div><div>a</div></div><div>b", "a\n\nb");
        check("a<b>b</b> <i>c </i>d", "ab c d");
        check("a<br>b<br><br>c", "a\nb\nc");
        check("<ul><li>a</li><li><p>b</p><ul><li>c</ul></ul><p>d", "a\nb\nc\n\nd");
        check("<table><tr><td>a</td><td>b c</td></tr><tr><th>d</table>e", "a\tb c\nd\n\ne");
        check("a<script>b</script><style>c</style>d", "ad");
        check("<p>x<pre>  a\n\n  b\n</pre>c", "x\n\n  a\n\n  b\n\nc");
        check("<dl><dt>a<dd>b</dl>", "a\nb");
        check("<h1>a</h1>b", "a\n\nb");
        check("a\u{a0} b", "a\u{a0} b");
        check("<figure><img alt=x><figcaption>a</figcaption></figure>b", "a\n\nb");
    }
}
