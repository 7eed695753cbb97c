//! What is left of a view where not all of it fits a screen.

use crate::table::{Note, Rank, Section, Tone};

/// Rows of tables where the first cut is made.
const MANY: usize = 20;
/// Rows that tables keep as long as sections can be left out instead.
const FEW: usize = 3;
/// Rows, and warnings, of what stays in any case.
const KEPT: usize = 6;

/// The sections, cut so that they have no more than `height` lines, of which `lines` says how many there
/// are: first tables lose their last rows, then the last details are left out, then the last findings.
/// What says what was compared, and what a gate's verdict is, stays even where it is too high.
pub fn fitted(
    sections: Vec<Section>,
    height: usize,
    lines: impl Fn(&[Section]) -> usize,
) -> Vec<Section> {
    if lines(&sections) <= height {
        return sections;
    }
    let all = sections.as_slice();
    let of_rank = |rank| (0..all.len()).rev().filter(move |&at| all[at].rank == rank);
    let leaving: Vec<usize> = of_rank(Rank::Detail).chain(of_rank(Rank::Finding)).collect();
    let cut_rows = (FEW..=MANY).rev().map(|rows| (rows, 0));
    let ways = cut_rows.chain((1..=leaving.len()).map(|gone| (FEW, gone)));
    let cut = |(rows, gone): (usize, usize)| cut(all, rows, &leaving[..gone]);
    let fits = ways.map(cut).find(|left| lines(left) <= height);
    fits.unwrap_or_else(|| cut((1, leaving.len())))
}

/// Tables with so many rows, without the sections with these numbers, and with a word of what is gone.
fn cut(sections: &[Section], rows: usize, gone: &[usize]) -> Vec<Section> {
    let kept = sections.iter().enumerate().filter(|(at, _)| !gone.contains(at));
    let mut left: Vec<Section> = kept.map(|(_, section)| shortened(section, rows)).collect();
    let end = match gone.len() {
        0 => "Not all is shown".to_owned(),
        1 => "1 section is not shown".to_owned(),
        many => format!("{many} sections are not shown"),
    };
    let mut last = Section::new("");
    last.note(format!("{end}: `--output FILE.html` shows all, `--output FILE.txt` as text."));
    left.push(last);
    left
}

fn shortened(section: &Section, rows: usize) -> Section {
    let stays = section.rank == Rank::Head;
    let rows = if stays { rows.max(KEPT) } else { rows };
    let mut section = section.clone();
    for table in &mut section.tables {
        // Where one row is left out, the line that says so takes its place.
        if table.rows.len() > rows + 1 {
            table.more = table.rows.len() - rows;
            table.rows.truncate(rows);
        }
    }
    let most = if stays { KEPT } else { rows };
    let count = section.notes.len();
    if count > most + 1 {
        section.notes.truncate(most);
        let text = format!("… {} more", count - most);
        section.notes.push(Note { tone: Tone::Plain, text });
    }
    section
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::Table;

    fn section(name: &str, rank: Rank, rows: usize) -> Section {
        let rows = (0..rows).map(|row| vec![row.to_string()]).collect();
        let table = Table { head: vec![String::new()], rows, words: 1, more: 0 };
        Section { tables: vec![table], rank, ..Section::new(name) }
    }

    /// A line for each title, row, note, and for what is said to be more.
    fn lines(sections: &[Section]) -> usize {
        let of = |section: &Section| {
            let rows = section.tables.iter().map(|t| t.rows.len() + usize::from(t.more > 0));
            usize::from(!section.title.is_empty()) + rows.sum::<usize>() + section.notes.len()
        };
        sections.iter().map(of).sum()
    }

    #[test]
    fn rows_go_before_details_and_details_before_findings() {
        let all = || {
            vec![
                section("head", Rank::Head, 2),
                section("scores", Rank::Finding, 2),
                section("labels", Rank::Detail, 9),
                section("differences", Rank::Finding, 5),
                section("places", Rank::Detail, 3),
                section("gate", Rank::Head, 0),
            ]
        };
        let check = |height: usize, expected: &str| {
            let found = fitted(all(), height, lines);
            let of = |section: &Section| {
                let rows: usize = section.tables.iter().map(|table| table.rows.len()).sum();
                format!("{} {rows}", section.title)
            };
            let shown: Vec<String> = found.iter().map(of).collect();
            assert_eq!(shown.join(", ").trim_end_matches(",  0"), expected, "{height}");
            assert!(lines(&found) <= height.max(6), "{height}");
        };
        check(27, "head 2, scores 2, labels 9, differences 5, places 3, gate 0");
        check(26, "head 2, scores 2, labels 6, differences 5, places 3, gate 0");
        check(22, "head 2, scores 2, labels 3, differences 3, places 3, gate 0");
        check(20, "head 2, scores 2, labels 3, differences 3, gate 0");
        check(15, "head 2, scores 2, differences 3, gate 0");
        check(10, "head 2, scores 2, gate 0");
        check(7, "head 2, gate 0");
        check(1, "head 2, gate 0");
    }
}
