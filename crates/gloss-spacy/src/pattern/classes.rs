//! Large classes, which models write out again and again: handled once, however often they stand in an
//! expression.

use hashbrown::HashMap;
use regex_syntax::hir::{
    Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition,
};

use super::alternatives::{leading_flags, walk};

/// A class of more bytes than this is large.
const LARGE: usize = 64;
/// Stand-ins are characters of a plane that no model's expression names.
const FIRST: u32 = 0xf_0000;
/// The most classes that have stand-ins.
const MOST: usize = 1000;

/// An expression without its large classes.
pub(super) struct Shrunk<'s> {
    /// With a stand-in for each large class.
    pub(super) source: String,
    /// The large classes, each once, in the order of their stand-ins.
    pub(super) classes: Vec<&'s str>,
    /// How many stand-ins there are.
    count: usize,
}

/// Replaces the large classes of an expression in Rust's spelling. `None` where brackets may mean
/// something else, or flags may not be those of the whole.
pub(super) fn shrink(source: &str) -> Option<Shrunk<'_>> {
    let (_, body) = leading_flags(source);
    let flags = body.split("(?").skip(1);
    // `(?i`, `(?-i`, `(?#`; but not `(?:`, `(?=`, `(?<`, `(?P<`.
    if flags.into_iter().any(|rest| !rest.starts_with([':', '=', '!', '<', 'P', '>']))
        || source[..source.len() - body.len()].contains('x')
    {
        return None;
    }
    let mut shrunk = Shrunk { source: String::new(), classes: Vec::new(), count: 0 };
    let mut known = HashMap::new();
    let (mut kept, mut open) = (0, None);
    walk(source, |at, c, _| match c {
        '[' => open = Some(at),
        ']' => {
            // A bracket that closes nothing stands for itself.
            let Some(open) = open.take().filter(|open| at - open > LARGE) else { return };
            let class = &source[open..=at];
            let index = *known.entry(class).or_insert_with(|| {
                shrunk.classes.push(class);
                shrunk.classes.len() - 1
            });
            let first = FIRST + 4 * index as u32;
            shrunk.source.push_str(&source[kept..open]);
            shrunk.source.push_str(&format!("[\\x{{{first:x}}}\\x{{{:x}}}]", first + 2));
            shrunk.count += 1;
            kept = at + 1;
        }
        _ => {}
    });
    shrunk.source.push_str(&source[kept..]);
    Some(shrunk).filter(|shrunk| shrunk.classes.len() <= MOST)
}

/// Parses an expression, each large class once. `None` where that would gain nothing, cannot be told
/// to mean the same, or is no expression at all.
pub(super) fn parse(source: &str) -> Option<Hir> {
    let shrunk = shrink(source)?;
    if shrunk.count < 2 {
        return None;
    }
    let (flags, _) = leading_flags(source);
    let class = |class: &&str| match regex_syntax::parse(&format!("{flags}{class}")).ok()?.kind() {
        HirKind::Class(Class::Unicode(class)) => Some(class.clone()),
        _ => None,
    };
    let classes: Vec<ClassUnicode> = shrunk.classes.iter().map(class).collect::<Option<_>>()?;
    let mut found = 0;
    let parsed = restore(&regex_syntax::parse(&shrunk.source).ok()?, &classes, &mut found);
    // The parser may have joined a stand-in with something wider, or two of them.
    (found == shrunk.count).then_some(parsed)
}

/// Puts the classes in the places of their stand-ins.
fn restore(parsed: &Hir, classes: &[ClassUnicode], found: &mut usize) -> Hir {
    match parsed.kind() {
        HirKind::Class(Class::Unicode(class)) => {
            let mut class = class.clone();
            for (at, large) in classes.iter().enumerate() {
                let first = FIRST + 4 * at as u32;
                if contains(&class, first) && !contains(&class, first + 1) {
                    let stand_in = [first, first + 2].into_iter().filter_map(char::from_u32);
                    class.difference(&ClassUnicode::new(
                        stand_in.map(|c| ClassUnicodeRange::new(c, c)),
                    ));
                    class.union(large);
                    *found += 1;
                }
            }
            Hir::class(Class::Unicode(class))
        }
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(restore(&repetition.sub, classes, found)),
            ..repetition.clone()
        }),
        HirKind::Capture(capture) => Hir::capture(Capture {
            sub: Box::new(restore(&capture.sub, classes, found)),
            ..capture.clone()
        }),
        HirKind::Concat(parts) => {
            Hir::concat(parts.iter().map(|part| restore(part, classes, found)).collect())
        }
        HirKind::Alternation(parts) => {
            Hir::alternation(parts.iter().map(|part| restore(part, classes, found)).collect())
        }
        _ => parsed.clone(),
    }
}

fn contains(class: &ClassUnicode, code: u32) -> bool {
    let ranges = class.ranges();
    let after = ranges.partition_point(|range| range.start() as u32 <= code);
    after > 0 && code <= ranges[after - 1].end() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_means_the_same() {
        let large: String = ('\u{100}'..'\u{180}').filter(|c| c.is_lowercase()).collect();
        let (a, b) = (format!("[a-c{large}]"), format!("[^x{large}]"));
        for (source, gains) in [
            (format!("^{a}+-{a}$|^{b}{{2}}{a}"), true),
            (format!("(?i)(?:^a{a}+$|^b({b})?{b}$|x)"), true),
            (format!("{a}|x{a}|{b}"), true),
            // Joined with something wider, and with itself.
            (format!("(?:{a}|[^y])z{a}"), false),
            (format!("{a}|{a}"), false),
            (format!("{a}b"), false),
            (format!("{a}b]{}]", "c".repeat(LARGE)), false),
            (format!("(?i:{a}){a}"), false),
            (format!("(?x){a} {a}"), false),
            (format!("{a}{a}("), false),
        ] {
            let parsed = parse(&source);
            assert_eq!(parsed.is_some(), gains, "{source}");
            if let Some(parsed) = parsed {
                assert_eq!(parsed, regex_syntax::parse(&source).unwrap(), "{source}");
            }
        }
    }
}
