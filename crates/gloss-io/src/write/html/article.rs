//! A document as an element `article` of a page.

use std::fmt::Write as _;

use gloss_doc::{Annotations, Document, Layer, NONE};
use serde_json::Value;

use super::escape::escape;
use super::layers::{Drawn, anchor, drawn, hue};
use super::marks::{Mark, draw};

/// So many relations of a layer are listed.
const RELATIONS: usize = 200;

/// The article of the document that is the `number`th of its page.
pub(super) fn article(document: &Document, number: u64) -> String {
    let prefix = format!("d{number}");
    let layers = drawn(document, &prefix);
    let mut out = String::with_capacity(document.text.len() * 4);
    let _ = writeln!(out, "<article id=\"{prefix}\" aria-labelledby=\"{prefix}-title\">");
    let _ = writeln!(out, "<h2 id=\"{prefix}-title\"><bdi>{}</bdi></h2>", escape(title(document)));
    facts(document, &mut out);
    texts(document, &prefix, &layers, &mut out);
    switches(&layers, &mut out);
    legend(&layers, &mut out);
    let marks: Vec<Mark> = layers.into_iter().flat_map(|drawn| drawn.marks).collect();
    let (text, lost) = draw(&document.text, marks);
    let _ = writeln!(out, "<div class=\"text\" dir=\"auto\">{text}</div>");
    more(document, lost, &mut out);
    out.push_str("</article>\n");
    out
}

/// What the document is called: its title where it has one.
fn title(document: &Document) -> &str {
    let title = document.metadata.get("title").and_then(Value::as_str);
    title.filter(|title| !title.trim().is_empty()).unwrap_or(&document.id)
}

fn facts(document: &Document, out: &mut String) {
    let words = document.text.split_whitespace().count();
    let _ = write!(out, "<p class=\"facts\">");
    for (number, layer) in document.layers.iter().enumerate() {
        let Annotations::Classes(classes) = &layer.annotations else { continue };
        for (row, &label) in classes.label.iter().enumerate() {
            let Some(label) = layer.schema.labels.get(label as usize) else { continue };
            if classes.target[row] != NONE {
                continue;
            }
            let score = classes.score.get(row).filter(|score| score.is_finite());
            let score = score.map_or_else(String::new, |score| format!(" {score:.2}"));
            let hue = hue(layer, number, label);
            let _ = write!(
                out,
                "<span class=\"badge\" style=\"--h:{hue}\" title=\"{}\">{}{score}</span>",
                escape(&layer.name),
                escape(label)
            );
        }
    }
    let date = document.metadata.get("date").and_then(Value::as_str);
    let date = date.map_or_else(String::new, |date| format!("{} · ", escape(date)));
    let _ = writeln!(out, "{date}{words} words</p>");
}

