//! Where sets of annotations of the same documents differ, and whether the difference is real.
//!
//! [`align`](align::align) joins two or more [`Variant`]s over their documents; [`compare`](compare::compare)
//! makes a [`Comparison`] of them, which serializes and has a version. This crate knows nothing of
//! plugins and files, and prints nothing; it starts threads only inside a call, as many as it is told.
//!
//! # Definitions
//!
//! **Spans** of two sides are paired one to one ([`spans::Assigner`]), once, and everything else
//! follows from the pairs: the four schemes of SemEval'13 ([`spans::Scheme`]), errors of boundary, of
//! type and of both ([`spans::Tally`]), the rows of labels, the confusion with "none". Precision is
//! right / right side, recall right / left side, F1 their harmonic mean; where there is nothing to
//! divide by they are 0. *Micro* counts every span the same, *macro* every label, *weighted* labels by
//! the spans of the left side. A label's row looks at that label alone. Any overlap counts.
//! The *boundary-normalised* score is the strict one after both sides' spans were cut by
//! [`rules::BoundaryRules`]. nervaluate and seqeval give the same numbers where theirs do not depend
//! on the order of spans; `parity/` has the script that shows it.
//!
//! **Classes** of one target are compared: accuracy, precision, recall, F1, Matthews' correlation
//! ([`classes::Confusion`]), Cohen's and Fleiss' kappa, Krippendorff's alpha, calibration.
//! **Numbers**: Pearson's and Spearman's correlation, mean absolute difference.
//!
//! **Texts** ([`texts`]): ROUGE-1, -2, -L and -Lsum as rouge-score has them, and chrF as sacrebleu has
//! it, over the corpus and from 0 to 1. With a gold, its texts of a target are references, of which the
//! nearest counts. Without, F1 is an agreement, the same both ways: so ROUGE-Lsum is the mean of both,
//! and there is no chrF. Each variant by itself: words, compression, coverage, density, novelty. A text
//! without words scores 0, as in those packages, and is counted. ROUGE-L of texts whose words would
//! take more than 2^32 steps ([`texts::MOST_STEPS`]) is left out by name; memory grows with the texts'
//! length, not with its square.
//! **Vectors** ([`vectors`]): cosines, overlap of neighbours, linear CKA; BERTScore where tokens have
//! vectors. Of both a document's score is the mean over its texts or items, and all scores are means
//! over documents.
//!
//! **Statistics** ([`statistics`]): the document is the unit. Intervals are at 95%: percentiles of a
//! paired bootstrap for what is tested, linearised ratios for labels and slices. p-values are of
//! approximate randomisation over documents, or McNemar's where each document has one item, adjusted
//! by Holm over all differences of one kind of annotation. One seed fixes all random numbers; threads
//! change nothing.
//!
//! ```
//! use gloss_compare::{Span, Variant, VariantDocument, align::align, compare::{Options, compare}};
//!
//! let variant = |name: &str, end| Variant {
//!     name: name.into(),
//!     labels: vec!["PER".into()],
//!     documents: vec![VariantDocument {
//!         id: "1".into(),
//!         text: Some("Ada Lovelace wrote it.".into()),
//!         spans: vec![Span { start: 0, end, label: 0 }],
//!         ..VariantDocument::default()
//!     }],
//! };
//! let (corpus, alignment) = align(vec![variant("gold", 12), variant("mine", 3)], &Default::default())?;
//! let options = Options { gold: Some("gold".into()), ..Options::default() };
//! let comparison = compare(&corpus, alignment, &options)?;
//! assert_eq!(comparison.spans.unwrap().pairs[0].tally.other_bounds, 1);
//! # Ok::<(), gloss_compare::CompareError>(())
//! ```

pub mod align;
pub mod classes;
pub mod compare;
mod corpus;
pub mod cost;
mod error;
mod gate;
pub mod result;
pub mod rules;
pub mod sample;
pub mod spans;
pub mod statistics;
pub mod texts;
mod threads;
pub mod variant;
pub mod vectors;

pub use corpus::{
    Annotations, Class, Corpus, Document, Span, Target, Text, Token, TokenVectors, Value, Variant,
    VariantDocument, Vector,
};
pub use error::{CompareError, ErrorKind};
pub use gate::{GateResult, GateRule, Verdict};
pub use result::Comparison;
#[cfg(feature = "schema")]
pub use result::schema;
