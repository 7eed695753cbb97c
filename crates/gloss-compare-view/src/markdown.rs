//! A comparison as GitHub-flavoured Markdown, for a pull request.

use std::fmt::Write;

use gloss_compare::{Comparison, Corpus};

use crate::sections::{Extent, sections};
use crate::table::{Place, Section, Table, Tone};

/// The comparison in Markdown, with so many places in documents. What stands in documents is escaped:
/// it makes no links, no markup, and calls nobody.
#[must_use]
pub fn markdown(comparison: &Comparison, corpus: &Corpus, places: usize) -> String {
    let extent = Extent { labels: 30, slices: 30, differences: 30, places, around: 40 };
    let mut out = String::new();
    for (number, section) in sections(comparison, corpus, &extent).iter().enumerate() {
        let level = if number == 0 { "##" } else { "###" };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{level} {}\n", escaped(&section.title));
        body(section, &mut out);
    }
    let settings = &comparison.settings;
    let _ = writeln!(
        out,
        "Seed {}, {} resamples; intervals at {:.0}%: {}.",
        settings.seed,
        settings.resamples,
        settings.confidence * 100.0,
        escaped(&settings.intervals),
    );
    out
}

fn body(section: &Section, out: &mut String) {
    section.tables.iter().for_each(|table| rows(table, out));
    section.places.iter().for_each(|place| item(place, out));
    if !section.places.is_empty() {
        out.push('\n');
    }
    for note in &section.notes {
        let text = escaped(&note.text);
        let _ = match note.tone {
            Tone::Plain => writeln!(out, "{text}\n"),
            Tone::Warning => writeln!(out, "> **Warning:** {text}\n"),
            Tone::Good | Tone::Bad => writeln!(out, "**{text}**\n"),
        };
    }
}

fn rows(table: &Table, out: &mut String) {
    let row = |cells: &[String]| {
        let cells = cells.iter().map(|cell| escaped(cell));
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    out.push_str(&row(&table.head));
    let rule = |column: usize| if column < table.words { "---" } else { "---:" };
    let rules: Vec<&str> = (0..table.head.len()).map(rule).collect();
    let _ = writeln!(out, "| {} |", rules.join(" | "));
    table.rows.iter().for_each(|cells| out.push_str(&row(cells)));
    out.push('\n');
}

fn item(place: &Place, out: &mut String) {
    let [before, inside, behind] = place.text.each_ref().map(|text| escaped(text));
    let inside = if inside.is_empty() { inside } else { format!("<ins>{inside}</ins>") };
    let _ = writeln!(out, "- **{}**: {before}{inside}{behind}", escaped(&place.document));
    for (name, said) in &place.said {
        let _ = writeln!(out, "  - {}: {}", escaped(name), escaped(said));
    }
}

/// A text as words alone.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // These call people and name issues, whatever stands before them.
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => out.extend(['\\', c]),
            // A link without markup needs its colon.
            ':' => out.push_str("&#58;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_words_alone() {
        let check = |text: &str, expected: &str| assert_eq!(escaped(text), expected);
        check("<b> & \"x\"", "&lt;b&gt; &amp; \"x\"");
        check("@someone #1", "&#64;someone &#35;1");
        check("a|b\n`c` [d](e)", "a\\|b \\`c\\` \\[d\\](e)");
        check("https://x.y", "https&#58;//x.y");
    }

    #[test]
    fn tables_hold_and_documents_stay_words() {
        let (comparison, corpus) =
            crate::fixtures::compared(crate::fixtures::variants(), Some("gold"));
        let text = markdown(&comparison, &corpus, 3);
        let tables = text.lines().filter(|line| line.starts_with("| "));
        let pipes = |line: &str| line.replace("\\|", "").matches('|').count();
        let tables: Vec<&str> = tables.collect();
        for two in tables.windows(2).filter(|two| two[1].starts_with("| ---")) {
            assert_eq!(pipes(two[0]), pipes(two[1]), "{text}");
        }
        for part in ["good\\|bad", "&lt;/b&gt;", "Seed 1, 200 resamples"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert!(!text.contains("<b>") && !text.contains('\u{1b}'), "{text}");
    }
}
