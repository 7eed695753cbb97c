//! Layers as thinc keeps them, and what is done with rows outside of layers.

use gloss_kernels::{Affine, Kernels};

use crate::error::Error;
use crate::thinc::Array;

/// A plain linear layer: W (outputs, inputs) and b (outputs).
pub(crate) fn linear(
    kernels: Kernels,
    weights: &Array,
    bias: &Array,
    file: &str,
) -> Result<Affine, Error> {
    let [outputs, inputs] = weights.sizes::<2>(file)?;
    bias.expect(&[outputs], file)?;
    let weight = |output: usize, input: usize| weights.data[output * inputs + input];
    Ok(Affine::new(kernels, (inputs, outputs), weight, |output| bias.data[output]))
}

/// The sum of products, in sixteen partial sums that the processor can run side by side.
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a16, a_rest) = a.as_chunks::<16>();
    let (b16, b_rest) = b.as_chunks::<16>();
    let mut sums = [0.0f32; 16];
    for (a, b) in a16.iter().zip(b16) {
        for ((sum, &x), &y) in sums.iter_mut().zip(a).zip(b) {
            *sum += x * y;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    sums.iter().sum::<f32>() + rest
}

/// The position of the largest number, the first of equals; 0 of none.
pub(crate) fn argmax(values: &[f32]) -> usize {
    // Two passes without a decision in them are faster than one that has to keep the position.
    let (chunks, rest) = values.as_chunks::<8>();
    let larger = |a: f32, b: f32| if b > a { b } else { a };
    let mut most = [f32::NEG_INFINITY; 8];
    for chunk in chunks {
        for (most, &value) in most.iter_mut().zip(chunk) {
            *most = larger(*most, value);
        }
    }
    let most = most.iter().chain(rest).fold(f32::NEG_INFINITY, |a, &b| larger(a, b));
    values.iter().position(|&value| value == most).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_summed() {
        assert_eq!(dot(&[1.0; 35], &[2.0; 35]), 70.0);
    }

    #[test]
    fn the_first_of_the_largest_wins() {
        let mut many = vec![-1.0; 40];
        (many[7], many[21], many[38]) = (0.5, 2.0, 2.0);
        for (values, expected) in [
            (vec![], 0),
            (vec![f32::NEG_INFINITY; 3], 0),
            (vec![-3.0, -2.0, -2.0], 1),
            (many.clone(), 21),
            (many[..20].to_vec(), 7),
            (many[30..].to_vec(), 8),
        ] {
            assert_eq!(argmax(&values), expected, "{values:?}");
        }
    }
}
