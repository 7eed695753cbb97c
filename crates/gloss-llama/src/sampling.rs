//! Which token comes next.

/// How tokens are chosen by their logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampling {
    /// Logits are divided by it; 0 takes the best token always.
    pub temperature: f32,
    /// Only so many of the best are drawn from; 0 for all.
    pub top_k: usize,
    /// Only the best that have this probability together are drawn from (Holtzman et al. 2020,
    /// <https://arxiv.org/abs/1904.09751>); 1 for all.
    pub top_p: f32,
    /// Where drawing begins: the same seed draws the same.
    pub seed: u64,
    /// The logits of the last 64 tokens are divided by it where they are positive, and multiplied where they
    /// are negative (Keskar et al. 2019, <https://arxiv.org/abs/1909.05858>); 1 for none.
    pub repeat_penalty: f32,
}

/// The tokens that a repetition is looked for in.
const REMEMBERED: usize = 64;

impl Default for Sampling {
    fn default() -> Self {
        Self { temperature: 0.0, top_k: 40, top_p: 0.95, seed: 0, repeat_penalty: 1.0 }
    }
}

/// Draws tokens of one text.
pub(crate) struct Sampler<'s> {
    sampling: &'s Sampling,
    state: u64,
    order: Vec<(f32, u32)>,
}

impl<'s> Sampler<'s> {
    pub(crate) fn new(sampling: &'s Sampling) -> Self {
        Self { sampling, state: sampling.seed, order: Vec::new() }
    }

    /// The next token: `allowed` says which ones may come. None if there is none. Asks of as few as it can,
    /// the best first.
    pub(crate) fn choose(
        &mut self,
        logits: &mut [f32],
        generated: &[u32],
        mut allowed: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        self.penalise(logits, generated);
        let wanted = match self.sampling {
            Sampling { temperature, .. } if *temperature <= 0.0 => 1,
            Sampling { top_k: 0, .. } => usize::MAX,
            Sampling { top_k, .. } => *top_k,
        };
        self.order.clear();
        let mut known = 0;
        let mut best: Vec<(f32, u32)> = Vec::new();
        while best.len() < wanted {
            if known == self.order.len() {
                if known == logits.len() {
                    break;
                }
                self.order_more(logits, known.max(32) * 8);
            }
            let (logit, id) = self.order[known];
            known += 1;
            if allowed(id) {
                best.push((logit, id));
            }
        }
        self.draw(&best)
    }

    fn penalise(&self, logits: &mut [f32], generated: &[u32]) {
        let penalty = self.sampling.repeat_penalty;
        if penalty == 1.0 {
            return;
        }
        let mut recent = generated[generated.len().saturating_sub(REMEMBERED)..].to_vec();
        recent.sort_unstable();
        recent.dedup();
        for id in recent {
            let logit = &mut logits[id as usize];
            *logit = if *logit > 0.0 { *logit / penalty } else { *logit * penalty };
        }
    }

    /// Puts the best `count` tokens in order: larger logits first, then smaller numbers.
    fn order_more(&mut self, logits: &[f32], count: usize) {
        let by = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        // A number that is none is never the best.
        let logit = |x: f32| if x.is_nan() { f32::NEG_INFINITY } else { x };
        self.order.clear();
        self.order.extend(logits.iter().enumerate().map(|(id, &x)| (logit(x), id as u32)));
        if count < self.order.len() {
            self.order.select_nth_unstable_by(count, by);
            self.order.truncate(count);
        }
        self.order.sort_unstable_by(by);
    }

    fn draw(&mut self, best: &[(f32, u32)]) -> Option<u32> {
        let &(most, first) = best.first()?;
        let temperature = self.sampling.temperature;
        if temperature <= 0.0 {
            return Some(first);
        }
        let weight = |logit: f32| f64::from((logit - most) / temperature).exp();
        let total: f64 = best.iter().map(|&(logit, _)| weight(logit)).sum();
        let mut kept = 0.0;
        let mut count = 0;
        while count < best.len() && kept < total * f64::from(self.sampling.top_p) {
            kept += weight(best[count].0);
            count += 1;
        }
        let mut place = self.number() * kept;
        for &(logit, id) in &best[..count] {
            place -= weight(logit);
            if place < 0.0 {
                return Some(id);
            }
        }
        Some(best[..count].last().map_or(first, |&(_, id)| id))
    }

    /// From 0 to below 1: splitmix64 (Steele, Lea and Flood 2014).
    fn number(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(sampling: &Sampling, logits: &[f32], forbidden: &[u32], expected: &[u32]) {
        let mut sampler = Sampler::new(sampling);
        for _ in 0..200 {
            let chosen = sampler.choose(&mut logits.to_vec(), &[0], |id| !forbidden.contains(&id));
            match chosen {
                Some(id) => assert!(expected.contains(&id), "{sampling:?} {id}"),
                None => assert!(expected.is_empty(), "{sampling:?}"),
            }
        }
    }

    #[test]
    fn tokens_are_chosen_among_the_best_that_are_allowed() {
        let logits = [3.0, 1.0, 2.9, f32::NAN, -5.0];
        let greedy = Sampling::default();
        check(&greedy, &logits, &[], &[0]);
        check(&greedy, &logits, &[0], &[2]);
        check(&greedy, &logits, &[0, 1, 2, 3, 4], &[]);
        check(&Sampling { repeat_penalty: 1.5, ..greedy.clone() }, &logits, &[], &[2]);
        let drawn = Sampling { temperature: 1.0, top_p: 1.0, ..greedy };
        check(&Sampling { top_k: 2, ..drawn.clone() }, &logits, &[0], &[1, 2]);
        check(&Sampling { top_k: 0, top_p: 0.9, ..drawn.clone() }, &logits, &[], &[0, 2]);
        check(&Sampling { top_k: 1, ..drawn }, &logits, &[], &[0]);
    }

    #[test]
    fn draws_are_as_frequent_as_probabilities_say() {
        let sampling = Sampling { temperature: 2.0, top_k: 0, top_p: 1.0, ..Sampling::default() };
        let logits = [0.0, 2.0 * 3f32.ln(), f32::NEG_INFINITY];
        let mut sampler = Sampler::new(&sampling);
        let mut counts = [0; 3];
        for _ in 0..10_000 {
            let id = sampler.choose(&mut logits.to_vec(), &[], |_| true).unwrap();
            counts[id as usize] += 1;
        }
        assert!(counts[2] == 0 && (2_300..2_700).contains(&counts[0]), "{counts:?}");
    }
}
