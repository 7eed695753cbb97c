//! What the names of a token classifier's labels say: the part of an entity, and its type.

/// Which part of an entity a label stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The first token: `B-`.
    Begin,
    /// A further token, `I-`; also a label without a prefix, which may be either.
    Inside,
    /// The last of several tokens: `E-`, or `L-`.
    End,
    /// The only token: `S-`, or `U-`.
    Single,
}

/// What one label says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The part of an entity.
    pub role: Role,
    /// The type, as a position in [`LabelScheme::types`].
    pub kind: usize,
}

/// The labels of a model, taken apart.
///
/// `B-` and `I-` are prefixes wherever they stand. `E-`, `S-` (of BIOES) and `L-`, `U-` (of BILOU)
/// are prefixes only of types that occur with `B-` or `I-` as well: a label `S-Bahn` on its own is the
/// name of a type. No label is outside of entities by its name; that is what the option
/// `ignore_labels` says.
#[derive(Clone, Debug)]
pub struct LabelScheme {
    labels: Vec<String>,
    tags: Vec<Tag>,
    types: Vec<String>,
}

impl LabelScheme {
    /// Takes apart the labels of a model, in its order.
    #[must_use]
    pub fn new(labels: &[String]) -> LabelScheme {
        let in_chunks = |kind: &str| {
            let prefixed = |label: &String| matches!(split(label), Some((Role::Begin | Role::Inside, name)) if name == kind);
            labels.iter().any(prefixed)
        };
        let mut types: Vec<String> = Vec::new();
        let tags = labels.iter().map(|label| {
            let (role, name) = match split(label) {
                Some((role @ (Role::Begin | Role::Inside), name)) => (role, name),
                Some((role, name)) if in_chunks(name) => (role, name),
                _ => (Role::Inside, label.as_str()),
            };
            let kind = types.iter().position(|known| known == name).unwrap_or_else(|| {
                types.push(name.to_owned());
                types.len() - 1
            });
            Tag { role, kind }
        });
        let tags = tags.collect();
        LabelScheme { labels: labels.to_vec(), tags, types }
    }

    /// The labels as the model names them.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// What each label says, in the order of the labels.
    #[must_use]
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// The types, each once, in the order in which labels name them.
    #[must_use]
    pub fn types(&self) -> &[String] {
        &self.types
    }
}

/// A label's prefix and the rest, where it has a prefix of any scheme.
fn split(label: &str) -> Option<(Role, &str)> {
    let (prefix, name) = label.split_once('-')?;
    let role = match prefix {
        "B" => Role::Begin,
        "I" => Role::Inside,
        "E" | "L" => Role::End,
        "S" | "U" => Role::Single,
        _ => return None,
    };
    Some((role, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_taken_apart() {
        #[track_caller]
        fn check(labels: &[&str], expected: &[(Role, &str)]) {
            let labels: Vec<String> = labels.iter().map(|l| (*l).to_owned()).collect();
            let scheme = LabelScheme::new(&labels);
            let found = scheme.tags().iter().map(|tag| (tag.role, &*scheme.types()[tag.kind]));
            assert_eq!(found.collect::<Vec<_>>(), expected);
        }
        use Role::{Begin, End, Inside, Single};
        check(&["O", "B-PER", "I-PER"], &[(Inside, "O"), (Begin, "PER"), (Inside, "PER")]);
        check(
            &["B-X", "I-X", "E-X", "S-X", "L-X", "U-X"],
            &[(Begin, "X"), (Inside, "X"), (End, "X"), (Single, "X"), (End, "X"), (Single, "X")],
        );
        check(
            &["S-Bahn", "U-Bahn", "B-X"],
            &[(Inside, "S-Bahn"), (Inside, "U-Bahn"), (Begin, "X")],
        );
        check(&["B-work-of-art"], &[(Begin, "work-of-art")]);
        check(
            &["work-of-art", "NOUN", ""],
            &[(Inside, "work-of-art"), (Inside, "NOUN"), (Inside, "")],
        );
    }

    #[test]
    fn types_are_listed_once() {
        let labels = ["B-A", "I-A", "B-B", "A"].map(str::to_owned);
        assert_eq!(LabelScheme::new(&labels).types(), ["A", "B"]);
    }
}
