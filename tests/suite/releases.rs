//! Releases: made by the board, read by everybody, never changed; what is asked of them in vain says what is on offer.

use crate::faces::in_words_of_rest;
use crate::published::{headcount, release, sector, set_key, wanted};
use crate::random_sector::{ANALYST, Sector};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, ChildStderr, Stdio};
use std::time::{Duration, Instant};
use tests::{Engine, Persona, World, on_both_engines, program};

const LIST: &str = "/v1/releases";
const YEARLY: &str = "measure=headcount&group_by=year";

/// Parameter and code of each fault, and what is said of the first.
async fn faults(world: &World, by: Persona, address: &str, body: &Value) -> (Value, String) {
    let answer = world.post(by, address).json(body).send().await;
    assert_eq!(answer.problem(400), "invalid-parameters", "{body}");
    let violations = answer.json()["violations"].clone();
    let listed = violations.as_array().expect("violations").iter();
    let told: Vec<Value> = listed
        .map(|one| json!([one["parameter"], one["code"]]))
        .collect();
    let first = violations[0]["message"].as_str().expect("a message");
    (json!(told), first.to_owned())
}

async fn ask(world: &World, by: Persona, address: &str) -> Value {
    world.get(by, address).send().await.expect(200).json()
}

/// Refused alike live and of a release: what is asked, what is said of which parameter, and a word of what is on offer.
fn bad_everywhere() -> Vec<(Value, Value, &'static str)> {
    let headcount = |rest: Value| {
        let mut query = json!({"measure": "headcount", "group_by": ["year"]});
        for (name, value) in rest.as_object().expect("members") {
            query[name] = value.clone();
        }
        query
    };
    let many = vec!["scotland"; 10_000];
    vec![
        (
            json!({"measure": "heads"}),
            json!([["measure", "unknown-measure"]]),
            "share-of-women",
        ),
        (
            headcount(json!({"statistic": "mode"})),
            json!([["statistic", "unknown-statistic"]]),
            "quartiles",
        ),
        (
            headcount(json!({"group_by": ["year", "colour"]})),
            json!([["group_by", "unknown-dimension"]]),
            "nation",
        ),
        (
            headcount(json!({"group_by": ["year", "theme"]})),
            json!([["group_by", "combination-without-sense"]]),
            "nation",
        ),
        (
            headcount(json!({"group_by": ["year", "year"]})),
            json!([["group_by", "repeated-dimension"]]),
            "twice",
        ),
        (
            headcount(json!({"group_by": ["nation"]})),
            json!([["group_by", "year-needed"]]),
            "year",
        ),
        (
            headcount(json!({"where": {"nation": ["kent"]}})),
            json!([["where[nation]", "unknown-code"]]),
            "scotland",
        ),
        (
            headcount(json!({"where": {"shoe": ["9"]}})),
            json!([["where[shoe]", "unknown-dimension"]]),
            "nation",
        ),
        (
            headcount(json!({"where": {"nation": []}})),
            json!([["where[nation]", "wrong-number-of-codes"]]),
            "1 to 200",
        ),
        (
            headcount(json!({"where": {"nation": many}})),
            json!([["where[nation]", "wrong-number-of-codes"]]),
            "1 to 200",
        ),
        (
            headcount(json!({"where": {"year": ["24"]}})),
            json!([["where[year]", "unknown-code"]]),
            "2024-25",
        ),
        (
            headcount(json!({"panel": "some"})),
            json!([["panel", "unknown-panel"]]),
            "constant",
        ),
        (
            headcount(json!({"base_year": "2024-25"})),
            json!([["base_year", "combination-without-sense"]]),
            "index",
        ),
        (
            headcount(json!({"statistic": "share"})),
            json!([["statistic", "combination-without-sense"]]),
            "year",
        ),
        (
            json!({"measure": "share-of-women", "statistic": "share", "group_by": ["year", "nation"]}),
            json!([["statistic", "combination-without-sense"]]),
            "median",
        ),
        (
            headcount(
                json!({"group_by": ["sex"], "where": {"year": ["2024-25"]}, "statistic": "change"}),
            ),
            json!([["statistic", "combination-without-sense"]]),
            "group by year",
        ),
        (
            headcount(
                json!({"group_by": ["sex"], "where": {"year": ["2024-25"]}, "panel": "constant"}),
            ),
            json!([["panel", "combination-without-sense"]]),
            "group by year",
        ),
    ]
}

