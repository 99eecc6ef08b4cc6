//! The four parameters of a request, from a JSON body or a query string.
//!
//! The JSON is read by hand, member by member: a derived reader would also take an array for the four members in
//! their order, and could not tell a wrong type from a syntax fault. A member that is not one of the four is refused,
//! as everywhere in this service; `extensions` is checked to be an object and otherwise not looked at.

use super::{LONGEST_NAME, RequestFault};
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

const QUERY: &str = "query";
const OPERATION_NAME: &str = "operationName";
const VARIABLES: &str = "variables";
const EXTENSIONS: &str = "extensions";

/// A request as the protocol has it.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphqlRequest {
    /// The document, not yet parsed.
    pub query: String,
    /// Which operation to execute; an empty name counts as none.
    pub operation_name: Option<String>,
    /// Values of the variables.
    pub variables: Map<String, Value>,
    /// Reserved for both sides to agree on; nothing is agreed here.
    pub extensions: Map<String, Value>,
}

/// Reads the body of a POST. The bound on its bytes is the caller's.
pub fn from_json(body: &[u8]) -> Result<GraphqlRequest, RequestFault> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let gathered = reader
        .deserialize_any(BodyVisitor)
        .and_then(|gathered| reader.end().map(|()| gathered));
    match gathered {
        Ok(gathered) => gathered?.finish(),
        Err(error) if error.is_data() => Err(RequestFault::BodyNotObject),
        Err(error) => Err(RequestFault::BodyNotJson {
            line: error.line(),
            column: error.column(),
        }),
    }
}

/// Reads the query string of a GET (without the `?`); `variables` and `extensions` are JSON in it.
pub fn from_query_string(text: &str) -> Result<GraphqlRequest, RequestFault> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(text).map_err(|_| RequestFault::QueryMissing)?;
    let mut gathered = Gathered::default();
    for (name, text) in pairs {
        let value = match name.as_str() {
            VARIABLES | EXTENSIONS if text.is_empty() => Value::Null,
            // What is not JSON becomes a text, which is refused as not being an object.
            VARIABLES | EXTENSIONS => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            _ => Value::String(text),
        };
        gathered.put(&name, value)?;
    }
    gathered.finish()
}

/// The parameters as they came.
#[derive(Default)]
struct Gathered {
    query: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

impl Gathered {
    fn put(&mut self, name: &str, value: Value) -> Result<(), RequestFault> {
        let (name, place) = match name {
            QUERY => (QUERY, &mut self.query),
            OPERATION_NAME => (OPERATION_NAME, &mut self.operation_name),
            VARIABLES => (VARIABLES, &mut self.variables),
            EXTENSIONS => (EXTENSIONS, &mut self.extensions),
            _ => {
                let name = name.chars().take(LONGEST_NAME).collect();
                return Err(RequestFault::ParameterUnknown { name });
            }
        };
        match place.replace(value) {
            None => Ok(()),
            Some(_) => Err(RequestFault::ParameterRepeated { name }),
        }
    }

    fn finish(self) -> Result<GraphqlRequest, RequestFault> {
        let query = text(QUERY, self.query)?
            .filter(|query| !query.is_empty())
            .ok_or(RequestFault::QueryMissing)?;
        Ok(GraphqlRequest {
            query,
            operation_name: text(OPERATION_NAME, self.operation_name)?
                .filter(|name| !name.is_empty()),
            variables: object(VARIABLES, self.variables)?,
            extensions: object(EXTENSIONS, self.extensions)?,
        })
    }
}

fn text(name: &'static str, value: Option<Value>) -> Result<Option<String>, RequestFault> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Err(RequestFault::ParameterInvalid {
                name,
                expected: "a string",
            })
        }
    }
}

fn object(name: &'static str, value: Option<Value>) -> Result<Map<String, Value>, RequestFault> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(members)) => Ok(members),
        Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::String(_)) => {
            Err(RequestFault::ParameterInvalid {
                name,
                expected: "a JSON object",
            })
        }
    }
}

