//! Which vectors say the most about another one without repeating each other.

/// Chooses up to `count` of `candidates` by maximal marginal relevance (Carbonell and Goldstein 1998)
/// to `document`, as KeyBERT does (Grootendorst 2020): the nearest one first, then each time the one
/// with the greatest `(1 - diversity) · relevance - diversity · redundancy`, where relevance is the cosine
/// to the document and redundancy the greatest cosine to one chosen before. Gives positions with their
/// relevance, in the order of choice; of equals the first.
#[must_use]
pub fn most_relevant(
    document: &[f32],
    candidates: &[Vec<f32>],
    count: usize,
    diversity: f32,
) -> Vec<(usize, f32)> {
    let relevance: Vec<f32> = candidates.iter().map(|vector| cosine(vector, document)).collect();
    let mut redundancy: Option<Vec<f32>> = None;
    let mut left: Vec<usize> = (0..candidates.len()).collect();
    let mut chosen = Vec::with_capacity(count.min(left.len()));
    while chosen.len() < count {
        let worth = |at: usize| match &redundancy {
            Some(redundancy) => (1.0 - diversity) * relevance[at] - diversity * redundancy[at],
            None => relevance[at],
        };
        let better = |most: usize, other: usize| {
            if worth(left[other]) > worth(left[most]) { other } else { most }
        };
        let Some(best) = (0..left.len()).reduce(better) else { break };
        let best = left.remove(best);
        chosen.push((best, relevance[best]));
        let known = redundancy.get_or_insert_with(|| vec![f32::NEG_INFINITY; candidates.len()]);
        for &at in &left {
            known[at] = known[at].max(cosine(&candidates[at], &candidates[best]));
        }
    }
    chosen
}

/// The cosine of the angle between two vectors; 0 where one has no length.
fn cosine(a: &[f32], b: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
    let lengths = (dot(a, a) * dot(b, b)).sqrt();
    if lengths > 0.0 { (dot(a, b) / lengths).clamp(-1.0, 1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relevance_and_redundancy() {
        #[track_caller]
        fn check(candidates: &[[f32; 2]], count: usize, diversity: f32, expected: &[usize]) {
            let candidates: Vec<Vec<f32>> = candidates.iter().map(|c| c.to_vec()).collect();
            let found = most_relevant(&[1.0, 0.0], &candidates, count, diversity);
            assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), expected);
        }
        check(&[], 3, 0.5, &[]);
        check(&[[0.0, 0.0]], 3, 0.5, &[0]);
        let fan = [[1.0, 0.2], [1.0, 0.0], [1.0, 0.1], [0.5, -1.0]];
        check(&fan, 2, 0.0, &[1, 2]);
        check(&fan, 2, 0.7, &[1, 3]);
        check(&fan, 9, 0.0, &[1, 2, 0, 3]);
        // The first is chosen by its relevance, however much diversity weighs.
        check(&fan, 1, 1.0, &[1]);
        check(&[[2.0, 0.0], [1.0, 0.0]], 2, 0.5, &[0, 1]);
    }

    #[test]
    fn length_makes_no_difference() {
        let found = most_relevant(&[3.0, 4.0], &[vec![30.0, 40.0]], 1, 0.5);
        assert!((found[0].1 - 1.0).abs() < 1e-6, "{found:?}");
    }
}