/// What makes sense but is not in the release.
fn not_in_the_release() -> Vec<(Value, &'static str, &'static str)> {
    let headcount = |rest: Value| {
        let mut query = json!({"measure": "headcount", "group_by": ["year"]});
        for (name, value) in rest.as_object().expect("members") {
            query[name] = value.clone();
        }
        query
    };
    vec![
        (
            json!({"measure": "fte", "group_by": ["year"]}),
            "measure",
            "headcount",
        ),
        (
            headcount(json!({"group_by": ["year", "grade"]})),
            "group_by",
            "sex",
        ),
        (
            headcount(json!({"group_by": ["year", "nation", "kind"]})),
            "group_by",
            "nation",
        ),
        (
            headcount(json!({"group_by": ["year", "sex"], "statistic": "median"})),
            "group_by",
            "nation",
        ),
        (
            headcount(json!({"where": {"grade": ["C1"]}})),
            "group_by",
            "sex",
        ),
        (
            headcount(json!({"where": {"nation": ["wales"]}})),
            "where[nation]",
            "scotland",
        ),
        (
            headcount(json!({"where": {"nation": ["england", "scotland"]}})),
            "where[nation]",
            "one code",
        ),
        (
            headcount(json!({"where": {"year": ["2019-20"]}})),
            "where[year]",
            "2024-25",
        ),
        (headcount(json!({"panel": "constant"})), "panel", "all"),
        (
            headcount(json!({"as_of": "2026-03-03T09:00:00Z"})),
            "as_of",
            "earlier release",
        ),
        (
            json!({"measure": "technicians-per-100-academics", "statistic": "mean", "group_by": ["year"]}),
            "statistic",
            "median",
        ),
    ]
}

