//! From a plan to a loaded stage: the shape of what feeds it, the names of what it gives, and its
//! share of the threads.

use std::sync::Arc;

use gloss_boundary::Failure;
use gloss_doc::LayerSchema;
use gloss_protocol::{Concurrency, InputBinding, LoadRequest};

use crate::alternatives::{Feed, merge};
use crate::cache_key::{Loaded, instructions};
use crate::cached::StageCache;
use crate::graph::LayerId;
use crate::intake::Intake;
use crate::planned::{Planned, stage_error};
use crate::stage::{Budget, ProvidedLayer, Stage, Wiring};
use crate::{Error, ErrorKind, Pipeline, data_files};

impl Pipeline {
    pub(crate) fn layer_name(&self, (stage, layer): LayerId) -> String {
        format!("{}/{}", self.file.stages[stage].id, self.planned[stage].plan.provides[layer].name)
    }

    /// A provided schema with full names in its references. `chosen` says which of several layers
    /// feeds each requirement; the first where it says nothing.
    pub(crate) fn full_schema(&self, stage: usize, layer: usize, chosen: &[usize]) -> LayerSchema {
        let planned = &self.planned[stage];
        let full = |name: &Option<String>| -> Option<String> {
            let name = name.as_deref()?;
            if let Some(own) = planned.plan.provides.iter().position(|p| p.name == name) {
                return Some(self.layer_name((stage, own)));
            }
            let input = planned.plan.requires.iter().position(|r| r.layer_type == name)?;
            let feeds = &self.graph.inputs[stage][input];
            feeds.get(chosen.get(input).copied().unwrap_or(0)).map(|&id| self.layer_name(id))
        };
        let schema = &planned.plan.provides[layer];
        LayerSchema {
            target: full(&schema.target),
            head: full(&schema.head),
            tail: full(&schema.tail),
            ..schema.clone()
        }
    }

    /// The one shape that an extractor knows of the layers that feed a requirement.
    fn binding(&self, stage: usize, input: usize) -> Result<Option<InputBinding>, Error> {
        let feeds = &self.graph.inputs[stage][input];
        let Some(&first) = feeds.first() else { return Ok(None) };
        let schemas: Vec<LayerSchema> =
            feeds.iter().map(|&(from, layer)| self.full_schema(from, layer, &[])).collect();
        let spec = &self.file.stages[stage];
        let schema = merge(&schemas).map_err(|why| {
            let message = format!("stage {:?}: layers that feed it differ: {why}", spec.id);
            Error::new(ErrorKind::AmbiguousLayer, message).at(&self.file.path, spec.span.clone())
        })?;
        Ok(Some(InputBinding { layer: self.layer_name(first), schema }))
    }

    /// Requirements of a stage that several layers can feed, and that its own layers refer to.
    fn variants(&self, stage: usize) -> Vec<(usize, usize)> {
        let plan = &self.planned[stage].plan;
        let refers = |name: &str| {
            plan.provides.iter().any(|layer| {
                [&layer.target, &layer.head, &layer.tail].into_iter().flatten().any(|n| n == name)
            })
        };
        let counts = self.graph.inputs[stage].iter().map(Vec::len).enumerate();
        counts.filter(|&(i, n)| n > 1 && refers(&plan.requires[i].layer_type)).collect()
    }

    fn provided(&self, stage: usize, variants: &[(usize, usize)]) -> Vec<ProvidedLayer> {
        let choices = choices(variants, self.graph.inputs[stage].len());
        let schemas = |layer| {
            choices.iter().map(move |chosen| Arc::new(self.full_schema(stage, layer, chosen)))
        };
        let layer = |layer| ProvidedLayer {
            name: self.layer_name((stage, layer)),
            schemas: schemas(layer).collect(),
            kept: self.layers.kept[stage][layer],
        };
        (0..self.planned[stage].plan.provides.len()).map(layer).collect()
    }

    pub(crate) fn load_stage(&self, index: usize, threads: usize) -> Result<Stage, Error> {
        let planned = &self.planned[index];
        let (spec, plan) = (&self.file.stages[index], &planned.plan);
        let inputs = (0..plan.requires.len()).map(|input| self.binding(index, input));
        let inputs: Vec<Option<InputBinding>> = inputs.collect::<Result<_, _>>()?;
        let share = Share::new(
            threads,
            planned.description.concurrency,
            spec.workers,
            spec.threads,
            planned.extractor.is_apart(),
        );
        let feeds = self.graph.inputs[index].iter().zip(&inputs).zip(&plan.requires);
        let feeds = feeds.map(|((ids, binding), requirement)| {
            let schema = binding.as_ref().map(|b| Arc::new(b.schema.clone()));
            let own = |&(from, layer): &LayerId| {
                ((from, layer), &self.planned[from].plan.provides[layer])
            };
            match schema {
                Some(schema) => Feed::new(ids.iter().map(own), &schema, requirement.optional),
                None => Feed { layers: Vec::new(), optional: true },
            }
        });
        let feeds = feeds.collect();
        let variants = self.variants(index);
        let request = LoadRequest {
            options: planned.request.options.clone(),
            models: planned.request.models.clone(),
            files: planned.request.files.clone(),
            inputs,
            wanted: self.layers.wanted[index].clone(),
            threads: u32::try_from(share.instance).unwrap_or(u32::MAX),
        };
        let failed = |failure| stage_error(&self.file, spec, &failure, ErrorKind::ExtractorLoad);
        let wiring = Wiring {
            id: spec.id.clone(),
            layers: self.provided(index, &variants),
            intake: Intake {
                feeds,
                languages: spec.languages.clone(),
                language_layers: self.graph.languages[index].clone(),
                metadata: plan.metadata.clone(),
                ignores_id: planned.description.ignores_id,
                variants,
            },
            producer: Arc::clone(&planned.producer),
            on_failure: spec.on_failure,
            pads: planned.description.pads,
            budget: share.budget,
            cache: self.stage_cache(planned, &request).map_err(failed)?,
        };
        let instance = planned.extractor.load(plan, &request);
        // The hash of what was not read must not stand beside annotations.
        if let Some(path) = planned.verified.changed() {
            let message = format!(
                "stage {:?}: a file of its model was changed or removed while the pipeline was being \
                 loaded",
                spec.id
            );
            let error = Error::new(ErrorKind::ChangedInUse, message).in_file(path);
            return Err(error.with_help("put it back as it was, or run again with what is there"));
        }
        let instance = instance.map_err(failed)?;
        if let Some(file) = data_files::changed(&planned.request.files) {
            let message = format!(
                "stage {:?}: {:?} was changed while the pipeline was being loaded",
                spec.id, file.name
            );
            let error = Error::new(ErrorKind::DataFile, message).in_file(&file.path);
            return Err(error.with_help("run it again"));
        }
        Ok(Stage::new(instance, wiring))
    }

