//! Products and sums of rows, written once for every vector.
//!
//! Products go tile by tile: some rows of the input times some panels of the weights, with the sums in
//! registers. Weights come panel by panel, so a panel stays in the nearest cache while the rows pass.
#![allow(clippy::undocumented_unsafe_blocks)] // each function's contract is its arguments' sizes

use super::dispatch::Weights;
use super::lanes::Lanes;

/// Arguments of [`maxout`]: sizes are checked by [`super::Kernels::maxout`].
#[derive(Clone, Copy)]
pub(super) struct Maxout<'a> {
    pub(super) weights: Weights<'a>,
    pub(super) pieces: usize,
    pub(super) input: *const f32,
    pub(super) stride: usize,
    pub(super) count: usize,
    pub(super) out: *mut f32,
    pub(super) out_stride: usize,
}

/// Arguments of [`maxout_of_sum`].
#[derive(Clone, Copy)]
pub(super) struct Sums<'a> {
    pub(super) parts: &'a [&'a [f32]],
    pub(super) pieces: usize,
    pub(super) width: usize,
    pub(super) out: *mut f32,
}

/// `R` rows from `x` times `P` panels from `w`, `step` numbers apart, plus `bias`.
#[inline(always)]
unsafe fn sums<V: Lanes, const R: usize, const P: usize>(
    (x, stride, inputs): (*const f32, usize, usize),
    (w, step): (*const f32, usize),
    bias: [V; P],
) -> [[V; P]; R] {
    unsafe {
        let mut sums = [bias; R];
        let mut k = 0;
        // Several inputs in a go share the arithmetic of addresses.
        while k + UNROLLED <= inputs {
            for k in k..k + UNROLLED {
                add_products((x.add(k), stride), (w.add(k * V::LEN), step), &mut sums);
            }
            k += UNROLLED;
        }
        for k in k..inputs {
            add_products((x.add(k), stride), (w.add(k * V::LEN), step), &mut sums);
        }
        sums
    }
}

const UNROLLED: usize = 4;

/// Adds the products of one input of each row and its weight in each panel.
#[inline(always)]
unsafe fn add_products<V: Lanes, const R: usize, const P: usize>(
    (x, stride): (*const f32, usize),
    (w, step): (*const f32, usize),
    sums: &mut [[V; P]; R],
) {
    unsafe {
        let mut weights = [V::splat(0.0); P];
        for (p, weight) in weights.iter_mut().enumerate() {
            *weight = V::load(w.add(p * step));
        }
        for (r, sums) in sums.iter_mut().enumerate() {
            let x = V::splat(*x.add(r * stride));
            for (sum, weight) in sums.iter_mut().zip(weights) {
                *sum = x.mul_add(weight, *sum);
            }
        }
    }
}

/// See [`super::Kernels::maxout`].
#[inline(always)]
pub(super) unsafe fn maxout<V: Lanes>(arguments: Maxout<'_>) {
    unsafe {
        let panels = arguments.weights.outputs / arguments.pieces / V::LEN;
        for piece in 0..arguments.pieces {
            let mut panel = 0;
            while arguments.count == 1 && panel + 8 <= panels {
                // Of one row, only the sums of many panels are enough to run side by side.
                tile::<V, 1, 8>(&arguments, piece, 0, panel);
                panel += 8;
            }
            while arguments.count == 1 && panel + 4 <= panels {
                tile::<V, 1, 4>(&arguments, piece, 0, panel);
                panel += 4;
            }
            while panel + 2 <= panels {
                all_rows::<V, 2>(&arguments, piece, panel);
                panel += 2;
            }
            if panel < panels {
                all_rows::<V, 1>(&arguments, piece, panel);
            }
        }
    }
}

