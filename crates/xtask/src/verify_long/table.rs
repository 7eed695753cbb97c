//! The table of what long runs found.

/// What a test prints before a figure; see `gloss_tests::figures`.
const MARK: &str = "figure\t";

/// Rows of five cells: the part, what it is, the figure, what it should be, and whether it is so.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<[String; 5]>,
    missed: usize,
}

impl Table {
    /// Takes a line that a test printed, if there is a figure in it.
    pub fn take(&mut self, part: &str, line: &str) {
        // The harness prints the name of a test without ending the line.
        let Some((_, figure)) = line.split_once(MARK) else { return };
        let mut cells = figure.split('\t');
        let mut next = || cells.next().unwrap_or_default();
        let (what, found, bar) = (next(), next(), next());
        let holds = match next() {
            "ok" => Some(true),
            "missed" => Some(false),
            _ => None,
        };
        self.add(part, what, found, bar, holds);
    }

    /// Adds a row; `holds` where there is something that it should be.
    pub fn add(&mut self, part: &str, what: &str, found: &str, bar: &str, holds: Option<bool>) {
        let verdict = match holds {
            Some(true) => "ok",
            Some(false) => "MISSED",
            None => "",
        };
        self.missed += usize::from(holds == Some(false));
        self.rows.push([part, what, found, bar, verdict].map(str::to_owned));
    }

    /// How many rows are not what they should be.
    pub fn missed(&self) -> usize {
        self.missed
    }

    /// The table in Markdown.
    pub fn text(&self) -> String {
        let head = ["part", "what", "found", "should be", ""].map(str::to_owned);
        let rows = || std::iter::once(&head).chain(&self.rows);
        let width = |column: usize| rows().map(|row| row[column].chars().count()).max();
        let widths: Vec<usize> = (0..head.len()).filter_map(width).collect();
        let mut text = String::new();
        for (number, row) in rows().enumerate() {
            for (cell, &width) in row.iter().zip(&widths) {
                text.push_str(&format!("| {cell:width$} "));
            }
            text.push_str("|\n");
            if number == 0 {
                widths
                    .iter()
                    .for_each(|&width| text.push_str(&format!("|{}", "-".repeat(width + 2))));
                text.push_str("|\n");
            }
        }
        text
    }

    /// Prints it.
    pub fn print(&self) {
        print!("\n{}", self.text());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_become_rows() {
        let mut table = Table::default();
        table.take("million", "running 1 test");
        table.take("million", "test million ... figure\tpeak\t1.234\tat most 1.10\tmissed");
        table.take("million", "figure\tdocuments a second\t9\t\t");
        table.add("kills", "resume", "", "", Some(true));
        assert_eq!(table.missed(), 1);
        let expected = "\
| part    | what               | found | should be    |        |
|---------|--------------------|-------|--------------|--------|
| million | peak               | 1.234 | at most 1.10 | MISSED |
| million | documents a second | 9     |              |        |
| kills   | resume             |       |              | ok     |
";
        assert_eq!(table.text(), expected);
    }
}
