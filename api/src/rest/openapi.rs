//! The OpenAPI document: generated from the handlers, completed with what holds for all of them.

use crate::domain::datasets::{Dataset, ORG_UNIT};
use crate::http::idempotency::changes;
use crate::http::problem::{MEDIA_TYPE, ProblemDetails, ProblemViolation};
use actix_web::web::Data;
use actix_web::{App, HttpResponse, get};
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{
    Array, ArrayItems, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::security::{
    ClientCredentials, Flow, Http, HttpAuthScheme, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};
use utoipa_actix_web::AppExt as _;

/// A page of rows: the shape depends on the dataset.
pub struct RowPage;
/// A body of rows: the shape depends on the dataset.
pub struct RowsBody;

/// The name of a dataset's row in the document.
fn row_name(dataset: &Dataset) -> String {
    let words = dataset.name.as_str().split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    format!("{}Row", words.collect::<String>())
}

fn any_row() -> Schema {
    let rows = Dataset::ALL
        .iter()
        .fold(OneOfBuilder::new(), |rows, dataset| {
            rows.item(Ref::from_schema_name(row_name(dataset)))
        });
    Schema::OneOf(rows.build())
}

fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// The schema of a dataset's row, from its definition.
fn row(dataset: &Dataset) -> Schema {
    let mut row = ObjectBuilder::new()
        .property(ORG_UNIT, text().description(Some("The org unit's code.")))
        .required(ORG_UNIT)
        .additional_properties(Some(
            utoipa::openapi::schema::AdditionalProperties::FreeForm(false),
        ))
        .description(Some(dataset.description));
    for dimension in dataset.dimensions {
        let description = dimension.list().map_or_else(
            || format!("{}: an identifier.", dimension.title),
            |list| format!("{}: a code of the list `{list}`.", dimension.title),
        );
        row = row
            .property(dimension.name, text().description(Some(description)))
            .required(dimension.name);
    }
    for measure in dataset.measures {
        let kind = if measure.unit.scale() == 1 {
            Type::Integer
        } else {
            Type::Number
        };
        let kinds = if measure.required {
            SchemaType::Type(kind)
        } else {
            SchemaType::Array(vec![kind, Type::Null])
        };
        let description = format!("{}, in {}.", measure.title, measure.unit.as_str());
        row = row.property(
            measure.name,
            ObjectBuilder::new()
                .schema_type(kinds)
                .description(Some(description)),
        );
        if measure.required {
            row = row.required(measure.name);
        }
    }
    Schema::Object(row.build())
}

fn rows_array() -> Array {
    let mut rows = Array::new(RefOr::T(Schema::Object(ObjectBuilder::new().build())));
    rows.items = ArrayItems::RefOrSchema(Box::new(RefOr::T(any_row())));
    rows
}

impl PartialSchema for RowPage {
    fn schema() -> RefOr<Schema> {
        let next = ObjectBuilder::new()
            .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
            .description(Some(
                "To be handed back as `cursor` for the next page; null on the last.",
            ));
        let page = ObjectBuilder::new()
            .property("items", rows_array())
            .property("next", next);
        RefOr::T(Schema::Object(
            page.required("items").required("next").build(),
        ))
    }
}
impl ToSchema for RowPage {}

impl PartialSchema for RowsBody {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(
            ObjectBuilder::new()
                .property("rows", rows_array())
                .required("rows")
                .build(),
        ))
    }
}
impl ToSchema for RowsBody {}

/// The whole document.
pub fn document() -> OpenApi {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .configure(super::routes)
        .split_for_parts();
    "technician-metrics".clone_into(&mut document.info.title);
    "1".clone_into(&mut document.info.version);
    document.info.description = Some(
        "Technician headcounts and action plans of UK institutions, each in its own space, and the sector's figures from \
         all of them. Every error is problem+json (RFC 9457) with a stable `code`."
            .to_owned(),
    );
    // The generator would name its own author.
    document.info.contact = None;
    document.info.license = Some(utoipa::openapi::License::new("MIT OR Apache-2.0"));
    document.servers = Some(vec![utoipa::openapi::Server::new("/")]);
    complete_components(&mut document);
    for (path, item) in &mut document.paths.paths {
        let operations = [
            ("GET", &mut item.get),
            ("PUT", &mut item.put),
            ("POST", &mut item.post),
            ("PATCH", &mut item.patch),
            ("DELETE", &mut item.delete),
        ];
        for (method, operation) in operations {
            if let Some(operation) = operation {
                complete(path, operation);
                if changes(method, path) {
                    complete_change(operation);
                }
            }
        }
    }
    document
}

