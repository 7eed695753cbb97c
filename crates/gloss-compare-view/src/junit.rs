//! A comparison as JUnit XML: what continuous integration shows beside the tests.

use std::fmt::Write;

use gloss_compare::{Comparison, Verdict};

use crate::words;

/// The gate as a test case that fails where it is not passed, and each warning as one that is
/// skipped. Where there is no gate, one case says that the comparison was made.
#[must_use]
pub fn junit(comparison: &Comparison) -> String {
    let warnings = || comparison.warnings.iter().chain(&comparison.alignment.warnings);
    let skipped = warnings().count();
    let failures = comparison.gate.as_ref().is_some_and(|gate| gate.verdict != Verdict::Passed);
    let counts = format!(
        "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{skipped}\"",
        skipped + 1,
        u8::from(failures)
    );
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  \
         <testsuite name=\"gloss compare\" {counts}>\n"
    );
    gate(comparison, &mut out);
    for warning in warnings() {
        let kind = words::name(&warning.kind);
        case(&format!("warning: {kind}"), &mut out);
        // Writing to a string cannot fail.
        let _ = writeln!(out, "      <skipped message=\"{}\"/>", escaped(&warning.message));
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n</testsuites>\n");
    out
}

fn gate(comparison: &Comparison, out: &mut String) {
    let Some(gate) = &comparison.gate else {
        case(&format!("{} documents are compared", comparison.documents), out);
        out.push_str("    </testcase>\n");
        return;
    };
    let (rule, reading) = (&gate.rule, escaped(&gate.reading));
    let metric = words::metric(rule.metric);
    case(&format!("gate: {metric} of {} against {}", rule.candidate, rule.baseline), out);
    let _ = match gate.verdict {
        Verdict::Passed => writeln!(out, "      <system-out>{reading}</system-out>"),
        Verdict::Dropped => {
            writeln!(out, "      <failure type=\"dropped\" message=\"{reading}\"/>")
        }
        Verdict::Undecided => {
            writeln!(out, "      <failure type=\"undecided\" message=\"{reading}\"/>")
        }
    };
    out.push_str("    </testcase>\n");
}

fn case(name: &str, out: &mut String) {
    let _ = writeln!(out, "    <testcase classname=\"gloss.compare\" name=\"{}\">", escaped(name));
}

/// A text as XML 1.0 can hold it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_is_xml() {
        let check = |text: &str, expected: &str| assert_eq!(escaped(text), expected);
        check("<a b=\"c\"> & d", "&lt;a b=&quot;c&quot;&gt; &amp; d");
        check("a\u{0}\u{1b}\nb\u{ffff}", "a\u{fffd}\u{fffd}&#10;b\u{fffd}");
    }

    #[test]
    fn a_gate_that_is_not_passed_fails() {
        let (comparison, _) = crate::fixtures::compared(crate::fixtures::variants(), Some("gold"));
        let text = junit(&comparison);
        for part in
            ["failures=\"1\"", "<failure type=\"dropped\"", "gate: strict F1 of new against old"]
        {
            assert!(text.contains(part), "{part}\n{text}");
        }
        let (comparison, _) = crate::fixtures::compared(crate::fixtures::variants(), None);
        assert!(junit(&comparison).contains("failures=\"0\""));
    }
}
