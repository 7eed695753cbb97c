//! Reads a page: what its code blocks and comments ask for.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::Problem;

/// A page as it is to be followed.
#[derive(Debug, Default)]
pub struct Page {
    /// What to do, from top to bottom.
    pub steps: Vec<Step>,
    /// Blocks that are not accounted for, and comments that make no sense.
    pub problems: Vec<Problem>,
}

/// One thing to do.
#[derive(Debug)]
pub struct Step {
    /// Line of the page, from 1.
    pub line: usize,
    /// What.
    pub action: Action,
}

/// What to do.
#[derive(Debug)]
pub enum Action {
    /// Run a command, and compare what it prints where the page shows that.
    Run { command: String, expected: Option<Expected>, may_fail: bool },
    /// Write a file.
    Write { name: String, contents: String },
    /// Copy files of the repository.
    Copy(Vec<String>),
    /// Look for an excerpt in a file of the repository.
    Excerpt { path: String, contents: String },
}

/// Output as a page shows it.
#[derive(Debug)]
pub struct Expected {
    /// Line of the page where it begins, from 1.
    pub line: usize,
    /// Without the indentation of the block, and without blank lines at the end.
    pub text: String,
    range: Range<usize>,
    indent: usize,
}

/// A part of a page in bytes, and what is to stand there.
pub type Edit = (Range<usize>, String);

impl Expected {
    /// The edit that puts other output in its place.
    pub fn replaced_by(&self, output: &str) -> Edit {
        let indent = " ".repeat(self.indent);
        let indented = |line: &str| match line {
            "" => "\n".to_owned(),
            _ => format!("{indent}{line}\n"),
        };
        (self.range.clone(), output.lines().map(indented).collect())
    }
}

/// A page with edits made, which are in order and do not overlap.
pub fn edited(text: &str, edits: Vec<Edit>) -> String {
    let mut text = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        text.replace_range(range, &new);
    }
    text
}

/// The key of a comment and what stands behind it.
type Directive<'t> = (&'t str, &'t str);

/// Reads a page.
pub fn read(text: &str) -> Page {
    let mut page = Page::default();
    let mut pending: Option<(usize, Directive)> = None;
    let line_of = |at: usize| text[..at].matches('\n').count() + 1;
    for (event, range) in Parser::new(text).into_offset_iter() {
        let line = line_of(range.start);
        let is_html = matches!(event, Event::Start(Tag::HtmlBlock));
        let directive = if is_html { directive(&text[range.clone()]) } else { None };
        if let Event::Start(Tag::CodeBlock(kind)) = event {
            let directive = pending.take().map(|(_, directive)| directive);
            match Block::new(text, range, &kind) {
                Some(block) => page.block(&block, directive),
                None => page
                    .problem(line, "a block without fences, or with one on the line of other text"),
            }
        } else if !matches!(event, Event::Html(_) | Event::End(_)) {
            if let Some((line, (key, _))) = pending.take() {
                page.problem(line, format!("no block follows on `{key}`"));
            }
            match directive {
                Some((key, "")) => page.problem(line, format!("`{key}` says nothing")),
                Some(("needs", paths)) => {
                    let paths = paths.split_whitespace().map(str::to_owned).collect();
                    page.steps.push(Step { line, action: Action::Copy(paths) });
                }
                Some(("run", command)) => page.run(line, command.to_owned(), None),
                None if is_html && text[range].contains("<pre") => {
                    page.problem(line, "a block without fences");
                }
                other => pending = other.map(|directive| (line, directive)),
            }
        }
    }
    if let Some((line, (key, _))) = pending {
        page.problem(line, format!("no block follows on `{key}`"));
    }
    page
}

/// What a comment asks for, if that is a thing to ask for.
fn directive(html: &str) -> Option<Directive<'_>> {
    let comment = html.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    let (key, value) = comment.split_once(':')?;
    let known = ["excerpt", "file", "needs", "not run", "output", "run"];
    known.contains(&key.trim()).then(|| (key.trim(), value.trim()))
}

/// A fenced code block.
struct Block<'t> {
    text: &'t str,
    language: String,
    /// Where its contents lie in the page.
    range: Range<usize>,
    /// Line of the opening fence, from 1.
    line: usize,
    /// Spaces before the fence.
    indent: usize,
}