/// Summaries and the like; what was taken from the text leads there.
fn texts(document: &Document, prefix: &str, drawn: &[Drawn<'_>], out: &mut String) {
    for layer in &document.layers {
        let Annotations::Texts(texts) = &layer.annotations else { continue };
        if texts.text.is_empty() {
            continue;
        }
        let number = drawn.iter().position(|drawn| std::ptr::eq(drawn.layer, layer));
        let _ = writeln!(out, "<div class=\"box\"><h3>{}</h3>", escape(&layer.name));
        for row in 0..texts.text.len() {
            let _ = write!(out, "<p dir=\"auto\">");
            let link = |part: usize| {
                let id = u32::try_from(row).unwrap_or(NONE);
                number.map(|number| anchor(prefix, number, id, part))
            };
            linked(document, texts.text.get(row), &texts.sources[row], &link, out);
            out.push_str("</p>\n");
        }
        out.push_str("</div>\n");
    }
}

/// A text in which what stands in its sources word for word leads there; numbers lead to the others.
fn linked(
    document: &Document,
    text: &str,
    sources: &[(u32, u32)],
    link: &dyn Fn(usize) -> Option<String>,
    out: &mut String,
) {
    let mut rest = text;
    let mut others = Vec::new();
    for (part, &(start, end)) in sources.iter().enumerate() {
        let Some(anchor) = link(part) else { continue };
        let source = document.text.get(start as usize..end as usize).unwrap_or_default().trim();
        match rest.find(source).filter(|_| !source.is_empty()) {
            Some(at) => {
                let linked = escape(source);
                let _ = write!(out, "{}<a href=\"#{anchor}\">{linked}</a>", escape(&rest[..at]));
                rest = &rest[at + source.len()..];
            }
            None => others.push((part + 1, anchor)),
        }
    }
    out.push_str(&escape(rest));
    for (number, anchor) in others {
        let _ = write!(out, " <a href=\"#{anchor}\">[{number}]</a>");
    }
}

/// A switch for each layer; they work without a script.
fn switches(layers: &[Drawn<'_>], out: &mut String) {
    if layers.is_empty() {
        return;
    }
    out.push_str("<fieldset aria-label=\"Layers\">\n");
    for (number, Drawn { layer, marks, on, look }) in layers.iter().enumerate() {
        let name = match *look {
            "source" => format!("{}: sources", layer.name),
            _ => layer.name.clone(),
        };
        let _ = writeln!(
            out,
            "<label><input type=\"checkbox\" class=\"t{number}\"{}>{} <span class=\"count\">{}</span></label>",
            if *on { " checked" } else { "" },
            escape(&name),
            marks.len()
        );
    }
    out.push_str("</fieldset>\n");
}

/// The labels of each layer with their counts, in the order of the schema.
fn legend(layers: &[Drawn<'_>], out: &mut String) {
    for (number, Drawn { layer, marks, look, .. }) in layers.iter().enumerate() {
        let counts = layer
            .schema
            .labels
            .iter()
            .map(|label| (label, marks.iter().filter(|mark| mark.label == *label).count()));
        let counts: Vec<_> = counts.filter(|&(_, count)| count > 0).collect();
        if counts.is_empty() {
            continue;
        }
        let _ = writeln!(out, "<ul class=\"legend k{number} {look}\">");
        for (label, count) in counts {
            let (text, hue) = (escape(label), hue(layer, number, label));
            let _ = writeln!(
                out,
                "<li><button type=\"button\" style=\"--h:{hue}\" data-key=\"{number}:{text}\" \
                 aria-pressed=\"false\">{text} <span class=\"count\">{count}</span></button></li>"
            );
        }
        out.push_str("</ul>\n");
    }
}

/// What is not in the text: metadata, relations, other layers, notes.
fn more(document: &Document, lost: usize, out: &mut String) {
    let mut rows = String::new();
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(rows, "<dt>{}</dt><dd>{}</dd>", escape(name), escape(value));
    };
    row("id", &document.id);
    if let Some(source) = &document.source {
        row("source", &source.path);
    }
    for (name, value) in &document.metadata {
        row(name, value.as_str().map_or_else(|| value.to_string(), str::to_owned).as_str());
    }
    for layer in &document.layers {
        let count = layer.annotations.len();
        match &layer.annotations {
            Annotations::Vectors(vectors) => {
                row(&layer.name, &format!("{count} vectors of {} numbers", vectors.dimension));
            }
            Annotations::Spans(_) if layer.schema.layer_type == "tokens" => {
                row(&layer.name, &format!("{count} tokens"));
            }
            _ if count == 0 => row(&layer.name, "nothing found"),
            _ => {}
        }
    }
    document.notes.iter().for_each(|note| row("note", note));
    if lost > 0 {
        row("not drawn", &format!("{lost} spans inside too many others"));
    }
    let _ =
        writeln!(out, "<details><summary>About this document</summary><dl>\n{rows}</dl></details>");
    document.layers.iter().for_each(|layer| relations(document, layer, out));
}

fn relations(document: &Document, layer: &Layer, out: &mut String) {
    let Annotations::Relations(relations) = &layer.annotations else { return };
    let count = relations.head.len();
    if count == 0 {
        return;
    }
    let _ = writeln!(out, "<details><summary>{} ({count})</summary><ul>", escape(&layer.name));
    let words = |of: &Option<String>, id: u32| {
        let found = of.as_deref().and_then(|name| document.layer(name)).map(|l| &l.annotations);
        let Some(Annotations::Spans(spans)) = found else { return format!("#{id}") };
        let at = |column: &[u32]| column.get(id as usize).map(|&at| at as usize);
        let range = at(&spans.start).zip(at(&spans.end));
        let text = range.and_then(|(start, end)| document.text.get(start..end));
        text.map_or_else(|| format!("#{id}"), str::to_owned)
    };
    for i in 0..count.min(RELATIONS) {
        let label = relations.label.get(i).and_then(|&l| layer.schema.labels.get(l as usize));
        let _ = writeln!(
            out,
            "<li><bdi>{}</bdi> → {} → <bdi>{}</bdi></li>",
            escape(&words(&layer.schema.head, relations.head[i])),
            escape(label.map_or("", String::as_str)),
            escape(&words(&layer.schema.tail, relations.tail[i]))
        );
    }
    out.push_str("</ul>");
    if count > RELATIONS {
        let _ = write!(out, "<p>and {} more, which JSONL has</p>", count - RELATIONS);
    }
    out.push_str("</details>\n");
}
