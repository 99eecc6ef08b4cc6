//! Every operation of the document with every wrong caller.
//!
//! What each must answer is computed: from the scope the document says an operation needs, and from the scopes a
//! persona's token says it holds. A new operation is walked as soon as it is documented, and fails here until
//! [`body_of`] knows what a right caller would send.

use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tests::{Persona, Reply, Request, World, document, on_both_engines};

/// Operations that do not look at who calls, so that even a false token is not refused. May only shrink.
const LOOK_AT_NO_TOKEN: &[(&str, &str)] = &[
    ("get_catalogue", "made of constants"),
    ("get_dataset", "made of constants"),
    (
        "get_liveness",
        "a probe says that the process runs, whatever it is asked with",
    ),
    ("get_openapi", "made of constants"),
    ("issue_token", "who shows a secret need not show a token"),
    ("list_datasets", "made of constants"),
];

const CSV: &str = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount\ninstitution,laboratory,not-known,female,26-30,open-ended,full-time,12\n";
/// What is said to the one warning that [`CSV`] gives rise to.
const UNKNOWN_GRADES: &str = "Grades come later.";
const PLAN: &str = "theme,activity_number,action\nVisibility,V1,Be seen\n";
/// An id like any other, of nothing.
const NOTHING: &str = "01953c00-0000-7000-8000-000000000000";

/// One operation of the document.
struct Operation {
    id: String,
    method: Method,
    path: String,
    /// The scope it needs; `None` where anyone may call it.
    needs: Option<String>,
}

impl Operation {
    /// Whether it is about one institution's own space, rather than about the registry or the sector.
    fn is_tenant_s(&self) -> bool {
        self.path.starts_with("/v1/institutions/{slug}")
            && self
                .needs
                .as_deref()
                .is_some_and(|scope| !scope.starts_with("registry:"))
    }
}

fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in document()["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let id = operation["operationId"]
                .as_str()
                .expect("an operation id")
                .to_owned();
            let security = operation["security"]
                .as_array()
                .unwrap_or_else(|| panic!("{id} does not say who may call it"));
            let public = security.contains(&json!({}));
            let scopes: Vec<&str> = security
                .iter()
                .filter_map(|one| one["bearer"][0].as_str())
                .collect();
            assert!(public != (scopes.len() == 1), "{id}: {security:?}");
            let method = method.to_ascii_uppercase().parse().expect("a method");
            found.push(Operation {
                id,
                method,
                path: path.clone(),
                needs: scopes.first().map(|scope| (*scope).to_owned()),
            });
        }
    }
    found
}

/// What is really there: everything an address may name.
struct Real {
    unit: String,
    plan: String,
    action: String,
}

impl Real {
    async fn of(world: &World, who: Persona, slug: &str) -> Self {
        let base = format!("/v1/institutions/{slug}");
        let id = |reply: Reply| reply.json()["id"].as_str().expect("an id").to_owned();
        let unit = json!({"code": "walked", "name": "Walked", "kind": "other"});
        let unit = id(world
            .post(who, &format!("{base}/org-units"))
            .json(&unit)
            .send()
            .await
            .expect(201));
        let plan = json!({"title": "Walked", "stage": 1});
        let plan = id(world
            .post(who, &format!("{base}/action-plans"))
            .json(&plan)
            .send()
            .await
            .expect(201));
        let import = world
            .post(who, &format!("{base}/action-plans/{plan}/import"))
            .if_match("*")
            .csv(PLAN);
        let action = import.send().await.expect(200).json()["actions"][0]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        let rows = format!("{base}/returns/headcount/2024-25");
        world
            .put(who, &format!("{rows}/rows"))
            .if_match("*")
            .csv(CSV)
            .send()
            .await
            .expect(200);
        world.submit(who, &rows, json!({})).await.expect(200);
        Self { unit, plan, action }
    }

    fn nothing() -> Self {
        Self {
            unit: NOTHING.to_owned(),
            plan: NOTHING.to_owned(),
            action: NOTHING.to_owned(),
        }
    }

    /// The address of an operation.
    fn address(&self, path: &str, slug: &str) -> String {
        let id = if path.contains("/org-units/") {
            &self.unit
        } else {
            &self.plan
        };
        let values = [
            ("{slug}", slug),
            ("{id}", id),
            ("{action}", &self.action),
            ("{dataset}", "headcount"),
            ("{year}", "2024-25"),
            ("{revision}", "1"),
            ("{number}", "1"),
            ("{format}", "csv"),
            ("{list}", "sex"),
            ("{code}", "other"),
        ];
        // A dataset's own page and a return's share the name of a variable, and so do a year's.
        let address = values
            .iter()
            .fold(path.to_owned(), |address, (name, value)| {
                address.replace(name, value)
            });
        assert!(
            !address.contains('{'),
            "{path} has a variable the walk does not know"
        );
        address
    }
}

