//! Answers that are files: sent piece by piece, under a name to save them by.

use crate::fault::{Fault, Result};
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures::{Stream, TryStreamExt as _};

/// Media type of workbooks.
pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// Media type of one JSON value a line.
pub const NDJSON: &str = "application/x-ndjson";
/// Media type of our CSV.
pub const CSV: &str = crate::operations::statistics::CSV;

/// An answer that is saved under a name. A fault on the way breaks it off, so that it cannot be taken for whole.
pub fn streamed(
    media_type: &'static str,
    name: &str,
    pieces: impl Stream<Item = Result<Vec<u8>>> + 'static,
) -> HttpResponse {
    let pieces = pieces.map_ok(Bytes::from).map_err(|fault: Fault| {
        tracing::warn!(code = fault.problem().code, "answer broken off");
        std::io::Error::other(fault)
    });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, saved_as(name)))
        .content_type(media_type)
        .streaming(pieces)
}

/// The same for a file that is at hand.
pub fn whole(media_type: &'static str, name: &str, file: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_DISPOSITION, saved_as(name)))
        .content_type(media_type)
        .body(file)
}

fn saved_as(name: &str) -> String {
    format!("attachment; filename=\"{name}\"")
}
