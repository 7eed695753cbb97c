//! The front matter of a Markdown file: YAML between lines of `---`, or TOML between lines of `+++`.

use serde_json::{Map, Value};

/// What a front matter may have at most; a longer one is text.
const MAX_LENGTH: usize = 1 << 20;

/// The front matter of a text as metadata, and its length with the blank lines behind it. What is
/// no table, or not closed, is no front matter: a line of `---` is a rule as well.
pub fn front_matter(text: &str) -> Option<(Map<String, Value>, usize)> {
    let yaml = match text.as_bytes() {
        [b'-', b'-', b'-', ..] => true,
        [b'+', b'+', b'+', ..] => false,
        _ => return None,
    };
    let mark = &text[..3];
    let (first, _) = line(text)?;
    if first.trim_end() != mark {
        return None;
    }
    let begin = line(text)?.1;
    let mut at = begin;
    let end = loop {
        let (next, length) = line(&text[at..])?;
        // YAML may end a document with dots.
        if next.trim_end() == mark || (yaml && next.trim_end() == "...") {
            break at;
        }
        at += length;
        if at > MAX_LENGTH {
            return None;
        }
    };
    let body = &text[begin..end];
    let metadata = if yaml { from_yaml(body)? } else { from_toml(body)? };
    at += line(&text[at..])?.1;
    while let Some((blank, length)) = line(&text[at..]).filter(|(blank, _)| blank.trim().is_empty())
        && !blank.is_empty()
    {
        at += length;
    }
    Some((metadata, at))
}

/// The first line with its end, and its length; nothing where there is none.
fn line(text: &str) -> Option<(&str, usize)> {
    let length = text.find('\n').map_or(text.len(), |at| at + 1);
    (length > 0).then(|| (&text[..length], length))
}

fn from_yaml(body: &str) -> Option<Map<String, Value>> {
    if body.trim().is_empty() {
        return Some(Map::new());
    }
    match serde_saphyr::from_str(body).ok()? {
        Value::Object(metadata) => Some(metadata),
        _ => None,
    }
}

fn from_toml(body: &str) -> Option<Map<String, Value>> {
    let table: toml::Table = body.parse().ok()?;
    let pairs = table.into_iter().map(|(key, value)| (key, toml_value(value)));
    Some(pairs.collect())
}

fn toml_value(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(time) => time.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(toml_value).collect(),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, toml_value(value))).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn front_matters() {
        let check = |text: &str, expected: Option<(Value, &str)>| {
            let found = front_matter(text);
            let found = found.map(|(metadata, at)| (Value::Object(metadata), &text[at..]));
            assert_eq!(found, expected, "{text:?}");
        };
        check("---\ntitle: A\n---\n\n# B\n", Some((json!({"title": "A"}), "# B\n")));
        check(
            "---\r\ndate: 2026-01-11\r\ntags: [a, b]\r\nn: 2\r\n---\r\ntext",
            Some((json!({"date": "2026-01-11", "tags": ["a", "b"], "n": 2}), "text")),
        );
        check("---\na: 1\n...\nb", Some((json!({"a": 1}), "b")));
        check("---\n---\na", Some((json!({}), "a")));
        check("---\na: 1\n---", Some((json!({"a": 1}), "")));
        check("---\na: 1\n---\n\n\n", Some((json!({"a": 1}), "")));
        check(
            "+++\ntitle = \"A\"\ndate = 2026-01-11\n[x]\ny = 1.5\n+++\nB",
            Some((json!({"title": "A", "date": "2026-01-11", "x": {"y": 1.5}}), "B")),
        );
        // Rules, tables of nothing, and what does not end.
        check("---\nA sentence.\n---\nB", None);
        check("---\na: 1\n", None);
        check("---\n- a\n---\n", None);
        check("----\na: 1\n----\n", None);
        check("+++\na = \n+++\n", None);
        check("\n---\na: 1\n---\n", None);
        check("---", None);
        check("", None);
    }

    #[test]
    fn hostile_front_matters_end() {
        let bomb: String =
            (1..30).map(|i| format!("a{i}: &a{i} [*a{0}, *a{0}]\n", i - 1)).collect();
        assert_eq!(front_matter(&format!("---\na0: &a0 x\n{bomb}---\n")), None);
        let deep = "[".repeat(100_000);
        assert_eq!(front_matter(&format!("---\na: {deep}\n---\n")), None);
        assert_eq!(front_matter(&format!("+++\na = {deep}\n+++\n")), None);
    }
}