/// What a right caller sends: media type and body. Operations that only read send nothing.
fn body_of(operation: &Operation) -> Option<(&'static str, String)> {
    let json = |value: Value| Some(("application/json", value.to_string()));
    let merge = |value: Value| Some(("application/merge-patch+json", value.to_string()));
    match operation.id.as_str() {
        "create_institution" => {
            json(json!({"slug": "walked", "name": "Walked", "kind": "other", "nation": "wales"}))
        }
        "change_institution" => merge(json!({"phase": "six"})),
        "create_org_unit" => json(json!({"code": "walked-too", "name": "Walked", "kind": "other"})),
        "change_org_unit" | "change_action_plan" => merge(json!({})),
        "close_org_unit" => json(json!({"closed_on": "2026-07-31"})),
        "submit_return" => {
            let unknown =
                json!({"code": "unknown-share", "subject": "grade", "text": UNKNOWN_GRADES});
            json(json!({"explanations": [unknown]}))
        }
        "set_year" | "set_column_mapping" => json(json!({})),
        "correct_return" | "withdraw_return" | "send_back_return" => {
            json(json!({"reason": "Walked"}))
        }
        "discard_return" | "accept_return" => json(json!({})),
        "create_technician_definition" => {
            json(json!({"text": "Who works in a laboratory", "from_year": "2024-25"}))
        }
        "set_code" => json(json!({"label": "Other", "source": "Walked"})),
        "replace_rows" | "merge_rows" | "check_rows" => Some(("text/csv", CSV.to_owned())),
        "create_action_plan" => json(json!({"title": "Walked", "stage": 1})),
        "import_action_plan" => Some(("text/csv", PLAN.to_owned())),
        "record_progress" => json(json!({"rag": "green"})),
        "post_sector_query" | "post_release_query" => {
            json(json!({"measure": "headcount", "group_by": ["year"]}))
        }
        "create_release" => json(json!({"name": "walked-again", "title": "Walked"})),
        "issue_token" => Some(("application/x-www-form-urlencoded", String::new())),
        _ if [Method::GET, Method::DELETE].contains(&operation.method) => None,
        unknown => panic!("{unknown} is new: say what a right caller sends"),
    }
}

fn request<'a>(
    world: &'a World,
    operation: &Operation,
    address: &str,
    who: Persona,
) -> Request<'a> {
    let query = match operation.id.as_str() {
        "query_sector" | "query_release" => "?measure=headcount&group_by=year",
        "remove_institution" => "?reason=Walked",
        _ => "",
    };
    let request = world
        .request(operation.method.clone(), &format!("{address}{query}"))
        .by(who);
    match body_of(operation) {
        Some((media_type, body)) => request.if_match("*").body(media_type, body),
        None if operation.method == Method::DELETE => request.if_match("*"),
        None => request,
    }
}

/// The scopes each persona's token holds, as the token endpoint says.
async fn scopes(world: &World) -> BTreeMap<Persona, BTreeSet<String>> {
    let mut held = BTreeMap::new();
    for who in Persona::ALL {
        let Some(id) = who.client_id() else { continue };
        let form = format!(
            "grant_type=client_credentials&client_id={id}&client_secret={}",
            world.secret(who)
        );
        let request = world
            .request(Method::POST, "/oauth/token")
            .body("application/x-www-form-urlencoded", form);
        let answer = request.send().await.expect(200).json();
        let scopes = answer["scope"]
            .as_str()
            .expect("scopes")
            .split(' ')
            .map(ToOwned::to_owned)
            .collect();
        held.insert(who, scopes);
    }
    held
}

#[track_caller]
fn assert_problem(operation: &Operation, who: Persona, reply: &Reply, status: u16, code: &str) {
    assert_eq!(
        reply.status,
        status,
        "{} as {who:?}: {}",
        operation.id,
        reply.text()
    );
    assert_eq!(reply.problem(status), code, "{} as {who:?}", operation.id);
    assert_eq!(reply.etag(), "", "{} as {who:?}", operation.id);
}

/// The answer without what every answer has of its own: when, which request, and the address it was asked at.
fn told(reply: &Reply, address: &str) -> (u16, String, BTreeMap<String, String>) {
    // `connection` tells only whether the service had read the whole body before it answered.
    let own = ["date", "x-request-id", "connection", "content-length"];
    let headers = reply
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| {
        let value = value.to_str().expect("ASCII").to_owned();
        (name.to_string(), value)
    });
    let instance = format!("\"instance\":\"{address}\",");
    let text = reply.text();
    assert_eq!(text.matches(&instance).count(), 1, "{text}");
    assert_eq!(reply.header("content-length"), text.len().to_string());
    (reply.status, text.replace(&instance, ""), headers.collect())
}