/// Security schemes, problem details, and a row schema for each dataset.
fn complete_components(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    let scopes = crate::access::Permission::ALL
        .iter()
        .map(|permission| (permission.scope(), permission.meaning()));
    let flow = Flow::ClientCredentials(ClientCredentials::new(
        "/oauth/token",
        scopes.collect::<Scopes>(),
    ));
    components.add_security_scheme("bearer", SecurityScheme::OAuth2(OAuth2::new([flow])));
    components.add_security_scheme(
        "basic",
        SecurityScheme::Http(Http::new(HttpAuthScheme::Basic)),
    );
    let mut add = |name: String, schema: RefOr<Schema>| {
        components.schemas.insert(name, schema);
    };
    add("ProblemDetails".to_owned(), ProblemDetails::schema());
    add("ProblemViolation".to_owned(), ProblemViolation::schema());
    add("RowPage".to_owned(), RowPage::schema());
    add("RowsBody".to_owned(), RowsBody::schema());
    for dataset in Dataset::ALL {
        add(row_name(dataset), RefOr::T(row(dataset)));
    }
}

/// What every operation has: its path parameters described, `If-Match` where it changes, a problem for every failure.
fn complete(path: &str, operation: &mut Operation) {
    let problem = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemDetails")))
        .build();
    let failure = ResponseBuilder::new()
        .description("A problem; its `code` says which")
        .content(MEDIA_TYPE, problem);
    operation
        .responses
        .responses
        .insert("default".to_owned(), RefOr::T(failure.build()));
    let mut parameters = operation.parameters.take().unwrap_or_default();
    parameters.retain(
        |parameter| !matches!(parameter, RefOr::T(one) if one.parameter_in == ParameterIn::Path),
    );
    for name in path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
    {
        parameters.push(parameter(
            name,
            ParameterIn::Path,
            described(name),
            Required::True,
        ));
    }
    let id = operation.operation_id.clone().unwrap_or_default();
    if id == "get_rows" {
        parameters.extend(filters());
    }
    if [
        "change_", "close_", "replace_", "merge_", "submit_", "correct_", "import_", "set_",
        "delete_", "remove_",
    ]
    .iter()
    .any(|verb| id.starts_with(verb))
    {
        let description = "The ETag last read, or * to change whatever is there; 428 without it, 412 where it differs";
        parameters.push(parameter(
            "If-Match",
            ParameterIn::Header,
            description,
            Required::True,
        ));
    }
    operation.parameters = Some(parameters);
}

/// What every change has: a key that makes it repeatable, and an answer for those who want none.
fn complete_change(operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_default();
    for (name, description) in [
        (
            "Idempotency-Key",
            "Makes the request repeatable: a string of 1 to 255 visible ASCII characters, best a UUID. The same request with the same \
             key within 24 hours is answered as the first was, with `Idempotency-Replayed: true`, and changes nothing more",
        ),
        (
            "Prefer",
            "`return=minimal` leaves the representation out: 204, or 201 with `Location` alone",
        ),
    ] {
        let there = |one: &RefOr<Parameter>| matches!(one, RefOr::T(one) if one.name == name);
        if parameters.iter().any(there) {
            continue;
        }
        parameters.push(parameter(
            name,
            ParameterIn::Header,
            description,
            Required::False,
        ));
    }
    let responses = &mut operation.responses.responses;
    if responses.contains_key("200") && !responses.contains_key("204") {
        let minimal = ResponseBuilder::new()
            .description("Done; the representation was left out, as `Prefer: return=minimal` asks");
        responses.insert("204".to_owned(), RefOr::T(minimal.build()));
    }
}

/// What rows may be narrowed to: the org unit and the dimensions of every dataset.
fn filters() -> Vec<RefOr<Parameter>> {
    let mut names = vec![ORG_UNIT];
    for dimension in Dataset::ALL.iter().flat_map(|dataset| dataset.dimensions) {
        if !names.contains(&dimension.name) {
            names.push(dimension.name);
        }
    }
    let description =
        "Only rows with one of these codes, parted by commas; where the dataset has the column";
    let one = |name| parameter(name, ParameterIn::Query, description, Required::False);
    names.into_iter().map(one).collect()
}

fn parameter(
    name: &str,
    place: ParameterIn,
    description: &str,
    required: Required,
) -> RefOr<Parameter> {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(place)
        .description(Some(description))
        .required(required)
        .schema(Some(text()));
    RefOr::T(parameter.build())
}

fn described(name: &str) -> &'static str {
    match name {
        "slug" => "The institution's short name, such as `lancaster`",
        "dataset" => "The dataset, such as `headcount`",
        "year" => "The academic year, such as `2024-25`",
        "revision" => "The number of the revision, from 1",
        "list" => "The code list, such as `discipline`",
        "code" => "The code, such as `laboratory`",
        "action" => "The action's id",
        _ => "The id",
    }
}

/// Read this document.
#[utoipa::path(tag = "contract", security(()), responses((status = 200, body = serde_json::Value)))]
#[get("/openapi.json")]
pub async fn get_openapi(document: Data<OpenApi>) -> HttpResponse {
    HttpResponse::Ok().json(document.get_ref())
}
