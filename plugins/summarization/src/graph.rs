//! Centrality of sentences, without ever holding a sentence-by-sentence matrix.
//!
//! LexRank's cosines are the product of the normalised TF-IDF matrix with its transpose, so one
//! step of the walk is two sparse products. TextRank's denominator mixes the two lengths, so its
//! sentences are grouped by length within each term, which is exact as well.

use crate::Error;
use crate::terms::Bags;

/// Steps after which the walk ends even above the tolerance; at a damping of 0.85 a tolerance of
/// 1e-12 needs about 170.
const MAX_STEPS: usize = 1_000;

/// Lengths (in terms) above this count as this in TextRank, which bounds the groups of a term.
const MAX_LENGTH: usize = 256;

/// Sparse rows of unit length: TF-IDF vectors of the sentences, all zero for one without terms.
pub(crate) fn unit_rows(bags: &Bags, idf: &[f64]) -> Vec<Vec<(u32, f64)>> {
    let weigh = |row: &Vec<(u32, u32)>| {
        let mut row: Vec<(u32, f64)> =
            row.iter().map(|&(t, count)| (t, f64::from(count) * idf[t as usize])).collect();
        let norm = row.iter().map(|(_, x)| x * x).sum::<f64>().sqrt();
        if norm > 0.0 {
            row.iter_mut().for_each(|(_, x)| *x /= norm);
        } else {
            row.clear();
        }
        row
    };
    bags.rows.iter().map(weigh).collect()
}

/// The sentences' vectors at unit length, all zero for a sentence without one.
///
/// # Errors
/// [`Error::Vectors`] if they are not of one dimension.
pub(crate) fn unit_vectors(vectors: &[Option<&[f32]>]) -> Result<Vec<Vec<f32>>, Error> {
    let dimension = vectors.iter().flatten().map(|vector| vector.len()).max().unwrap_or(0);
    let unit = |vector: &Option<&[f32]>| {
        let Some(vector) = vector else { return Ok(vec![0.0; dimension]) };
        if vector.len() != dimension {
            let problem = format!("there are some of {dimension} and of {} numbers", vector.len());
            return Err(Error::Vectors { problem });
        }
        let norm = vector.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
        let scale = if norm > 0.0 { 1.0 / norm } else { 0.0 };
        Ok(vector.iter().map(|x| (f64::from(*x) * scale) as f32).collect())
    };
    vectors.iter().map(unit).collect()
}

/// The cosine of each sentence to the centroid, the sum of all (Radev, Jing, Stys and Tam 2004;
/// with embeddings Rossiello, Basile and Semeraro 2017). Up to a factor it is the degree of a
/// sentence in LexRank's graph where the weights are the cosines of all pairs.
pub(crate) fn centroid(rows: &[Vec<f32>]) -> Vec<f64> {
    let mut sum = vec![0.0_f64; rows.first().map_or(0, Vec::len)];
    for row in rows {
        sum.iter_mut().zip(row).for_each(|(sum, x)| *sum += f64::from(*x));
    }
    let norm = sum.iter().map(|x| x * x).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    let cosine = |row: &Vec<f32>| {
        row.iter().zip(&sum).map(|(x, sum)| f64::from(*x) * sum).sum::<f64>() / norm
    };
    rows.iter().map(cosine).collect()
}

/// Continuous LexRank (Erkan and Radev 2004, equation 5 with cosines as weights; a sentence is
/// its own neighbour, as in the paper's algorithm). Scores add up to 1.
pub(crate) fn lexrank(
    rows: &[Vec<(u32, f64)>],
    terms: usize,
    damping: f64,
    tolerance: f64,
) -> Vec<f64> {
    let apply = |x: &[f64]| {
        let mut by_term = vec![0.0; terms];
        for (row, &x) in rows.iter().zip(x) {
            row.iter().for_each(|&(t, w)| by_term[t as usize] += w * x);
        }
        rows.iter().map(|row| row.iter().map(|&(t, w)| w * by_term[t as usize]).sum()).collect()
    };
    walk(rows.len(), apply, damping, tolerance)
}