async fn trail(world: &World, who: Persona, slug: &str) -> Value {
    world
        .get(who, &format!("/v1/institutions/{slug}/audit?limit=500"))
        .send()
        .await
        .expect(200)
        .json()
}

on_both_engines! {
    async fn wrong_callers_are_refused_and_leave_no_trace(world: World) {
        let held = scopes(&world).await;
        let real = Real::of(&world, Persona::Lancaster, "lancaster").await;
        let before = trail(&world, Persona::Lancaster, "lancaster").await;
        let mut refused = 0;
        for operation in operations() {
            let Some(scope) = operation.needs.as_deref() else { continue };
            let address = real.address(&operation.path, "lancaster");
            for who in Persona::ALL {
                let (status, code) = match who {
                    Persona::Stranger => (401, "unauthenticated"),
                    Persona::Forger => (401, "invalid-token"),
                    Persona::Edinburgh if operation.is_tenant_s() => (404, "not-found"),
                    known if held[&known].contains(scope) => continue,
                    _ => (403, "forbidden"),
                };
                let reply = request(&world, &operation, &address, who).send().await;
                assert_problem(&operation, who, &reply, status, code);
                match status {
                    403 => assert_eq!(reply.json()["detail"], format!("This needs the scope {scope}, which the caller does not hold.")),
                    404 => {
                        assert_eq!(reply.json()["detail"], "There is no such institution.");
                        let nowhere = real.address(&operation.path, "no-such-place");
                        let missing = request(&world, &operation, &nowhere, who).send().await;
                        assert_eq!(told(&reply, &address), told(&missing, &nowhere), "{}", operation.id);
                    }
                    _ => assert!(reply.header("www-authenticate").starts_with("Bearer "), "{}", operation.id),
                }
                refused += 1;
            }
        }
        assert!(refused > 120, "{refused} refusals");
        assert_eq!(trail(&world, Persona::Lancaster, "lancaster").await, before, "nothing was done");
    }

    async fn right_callers_are_let_in(world: World) {
        // What is read of a release needs one.
        let release = json!({"name": "walked", "title": "Walked"});
        let _ = Real::of(&world, Persona::Edinburgh, "edinburgh").await;
        world.post(Persona::Board, "/v1/releases").json(&release).send().await.expect(201);
        let held = scopes(&world).await;
        for operation in operations() {
            for who in Persona::ALL {
                let let_in = match (&operation.needs, who) {
                    (None, _) => true,
                    (Some(_), Persona::Stranger | Persona::Forger) => false,
                    (Some(_), Persona::Edinburgh) if operation.is_tenant_s() => false,
                    (Some(scope), known) => held[&known].contains(scope),
                };
                // The registry's own operations write; one right caller is enough for them.
                if !let_in || (operation.method != Method::GET && operation.needs.is_none() && who != Persona::Stranger) {
                    continue;
                }
                if operation.needs.is_none() && who == Persona::Forger {
                    let reply = request(&world, &operation, &Real::nothing().address(&operation.path, "lancaster"), who).send().await;
                    let deaf = LOOK_AT_NO_TOKEN.iter().any(|(id, _)| *id == operation.id);
                    assert_eq!(reply.status, if deaf { 200 } else { 401 }, "{}: {}", operation.id, reply.text());
                    continue;
                }
                let tenant_s = operation.is_tenant_s() && operation.path != "/v1/institutions/{slug}";
                let real = if tenant_s { fresh(&world).await } else { Real::nothing() };
                // Who is removed is who was entered on the walk.
                let slug = if operation.id == "remove_institution" { "walked" } else { "lancaster" };
                let address = real.address(&operation.path, slug);
                if tenant_s {
                    prepare(&world, &operation).await;
                }
                let reply = request(&world, &operation, &address, who).send().await;
                let wanted: &[u16] = match operation.id.as_str() {
                    "issue_token" => &[401],
                    // What the walk prepared is imported already.
                    "import_action_plan" => &[409],
                    id if id.starts_with("create_") || id == "record_progress" => &[201],
                    id if id.starts_with("delete_") => &[204],
                    _ => &[200],
                };
                assert!(wanted.contains(&reply.status), "{} as {who:?}: {} {}", operation.id, reply.status, reply.text());
            }
        }
    }

    async fn an_id_of_another_s_is_an_id_of_nothing(world: World) {
        let theirs = Real::of(&world, Persona::Lancaster, "lancaster").await;
        let before = trail(&world, Persona::Lancaster, "lancaster").await;
        let own = Real::of(&world, Persona::Edinburgh, "edinburgh").await;
        let own_before = trail(&world, Persona::Edinburgh, "edinburgh").await;
        let mut compared = 0;
        for operation in operations() {
            if !operation.is_tenant_s() || !(operation.path.contains("{id}") || operation.path.contains("{action}")) {
                continue;
            }
            let mixed = [
                // Every id another's; and the own plan with another's action.
                (Real { unit: theirs.unit.clone(), plan: theirs.plan.clone(), action: theirs.action.clone() }, Real::nothing()),
                (
                    Real { unit: theirs.unit.clone(), plan: own.plan.clone(), action: theirs.action.clone() },
                    Real { unit: NOTHING.to_owned(), plan: own.plan.clone(), action: NOTHING.to_owned() },
                ),
            ];
            for (another_s, nothing_s) in mixed {
                if another_s.plan == own.plan && !operation.path.contains("{action}") {
                    continue;
                }
                let ask = async |real: &Real| {
                    let address = real.address(&operation.path, "edinburgh");
                    let reply = request(&world, &operation, &address, Persona::Edinburgh).send().await;
                    assert_problem(&operation, Persona::Edinburgh, &reply, 404, "not-found");
                    told(&reply, &address)
                };
                assert_eq!(ask(&another_s).await, ask(&nothing_s).await, "{}", operation.id);
                compared += 1;
            }
        }
        assert!(compared >= 12, "{compared} comparisons");
        assert_eq!(trail(&world, Persona::Lancaster, "lancaster").await, before, "nothing was done to the one");
        assert_eq!(trail(&world, Persona::Edinburgh, "edinburgh").await, own_before, "nor for the other");
    }
}

