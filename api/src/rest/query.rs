//! Query strings, read strictly: an unknown parameter is a fault, not a silence.

use crate::fault::{Fault, Result, Violation};
use crate::http::Problem;
use crate::store::PageRequest;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use utoipa::IntoParams;

/// Parameters of a query string.
#[derive(Clone, Debug)]
pub struct Strict<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Strict<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(request.query_string()).map(Self).map_err(Problem))
    }
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    let pairs = serde_urlencoded::Deserializer::new(form_pairs(text));
    serde_path_to_error::deserialize(pairs).map_err(|fault| {
        let name = fault.path().to_string();
        let message = format!("{}.", fault.inner());
        let code = if message.starts_with("unknown field") {
            "unknown-parameter"
        } else {
            "wrong-form"
        };
        let name = match message.split('`').nth(1) {
            Some(unknown) if code == "unknown-parameter" => unknown.to_owned(),
            _ => name,
        };
        Fault::InvalidParameters(vec![Violation::parameter(&name, code, message)])
    })
}

/// The parser of form-encoded pairs.
fn form_pairs(text: &str) -> form_urlencoded::Parse<'_> {
    form_urlencoded::parse(text.as_bytes())
}

/// The parameters of every list.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Paging {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
}

impl Paging {
    /// The page that is wanted.
    pub fn request(&self) -> Result<PageRequest> {
        PageRequest::read(self.limit, self.cursor.as_deref())
    }
}

/// A parameter whose value is one of a vocabulary's codes.
pub fn code<T: std::str::FromStr<Err = entity::values::UnknownCode>>(
    name: &str,
    text: Option<&str>,
) -> Result<Option<T>> {
    text.map(|text| {
        text.parse()
            .map_err(|fault| Fault::parameter(name, "unknown-code", format!("{fault}.")))
    })
    .transpose()
}

/// The parameters of a list that can be turned round.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Sorted {
    /// How many items, from 1 to 500; 50 where nothing is said.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u64>,
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// The key the list is in the order of; with a hyphen before it, the last one comes first.
    pub sort: Option<String>,
}

impl Sorted {
    /// The page that is wanted of a list in the order of `key`.
    pub fn request(&self, key: &str) -> Result<PageRequest> {
        PageRequest::read(self.limit, self.cursor.as_deref())?.sorted(self.sort.as_deref(), key)
    }
}