on_both_engines! {
    async fn what_is_asked_in_vain_names_its_parameter_and_what_is_on_offer(world: World) {
        sector(&world).await;
        release(&world, "first").await;
        for (query, told, offered) in bad_everywhere() {
            for (by, address) in [(Persona::Board, "/v1/sector/query"), (Persona::Stranger, "/v1/sector/query"), (Persona::Board, "/v1/releases/1/query")] {
                let (found, message) = faults(&world, by, address, &query).await;
                assert_eq!(found, told, "{query} of {address}");
                assert!(message.contains(offered), "{message}");
            }
        }
        for (query, parameter, offered) in not_in_the_release() {
            let (found, message) = faults(&world, Persona::Stranger, "/v1/releases/1/query", &query).await;
            assert_eq!(found, json!([[parameter, "not-on-offer"]]), "{query}: {message}");
            assert!(message.contains(offered), "{message}");
        }
        let live = json!({"measure": "headcount", "group_by": ["nation"], "where": {"year": ["2019-20"]}});
        let (found, message) = faults(&world, Persona::Board, "/v1/sector/query", &live).await;
        assert_eq!(found, json!([["where[year]", "year-without-data"]]));
        assert!(message.ends_with("on offer: 2023-24, 2024-25."), "{message}");
        for missing in ["/v1/releases/2", "/v1/releases/0", "/v1/releases/-1", "/v1/releases/x", "/v1/releases/2/query?measure=headcount&group_by=year", "/v1/releases/2/files/csv", "/v1/releases/1/files/pdf"] {
            assert_eq!(world.get(Persona::Stranger, missing).send().await.problem(404), "not-found", "{missing}");
        }
        // Withheld is an answer, not a fault: every cell there could be stands in its place.
        let cells = ask(&world, Persona::Stranger, "/v1/releases/1/query?measure=headcount&group_by=year,nation,sex").await["cells"].clone();
        for cell in cells.as_array().expect("cells") {
            let withheld = cell["status"] == "withheld";
            assert_eq!(cell["value"].is_null(), withheld, "{cell}");
        }
    }

    async fn everybody_is_answered_from_the_latest_release_and_the_board_live(world: World) {
        let sector = sector(&world).await;
        let address = format!("/v1/sector/query?{YEARLY}");
        for address in [&address, "/v1/releases/latest", "/v1/releases/1"] {
            assert_eq!(world.get(Persona::Stranger, address).send().await.problem(404), "not-found", "{address}");
        }
        assert_eq!(ask(&world, Persona::Stranger, LIST).await, json!({"items": [], "next": null}));
        let made = release(&world, "first").await;
        assert_eq!(made.header("location"), "/v1/releases/1");
        let made = made.json();
        assert_eq!(ask(&world, Persona::Stranger, "/v1/releases/1").await, made);
        assert_eq!(ask(&world, Persona::Stranger, "/v1/releases/latest").await, made);
        assert_eq!((&made["number"], &made["superseded_by"], &made["doi"]), (&json!(1), &Value::Null, &json!("10.5555/technicians.1")));
        let source = json!({"release": 1, "regime": "hesa-5/ckp-1"});
        for by in [Persona::Stranger, Persona::Lancaster, Persona::LancasterReadonly] {
            let answer = ask(&world, by, &address).await;
            assert_eq!((&answer["source"], &answer["generation"]), (&source, &json!("1")), "{by:?}");
            assert_eq!(answer, ask(&world, by, &format!("/v1/releases/1/query?{YEARLY}")).await);
        }
        // Of the board too, whoever may not see exact figures.
        let answer = sector.request(ANALYST, Method::GET, &address).send().await.expect(200).json();
        assert_eq!(answer["source"], source);
        sector.request(ANALYST, Method::POST, LIST).json(&wanted("second")).send().await.problem(403);
        sector.request(ANALYST, Method::GET, "/v1/releases/1/decisions").send().await.problem(403);
        let live = ask(&world, Persona::Board, &address).await;
        assert_eq!(live["source"], json!({"live": true}));
        // 12 of 90 + 7n + 5 and 140 + 9n - 3 in the second year.
        assert_eq!(live["cells"][1]["value"], 12 * 232 + 16 * 78);
        let given = ask(&world, Persona::Stranger, &address).await["cells"][1]["value"].as_i64().expect("a figure");
        assert_eq!(given % 5, 0);
        assert!((given - (12 * 232 + 16 * 78)).abs() <= 5, "{given}");
        // A second release supersedes the first, which stays as it is.
        let first = ask(&world, Persona::Stranger, &format!("/v1/releases/1/query?{YEARLY}")).await;
        correct(&sector).await;
        let second = release(&world, "second").await.json();
        assert_eq!((&second["number"], &second["superseded_by"]), (&json!(2), &Value::Null));
        let listed = ask(&world, Persona::Stranger, LIST).await;
        let told: Vec<Value> = listed["items"].as_array().expect("items").iter().map(|one| json!([one["number"], one["name"], one["superseded_by"]])).collect();
        assert_eq!(told, [json!([1, "first", 2]), json!([2, "second", null])]);
        assert_eq!(ask(&world, Persona::Stranger, "/v1/releases/1").await["superseded_by"], 2);
        assert_eq!(ask(&world, Persona::Stranger, &format!("/v1/releases/1/query?{YEARLY}")).await, first);
        assert_eq!(ask(&world, Persona::Stranger, &address).await["source"]["release"], 2);
    }

    async fn the_same_state_gives_the_same_release(world: World) {
        sector(&world).await;
        let first = release(&world, "first").await.json();
        let second = release(&world, "second").await.json();
        assert_eq!(first["digest"], second["digest"]);
        assert_eq!(first["measures"], second["measures"]);
    }

    async fn only_the_board_makes_releases_and_reads_what_was_decided(world: World) {
        let refused = world.post(Persona::Board, LIST).json(&wanted("first")).send().await;
        assert_eq!(refused.problem(409), "wrong-state", "nothing was submitted yet");
        sector(&world).await;
        for (by, status) in [(Persona::Stranger, 401), (Persona::Forger, 401), (Persona::Lancaster, 403), (Persona::LancasterReadonly, 403)] {
            world.post(by, LIST).json(&wanted("first")).send().await.problem(status);
        }
        for (member, value, code) in [
            ("name", json!("Not a Slug"), "wrong-form"), ("title", json!(" "), "missing"), ("doi", json!("doi"), "wrong-form"), ("regime", json!("none"), "unknown-regime"),
            ("title", json!("x".repeat(301)), "too-long"), ("notes", json!("x".repeat(10_001)), "too-long"),
            ("family", json!({"attributes": ["nation"], "measures": [{"measure": "heads"}]}), "not-on-offer"),
            ("family", json!({"attributes": ["nation"], "measures": [{"measure": "headcount", "dimensions": ["theme"]}]}), "not-on-offer"),
        ] {
            let mut body = wanted("first");
            body[member] = value;
            let refused = world.post(Persona::Board, LIST).json(&body).send().await;
            assert_eq!(refused.problem(422), "invalid-body", "{member}");
            let violation = refused.json()["violations"][0].clone();
            assert_eq!((&violation["pointer"], &violation["code"]), (&json!(format!("/{member}")), &json!(code)), "{violation}");
        }
        assert_eq!(ask(&world, Persona::Stranger, LIST).await["items"], json!([]), "a fault makes nothing");
        release(&world, "first").await;
        let decisions = "/v1/releases/1/decisions";
        for (by, status) in [(Persona::Stranger, 401), (Persona::Lancaster, 403)] {
            world.get(by, decisions).send().await.problem(status);
        }
        let log = world.get(Persona::Board, decisions).send().await.expect(200).text();
        assert!(log.starts_with("regime,measure,table,year,on,decision,reason"), "{log}");
        assert_eq!(world.get(Persona::Board, "/v1/releases/9/decisions").send().await.problem(404), "not-found");
    }

    async fn graphql_makes_and_asks_the_same(world: World) {
        sector(&world).await;
        let mutation = "mutation($input: ReleaseInput!) { createRelease(input: $input) { number digest supersededBy } }";
        let refused = world.graphql(Persona::Lancaster, mutation, json!({"input": wanted("first")})).await;
        assert_eq!(refused["errors"][0]["extensions"]["code"], "forbidden");
        let made = world.graphql(Persona::Board, mutation, json!({"input": wanted("first")})).await;
        let shown = ask(&world, Persona::Stranger, "/v1/releases/1").await;
        assert_eq!(made["data"]["createRelease"], json!({"number": 1, "digest": shown["digest"], "supersededBy": null}));
        let fields = "number name title notes regime digest doi asOf madeAt supersededBy citation publisher licence \
            measures { measure provisional seriesBreaks { year remark } tables { dimensions years figures } } \
            accuracy { level figures given harmless harmlessGiven meanError worstError } files { format href digest size }";
        let asked = world.graphql(Persona::Stranger, &format!("{{ release(number: 1) {{ {fields} }} latest: release {{ digest }} }}"), json!({})).await;
        assert_eq!(in_words_of_rest(&asked["data"]["release"]), shown);
        assert_eq!(asked["data"]["latest"]["digest"], shown["digest"]);
        let listed = world.graphql(Persona::Stranger, "{ releases { nodes { number name title regime digest doi asOf madeAt supersededBy } } }", json!({})).await;
        assert_eq!(in_words_of_rest(&listed["data"]["releases"]["nodes"]), ask(&world, Persona::Stranger, LIST).await["items"]);
        let cells = "measure statistic unit groupBy source { live release regime } generation asOf provisional note panel cells { keys value status contributors of lowerQuartile upperQuartile }";
        for (by, of) in [(Persona::Stranger, ""), (Persona::Board, ", release: 1")] {
            let query = format!("{{ sector {{ query(measure: \"headcount\", statistic: \"quartiles\", groupBy: [\"year\", \"nation\"], where: [{{dimension: \"year\", codes: [\"2024-25\"]}}]{of}) {{ {cells} }} }} }}");
            let mut asked = world.graphql(by, &query, json!({})).await["data"]["sector"]["query"].clone();
            let rest = "/v1/releases/1/query?measure=headcount&statistic=quartiles&group_by=year,nation&where[year]=2024-25";
            let rest = ask(&world, Persona::Stranger, rest).await;
            asked["source"].as_object_mut().expect("a source").remove("live");
            for cell in asked["cells"].as_array_mut().expect("cells") {
                cell.as_object_mut().expect("a cell").retain(|name, value| !(name.ends_with("Quartile") && value.is_null()));
            }
            let asked = in_words_of_rest(&asked);
            for (name, value) in asked.as_object().expect("members") {
                assert_eq!(value, &rest[name], "{name}");
            }
        }
        let fault = world.graphql(Persona::Stranger, "{ sector { query(release: 1, measure: \"fte\", groupBy: [\"year\"]) { generation } } }", json!({})).await;
        assert_eq!(fault["errors"][0]["extensions"]["violations"][0]["parameter"], "measure");
        let missing = world.graphql(Persona::Stranger, "{ release(number: 7) { number } }", json!({})).await;
        assert_eq!(missing["errors"][0]["extensions"]["code"], "not-found");
    }

    async fn a_release_that_is_killed_half_way_was_never_there(world: World) {
        sector(&world).await;
        let place = tempfile::TempDir::new().expect("a directory");
        let environment = [("DATABASE_URL", world.database_url())];
        let create = ["release", "create", "--name", "first", "--title", "Technicians", "--json"];
        let mut killed = 0;
        for wait in [0, 20, 60, 120] {
            let mut command = program::command(&create, &environment, place.path());
            let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
            let mut child = child.expect("the program starts");
            let _said = first_line(&mut child, wait);
            child.kill().expect("it is killed");
            killed += usize::from(!child.wait().expect("it ended").success());
            let listed = ask(&world, Persona::Stranger, LIST).await;
            let whole = listed["items"].as_array().expect("items").len();
            if whole > 0 {
                break;
            }
            assert_eq!(world.get(Persona::Stranger, "/v1/releases/1").send().await.problem(404), "not-found");
            assert_eq!(world.get(Persona::Stranger, "/v1/releases/1/files/csv").send().await.problem(404), "not-found");
        }
        assert!(killed > 0, "none was killed half-way");
        if ask(&world, Persona::Stranger, LIST).await["items"] == json!([]) {
            let made = program::run(&create, &environment, place.path());
            assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        }
        let shown = ask(&world, Persona::Stranger, "/v1/releases/1").await;
        assert_eq!(shown["files"].as_array().map(Vec::len), Some(7));
    }
}

/// Waits until the program says how far it is, and a little longer; gives back the pipe, so that it can go on talking.
fn first_line(child: &mut Child, milliseconds: u64) -> BufReader<ChildStderr> {
    let mut said = BufReader::new(child.stderr.take().expect("a pipe"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(milliseconds) {
        std::hint::spin_loop();
    }
    said
}

/// One institution corrects what it said.
async fn correct(sector: &Sector<'_>) {
    let place = ("i03", "headcount", "2024-25");
    let why = json!({"reason": "Some were forgotten"});
    sector.step(place, "correct", "*", &why).await;
    sector.submit(place, headcount(5, 1)).await;
}

/// With the same secret the digest is the same whatever the database.
#[tokio::test]
async fn both_engines_publish_the_same() {
    let mut digests = Vec::new();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let world = World::new(engine).await;
        set_key(&world).await;
        sector(&world).await;
        let made = release(&world, "first").await.json();
        digests.push(json!([made["digest"], made["files"]]));
    }
    assert_eq!(digests[0], digests[1]);
}
