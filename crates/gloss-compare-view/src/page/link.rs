//! Links to a view of the documents. `assets/state.js` reads what is written here.

use std::fmt::Write as _;

/// The fragment that opens the documents in the view that the parameters say.
pub fn documents(parameters: &[(&str, &str)]) -> String {
    let mut link = String::from("#view=documents");
    for (name, value) in parameters {
        link.push('&');
        link.push_str(name);
        link.push('=');
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                link.push(char::from(byte));
            } else {
                let _ = write!(link, "%{byte:02X}");
            }
        }
    }
    link
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped() {
        let check = |value: &str, expected: &str| {
            assert_eq!(documents(&[("label", value)]), format!("#view=documents&label={expected}"));
        };
        check("PER", "PER");
        check("a b&c=d#", "a%20b%26c%3Dd%23");
        check("é", "%C3%A9");
    }
}
