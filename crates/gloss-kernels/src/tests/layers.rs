use super::*;

/// Rows of `width` numbers among others, and the product of each pair.
#[test]
fn rows_serve_as_weights() {
    for kernels in Kernels::available() {
        let mut layer = Affine::empty(kernels);
        // Later shapes find what earlier ones left.
        for (width, count, queries) in [(48, 40, 7), (32, 3, 20), (16, 17, 1), (64, 64, 13)] {
            let stride = width + 16;
            let (keys, input) = (numbers(count * stride, 1), numbers(queries * stride, 2));
            let keys = Rows { numbers: &keys, stride, count };
            let input = Rows { numbers: &input, stride, count: queries };
            layer.set_columns(keys, width, f32::NEG_INFINITY);
            let mut scores = vec![f32::NAN; queries * row(count)];
            layer.product_into(input, &mut scores);
            let at = |rows: Rows<'_>, i: usize, k: usize| f64::from(rows.numbers[i * stride + k]);
            for (i, scores) in scores.chunks_exact(row(count)).enumerate() {
                let expected: Vec<f64> = (0..count)
                    .map(|j| (0..width).map(|k| at(input, i, k) * at(keys, j, k)).sum())
                    .collect();
                assert_close(&scores[..count], &expected, &format!("{kernels:?} {width}"));
                assert!(scores[count..].iter().all(|&x| x == f32::NEG_INFINITY));
            }
            let mut probabilities = scores;
            kernels.softmax(&mut probabilities, row(count));
            layer.set_rows(keys, width);
            let rows = Rows { numbers: &probabilities, stride: row(count), count: queries };
            let mut out = vec![7.0; queries * stride];
            layer.product_apart(rows, &mut out, stride);
            for (i, out) in out.chunks_exact(stride).enumerate() {
                let weight = |j: usize| f64::from(probabilities[i * row(count) + j]);
                let expected: Vec<f64> = (0..width)
                    .map(|k| (0..count).map(|j| weight(j) * at(keys, j, k)).sum())
                    .collect();
                assert_close(&out[..width], &expected, &format!("{kernels:?} {width}"));
                assert_eq!(out[width..], [7.0; 16], "what lies between rows was changed");
            }
        }
    }
}

/// The root of the mean square difference of what bytes and numbers give, over that of what numbers give.
fn relative_error(got: &[f32], expected: &[f64]) -> f64 {
    let squares = |x: f64, y: f64| (x - y).powi(2);
    let error: f64 = got.iter().zip(expected).map(|(&x, &y)| squares(f64::from(x), y)).sum();
    (error / expected.iter().map(|&y| squares(y, 0.0)).sum::<f64>()).sqrt()
}

#[test]
fn products_of_bytes_are_close_whatever_is_beside_a_row() {
    for kernels in Kernels::available() {
        for (inputs, outputs, count) in
            [(384, 384, 13), (1536, 96, 30), (16, 16, 3), (100, 33, 5), (3, 1, 1), (32, 48, 0)]
        {
            let weights = numbers(inputs * outputs, 1);
            let bias = numbers(outputs, 2);
            let weight = |output: usize, input: usize| weights[output * inputs + input];
            let layer = ByteAffine::new(kernels, (inputs, outputs), weight, |at| bias[at]);
            let stride = row(inputs) + 16;
            let mut input = numbers(count * stride, 3);
            input.chunks_exact_mut(stride).for_each(|x| {
                x[inputs..].fill(0.0);
                // As after a GELU, where numbers are hardly ever below zero.
                x.iter_mut().for_each(|x| *x = (*x + 0.4).abs() - 0.1);
                x[inputs..].fill(0.0);
            });
            let run = |input: &[f32], count: usize| {
                let mut out = vec![f32::NAN; count * row(outputs)];
                let rows = Rows { numbers: input, stride, count };
                layer.product_into(rows, &mut ByteRows::default(), &mut out);
                out
            };
            let all = run(&input, count);
            for (at, got) in all.chunks_exact(row(outputs)).enumerate() {
                let x = &input[at * stride..];
                let expected: Vec<f64> = (0..outputs)
                    .map(|o| {
                        let products = (0..inputs).map(|i| f64::from(weight(o, i) * x[i]));
                        products.sum::<f64>() + f64::from(bias[o])
                    })
                    .collect();
                let error = relative_error(&got[..outputs], &expected);
                assert!(error < 0.02, "{kernels:?} {inputs} {outputs}: {error}");
                assert!(got[outputs..].iter().all(|&x| x == 0.0));
                assert_eq!(run(x, 1), got, "{kernels:?} {inputs} {outputs}");
            }
        }
    }
}

#[test]
fn the_largest_bytes_do_not_overflow() {
    for kernels in Kernels::available() {
        let layer = ByteAffine::new(kernels, (4096, 16), |_, _| 1.0, |_| 0.0);
        let mut out = [0.0; 32];
        let input: Vec<f32> = [[3.0; 4096], [-3.0; 4096]].concat();
        let rows = Rows { numbers: &input, stride: 4096, count: 2 };
        layer.product_into(rows, &mut ByteRows::default(), &mut out);
        for (at, got) in out.into_iter().enumerate() {
            let expected = if at < 16 { 12_288.0 } else { -12_288.0 };
            assert!((got - expected).abs() < 1.0, "{kernels:?} {at}: {got}");
        }
    }
}

#[test]
fn rows_of_nothing_and_of_too_much_do_not_panic() {
    for kernels in Kernels::available() {
        let layer = ByteAffine::new(kernels, (16, 16), |_, _| 1.0, |_| 0.5);
        for (value, finite) in [(0.0, true), (1e-44, true), (f32::INFINITY, false)] {
            let (input, mut out) = ([value; 16], [0.0f32; 16]);
            let rows = Rows { numbers: &input, stride: 16, count: 1 };
            layer.product_into(rows, &mut ByteRows::default(), &mut out);
            if finite {
                assert_eq!(out, [0.5; 16], "{kernels:?}");
            }
        }
    }
}

#[test]
fn sizes_that_wrap_around_are_refused() {
    type Call = fn(Kernels);
    let calls: [Call; 4] = [
        |kernels| {
            let layer = Affine::new(kernels, (1, 16), |_, _| 1.0, |_| 0.0);
            layer.product(&[1.0], 0, 1 << 60, &mut Vec::new());
        },
        |kernels| {
            let layer = Affine::new(kernels, (1, 16), |_, _| 1.0, |_| 0.0);
            layer.product_into(Rows { numbers: &[1.0], stride: 1 << 63, count: 3 }, &mut [0.0; 48]);
        },
        |kernels| kernels.maxout_of_sum(&[&[]], 1 << 60, &mut [0.0; 16]),
        |kernels| {
            let norm = Norm { width: 16, gain: &[1.0; 16], shift: &[0.0; 16], epsilon: 0.0 };
            kernels.normalize(norm, &[], 1 << 60, &mut [], false);
        },
    ];
    for kernels in Kernels::available() {
        for (at, call) in calls.into_iter().enumerate() {
            assert!(std::panic::catch_unwind(|| call(kernels)).is_err(), "{kernels:?}, {at}");
        }
    }
}