/// Reads an object into [`Gathered`]; a fault of its members is held until the JSON is known to be sound.
struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Result<Gathered, RequestFault>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut gathered = Ok(Gathered::default());
        while let Some(name) = members.next_key::<String>()? {
            match &mut gathered {
                Ok(so_far) => {
                    if let Err(fault) = so_far.put(&name, members.next_value()?) {
                        gathered = Err(fault);
                    }
                }
                Err(_) => {
                    members.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(gathered)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err(RequestFault::BatchRefused))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Ok(Err(RequestFault::BodyNotObject))
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test fails by panicking"
    )]
    use super::*;
    use serde_json::json;

    fn code(body: &str) -> Result<(), &'static str> {
        from_json(body.as_bytes())
            .map(|_| ())
            .map_err(|fault| fault.code())
    }

    fn get_code(text: &str) -> Result<(), &'static str> {
        from_query_string(text)
            .map(|_| ())
            .map_err(|fault| fault.code())
    }

    #[test]
    fn a_body_has_four_members_and_three_may_be_null() {
        let full = from_json(
            br#"{"query":"{a}","operationName":"A","variables":{"n":1.50},"extensions":{"e":[]}}"#,
        )
        .unwrap();
        assert_eq!(full.query, "{a}");
        assert_eq!(full.operation_name.as_deref(), Some("A"));
        assert_eq!(Value::Object(full.variables), json!({"n": 1.50}));
        assert_eq!(Value::Object(full.extensions), json!({"e": []}));
        let nulls = from_json(
            br#"{"extensions":null,"query":"{a}","operationName":null,"variables":null}"#,
        );
        assert_eq!(nulls, from_json(br#"{"query":"{a}"}"#));
        assert_eq!(
            from_json(br#"{"query":"{a}","operationName":""}"#)
                .unwrap()
                .operation_name,
            None
        );
    }

    #[test]
    fn batches_are_refused_whatever_is_in_them() {
        for body in [
            "[]",
            r#"[{"query":"{a}"}]"#,
            r#"["{a}", null, {}, {}]"#,
            "[1]",
        ] {
            assert_eq!(code(body), Err("batch-refused"), "{body}");
        }
    }

    #[test]
    fn every_other_body_has_its_own_code() {
        for (body, expected) in [
            ("", "body-not-json"),
            (r#"{ "not a JSON"#, "body-not-json"),
            (r#"{"query":"{a}"} x"#, "body-not-json"),
            ("[{]", "body-not-json"),
            ("null", "body-not-object"),
            ("7", "body-not-object"),
            (r#""{a}""#, "body-not-object"),
            ("{}", "query-missing"),
            (r#"{"query":null}"#, "query-missing"),
            (r#"{"query":""}"#, "query-missing"),
            (r#"{"query":7}"#, "parameter-invalid"),
            (r#"{"query":["a"]}"#, "parameter-invalid"),
            (r#"{"query":"{a}","operationName":{}}"#, "parameter-invalid"),
            (r#"{"query":"{a}","variables":"{}"}"#, "parameter-invalid"),
            (r#"{"query":"{a}","variables":[]}"#, "parameter-invalid"),
            (r#"{"query":"{a}","extensions":0}"#, "parameter-invalid"),
            (r#"{"query":"{a}","qeury":"{a}"}"#, "parameter-unknown"),
            (r#"{"query":"{a}","query":"{b}"}"#, "parameter-repeated"),
            (r#"{"variables":null,"variables":{}}"#, "parameter-repeated"),
            (r#"{"other":1,"query":"{a}""#, "body-not-json"),
        ] {
            assert_eq!(code(body), Err(expected), "{body}");
        }
        assert_eq!(
            from_json(b"{\n\"query\":}").unwrap_err(),
            RequestFault::BodyNotJson { line: 2, column: 9 }
        );
        assert_eq!(code(&"[".repeat(100_000)), Err("body-not-json"));
        let deep = format!("{{\"variables\":{}", "[".repeat(100_000));
        assert_eq!(code(&deep), Err("body-not-json"));
        let invalid_utf8 = from_json(b"{\"query\":\"\xff\"}").unwrap_err();
        assert_eq!(invalid_utf8.code(), "body-not-json");
    }

    #[test]
    fn a_query_string_says_the_same() {
        let request = from_query_string(
            "query=query+A(%24n%3AInt)%7Ba%7D&variables=%7B%22n%22%3A1%7D&operationName=A&extensions=",
        )
        .unwrap();
        assert_eq!(request.query, "query A($n:Int){a}");
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(Value::Object(request.variables), json!({"n": 1}));
        assert_eq!(get_code("query=%7Ba%7D"), Ok(()));
        assert_eq!(get_code("query=%7Ba%7D&operationName="), Ok(()));
        assert_eq!(get_code(""), Err("query-missing"));
        assert_eq!(get_code("variables=%7B%7D"), Err("query-missing"));
        assert_eq!(get_code("query=a&query=b"), Err("parameter-repeated"));
        assert_eq!(
            get_code("query=a&variables=nonsense"),
            Err("parameter-invalid")
        );
        assert_eq!(
            get_code("query=a&variables=%22%7B%7D%22"),
            Err("parameter-invalid")
        );
        assert_eq!(
            get_code("query=a&variables=%5B%5D"),
            Err("parameter-invalid")
        );
        assert_eq!(get_code("query=a&access_token=b"), Err("parameter-unknown"));
    }
}
