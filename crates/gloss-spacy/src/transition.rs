//! `spacy.TransitionBasedParser.v2`: the order of actions and the scorer of states.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::matrix::Affine;
use crate::msgpack::Reader;
use crate::thinc::Model;

/// Action numbers with labels.
pub(crate) type Moves = Vec<(u32, String)>;

/// Action numbers with labels, in the order of the scorer's outputs.
///
/// Labels of an action go by frequency, then name, descending; those of negative frequency were
/// added after training and come after everything else.
pub(crate) fn read_moves(bytes: &[u8], file: &str) -> Result<Moves, Error> {
    let root = Reader::parse(bytes, file)?;
    let moves = root.field("moves")?;
    let moves: BTreeMap<String, BTreeMap<String, i64>> = serde_json::from_str(moves.string()?)
        .map_err(|error| moves.error(format!("not JSON of labels with frequencies: {error}")))?;
    let (mut trained, mut added) = (Vec::new(), Vec::new());
    for (action, labels) in moves {
        let action: u32 = action.parse().map_err(|_| {
            Error::invalid(file, "moves", format!("{action:?} is no action number"))
        })?;
        let mut labels: Vec<(i64, String)> = labels.into_iter().map(|(l, f)| (f, l)).collect();
        labels.sort_by(|a, b| b.cmp(a));
        for (frequency, label) in labels {
            if frequency < 0 {
                added.push((frequency, label, action));
            } else {
                trained.push((action, label));
            }
        }
    }
    added.sort_by(|a, b| (b.0, &b.1).cmp(&(a.0, &a.1)));
    trained.extend(added.into_iter().map(|(_, label, action)| (action, label)));
    Ok(trained)
}

/// The layers that score a state. Values of the hidden layer are piece-major.
#[derive(Debug)]
pub(crate) struct Scorer {
    /// Token vectors to the lower layer's input.
    pub(crate) reduce: Affine,
    /// One per feature slot, without bias.
    pub(crate) slots: Vec<Affine>,
    /// What a missing token adds, per slot.
    pub(crate) pads: Vec<Vec<f32>>,
    /// The bias of the hidden layer.
    pub(crate) bias: Vec<f32>,
    /// Units of the hidden layer, after maxout.
    pub(crate) hidden: usize,
    upper_weights: Vec<f32>,
    upper_bias: Vec<f32>,
}

