//! From what is asked for to variants that can be compared.

use gloss_compare::align::{Warning, WarningKind};
use gloss_compare::result::Origin;
use gloss_compare::variant::{
    Layers, SharedTexts, VariantBuilder, Wanted, choose, choose_from_one,
};
use gloss_compare::vectors::VectorOptions;
use gloss_compare::{CompareError, Variant};
use gloss_host::{Control, Pipeline, PipelineFile, RunOptions};
use gloss_io::{Input, ReadOptions, expand};

use crate::bertscore::TokenStage;
use crate::error::{Error, ErrorKind};
use crate::files::OpenFiles;
use crate::names::names;
use crate::pipelines::{PlannedVariant, Ran};
use crate::spec::{FileSource, Source, VariantSpec};

/// Plans a pipeline with the plugins and models that the caller has.
pub type Plan<'a> = dyn Fn(PipelineFile) -> Result<Pipeline, Error> + 'a;

/// How variants are collected.
pub struct CollectOptions<'a> {
    /// What pipelines are run over.
    pub documents: Vec<String>,
    /// How these are read.
    pub read_documents: ReadOptions,
    /// How files with annotations are read.
    pub read_files: &'a dyn Fn(&FileSource) -> Result<ReadOptions, Error>,
    /// Layers of variants that name none. One is of all; several make a variant each of one file.
    pub layers: Vec<String>,
    /// The number of the variant that is the gold, where it does not count as one of those compared.
    pub gold: Option<usize>,
    /// The model, if any, that gives vectors of the tokens of texts, and of which layer.
    pub vectors: &'a VectorOptions,
    /// Plans pipelines.
    pub plan: &'a Plan<'a>,
    /// Called with each pipeline before it is loaded, as to give it a cache.
    pub prepare: &'a dyn Fn(&mut Pipeline) -> Result<(), Error>,
    /// How pipelines are run.
    pub run: RunOptions,
    /// Stops them.
    pub control: &'a Control,
}

/// Who wants to know how far it is.
pub trait Watch {
    /// A source begins to be read, or a pipeline to run.
    fn begins(&mut self, source: &str, progress: gloss_io::Progress);
    /// A document is done.
    fn document(&mut self);
    /// Whether no more is to be read.
    fn is_stopped(&self) -> bool;
}

/// Variants.
#[derive(Debug, Default)]
pub struct Collected {
    /// Their annotations, in the order in which they were asked for.
    pub variants: Vec<Variant>,
    /// Where each comes from.
    pub origins: Vec<Origin>,
    /// For each, results that were in the cache and all that were looked for.
    pub cached: Vec<Option<(u64, u64)>>,
    /// What readers of the result should know.
    pub warnings: Vec<Warning>,
    /// Whether documents failed, or could not be read.
    pub is_incomplete: bool,
}

/// A source before its documents are read.
enum Opened {
    /// The number of the files among those that are open.
    Files(usize),
    Pipeline(Box<PlannedVariant>),
}

