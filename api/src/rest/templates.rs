//! `/v1/datasets/{dataset}/template.csv` and `template.xlsx`.

use super::files::{CSV, XLSX, whole};
use super::query::Strict;
use crate::fault::{Fault, Noun, Result};
use crate::http::{Call, Problem};
use crate::operations::templates::{self, Wanted};
use actix_web::web::Path;
use actix_web::{HttpResponse, get};
use entity::values::AcademicYear;
use serde::Deserialize;
use utoipa::IntoParams;

/// Which template is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TemplateQuery {
    /// The academic year it is for: only its codes are offered. Codes of every year where nothing is said.
    year: Option<String>,
    /// Whether it is filled with an example that is sound.
    example: Option<bool>,
}

fn read(dataset: &str, query: &TemplateQuery) -> Result<(Wanted, String)> {
    let dataset = dataset
        .parse()
        .map_err(|_| Fault::NotFound(Noun::Dataset))?;
    let year = query.year.as_deref().map(|text| {
        let message = format!("\u{201c}{text}\u{201d} is not an academic year, such as 2024-25.");
        text.parse::<AcademicYear>()
            .map_err(|_| Fault::parameter("year", "unknown-code", message))
    });
    let wanted = Wanted {
        dataset,
        year: year.transpose()?,
        filled: query.example.unwrap_or(false),
    };
    let kind = if wanted.filled { "example" } else { "template" };
    let year = wanted
        .year
        .map(|year| format!("-{year}"))
        .unwrap_or_default();
    Ok((wanted, format!("{dataset}-{kind}{year}")))
}

/// Read a dataset's template as CSV: the header line, or a filled example.
#[utoipa::path(tag = "registry", params(TemplateQuery), security(()), responses((status = 200, body = String, content_type = "text/csv")))]
#[get("/v1/datasets/{dataset}/template.csv")]
pub async fn get_template_csv(
    call: Call,
    dataset: Path<String>,
    query: Strict<TemplateQuery>,
) -> Result<HttpResponse, Problem> {
    let (wanted, name) = read(&dataset, &query.0)?;
    let file = templates::csv(&call.service, wanted).await?;
    Ok(whole(CSV, &format!("{name}.csv"), file))
}

/// Read a dataset's template as a workbook: rows to fill in, with drop-downs, the code lists, notes and an example.
#[utoipa::path(tag = "registry", params(TemplateQuery), security(()), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
#[get("/v1/datasets/{dataset}/template.xlsx")]
pub async fn get_template_xlsx(
    call: Call,
    dataset: Path<String>,
    query: Strict<TemplateQuery>,
) -> Result<HttpResponse, Problem> {
    let (wanted, name) = read(&dataset, &query.0)?;
    let file = templates::workbook(&call.service, wanted).await?;
    Ok(whole(XLSX, &format!("{name}.xlsx"), file))
}