/// TextRank (Mihalcea and Tarau 2004): distinct terms in common over the sum of the natural
/// logarithms of the numbers of terms; no sentence is its own neighbour. Scores add up to 1.
pub(crate) fn textrank(bags: &Bags, damping: f64, tolerance: f64) -> Vec<f64> {
    let lengths: Vec<u32> = bags
        .rows
        .iter()
        .map(|row| row.iter().map(|&(_, n)| n as usize).sum::<usize>().min(MAX_LENGTH) as u32)
        .collect();
    let cells = Cells::of(bags, &lengths);
    let own: Vec<f64> = bags
        .rows
        .iter()
        .zip(&lengths)
        .map(|(row, &length)| row.len() as f64 * inverse(length, length))
        .collect();
    let apply = |x: &[f64]| {
        let by_cell = cells.spread(x);
        let sum = |i: usize| -> f64 { cells.of_sentence[i].iter().map(|&c| by_cell[c]).sum() };
        // The difference with itself may round to just below nothing.
        (0..x.len()).map(|i| clean(sum(i) - own[i] * x[i], sum(i))).collect()
    };
    walk(bags.rows.len(), apply, damping, tolerance)
}

fn clean(value: f64, scale: f64) -> f64 {
    if value > scale * 1e-12 { value } else { 0.0 }
}

/// One over the sum of the logarithms of two lengths; 0 where both sentences have one term.
fn inverse(a: u32, b: u32) -> f64 {
    let sum = f64::from(a).ln() + f64::from(b).ln();
    if sum > 0.0 { 1.0 / sum } else { 0.0 }
}

/// Occurrences grouped by (term, length of the sentence): a cell for each pair that occurs.
struct Cells {
    /// Cells of a sentence, one a distinct term.
    of_sentence: Vec<Vec<usize>>,
    /// Length of each cell; cells of one term stand together.
    length: Vec<u32>,
    /// First cell of each term, and the number of cells at the end.
    starts: Vec<usize>,
}

impl Cells {
    fn of(bags: &Bags, lengths: &[u32]) -> Self {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (row, &length) in bags.rows.iter().zip(lengths) {
            pairs.extend(row.iter().map(|&(term, _)| (term, length)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let find = |pair: (u32, u32)| pairs.partition_point(|&p| p < pair);
        let of_sentence = bags
            .rows
            .iter()
            .zip(lengths)
            .map(|(row, &length)| row.iter().map(|&(term, _)| find((term, length))).collect())
            .collect();
        let starts = (0..=bags.names.len()).map(|term| find((term as u32, 0))).collect();
        Self { of_sentence, length: pairs.into_iter().map(|(_, length)| length).collect(), starts }
    }

    /// For each cell, the sum over the sentences with its term of their value over the logarithms.
    fn spread(&self, x: &[f64]) -> Vec<f64> {
        let mut sums = vec![0.0; self.length.len()];
        for (cells, &x) in self.of_sentence.iter().zip(x) {
            cells.iter().for_each(|&cell| sums[cell] += x);
        }
        let mut out = vec![0.0; sums.len()];
        for term in self.starts.windows(2) {
            let cells = term[0]..term[1];
            let (lengths, sums) = (&self.length[cells.clone()], &sums[cells.clone()]);
            for (out, &own) in out[cells].iter_mut().zip(lengths) {
                *out = lengths.iter().zip(sums).map(|(&l, sum)| sum * inverse(own, l)).sum();
            }
        }
        out
    }
}

/// Power iteration of the walk over a symmetric weight matrix given by its product with a vector.
/// A sentence without neighbours sends its weight to all alike.
fn walk(n: usize, apply: impl Fn(&[f64]) -> Vec<f64>, damping: f64, tolerance: f64) -> Vec<f64> {
    if n == 0 {
        return Vec::new();
    }
    let count = n as f64;
    let degrees = apply(&vec![1.0; n]);
    let mut scores = vec![1.0 / count; n];
    for _ in 0..MAX_STEPS {
        let lost: f64 =
            scores.iter().zip(&degrees).filter(|(_, d)| **d <= 0.0).map(|(s, _)| *s).sum();
        let shares: Vec<f64> =
            scores.iter().zip(&degrees).map(|(s, d)| if *d > 0.0 { s / d } else { 0.0 }).collect();
        let base = (1.0 - damping + damping * lost) / count;
        let next: Vec<f64> = apply(&shares).iter().map(|x| base + damping * x).collect();
        let change: f64 = next.iter().zip(&scores).map(|(a, b)| (a - b).abs()).sum();
        scores = next;
        if change < tolerance {
            break;
        }
    }
    scores
}
