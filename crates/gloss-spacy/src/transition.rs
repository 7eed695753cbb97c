//! `spacy.TransitionBasedParser.v2`: the order of actions and the scorer of states.

use std::collections::BTreeMap;

use gloss_kernels::{Affine, Kernels, row};

use crate::error::Error;
use crate::matrix::{dot, linear};
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

/// The layers that score a state. Values of the hidden layer are piece-major, each piece a row.
#[derive(Debug)]
pub(crate) struct Scorer {
    kernels: Kernels,
    /// Token vectors to the lower layer's input.
    pub(crate) reduce: Affine,
    /// One per feature slot. The first one's bias is the hidden layer's.
    pub(crate) slots: Vec<Affine>,
    /// What a missing token adds, per slot; with the bias in the first one.
    pub(crate) pads: Vec<Vec<f32>>,
    pieces: usize,
    /// Units of the hidden layer, after maxout.
    hidden: usize,
    upper_weights: Vec<f32>,
    upper_bias: Vec<f32>,
}

/// The parameters of [`Scorer`] as they are in the file.
struct Parameters {
    reduce: Affine,
    /// (slots, hidden, pieces, inputs).
    lower: Vec<f32>,
    /// (slots, hidden, pieces).
    pads: Vec<f32>,
    /// (hidden, pieces).
    bias: Vec<f32>,
    inputs: usize,
    hidden: usize,
    pieces: usize,
    upper_weights: Vec<f32>,
    upper_bias: Vec<f32>,
}

impl Scorer {
    /// Reads the layers; `width` is the token vectors', `slots` the number of features of a state.
    pub(crate) fn read(
        model: &Model<'_>,
        width: usize,
        slots: usize,
        kernels: Kernels,
    ) -> Result<Self, Error> {
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
        let reduce = linear(kernels, &reduce_weights, &reduce.parameter("b", file)?, file)?;
        let weights = lower.parameter("W", file)?;
        let [_, hidden, pieces, inputs] = weights.sizes::<4>(file)?;
        weights.expect(&[slots, hidden, pieces, reduced], file)?;
        let bias = lower.parameter("b", file)?;
        bias.expect(&[hidden, pieces], file)?;
        let pad = lower.parameter("pad", file)?;
        pad.expect(&[1, slots, hidden, pieces], file)?;
        let upper_weights = upper.parameter("W", file)?;
        let [classes, _] = upper_weights.sizes::<2>(file)?;
        upper_weights.expect(&[classes, hidden], file)?;
        let upper_bias = upper.parameter("b", file)?;
        upper_bias.expect(&[classes], file)?;
        let (lower, pads, bias) = (weights.data, pad.data, bias.data);
        let (upper_weights, upper_bias) = (upper_weights.data, upper_bias.data);
        let parameters = Parameters {
            reduce,
            lower,
            pads,
            bias,
            inputs,
            hidden,
            pieces,
            upper_weights,
            upper_bias,
        };
        Ok(Self::new(parameters, kernels))
    }

    fn new(parameters: Parameters, kernels: Kernels) -> Self {
        let Parameters { reduce, lower, pads, bias, inputs, hidden, pieces, .. } = parameters;
        let (stride, units) = (row(hidden), hidden * pieces);
        // The place of a unit in the file, by its place in rows of pieces.
        let place = |at: usize| (at % stride < hidden).then(|| at % stride * pieces + at / stride);
        let slot = |(slot, weights): (usize, &[f32])| {
            let weight = |output: usize, input: usize| {
                place(output).map_or(0.0, |unit| weights[unit * inputs + input])
            };
            let bias =
                |output| if slot == 0 { place(output).map_or(0.0, |u| bias[u]) } else { 0.0 };
            Affine::new(kernels, (inputs, pieces * stride), weight, bias)
        };
        let pad = |(slot, pad): (usize, &[f32])| {
            let bias = |unit: usize| if slot == 0 { bias[unit] } else { 0.0 };
            let places = (0..pieces * stride).map(place);
            places.map(|unit| unit.map_or(0.0, |unit| pad[unit] + bias(unit))).collect()
        };
        Self {
            kernels,
            reduce,
            slots: lower.chunks_exact(units * inputs).enumerate().map(slot).collect(),
            pads: pads.chunks_exact(units).enumerate().map(pad).collect(),
            pieces,
            hidden,
            upper_weights: parameters.upper_weights,
            upper_bias: parameters.upper_bias,
        }
    }

    /// The number of actions that are scored.
    pub(crate) fn classes(&self) -> usize {
        self.upper_bias.len()
    }

    /// Places of a row of the hidden layer.
    pub(crate) fn hidden_row(&self) -> usize {
        row(self.hidden)
    }

    /// Places of what one slot adds.
    pub(crate) fn slot_row(&self) -> usize {
        self.pieces * row(self.hidden)
    }

    /// The last layer for some of the actions.
    pub(crate) fn upper_for(&self, classes: &[usize]) -> Affine {
        let weight =
            |output: usize, input: usize| self.upper_weights[classes[output] * self.hidden + input];
        let bias = |output: usize| self.upper_bias[classes[output]];
        Affine::new(self.kernels, (self.hidden, classes.len()), weight, bias)
    }

    /// The score of one action.
    pub(crate) fn score(&self, class: usize, hidden: &[f32]) -> f32 {
        let weights = &self.upper_weights[class * self.hidden..(class + 1) * self.hidden];
        dot(weights, &hidden[..self.hidden]) + self.upper_bias[class]
    }

    /// Sets `out` to the hidden layer for what the slots add.
    pub(crate) fn hidden(&self, slots: &[&[f32]], out: &mut [f32]) {
        self.kernels.maxout_of_sum(slots, self.pieces, out);
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
        let kernels = Kernels::default();
        let (reduced, hidden, pieces) = (4, 5, 2);
        let units = hidden * pieces;
        let weights = arbitrary(width * reduced, seed);
        let weight = |output: usize, input: usize| weights[output * width + input];
        let parameters = Parameters {
            reduce: Affine::new(kernels, (width, reduced), weight, |_| 0.0),
            lower: arbitrary(slots * units * reduced, seed + 100),
            pads: arbitrary(slots * units, seed + 200),
            bias: arbitrary(units, seed),
            inputs: reduced,
            hidden,
            pieces,
            upper_weights: arbitrary(classes * hidden, seed),
            upper_bias: arbitrary(classes, seed),
        };
        Self::new(parameters, kernels)
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
