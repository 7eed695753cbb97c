//! A tokenizer file out of patterns and exceptions.

/// The patterns of a file.
pub const NAMES: [&str; 5] =
    ["prefix_search", "suffix_search", "infix_finditer", "token_match", "url_match"];

/// Patterns of the kinds that spaCy's languages have.
#[allow(dead_code)] // not all targets use it
pub const PATTERNS: [&str; 5] = [
    r#"^§|^%|^\+(?![0-9])|^\.\.+|^\(|^\[|^"|^'|^\$|^US\$|^[\u2190-\u21ff\U0001F300-\U0001FAFF]"#,
    r#",$|\.\.+$|\)$|\]$|"$|'s$|(?<=[0-9])\+$|(?<=°[FfCcKk])\.$|(?<=[0-9])(?:km|m²|GB|%)$|(?<=[0-9a-zé%²\-\)\]"'])\.$"#,
    r#"\.\.+|…|[\u2190-\u21ff]|(?<=[0-9])[+\-\*^](?=[0-9-])|(?<=[a-z"'])\.(?=[A-Z"'])|(?<=[a-zA-Z]),(?=[a-zA-Z])|(?<=[a-zA-Z0-9])(?:-|–|--)(?=[a-zA-Z])"#,
    r"(?iu)(?:^anti[-–][a-z]+$|^[a-z]+-t-(?:il|elle)$)",
    r"(?u)^(?:(?:[\w\+\-\.]{2,})://)?(?:\S+(?::\S*)?@)?(?:(?!(?:10|127)(?:\.\d{1,3}){3})(?:[1-9]\d?|1\d\d)(?:\.\d{1,3}){3}|(?:[A-Za-z0-9][A-Za-z0-9_-]{0,62}\.)+[a-z]{2,63})(?::\d{2,5})?(?:[/?#]\S*)?$",
];

/// Exceptions, each as its tokens.
#[allow(dead_code)] // not all targets use it
pub const EXCEPTIONS: [&[&str]; 8] = [
    &["do", "n't"],
    &["U.S."],
    &[":)"],
    &["8", "a.m."],
    &["a.m."],
    &["c'", "est", "-à-dire"],
    &[" "],
    &["p. ex."],
];

/// The file.
pub fn file(patterns: &[&str], exceptions: &[&[&str]]) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out, patterns, exceptions).expect("memory can be written");
    out
}

fn write(
    out: &mut Vec<u8>,
    patterns: &[&str],
    exceptions: &[&[&str]],
) -> Result<(), rmp::encode::ValueWriteError> {
    rmp::encode::write_map_len(out, patterns.len().min(NAMES.len()) as u32 + 1)?;
    for (name, pattern) in NAMES.iter().zip(patterns) {
        rmp::encode::write_str(out, name)?;
        rmp::encode::write_str(out, pattern)?;
    }
    rmp::encode::write_str(out, "exceptions")?;
    rmp::encode::write_map_len(out, exceptions.len() as u32)?;
    for tokens in exceptions {
        rmp::encode::write_str(out, &tokens.concat())?;
        rmp::encode::write_array_len(out, tokens.len() as u32)?;
        for token in *tokens {
            rmp::encode::write_map_len(out, 1)?;
            rmp::encode::write_uint(out, 65)?;
            rmp::encode::write_str(out, token)?;
        }
    }
    Ok(())
}
