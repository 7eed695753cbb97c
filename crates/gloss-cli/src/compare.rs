//! `gloss compare`: from arguments to variants, to what is written of them.

pub mod args;
mod collect;
mod cost;
mod output;
mod settings;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use gloss_compare::align::align;
use gloss_compare::compare::compare as compare_all;
use gloss_compare::{Comparison, Corpus, Verdict};
use gloss_host::Control;
use gloss_variants::{ComparisonFile, Source, VariantArgument, VariantSpec};

use crate::args::Common;
use crate::diagnostics::Coded;
use crate::say::note;
use crate::{EXIT_DOCUMENTS_FAILED, EXIT_DROPPED, EXIT_INTERRUPTED, EXIT_OK, EXIT_UNDECIDED};
use args::Compare;

impl From<gloss_compare::CompareError> for Coded {
    fn from(error: gloss_compare::CompareError) -> Coded {
        let help = Some(error.help).filter(|help| !help.is_empty());
        Coded { code: error.kind.code(), message: error.message, help }
    }
}

impl From<gloss_compare_view::Error> for Coded {
    fn from(error: gloss_compare_view::Error) -> Coded {
        Coded { code: error.kind.code(), message: error.message, help: Some(error.help) }
    }
}

pub fn compare(arguments: &Compare, common: &Common) -> Result<u8> {
    let outputs = output::outputs(arguments)?;
    let file = comparison_file(arguments)?;
    let gold = gold(arguments, file.as_ref())?;
    let specs = specs(arguments, file.as_ref(), &gold)?;
    if let Some(target) = &arguments.run.measure {
        return cost::run(arguments, common, file.as_ref(), &gold, &specs, target);
    }
    if arguments.run.cost.is_some() {
        cost::check(&specs)?;
    }
    let is_pipeline = |spec: &VariantSpec| matches!(spec.source, Source::Pipeline(_));
    let pipelines: Vec<usize> = (0..specs.len()).filter(|&at| is_pipeline(&specs[at])).collect();
    let settings = file.as_ref().map(|file| file.settings.clone()).unwrap_or_default();
    let align_options = settings::align_options(&arguments.rules, &settings);
    let options = settings::options(arguments, &settings, gold.name());
    // Refused before anything runs.
    if let Some(rule) = &options.gate {
        rule.check(gold.name()).map_err(Coded::from)?;
    }
    let control = Arc::new(Control::default());
    let file = file.as_ref();
    let Some(collected) = collect::collect(arguments, common, file, &gold, specs, &control)? else {
        note!("interrupted: nothing is compared");
        return Ok(EXIT_INTERRUPTED);
    };
    let (corpus, alignment) = align(collected.variants, &align_options).map_err(Coded::from)?;
    let mut comparison = compare_all(&corpus, alignment, &options).map_err(Coded::from)?;
    comparison.warnings.extend(collected.warnings);
    for (variant, origin) in comparison.variants.iter_mut().zip(collected.origins) {
        variant.origin = Some(origin);
    }
    if arguments.run.cost.is_some() {
        let quiet = arguments.report.quiet;
        comparison.cost = cost::costs(&pipelines, &comparison, quiet, &control)?;
    }
    match arguments.sample.sample {
        Some(count) => output::sample(&comparison, &corpus, count, arguments)?,
        None => write(&comparison, &corpus, &outputs, arguments)?,
    }
    let measured = comparison.cost.len();
    if arguments.run.cost.is_some() && measured < pipelines.len() {
        let all = pipelines.len();
        note!("interrupted: the cost of {measured} of {all} pipelines is measured");
        return Ok(EXIT_INTERRUPTED);
    }
    Ok(exit_code(&comparison, collected.is_incomplete))
}

