//! A comparison as text for a terminal.

use std::fmt::Write;

use console::{Alignment, Style, measure_text_width, pad_str, truncate_str};
use gloss_compare::{Comparison, Corpus};

use crate::fit::fitted;
use crate::sections::{Extent, sections};
use crate::table::{Note, Place, Section, Table, Tone};

/// The narrowest that lines are made for.
const LEAST_WIDTH: usize = 60;
/// The narrowest that a column of words becomes.
const LEAST_WORDS: usize = 8;
/// Labels that are listed, where the screen is high enough and where it is not.
const LABELS: [usize; 2] = [8, 4];
/// Differences that are listed.
const DIFFERENCES: [usize; 2] = [15, 5];

/// What a comparison is shown on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// Lines that it fits: what differs most takes what the figures leave, and where these alone are too
    /// many, the last of them give way.
    pub height: usize,
    /// Whether colours are shown.
    pub colours: bool,
    /// Places in documents to show, however many lines they take.
    pub places: Option<usize>,
}

impl Default for Screen {
    fn default() -> Screen {
        Screen { width: 80, height: 40, colours: false, places: None }
    }
}

/// The comparison on a screen.
#[must_use]
pub fn terminal(comparison: &Comparison, corpus: &Corpus, screen: &Screen) -> String {
    let width = screen.width.max(LEAST_WIDTH);
    let extent = |short: usize, places| Extent {
        labels: LABELS[short],
        slices: LABELS[short],
        differences: DIFFERENCES[short],
        places,
        around: width.saturating_sub(40).clamp(15, 40) / 2 + 10,
    };
    let written = |sections: &[Section]| {
        let mut writer = Writer { text: String::new(), width, colours: screen.colours };
        sections.iter().for_each(|section| writer.section(section));
        writer.text
    };
    let all = |extent: &Extent| sections(comparison, corpus, extent);
    if let Some(places) = screen.places {
        return written(&all(&extent(0, places)));
    }
    let lines = |sections: &[Section]| written(sections).lines().count();
    // A place takes a line for the text and one for each variant.
    let each = corpus.variants.len() + 1;
    let room = |short| {
        // Beside the places their title, and the empty line before it.
        let rest = lines(&all(&extent(short, 0))) + 2;
        screen.height.saturating_sub(rest) / each
    };
    let short = usize::from(room(0) == 0);
    let all = all(&extent(short, room(short).max(1)));
    written(&fitted(all, screen.height, lines))
}

struct Writer {
    text: String,
    width: usize,
    colours: bool,
}

impl Writer {
    fn line(&mut self, text: &str) {
        let line = truncate_str(text.trim_end(), self.width, "…");
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn style(&self, style: Style, text: &str) -> String {
        style.force_styling(self.colours).apply_to(text).to_string()
    }

    fn section(&mut self, section: &Section) {
        if !self.text.is_empty() {
            self.line("");
        }
        if !section.title.is_empty() {
            let title = self.style(Style::new().bold(), &section.title);
            self.line(&title);
        }
        section.tables.iter().for_each(|table| self.table(table));
        section.places.iter().for_each(|place| self.place(place));
        section.notes.iter().for_each(|note| self.note(note));
    }

    fn note(&mut self, note: &Note) {
        let style = match note.tone {
            Tone::Plain => Style::new().dim(),
            Tone::Warning => Style::new().yellow(),
            Tone::Good => Style::new().green().bold(),
            Tone::Bad => Style::new().red().bold(),
        };
        let sign = if note.tone == Tone::Warning { "! " } else { "" };
        for (at, line) in wrapped(&note.text, self.width - 2 - sign.len()).iter().enumerate() {
            let begin = if at == 0 { sign } else { &"  "[..sign.len()] };
            let line = self.style(style.clone(), line);
            self.line(&format!("  {begin}{line}"));
        }
    }

    fn place(&mut self, place: &Place) {
        let [before, inside, behind] = &place.text;
        let inside = match (inside.as_str(), self.colours) {
            ("", _) => String::new(),
            (inside, true) => self.style(Style::new().bold().underlined(), inside),
            (inside, false) => format!("[{inside}]"),
        };
        let document = truncate_str(&place.document, 24, "…").into_owned();
        self.line(&format!(
            "  {}  {before}{inside}{behind}",
            self.style(Style::new().cyan(), &document)
        ));
        let names = place.said.iter().map(|(name, _)| measure_text_width(name));
        let wide = names.max().unwrap_or(0).min(20);
        for (name, said) in &place.said {
            self.line(&format!("    {}  {said}", padded(name, wide, Alignment::Left)));
        }
    }

    fn table(&mut self, table: &Table) {
        let (mut kept, mut widths) = columns(table, self.width - 2);
        // Names of columns that stand above nothing but themselves are left out with them.
        kept.retain(|&column| column < table.words || widths[column] > 0);
        let row = |cells: &[String], widths: &mut Vec<usize>| {
            let mut line = String::from("  ");
            for (at, &column) in kept.iter().enumerate() {
                let is_words = column < table.words || is_interval(table, column);
                let alignment = if is_words { Alignment::Left } else { Alignment::Right };
                let gap = match at {
                    0 => "",
                    _ if is_interval(table, column) => " ",
                    _ => "  ",
                };
                line.push_str(gap);
                line.push_str(&padded(&cells[column], widths[column], alignment));
            }
            line
        };
        if table.head.iter().any(|name| !name.is_empty()) {
            let head = row(&table.head, &mut widths);
            let head = self.style(Style::new().dim(), &head);
            self.line(&head);
        }
        for cells in &table.rows {
            let line = row(cells, &mut widths);
            self.line(&line);
        }
        if table.more > 0 {
            let more = self.style(Style::new().dim(), &format!("… {} more", table.more));
            self.line(&format!("  {more}"));
        }
    }
}

/// Whether a column belongs to the one before it, as intervals do.
fn is_interval(table: &Table, column: usize) -> bool {
    column >= table.words && column > 0 && table.head[column].is_empty()
}

/// The columns that are shown, and how wide each is: columns of words give way first, then
/// intervals.
fn columns(table: &Table, width: usize) -> (Vec<usize>, Vec<usize>) {
    let count = table.head.len();
    let cell = |column: usize| {
        let cells = table.rows.iter().map(move |row| measure_text_width(&row[column]));
        cells.chain([measure_text_width(&table.head[column])]).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..count).map(cell).collect();
    let mut kept: Vec<usize> = (0..count).collect();
    let total = |kept: &[usize], widths: &[usize]| -> usize {
        let gap = |column| 2 - usize::from(is_interval(table, column));
        kept.iter().map(|&column| widths[column] + gap(column)).sum::<usize>().saturating_sub(2)
    };
    for _ in 0..2 {
        while total(&kept, &widths) > width {
            let widest = (0..table.words).filter(|&c| widths[c] > LEAST_WORDS);
            let Some(widest) = widest.max_by_key(|&column| widths[column]) else { break };
            widths[widest] -= 1;
        }
        if total(&kept, &widths) > width {
            kept.retain(|&column| !is_interval(table, column));
        }
    }
    (kept, widths)
}

fn padded(text: &str, width: usize, alignment: Alignment) -> String {
    pad_str(text, width, alignment, Some("…")).into_owned()
}

/// The text in lines of so many columns.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.len() - 1;
        let line = &mut lines[last];
        if !line.is_empty() && measure_text_width(line) + 1 + measure_text_width(word) > width {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
#[path = "terminal_tests.rs"]
mod tests;
