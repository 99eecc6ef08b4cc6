//! `/v1/datasets`.

use crate::domain::datasets as rules;
use crate::fault::{Fault, Noun};
use crate::http::Problem;
use crate::views::{Dataset, Page};
use actix_web::get;
use actix_web::web::{Json, Path};
use entity::values::DatasetName;

/// List the definitions of the datasets; there is one page.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = Page<Dataset>)))]
#[get("/v1/datasets")]
pub async fn list_datasets() -> Page<Dataset> {
    let items = rules::Dataset::ALL
        .iter()
        .map(|dataset| Dataset::from(*dataset))
        .collect();
    Page { items, next: None }
}

/// Read the definition of a dataset.
#[utoipa::path(tag = "registry", security(()), responses((status = 200, body = Dataset)))]
#[get("/v1/datasets/{dataset}")]
pub async fn get_dataset(dataset: Path<String>) -> Result<Json<Dataset>, Problem> {
    let name: DatasetName = dataset
        .parse()
        .map_err(|_| Problem(Fault::NotFound(Noun::Dataset)))?;
    Ok(Json(Dataset::from(rules::Dataset::of(name))))
}
