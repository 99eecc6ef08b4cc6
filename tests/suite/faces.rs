//! The two faces agree: whatever REST shows, GraphQL shows under the same name with the same value, and the other way
//! round. GraphQL is asked for every field its schema has, so that a member that only one face knows is a difference.

use async_graphql_parser::parse_schema;
use async_graphql_parser::types::{BaseType, Type, TypeKind, TypeSystemDefinition};
use chrono::Duration;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use tests::{Persona, World, on_both_engines};

const LANCASTER: &str = "/v1/institutions/lancaster";
const PLAN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../reference/lancaster-action-plan.csv"
);

/// Fields that GraphQL offers beside what REST shows of the same thing: links to other things, and sums of them.
const BESIDE: &[(&str, &str)] = &[("ActionPlan", "byTheme")];

/// The schema as far as the comparison needs it.
pub struct Schema(BTreeMap<String, TypeKind>);

impl Schema {
    /// Reads the schema definition language.
    pub fn read(text: &str) -> Self {
        let document = parse_schema(text).expect("a schema");
        let types = document.definitions.into_iter().filter_map(|definition| {
            let TypeSystemDefinition::Type(found) = definition else {
                return None;
            };
            Some((found.node.name.node.to_string(), found.node.kind))
        });
        Self(types.collect())
    }

    /// Names of the types there are.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A selection of every field of a type that takes no arguments, down to the leaves.
    pub fn selection(&self, name: &str) -> String {
        let TypeKind::Object(object) = &self.0[name] else {
            panic!("{name} is no object");
        };
        let fields = object.fields.iter().filter_map(|field| {
            let (field, of) = (&field.node, innermost(&field.node.ty.node));
            let own = field.name.node.as_str();
            if !field.arguments.is_empty() || BESIDE.contains(&(name, own)) {
                return None;
            }
            Some(match self.0.get(of) {
                Some(TypeKind::Object(_)) => format!("{own} {}", self.selection(of)),
                _ => own.to_owned(),
            })
        });
        format!("{{ {} }}", fields.collect::<Vec<_>>().join(" "))
    }
}

fn innermost(of: &Type) -> &str {
    match &of.base {
        BaseType::Named(name) => name.as_str(),
        BaseType::List(inner) => innermost(inner),
    }
}

/// What GraphQL answered in the words of REST: `camelCase` members in `snake_case`, `UPPER_CASE` codes in kebab-case.
pub fn in_words_of_rest(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter().map(|(name, value)| {
                let free = match name.as_str() {
                    "label" | "title" | "addsTo" | "author" => true,
                    // Codes by themselves are as they are; entries of a list have members like any other.
                    "codes" => value.pointer("/0").is_some_and(Value::is_string),
                    _ => false,
                };
                let value = if free {
                    value.clone()
                } else {
                    in_words_of_rest(value)
                };
                (snake(name), value)
            });
            Value::Object(members.collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(in_words_of_rest).collect()),
        Value::String(text) if is_code(text) => {
            Value::String(text.to_lowercase().replace('_', "-"))
        }
        other => other.clone(),
    }
}

