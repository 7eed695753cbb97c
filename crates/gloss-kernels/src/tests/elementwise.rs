use super::*;

/// The error function by its series of positive terms (Abramowitz and Stegun 1964, 7.1.6).
fn erf(x: f64) -> f64 {
    let (mut term, mut sum, mut n) = (x, x, 0.0);
    while term.abs() > 1e-18 * sum.abs() {
        n += 1.0;
        term *= 2.0 * x * x / (2.0 * n + 1.0);
        sum += term;
    }
    2.0 / std::f64::consts::PI.sqrt() * (-x * x).exp() * sum
}

fn reference(activation: Activation, x: f64) -> f64 {
    match activation {
        Activation::Relu => x.max(0.0),
        Activation::Gelu => x / 2.0 * (1.0 + erf((x / 2f64.sqrt()).clamp(-20.0, 20.0))),
        Activation::GeluTanh => {
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3));
            x / 2.0 * (1.0 + inner.tanh())
        }
        Activation::Silu => x / (1.0 + (-x).exp()),
        Activation::Tanh => x.tanh(),
    }
}

#[test]
fn activations_are_those_of_double_precision() {
    use Activation::*;
    let values: Vec<f32> = (-20_000..20_000).map(|at| at as f32 / 1000.0).collect();
    let extremes = [0.0, -0.0, 1e-30, -1e-30, 50.0, -50.0, 88.0, -88.0, 1e4, -1e4, 1e9, -1e9];
    for kernels in Kernels::available() {
        for activation in [Relu, Gelu, GeluTanh, Silu, Tanh] {
            let mut numbers: Vec<f32> = values.iter().chain(&extremes).copied().collect();
            numbers.resize(row(numbers.len()), 0.0);
            let before = numbers.clone();
            kernels.activate(activation, &mut numbers);
            for (x, got) in before.into_iter().zip(numbers) {
                let expected = reference(activation, f64::from(x));
                let error = (f64::from(got) - expected).abs() / f64::from(x.abs().max(1.0));
                assert!(error < 2e-7, "{kernels:?} {activation:?} {x}: {got}, {expected}");
            }
        }
    }
}

#[test]
fn exponentials_sum_up_to_one() {
    for kernels in Kernels::available() {
        for (width, scale) in [(1, 1.0), (16, 10.0), (17, 100.0), (100, 1e4), (33, 0.0)] {
            let mut rows = numbers(3 * row(width), 5);
            rows.iter_mut().for_each(|x| *x *= scale);
            rows.chunks_exact_mut(row(width)).for_each(|x| x[width..].fill(f32::NEG_INFINITY));
            let before = rows.clone();
            kernels.softmax(&mut rows, row(width));
            for (x, got) in before.chunks_exact(row(width)).zip(rows.chunks_exact(row(width))) {
                let most = x.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b));
                let powers: Vec<f64> =
                    x.iter().map(|&x| (f64::from(x) - f64::from(most)).exp()).collect();
                let sum: f64 = powers.iter().sum();
                let expected: Vec<f64> = powers.iter().map(|x| x / sum).collect();
                for (&got, expected) in got.iter().zip(expected) {
                    assert!((f64::from(got) - expected).abs() < 1e-6, "{kernels:?} {width}");
                }
            }
        }
    }
}

#[test]
fn a_difference_is_added_before_rows_are_normalized() {
    for kernels in Kernels::available() {
        for (width, count) in [(96, 3), (100, 2), (1, 1), (16, 0)] {
            let padded = |seed: u32, count: usize| {
                let mut values = numbers(count * row(width), seed);
                values.chunks_exact_mut(row(width)).for_each(|row| row[width..].fill(0.0));
                values
            };
            let (gain, shift) = (padded(1, 1), padded(2, 1));
            let norm = Norm { width, gain: &gain, shift: &shift, epsilon: 1e-12 };
            let (mut rows, difference) = (padded(3, count), padded(4, count));
            let sum: Vec<f32> = rows.iter().zip(&difference).map(|(a, b)| a + b).collect();
            let mut expected = vec![0.0; sum.len()];
            kernels.normalize(norm, &sum, count, &mut expected, false);
            kernels.add_and_normalize(norm, &mut rows, &difference, count);
            assert_eq!(rows, expected, "{kernels:?} {width}");
        }
    }
}