    fn stage_cache(
        &self,
        planned: &Planned,
        request: &LoadRequest,
    ) -> Result<Option<StageCache>, Failure> {
        let Some(cache) = self.cache.as_ref().filter(|_| planned.cached) else { return Ok(None) };
        let loaded = Loaded {
            plugin: &planned.plugin.sha256,
            extractor: &planned.producer.extractor,
            plan: &planned.plan,
            request,
            instructions: &instructions(),
        };
        StageCache::new(cache, &loaded).map(Some)
    }
}

/// All ways to choose one of several, for each requirement where there are: in the order of
/// [`Intake::variants`](Intake), the last varying fastest.
fn choices(variants: &[(usize, usize)], inputs: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![0; inputs]];
    for &(input, count) in variants {
        let with = |chosen: Vec<usize>| {
            (0..count).map(move |choice| {
                let mut chosen = chosen.clone();
                chosen[input] = choice;
                chosen
            })
        };
        all = all.into_iter().flat_map(with).collect();
    }
    all
}

/// A stage's share of the threads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Share {
    /// What the scheduler may start.
    budget: Budget,
    /// What each instance may keep busy.
    instance: usize,
}

impl Share {
    /// Of `threads` of the run, a stage gets all or the `limit` that its file sets. An extractor that
    /// has one worker keeps its threads busy itself; of one that has many each is one thread, unless
    /// the file sets both numbers. Apart, each worker is an instance of its own.
    fn new(
        threads: usize,
        concurrency: Concurrency,
        workers: Option<usize>,
        limit: Option<usize>,
        apart: bool,
    ) -> Share {
        let threads = threads.max(1);
        let total = limit.unwrap_or(threads).clamp(1, threads);
        let workers = match concurrency {
            Concurrency::Parallel => total.min(workers.unwrap_or(total)),
            Concurrency::Single => 1,
        };
        let each = match concurrency {
            Concurrency::Single => total,
            Concurrency::Parallel if limit.is_some() => total / workers,
            Concurrency::Parallel => 1,
        };
        let instance = if apart && workers > 1 { each } else { total };
        Share { budget: Budget { workers, threads: each }, instance }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_choice_varies_fastest() {
        assert_eq!(choices(&[], 2), [[0, 0]]);
        let expected = [[0, 0, 0], [0, 0, 1], [0, 0, 2], [1, 0, 0], [1, 0, 1], [1, 0, 2]];
        assert_eq!(choices(&[(0, 2), (2, 3)], 3), expected);
    }

    #[test]
    fn stages_share_the_threads() {
        use Concurrency::{Parallel, Single};
        let check =
            |threads, concurrency, workers, limit, apart, expected: (usize, usize, usize)| {
                let share = Share::new(threads, concurrency, workers, limit, apart);
                let found = (share.budget.workers, share.budget.threads, share.instance);
                assert_eq!(
                    found, expected,
                    "{threads} {concurrency:?} {workers:?} {limit:?} {apart}"
                );
            };
        check(4, Parallel, None, None, false, (4, 1, 4));
        check(4, Parallel, Some(2), None, false, (2, 1, 4));
        check(4, Parallel, Some(9), None, false, (4, 1, 4));
        check(4, Parallel, None, Some(2), false, (2, 1, 2));
        check(4, Parallel, Some(2), Some(4), false, (2, 2, 4));
        check(4, Parallel, Some(1), Some(4), false, (1, 4, 4));
        check(4, Parallel, None, None, true, (4, 1, 1));
        check(4, Parallel, Some(2), Some(4), true, (2, 2, 2));
        check(4, Parallel, Some(1), None, true, (1, 1, 4));
        check(4, Single, None, None, false, (1, 4, 4));
        check(4, Single, Some(3), Some(2), true, (1, 2, 2));
        check(4, Single, None, Some(9), false, (1, 4, 4));
        check(1, Parallel, None, None, true, (1, 1, 1));
    }
}