fn write(
    comparison: &Comparison,
    corpus: &Corpus,
    outputs: &[output::Output],
    arguments: &Compare,
) -> Result<()> {
    for output in outputs {
        output.write(comparison, corpus, arguments)?;
    }
    // Whoever waits for the gate is to see why, wherever the rest went.
    if let Some(gate) = &comparison.gate
        && !outputs.iter().any(output::Output::is_screen)
    {
        note!("gate: {}", gate.reading);
    }
    Ok(())
}

fn exit_code(comparison: &Comparison, is_incomplete: bool) -> u8 {
    match comparison.gate.as_ref().map(|gate| gate.verdict) {
        Some(Verdict::Dropped) => EXIT_DROPPED,
        Some(Verdict::Undecided) => EXIT_UNDECIDED,
        Some(Verdict::Passed) | None if is_incomplete => EXIT_DOCUMENTS_FAILED,
        Some(Verdict::Passed) | None => EXIT_OK,
    }
}

/// The comparison file, where the only argument is one.
fn comparison_file(arguments: &Compare) -> Result<Option<ComparisonFile>> {
    let is_toml = |path: &str| Path::new(path).extension().is_some_and(|e| e == "toml");
    match arguments.variants.as_slice() {
        [one] if is_toml(one) => {
            let path = Path::new(one);
            Ok(Some(
                ComparisonFile::read(path)
                    .map_err(|error| collect::shown(error, &[path.to_owned()]))?,
            ))
        }
        variants => match variants.iter().find(|variant| is_toml(variant)) {
            Some(file) => {
                let message = format!("{file} is a comparison file: it stands alone");
                let code = gloss_variants::ErrorKind::BadVariant.code();
                let help = Some("add the other variants to it".to_owned());
                Err(Coded { code, message, help }.into())
            }
            None => Ok(None),
        },
    }
}

/// What is taken to be right.
enum Gold {
    None,
    /// A variant of this name.
    Named(String),
    /// One more variant.
    Variant(Box<VariantSpec>, String),
}

impl Gold {
    fn name(&self) -> Option<&str> {
        match self {
            Gold::None => None,
            Gold::Named(name) | Gold::Variant(_, name) => Some(name),
        }
    }

    /// Its number among all variants, where it is one more: it is the last.
    fn place(&self, specs: &[VariantSpec]) -> Option<usize> {
        matches!(self, Gold::Variant(..)).then(|| specs.len() - 1)
    }
}

/// A gold that is the name of a variant is that; else it is one more variant. Variants that get a
/// name by themselves are not known yet: what is no path is taken for a name.
fn gold(arguments: &Compare, file: Option<&ComparisonFile>) -> Result<Gold> {
    let Some(text) = &arguments.gold else {
        let named = file.and_then(|file| file.settings.gold.clone());
        return Ok(named.map_or(Gold::None, Gold::Named));
    };
    let argument = text.parse::<VariantArgument>().map_err(anyhow::Error::msg)?;
    let is_bare =
        argument.name.is_none() && argument.file.format.is_none() && argument.layer.is_none();
    let path = &argument.file.path;
    if is_bare && !Path::new(path).exists() && !path.contains(['/', '*', '?']) {
        return Ok(Gold::Named(text.clone()));
    }
    let mut spec = VariantSpec::from(argument);
    let name = spec.name.get_or_insert_with(|| "gold".to_owned()).clone();
    Ok(Gold::Variant(Box::new(spec), name))
}

fn specs(
    arguments: &Compare,
    file: Option<&ComparisonFile>,
    gold: &Gold,
) -> Result<Vec<VariantSpec>> {
    let mut specs = match file {
        Some(file) => file.variants.clone(),
        None => {
            let parse = |text: &String| Ok(text.parse::<VariantArgument>()?.into());
            let parsed: Result<Vec<VariantSpec>, String> =
                arguments.variants.iter().map(parse).collect();
            parsed.map_err(anyhow::Error::msg)?
        }
    };
    // Last, so that offsets are mapped to the texts of the others where white space differs.
    if let Gold::Variant(spec, _) = gold {
        specs.push((**spec).clone());
    }
    Ok(specs)
}
