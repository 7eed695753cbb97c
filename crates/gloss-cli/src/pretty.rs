//! Documents for reading: the text with its entities, then what else was found.

use std::io::{self, Write};

use console::{Style, measure_text_width};
use gloss_doc::{Annotations, Document, Kind, Layer, NONE};
use gloss_io::{Checkpoint, DocumentWriter, Sink};

/// Writes documents for reading.
pub struct PrettyWriter<W: Write> {
    writer: W,
    width: usize,
    colours: bool,
}

impl<W: Sink> DocumentWriter for PrettyWriter<W> {
    fn write(&mut self, document: &Document) -> io::Result<()> {
        self.document(document)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    fn checkpoint(&mut self) -> io::Result<Option<Checkpoint>> {
        self.writer.checkpoint()
    }

    fn finish(self: Box<Self>) -> io::Result<()> {
        self.writer.finish()
    }
}

impl<W: Write> PrettyWriter<W> {
    /// For a terminal: in its width, in colours if it has them.
    pub fn terminal(writer: W) -> PrettyWriter<W> {
        let width = usize::from(console::Term::stdout().size().1).clamp(40, 100);
        PrettyWriter { writer, width, colours: console::colors_enabled() }
    }

    /// For a file: 80 columns, no colours.
    pub fn plain(writer: W) -> PrettyWriter<W> {
        PrettyWriter { writer, width: 80, colours: false }
    }

    fn style(&self, style: Style) -> Style {
        style.force_styling(self.colours)
    }

    fn document(&mut self, document: &Document) -> io::Result<()> {
        self.title(document)?;
        let shown = document.layers.iter().find(|l| l.schema.layer_type == "entities");
        self.text(document, shown)?;
        writeln!(self.writer)?;
        for layer in &document.layers {
            if shown.is_none_or(|s| !std::ptr::eq(s, layer)) {
                self.layer(document, layer)?;
            }
        }
        for note in &document.notes {
            self.paragraph("note", note)?;
        }
        writeln!(self.writer)
    }

    fn title(&mut self, document: &Document) -> io::Result<()> {
        let date = document.metadata.get("date").and_then(|d| d.as_str()).unwrap_or("");
        let words = document.text.split_whitespace().count();
        let title = format!("{}  {date}  {words} words", clean(&document.id));
        let rule = "─".repeat(self.width.saturating_sub(measure_text_width(&title) + 4));
        let style = self.style(Style::new().bold());
        writeln!(self.writer, "── {} {rule}", style.apply_to(title.replace("    ", "  ")))
    }

    /// The text, wrapped; entities in colour with their label behind.
    fn text(&mut self, document: &Document, entities: Option<&Layer>) -> io::Result<()> {
        let mut pieces = Pieces { words: Vec::new(), glued: false };
        let text = &document.text;
        let mut position = 0;
        let label_style = self.style(Style::new().dim());
        if let Some((layer, Annotations::Spans(spans))) = entities.map(|l| (l, &l.annotations)) {
            for i in 0..spans.start.len() {
                let (start, end) = (spans.start[i] as usize, spans.end[i] as usize);
                // Of spans that overlap the first is shown; JSONL has them all.
                if start < position {
                    continue;
                }
                let index = spans.label.get(i).copied().unwrap_or(NONE) as usize;
                let label = layer.schema.labels.get(index).map_or("", String::as_str);
                pieces.add(&text[position..start], &Style::new());
                pieces.add(&text[start..end], &self.style(colour(index).bold()));
                pieces.glued = true;
                pieces.add(&format!("[{label}]"), &label_style);
                pieces.glued = !text[end..].starts_with(char::is_whitespace);
                position = end;
            }
        }
        pieces.add(&text[position..], &Style::new());
        self.wrap(&pieces.words)
    }

    fn wrap(&mut self, words: &[Word]) -> io::Result<()> {
        let mut column = 0;
        for word in words {
            match word {
                Word::Break if column > 0 => {
                    writeln!(self.writer)?;
                    column = 0;
                }
                Word::Break => {}
                Word::Text { shown, width } => {
                    if column > 0 {
                        if column + 1 + width > self.width {
                            writeln!(self.writer)?;
                            column = 0;
                        } else {
                            write!(self.writer, " ")?;
                            column += 1;
                        }
                    }
                    write!(self.writer, "{shown}")?;
                    column += width;
                }
            }
        }
        if column > 0 { writeln!(self.writer) } else { Ok(()) }
    }

