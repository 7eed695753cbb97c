//! What is called what, as a table.

use std::collections::HashMap;

use gloss_compare::result::ConfusionCell;
use serde::Serialize;

use super::link;

/// Labels that have a row and a column; with more, a table cannot be read.
const MOST_LABELS: usize = 20;
/// Steps of shading.
const SHADES: f64 = 9.0;

/// The table: a row for each label of the left side, a column for each of the right.
#[derive(Serialize)]
pub struct ConfusionTable {
    columns: Vec<Option<String>>,
    rows: Vec<Row>,
    /// Labels without a row and column, as they are rare.
    labels_left_out: usize,
    /// What is counted of them.
    left_out: u64,
}

#[derive(Serialize)]
struct Row {
    label: Option<String>,
    cells: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    count: u64,
    /// From 0 to 9: the share of its row.
    shade: u8,
    /// Whether both sides say the same.
    same: bool,
    /// The documents that have it; none where both say the same, which is no difference.
    link: Option<String>,
}

/// The table of a pair's cells; `None` stands behind all labels.
pub fn table(cells: &[ConfusionCell], left: &str, right: &str) -> ConfusionTable {
    let mut counts: HashMap<&str, u64> = HashMap::new();
    for cell in cells {
        for label in [&cell.left, &cell.right].into_iter().flatten() {
            *counts.entry(label).or_default() += cell.count;
        }
    }
    let mut labels: Vec<&str> = counts.keys().copied().collect();
    labels.sort_unstable_by(|a, b| counts[b].cmp(&counts[a]).then(a.cmp(b)));
    let labels_left_out = labels.len().saturating_sub(MOST_LABELS);
    labels.truncate(MOST_LABELS);
    labels.sort_unstable();
    let count = |row: Option<&str>, column: Option<&str>| {
        let is =
            |cell: &&ConfusionCell| cell.left.as_deref() == row && cell.right.as_deref() == column;
        cells.iter().find(is).map_or(0, |cell| cell.count)
    };
    // Of classes there is no "none": only what both classify is counted.
    let with_none = |side: fn(&ConfusionCell) -> &Option<String>| {
        let none = cells.iter().any(|cell| side(cell).is_none());
        let labels = labels.iter().copied().map(Some);
        labels.chain(none.then_some(None)).collect::<Vec<Option<&str>>>()
    };
    let (row_labels, columns) = (with_none(|cell| &cell.left), with_none(|cell| &cell.right));
    let mut shown = 0;
    let rows = row_labels.iter().map(|&row| {
        let total: u64 = columns.iter().map(|&column| count(row, column)).sum();
        shown += total;
        let cell = |&column: &Option<&str>| {
            let count = count(row, column);
            Cell {
                count,
                shade: (SHADES * count as f64 / total.max(1) as f64).ceil() as u8,
                same: row == column,
                link: (row != column && count > 0).then(|| of_cell((left, right), row, column)),
            }
        };
        Row { label: row.map(str::to_owned), cells: columns.iter().map(cell).collect() }
    });
    let rows = rows.collect();
    let all: u64 = cells.iter().map(|cell| cell.count).sum();
    let columns = columns.into_iter().map(|label| label.map(str::to_owned)).collect();
    ConfusionTable { columns, rows, labels_left_out, left_out: all - shown }
}

/// The documents in which the left side says `row` where the right says `column`; an empty value
/// stands for nothing.
fn of_cell(pair: (&str, &str), row: Option<&str>, column: Option<&str>) -> String {
    let (row, column) = (row.unwrap_or_default(), column.unwrap_or_default());
    link::documents(&[("left", pair.0), ("right", pair.1), ("says", row), ("other", column)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(left: &str, right: &str, count: u64) -> ConfusionCell {
        let label = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        ConfusionCell { left: label(left), right: label(right), count }
    }

    #[test]
    fn labels_have_a_row_and_a_column_each() {
        let table = table(&[cell("B", "B", 6), cell("B", "A", 2), cell("", "A", 1)], "l", "r");
        let counts: Vec<Vec<u64>> = table
            .rows
            .iter()
            .map(|row| row.cells.iter().map(|cell| cell.count).collect())
            .collect();
        assert_eq!(counts, [[0, 0], [2, 6], [1, 0]]);
        assert_eq!(table.columns, [Some("A".to_owned()), Some("B".to_owned())]);
        assert_eq!((table.rows[1].cells[0].shade, table.rows[1].cells[1].shade), (3, 7));
        let link = table.rows[2].cells[0].link.as_deref();
        assert_eq!(link, Some("#view=documents&left=l&right=r&says=&other=A"));
        assert_eq!(table.rows[1].cells[1].link, None);
    }

    #[test]
    fn rare_labels_are_counted_together() {
        let cells: Vec<ConfusionCell> =
            (0..30).map(|n| cell(&format!("L{n:02}"), &format!("L{n:02}"), 100 - n)).collect();
        let table = table(&cells, "l", "r");
        assert_eq!((table.rows.len(), table.labels_left_out), (20, 10));
        assert_eq!(table.left_out, (20..30).map(|n| 100 - n).sum::<u64>());
    }
}