impl<'t> Block<'t> {
    /// None when it has no fences, or something else stands on the line of the opening one.
    fn new(text: &'t str, range: Range<usize>, kind: &CodeBlockKind) -> Option<Block<'t>> {
        let CodeBlockKind::Fenced(info) = kind else { return None };
        let begin = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let indent = &text[begin..range.start];
        let source = text[range.clone()].trim_end();
        let opening = source.find('\n')? + 1;
        let closing = source.rfind('\n')? + 1;
        let is_fence = source[closing..].trim().starts_with(&source[..3]);
        (indent.trim().is_empty() && is_fence).then(|| Block {
            text,
            language: info.split_whitespace().next().unwrap_or("").to_owned(),
            range: range.start + opening..range.start + closing,
            line: text[..range.start].matches('\n').count() + 1,
            indent: indent.len(),
        })
    }

    /// The lines with where each begins and its number, without the indentation of the block.
    fn lines(&self) -> impl Iterator<Item = (usize, usize, &'t str)> + use<'t> {
        let (mut at, mut number, indent) = (self.range.start, self.line, self.indent);
        self.text[self.range.clone()].split_inclusive('\n').map(move |line| {
            let begin = at;
            at += line.len();
            number += 1;
            let spaces = line.len() - line.trim_start_matches(' ').len();
            (begin, number, &line[indent.min(spaces)..])
        })
    }

    fn contents(&self) -> String {
        self.lines().map(|(_, _, line)| line).collect()
    }

    /// What the lines from the one with this index to before another show as output.
    fn output(&self, from: usize, to: usize) -> Expected {
        let lines: Vec<_> = self.lines().collect();
        let begin = lines.get(from).map_or(self.range.end, |line| line.0);
        let is_blank = |line: &&(usize, usize, &str)| line.2.trim().is_empty();
        let blank = lines[from..to].iter().rev().take_while(is_blank).count();
        let end = lines.get(to - blank).map_or(self.range.end, |line| line.0);
        let text = lines[from..to - blank].iter().map(|line| line.2).collect();
        // Where nothing is shown, the line of the command says best where it would be.
        let first = if from == to - blank { from.checked_sub(1) } else { Some(from) };
        let line = first.map_or(self.line, |at| lines[at].1);
        Expected { line, text, range: begin..end, indent: self.indent }
    }
}

impl Page {
    fn problem(&mut self, line: usize, message: impl Into<String>) {
        self.problems.push(Problem::new(line, message));
    }

    fn run(&mut self, line: usize, command: String, expected: Option<Expected>) {
        self.steps.push(Step { line, action: Action::Run { command, expected, may_fail: false } });
    }

    /// A block with the comment before it.
    fn block(&mut self, block: &Block, directive: Option<Directive>) {
        let line = block.line;
        match directive {
            Some(("not run", _)) => {}
            Some((key, _)) if block.language == "console" => {
                self.problem(line, format!("`console` is run: `{key}` is not for it"));
            }
            Some(("file", name)) => {
                let action = Action::Write { name: name.to_owned(), contents: block.contents() };
                self.steps.push(Step { line, action });
            }
            Some(("excerpt", path)) => {
                let action = Action::Excerpt { path: path.to_owned(), contents: block.contents() };
                self.steps.push(Step { line, action });
            }
            Some((_, command)) => {
                let expected = block.output(0, block.lines().count());
                self.run(line, command.to_owned(), Some(expected));
            }
            None if block.language == "console" => self.console(block),
            None => self.problem(
                line,
                "a block that is neither run (`console`), nor has a comment before it that says \
                 `file`, `excerpt`, `output` or `not run`",
            ),
        }
    }

    /// Commands and what they print.
    fn console(&mut self, block: &Block) {
        let lines: Vec<(usize, &str)> =
            block.lines().map(|(_, n, line)| (n, line.trim_end())).collect();
        let prompt = |line: &str| line.strip_prefix("$ ").map(str::to_owned);
        let mut at = lines.iter().position(|(_, line)| prompt(line).is_some());
        if at != Some(0) {
            self.problem(block.line, "a `console` begins with `$ ` and a command");
        }
        while let Some(begin) = at {
            let mut command = prompt(lines[begin].1).unwrap_or_default();
            let mut from = begin + 1;
            while let Some(more) = lines.get(from).and_then(|(_, line)| line.strip_prefix("> ")) {
                command = format!("{command}\n{more}");
                from += 1;
            }
            at = (from..lines.len()).find(|&i| prompt(lines[i].1).is_some());
            let next = at.and_then(|at| prompt(lines[at].1));
            let expected = Some(block.output(from, at.unwrap_or(lines.len())));
            let may_fail = next.as_deref() == Some("echo $?");
            let action = Action::Run { command, expected, may_fail };
            self.steps.push(Step { line: lines[begin].0, action });
        }
    }
}
