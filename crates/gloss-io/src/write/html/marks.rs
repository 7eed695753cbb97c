//! Spans as nested elements of HTML, whether they nest or cross.

use std::cmp::Reverse;
use std::fmt::Write as _;

use super::escape::escape;

/// So many spans at most are drawn above one another. Without a limit a text on which all spans cross
/// would give a page that grows with the square of their number.
const DEEPEST: usize = 12;

/// A span that is to be drawn.
#[derive(Clone, Debug, Default)]
pub(super) struct Mark {
    pub start: usize,
    pub end: usize,
    /// Number of the layer on the page, for its switch.
    pub layer: usize,
    /// How it is drawn: a class of the style sheet.
    pub look: &'static str,
    pub label: String,
    /// Angle of its colour.
    pub hue: u32,
    /// What is shown of it on demand.
    pub title: String,
    /// The anchor that leads to it.
    pub anchor: Option<String>,
}

/// A part of a mark that is one element.
struct Piece {
    mark: usize,
    first: bool,
    last: bool,
}

enum Event {
    Text(usize, usize),
    Open(usize),
    Close,
}

/// The text with its marks, escaped, and how many marks were too deep to be drawn.
///
/// Each character stands in exactly the elements of the marks that cover it. A mark that crosses
/// another is drawn in several pieces; the first has the class `first` and the anchor, the last
/// the class `last`.
pub(super) fn draw(text: &str, mut marks: Vec<Mark>) -> (String, usize) {
    marks.retain(|mark| mark.start < mark.end);
    marks.sort_by_key(|mark| (mark.start, Reverse(mark.end), mark.layer));
    let (events, pieces, lost) = events(text.len(), &marks);
    let mut out = String::with_capacity(text.len() * 2);
    for event in events {
        match event {
            Event::Text(start, end) => out.push_str(&escape(&text[start..end])),
            Event::Open(piece) => element(&marks[pieces[piece].mark], &pieces[piece], &mut out),
            Event::Close => out.push_str("</mark>"),
        }
    }
    (out, lost)
}

/// What is opened and closed where, for marks in the order of their starts.
fn events(length: usize, marks: &[Mark]) -> (Vec<Event>, Vec<Piece>, usize) {
    let mut places: Vec<usize> = marks.iter().flat_map(|mark| [mark.start, mark.end]).collect();
    places.sort_unstable();
    places.dedup();
    let (mut events, mut pieces) = (Vec::new(), Vec::<Piece>::new());
    // Of the open pieces, outermost first.
    let mut open: Vec<usize> = Vec::new();
    let (mut at, mut next, mut lost) = (0, 0, 0);
    for place in places {
        events.push(Event::Text(at, place));
        at = place;
        // Those inside one that ends are closed with it, and those that go on opened again.
        let ends = |piece: &usize| marks[pieces[*piece].mark].end == place;
        let lowest = open.iter().position(ends).unwrap_or(open.len());
        let mut again: Vec<(usize, bool)> = Vec::new();
        for piece in open.drain(lowest..).rev() {
            events.push(Event::Close);
            let mark = pieces[piece].mark;
            if marks[mark].end == place {
                pieces[piece].last = true;
            } else {
                again.push((mark, false));
            }
        }
        while let Some(mark) = marks.get(next).filter(|mark| mark.start == place) {
            debug_assert!(mark.end > place);
            if open.len() + again.len() < DEEPEST {
                again.push((next, true));
            } else {
                lost += 1;
            }
            next += 1;
        }
        // One that ends later goes outside, so that it is not cut once more.
        again.sort_by_key(|&(mark, _)| (Reverse(marks[mark].end), mark));
        for (mark, first) in again {
            open.push(pieces.len());
            events.push(Event::Open(pieces.len()));
            pieces.push(Piece { mark, first, last: false });
        }
    }
    events.push(Event::Text(at, length));
    (events, pieces, lost)
}

fn element(mark: &Mark, piece: &Piece, out: &mut String) {
    let _ = write!(out, "<mark class=\"{} k{}", mark.look, mark.layer);
    out.push_str(if piece.first { " first" } else { "" });
    out.push_str(if piece.last { " last" } else { "" });
    let _ = write!(out, "\" style=\"--h:{}\"", mark.hue);
    if !mark.label.is_empty() {
        let label = escape(&mark.label);
        let _ = write!(out, " data-key=\"{}:{label}\" data-label=\"{label}\"", mark.layer);
    }
    if !mark.title.is_empty() {
        let _ = write!(out, " title=\"{}\"", escape(&mark.title));
    }
    if let Some(anchor) = mark.anchor.as_ref().filter(|_| piece.first) {
        let _ = write!(out, " id=\"{anchor}\"");
    }
    out.push('>');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn mark(start: usize, end: usize, layer: usize) -> Mark {
        Mark { start, end, layer, look: "fill", ..Mark::default() }
    }

    /// For each character of a page the layers of the elements that it stands in.
    fn covered(html: &str) -> Vec<(char, Vec<usize>)> {
        let (mut out, mut open, mut rest) = (Vec::new(), Vec::new(), html);
        while let Some(c) = rest.chars().next() {
            if c == '<' {
                let end = rest.find('>').unwrap();
                let tag = &rest[1..end];
                if tag == "/mark" {
                    open.pop().unwrap();
                } else {
                    let layer = tag.split(" k").nth(1).unwrap();
                    let digits = layer.find(|c: char| !c.is_ascii_digit()).unwrap();
                    open.push(layer[..digits].parse::<usize>().unwrap());
                }
                rest = &rest[end + 1..];
                continue;
            }
            let known =
                [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&#39;", '\'')];
            let (length, c) = known
                .iter()
                .find(|(entity, _)| rest.starts_with(entity))
                .map_or((c.len_utf8(), c), |&(entity, c)| (entity.len(), c));
            let mut layers = open.clone();
            layers.sort_unstable();
            out.push((c, layers));
            rest = &rest[length..];
        }
        assert_eq!(open, [0; 0]);
        out
    }

    #[test]
    fn crossing_spans() {
        let (html, lost) = draw("a<b>c", vec![mark(0, 3, 0), mark(2, 5, 1)]);
        assert_eq!(lost, 0);
        let expected =
            [('a', vec![0]), ('<', vec![0]), ('b', vec![0, 1]), ('>', vec![1]), ('c', vec![1])];
        assert_eq!(covered(&html), expected);
        let deep = (0..40).map(|i| mark(0, 5, i)).collect();
        assert_eq!(draw("a<b>c", deep).1, 40 - DEEPEST);
    }

    proptest! {
        #[test]
        fn each_character_is_in_its_spans(
            text in "[a<&\"'é\u{1F600}\u{5D0}\n]{0,30}",
            cuts in prop::collection::vec((0usize..40, 0usize..40), 0..10),
        ) {
            let places: Vec<usize> =
                (0..=text.len()).filter(|&at| text.is_char_boundary(at)).collect();
            let marks: Vec<Mark> = cuts.iter().enumerate().map(|(layer, &(a, b))| {
                let (a, b) = (places[a % places.len()], places[b % places.len()]);
                mark(a.min(b), a.max(b), layer)
            }).collect();
            let (html, _) = draw(&text, marks.clone());
            let expected: Vec<(char, Vec<usize>)> = text.char_indices().map(|(at, c)| {
                let covers = |mark: &&Mark| mark.start <= at && at < mark.end;
                (c, marks.iter().filter(covers).map(|mark| mark.layer).collect())
            }).collect();
            prop_assert_eq!(covered(&html), expected);
        }
    }
}
