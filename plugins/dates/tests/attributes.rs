//! What is said of each expression, as marks in the text.

use gloss_dates::Dates;
use gloss_doc::Document;
use gloss_plugin::harness::Harness;
use serde_json::{Value, json};

/// Runs with options on a text of this date, or of none, and compares with the marked text.
#[track_caller]
fn check_with(options: Value, date: Option<&str>, text: &str, expected: &str) {
    let harness = Harness::<Dates>::new(options).expect("the extractor loads");
    let mut document = Document { text: text.to_owned(), ..Document::default() };
    if let Some(date) = date {
        document.metadata.insert("date".to_owned(), date.into());
    }
    harness.check_document(document, expected);
}

#[track_caller]
fn check(date: &str, text: &str, expected: &str) {
    check_with(json!({}), Some(date), text, expected);
}

#[test]
fn intervals_are_half_open() {
    check(
        "2026-01-11",
        "Last week.",
        r#"[Last week](DATE value="2026-W01" begin="2025-12-29" end="2026-01-05" anchor="document")."#,
    );
    check(
        "2026-01-11",
        "in 2019",
        r#"in [2019](DATE value="2019" begin="2019-01-01" end="2020-01-01")"#,
    );
    check(
        "2026-01-11",
        "from 3 to 5 May",
        r#"from [3 to 5 May](DATE value="2026-05-03/2026-05-05" begin="2026-05-03" end="2026-05-06" anchor="document" ambiguous="year")"#,
    );
    check(
        "2026-01-11",
        "at 11:59 p.m. EST on Jan. 3, 2026",
        r#"at [11:59 p.m. EST on Jan. 3, 2026](TIME value="2026-01-03T23:59-05:00" begin="2026-01-03T23:59-05:00" end="2026-01-04T00:00-05:00")"#,
    );
    check(
        "2026-01-11",
        "the past two years",
        r#"[the past two years](DURATION value="P2Y" begin="2024-01-11" end="2026-01-11" anchor="document")"#,
    );
    check("2026-01-11", "three weeks", r#"[three weeks](DURATION value="P3W")"#);
}

#[test]
fn what_is_not_sure_is_marked() {
    let ambiguous = |date: &str, text: &str, reason: &str| {
        let harness = Harness::<Dates>::new(json!({})).expect("the extractor loads");
        let mut document = Document { text: text.to_owned(), ..Document::default() };
        document.metadata.insert("date".to_owned(), date.into());
        let shown = harness.show_document(document).expect("it runs");
        let mark = format!("ambiguous=\"{reason}\"");
        assert_eq!(shown.contains(&mark), !reason.is_empty(), "{shown}: {reason}");
        assert_eq!(shown.contains("ambiguous"), !reason.is_empty(), "{shown}: {reason}");
    };
    let day = "2026-02-18";
    ambiguous(day, "They met on Friday.", "");
    ambiguous(day, "A walk on Friday.", "weekday");
    ambiguous(day, "They meet next Friday.", "which-week");
    ambiguous(day, "They met last Friday.", "");
    ambiguous(day, "They met last Monday.", "which-week");
    ambiguous(day, "Signed 03/02/2025.", "day-month-order");
    ambiguous(day, "Signed 03/03/2025.", "");
    ambiguous(day, "Signed 03/02/2025, sealed 14/02/2025.", "");
    ambiguous(day, "Friday, January 3, 2026", "weekday-differs");
    ambiguous(day, "the fair of August 20", "year");
    ambiguous(day, "The fair was on August 20", "");
    ambiguous(day, "at 9 on Jan. 3, 2026", "half-of-day");
    ambiguous(day, "at 9 a.m. ET on Jan. 3, 2026", "zone");
    ambiguous(day, "at 9 a.m.", "day");
    ambiguous(day, "overnight", "day");
    ambiguous(day, "In 2019 it fell. A year earlier it rose.", "anchor");
    ambiguous(day, "the '20s", "century");
    ambiguous(day, "the '80s", "");
    ambiguous(day, "in 2011-12", "month-or-years");
    ambiguous(day, "the 28th of this month", "");
    ambiguous("someday", "They met on Friday.", "no-document-date");
}

#[test]
fn without_a_date_nothing_is_guessed() {
    for (text, expected) in [
        ("today", r#"[today](DATE value="XXXX-XX-XX" ambiguous="no-document-date")"#),
        ("last year", r#"[last year](DATE value="XXXX" ambiguous="no-document-date")"#),
        (
            "this weekend",
            r#"[this weekend](DATE value="XXXX-WXX-WE" ambiguous="no-document-date")"#,
        ),
        (
            "3 to 5 May",
            r#"[3 to 5 May](DATE value="XXXX-05-03/XXXX-05-05" ambiguous="no-document-date")"#,
        ),
        ("Good Friday", r#"[Good Friday](DATE value="XXXX-XX-XX" ambiguous="no-document-date")"#),
        (
            "New Year’s Eve",
            r#"[New Year’s Eve](DATE value="XXXX-12-31" ambiguous="no-document-date")"#,
        ),
        ("the past week", r#"[the past week](DURATION value="P1W" ambiguous="no-document-date")"#),
        ("now", r#"[now](DATE value="PRESENT_REF")"#),
    ] {
        check_with(json!({}), None, text, expected);
    }
}

#[test]
fn the_documents_date_may_be_written_in_many_ways() {
    let expected = r#"[yesterday](DATE value="2026-01-10" begin="2026-01-10" end="2026-01-11" anchor="document")"#;
    for date in [
        "2026-01-11",
        " 2026-01-11T09:30:00.123+02:00 ",
        "2026-01-11 23:59",
        "11 January 2026",
        "Sun, 11 Jan 2026 10:00:00 GMT",
        "January 11, 2026",
    ] {
        check(date, "yesterday", expected);
    }
    let harness = Harness::<Dates>::new(json!({})).expect("the extractor loads");
    for date in [
        json!(""),
        json!("yesterday"),
        json!("11/01/2026"),
        json!("2026"),
        json!("2026-13-01"),
        json!("2026-01-111"),
        json!("x".repeat(1000)),
    ] {
        let mut document = Document { text: "yesterday".to_owned(), ..Document::default() };
        document.metadata.insert("date".to_owned(), date.clone());
        let document = harness.run_document(document).expect("it runs");
        let note = "the metadata field \"date\" holds no date: relative dates stay open";
        assert_eq!(document.notes, [note], "{date}");
    }
}

#[test]
fn options_are_heeded() {
    let order = |order: &str, expected: &str| {
        let value = format!("[03/02/2025](DATE value=\"{expected}\" begin=");
        let harness = Harness::<Dates>::new(json!({ "date_order": order })).expect("it loads");
        let shown = harness.show("03/02/2025").expect("it runs");
        assert!(shown.starts_with(&value), "{shown}");
    };
    order("dmy", "2025-02-03");
    order("mdy", "2025-03-02");
    let weekday = |weekday: &str, text: &str, value: &str| {
        let harness = Harness::<Dates>::new(json!({ "weekday": weekday })).expect("it loads");
        let mut document = Document { text: text.to_owned(), ..Document::default() };
        document.metadata.insert("date".to_owned(), "2026-02-18".into());
        let shown = harness.show_document(document).expect("it runs");
        assert!(shown.contains(&format!("value=\"{value}\"")), "{weekday}, {text}: {shown}");
    };
    weekday("tense", "They will meet on Friday.", "2026-02-20");
    weekday("tense", "They met on Friday.", "2026-02-13");
    weekday("past", "They will meet on Friday.", "2026-02-13");
    weekday("future", "They met on Friday.", "2026-02-20");
    weekday("nearest", "They met on Friday.", "2026-02-20");
    weekday("nearest", "They will meet on Monday.", "2026-02-16");
    weekday("future", "They met on Wednesday.", "2026-02-18");

    let harness = Harness::<Dates>::new(json!({ "date_field": "published" })).expect("it loads");
    assert_eq!(harness.plan().metadata, ["published"]);
    for (options, place) in [
        (json!({ "date_field": "" }), "date_field"),
        (json!({ "date_order": "ymd" }), "date_order"),
        (json!({ "week": "past" }), "week"),
    ] {
        let refused = Harness::<Dates>::new(options).err().expect("refused");
        assert_eq!(refused.place, place);
    }
}

#[test]
fn other_words_are_no_dates() {
    for text in [
        "You may march second by May's place.",
        "He is 57, lives at 1984 Harbour Road, paid $2025 and ran 3:48.",
        "Version 2019.3.1 of ISO-8601, RFC-2822 and 192.168.2020.1, part 10-12-2.",
        "On February 30 and 31/31/2025 nothing happens.",
        "The Daily Mail sat on a sun-lit wed.",
        "a second bad surprise; every third house; half of it; in the fall from grace",
        "2000 people, 1999 votes, 2030 euros, 2025%, €2025m, v2025, 2025x, #2025",
        "Ruby Tuesday played on the Black Friday of bands.",
        "Theresa May and Mr. March met April Jones.",
        "",
    ] {
        check("2026-01-11", text, text);
    }
}