impl Scorer {
    /// Reads the layers; `width` is the token vectors', `slots` the number of features of a state.
    pub(crate) fn read(model: &Model<'_>, width: usize, slots: usize) -> Result<Self, Error> {
        let file = model.file;
        let (lower, upper) = (model.reference("lower")?, model.reference("upper")?);
        let is_reduce =
            |&(at, node): &(usize, &crate::thinc::Node<'_>)| node.name == "linear" && at != upper;
        let mut linears = model.nodes.iter().enumerate().filter(is_reduce);
        let (Some((_, reduce)), None) = (linears.next(), linears.next()) else {
            let reason = "one linear layer before the state's layers was expected";
            return Err(Error::invalid(file, "nodes", reason));
        };
        let (lower, upper) = (&model.nodes[lower], &model.nodes[upper]);
        let reduce_weights = reduce.parameter("W", file)?;
        let [reduced, _] = reduce_weights.sizes::<2>(file)?;
        reduce_weights.expect(&[reduced, width], file)?;
        let reduce = Affine::linear(&reduce_weights, &reduce.parameter("b", file)?, file)?;
        let weights = lower.parameter("W", file)?;
        let [_, hidden, pieces, inputs] = weights.sizes::<4>(file)?;
        weights.expect(&[slots, hidden, pieces, reduce.outputs], file)?;
        let bias = lower.parameter("b", file)?;
        bias.expect(&[hidden, pieces], file)?;
        let pad = lower.parameter("pad", file)?;
        pad.expect(&[1, slots, hidden, pieces], file)?;
        let order = (0..pieces).flat_map(|p| (0..hidden).map(move |o| o * pieces + p));
        let order: Vec<usize> = order.collect();
        let pick = |values: &[f32]| order.iter().map(|&at| values[at]).collect::<Vec<f32>>();
        let units = hidden * pieces;
        let upper_weights = upper.parameter("W", file)?;
        let [classes, _] = upper_weights.sizes::<2>(file)?;
        upper_weights.expect(&[classes, hidden], file)?;
        let upper_bias = upper.parameter("b", file)?;
        upper_bias.expect(&[classes], file)?;
        let slot = |w: &[f32]| Affine::from_rows(inputs, &order, w, None);
        Ok(Self {
            reduce,
            slots: weights.data.chunks_exact(units * inputs).map(slot).collect(),
            pads: pad.data.chunks_exact(units).map(pick).collect(),
            bias: pick(&bias.data),
            hidden,
            upper_weights: upper_weights.data,
            upper_bias: upper_bias.data,
        })
    }

    /// The number of actions that are scored.
    pub(crate) fn classes(&self) -> usize {
        self.upper_bias.len()
    }

    /// The last layer for some of the actions.
    pub(crate) fn upper_for(&self, classes: &[usize]) -> Affine {
        Affine::from_rows(self.hidden, classes, &self.upper_weights, Some(&self.upper_bias))
    }

    /// The score of one action.
    pub(crate) fn score(&self, class: usize, hidden: &[f32]) -> f32 {
        let weights = &self.upper_weights[class * self.hidden..(class + 1) * self.hidden];
        crate::matrix::dot(weights, hidden) + self.upper_bias[class]
    }

    /// Appends the hidden layer for the slots' values, which are added up in order.
    pub(crate) fn hidden<'s>(
        &self,
        slots: impl IntoIterator<Item = &'s [f32]>,
        sums: &mut Vec<f32>,
        out: &mut Vec<f32>,
    ) {
        sums.clear();
        for slot in slots {
            if sums.is_empty() {
                sums.extend_from_slice(slot);
            } else {
                sums.iter_mut().zip(slot).for_each(|(sum, &x)| *sum += x);
            }
        }
        sums.iter_mut().zip(&self.bias).for_each(|(sum, &bias)| *sum += bias);
        let start = out.len();
        out.extend_from_slice(&sums[..self.hidden]);
        for piece in sums[self.hidden..].chunks_exact(self.hidden) {
            for (x, &y) in out[start..].iter_mut().zip(piece) {
                *x = if y > *x { y } else { *x };
            }
        }
    }
}

/// Numbers that differ with `seed`, between -1 and 1.
#[cfg(test)]
pub(crate) fn arbitrary(count: usize, seed: u32) -> Vec<f32> {
    let number = |at: usize| {
        let [key, ..] = crate::strings::embedding_keys(at as u64, seed);
        (key >> 8) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..count).map(number).collect()
}

#[cfg(test)]
impl Scorer {
    /// A scorer with arbitrary weights.
    pub(crate) fn arbitrary(width: usize, slots: usize, classes: usize, seed: u32) -> Self {
        let (reduced, hidden, pieces) = (4, 5, 2);
        let units = hidden * pieces;
        let rows = |count: usize| (0..count).collect::<Vec<_>>();
        let weights = |count| arbitrary(count, seed);
        let slot = |at: usize| {
            let weights = arbitrary(units * reduced, seed + 100 * at as u32);
            Affine::from_rows(reduced, &rows(units), &weights, None)
        };
        Self {
            reduce: Affine::from_rows(width, &rows(reduced), &weights(reduced * width), None),
            slots: (0..slots).map(slot).collect(),
            pads: (0..slots).map(|slot| arbitrary(units, seed + slot as u32)).collect(),
            bias: weights(units),
            hidden,
            upper_weights: weights(classes * hidden),
            upper_bias: weights(classes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_are_ordered_as_spacy_orders_them() {
        let json = r#"{"5":{"":1},"1":{"A":3,"B":3,"C":9,"NEW":-1},"0":{},"4":{"C":2,"NEW":-1,"NEWER":-2}}"#;
        let mut bytes = Vec::new();
        rmp::encode::write_map_len(&mut bytes, 1).unwrap();
        rmp::encode::write_str(&mut bytes, "moves").unwrap();
        rmp::encode::write_str(&mut bytes, json).unwrap();
        let got = read_moves(&bytes, "ner/moves").unwrap();
        let expected =
            [(1, "C"), (1, "B"), (1, "A"), (4, "C"), (5, ""), (1, "NEW"), (4, "NEW"), (4, "NEWER")];
        assert_eq!(got, expected.map(|(action, label)| (action, label.to_owned())));
        for len in 0..bytes.len() {
            assert!(read_moves(&bytes[..len], "ner/moves").is_err());
        }
    }
}
