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

const fn check(
    step: Step,
    name: &'static str,
    section: &'static str,
    rule: &'static str,
    run: fn(&Subject) -> Verdict,
) -> Check {
    let of_plugin = matches!(step, Step::File | Step::Library);
    Check { name, rule, section, step, gate: false, of_plugin, quiet: false, after: None, run }
}

const fn gate(check: Check) -> Check {
    Check { gate: true, ..check }
}

const fn of_plugin(check: Check) -> Check {
    Check { of_plugin: true, ..check }
}

const fn quiet(check: Check) -> Check {
    Check { quiet: true, ..check }
}

const FILE: &str = "What a host reads without running code";
const ENTRY: &str = "The entry table";
const LIFE: &str = "The life of an extractor";
const DESCRIPTION: &str = "Description (answer of `describe`)";
const CORPUS: &str = "Versions";
const PLAN: &str = "Plan request and plan";
const SCHEMA: &str = "The schema of a layer";
const BATCH: &str = "Documents: the batch";
const OUTPUT: &str = "Annotations: the output";
const ARRIVAL: &str = "What the host checks on arrival";
const FAILURES: &str = "Failures";
const HOST: &str = "What the host offers";
const LOAD: &str = "Load request";

/// All of them.
pub const ALL: &[Check] = &[
    gate(check(
        Step::File,
        "manifest",
        FILE,
        "the file is a library with a manifest that this host accepts",
        file::manifest,
    )),
    check(
        Step::Library,
        "manifest-version",
        FILE,
        "the version is MAJOR.MINOR.PATCH (a warning: hosts only report it)",
        file::manifest_version,
    ),
    check(
        Step::Library,
        "extractor-names",
        LIFE,
        "names of extractors are lower-case letters, digits and '-', each listed once",
        file::extractor_names,
    ),
    gate(check(
        Step::Library,
        "entry-table",
        ENTRY,
        "the library loads; its table has the magic, an accepted version and all functions; `init` succeeds",
        file::entry_table,
    )),
    of_plugin(check(
        Step::Describe,
        "manifest-matches-code",
        FILE,
        "the manifest lists the extractors that the code has",
        file::manifest_matches_code,
    )),
    of_plugin(check(
        Step::Describe,
        "loads-twice",
        ENTRY,
        "a second load in one process succeeds and gives the same",
        file::loads_twice,
    )),
    of_plugin(check(
        Step::Describe,
        "unknown-extensions",
        "Versions",
        "`extension` gives null for a name that it does not know",
        file::unknown_extensions,
    )),
    gate(check(
        Step::Describe,
        "describe",
        DESCRIPTION,
        "`describe` succeeds and answers with a description",
        describe::describe,
    )),
    check(
        Step::Plan,
        "describe-summary",
        DESCRIPTION,
        "the summary is one line",
        describe::summary,
    ),
    check(
        Step::Plan,
        "describe-stable",
        DESCRIPTION,
        "`describe` answers the same each time, also to several threads at once",
        describe::stable,
    ),
    check(
        Step::Plan,
        "options-schema",
        DESCRIPTION,
        "`options` is a valid JSON Schema of an object, whose references resolve",
        describe::options_schema,
    ),
    check(
        Step::Plan,
        "option-defaults",
        DESCRIPTION,
        "the default of each option fits its schema",
        describe::option_defaults,
    ),
    gate(check(
        Step::Plan,
        "plan",
        PLAN,
        "`plan` accepts the options (by default none) and answers with a plan",
        plan::plan,
    )),
    check(
        Step::Declare,
        "plan-stable",
        PLAN,
        "`plan` answers the same each time, also to several threads at once",
        plan::stable,
    ),
    check(
        Step::Declare,
        "plan-layers",
        SCHEMA,
        "layers, labels, attributes and requirements have unique names, and each layer has what its kind needs",
        plan::layers,
    ),
    gate(check(
        Step::Declare,
        "plan-references",
        SCHEMA,
        "target, head and tail name a layer that is provided or required",
        plan::references,
    )),
    check(
        Step::Declare,
        "plan-agrees",
        DESCRIPTION,
        "`reads` and `gives` have every type that the plan requires and provides",
        plan::agrees,
    ),
    check(
        Step::Declare,
        "plan-defaults",
        PLAN,
        "an option set to its default gives the same plan as one left out",
        plan::defaults,
    ),
    check(
        Step::Declare,
        "option-unknown",
        PLAN,
        "`plan` refuses an option that it does not know, with kind OPTIONS and the place",
        plan::unknown_option,
    ),
    check(
        Step::Declare,
        "option-types",
        PLAN,
        "`plan` refuses values of a wrong type, with kind OPTIONS and the place",
        plan::option_types,
    ),
    check(
        Step::Declare,
        "option-limits",
        PLAN,
        "`plan` refuses values outside `enum`, `minimum` and `maximum`, with kind OPTIONS and the place",
        plan::option_limits,
    ),
    gate(check(
        Step::Load,
        "load",
        LIFE,
        "`load` and `worker_create` succeed; the worker and the instance can be destroyed",
        load::load,
    )),
    check(
        Step::Extract,
        "load-refusal",
        LIFE,
        "`load` refuses an option that it does not know, and a good load succeeds afterwards",
        load::refusal,
    ),
    quiet(check(
        Step::Extract,
        "load-quiet",
        HOST,
        "nothing is printed until a worker is there (standard error: a warning)",
        load::quiet,
    )),
    gate(check(
        Step::Extract,
        "extract",
        FAILURES,
        "ordinary English texts are annotated (broken rules: see the checks below)",
        rules::extract,
    )),
    check(
        Step::Annotate,
        "side-by-side",
        LIFE,
        "two instances give the same, and one works on when the other is unloaded",
        load::side_by_side,
    ),
    check(
        Step::Annotate,
        "workers",
        LIFE,
        "several workers can be made and destroyed in any order, then the instance",
        load::workers,
    ),
    check(
        Step::Annotate,
        "documents-known",
        OUTPUT,
        "only documents of the batch are named",
        rules::documents,
    ),
    check(
        Step::Annotate,
        "documents-ended",
        FAILURES,
        "when `extract` returns OK, each document was finished or failed",
        rules::ended,
    ),
    check(
        Step::Annotate,
        "finish-last",
        OUTPUT,
        "nothing is pushed for a document that was finished",
        rules::after_finish,
    ),
    check(
        Step::Annotate,
        "layers-known",
        ARRIVAL,
        "pushes go into layers of the plan, and are of their kind",
        rules::layers,
    ),
    check(
        Step::Annotate,
        "ranges",
        ARRIVAL,
        "spans and sources lie inside the text, on character boundaries",
        rules::ranges,
    ),
    check(
        Step::Annotate,
        "labels",
        ARRIVAL,
        "labels are declared; they are there where the layer has labels",
        rules::labels,
    ),
    check(
        Step::Annotate,
        "scores",
        ARRIVAL,
        "scores are not infinite, and NaN where the layer declares none",
        rules::scores,
    ),
    check(
        Step::Annotate,
        "references",
        ARRIVAL,
        "targets, heads and tails are ids that exist",
        rules::references,
    ),
    check(
        Step::Annotate,
        "vectors",
        ARRIVAL,
        "vectors have the declared dimension and finite numbers",
        rules::vectors,
    ),
    check(
        Step::Annotate,
        "encoding",
        ARRIVAL,
        "texts and string attributes are UTF-8",
        rules::encoding,
    ),
    check(
        Step::Annotate,
        "attributes",
        ARRIVAL,
        "attributes are declared, of their type, set once and in ascending order",
        rules::attributes,
    ),
    check(Step::Annotate, "text-empty", BATCH, "the empty text", text::empty),
    check(Step::Annotate, "text-whitespace", BATCH, "texts of white space alone", text::whitespace),
    check(
        Step::Annotate,
        "text-one-character",
        BATCH,
        "texts of one character",
        text::one_character,
    ),
    check(
        Step::Annotate,
        "text-emoji",
        BATCH,
        "emoji: joined sequences, flags, skin tones",
        text::emoji,
    ),
    check(
        Step::Annotate,
        "text-combining",
        BATCH,
        "combining characters, first in the text and in towers",
        text::combining,
    ),
    check(
        Step::Annotate,
        "text-right-to-left",
        BATCH,
        "Arabic, Hebrew, and marks that control direction",
        text::right_to_left,
    ),
    check(
        Step::Annotate,
        "text-controls",
        BATCH,
        "NUL, other controls, byte order marks, noncharacters",
        text::controls,
    ),
    check(Step::Annotate, "text-line-ends", BATCH, "line ends of all sorts", text::line_ends),
    check(Step::Annotate, "text-unbroken", BATCH, "20,000 letters without a blank", text::unbroken),
    check(
        Step::Annotate,
        "text-random",
        BATCH,
        "random Unicode of all planes, by the seed",
        text::random,
    ),
    check(Step::Annotate, "text-long", BATCH, "a text of 5 MB (`--long-text`)", text::long),
    check(
        Step::Annotate,
        "inputs-empty",
        BATCH,
        "required layers without annotations",
        inputs::empty,
    ),
    check(
        Step::Annotate,
        "inputs-absent",
        BATCH,
        "optional requirements that nothing feeds",
        inputs::absent,
    ),
    check(
        Step::Annotate,
        "inputs-odd",
        BATCH,
        "annotations that are empty, nested, unordered, without labels, scores or values",
        inputs::odd,
    ),
    check(
        Step::Annotate,
        "metadata",
        BATCH,
        "metadata fields that are missing, and of every type",
        inputs::metadata,
    ),
    check(
        Step::Annotate,
        "repeats",
        BATCH,
        "a worker gives the same for the same batch",
        repeats::same_worker,
    ),
    check(
        Step::Annotate,
        "fresh-worker",
        BATCH,
        "a second worker gives the same",
        repeats::fresh_worker,
    ),
    check(
        Step::Annotate,
        "batch-or-single",
        BATCH,
        "a document gets the same in a batch and alone",
        repeats::batch_or_single,
    ),
    check(
        Step::Annotate,
        "batch-order",
        BATCH,
        "the order of a batch does not matter",
        repeats::batch_order,
    ),
    check(
        Step::Annotate,
        "concurrent-workers",
        LIFE,
        "four workers at once give the same as one",
        repeats::concurrent_workers,
    ),
    check(
        Step::Annotate,
        "worker-moves",
        LIFE,
        "a worker gives the same after it moved to another thread",
        repeats::worker_moves,
    ),
    check(
        Step::Annotate,
        "cancel-before",
        OUTPUT,
        "told to stop before it begins, it returns CANCELLED soon and finishes no document that it did not annotate",
        cancel::before,
    ),
    check(
        Step::Annotate,
        "cancel-meanwhile",
        OUTPUT,
        "told to stop in its midst, the same",
        cancel::meanwhile,
    ),
    check(
        Step::Annotate,
        "refused-pushes",
        OUTPUT,
        "when the host refuses a push, it goes on: no panic, no crash, no document forgotten",
        output::refused_pushes,
    ),
    Check {
        after: Some("load-quiet"),
        ..quiet(check(
            Step::Annotate,
            "extract-quiet",
            HOST,
            "`extract` prints nothing (standard error: a warning)",
            output::quiet,
        ))
    },
    check(
        Step::Annotate,
        "no-text-in-messages",
        HOST,
        "log records and failures hold no text of documents",
        output::no_text_in_messages,
    ),
    check(
        Step::Annotate,
        "corpus-shards",
        CORPUS,
        "observed in two states, saved, restored and merged in either order, documents get the same",
        corpus::shards,
    ),
    check(
        Step::Annotate,
        "corpus-restore",
        CORPUS,
        "`restore` refuses a state that was cut off, and survives any bytes",
        corpus::restore,
    ),
    check(
        Step::Annotate,
        "memory",
        LIFE,
        "memory does not grow over 200 batches (a warning)",
        resources::memory,
    ),
    check(
        Step::Annotate,
        "thread-budget",
        LOAD,
        "it has no more threads than its budget (a warning)",
        resources::thread_budget,
    ),
];

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
