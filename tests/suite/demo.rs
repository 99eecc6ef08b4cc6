//! The demonstration as it is run: one process for the file, its figures against sums made here from the same
//! published tables, and its clients within their walls.

mod synthetic;

use crate::faces::in_words_of_rest;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::OnceLock;
use tests::Reply;
use tests::program::Demo;

const PLANS: &str = "/v1/institutions/lancaster/action-plans";
const EDINBURGH: &str = "/v1/institutions/edinburgh";
const HEADCOUNT_REMARK: &str = "HESA Staff table 1 (CC BY 4.0, HESA/Jisc): non-academic, non-atypical staff of SOC2010 major group 3, \
     associate professional and technical occupations, which is wider than technicians; full-time and part-time figures as published, \
     each rounded to the nearest 5.";
const ACADEMIC_REMARK: &str = "HESA Staff table 7 (CC BY 4.0, HESA/Jisc): academic staff, total as published, rounded to the nearest 5.";

fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(Demo::start)
}

/// The demonstration, waited for without holding up the runtime.
async fn ready() -> &'static Demo {
    tokio::task::spawn_blocking(demo).await.expect("it starts")
}

async fn get(client: &str, path: &str) -> Reply {
    ready()
        .await
        .send(Some(client), Method::GET, path, None)
        .await
}

async fn post(client: &str, path: &str, body: Value) -> Reply {
    let demo = ready().await;
    demo.send(Some(client), Method::POST, path, Some(&body))
        .await
}

async fn graphql(client: &str, query: &str) -> Value {
    ready().await.graphql(Some(client), query).await
}

#[derive(Deserialize)]
struct Soc {
    ukprn: String,
    academic_year: String,
    mode_of_employment: String,
    activity_soc2010_major_group: String,
    number: Option<i128>,
}

#[derive(Deserialize)]
struct Terms {
    ukprn: String,
    academic_year: String,
    total_academic_staff: i128,
}

