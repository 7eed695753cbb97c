//! A report as text for a terminal.

use std::fmt::Write;

use console::{Style, measure_text_width, truncate_str};

use crate::format::{bytes, count, counted, percent, seconds, short, signed};
use crate::{CorpusSection, EntitySection, Report, RunSection};

/// The narrowest that lines are made for.
const LEAST_WIDTH: usize = 60;
/// Entities that are listed.
const ENTITIES: usize = 15;
/// Pairs that are listed.
const PAIRS: usize = 8;

/// Where text goes.
struct Screen {
    text: String,
    width: usize,
    colours: bool,
}

/// A report for a screen of so many columns.
#[must_use]
pub fn terminal(report: &Report, width: usize, colours: bool) -> String {
    let mut screen = Screen { text: String::new(), width: width.max(LEAST_WIDTH), colours };
    screen.run(&report.run);
    if let Some(corpus) = &report.corpus {
        screen.corpus(corpus);
    }
    screen.text
}

/// Without what would move a terminal's cursor or change its colours.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

impl Screen {
    fn line(&mut self, text: &str) {
        let line = truncate_str(text.trim_end(), self.width, "…");
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn style(&self, style: Style, text: &str) -> String {
        style.force_styling(self.colours).apply_to(text).to_string()
    }

    fn heading(&mut self, text: &str) {
        let text = self.style(Style::new().bold(), text);
        self.line("");
        self.line(&text);
    }

    fn run(&mut self, run: &RunSection) {
        let summary = &run.summary.summary;
        let title = self.style(Style::new().bold(), &plain(&run.pipeline));
        self.line(&format!("{title}  {}", run.started));
        let mut words = vec![format!("{} annotated", counted(summary.annotated, "document"))];
        let mut add = |n: u64, what: &str| {
            if n > 0 {
                words.push(format!("{} {what}", count(n)));
            }
        };
        add(summary.failed, "failed");
        add(summary.unreadable, "unreadable");
        add(summary.interrupted, "interrupted");
        let stopped = if summary.stopped { " (stopped before the end)" } else { "" };
        self.line(&format!("{} in {}{stopped}", words.join(", "), seconds(run.seconds)));
        let mut rates = vec![format!("{} documents/s", short(run.documents_per_second))];
        rates.extend(run.characters_per_second.map(|n| format!("{} characters/s", short(n))));
        rates.extend(run.tokens_per_second.map(|n| format!("{} tokens/s", short(n))));
        rates.push(counted(run.threads as u64, "thread"));
        if let Some(memory) = &run.peak_memory {
            rates.push(format!("peak memory {}", bytes(memory.bytes)));
        }
        self.line(&rates.join(", "));
        if let Some(machine) = &run.machine {
            let parts = [machine.cpu.as_deref(), machine.system.as_deref()];
            let cores = counted(machine.cores as u64, "core");
            let known = parts.into_iter().flatten().map(plain);
            let parts: Vec<String> = std::iter::once(cores).chain(known).collect();
            self.line(&parts.join(", "));
        }
        self.stages(run);
        self.failures(run);
    }

    fn stages(&mut self, run: &RunSection) {
        if run.stages.is_empty() {
            return;
        }
        self.heading("Where the time went");
        let ids: Vec<String> = run.stages.iter().map(|stage| plain(&stage.id)).collect();
        let wide = ids.iter().map(|id| measure_text_width(id)).max().unwrap_or(0).min(24);
        let room = self.width.saturating_sub(wide + 44).clamp(8, 40);
        for (stage, id) in run.stages.iter().zip(&ids) {
            let bar = self.style(Style::new().cyan(), &bar(stage.share, room));
            self.line(&format!(
                "{}  {bar} {:>6}  {:>10}  {:>8} documents/s",
                pad(id, wide),
                percent(stage.share),
                seconds(stage.busy_seconds),
                short(stage.documents_per_busy_second),
            ));
        }
        self.line("Documents for each second that a worker of the stage was busy.");
    }

    fn failures(&mut self, run: &RunSection) {
        if run.failures.is_empty() {
            return;
        }
        self.heading("What failed");
        for failure in &run.failures {
            let stage = failure.stage.as_deref().map_or("reading".to_owned(), plain);
            let code = self.style(Style::new().red(), &plain(&failure.code));
            let examples: Vec<String> = failure.examples.iter().map(|id| plain(id)).collect();
            let more = if failure.documents > examples.len() as u64 { ", …" } else { "" };
            let documents = counted(failure.documents, "document");
            self.line(&format!("{stage}  {code}  {documents}: {}{more}", examples.join(", ")));
        }
        self.line("The quarantine file of the run says why, for each of them.");
    }

    fn corpus(&mut self, corpus: &CorpusSection) {
        self.heading("The documents");
        let mut words = vec![counted(corpus.documents, "document")];
        if corpus.documents_without_sentences < corpus.documents {
            words.push(counted(corpus.sentences, "sentence"));
        }
        words.push(counted(corpus.characters, "character"));
        self.line(&words.join(", "));
        if let Some(mean) = corpus.sentiment {
            self.line(&format!("mean sentiment {}", crate::words::mean(&mean)));
        }
        if let (Some(first), Some(last)) = (corpus.days.first(), corpus.days.last()) {
            let undated = match corpus.undated {
                0 => String::new(),
                n => format!(", {} without a date", count(n)),
            };
            let days = counted(corpus.days.len() as u64, "day");
            self.line(&format!("{days} from {} to {}{undated}", first.day, last.day));
        }
        if !corpus.entities.is_empty() {
            self.heading("Most frequent entities");
            corpus.entities.iter().take(ENTITIES).for_each(|entity| self.entity(entity));
            for remark in crate::words::about_entities(corpus) {
                self.paragraph(&remark);
            }
        }
        self.pairs(corpus);
        self.duplicates(corpus);
    }

    fn entity(&mut self, entity: &EntitySection) {
        let sentiment = entity.sentiment.map_or(String::new(), |mean| match mean.interval {
            Some((low, high)) => {
                format!("{} [{}, {}]", signed(mean.mean), signed(low), signed(high))
            }
            None => signed(mean.mean),
        });
        let name = truncate_str(&plain(&entity.name), 28, "…").into_owned();
        self.line(&format!(
            "{}  {}  {:>7} in {:<15}  {sentiment}",
            pad(&name, 28),
            pad(&plain(&entity.label), 11),
            count(entity.mentions),
            counted(entity.documents, "document"),
        ));
    }

    fn pairs(&mut self, corpus: &CorpusSection) {
        if corpus.pairs.is_empty() {
            return;
        }
        self.heading("Mentioned together");
        for pair in corpus.pairs.iter().take(PAIRS) {
            let name = |place: usize| corpus.entities.get(place).map_or("", |e| e.name.as_str());
            let names = plain(&format!("{} – {}", name(pair.first), name(pair.second)));
            let names = truncate_str(&names, 44, "…").into_owned();
            let units = count(pair.units);
            self.line(&format!("{}  {units:>6}  NPMI {}", pad(&names, 44), signed(pair.npmi)));
        }
        self.paragraph(&crate::words::about_pairs(corpus));
    }

    fn duplicates(&mut self, corpus: &CorpusSection) {
        let Some(found) = &corpus.near_duplicates else { return };
        self.heading("Near-duplicates");
        let labels = found.labels.iter().map(|l| format!("{} {}", count(l.count), plain(&l.label)));
        self.line(&labels.collect::<Vec<_>>().join(", "));
        for group in found.largest.iter().take(5) {
            self.line(&format!("{:>6}  {}", count(group.size), plain(&group.representative)));
        }
    }

    /// A text of several lines.
    fn paragraph(&mut self, text: &str) {
        let mut line = String::new();
        for word in text.split(' ') {
            if !line.is_empty()
                && measure_text_width(&line) + measure_text_width(word) >= self.width
            {
                self.line(&line);
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
    }
}

fn pad(text: &str, width: usize) -> String {
    console::pad_str(text, width, console::Alignment::Left, Some("…")).into_owned()
}

/// A bar of eighths of blocks.
fn bar(share: f64, width: usize) -> String {
    let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
    let parts = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
    let mut bar = "█".repeat(eighths / 8);
    if let Some(part) = (eighths % 8).checked_sub(1) {
        bar.push(parts[part]);
    }
    pad(&bar, width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_share() {
        let check = |share, expected: &str| assert_eq!(bar(share, 4), expected);
        check(0.0, "    ");
        check(0.5, "██  ");
        check(0.53, "██▏ ");
        check(1.0, "████");
        check(7.0, "████");
        check(f64::NAN, "    ");
    }

    #[test]
    fn names_cannot_move_the_cursor() {
        assert_eq!(plain("a\u{1b}[2Jb\nc"), "a [2Jb c");
    }
}