/// All rows by `P` panels. Six rows by two panels are what sixteen registers hold without spilling:
/// twelve sums, two weights, an input.
#[inline(always)]
unsafe fn all_rows<V: Lanes, const P: usize>(arguments: &Maxout<'_>, piece: usize, panel: usize) {
    unsafe {
        let (count, mut at) = (arguments.count, 0);
        while V::MANY && at + 12 <= count {
            tile::<V, 12, P>(arguments, piece, at, panel);
            at += 12;
        }
        while at + 6 <= count {
            tile::<V, 6, P>(arguments, piece, at, panel);
            at += 6;
        }
        match count - at {
            5 => tile::<V, 5, P>(arguments, piece, at, panel),
            4 => tile::<V, 4, P>(arguments, piece, at, panel),
            3 => tile::<V, 3, P>(arguments, piece, at, panel),
            2 => tile::<V, 2, P>(arguments, piece, at, panel),
            1 => tile::<V, 1, P>(arguments, piece, at, panel),
            _ => {}
        }
    }
}

/// `R` rows from row `at` on by `P` panels of a piece from `panel` on.
#[inline(always)]
unsafe fn tile<V: Lanes, const R: usize, const P: usize>(
    arguments: &Maxout<'_>,
    piece: usize,
    at: usize,
    panel: usize,
) {
    unsafe {
        let &Maxout { weights, pieces, input, stride, out, out_stride, .. } = arguments;
        let (width, step) = (weights.outputs / pieces, weights.step);
        let out = out.add(at * out_stride + panel * V::LEN);
        let panel = piece * (width / V::LEN) + panel;
        let x = (input.add(at * stride), stride, weights.inputs);
        let w = (weights.panels.as_ptr().add(panel * step), step);
        let bias = loads::<V, P>(weights.bias.as_ptr().add(panel * V::LEN));
        for (r, sums) in sums::<V, R, P>(x, w, bias).into_iter().enumerate() {
            for (p, sum) in sums.into_iter().enumerate() {
                let out = out.add(r * out_stride + p * V::LEN);
                // Later pieces meet what earlier ones left.
                let best = if piece == 0 { sum } else { sum.max(V::load(out)) };
                best.store(out);
            }
        }
    }
}

#[inline(always)]
unsafe fn loads<V: Lanes, const P: usize>(at: *const f32) -> [V; P] {
    unsafe {
        let mut vectors = [V::splat(0.0); P];
        for (p, vector) in vectors.iter_mut().enumerate() {
            *vector = V::load(at.add(p * V::LEN));
        }
        vectors
    }
}

/// See [`super::Kernels::maxout_of_sum`].
#[inline(always)]
pub(super) unsafe fn maxout_of_sum<V: Lanes>(arguments: Sums<'_>) {
    unsafe {
        // Loops over a known number of parts are unrolled: windows and open entities have three, hash
        // embeddings four, states of the parser eight.
        match arguments.parts.len() {
            2 => sum_of::<V>(&arguments, 2),
            3 => sum_of::<V>(&arguments, 3),
            4 => sum_of::<V>(&arguments, 4),
            8 => sum_of::<V>(&arguments, 8),
            count => sum_of::<V>(&arguments, count),
        }
    }
}

#[inline(always)]
unsafe fn sum_of<V: Lanes>(arguments: &Sums<'_>, parts: usize) {
    unsafe {
        let &Sums { pieces, width, out, .. } = arguments;
        for at in (0..width).step_by(V::LEN) {
            let mut best = sum_at::<V>(arguments.parts, parts, at);
            for piece in 1..pieces {
                best = sum_at::<V>(arguments.parts, parts, piece * width + at).max(best);
            }
            best.store(out.add(at));
        }
    }
}

#[inline(always)]
unsafe fn sum_at<V: Lanes>(rows: &[&[f32]], parts: usize, at: usize) -> V {
    unsafe {
        let mut sum = V::load(rows.get_unchecked(0).as_ptr().add(at));
        for part in 1..parts {
            sum = sum.add(V::load(rows.get_unchecked(part).as_ptr().add(at)));
        }
        sum
    }
}
