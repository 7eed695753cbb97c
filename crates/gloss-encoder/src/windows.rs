//! Cuts what is longer than a window into windows, and says which window a token is seen best in.

use std::ops::Range;

/// Windows of at most `size` tokens over `tokens`, of which two that follow each other share at least
/// `overlap` (which is less than `size`). They are as few as can be, and of nearly one length, so that none
/// sees little of the text. There is one even where there is no token.
pub(crate) fn windows(tokens: usize, size: usize, overlap: usize) -> Vec<Range<usize>> {
    let beyond = tokens.saturating_sub(size);
    let steps = beyond.div_ceil(size - overlap);
    // Starts are spread evenly; the distance is at most `size - overlap` by the choice of the steps.
    let start = |at: usize| (beyond as u128 * at as u128 / steps.max(1) as u128) as usize;
    (0..=steps).map(|at| start(at)..(start(at) + size).min(tokens)).collect()
}

/// For each window, the tokens that are taken from it: each token from the window where it is farthest from
/// a cut, the first of equals. The beginning and the end of the text are no cuts.
pub(crate) fn owned(windows: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut from = 0;
    let mut owned = Vec::with_capacity(windows.len());
    for (at, window) in windows.iter().enumerate() {
        // Between two windows, tokens of the first half of what they share are farther from the cut at its end.
        let to = match windows.get(at + 1) {
            Some(next) => next.start + (window.end - next.start).div_ceil(2),
            None => window.end,
        };
        owned.push(from..to);
        from = to;
    }
    owned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn few_windows_of_nearly_one_distance() {
        for (tokens, size, overlap, expected) in [
            (0, 10, 2, &[(0, 0)][..]),
            (10, 10, 2, &[(0, 10)]),
            (11, 10, 2, &[(0, 10), (1, 11)]),
            (18, 10, 2, &[(0, 10), (8, 18)]),
            (19, 10, 2, &[(0, 10), (4, 14), (9, 19)]),
            (20, 10, 0, &[(0, 10), (10, 20)]),
            (3, 1, 0, &[(0, 1), (1, 2), (2, 3)]),
        ] {
            let windows = windows(tokens, size, overlap).into_iter();
            let windows: Vec<(usize, usize)> = windows.map(|w| (w.start, w.end)).collect();
            assert_eq!(windows, expected, "{tokens} {size} {overlap}");
        }
    }

    proptest! {
        #[test]
        fn windows_cover_and_overlap(tokens in 0usize..5000, size in 1usize..600, part in 0usize..100) {
            let overlap = (size - 1) * part / 100;
            let windows = windows(tokens, size, overlap);
            prop_assert_eq!(windows[0].start, 0);
            prop_assert_eq!(windows[windows.len() - 1].end, tokens);
            for pair in windows.windows(2) {
                prop_assert!(pair[0].end - pair[1].start >= overlap);
                prop_assert!(pair[0].start < pair[1].start);
            }
            for window in &windows {
                prop_assert!(window.len() <= size);
            }
        }

        #[test]
        fn tokens_are_taken_from_where_they_are_farthest_from_a_cut(
            tokens in 1usize..400, size in 2usize..60, part in 0usize..50,
        ) {
            let windows = windows(tokens, size, (size - 1) * part / 100);
            let owned = owned(&windows);
            let distance = |window: &Range<usize>, token: usize| {
                let left = if window.start == 0 { usize::MAX } else { token - window.start };
                let right = if window.end == tokens { usize::MAX } else { window.end - 1 - token };
                left.min(right)
            };
            let mut next = 0;
            for (window, owned) in windows.iter().zip(&owned) {
                prop_assert_eq!(owned.start, next);
                next = owned.end;
                for token in owned.clone() {
                    prop_assert!(window.contains(&token));
                    let others = windows.iter().filter(|window| window.contains(&token));
                    let best = others.map(|window| distance(window, token)).max();
                    prop_assert_eq!(Some(distance(window, token)), best);
                }
            }
            prop_assert_eq!(next, tokens);
        }
    }
}
