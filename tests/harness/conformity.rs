//! Whether an answer is what `openapi.json` says.

use crate::Reply;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

/// The document of the service under test.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        serde_json::to_value(technician_metrics::rest::openapi::document())
            .expect("the document is JSON")
    })
}

/// The template of the document an address belongs to; a literal one goes before one with a variable.
fn template(path: &str) -> Option<&'static str> {
    let paths = document()["paths"].as_object().expect("paths");
    let fits = |template: &str| {
        let (wanted, given): (Vec<_>, Vec<_>) =
            (template.split('/').collect(), path.split('/').collect());
        wanted.len() == given.len()
            && wanted
                .iter()
                .zip(&given)
                .all(|(wanted, given)| wanted == given || wanted.starts_with('{'))
    };
    paths
        .keys()
        .map(String::as_str)
        .filter(|template| fits(template))
        .min_by_key(|template| template.matches('{').count())
}

/// Checks an answer to a request.
///
/// # Panics
/// Where the document does not foresee it.
pub fn check(method: &str, path: &str, reply: &Reply) {
    let Some(template) = template(path) else {
        return;
    };
    let operation = &document()["paths"][template][method.to_ascii_lowercase()];
    if operation.is_null() {
        assert_eq!(
            reply.status, 405,
            "{method} {path} is not documented and was answered"
        );
        return;
    }
    let status = reply.status.to_string();
    let named = &operation["responses"][&status];
    let (response, key) = if named.is_null() {
        (&operation["responses"]["default"], "default")
    } else {
        (named, status.as_str())
    };
    assert!(
        !response.is_null(),
        "{method} {template} answered {status}, which is not documented"
    );
    if reply.header("preference-applied") == "return=minimal" {
        assert!(reply.body.is_empty() && reply.header("content-type").is_empty());
        return;
    }
    let Some(content) = response["content"].as_object() else {
        assert!(
            reply.body.is_empty(),
            "{method} {template} {status} has an undocumented body"
        );
        return;
    };
    // The document may name a version with the type; what is compared is the type.
    let name = |text: &str| text.split(';').next().unwrap_or_default().trim().to_owned();
    let media_type = name(reply.header("content-type"));
    let documented = content.iter().find(|(known, _)| name(known) == media_type);
    let Some((_, documented)) = documented else {
        panic!("{method} {template} {status} answered {media_type}, not documented");
    };
    if !media_type.ends_with("json") || media_type == "application/x-ndjson" {
        return;
    }
    let place = format!("{method} {template} {key} {media_type}");
    let mut validators = validators()
        .lock()
        .expect("no panic while a validator is made");
    let validator = validators.entry(place.clone()).or_insert_with(|| {
        let mut schema = documented["schema"].clone();
        if let Some(members) = schema.as_object_mut() {
            members.insert(
                "components".to_owned(),
                json!({"schemas": document()["components"]["schemas"]}),
            );
        }
        jsonschema::draft202012::new(&schema).expect("a valid schema")
    });
    let faults: Vec<String> = validator
        .iter_errors(&reply.written())
        .map(|fault| format!("{}: {fault}", fault.instance_path()))
        .collect();
    drop(validators);
    assert!(
        faults.is_empty(),
        "{place} does not conform: {faults:#?}\n{}",
        reply.text()
    );
}

fn validators() -> &'static Mutex<HashMap<String, Validator>> {
    static VALIDATORS: OnceLock<Mutex<HashMap<String, Validator>>> = OnceLock::new();
    VALIDATORS.get_or_init(Mutex::default)
}
