//! What texts and vectors must be before they are aligned.

use super::validate::{bad_number, place, problem_of, unique};
use crate::corpus::{TokenVectors, Variant, VariantDocument};
use crate::error::{CompareError, ErrorKind};

/// Refuses texts and vectors that cannot be compared, by name.
pub fn of_variant(variant: &Variant) -> Result<(), CompareError> {
    let mut dimensions = [None, None];
    for document in &variant.documents {
        of_texts(variant, document)?;
        let targets = document.vectors.iter().map(|vector| vector.target);
        unique(variant, document, targets, "vectors")?;
        for vector in &document.vectors {
            of_values(variant, document, &vector.values)?;
            same_dimension(variant, document, vector.values.len(), &mut dimensions[0])?;
        }
        for vectors in &document.token_vectors {
            of_values(variant, document, &vectors.values)?;
            let dimension = of_tokens(variant, document, vectors)?;
            if let Some(dimension) = dimension {
                same_dimension(variant, document, dimension, &mut dimensions[1])?;
            }
        }
    }
    Ok(())
}

fn of_texts(variant: &Variant, document: &VariantDocument) -> Result<(), CompareError> {
    for text in &document.texts {
        let place = || format!("a text of {}", place(variant, document));
        if u32::try_from(text.text.len()).is_err() {
            let message = format!("{} has 4 GiB or more", place());
            return Err(CompareError::new(ErrorKind::TooLarge, message).help("split it"));
        }
        if let Some((start, end)) = text.target
            && let Some(problem) = problem_of(document.text.as_deref(), start, end)
        {
            let message = format!("the target of {} from {start} to {end} {problem}", place());
            return Err(CompareError::new(ErrorKind::BadSpan, message));
        }
        for &(start, end) in &text.sentences {
            if let Some(problem) = problem_of(Some(&text.text), start, end) {
                let message = format!("in {} a sentence from {start} to {end} {problem}", place());
                return Err(CompareError::new(ErrorKind::BadSpan, message)
                    .help("offsets count bytes of the text, ends are behind the last"));
            }
        }
    }
    Ok(())
}

fn of_values(
    variant: &Variant,
    document: &VariantDocument,
    values: &[f32],
) -> Result<(), CompareError> {
    match values.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(bad_number(variant, document, &format!("a vector with {value} in it"))),
        None => Ok(()),
    }
}

/// The numbers of each token.
fn of_tokens(
    variant: &Variant,
    document: &VariantDocument,
    vectors: &TokenVectors,
) -> Result<Option<usize>, CompareError> {
    let (tokens, values) = (vectors.tokens.len(), vectors.values.len());
    let refuse = |message: String| {
        let message = format!("{} {message}", place(variant, document));
        Err(CompareError::new(ErrorKind::BadVector, message)
            .help("give each token its place and as many numbers as the others"))
    };
    if let Some(token) = vectors.tokens.iter().find(|token| token.start > token.end) {
        return refuse(format!("has a token from {} to {}", token.start, token.end));
    }
    match values.checked_div(tokens) {
        None if values == 0 => Ok(None),
        Some(dimension) if dimension * tokens == values => Ok(Some(dimension)),
        _ => refuse(format!("has {values} numbers for {tokens} tokens")),
    }
}

fn same_dimension(
    variant: &Variant,
    document: &VariantDocument,
    own: usize,
    first: &mut Option<usize>,
) -> Result<(), CompareError> {
    let first = *first.get_or_insert(own);
    if own > 0 && own == first {
        return Ok(());
    }
    let message =
        format!("{} has a vector of {own} numbers, others have {first}", place(variant, document));
    Err(CompareError::new(ErrorKind::BadVector, message).help("compare vectors of one model"))
}
