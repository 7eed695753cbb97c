//! Documentation comments, from Rust to C.

use regex::{Captures, Regex};
use syn::{Expr, ExprLit, Lit, Meta};

use super::render::{constant_name, type_name};

/// Width of a line of the header.
const WIDTH: usize = 98;

/// The documentation of an item, as it was written.
pub fn of(attributes: &[syn::Attribute]) -> String {
    let line = |attribute: &syn::Attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => {
                let text = text.value();
                Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
            }
            _ => None,
        },
        _ => None,
    };
    attributes.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

/// Puts the names of C in the place of those of Rust, and the words of C for types.
///
/// `known` says of a bare name whether it is one of the interface.
pub fn translate(docs: &str, known: impl Fn(&str) -> bool) -> String {
    // Links: [`Name`], [`Type::MEMBER`], [`Name`](path). Both expressions are constant.
    #[allow(clippy::unwrap_used)]
    let link = Regex::new(r"\[`([\w:]+)`\](?:\([\w:]+\))?").unwrap();
    #[allow(clippy::unwrap_used)]
    let code = Regex::new(r"`(\w+)`").unwrap();
    let linked = link.replace_all(docs, |found: &Captures<'_>| format!("`{}`", c_name(&found[1])));
    let word = |found: &Captures<'_>| {
        let name = &found[1];
        match name {
            "u8" | "u16" | "u32" | "u64" => format!("`uint{}_t`", &name[1..]),
            "i32" | "i64" => format!("`int{}_t`", &name[1..]),
            "f32" => "`float`".to_owned(),
            "f64" => "`double`".to_owned(),
            _ if known(name) => format!("`{}`", c_name(name)),
            _ => found[0].to_owned(),
        }
    };
    code.replace_all(&linked, word).replace("**", "")
}

/// The name in C of `Type`, `CONSTANT`, `Type::VALUE` or `Type::member`.
fn c_name(path: &str) -> String {
    let upper = |name: &str| !name.contains(char::is_lowercase);
    match path.rsplit_once("::") {
        Some((owner, name)) => {
            let owner = owner.rsplit("::").next().unwrap_or(owner);
            if upper(name) {
                constant_name(&format!("{}_{name}", super::render::snake(owner)))
            } else {
                format!("{}.{name}", type_name(owner))
            }
        }
        None if upper(path) => constant_name(path),
        None => type_name(path),
    }
}

/// Lines of a comment in C: paragraphs and list items filled anew to the width.
pub fn lines(docs: &str, indent: &str) -> String {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in docs.lines() {
        let text = line.trim();
        if text.is_empty() {
            paragraphs.push(String::new());
            open = false;
        } else if open && !text.starts_with("* ") {
            let last = paragraphs.last_mut().map(|p| (p.push(' '), p.push_str(text)));
            debug_assert!(last.is_some());
        } else {
            paragraphs.push(text.to_owned());
            open = true;
        }
    }
    let mut comment = String::new();
    for paragraph in &paragraphs {
        let hang = if paragraph.starts_with("* ") { "  " } else { "" };
        let mut line = format!("{indent}//");
        for word in paragraph.split(' ').filter(|w| !w.is_empty()) {
            if line.len() + 1 + word.len() > WIDTH {
                comment.push_str(&line);
                comment.push('\n');
                line = format!("{indent}// {hang}{word}");
            } else {
                line.push(' ');
                line.push_str(word);
            }
        }
        comment.push_str(&line);
        comment.push('\n');
    }
    comment
}