/// Collects the variants: everything that can be refused is refused before the first pipeline runs.
///
/// # Errors
/// What cannot be read, planned, loaded or run; layers that are not there, or of which it is not clear
/// which is meant.
pub fn collect(
    mut specs: Vec<VariantSpec>,
    options: &CollectOptions<'_>,
    watch: &mut dyn Watch,
) -> Result<Collected, Error> {
    let inputs = inputs(&specs, options)?;
    let mut files: Vec<(FileSource, OpenFiles)> = Vec::new();
    // Who names layers knows which there are.
    let are_named = !options.layers.is_empty() || specs.iter().all(|spec| spec.layer.is_some());
    let mut opened = Vec::with_capacity(specs.len());
    for spec in &specs {
        opened.push(open(spec, &mut files, options)?);
    }
    let layers = layers(&mut specs, &mut opened, &mut files, options)?;
    let kinds = opened.iter().zip(&layers).filter_map(|(opened, layer)| {
        let found = layers_of(opened, &files).iter().find(|facts| facts.name == *layer)?;
        Some(found.kind)
    });
    let token_stage = TokenStage::plan(kinds, options)?;
    let names = names(&specs, &layers)?;
    let mut builders: Vec<VariantBuilder> =
        names.iter().zip(&layers).map(|(name, layer)| VariantBuilder::new(name, layer)).collect();
    // Planned before anything runs, so that what is wrong with the last is known at once.
    let mut planned = Vec::new();
    let mut of_files: Vec<Vec<usize>> = vec![Vec::new(); files.len()];
    for (at, opened) in opened.into_iter().enumerate() {
        match opened {
            Opened::Files(number) => of_files[number].push(at),
            Opened::Pipeline(variant) => {
                planned.push((at, variant.only_for(&layers[at], options)?))
            }
        }
    }
    let (mut texts, mut notes) = (SharedTexts::default(), Vec::new());
    for ((_, files), wanted) in files.into_iter().zip(of_files) {
        let chosen = builders.iter_mut().enumerate().filter(|(at, _)| wanted.contains(at));
        let mut chosen: Vec<&mut VariantBuilder> = chosen.map(|(_, builder)| builder).collect();
        let read = files.read(&mut chosen, &mut texts, watch)?;
        notes.extend(read.notes);
        notes.extend(read.late.into_iter().filter(|_| !are_named));
    }
    let mut ran: Vec<Option<Ran>> = specs.iter().map(|_| None).collect();
    for (at, variant) in planned {
        if watch.is_stopped() {
            break;
        }
        ran[at] = Some(variant.run(&inputs, &mut builders[at], &mut texts, options, watch)?);
    }
    let mut collected = finish(&specs, builders, ran);
    let incomplete = |message| Warning::new(WarningKind::Incomplete, message);
    collected.warnings.extend(notes.into_iter().map(incomplete));
    if let Some(stage) = token_stage.filter(|_| !watch.is_stopped()) {
        let (failed, why) = stage.run(&mut collected.variants, options, watch)?;
        if failed > 0 {
            let why = why.unwrap_or_default();
            let message = format!("{failed} texts have no BERTScore: with the first {why}");
            collected.warnings.push(incomplete(message));
            collected.is_incomplete = true;
        }
    }
    Ok(collected)
}

/// What pipelines are run over, where there are any.
fn inputs(specs: &[VariantSpec], options: &CollectOptions<'_>) -> Result<Vec<Input>, Error> {
    let runs = |spec: &&VariantSpec| matches!(spec.source, Source::Pipeline(_));
    let Some(first) = specs.iter().find(runs) else { return Ok(Vec::new()) };
    let refuse = |message: &str, help: &str| {
        let error = Error::new(ErrorKind::NoDocuments, message, help);
        Err(match first.place.clone() {
            Some(place) => error.at(place),
            None => error,
        })
    };
    if options.documents.is_empty() {
        return refuse(
            "a pipeline is to be run, and no documents are named",
            "add documents = [\"...\"]",
        );
    }
    let inputs = expand(&options.documents)?;
    if inputs.contains(&Input::Stdin) {
        let help = "write them to a file, and name that";
        return refuse("documents are read for each variant, which standard input cannot be", help);
    }
    Ok(inputs)
}

fn open(
    spec: &VariantSpec,
    files: &mut Vec<(FileSource, OpenFiles)>,
    options: &CollectOptions<'_>,
) -> Result<Opened, Error> {
    match &spec.source {
        Source::Pipeline(file) => {
            Ok(Opened::Pipeline(Box::new(PlannedVariant::plan(file, options)?)))
        }
        Source::File(file) => {
            if let Some(number) = files.iter().position(|(source, _)| source == file) {
                return Ok(Opened::Files(number));
            }
            files.push((file.clone(), OpenFiles::open(file, options)?));
            Ok(Opened::Files(files.len() - 1))
        }
    }
}

