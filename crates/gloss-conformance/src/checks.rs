//! The checks, in the order in which they run.

mod cancel;
mod corpus;
mod describe;
mod file;
mod inputs;
mod load;
mod output;
mod plan;
mod repeats;
mod resources;
mod rules;
mod text;

use crate::finding::Verdict;
use crate::subject::Subject;

/// Step of an extractor's life that a check is about. A check runs when the gates of all earlier
/// steps have passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Reading the file, without running code.
    File,
    /// Loading the library.
    Library,
    /// Asking what the extractor is.
    Describe,
    /// Asking what it requires and provides.
    Plan,
    /// Using what it requires and provides.
    Declare,
    /// Loading an instance.
    Load,
    /// Annotating ordinary texts.
    Extract,
    /// Annotating everything else.
    Annotate,
}

/// One check.
pub struct Check {
    /// Its name.
    pub name: &'static str,
    /// The rule, in one line.
    pub rule: &'static str,
    /// The section of `docs/plugin-interface.md` that has the rule.
    pub section: &'static str,
    /// When it runs.
    pub step: Step,
    /// Whether later steps need it.
    pub gate: bool,
    /// Whether it is about the plugin as a whole.
    pub of_plugin: bool,
    /// Whether nothing may be printed meanwhile.
    pub(crate) quiet: bool,
    /// Another check of which this one is a continuation.
    pub(crate) after: Option<&'static str>,
    pub(crate) run: fn(&Subject) -> Verdict,
}

/// The table of checks: step, section and function, with what is special; name and rule.
macro_rules! checks {
    ($($step:ident $section:ident $run:path $(, $key:ident: $value:expr)*; $name:literal: $rule:literal;)*) => {
        /// All of them.
        pub const ALL: &[Check] = &[$({
            #[allow(unused_mut)]
            let mut check = Check::new(Step::$step, $section, $name, $rule, $run);
            $(check.$key = $value;)*
            check
        },)*];
    };
}

impl Check {
    const fn new(
        step: Step,
        section: &'static str,
        name: &'static str,
        rule: &'static str,
        run: fn(&Subject) -> Verdict,
    ) -> Check {
        let of_plugin = matches!(step, Step::File | Step::Library);
        Check { name, rule, section, step, gate: false, of_plugin, quiet: false, after: None, run }
    }
}

const FILE: &str = "What a host reads without running code";
const ENTRY: &str = "The entry table";
const LIFE: &str = "The life of an extractor";
const DESCRIPTION: &str = "Description (answer of `describe`)";
const VERSIONS: &str = "Versions";
const PLAN: &str = "Plan request and plan";
const SCHEMA: &str = "The schema of a layer";
const BATCH: &str = "Documents: the batch";
const OUTPUT: &str = "Annotations: the output";
const ARRIVAL: &str = "What the host checks on arrival";
const FAILURES: &str = "Failures";
const HOST: &str = "What the host offers";
const LOAD: &str = "Load request";

