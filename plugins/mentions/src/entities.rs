//! Entities: what is gathered from mentions, with name and label.

use std::collections::HashMap;

use crate::aliases::Aliases;
use crate::groups::Mention;

/// Several mentions that are one thing.
#[derive(Debug, Default)]
pub struct Entity {
    /// Their numbers, in the order of the text.
    pub mentions: Vec<usize>,
    /// Its entry in the user's file.
    pub known: Option<usize>,
    /// What it is called in full.
    pub name: String,
    /// Number of its label among those gathered.
    pub label: usize,
    /// Other labels that its mentions had, with counts.
    pub overruled: String,
}

/// Entities in the order of first mention, and the number of that of each mention. `order` is that of the
/// text.
pub fn gather(
    order: &[usize],
    sets: &[Option<usize>],
    known: &[Option<usize>],
) -> (Vec<Entity>, Vec<Option<usize>>) {
    let mut entities: Vec<Entity> = Vec::new();
    let mut entity_of = vec![None; order.len()];
    let mut by_set: HashMap<usize, usize> = HashMap::new();
    for &m in order {
        let Some(set) = sets[m] else { continue };
        let entity = *by_set.entry(set).or_insert_with(|| {
            entities.push(Entity { known: known[set], ..Entity::default() });
            entities.len() - 1
        });
        entities[entity].mentions.push(m);
        entity_of[m] = Some(entity);
    }
    (entities, entity_of)
}

impl Entity {
    /// Decides name and label.
    pub fn decide(
        &mut self,
        text: &str,
        mentions: &[Mention],
        labels: &[String],
        aliases: &Aliases,
    ) {
        let mut counts: Vec<(usize, usize)> = Vec::new();
        for mention in self.mentions.iter().map(|&m| &mentions[m]).filter(|m| m.source.is_some()) {
            match counts.iter_mut().find(|(label, _)| *label == mention.label) {
                Some((_, count)) => *count += 1,
                None => counts.push((mention.label, 1)),
            }
        }
        // The fullest form is the name, of equal ones the first; its label wins a tie.
        let fullness = |&&m: &&usize| {
            let name = &mentions[m].name;
            let spelled = name.acronym.is_none();
            (
                spelled,
                name.words.len() + usize::from(name.generation.is_some()),
                std::cmp::Reverse(m),
            )
        };
        let Some(&fullest) = self.mentions.iter().max_by_key(fullness) else { return };
        let preferred =
            |&(label, count): &(usize, usize)| (count, label == mentions[fullest].label);
        let most = counts.iter().copied().max_by_key(preferred);
        self.label = most.map_or(mentions[fullest].label, |(label, _)| label);
        self.name = text[mentions[fullest].name.core.clone()]
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if let Some(known) = self.known.map(|entry| aliases.get(entry)) {
            self.name.clone_from(&known.name);
            let label = known.label.as_ref().and_then(|l| labels.iter().position(|o| o == l));
            self.label = label.unwrap_or(self.label);
        }
        counts.retain(|&(label, _)| label != self.label);
        counts.sort_by_key(|&(label, count)| (std::cmp::Reverse(count), label));
        let shown = counts.iter().map(|&(label, count)| format!("{} {count}", labels[label]));
        self.overruled = shown.collect::<Vec<_>>().join(", ");
    }
}