/// The layer of each variant. One file may become several variants: then there are more specs after it.
fn layers(
    specs: &mut Vec<VariantSpec>,
    opened: &mut Vec<Opened>,
    files: &mut [(FileSource, OpenFiles)],
    options: &CollectOptions<'_>,
) -> Result<Vec<String>, Error> {
    let compared: Vec<usize> = (0..specs.len()).filter(|at| Some(*at) != options.gold).collect();
    let mut common = options.layers.as_slice();
    let mut gold = options.gold;
    if let [one] = compared.as_slice()
        && let (Opened::Files(number), None) = (&opened[*one], &specs[*one].layer)
        && (common.len() > 1 || options.gold.is_none())
    {
        let (at, number) = (*one, *number);
        let source = specs[at].source.path();
        let chosen = if common.len() > 1 {
            common.to_vec()
        } else {
            chosen_of(files, options, |files| {
                choose_from_one(&source, &files[number].1.layers, common)
            })?
        };
        let several = chosen.len() > 1;
        let of = |layer: String| {
            let name = specs[at].name.as_ref().filter(|_| !several).cloned();
            VariantSpec { name, layer: Some(layer), ..specs[at].clone() }
        };
        let expanded: Vec<VariantSpec> = chosen.into_iter().map(of).collect();
        opened.splice(at..=at, expanded.iter().map(|_| Opened::Files(number)));
        gold = gold.map(|gold| if gold > at { gold + expanded.len() - 1 } else { gold });
        specs.splice(at..=at, expanded);
        common = &[];
    }
    if let [_, second, ..] = common {
        let message =
            format!("several layers are named, and several variants: {second:?} is of which?");
        let help = "name the layer of each, as in `FILE#STAGE/LAYER`";
        return Err(Error::new(ErrorKind::BadVariant, message, help));
    }
    let shown: Vec<String> =
        specs.iter().map(|spec| spec.name.clone().unwrap_or_else(|| spec.source.path())).collect();
    chosen_of(files, options, |files| {
        let each = specs.iter().zip(&*opened).zip(&shown).enumerate();
        let wanted = each.map(|(at, ((spec, opened), variant))| {
            // A layer for all need not be the gold's, which may come from another tool.
            let common = common.first().filter(|_| Some(at) != gold);
            let layer = spec.layer.as_ref().or(common).map(String::as_str);
            Wanted { variant, layer, layers: layers_of(opened, files) }
        });
        choose(&wanted.collect::<Vec<_>>())
    })
}

/// What is chosen of the layers of the first documents; where nothing can be, of those of all.
fn chosen_of(
    files: &mut [(FileSource, OpenFiles)],
    options: &CollectOptions<'_>,
    choose: impl Fn(&[(FileSource, OpenFiles)]) -> Result<Vec<String>, CompareError>,
) -> Result<Vec<String>, Error> {
    let chosen = choose(files);
    if chosen.is_ok() {
        return Ok(chosen?);
    }
    let mut is_more = false;
    for (source, files) in files.iter_mut() {
        is_more |= files.look_further(source, options)?;
    }
    Ok(if is_more { choose(files) } else { chosen }?)
}

fn layers_of<'a>(opened: &'a Opened, files: &'a [(FileSource, OpenFiles)]) -> &'a Layers {
    match opened {
        Opened::Files(number) => &files[*number].1.layers,
        Opened::Pipeline(variant) => &variant.layers,
    }
}

fn finish(
    specs: &[VariantSpec],
    builders: Vec<VariantBuilder>,
    ran: Vec<Option<Ran>>,
) -> Collected {
    let mut collected = Collected::default();
    for ((spec, builder), ran) in specs.iter().zip(builders).zip(ran) {
        let ran = ran.unwrap_or_default();
        warn(&builder, &ran, &mut collected.warnings);
        collected.is_incomplete |= !ran.failed.is_empty() || ran.unreadable.0 > 0;
        let producer = builder.producer();
        collected.origins.push(Origin {
            source: spec.source.path(),
            layer: Some(builder.layer().to_owned()),
            producer: producer
                .filter(|producer| !producer.extractor.is_empty())
                .map(|producer| format!("{} {}", producer.extractor, producer.version)),
            models: producer
                .iter()
                .flat_map(|producer| producer.models.iter().map(|model| model.name.clone()))
                .collect(),
            failed: ran.failed,
            not_annotated: builder.without_layer().to_vec(),
        });
        collected.cached.push(ran.cached);
        collected.variants.push(builder.finish());
    }
    collected
}

fn warn(builder: &VariantBuilder, ran: &Ran, warnings: &mut Vec<Warning>) {
    let mut warn = |message: String| warnings.push(Warning::new(WarningKind::Incomplete, message));
    let name = builder.name();
    if let Some(first) = ran.failed.first() {
        let why = ran.first_failure.as_deref().unwrap_or("it failed");
        let count = ran.failed.len();
        warn(format!(
            "{count} documents failed in {name:?} and are not compared: in {first:?} {why}"
        ));
    }
    if let (1.., Some(why)) = &ran.unreadable {
        warn(format!(
            "{} documents could not be read for {name:?}: the first: {why}",
            ran.unreadable.0
        ));
    }
    if let [first, ..] = builder.without_layer() {
        let (count, layer) = (builder.without_layer().len(), builder.layer());
        warn(format!(
            "{count} documents of {name:?} lack {layer} and are not compared: the first is {first:?}; \
             where there is nothing to annotate, give them an empty layer"
        ));
    }
}
