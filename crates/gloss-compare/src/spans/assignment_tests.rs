use proptest::prelude::*;

use super::*;

type Triple = (u32, u32, u32);

fn spans(triples: &[Triple]) -> Vec<Span> {
    let mut spans: Vec<Span> =
        triples.iter().map(|&(start, end, label)| Span { start, end, label }).collect();
    spans.sort_unstable();
    spans
}

/// `[equal, other label, other bounds, other both, left only, right only]`.
fn counts(left: &[Span], right: &[Span]) -> [u32; 6] {
    let t = Assigner::default().assign(left, right).tally(left, right);
    [t.equal, t.other_label, t.other_bounds, t.other_both, t.left_only, t.right_only]
}

#[test]
fn known_assignments() {
    let check = |left: &[Triple], right: &[Triple], expected: [u32; 6]| {
        let (left, right) = (spans(left), spans(right));
        assert_eq!(counts(&left, &right), expected, "{left:?} {right:?}");
    };
    check(&[], &[], [0; 6]);
    check(&[(0, 4, 0)], &[], [0, 0, 0, 0, 1, 0]);
    check(&[(0, 4, 0)], &[(4, 8, 0)], [0, 0, 0, 0, 1, 1]);
    check(&[(0, 4, 0)], &[(0, 4, 0)], [1, 0, 0, 0, 0, 0]);
    check(&[(0, 4, 0)], &[(0, 4, 1)], [0, 1, 0, 0, 0, 0]);
    check(&[(0, 4, 0)], &[(1, 4, 0)], [0, 0, 1, 0, 0, 0]);
    check(&[(0, 4, 0)], &[(1, 4, 1)], [0, 0, 0, 1, 0, 0]);
    // Nested: the outer one must not take the partner of the inner one.
    check(&[(0, 9, 0), (3, 5, 1)], &[(0, 9, 0), (3, 5, 1)], [2, 0, 0, 0, 0, 0]);
    check(&[(0, 9, 0), (3, 5, 1)], &[(3, 5, 0), (0, 8, 1)], [0, 1, 0, 1, 0, 0]);
    // The same span twice needs two partners.
    check(&[(0, 4, 0), (0, 4, 0)], &[(0, 4, 0)], [1, 0, 0, 0, 1, 0]);
    // A prediction that reaches over two leaves one of them missed.
    check(&[(0, 3, 0), (4, 9, 0)], &[(0, 9, 0)], [0, 0, 1, 0, 1, 0]);
    // Most pairs before most overlap.
    check(&[(0, 6, 0), (6, 20, 0)], &[(0, 3, 0), (4, 20, 0)], [0, 0, 2, 0, 0, 0]);
}

#[test]
fn more_overlap_wins() {
    let (left, right) = (spans(&[(0, 10, 0)]), spans(&[(0, 3, 0), (4, 10, 0)]));
    assert_eq!(Assigner::default().assign(&left, &right).pairs, [(0, 1)]);
}

#[test]
fn a_hostile_cluster_is_bounded_and_said() {
    let left: Vec<Span> = (0..3000).map(|i| Span { start: i, end: 9000 + i, label: 0 }).collect();
    let right: Vec<Span> =
        (0..3000).map(|i| Span { start: i, end: 9001 + i, label: i % 2 }).collect();
    let mut assigner = Assigner::default();
    let matching = assigner.assign(&left, &right);
    assert_eq!((matching.approximate, matching.pairs.len()), (1, 3000));
    let mut taken = vec![false; right.len()];
    for &(i, j) in &matching.pairs {
        assert!(left[i as usize].overlap(&right[j as usize]) > 0);
        assert!(!std::mem::replace(&mut taken[j as usize], true));
    }
}

/// What is compared between assignments: pairs that are equal, of equal bounds, of equal label,
/// pairs, bytes of overlap.
type Worth = [u64; 5];

fn worth_of(pairs: impl Iterator<Item = (Span, Span)>) -> Worth {
    let mut worth = [0; 5];
    for (a, b) in pairs {
        let (bounds, label) = (a.same_bounds(&b), a.label == b.label);
        let adds =
            [u64::from(bounds && label), bounds.into(), label.into(), 1, a.overlap(&b).into()];
        for (sum, add) in worth.iter_mut().zip(adds) {
            *sum += add;
        }
    }
    worth
}

/// The best worth of any one-to-one assignment, by trying all.
fn brute_force(
    left: &[Span],
    right: &[Span],
    taken: &mut Vec<bool>,
    so_far: Vec<(Span, Span)>,
) -> Worth {
    let Some((first, rest)) = left.split_first() else { return worth_of(so_far.into_iter()) };
    let mut best = brute_force(rest, right, taken, so_far.clone());
    for j in 0..right.len() {
        if !taken[j] && first.overlap(&right[j]) > 0 {
            taken[j] = true;
            let mut pairs = so_far.clone();
            pairs.push((*first, right[j]));
            best = best.max(brute_force(rest, right, taken, pairs));
            taken[j] = false;
        }
    }
    best
}

fn some_spans(most: usize, length: u32) -> impl Strategy<Value = Vec<Span>> {
    let span = (0..length, 1..6u32, 0..3u32).prop_map(|(start, length, label)| Span {
        start,
        end: start + length,
        label,
    });
    prop::collection::vec(span, 0..=most).prop_map(|mut spans| {
        spans.sort_unstable();
        spans
    })
}

proptest! {
    #[test]
    fn equals_brute_force(left in some_spans(6, 9), right in some_spans(6, 9)) {
        let mut assigner = Assigner::default();
        let matching = assigner.assign(&left, &right);
        let pairs = matching.pairs.iter().map(|&(i, j)| (left[i as usize], right[j as usize]));
        let best = brute_force(&left, &right, &mut vec![false; right.len()], Vec::new());
        prop_assert_eq!(worth_of(pairs), best);
    }

    #[test]
    fn every_span_is_accounted_for_once(left in some_spans(40, 60), right in some_spans(40, 60)) {
        let mut assigner = Assigner::default();
        let matching = assigner.assign(&left, &right);
        let mut lefts: Vec<u32> = matching.pairs.iter().map(|p| p.0).collect();
        let mut rights: Vec<u32> = matching.pairs.iter().map(|p| p.1).collect();
        lefts.extend(&matching.left_only);
        rights.extend(&matching.right_only);
        lefts.sort_unstable();
        rights.sort_unstable();
        prop_assert!(lefts.into_iter().eq(0..left.len() as u32));
        prop_assert!(rights.into_iter().eq(0..right.len() as u32));
    }

    #[test]
    fn swapping_sides_mirrors(left in some_spans(30, 40), right in some_spans(30, 40)) {
        let spans = |pairs: &[(u32, u32)], swapped: bool| {
            let mut pairs: Vec<(Span, Span)> = pairs
                .iter()
                .map(|&(i, j)| if swapped { (j, i) } else { (i, j) })
                .map(|(i, j)| (left[i as usize], right[j as usize]))
                .collect();
            pairs.sort_unstable();
            pairs
        };
        let there = Assigner::default().assign(&left, &right).clone();
        let back = Assigner::default().assign(&right, &left).clone();
        prop_assert_eq!(spans(&there.pairs, false), spans(&back.pairs, true));
    }
}
