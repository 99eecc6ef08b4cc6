//! Live answers beside an independent computation from the rows the service gives back: two hundred queries drawn by
//! chance over a sector drawn by chance, every cell equal exactly.

use crate::chance::Chance;
use crate::random_sector::{BETWEEN, Sector, YEARS, keep};
use serde_json::{Map, Value, json};
use technician_metrics::operations::institutions::InstitutionInput;
use tempfile::TempDir;
use tests::{Persona, World, on_both_engines, readers};

/// How many queries are compared.
const QUERIES: usize = 200;
/// How many institutions make returns.
const INSTITUTIONS: usize = 12;

fn texts(list: &Value) -> Vec<&str> {
    let texts = list.as_array().expect("a list").iter();
    texts.map(|text| text.as_str().expect("a text")).collect()
}

/// Codes to ask for beside those of the catalogue's lists: few, so that filters seldom leave nothing.
fn codes(chance: &mut Chance, dimension: &str, offered: &Value) -> Option<Value> {
    let all: Vec<&str> = match dimension {
        "year" => YEARS.to_vec(),
        "nation" => vec!["england", "scotland", "wales", "outside-uk"],
        "sex" => vec!["female", "male", "other", "not-known"],
        "output_type" => vec!["article", "software", "book", "patent"],
        "discipline" => vec!["101", "112", "120", "not-known"],
        _ => texts(offered),
    };
    if all.is_empty() {
        return None;
    }
    let number = 1 + chance.below(all.len().min(4));
    let mut codes: Vec<&str> = (0..number).map(|_| all[chance.below(all.len())]).collect();
    codes.sort_unstable();
    codes.dedup();
    Some(json!(codes))
}

/// A query of a measure that makes sense, drawn by chance.
fn query(chance: &mut Chance, measure: &Value, dimensions: &Map<String, Value>) -> Value {
    let offered = texts(&measure["dimensions"]);
    let statistics = texts(&measure["statistics"]);
    let statistic = statistics[chance.below(statistics.len())];
    let mut group_by: Vec<&str> = Vec::new();
    for _ in 0..=chance.below(3) {
        let one = offered[chance.below(offered.len())];
        if !group_by.contains(&one) {
            group_by.push(one);
        }
    }
    let mut filters = Map::new();
    for _ in 0..chance.below(3) {
        let one = offered[chance.below(offered.len())];
        if let Some(codes) = codes(chance, one, &dimensions[one]) {
            filters.insert(one.to_owned(), codes);
        }
    }
    let over_years = ["change", "index"].contains(&statistic);
    let one_year = filters
        .get("year")
        .is_some_and(|years| texts(years).len() == 1);
    if !group_by.contains(&"year") && (over_years || !one_year) {
        group_by.insert(0, "year");
        group_by.truncate(3);
    }
    if statistic == "share" && group_by.last() == Some(&"year") {
        group_by.insert(0, "year");
        group_by.pop();
        group_by.push(if group_by.contains(&"nation") {
            "kind"
        } else {
            "nation"
        });
    }
    let mut query = json!({"measure": measure["name"], "statistic": statistic, "group_by": group_by, "where": filters});
    if group_by.contains(&"year") && chance.below(3) == 0 {
        query["panel"] = json!("constant");
    }
    if statistic == "index" && chance.below(2) == 0 {
        query["base_year"] = json!(YEARS[chance.below(YEARS.len())]);
    }
    if chance.below(6) == 0 {
        query["as_of"] = json!(BETWEEN);
    }
    query
}

/// Every measure of figures in turn, and its answers.
async fn questions(world: &World, chance: &mut Chance) -> Vec<Value> {
    let catalogue = world.get(Persona::Board, "/v1/sector/catalogue");
    let catalogue = catalogue.send().await.expect(200).json();
    let listed = catalogue["dimensions"].as_array().expect("dimensions");
    let code = |code: &Value| code.get("code").unwrap_or(code).clone();
    let dimensions: Map<String, Value> = listed
        .iter()
        .map(|one| {
            let codes = one["codes"].as_array().into_iter().flatten();
            let codes: Vec<Value> = codes.map(code).collect();
            (
                one["name"].as_str().expect("a name").to_owned(),
                json!(codes),
            )
        })
        .collect();
    let measures = catalogue["measures"].as_array().expect("measures").iter();
    let of_plans = ["actions", "share-green-at-due-date", "days-in-red"];
    let measures: Vec<&Value> = measures
        .filter(|one| !of_plans.contains(&one["name"].as_str().expect("a name")))
        .collect();
    assert!(measures.len() > 40, "all of them are asked for");
    let mut questions = Vec::new();
    for number in 0..QUERIES {
        let query = query(chance, measures[number % measures.len()], &dimensions);
        let asked = world.post(Persona::Board, "/v1/sector/query").json(&query);
        let answer = asked.send().await.expect(200).json();
        questions.push(json!({"query": query, "answer": answer}));
    }
    questions
}