checks! {
    File FILE file::manifest, gate: true;
        "manifest": "the file is a library, or the manifest of a program, that this host accepts";
    Library FILE file::manifest_version;
        "manifest-version": "the version is MAJOR.MINOR.PATCH (a warning: hosts only report it)";
    Library LIFE file::extractor_names;
        "extractor-names": "names of extractors are lower-case letters, digits and '-', each listed once";
    Library ENTRY file::entry_table, gate: true;
        "entry-table": "the library loads; its table has the magic, an accepted version and all functions; `init` succeeds; a program starts and describes its extractors";
    Describe FILE file::manifest_matches_code, of_plugin: true;
        "manifest-matches-code": "the manifest lists the extractors that the code has";
    Describe ENTRY file::loads_twice, of_plugin: true;
        "loads-twice": "a second load in one process succeeds and gives the same";
    Describe VERSIONS file::unknown_extensions, of_plugin: true;
        "unknown-extensions": "`extension` gives null for a name that it does not know";
    Describe DESCRIPTION describe::describe, gate: true;
        "describe": "`describe` succeeds and answers with a description";
    Plan DESCRIPTION describe::summary;
        "describe-summary": "the summary is one line";
    Plan DESCRIPTION describe::stable;
        "describe-stable": "`describe` answers the same each time, also to several threads at once";
    Plan DESCRIPTION describe::options_schema;
        "options-schema": "`options` is a valid JSON Schema of an object, whose references resolve";
    Plan DESCRIPTION describe::option_defaults;
        "option-defaults": "the default of each option fits its schema";
    Plan PLAN plan::plan, gate: true;
        "plan": "`plan` accepts the options (by default none) and answers with a plan";
    Declare PLAN plan::stable;
        "plan-stable": "`plan` answers the same each time, also to several threads at once";
    Declare SCHEMA plan::layers;
        "plan-layers": "layers, labels, attributes and requirements have unique names, and each layer has what its kind needs";
    Declare SCHEMA plan::references, gate: true;
        "plan-references": "target, head and tail name a layer that is provided or required";
    Declare DESCRIPTION plan::agrees;
        "plan-agrees": "`reads` and `gives` have every type that the plan requires and provides";
    Declare PLAN plan::defaults;
        "plan-defaults": "an option set to its default gives the same plan as one left out";
    Declare PLAN plan::unknown_option;
        "option-unknown": "`plan` refuses an option that it does not know, with kind OPTIONS and the place";
    Declare PLAN plan::option_types;
        "option-types": "`plan` refuses values of a wrong type, with kind OPTIONS and the place";
    Declare PLAN plan::option_limits;
        "option-limits": "`plan` refuses values outside `enum`, `minimum` and `maximum`, with kind OPTIONS and the place";
    Load LIFE load::load, gate: true;
        "load": "`load` and `worker_create` succeed; the worker and the instance can be destroyed";
    Extract LIFE load::refusal;
        "load-refusal": "`load` refuses an option that it does not know, and a good load succeeds afterwards";
    Extract HOST load::quiet, quiet: true;
        "load-quiet": "nothing is printed until a worker is there (standard error: a warning)";
    Extract FAILURES rules::extract, gate: true;
        "extract": "ordinary English texts are annotated (broken rules: see the checks below)";
    Annotate LIFE load::side_by_side;
        "side-by-side": "two instances give the same, and one works on when the other is unloaded";
    Annotate LIFE load::workers;
        "workers": "several workers can be made and destroyed in any order, then the instance";
    Annotate OUTPUT rules::documents;
        "documents-known": "only documents of the batch are named";
    Annotate FAILURES rules::ended;
        "documents-ended": "when `extract` returns OK, each document was finished or failed";
    Annotate OUTPUT rules::after_finish;
        "finish-last": "nothing is pushed for a document that was finished";
    Annotate ARRIVAL rules::pointers;
        "pointers": "a pointer that comes with a count above 0 is not null, and aligned";
    Annotate ARRIVAL rules::layers;
        "layers-known": "pushes go into layers of the plan, and are of their kind";
    Annotate ARRIVAL rules::ranges;
        "ranges": "spans and sources lie inside the text, on character boundaries";
    Annotate ARRIVAL rules::labels;
        "labels": "labels are declared; they are there where the layer has labels";
    Annotate ARRIVAL rules::scores;
        "scores": "scores are not infinite, and NaN where the layer declares none";
    Annotate ARRIVAL rules::references;
        "references": "targets, heads and tails are ids that exist";
    Annotate ARRIVAL rules::vectors;
        "vectors": "vectors have the declared dimension and finite numbers";
    Annotate ARRIVAL rules::encoding;
        "encoding": "texts and string attributes are UTF-8";
    Annotate ARRIVAL rules::attributes;
        "attributes": "attributes are declared, of their type, set once and in ascending order";
    Annotate BATCH text::empty;
        "text-empty": "the empty text";
    Annotate BATCH text::whitespace;
        "text-whitespace": "texts of white space alone";
    Annotate BATCH text::one_character;
        "text-one-character": "texts of one character";
    Annotate BATCH text::emoji;
        "text-emoji": "emoji: joined sequences, flags, skin tones";
    Annotate BATCH text::combining;
        "text-combining": "combining characters, first in the text and in towers";
    Annotate BATCH text::right_to_left;
        "text-right-to-left": "Arabic, Hebrew, and marks that control direction";
    Annotate BATCH text::controls;
        "text-controls": "NUL, other controls, byte order marks, noncharacters";
    Annotate BATCH text::line_ends;
        "text-line-ends": "line ends of all sorts";
    Annotate BATCH text::unbroken;
        "text-unbroken": "20,000 letters without a blank";
    Annotate BATCH text::random;
        "text-random": "random Unicode of all planes, by the seed";
    Annotate BATCH text::long;
        "text-long": "a text of 5 MB (`--long-text`)";
    Annotate BATCH inputs::empty;
        "inputs-empty": "required layers without annotations";
    Annotate BATCH inputs::absent;
        "inputs-absent": "optional requirements that nothing feeds";
    Annotate BATCH inputs::odd;
        "inputs-odd": "annotations that are empty, nested, unordered, without labels, scores or values";
    Annotate BATCH inputs::metadata;
        "metadata": "metadata fields that are missing, and of every type";
    Annotate BATCH repeats::same_worker;
        "repeats": "a worker gives the same for the same batch";
    Annotate BATCH repeats::fresh_worker;
        "fresh-worker": "a second worker gives the same";
    Annotate BATCH repeats::batch_or_single;
        "batch-or-single": "a document gets the same in a batch and alone";
    Annotate BATCH repeats::batch_order;
        "batch-order": "the order of a batch does not matter";
    Annotate LIFE repeats::concurrent_workers;
        "concurrent-workers": "four workers at once give the same as one";
    Annotate LIFE repeats::worker_moves;
        "worker-moves": "a worker gives the same after it moved to another thread";
    Annotate OUTPUT cancel::before;
        "cancel-before": "told to stop before it begins, it returns CANCELLED soon and finishes no document that it did not annotate";
    Annotate OUTPUT cancel::meanwhile;
        "cancel-meanwhile": "told to stop in its midst, the same";
    Annotate OUTPUT output::refused_pushes;
        "refused-pushes": "when the host refuses a push, it goes on: no panic, no crash, no document forgotten";
    Annotate HOST output::quiet, quiet: true, after: Some("load-quiet");
        "extract-quiet": "`extract` prints nothing (standard error: a warning)";
    Annotate HOST output::no_text_in_messages;
        "no-text-in-messages": "log records and failures hold no text of documents";
    Annotate VERSIONS corpus::shards;
        "corpus-shards": "observed in two states, saved, restored and merged in either order, documents get the same";
    Annotate VERSIONS corpus::restore;
        "corpus-restore": "`restore` refuses a state that was cut off, and survives any bytes";
    Annotate LIFE resources::memory;
        "memory": "memory does not grow over 200 batches (a warning)";
    Annotate LOAD resources::thread_budget;
        "thread-budget": "it has no more threads than its budget (a warning)";
}

/// The check of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Check> {
    ALL.iter().find(|c| c.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_are_in_order_and_their_sections_exist() {
        let interface = include_str!("../../../docs/plugin-interface.md");
        let mut names: Vec<&str> = ALL.iter().map(|c| c.name).collect();
        for check in ALL {
            let heading = format!("# {}\n", check.section);
            assert!(interface.contains(&heading), "{}: no section {:?}", check.name, check.section);
            if let Some(after) = check.after {
                assert!(find(after).is_some_and(|other| other.step < check.step), "{}", check.name);
            }
        }
        assert!(ALL.is_sorted_by_key(|c| c.step));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
