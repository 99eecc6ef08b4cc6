//! JSON: any body that is read into a typed shape; rows are `json_rows`'.

use super::source;
use crate::fault::{Fault, Result};
use serde::de::DeserializeOwned;

/// Reads a body into a shape that refuses members it does not know.
///
/// # Errors
/// [`Fault::MalformedBody`] where it is not JSON; [`Fault::InvalidBody`] naming the member where it has another shape.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let shape = serde_path_to_error::deserialize(&mut reader).map_err(|fault| {
        let place = fault.path().to_string();
        misshapen(&place, fault.into_inner())
    })?;
    reader.end().map_err(malformed)?;
    Ok(shape)
}

/// What a fault of the deserialiser at a path means.
pub(super) fn misshapen(path: &str, fault: serde_json::Error) -> Fault {
    if !fault.is_data() {
        return malformed(fault);
    }
    let pointer = if path == "." {
        String::new()
    } else {
        pointer(path)
    };
    Fault::body(&pointer, "wrong-shape", sentence(&fault))
}

/// `rows[3].fte` of the deserialiser as the pointer `/rows/3/fte`.
fn pointer(path: &str) -> String {
    let path = path.replace('[', ".").replace(']', "");
    format!(
        "/{}",
        path.split('.')
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("/")
    )
}

/// The parser's message without the place it appends, which the fault gives in its own way.
pub(super) fn sentence(fault: &serde_json::Error) -> String {
    let text = fault.to_string();
    text.split(" at line ")
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// What a fault of the parser means, or of the reader beneath it.
pub(super) fn malformed(fault: serde_json::Error) -> Fault {
    if fault.is_io() {
        return source::fault(fault.into());
    }
    Fault::MalformedBody {
        place: format!("line {}, column {}", fault.line(), fault.column()),
        reason: sentence(&fault),
    }
}