fn is_code(text: &str) -> bool {
    text.len() > 2
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

fn snake(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

async fn schema(world: &World) -> Schema {
    let text = world.get(Persona::Stranger, "/schema.graphql").send().await;
    Schema::read(&text.expect(200).text())
}

async fn rest(world: &World, by: Persona, address: &str) -> Value {
    world.get(by, address).send().await.expect(200).json()
}

/// Asks GraphQL and takes what stands at a place of its `data`.
async fn graphql(world: &World, by: Persona, query: &str, place: &str) -> Value {
    let answer = world.graphql(by, query, json!({})).await;
    assert_eq!(answer["errors"], Value::Null, "{query}: {answer:#}");
    let found = answer["data"].pointer(place);
    in_words_of_rest(found.unwrap_or_else(|| panic!("{place} in {answer:#}")))
}

/// A field of Lancaster, asked by Lancaster.
async fn of_lancaster(world: &World, field: &str, place: &str) -> Value {
    let query = format!("{{ institution(slug: \"lancaster\") {{ {field} }} }}");
    let place = format!("/institution{place}");
    graphql(world, Persona::Lancaster, &query, &place).await
}

fn row(unit: &str, sex: &str, headcount: u32, fte: Option<f64>) -> Value {
    json!({
        "org_unit": unit, "job_family": "laboratory", "grade": "not-known", "sex": sex, "age_band": "26-30",
        "terms": "open-ended", "mode": "full-time", "headcount": headcount, "fte": fte,
    })
}

/// Rows put into a return and, if so wished, submitted with a statement.
async fn fill(world: &World, by: Persona, of: &str, rows: Vec<Value>, statement: Option<Value>) {
    let base = format!("/v1/institutions/{of}");
    let put = world
        .put(by, &format!("{base}/rows"))
        .if_match("*")
        .json(&json!({"rows": rows}));
    put.send().await.expect(200);
    if let Some(statement) = statement {
        world.submit(by, &base, statement).await.expect(200);
    }
}

/// A world in which there is something of everything; gives back the address of Lancaster's plan.
async fn peopled(world: &World) -> String {
    let unit =
        json!({"code": "phys", "name": "Physics", "kind": "department", "discipline": "114"});
    let made = world
        .post(Persona::Lancaster, &format!("{LANCASTER}/org-units"))
        .json(&unit);
    made.send().await.expect(201);
    let rows = vec![
        row("institution", "female", 12, Some(11.5)),
        row("phys", "male", 8, Some(7.25)),
        row("phys", "not-known", 3, None),
    ];
    fill(
        world,
        Persona::Lancaster,
        "lancaster/returns/headcount/2024-25",
        rows,
        Some(json!({})),
    )
    .await;
    world.advance(Duration::hours(1));
    let correct = world.post(
        Persona::Lancaster,
        &format!("{LANCASTER}/returns/headcount/2024-25/correct"),
    );
    let reason = json!({"reason": "Three were counted twice."});
    correct.if_match("*").json(&reason).send().await.expect(200);
    let rows = vec![
        row("institution", "female", 12, Some(11.5)),
        row("phys", "male", 8, Some(7.3)),
    ];
    let statement = json!({"provenance": "published", "remark": "Annual report, table 3"});
    fill(
        world,
        Persona::Lancaster,
        "lancaster/returns/headcount/2024-25",
        rows,
        Some(statement),
    )
    .await;
    let rows = vec![row("institution", "other", 5, Some(0.0))];
    fill(
        world,
        Persona::Lancaster,
        "lancaster/returns/headcount/2023-24",
        rows,
        None,
    )
    .await;
    let rows = vec![row("institution", "female", 41, Some(40.0))];
    fill(
        world,
        Persona::Edinburgh,
        "edinburgh/returns/headcount/2024-25",
        rows,
        Some(json!({})),
    )
    .await;
    for (by, of, academics) in [
        (Persona::Lancaster, "lancaster", 77),
        (Persona::Edinburgh, "edinburgh", 300),
    ] {
        let rows = vec![json!({"org_unit": "institution", "academic_headcount": academics})];
        let of = format!("{of}/returns/denominators/2024-25");
        fill(world, by, &of, rows, Some(json!({}))).await;
    }
    let new = json!({"title": "Stage 1", "stage": 1, "starts_on": "2019-05-01", "months": 36, "extended_by": 12});
    let plans = world
        .post(Persona::Lancaster, &format!("{LANCASTER}/action-plans"))
        .json(&new);
    let plan = plans.send().await.expect(201).header("location").to_owned();
    let table = std::fs::read(PLAN).expect("the plan");
    let imported = world
        .post(Persona::Lancaster, &format!("{plan}/import"))
        .if_match("*")
        .csv(table);
    let actions = imported.send().await.expect(200).json()["actions"].clone();
    for (judgement, evidence) in [
        ("amber", Some("https://lancaster.example/minutes")),
        ("red", None),
    ] {
        let id = actions[0]["id"].as_str().expect("an id");
        let said =
            json!({"rag": judgement, "explanation": "Nobody had time.", "evidence": evidence});
        let judge = world
            .post(Persona::Lancaster, &format!("{plan}/actions/{id}/progress"))
            .json(&said);
        judge.send().await.expect(201);
        world.advance(Duration::minutes(1));
    }
    plan
}

on_both_engines! {
    async fn the_registry_is_the_same(world: World) {
        let schema = schema(&world).await;
        let stranger = Persona::Stranger;
        for (address, query, place) in [
            ("/v1/institutions/lancaster", format!("{{ institution(slug: \"lancaster\") {} }}", schema.selection("Institution")), "/institution"),
            ("/v1/datasets/headcount", format!("{{ dataset(name: HEADCOUNT) {} }}", schema.selection("Dataset")), "/dataset"),
            ("/v1/code-lists/discipline", format!("{{ codeList(name: \"discipline\") {} }}", schema.selection("CodeList")), "/codeList"),
            ("/v1/sector/catalogue", format!("{{ sector {{ catalogue {} }} }}", schema.selection("Catalogue")), "/sector/catalogue"),
        ] {
            assert_eq!(graphql(&world, stranger, &query, place).await, rest(&world, stranger, address).await, "{address}");
        }
        for (address, query, place, fewest) in [
            ("/v1/institutions", format!("{{ institutions {{ nodes {} }} }}", schema.selection("Institution")), "/institutions/nodes", 4),
            ("/v1/institutions?nation=scotland&status=signatory", format!("{{ institutions(nation: SCOTLAND, status: SIGNATORY) {{ nodes {} }} }}", schema.selection("Institution")), "/institutions/nodes", 2),
            ("/v1/datasets", format!("{{ datasets {} }}", schema.selection("Dataset")), "/datasets", 2),
            ("/v1/code-lists", format!("{{ codeLists {} }}", schema.selection("CodeListName")), "/codeLists", 7),
            ("/v1/years", format!("{{ years {} }}", schema.selection("Year")), "/years", 5),
        ] {
            let listed = rest(&world, stranger, address).await;
            assert_eq!(graphql(&world, stranger, &query, place).await, listed["items"], "{address}");
            assert!(listed["items"].as_array().expect("a list").len() >= fewest, "{address}: {listed}");
        }
    }

    async fn pages_of_a_list_are_the_same_and_end_alike(world: World) {
        let (mut cursor, mut after, mut seen) = (String::new(), String::new(), Vec::new());
        loop {
            let page = rest(&world, Persona::Stranger, &format!("/v1/institutions?limit=3{cursor}")).await;
            let query = format!("{{ institutions(first: 3{after}) {{ nodes {{ slug }} edges {{ cursor node {{ slug }} }} pageInfo {{ hasNextPage endCursor }} }} }}");
            let answer = world.graphql(Persona::Stranger, &query, json!({})).await;
            let connection = &answer["data"]["institutions"];
            let slugs = |items: &Value| items.as_array().expect("items").iter().map(|one| one["slug"].clone()).collect::<Vec<_>>();
            assert_eq!(slugs(&connection["nodes"]), slugs(&page["items"]));
            seen.extend(slugs(&page["items"]));
            assert_eq!(connection["pageInfo"]["hasNextPage"], json!(!page["next"].is_null()));
            let Some(next) = page["next"].as_str() else { break };
            assert_eq!(connection["pageInfo"]["endCursor"], next, "the cursors of both faces are the same");
            (cursor, after) = (format!("&cursor={next}"), format!(", after: \"{next}\""));
        }
        assert_eq!(json!(seen), json!(["abertay", "edinburgh", "glasgow", "lancaster"]));
    }

    async fn what_is_an_institution_s_own_is_the_same(world: World) {
        let plan = peopled(&world).await;
        let schema = schema(&world).await;
        let (returned, version) = (schema.selection("Return"), schema.selection("ReturnVersion"));
        for (address, field, place, items) in [
            ("/org-units", format!("orgUnits {{ nodes {} }}", schema.selection("OrgUnit")), "/orgUnits/nodes", 2),
            ("/returns", format!("returns {{ nodes {returned} }}"), "/returns/nodes", 3),
            ("/returns?dataset=headcount&state=draft", format!("returns(dataset: HEADCOUNT, state: DRAFT) {{ nodes {returned} }}"), "/returns/nodes", 1),
            ("/returns?year=2024-25", format!("returns(year: \"2024-25\") {{ nodes {returned} }}"), "/returns/nodes", 2),
            ("/returns/headcount/2024-25/revisions", format!("return(dataset: HEADCOUNT, year: \"2024-25\") {{ revisions {{ nodes {version} }} }}"), "/return/revisions/nodes", 2),
            ("/returns/headcount/2024-25/rows", "return(dataset: HEADCOUNT, year: \"2024-25\") { rows { nodes } }".to_owned(), "/return/rows/nodes", 2),
            ("/returns/headcount/2024-25/rows?revision=1", "return(dataset: HEADCOUNT, year: \"2024-25\", revision: 1) { rows { nodes } }".to_owned(), "/return/rows/nodes", 3),
            ("/returns/headcount/2023-24/rows", "return(dataset: HEADCOUNT, year: \"2023-24\") { rows { nodes } }".to_owned(), "/return/rows/nodes", 1),
            ("/action-plans", format!("actionPlans {{ nodes {} }}", schema.selection("ActionPlan")), "/actionPlans/nodes", 1),
            ("/audit", format!("audit {{ nodes {} }}", schema.selection("AuditLine")), "/audit/nodes", 10),
        ] {
            let listed = rest(&world, Persona::Lancaster, &format!("{LANCASTER}{address}")).await["items"].clone();
            assert_eq!(of_lancaster(&world, &field, place).await, listed, "{address}");
            let found = listed.as_array().expect("a list").len();
            assert!(found == items || (address == "/audit" && found >= items), "{address}: {found}");
        }
        for (address, arguments) in [
            ("headcount/2024-25", "dataset: HEADCOUNT, year: \"2024-25\""),
            ("headcount/2023-24", "dataset: HEADCOUNT, year: \"2023-24\""),
            ("headcount/2022-23", "dataset: HEADCOUNT, year: \"2022-23\""),
            ("headcount/2024-25?revision=1", "dataset: HEADCOUNT, year: \"2024-25\", revision: 1"),
            ("headcount/2024-25?as_of=2026-03-03T09:30:00Z", "dataset: HEADCOUNT, year: \"2024-25\", asOf: \"2026-03-03T09:30:00Z\""),
            ("denominators/2024-25", "dataset: DENOMINATORS, year: \"2024-25\""),
        ] {
            let field = format!("return({arguments}) {returned}");
            let read = rest(&world, Persona::Lancaster, &format!("{LANCASTER}/returns/{address}")).await;
            assert_eq!(of_lancaster(&world, &field, "/return").await, read, "{address}");
        }
        let id = plan.rsplit('/').next().expect("an id");
        let read = rest(&world, Persona::Lancaster, &plan).await;
        assert_eq!(of_lancaster(&world, &format!("actionPlan(id: \"{id}\") {}", schema.selection("ActionPlan")), "/actionPlan").await, read);
        for (query, arguments, items) in [("", String::new(), 27), ("&theme=career-development", "theme: CAREER_DEVELOPMENT, ".to_owned(), 8), ("&rag=red", "rag: RED, ".to_owned(), 1)] {
            let listed = rest(&world, Persona::Lancaster, &format!("{plan}/actions?limit=100{query}")).await["items"].clone();
            let field = format!("actionPlan(id: \"{id}\") {{ actions({arguments}first: 100) {{ nodes {} }} }}", schema.selection("Action"));
            assert_eq!(of_lancaster(&world, &field, "/actionPlan/actions/nodes").await, listed, "{query}");
            assert_eq!(listed.as_array().map(Vec::len), Some(items), "{query}");
        }
        let red = rest(&world, Persona::Lancaster, &format!("{plan}/actions?rag=red")).await["items"][0]["id"].clone();
        let history = rest(&world, Persona::Lancaster, &format!("{plan}/actions/{}/progress", red.as_str().expect("an id"))).await["items"].clone();
        assert_eq!(history.as_array().map(Vec::len), Some(2));
        let field = format!("actionPlan(id: \"{id}\") {{ actions(rag: RED) {{ nodes {{ progress {{ nodes {} }} }} }} }}", schema.selection("Progress"));
        assert_eq!(of_lancaster(&world, &field, "/actionPlan/actions/nodes/0/progress/nodes").await, history);
    }

    async fn every_measure_and_statistic_is_the_same(world: World) {
        crate::outputs::two_institutions(&world).await;
        peopled(&world).await;
        let schema = schema(&world).await;
        let answer = schema.selection("SectorAnswer");
        let catalogue = rest(&world, Persona::Board, "/v1/sector/catalogue").await;
        let (mut asked, mut valued) = (0, 0);
        for measure in catalogue["measures"].as_array().expect("measures") {
            let name = measure["name"].as_str().expect("a name");
            let dimensions: Vec<&str> = measure["dimensions"].as_array().expect("dimensions").iter().map(|one| one.as_str().expect("a name")).collect();
            for statistic in measure["statistics"].as_array().expect("statistics") {
                let statistic = statistic.as_str().expect("a name");
                let few: Vec<&str> = dimensions.iter().copied().take(3).collect();
                for group_by in [few.clone(), few.iter().copied().rev().take(2).rev().collect()] {
                    if !group_by.contains(&"year") && few.contains(&"year") {
                        continue;
                    }
                    let address = format!("/v1/sector/query?measure={name}&statistic={statistic}&group_by={}&where[nation]=england,scotland&panel=all&as_of=2026-03-03T10:30:00Z", group_by.join(","));
                    let query = format!(
                        "{{ sector {{ query(measure: \"{name}\", statistic: \"{statistic}\", groupBy: {}, where: [{{dimension: \"nation\", codes: [\"england\", \"scotland\"]}}], panel: \"all\", asOf: \"2026-03-03T10:30:00Z\") {answer} }} }}",
                        json!(group_by),
                    );
                    let read = rest(&world, Persona::Board, &address).await;
                    // What a value rests on is left out by REST where there is nothing to say.
                    let mut same = graphql(&world, Persona::Board, &query, "/sector/query").await;
                    for cell in same["cells"].as_array_mut().expect("cells") {
                        let cell = cell.as_object_mut().expect("a cell");
                        for left_out in ["outputs", "lower_quartile", "upper_quartile"] {
                            if cell[left_out].is_null() {
                                cell.remove(left_out);
                            }
                        }
                    }
                    let source = same["source"].as_object_mut().expect("a source");
                    source.retain(|_, value| !value.is_null());
                    assert_eq!(same, read, "{address}");
                    valued += usize::from(read["cells"].as_array().is_some_and(|cells| cells.iter().any(|cell| !cell["value"].is_null())));
                    asked += 1;
                }
            }
        }
        assert!(asked > 300 && valued > 40, "{asked} {valued}");
    }

    async fn a_fault_has_one_code_on_both(world: World) {
        let plan = peopled(&world).await;
        let id = plan.rsplit('/').next().expect("an id");
        let nobody = "01890000-0000-7000-8000-000000000000";
        let of = |slug: &str, field: &str| format!("{{ institution(slug: \"{slug}\") {{ {field} }} }}");
        let sector = |arguments: &str| format!("{{ sector {{ query({arguments}) {{ generation }} }} }}");
        for (by, address, query, status) in [
            (Persona::Stranger, "/v1/institutions/nowhere", of("nowhere", "slug"), 404),
            (Persona::Stranger, "/v1/institutions/lancaster/returns", of("lancaster", "returns { nodes { year } }"), 401),
            (Persona::Lancaster, "/v1/institutions/edinburgh/returns", of("edinburgh", "returns { nodes { year } }"), 404),
            (Persona::Lancaster, "/v1/institutions/edinburgh/org-units", of("edinburgh", "orgUnits { nodes { code } }"), 404),
            (Persona::Lancaster, "/v1/institutions/edinburgh/action-plans", of("edinburgh", "actionPlans { nodes { id } }"), 404),
            (Persona::LancasterReadonly, "/v1/institutions/lancaster/audit", of("lancaster", "audit { nodes { id } }"), 403),
            (Persona::Board, "/v1/institutions/lancaster/returns/headcount/2024-25", of("lancaster", "return(dataset: HEADCOUNT, year: \"2024-25\") { year }"), 403),
            (Persona::Lancaster, "/v1/institutions/lancaster/returns/headcount/2024-25?revision=9", of("lancaster", "return(dataset: HEADCOUNT, year: \"2024-25\", revision: 9) { year }"), 404),
            (Persona::Lancaster, "/v1/institutions/lancaster/returns/headcount/2024-25?revision=1&as_of=2026-03-03T09:30:00Z", of("lancaster", "return(dataset: HEADCOUNT, year: \"2024-25\", revision: 1, asOf: \"2026-03-03T09:30:00Z\") { year }"), 400),
            (Persona::Lancaster, &format!("{LANCASTER}/action-plans/{nobody}"), of("lancaster", &format!("actionPlan(id: \"{nobody}\") {{ id }}")), 404),
            (Persona::Edinburgh, &plan, of("lancaster", &format!("actionPlan(id: \"{id}\") {{ id }}")), 404),
            (Persona::Edinburgh, &format!("/v1/institutions/edinburgh/action-plans/{id}"), of("edinburgh", &format!("actionPlan(id: \"{id}\") {{ id }}")), 404),
            (Persona::Stranger, "/v1/code-lists/colours", "{ codeList(name: \"colours\") { name } }".to_owned(), 404),
            (Persona::Lancaster, "/v1/sector/query?measure=headcount&group_by=year", sector("measure: \"headcount\", groupBy: [\"year\"]"), 404),
            (Persona::Stranger, "/v1/sector/query?measure=headcount&group_by=year", sector("measure: \"headcount\", groupBy: [\"year\"]"), 404),
            (Persona::Board, "/v1/sector/query?measure=heads", sector("measure: \"heads\""), 400),
            (Persona::Board, "/v1/sector/query?measure=headcount&statistic=mode&group_by=colour,theme&where[nation]=kent&panel=some",
                sector("measure: \"headcount\", statistic: \"mode\", groupBy: [\"colour\", \"theme\"], where: [{dimension: \"nation\", codes: [\"kent\"]}], panel: \"some\""), 400),
        ] {
            let problem = world.get(by, address).send().await.expect(status).json();
            let answer = world.graphql(by, &query, json!({})).await;
            let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{query}: {answer:#}"));
            assert_eq!(errors.len(), 1, "{answer:#}");
            assert_eq!(errors[0]["message"], problem["detail"], "{query}");
            let mut wanted = json!({"code": problem["code"], "status": problem["status"], "title": problem["title"]});
            if let Some(violations) = problem.get("violations") {
                wanted["violations"] = violations.clone();
            }
            assert_eq!(errors[0]["extensions"], wanted, "{query}");
        }
    }
}

#[test]
fn names_are_turned_as_the_faces_write_them() {
    let answered = json!({"missionGroup": "RUSSELL_GROUP", "label": "CDE", "name": "Kent", "before": {"rag": "not-assessed"}});
    let wanted = json!({"mission_group": "russell-group", "label": "CDE", "name": "Kent", "before": {"rag": "not-assessed"}});
    assert_eq!(in_words_of_rest(&answered), wanted);
}
