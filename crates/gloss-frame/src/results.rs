//! Annotations on their way back from a plugin.

use gloss_boundary::{BatchResult, DocumentResult, Failure, LayerData};
use gloss_doc::LayerSchema;
use serde::{Deserialize, Serialize};

use crate::layer::{get_layers, put_layers};
use crate::message::FailureRecord;
use crate::{Frame, FrameError, FrameReader, FrameWriter};

/// The document is neither finished nor failed.
const UNFINISHED: u8 = 0;
const FINISHED: u8 = 1;
const FAILED: u8 = 2;

/// What is not on the hot path: most frames have an empty one.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Rest {
    /// Why documents failed, by their number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    failures: Vec<(u32, FailureRecord)>,
    /// Remarks, by the document's number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<(u32, String)>,
    /// Why the batch failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<FailureRecord>,
}

/// Writes the buffers of an `Extracted` frame: the status of each document, the rest as JSON, and
/// the layers that the plan provides. Whether the worker may be used again is for the child to know,
/// which makes itself another.
///
/// # Errors
/// When the rest cannot be written as JSON.
pub fn encode_results(
    writer: &mut FrameWriter,
    provides: &[LayerSchema],
    result: &BatchResult,
) -> Result<(), FrameError> {
    let mut rest =
        Rest { failure: result.failure.as_ref().map(FailureRecord::from), ..Rest::default() };
    let mut status = Vec::with_capacity(result.documents.len());
    for (number, document) in (0..).zip(&result.documents) {
        status.push(match document {
            DocumentResult::Finished { notes, .. } => {
                rest.notes.extend(notes.iter().map(|note| (number, note.clone())));
                FINISHED
            }
            DocumentResult::Failed(failure) => {
                rest.failures.push((number, failure.into()));
                FAILED
            }
            DocumentResult::Unfinished => UNFINISHED,
        });
    }
    writer.bytes(&status);
    let json = serde_json::to_vec(&rest).map_err(|e| FrameError::Json(e.to_string()))?;
    writer.bytes(&json);
    for (position, schema) in provides.iter().enumerate() {
        let documents: Vec<_> = result
            .documents
            .iter()
            .map(|document| match document {
                DocumentResult::Finished { layers, .. } => layers
                    .get(position)
                    .map(|layer| (&layer.annotations, layer.attributes.as_slice())),
                _ => None,
            })
            .collect();
        let attributes: Vec<usize> = (0..schema.attributes.len()).collect();
        put_layers(writer, schema, &attributes, &documents);
    }
    Ok(())
}

/// Reads the buffers of an `Extracted` frame for a batch of `documents` documents. The annotations
/// are of the shape that the schemas call for; whether they keep the rules is for the caller to check.
///
/// # Errors
/// When the buffers are not what [`encode_results`] writes for these layers.
pub fn decode_results(
    frame: &Frame,
    provides: &[LayerSchema],
    documents: usize,
) -> Result<BatchResult, FrameError> {
    read_results(&mut frame.reader()?, provides, documents)
}

/// Writes the buffers of an `Observed` frame: results without layers, and the saved state, which is
/// empty where the batch failed.
///
/// # Errors
/// When the rest cannot be written as JSON.
pub fn encode_observed(
    writer: &mut FrameWriter,
    result: &BatchResult,
    state: &[u8],
) -> Result<(), FrameError> {
    encode_results(writer, &[], result)?;
    writer.bytes(state);
    Ok(())
}

/// Reads the buffers of an `Observed` frame for a batch of `documents` documents.
///
/// # Errors
/// When the buffers are not what [`encode_observed`] writes.
pub fn decode_observed(
    frame: &Frame,
    documents: usize,
) -> Result<(BatchResult, &[u8]), FrameError> {
    let mut reader = frame.reader()?;
    Ok((read_results(&mut reader, &[], documents)?, reader.bytes()?))
}

fn read_results(
    reader: &mut FrameReader<'_>,
    provides: &[LayerSchema],
    documents: usize,
) -> Result<BatchResult, FrameError> {
    let status: Vec<u8> = reader.exactly(documents)?;
    if status.iter().any(|&s| s > FAILED) {
        return Err(reader.wrong("has an unknown status of a document"));
    }
    let rest: Rest =
        serde_json::from_slice(reader.bytes()?).map_err(|e| FrameError::Json(e.to_string()))?;
    let mut layers: Vec<Vec<LayerData>> =
        (0..documents).map(|_| Vec::with_capacity(provides.len())).collect();
    for schema in provides {
        let attributes: Vec<usize> = (0..schema.attributes.len()).collect();
        let of_documents = get_layers(reader, schema, &attributes, documents)?;
        for (to, (annotations, attributes)) in layers.iter_mut().zip(of_documents) {
            to.push(LayerData { annotations, attributes });
        }
    }
    let mut results: Vec<_> = status
        .iter()
        .zip(layers)
        .map(|(status, layers)| match *status {
            FINISHED => DocumentResult::Finished { layers, notes: Vec::new() },
            FAILED => DocumentResult::Failed(Failure::from(FailureRecord::default())),
            _ => DocumentResult::Unfinished,
        })
        .collect();
    for (number, note) in rest.notes {
        if let Some(DocumentResult::Finished { notes, .. }) = results.get_mut(number as usize) {
            notes.push(note);
        }
    }
    for (number, failure) in rest.failures {
        if let Some(result @ DocumentResult::Failed(_)) = results.get_mut(number as usize) {
            *result = DocumentResult::Failed(failure.into());
        }
    }
    let failure = rest.failure.map(Failure::from);
    Ok(BatchResult { documents: results, reported: failure.clone(), failure, poisoned: false })
}
