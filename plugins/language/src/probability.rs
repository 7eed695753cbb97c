//! From the engine's scores to probabilities.
//!
//! For each language of a script the engine has a score between 0 and 1, of how like the text is to the
//! language in its letters and trigrams. These scores are close together, the closer the shorter the
//! text is. A softmax over them, with an inverse temperature that grows with the number of different
//! trigrams, has two parameters; they are those under which the right answers in texts whose language
//! is known are the likeliest (Guo et al. 2017, "On calibration of modern neural networks", there with
//! one parameter). `cargo run --release -p gloss-language --example calibrate` fits and checks them.

/// The inverse temperature is `SCALE` times the number of trigrams to the power of `POWER`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Calibration {
    /// Of a text with one trigram.
    pub scale: f64,
    /// By how much it grows.
    pub power: f64,
}

impl Calibration {
    /// Fitted to messages of Django 5.2, see `accuracy/texts.py`.
    pub const DEFAULT: Calibration = Calibration { scale: 4.35, power: 0.91 };

    /// Probabilities of languages with these scores, which sum to 1.
    pub fn probabilities<'s>(
        self,
        scores: &'s [f64],
        trigrams: usize,
    ) -> impl Iterator<Item = f64> + use<'s> {
        let inverse = self.scale * (trigrams.max(1) as f64).powf(self.power);
        let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weight = move |score: &f64| (inverse * (score - best)).exp();
        let sum: f64 = scores.iter().map(weight).sum();
        scores.iter().map(move |score| weight(score) / sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_sum_to_one() {
        let check = |scores: &[f64], trigrams, expected: &[f64]| {
            let calibration = Calibration { scale: 10.0, power: 0.5 };
            let found: Vec<f64> = calibration.probabilities(scores, trigrams).collect();
            let near = |(a, b): (&f64, &f64)| (a - b).abs() < 1e-3;
            assert!(
                found.len() == expected.len() && found.iter().zip(expected).all(near),
                "{scores:?}: {found:?}"
            );
        };
        check(&[], 9, &[]);
        check(&[0.0], 0, &[1.0]);
        check(&[0.5, 0.5], 9, &[0.5, 0.5]);
        // ln 3 over 10 apart.
        check(&[0.9, 0.9 - 0.109_861], 1, &[0.75, 0.25]);
        // The same with four trigrams is twice as much.
        check(&[0.9, 0.9 - 0.109_861], 4, &[0.9, 0.1]);
        check(&[1.0, 0.0], 600, &[1.0, 0.0]);
    }
}