fn table<T: for<'de> Deserialize<'de>>(name: &str) -> Vec<T> {
    let path = format!("{}/../reference/{name}", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).expect("the table");
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

/// A figure of each provider by year: `2014-15` -> UKPRN -> figure.
type Figures = BTreeMap<String, BTreeMap<String, i128>>;

/// Group 3 of the Scottish providers, full-time and part-time.
fn technicians() -> Figures {
    let mut figures = Figures::new();
    for row in table::<Soc>("hesa-scotland-nonacademic-soc.csv") {
        let counted = matches!(row.mode_of_employment.as_str(), "Full-time" | "Part-time")
            && row.activity_soc2010_major_group
                == "Associate professional and technical occupations";
        if let Some(number) = row.number.filter(|_| counted && !row.ukprn.is_empty()) {
            let year = figures
                .entry(row.academic_year.replace('/', "-"))
                .or_default();
            *year.entry(row.ukprn).or_default() += number;
        }
    }
    figures
}

/// Academic staff of every provider.
fn academics() -> Figures {
    let mut figures = Figures::new();
    for row in table::<Terms>("hesa-academic-terms.csv") {
        if !row.ukprn.is_empty() {
            let year = figures
                .entry(row.academic_year.replace('/', "-"))
                .or_default();
            year.insert(row.ukprn, row.total_academic_staff);
        }
    }
    figures
}

/// The years of the published tables, `2014-15` and on.
fn published_years() -> Vec<String> {
    technicians().into_keys().collect()
}

/// A fraction in hundredths, halves up.
fn hundredths(above: i128, below: i128) -> i128 {
    (above * 200 + below) / (below * 2)
}

/// A JSON number with at most two decimals, in hundredths.
fn figure(value: &Value) -> i128 {
    let text = value.to_string();
    let (units, part) = text.split_once('.').unwrap_or((&text, "0"));
    format!("{units}{part:0<2}")
        .parse()
        .expect("a figure with at most two decimals")
}

fn total(of: &[(i128, i128)]) -> i128 {
    hundredths(
        of.iter().map(|one| one.0).sum(),
        of.iter().map(|one| one.1).sum(),
    )
}

/// Values to twelve places beyond the hundredths.
fn fine(of: &[(i128, i128)]) -> Vec<i128> {
    of.iter()
        .map(|(above, below)| above * 100 * 1_000_000_000_000 / below)
        .collect()
}

fn rounded(fine: i128, by: i128) -> i128 {
    let unit = by * 1_000_000_000_000;
    (fine * 2 + unit) / (unit * 2)
}

fn mean(of: &[(i128, i128)]) -> i128 {
    rounded(
        fine(of).iter().sum(),
        i128::try_from(of.len()).expect("few"),
    )
}

fn median(of: &[(i128, i128)]) -> i128 {
    let mut fine = fine(of);
    fine.sort_unstable();
    let middle = fine.len() / 2;
    if fine.len().is_multiple_of(2) {
        rounded(fine[middle - 1] + fine[middle], 2)
    } else {
        rounded(fine[middle], 1)
    }
}

/// Asks both faces, and checks that they say the same.
async fn sector(measure: &str, statistic: &str, group_by: &[&str]) -> Value {
    let address = format!(
        "/v1/sector/query?measure={measure}&statistic={statistic}&group_by={}&where[nation]=scotland&where[year]={}",
        group_by.join(","),
        published_years().join(",")
    );
    let rest = get("board", &address).await.expect(200).json();
    let query = format!(
        "{{ sector {{ query(measure: \"{measure}\", statistic: \"{statistic}\", groupBy: {}, where: [{{dimension: \"nation\", \
         codes: [\"scotland\"]}}, {{dimension: \"year\", codes: {}}}]) {{ unit figureSources {{ provenance remark institutions }} \
         cells {{ keys value status contributors of }} }} }} }}",
        json!(group_by),
        json!(published_years())
    );
    let answer = graphql("board", &query).await;
    let other = in_words_of_rest(&answer["data"]["sector"]["query"]);
    for member in ["unit", "figure_sources", "cells"] {
        assert_eq!(other[member], rest[member], "{address}: {answer:#}");
    }
    rest
}

/// The cells as (keys, value in hundredths, contributors).
fn cells(answer: &Value) -> Vec<(Vec<String>, i128, usize)> {
    let cells = answer["cells"].as_array().expect("cells").iter();
    cells
        .filter(|cell| cell["status"] != "not-supplied")
        .map(|cell| {
            let keys = answer["group_by"].as_array().expect("dimensions").iter();
            let keys = keys.map(|name| {
                let code = &cell["keys"][name.as_str().expect("a name")];
                code.as_str().expect("a code").to_owned()
            });
            let contributors = cell["contributors"].as_u64().expect("a number");
            assert_eq!(cell["status"], "published", "{cell}");
            (
                keys.collect(),
                figure(&cell["value"]),
                usize::try_from(contributors).expect("few"),
            )
        })
        .collect()
}

/// Every institution of the registry.
async fn institutions() -> Vec<Value> {
    let demo = ready().await;
    let page = demo.send(None, Method::GET, "/v1/institutions?limit=500", None);
    let page = page.await.expect(200).json();
    assert_eq!(page["next"], Value::Null);
    page["items"].as_array().expect("items").clone()
}

/// Those with a UKPRN, by it.
fn by_ukprn(institutions: &[Value]) -> BTreeMap<&str, &Value> {
    let known = institutions.iter();
    known
        .filter_map(|one| Some((one["ukprn"].as_str()?, one)))
        .collect()
}

#[tokio::test]
async fn it_is_ready_soon_and_keeps_its_secrets_to_its_owner() {
    let demo = ready().await;
    println!("ready after {:?}", demo.ready_after);
    assert!(demo.ready_after.as_secs() < 240, "{:?}", demo.ready_after);
    let file = demo.directory.join("demo-credentials.json");
    let mode = std::fs::metadata(file)
        .expect("the file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let key = std::fs::metadata(demo.directory.join("signing-key.pem")).expect("the key");
    assert_eq!(key.permissions().mode() & 0o777, 0o600);
    assert_eq!(demo.credentials["base_url"], demo.base_url);
    assert_eq!(demo.credentials["users"], json!({}));
    let clients = demo.credentials["clients"].as_object().expect("clients");
    let names: Vec<&String> = clients.keys().collect();
    assert_eq!(
        names,
        ["board", "lancaster", "lancaster-readonly", "edinburgh"]
    );
    for (name, client) in clients {
        assert_eq!(client["client_id"], *name);
    }
}

#[tokio::test]
async fn its_institutions_are_the_known_signatories_and_the_providers_of_the_table() {
    let demo = ready().await;
    let items = institutions().await;
    let with = |status: &str| {
        let found = items.iter().filter(|one| one["status"] == status);
        found
            .map(|one| one["name"].as_str().expect("a name"))
            .collect::<BTreeSet<_>>()
    };
    let known: Vec<BTreeMap<String, String>> = table("signatories.csv");
    assert_eq!(
        with("signatory").len() + with("supporter").len(),
        known.len()
    );
    let signed: BTreeSet<&str> = known
        .iter()
        .filter(|one| one["status"] == "signatory")
        .map(|one| one["name"].as_str())
        .collect();
    assert_eq!(with("signatory"), signed);
    let ukprns: BTreeSet<&String> = known.iter().map(|one| &one["ukprn"]).collect();
    let years = technicians();
    let providers: BTreeSet<&String> = years.values().flat_map(BTreeMap::keys).collect();
    assert_eq!(providers.len(), 18);
    let registry = by_ukprn(&items);
    for provider in &providers {
        let entry = registry[provider.as_str()];
        assert_eq!(entry["nation"], "scotland", "{entry}");
        assert_eq!(
            entry["status"] == "not-signatory",
            !ukprns.contains(provider),
            "{entry}"
        );
    }
    let only_figures = providers
        .iter()
        .filter(|ukprn| !ukprns.contains(*ukprn))
        .count();
    assert_eq!(with("not-signatory").len(), only_figures);
    assert!(only_figures > 0);
    for (slug, name) in [
        ("lancaster", "Lancaster University"),
        ("edinburgh", "University of Edinburgh"),
    ] {
        let address = format!("/v1/institutions/{slug}");
        let entry = demo.send(None, Method::GET, &address, None).await;
        let entry = entry.expect(200).json();
        assert!(
            entry["name"].as_str().expect("a name").ends_with(name),
            "{entry}"
        );
    }
}

#[tokio::test]
async fn headcounts_are_the_sums_of_the_published_table() {
    let by_year = technicians();
    assert_eq!(by_year.len(), 8);
    for (statistic, of) in [
        ("total", None),
        ("mean", Some(mean as fn(&[_]) -> i128)),
        ("median", Some(median as fn(&[_]) -> i128)),
    ] {
        let wanted: Vec<_> = by_year
            .iter()
            .map(|(year, providers)| {
                let values: Vec<(i128, i128)> =
                    providers.values().map(|value| (*value, 1)).collect();
                let sum = values.iter().map(|one| one.0 * 100).sum();
                (
                    vec![year.clone()],
                    of.map_or(sum, |of| of(&values)),
                    values.len(),
                )
            })
            .collect();
        let answer = sector("headcount", statistic, &["year"]).await;
        assert_eq!(cells(&answer), wanted, "{statistic}");
        assert_eq!(answer["unit"], "persons");
        assert_eq!(
            answer["figure_sources"],
            json!([{"provenance": "published", "remark": HEADCOUNT_REMARK, "institutions": 18}])
        );
    }
}

#[tokio::test]
async fn technicians_per_100_academics_are_over_providers_that_have_both() {
    let (technicians, academics) = (technicians(), academics());
    for (statistic, of) in [
        ("total", total as fn(&[_]) -> i128),
        ("mean", mean),
        ("median", median),
    ] {
        let wanted: Vec<_> = technicians
            .iter()
            .map(|(year, providers)| {
                let pairs: Vec<(i128, i128)> = providers
                    .iter()
                    .filter_map(|(ukprn, number)| {
                        Some((number * 100, *academics.get(year)?.get(ukprn)?))
                    })
                    .filter(|pair| pair.1 > 0)
                    .collect();
                (vec![year.clone()], of(&pairs), pairs.len())
            })
            .filter(|cell| cell.2 > 0)
            .collect();
        assert!(wanted.len() >= 8, "{wanted:?}");
        let answer = sector("technicians-per-100-academics", statistic, &["year"]).await;
        assert_eq!(cells(&answer), wanted, "{statistic}");
        let remarks = answer["figure_sources"].as_array().expect("sources").iter();
        let remarks: BTreeSet<&str> = remarks
            .map(|source| source["remark"].as_str().expect("a remark"))
            .collect();
        assert_eq!(remarks, [ACADEMIC_REMARK, HEADCOUNT_REMARK].into());
    }
}

#[tokio::test]
async fn figures_group_by_what_the_registry_says_of_each_provider() {
    let institutions = institutions().await;
    let registry = by_ukprn(&institutions);
    for dimension in ["kind", "mission_group"] {
        let mut wanted: BTreeMap<Vec<String>, (i128, usize)> = BTreeMap::new();
        for (year, providers) in technicians() {
            for (ukprn, number) in providers {
                let code = registry[ukprn.as_str()][dimension]
                    .as_str()
                    .expect("a code")
                    .to_owned();
                let cell = wanted.entry(vec![year.clone(), code]).or_default();
                *cell = (cell.0 + number * 100, cell.1 + 1);
            }
        }
        let wanted: Vec<_> = wanted
            .into_iter()
            .map(|(keys, (value, count))| (keys, value, count))
            .collect();
        let answer = sector("headcount", "total", &["year", dimension]).await;
        assert_eq!(cells(&answer), wanted, "{dimension}");
        for cell in answer["cells"].as_array().expect("cells") {
            let members = institutions.iter().filter(|one| {
                one["nation"] == "scotland" && one[dimension] == cell["keys"][dimension]
            });
            assert_eq!(cell["of"], members.count(), "{cell}");
        }
    }
}

#[tokio::test]
async fn before_the_demonstration_began_nobody_had_returned_anything() {
    let address = "/v1/sector/query?measure=headcount&group_by=year&as_of=2020-01-01T00:00:00Z";
    let answer = get("board", address).await.expect(200).json();
    assert_eq!(answer["as_of"], "2020-01-01T00:00:00Z");
    assert_eq!(answer["figure_sources"], json!([]));
    for cell in answer["cells"].as_array().expect("cells") {
        assert_eq!(
            (&cell["value"], &cell["status"], &cell["contributors"]),
            (&Value::Null, &json!("not-supplied"), &json!(0))
        );
    }
}

#[tokio::test]
async fn exact_figures_are_for_the_board_only() {
    let address = "/v1/sector/query?measure=headcount&group_by=year";
    let board = get("board", address).await.expect(200).json();
    assert_eq!(board["source"], json!({"live": true}));
    // Everybody else is answered from the first release, which rounds.
    let stranger = ready().await.send(None, Method::GET, address, None).await;
    let stranger = stranger.expect(200).json();
    assert_eq!(
        stranger["source"],
        json!({"release": 1, "regime": "hesa-5/ckp-1"})
    );
    let lancaster = get("lancaster", address).await.expect(200).json();
    assert_eq!(lancaster, stranger);
    let told = stranger["cells"].as_array().expect("cells");
    assert!(told.len() >= 3);
    for cell in told {
        let value = cell["value"].as_i64().expect("a figure");
        assert!(value > 0 && value % 5 == 0, "{cell}");
    }
}

/// Lancaster's plan: its address and its id.
async fn plan() -> (String, String) {
    let plans = get("lancaster", PLANS).await.expect(200).json();
    let plans = plans["items"].as_array().expect("plans").clone();
    assert_eq!(plans.len(), 1);
    assert_eq!(
        plans[0]["title"],
        "Technician Commitment Stage 1 action plan"
    );
    let id = plans[0]["id"].as_str().expect("an id").to_owned();
    (format!("{PLANS}/{id}"), id)
}

#[tokio::test]
async fn lancaster_s_plan_is_there_by_theme() {
    let (plan, id) = plan().await;
    let actions = get("lancaster", &format!("{plan}/actions?limit=100"))
        .await
        .expect(200)
        .json();
    assert_eq!(actions["items"].as_array().map(Vec::len), Some(27));
    let query = format!(
        "{{ institution(slug: \"lancaster\") {{ actionPlan(id: \"{id}\") {{ byTheme {{ theme actions }} }} }} }}"
    );
    let answer = graphql("lancaster", &query).await;
    let by_theme = in_words_of_rest(&answer["data"]["institution"]["actionPlan"]["byTheme"]);
    let by_theme = by_theme.as_array().expect("themes").iter();
    let by_theme: BTreeMap<&str, u64> = by_theme
        .map(|one| {
            (
                one["theme"].as_str().expect("a theme"),
                one["actions"].as_u64().expect("a number"),
            )
        })
        .collect();
    let wanted = [
        ("visibility", 8),
        ("recognition", 6),
        ("career-development", 8),
        ("sustainability", 5),
        ("evaluating-impact", 0),
    ];
    assert_eq!(by_theme, wanted.into());
    for (theme, number) in wanted {
        let listed = get("lancaster", &format!("{plan}/actions?theme={theme}"))
            .await
            .expect(200)
            .json();
        assert_eq!(
            listed["items"].as_array().map(Vec::len),
            usize::try_from(number).ok(),
            "{theme}"
        );
    }
}

#[tokio::test]
async fn lancaster_judges_its_own_actions() {
    let (plan, id) = plan().await;
    let actions = get("lancaster", &format!("{plan}/actions?theme=visibility"))
        .await
        .expect(200)
        .json();
    let of = |label: &str| {
        let found = actions["items"]
            .as_array()
            .expect("actions")
            .iter()
            .find(|one| one["label"] == label);
        found.expect("the action")["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    let (first, third) = (of("V1"), of("V3"));
    let green = post(
        "lancaster",
        &format!("{plan}/actions/{first}/progress"),
        json!({"rag": "green"}),
    )
    .await;
    assert_eq!(green.expect(201).json()["rag"], "green");
    let standing = get("lancaster", &format!("{plan}/actions/{first}"))
        .await
        .expect(200)
        .json();
    assert_eq!(standing["rag"], "green");
    let red = post(
        "lancaster",
        &format!("{plan}/actions/{third}/progress"),
        json!({"rag": "red"}),
    )
    .await;
    assert_eq!(red.problem(422), "invalid-body");
    let violation = red.json()["violations"][0].clone();
    assert_eq!(
        (&violation["pointer"], &violation["code"]),
        (&json!("/explanation"), &json!("explanation-required"))
    );
    let mutation = format!(
        "mutation {{ recordProgress(institution: \"lancaster\", plan: \"{id}\", action: \"{third}\", input: {{rag: RED}}) {{ action {{ rag }} }} }}"
    );
    let answer = graphql("lancaster", &mutation).await;
    assert_eq!(answer["data"], json!({"recordProgress": null}));
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(
        (&extensions["code"], &extensions["violations"]),
        (&json!("invalid-body"), &json!([violation]))
    );
    let standing = get("lancaster", &format!("{plan}/actions/{third}"))
        .await
        .expect(200)
        .json();
    assert_eq!(standing["rag"], "not-assessed");
}

#[tokio::test]
async fn lancaster_sees_nothing_of_edinburgh() {
    for path in [
        "org-units",
        "returns",
        "returns/headcount/2021-22",
        "returns/headcount/2021-22/rows",
        "action-plans",
        "audit",
    ] {
        let address = format!("{EDINBURGH}/{path}");
        get("edinburgh", &address).await.expect(200);
        let refused = get("lancaster", &address).await;
        assert_eq!(refused.problem(404), "not-found", "{address}");
        assert_eq!(refused.json()["detail"], "There is no such institution.");
    }
    for field in [
        "orgUnits { nodes { code } }",
        "returns { nodes { year } }",
        "return(dataset: HEADCOUNT, year: \"2021-22\") { version }",
        "actionPlans { nodes { id } }",
        "audit { nodes { id } }",
    ] {
        let query = format!("{{ institution(slug: \"edinburgh\") {{ slug {field} }} }}");
        let own = graphql("edinburgh", &query).await;
        assert_eq!(own["errors"], Value::Null, "{own:#}");
        let answer = graphql("lancaster", &query).await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["code"], &extensions["status"]),
            (&json!("not-found"), &json!(404)),
            "{field}"
        );
        assert_eq!(
            answer["data"]["institution"]["slug"], "edinburgh",
            "its profile is public"
        );
        let name = field.split(['(', ' ']).next().expect("a name");
        assert_eq!(answer["data"]["institution"][name], Value::Null);
    }
}
