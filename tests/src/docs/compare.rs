//! Holds what a page shows against what is.

use snapbox::Data;
use snapbox::filter::NormalizeToExpected;
use snapbox::report::{Palette, write_diff};

/// What was printed, with `[..]` and `...` where the page has them and they fit; and how the page
/// differs from it, if it does.
pub fn output(printed: &str, expected: &str) -> (String, Option<String>) {
    // Blank lines at the end separate commands on a page.
    let printed = match printed.trim_end() {
        "" => String::new(),
        text => format!("{text}\n"),
    };
    let expected = Data::text(expected);
    let now = NormalizeToExpected::new().redact().normalize(Data::text(printed), &expected);
    let difference = (now != expected).then(|| {
        let mut difference = String::new();
        let (page, now_is) = (Some(&"the page" as _), Some(&"now" as _));
        write_diff(&mut difference, &expected, &now, page, now_is, Palette::plain())
            .expect("a string takes everything");
        difference
    });
    (now.to_string(), difference)
}

/// Whether the parts of an excerpt stand in the file, one behind the other, indented as they may
/// be, or in a documentation comment. If not, the first part that does not.
pub fn excerpt(excerpt: &str, file: &str) -> Result<(), String> {
    let lines: Vec<&str> = file.lines().map(str::trim_end).collect();
    let excerpt: Vec<&str> = excerpt.lines().map(str::trim_end).collect();
    if excerpt.iter().all(|line| line.is_empty() || is_elision(line)) {
        return Err("(nothing but what is left out)".to_owned());
    }
    let mut from = 0;
    for part in excerpt.split(|line| is_elision(line)) {
        let Some(first) = part.iter().position(|line| !line.is_empty()) else { continue };
        let last = part.iter().rposition(|line| !line.is_empty()).unwrap_or(first);
        let part = &part[first..=last];
        let begins = (from..lines.len()).find(|&at| stands_at(part, &lines[at..]));
        from = begins.ok_or_else(|| part.join("\n"))? + part.len();
    }
    Ok(())
}

fn is_elision(line: &str) -> bool {
    ["...", "// ...", "# ...", "/* ... */"].contains(&line.trim())
}

/// Whether lines begin with a part whose first line is not empty, all behind the same spaces or the
/// same mark of a documentation comment.
fn stands_at(part: &[&str], lines: &[&str]) -> bool {
    let Some(indent) = lines[0].strip_suffix(part[0]) else { return false };
    let is_line = |(part, line): (&&str, &&str)| match *part {
        "" => *line == indent.trim_end(),
        part => line.strip_prefix(indent) == Some(part),
    };
    ["", "///", "//!"].contains(&indent.trim())
        && lines.len() >= part.len()
        && part.iter().zip(lines).all(is_line)
}
