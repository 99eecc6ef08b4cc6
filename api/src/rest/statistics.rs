//! Answers about the sector in the form the caller likes best, with their entity tag.

use super::files;
use crate::access::digest;
use crate::fault::{Fault, Result};
use crate::formats::statistics::csv::csv;
use crate::formats::statistics::csvw::csvw;
use crate::formats::statistics::json_stat::json_stat;
use crate::formats::statistics::parquet::parquet;
use crate::formats::statistics::sdmx_csv::sdmx_csv;
use crate::formats::statistics::sdmx_structure::sdmx_structure;
use crate::formats::statistics::xlsx::xlsx;
use crate::formats::statistics::{
    CSV, CSVW, JSON_STAT, JSON_STAT_ALSO, PARQUET, SDMX_CSV, SDMX_STRUCTURE, XLSX,
};
use crate::http::accept;
use crate::http::conditional::known;
use crate::operations::Service;
use crate::operations::releases::cube;
use crate::operations::sector::Answered;
use crate::views::SectorAnswer;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;

const JSON: &str = "application/json";
const OFFERED: &[&str] = &[
    JSON,
    CSV,
    SDMX_CSV,
    SDMX_STRUCTURE,
    JSON_STAT,
    JSON_STAT_ALSO,
    CSVW,
    XLSX,
    PARQUET,
];

/// An answer in the form that `Accept` names. The same question of the same facts has the same tag.
pub fn answer(
    request: &HttpRequest,
    service: &Service,
    answered: &Answered,
) -> Result<HttpResponse> {
    let form = accept::choose(request, OFFERED)?;
    let tag = format!("\"{}\"", tag(form, answered));
    if known(request, &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag))
            .finish());
    }
    let mut response = if form == JSON {
        HttpResponse::Ok().json(SectorAnswer::from(answered))
    } else {
        file(form, service, answered)?
    };
    if let Ok(tag) = header::HeaderValue::from_str(&tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response.headers_mut().insert(
        header::VARY,
        header::HeaderValue::from_static("Accept, Authorization"),
    );
    Ok(response)
}

/// Names what was asked, of what, as of when, and in which form.
fn tag(form: &str, answered: &Answered) -> String {
    let asked = format!(
        "{form}|{}|{:?}|{:?}|{:?}|{}",
        answered.query.measure.name,
        answered.query.statistic,
        answered.query.group_by,
        answered.query.filters,
        answered.as_of
    );
    let panel = format!("{:?}|{:?}", answered.query.panel, answered.query.base_year);
    let name = digest(&format!("{asked}|{panel}|{}", answered.generation));
    name.chars().take(32).collect()
}

fn file(form: &'static str, service: &Service, answered: &Answered) -> Result<HttpResponse> {
    let cube = cube(answered, &service.codes());
    let name = |extension: &str| format!("{}.{extension}", cube.id);
    let response = match form {
        CSV => files::whole(files::CSV, &name("csv"), csv(&[&cube])?),
        SDMX_CSV => files::whole(SDMX_CSV, &name("sdmx.csv"), sdmx_csv(&[&cube])?),
        SDMX_STRUCTURE => files::whole(
            SDMX_STRUCTURE,
            &name("sdmx.json"),
            bytes(&sdmx_structure(&[&cube])?)?,
        ),
        CSVW => files::whole(
            CSVW,
            &name("csv-metadata.json"),
            bytes(&csvw(&cube, &name("csv"))?)?,
        ),
        XLSX => files::whole(XLSX, &name("xlsx"), xlsx(&[&cube])?),
        PARQUET => files::whole(PARQUET, &name("parquet"), parquet(&[&cube])?),
        _ => files::whole(JSON_STAT, &name("json"), bytes(&json_stat(&cube)?)?),
    };
    Ok(response)
}

fn bytes<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|_| Fault::Internal)
}
