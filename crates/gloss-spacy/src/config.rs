//! `config.cfg`: sections of `key = JSON value` with `${section:key}` references.

use hashbrown::HashMap;
use serde_json::Value;

use crate::error::Error;

const FILE: &str = "config.cfg";
/// References may lead to references, but not for ever.
const MAX_REFERENCES: usize = 16;

/// The parsed file.
#[derive(Debug)]
pub(crate) struct Config(HashMap<String, HashMap<String, String>>);

impl Config {
    /// Parses the text.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let mut sections: HashMap<String, HashMap<String, String>> = HashMap::new();
        let mut open: Option<String> = None;
        let mut last_key: Option<String> = None;
        for (number, line) in text.lines().enumerate() {
            let trimmed = line.trim();
            if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
                continue;
            }
            let invalid =
                |reason: &str| Error::invalid(FILE, &format!("line {}", number + 1), reason);
            if line.starts_with([' ', '\t']) && last_key.is_some() {
                let value = open.as_ref().and_then(|name| sections.get_mut(name));
                let value = value.and_then(|section| section.get_mut(last_key.as_ref()?));
                let value = value.ok_or_else(|| invalid("a continued line without a key"))?;
                value.push('\n');
                value.push_str(trimmed);
                continue;
            }
            if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                sections.entry(name.to_owned()).or_default();
                open = Some(name.to_owned());
                last_key = None;
                continue;
            }
            let (key, value) = trimmed
                .split_once('=')
                .ok_or_else(|| invalid("neither a section nor key = value"))?;
            let section = open.as_ref().and_then(|name| sections.get_mut(name));
            let section = section.ok_or_else(|| invalid("a key before the first section"))?;
            section.insert(key.trim().to_owned(), value.trim().to_owned());
            last_key = Some(key.trim().to_owned());
        }
        Ok(Self(sections))
    }

    /// A value, references resolved; `None` where absent or null. What is not JSON is text.
    pub(crate) fn get(&self, section: &str, key: &str) -> Result<Option<Value>, Error> {
        let Some(raw) = self.0.get(section).and_then(|section| section.get(key)) else {
            return Ok(None);
        };
        let mut raw = raw.clone();
        for _ in 0..MAX_REFERENCES {
            let Some(start) = raw.find("${") else {
                let value = serde_json::from_str(&raw).unwrap_or(Value::String(raw));
                return Ok(Some(value).filter(|value| !value.is_null()));
            };
            let bad = |reason: &str| Error::invalid(FILE, &format!("{section}.{key}"), reason);
            let len = raw[start..].find('}').ok_or_else(|| bad("a reference is not closed"))?;
            let name = &raw[start + 2..start + len];
            let (other, field) = name
                .split_once(':')
                .or_else(|| name.rsplit_once('.'))
                .ok_or_else(|| bad("a reference needs a section and a key"))?;
            let value = self.0.get(other).and_then(|section| section.get(field));
            let value = value.ok_or_else(|| bad("a reference leads nowhere"))?.clone();
            raw.replace_range(start..=start + len, &value);
        }
        Err(Error::invalid(FILE, &format!("{section}.{key}"), "references lead in a circle"))
    }

    /// A text value.
    pub(crate) fn text(&self, section: &str, key: &str) -> Result<Option<String>, Error> {
        match self.get(section, key)? {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Error::invalid(FILE, &format!("{section}.{key}"), "text was expected")),
            None => Ok(None),
        }
    }

    /// A whole number.
    pub(crate) fn size(&self, section: &str, key: &str) -> Result<Option<usize>, Error> {
        let Some(value) = self.get(section, key)? else { return Ok(None) };
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        let invalid =
            || Error::invalid(FILE, &format!("{section}.{key}"), "a whole number was expected");
        number.map(Some).ok_or_else(invalid)
    }

    /// A flag; false where absent.
    pub(crate) fn flag(&self, section: &str, key: &str) -> Result<bool, Error> {
        Ok(self.get(section, key)?.and_then(|value| value.as_bool()).unwrap_or(false))
    }

    /// A list of texts; empty where absent.
    pub(crate) fn texts(&self, section: &str, key: &str) -> Result<Vec<String>, Error> {
        let invalid =
            || Error::invalid(FILE, &format!("{section}.{key}"), "a list of texts was expected");
        match self.get(section, key)? {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => {
                let text = |item: Value| match item {
                    Value::String(text) => Ok(text),
                    _ => Err(invalid()),
                };
                items.into_iter().map(text).collect()
            }
            Some(_) => Err(invalid()),
        }
    }
}

#[cfg(feature = "internals")]
impl Config {
    /// Asks for every value in every way.
    pub(crate) fn read_all(&self) {
        for (section, keys) in &self.0 {
            for key in keys.keys() {
                let _ = (self.text(section, key), self.size(section, key));
                let _ = (self.flag(section, key), self.texts(section, key));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_references() {
        let config = Config::parse(
            "[a]\nx = 3\n[a.b]\ny = ${a:x}\nz = ${a.x}\nlist = [\"p\",\n  \"q\"]\nn = null\n[c]\n\
             loop = ${c.loop}\nbare = word\nlost = ${no.where}\nflag = true\n",
        )
        .unwrap();
        assert_eq!(config.size("a.b", "y").unwrap(), Some(3));
        assert_eq!(config.size("a.b", "z").unwrap(), Some(3));
        assert_eq!(config.texts("a.b", "list").unwrap(), ["p", "q"]);
        assert_eq!(config.get("a.b", "n").unwrap(), None);
        assert_eq!(config.text("c", "bare").unwrap().unwrap(), "word");
        assert!(config.flag("c", "flag").unwrap());
        for (key, reason) in [("loop", "circle"), ("lost", "nowhere")] {
            let error = config.get("c", key).unwrap_err().to_string();
            assert!(error.contains(reason) && error.contains(key), "{error}");
        }
        assert!(config.size("c", "bare").is_err());
    }

    #[test]
    fn bad_lines_are_named() {
        for (text, line) in [("x = 1", "line 1"), ("[a]\nnonsense", "line 2")] {
            assert!(Config::parse(text).unwrap_err().to_string().contains(line));
        }
    }
}