on_both_engines! {
    async fn two_hundred_answers_equal_an_independent_computation(world: World) {
        let mut chance = Chance::new();
        eprintln!("{chance:?}");
        let mut sector = Sector::new(&world, &mut chance, INSTITUTIONS).await;
        sector.furnish(&mut chance).await;
        let folder = TempDir::new().expect("a folder");
        sector.write_to(folder.path()).await;
        let questions = questions(&world, &mut chance).await;
        let cells = |question: &Value| question["answer"]["cells"].as_array().map_or(0, Vec::len);
        let compared: usize = questions.iter().map(cells).sum();
        assert!(compared > 1_000, "{compared} cells are too few to mean anything; {chance:?}");
        keep(folder.path(), "questions.json", &json!(questions));
        let said = readers::run("independent.py", folder.path());
        assert_eq!(said, format!("{QUERIES} queries, {compared} cells\n"), "{chance:?}");
    }

    async fn nothing_is_made_up_of_nil_returns_and_gaps(world: World) {
        let input = InstitutionInput {
            slug: "i01".to_owned(),
            name: "Institution".to_owned(),
            kind: "university".to_owned(),
            nation: "wales".to_owned(),
            ..InstitutionInput::default()
        };
        let sector = Sector::of(&world, vec![input]).await;
        sector.nil(("i01", "registrations", "2023-24")).await;
        let header = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fpe,fte\n";
        let line = "institution,laboratory,C1,female,26-30,open-ended,full-time,7,,\n";
        sector.submit(("i01", "headcount", "2024-25"), format!("{header}{line}")).await;
        let cells = async |query: &str| {
            let asked = world.get(Persona::Board, &format!("/v1/sector/query?{query}&where[nation]=wales"));
            asked.send().await.expect(200).json()["cells"].clone()
        };
        // No register was ever named, so none is shown: not one without a name either.
        assert_eq!(cells("measure=registrations-persons-holding&group_by=register&where[year]=2023-24").await, json!([]));
        let gap = |keys: Value| json!({"keys": keys, "value": null, "status": "not-supplied", "contributors": 0, "of": 1});
        let zero = |keys: Value| json!({"keys": keys, "value": 0, "status": "zero", "contributors": 1, "of": 1});
        let seven = |keys: Value| json!({"keys": keys, "value": 7, "status": "published", "contributors": 1, "of": 1});
        assert_eq!(cells("measure=registrations-persons-holding&group_by=year").await, json!([zero(json!({"year": "2023-24"})), gap(json!({"year": "2024-25"}))]));
        // The only sex that was ever reported is filtered out: none is left.
        assert_eq!(cells("measure=headcount&group_by=sex&where[year]=2024-25&where[sex]=male").await, json!([]));
        // A group that returned nothing is a gap whether the year is a key or a filter.
        for query in ["group_by=nation&where[year]=2023-24", "where[year]=2023-24&panel=all&group_by=nation"] {
            assert_eq!(cells(&format!("measure=headcount&{query}")).await, json!([gap(json!({"nation": "wales"}))]));
        }
        // A dataset that began later has a constant panel of its own years.
        assert_eq!(cells("measure=headcount&group_by=year&panel=constant").await, json!([gap(json!({"year": "2023-24"})), seven(json!({"year": "2024-25"}))]));
        // Who counts outputs and leaves out how many acknowledge says nothing of those; who states none states none.
        let header = "org_unit,output_type,outputs,outputs_with_technician_author,outputs_acknowledging_technician,outputs_acknowledging_facility,technician_authors\n";
        let lines = "institution,article,9,2,3,,\ninstitution,book,4,0,,,\n";
        sector.submit(("i01", "authorship", "2024-25"), format!("{header}{lines}")).await;
        let types = cells("measure=acknowledged-outputs&group_by=output_type&where[year]=2024-25").await;
        assert_eq!((&types[0]["value"], &types[1]), (&json!(3), &gap(json!({"output_type": "book"}))));
    }
}