    /// One layer that is not the text's: what a reader wants of it in a few lines.
    fn layer(&mut self, document: &Document, layer: &Layer) -> io::Result<()> {
        let count = layer.annotations.len();
        match &layer.annotations {
            Annotations::Texts(texts) => {
                let lines: Vec<String> = (0..count).map(|i| texts.text.get(i).to_owned()).collect();
                lines.iter().try_for_each(|line| self.paragraph(&layer.name, line))
            }
            Annotations::Classes(classes) => {
                let of_document = (0..count).find(|&i| classes.target[i] == NONE);
                let line = match of_document {
                    Some(i) => class(layer, classes.label[i], classes.score.get(i)),
                    None => tally(layer, &classes.label),
                };
                self.paragraph(&layer.name, &line)
            }
            Annotations::Spans(spans) if layer.schema.labels.is_empty() => {
                let covered: u32 = spans.end.iter().zip(&spans.start).map(|(e, s)| e - s).sum();
                let share = 100 * u64::from(covered) / (document.text.len() as u64).max(1);
                self.paragraph(&layer.name, &format!("{count} spans over {share}% of the text"))
            }
            Annotations::Spans(spans) => self.paragraph(&layer.name, &tally(layer, &spans.label)),
            Annotations::Vectors(v) => {
                self.paragraph(&layer.name, &format!("{count} vectors of {}", v.dimension))
            }
            Annotations::Relations(_) => {
                let kind = Kind::Relations.as_str();
                self.paragraph(&layer.name, &format!("{count} {kind}"))
            }
        }
    }

    fn paragraph(&mut self, name: &str, text: &str) -> io::Result<()> {
        let mut pieces = Pieces { words: Vec::new(), glued: false };
        let style = self.style(Style::new().cyan());
        pieces.add(&format!("{name}:"), &style);
        pieces.add(" ", &Style::new());
        pieces.add(text, &Style::new());
        self.wrap(&pieces.words)
    }
}

fn class(layer: &Layer, label: u32, score: Option<&f32>) -> String {
    let label = layer.schema.labels.get(label as usize).map_or("", String::as_str);
    match score.filter(|s| s.is_finite()) {
        Some(score) => format!("{label} ({score:+.3})"),
        None => label.to_owned(),
    }
}

/// How often each label occurs, most frequent first.
fn tally(layer: &Layer, labels: &[u32]) -> String {
    let mut counts: Vec<(usize, &str)> = layer
        .schema
        .labels
        .iter()
        .enumerate()
        .map(|(i, label)| (labels.iter().filter(|&&l| l as usize == i).count(), label.as_str()))
        .filter(|(count, _)| *count > 0)
        .collect();
    counts.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let parts: Vec<String> =
        counts.iter().map(|(count, label)| format!("{count} {label}")).collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

fn colour(label: usize) -> Style {
    // Neighbours differ; blue is left out because it is unreadable on black.
    let colours = [
        Style::new().green(),
        Style::new().yellow(),
        Style::new().magenta(),
        Style::new().cyan(),
        Style::new().red(),
    ];
    colours[label % colours.len()].clone()
}

/// A piece of text that stays on one line.
enum Word {
    Text {
        shown: String,
        width: usize,
    },
    /// A paragraph ends.
    Break,
}

struct Pieces {
    words: Vec<Word>,
    /// The next word belongs to the last one.
    glued: bool,
}

impl Pieces {
    fn add(&mut self, text: &str, style: &Style) {
        if text.starts_with(char::is_whitespace) {
            self.glued = false;
        }
        for (i, line) in text.split('\n').enumerate() {
            if i > 0 {
                self.words.push(Word::Break);
                self.glued = false;
            }
            for word in line.split_whitespace() {
                let word = clean(word);
                let width = measure_text_width(&word);
                let styled = style.apply_to(word).to_string();
                match self.words.last_mut().filter(|_| self.glued) {
                    Some(Word::Text { shown, width: before }) => {
                        shown.push_str(&styled);
                        *before += width;
                    }
                    _ => self.words.push(Word::Text { shown: styled, width }),
                }
                self.glued = false;
            }
        }
        self.glued = !text.is_empty() && !text.ends_with(char::is_whitespace);
    }
}

/// Control characters of a document must not reach the terminal.
fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}