/// Brings Lancaster's return to where an operation on it can begin.
async fn prepare(world: &World, operation: &Operation) {
    let base = "/v1/institutions/lancaster/returns/headcount/2024-25";
    let needs_draft = match operation.id.as_str() {
        "replace_rows" | "merge_rows" | "check_rows" | "submit_return" | "discard_return" => true,
        "correct_return" | "withdraw_return" | "accept_return" | "send_back_return" => false,
        _ => return,
    };
    let draft = async || {
        let read = world.get(Persona::Lancaster, base).send().await.expect(200);
        read.json()["state"] == "draft"
    };
    if needs_draft && !draft().await {
        let why = json!({"reason": "Walked"});
        let correct = world.post(Persona::Lancaster, &format!("{base}/correct"));
        correct.if_match("*").json(&why).send().await.expect(200);
    } else if !needs_draft && draft().await {
        world
            .submit(Persona::Lancaster, base, json!({}))
            .await
            .expect(200);
    } else if !needs_draft && operation.id != "correct_return" {
        // Whatever verdict stands, a new revision has none.
        let why = json!({"reason": "Walked"});
        let correct = world.post(Persona::Lancaster, &format!("{base}/correct"));
        correct.if_match("*").json(&why).send().await.expect(200);
        world
            .submit(Persona::Lancaster, base, json!({}))
            .await
            .expect(200);
    }
}

/// Real things anew, for an operation that may use them up.
async fn fresh(world: &World) -> Real {
    let page = world
        .get(
            Persona::Lancaster,
            "/v1/institutions/lancaster/org-units?limit=500",
        )
        .send()
        .await
        .expect(200)
        .json();
    if page["items"]
        .as_array()
        .expect("items")
        .iter()
        .all(|unit| unit["code"] != "walked")
    {
        return Real::of(world, Persona::Lancaster, "lancaster").await;
    }
    let id = |value: &Value| value.as_str().expect("an id").to_owned();
    let base = "/v1/institutions/lancaster";
    let unit = page["items"]
        .as_array()
        .expect("items")
        .iter()
        .find(|unit| unit["code"] == "walked")
        .expect("the unit")["id"]
        .clone();
    let plans = world
        .get(Persona::Lancaster, &format!("{base}/action-plans"))
        .send()
        .await
        .expect(200)
        .json();
    let plan = id(&plans["items"][0]["id"]);
    let actions = world
        .get(
            Persona::Lancaster,
            &format!("{base}/action-plans/{plan}/actions"),
        )
        .send()
        .await
        .expect(200)
        .json();
    Real {
        unit: id(&unit),
        plan,
        action: id(&actions["items"][0]["id"]),
    }
}

/// The exceptions stay few, and each is of an operation that is still there.
#[test]
fn exceptions_only_shrink() {
    let there: BTreeSet<String> = operations()
        .into_iter()
        .map(|operation| operation.id)
        .collect();
    for (id, reason) in LOOK_AT_NO_TOKEN {
        assert!(
            there.contains(*id) && !reason.is_empty(),
            "{id} is gone; take it off the list"
        );
    }
    assert!(LOOK_AT_NO_TOKEN.len() <= 6);
}
