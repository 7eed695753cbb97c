use super::*;
use crate::dispatch::Weights;

mod elementwise;
mod layers;

/// Numbers between -0.5 and 0.5.
fn numbers(count: usize, seed: u32) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32 - 0.5
    };
    (0..count).map(|_| next()).collect()
}

#[track_caller]
fn assert_close(got: &[f32], expected: &[f64], what: &str) {
    assert_eq!(got.len(), expected.len(), "{what}");
    for (at, (&got, &expected)) in got.iter().zip(expected).enumerate() {
        assert!((f64::from(got) - expected).abs() < 1e-4, "{what}, {at}: {got}, {expected}");
    }
}

/// Products in double precision, of weights in panels.
fn reference(
    weights: Weights<'_>,
    lanes: usize,
    input: &[f32],
    stride: usize,
    count: usize,
) -> Vec<f64> {
    let mut out = Vec::new();
    for at in 0..count {
        for output in 0..weights.outputs {
            let panel = output / lanes * weights.inputs * lanes + output % lanes;
            let products = (0..weights.inputs).map(|input_at| {
                let weight = weights.panels[panel + input_at * lanes];
                f64::from(input[at * stride + input_at]) * f64::from(weight)
            });
            out.push(products.sum::<f64>() + f64::from(weights.bias[output]));
        }
    }
    out
}

/// The largest of the pieces of each row.
fn largest(rows: &[f64], outputs: usize, pieces: usize) -> Vec<f64> {
    let width = outputs / pieces;
    let of = |row: &[f64], at: usize| {
        (0..pieces).map(|piece| row[piece * width + at]).fold(f64::NEG_INFINITY, f64::max)
    };
    rows.chunks_exact(outputs).flat_map(|row| (0..width).map(move |at| of(row, at))).collect()
}

#[test]
fn products_are_those_of_double_precision_whatever_is_beside_a_row() {
    for kernels in Kernels::available() {
        for (inputs, width, pieces, count) in [
            (288, 96, 3, 67),
            (384, 96, 3, 9),
            (48, 16, 2, 5),
            (64, 64, 1, 130),
            (3, 16, 4, 2),
            (7, 32, 5, 3),
            (64, 48, 1, 15),
            (96, 224, 1, 8),
            (5, 16, 1, 0),
            (1, 272, 1, 1),
        ] {
            let what = format!("{kernels:?} {inputs} {width} {pieces} {count}");
            let outputs = width * pieces;
            let (panels, bias) = (numbers(inputs * outputs, 1), numbers(outputs, 3));
            let step = inputs * kernels.lanes();
            let weights = Weights { inputs, outputs, panels: &panels, step, bias: &bias };
            let stride = inputs.div_ceil(3);
            let input = numbers(count * stride + inputs, 2);
            let expected = reference(weights, kernels.lanes(), &input, stride, count);
            let run = |pieces: usize, input: &[f32], count: usize| {
                let mut out = vec![f32::NAN; count * outputs / pieces];
                kernels.maxout(
                    weights,
                    pieces,
                    Rows { numbers: input, stride, count },
                    &mut out,
                    outputs / pieces,
                );
                out
            };
            let all = run(1, &input, count);
            assert_close(&all, &expected, &what);
            let best = run(pieces, &input, count);
            assert_close(&best, &largest(&expected, outputs, pieces), &what);
            for at in 0..count {
                let input = &input[at * stride..];
                assert_eq!(run(1, input, 1), all[at * outputs..(at + 1) * outputs], "{what}");
                let expected = &best[at * width..(at + 1) * width];
                assert_eq!(run(pieces, input, 1), expected, "{what}");
            }
        }
    }
}

#[test]
fn sums_are_added_up_before_the_largest_is_taken() {
    for kernels in Kernels::available() {
        for (parts, pieces, width) in [(1, 1, 16), (3, 3, 96), (4, 2, 64), (9, 2, 64), (5, 4, 32)] {
            let rows: Vec<Vec<f32>> =
                (0..parts).map(|part| numbers(pieces * width, part + 1)).collect();
            let sums: Vec<f64> = (0..pieces * width)
                .map(|at| rows.iter().map(|row| f64::from(row[at])).sum())
                .collect();
            let parts: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
            let mut out = vec![f32::NAN; width];
            kernels.maxout_of_sum(&parts, pieces, &mut out);
            let what = format!("{kernels:?} {} {pieces} {width}", parts.len());
            assert_close(&out, &largest(&sums, pieces * width, pieces), &what);
        }
    }
}

#[test]
fn rows_are_normalized_over_their_width_alone() {
    for kernels in Kernels::available() {
        for (width, count) in [(96, 5), (16, 3), (100, 4), (1, 2), (17, 1), (300, 2)] {
            let padded = |mut values: Vec<f32>| {
                for row in values.chunks_exact_mut(row(width)) {
                    row[width..].fill(0.0);
                }
                values
            };
            let (gain, shift) = (padded(numbers(row(width), 1)), padded(numbers(row(width), 2)));
            let input = padded(numbers(count * row(width), 3));
            let before = padded(numbers(count * row(width), 4));
            let norm = Norm { width, gain: &gain, shift: &shift, epsilon: 1e-8 };
            for residual in [false, true] {
                let mut out = before.clone();
                kernels.normalize(norm, &input, count, &mut out, residual);
                for (at, got) in out.chunks_exact(row(width)).enumerate() {
                    let x: Vec<f64> =
                        input[at * row(width)..][..width].iter().map(|&x| x.into()).collect();
                    let mean = x.iter().sum::<f64>() / width as f64;
                    let variance =
                        x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / width as f64 + 1e-8;
                    let value = |i: usize| {
                        let value = (x[i] - mean) / variance.sqrt() * f64::from(gain[i]);
                        let base = if residual { before[at * row(width) + i] } else { 0.0 };
                        value + f64::from(shift[i]) + f64::from(base)
                    };
                    let expected: Vec<f64> = (0..width).map(value).collect();
                    assert_close(&got[..width], &expected, &format!("{kernels:?} {width}"));
                    assert!(got[width..].iter().all(|&x| x == 0.0), "{kernels:?} {width}");
                }
            }
        }
    }
}

#[test]
fn kinds_are_found_by_name() {
    let available = Kernels::available();
    assert_eq!(Kernels::default(), available[0]);
    assert_eq!(available.last().map(|kernels| kernels.name()), Some("portable"));
    for kernels in available {
        assert_eq!(Kernels::named(kernels.name()), Some(kernels));
    }
    assert_eq!(Kernels::named("abacus"), None);
}
