//! The sector asked live: exact figures, honest gaps, and faults that say what is on offer.

use chrono::Duration;
use serde_json::{Value, json};
use tests::{Engine, Persona, Reply, World, on_both_engines};

const MEASURES: &str = "headcount, fpe, fte, headcount-ethnicity, headcount-disability, authorship-outputs, authorship-outputs-with-technician-author, authorship-outputs-acknowledging-technician, authorship-outputs-acknowledging-facility, authorship-technician-authors, authorship-outputs-technicians, awards-considered, awards-nominated, awards-shortlisted, awards-won, registrations-persons-holding, registrations-registrations-held, registrations-new, registrations-lapsed, development-participants, development-completions, development-spend-pence, representation-bodies, representation-bodies-with-technician, representation-technician-seats, denominators-academic-headcount, denominators-academic-fte, denominators-all-staff-headcount, share-of-women, share-aged-51-and-over, share-fixed-term, share-part-time, share-of-minority-ethnic-groups, share-without-a-known-disability, technicians-per-100-academics, registered-share, nominations-per-100-technicians, wins-per-100-technicians, apprentices-per-100-technicians, authored-outputs-per-100-outputs, acknowledged-outputs-per-100-outputs, authored-outputs-per-100-technicians, acknowledged-outputs-per-100-technicians, share-of-bodies-with-a-technician, authored-outputs, acknowledged-outputs, actions, share-green-at-due-date, days-in-red, participation";
const OF_HEADCOUNT: &str = "year, nation, region, kind, mission_group, size_band, phase, discipline, discipline_group, job_family, grade, sex, age_band, terms, mode";
const NATIONS: &str = "england, scotland, wales, northern-ireland, uk-wide, outside-uk";

/// Rows of a headcount return: sex, headcount, FTE.
fn csv(rows: &[(&str, u32, &str)]) -> String {
    let mut csv = String::from("org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fte\n");
    for (sex, headcount, fte) in rows {
        csv.push_str(&format!(
            "institution,laboratory,not-known,{sex},26-30,open-ended,full-time,{headcount},{fte}\n"
        ));
    }
    csv
}

fn headcount(of: &str, year: &str) -> String {
    format!("/v1/institutions/{of}/returns/headcount/{year}")
}

async fn fill(world: &World, by: Persona, base: &str, rows: &[(&str, u32, &str)]) {
    world
        .put(by, &format!("{base}/rows"))
        .if_match("*")
        .csv(csv(rows))
        .send()
        .await
        .expect(200);
}

async fn submit(world: &World, by: Persona, base: &str, statement: Value) {
    world.submit(by, base, statement).await.expect(200);
}

/// Lancaster and Edinburgh return 2024-25: 20 of 18.75 FTE, and 41 of 38.25 FTE.
async fn two_returns(world: &World) {
    for (by, of, rows) in [
        (
            Persona::Lancaster,
            "lancaster",
            [("female", 12, "11.5"), ("male", 8, "7.25")],
        ),
        (
            Persona::Edinburgh,
            "edinburgh",
            [("female", 21, "20"), ("male", 20, "18.25")],
        ),
    ] {
        let base = headcount(of, "2024-25");
        fill(world, by, &base, &rows).await;
        submit(world, by, &base, json!({})).await;
    }
}

async fn academics(world: &World, by: Persona, of: &str, number: u32) {
    let base = format!("/v1/institutions/{of}/returns/denominators/2024-25");
    let rows = json!({"rows": [{"org_unit": "institution", "academic_headcount": number}]});
    world
        .put(by, &format!("{base}/rows"))
        .if_match("*")
        .json(&rows)
        .send()
        .await
        .expect(200);
    submit(world, by, &base, json!({})).await;
}

async fn ask(world: &World, query: &str) -> Reply {
    world
        .get(Persona::Board, &format!("/v1/sector/query?{query}"))
        .send()
        .await
}

/// The cells as they are written.
async fn cells(world: &World, query: &str) -> Value {
    ask(world, query).await.expect(200).json()["cells"].clone()
}

/// A query in a body: parameter, code and message of each fault.
async fn faults(world: &World, body: &Value) -> Vec<(String, String, String)> {
    let answer = world
        .post(Persona::Board, "/v1/sector/query")
        .json(body)
        .send()
        .await;
    assert_eq!(answer.problem(400), "invalid-parameters");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let body = answer.json();
    let violations = body["violations"].as_array().expect("violations").iter();
    violations
        .map(|one| {
            (
                text(&one["parameter"]),
                text(&one["code"]),
                text(&one["message"]),
            )
        })
        .collect()
}

fn fault(parameter: &str, code: &str, message: &str) -> (String, String, String) {
    (parameter.to_owned(), code.to_owned(), message.to_owned())
}

/// The lines of the audit trail that no institution owns: verb, actor and what after, oldest first.
async fn trail(world: &World) -> Vec<(String, String, Value)> {
    const LINES: &str = "SELECT action, actor, CAST(after AS TEXT) FROM audit WHERE institution_id IS NULL ORDER BY id";
    let lines: Vec<(String, String, Option<String>)> = match world.engine {
        Engine::Sqlite => {
            let pool = sqlx::SqlitePool::connect(world.database_url())
                .await
                .expect("the database opens");
            sqlx::query_as(LINES).fetch_all(&pool).await.expect("lines")
        }
        Engine::Postgres => {
            let pool = sqlx::PgPool::connect(world.database_url())
                .await
                .expect("the database opens");
            sqlx::query_as(LINES).fetch_all(&pool).await.expect("lines")
        }
    };
    let read = |after: Option<String>| {
        after.map_or(Value::Null, |text| {
            serde_json::from_str(&text).expect("JSON")
        })
    };
    lines
        .into_iter()
        .map(|(action, actor, after)| (action, actor, read(after)))
        .collect()
}

on_both_engines! {
    async fn an_answer_says_all_a_reader_must_know(world: World) {
        two_returns(&world).await;
        let answer = ask(&world, "measure=fte&group_by=year,nation").await.expect(200).json();
        assert_eq!(answer, json!({
            "measure": "fte", "statistic": "total", "unit": "fte", "group_by": ["year", "nation"], "source": {"live": true},
            "generation": answer["generation"], "as_of": "2026-03-03T09:00:00Z", "provisional": false,
            "note": "Over the year, 1 August to 31 July. Institutions that do not record it do not contribute. Technicians employed on 1 December, by job family, grade, sex, age band, terms and mode of employment. Rows exclude each other, so a total is a sum.",
            "panel": "all", "figure_sources": [], "series_breaks": [], "merged": [],
            "cells": [
                {"keys": {"year": "2024-25", "nation": "england"}, "value": 18.75, "status": "published", "contributors": 1, "of": 1},
                {"keys": {"year": "2024-25", "nation": "scotland"}, "value": 38.25, "status": "published", "contributors": 1, "of": 3},
            ],
        }));
    }

    async fn total_mean_and_median_are_exact(world: World) {
        two_returns(&world).await;
        let (total, mean) = (json!(57), json!(28.5));
        for (statistic, value) in [("total", &total), ("mean", &mean), ("median", &mean)] {
            assert_eq!(cells(&world, &format!("measure=fte&statistic={statistic}&group_by=year")).await, json!([
                {"keys": {"year": "2024-25"}, "value": value, "status": "published", "contributors": 2, "of": 4},
            ]));
        }
        // 18.76 and 38.25: a mean between two hundredths is rounded up.
        let base = headcount("lancaster", "2024-25");
        let reason = json!({"reason": "A rounding."});
        world.post(Persona::Lancaster, &format!("{base}/correct")).if_match("*").json(&reason).send().await.expect(200);
        fill(&world, Persona::Lancaster, &base, &[("female", 20, "18.76")]).await;
        submit(&world, Persona::Lancaster, &base, json!({})).await;
        assert_eq!(cells(&world, "measure=fte&statistic=mean&group_by=year").await[0]["value"], json!(28.51));
        assert_eq!(cells(&world, "measure=fte&group_by=year").await[0]["value"], json!(57.01));
    }

    async fn a_ratio_divides_sums_and_takes_those_who_have_both(world: World) {
        two_returns(&world).await;
        academics(&world, Persona::Lancaster, "lancaster", 70).await;
        let ratio = async |statistic| cells(&world, &format!("measure=technicians-per-100-academics&statistic={statistic}&group_by=year")).await;
        // 20 of 70.
        for statistic in ["total", "mean", "median"] {
            assert_eq!(ratio(statistic).await, json!([{"keys": {"year": "2024-25"}, "value": 28.57, "status": "published", "contributors": 1, "of": 4}]));
        }
        academics(&world, Persona::Edinburgh, "edinburgh", 300).await;
        // 61 of 370; the mean of 28.571428... and 13.666666...
        assert_eq!(ratio("total").await[0]["value"], json!(16.49));
        assert_eq!(ratio("mean").await[0]["value"], json!(21.12));
        assert_eq!(ratio("median").await[0]["value"], json!(21.12));
        assert_eq!(ratio("total").await[0]["contributors"], 2);
    }

    async fn what_nobody_returned_is_not_a_zero(world: World) {
        fill(&world, Persona::Edinburgh, &headcount("edinburgh", "2024-25"), &[("female", 0, "0")]).await;
        submit(&world, Persona::Edinburgh, &headcount("edinburgh", "2024-25"), json!({})).await;
        assert_eq!(cells(&world, "measure=headcount&group_by=year,nation").await, json!([
            {"keys": {"year": "2024-25", "nation": "england"}, "value": null, "status": "not-supplied", "contributors": 0, "of": 1},
            {"keys": {"year": "2024-25", "nation": "scotland"}, "value": 0, "status": "zero", "contributors": 1, "of": 3},
        ]));
        // Who does not record FTE does not contribute to it.
        fill(&world, Persona::Lancaster, &headcount("lancaster", "2024-25"), &[("female", 7, "")]).await;
        submit(&world, Persona::Lancaster, &headcount("lancaster", "2024-25"), json!({})).await;
        let gap = json!({"keys": {"year": "2024-25"}, "value": null, "status": "not-supplied", "contributors": 0, "of": 1});
        assert_eq!(cells(&world, "measure=fte&group_by=year&where[nation]=england").await, json!([gap]), "a year is no silent gap");
        assert_eq!(cells(&world, "measure=headcount&group_by=sex,year&where[mission_group]=guildhe").await, json!([]), "nobody is in the group");
        assert_eq!(cells(&world, "measure=fte&group_by=year,nation").await[0]["status"], "not-supplied");
        assert_eq!(cells(&world, "measure=headcount&group_by=year,nation").await[0]["value"], 7);
    }

    async fn figures_break_down_by_sex_and_group(world: World) {
        two_returns(&world).await;
        assert_eq!(cells(&world, "measure=headcount&group_by=year,sex").await, json!([
            {"keys": {"year": "2024-25", "sex": "female"}, "value": 33, "status": "published", "contributors": 2, "of": 4},
            {"keys": {"year": "2024-25", "sex": "male"}, "value": 28, "status": "published", "contributors": 2, "of": 4},
        ]));
        assert_eq!(cells(&world, "measure=headcount&group_by=mission_group,kind&where[year]=2024-25").await, json!([
            {"keys": {"mission_group": "none", "kind": "university"}, "value": 20, "status": "published", "contributors": 1, "of": 2},
            {"keys": {"mission_group": "russell-group", "kind": "university"}, "value": 41, "status": "published", "contributors": 1, "of": 2},
        ]));
    }

    async fn filters_keep_what_they_name(world: World) {
        two_returns(&world).await;
        fill(&world, Persona::Lancaster, &headcount("lancaster", "2023-24"), &[("female", 10, "9")]).await;
        submit(&world, Persona::Lancaster, &headcount("lancaster", "2023-24"), json!({})).await;
        let value = async |query: &str| cells(&world, query).await;
        assert_eq!(value("measure=headcount&group_by=year").await.as_array().map(Vec::len), Some(2));
        assert_eq!(value("measure=headcount&where[year]=2023-24").await, json!([{"keys": {}, "value": 10, "status": "published", "contributors": 1, "of": 4}]));
        assert_eq!(value("measure=headcount&group_by=sex&where[year]=2024%2F25&where[nation]=scotland&where[sex]=male,other").await, json!([
            {"keys": {"sex": "male"}, "value": 20, "status": "published", "contributors": 1, "of": 3},
        ]));
        assert_eq!(value("measure=headcount&group_by=year&where[mission_group]=russell-group,guildhe").await[0]["value"], Value::Null);
        assert_eq!(value("measure=headcount&group_by=year&where[mission_group]=russell-group,guildhe&where[year]=2024-25").await[0]["value"], 41);
    }

    async fn a_draft_never_counts_and_a_correction_replaces(world: World) {
        two_returns(&world).await;
        let base = headcount("lancaster", "2024-25");
        let value = async |query: &str| cells(&world, query).await[0].clone();
        let now = "measure=headcount&where[year]=2024-25&where[nation]=england";
        assert_eq!(value(now).await["value"], 20);
        world.advance(Duration::hours(1));
        let reason = json!({"reason": "Two were agency staff."});
        world.post(Persona::Lancaster, &format!("{base}/correct")).if_match("*").json(&reason).send().await.expect(200);
        fill(&world, Persona::Lancaster, &base, &[("female", 18, "17")]).await;
        fill(&world, Persona::Lancaster, &headcount("lancaster", "2025-26"), &[("female", 99, "99")]).await;
        assert_eq!(value(now).await["value"], 20, "a draft over a revision does not count");
        assert_eq!(cells(&world, "measure=headcount&group_by=year").await.as_array().map(Vec::len), Some(1), "a draft alone does not count");
        world.advance(Duration::hours(1));
        submit(&world, Persona::Lancaster, &base, json!({})).await;
        assert_eq!(value(now).await, json!({"keys": {}, "value": 18, "status": "published", "contributors": 1, "of": 1}));
        for (moment, wanted) in [
            ("2026-03-03T08:59:59Z", Value::Null), ("2026-03-03T09:00:00Z", json!(20)), ("2026-03-03T10:59:59Z", json!(20)), ("2026-03-03T11:00:00Z", json!(18)),
            ("2026-03-03T12:00:00%2B02:00", json!(20)),
        ] {
            let answer = ask(&world, &format!("measure=headcount&group_by=year,nation&where[nation]=england&as_of={moment}")).await.expect(200).json();
            assert_eq!(answer["cells"][0]["value"], wanted, "{moment}: {answer:#}");
        }
        let answer = ask(&world, &format!("{now}&as_of=2026-03-03T10:59:59Z")).await.expect(200).json();
        assert_eq!(answer["as_of"], "2026-03-03T10:59:59Z");
    }

    async fn get_and_post_are_one(world: World) {
        two_returns(&world).await;
        academics(&world, Persona::Lancaster, "lancaster", 70).await;
        for (query, body) in [
            ("measure=headcount&group_by=year", json!({"measure": "headcount", "group_by": ["year"]})),
            (
                "measure=fte&statistic=median&group_by=year,sex&where[nation]=england,scotland&where[year]=2024-25&panel=all&as_of=2026-03-03T09:00:00Z",
                json!({"measure": "fte", "statistic": "median", "group_by": ["year", "sex"], "where": {"nation": ["england", "scotland"], "year": ["2024/25"]}, "panel": "all", "as_of": "2026-03-03T09:00:00Z"}),
            ),
            ("measure=actions&group_by=theme,rag", json!({"measure": "actions", "group_by": ["theme", "rag"]})),
        ] {
            let posted = world.post(Persona::Board, "/v1/sector/query").json(&body).send().await.expect(200).json();
            assert_eq!(ask(&world, query).await.expect(200).json(), posted);
        }
    }

    async fn every_fault_names_what_is_on_offer(world: World) {
        assert_eq!(faults(&world, &json!({"measure": "heads", "statistic": "mode"})).await, [
            fault("measure", "unknown-measure", &format!("\u{201c}heads\u{201d} is not on offer; on offer: {MEASURES}.")),
        ]);
        assert_eq!(faults(&world, &json!({
            "measure": "headcount", "statistic": "mode", "group_by": ["year", "colour", "theme", "year"], "panel": "some",
            "where": {"nation": ["kent", "wales"], "year": ["24"], "rag": ["red"], "sex": [], "shoe": ["9"]},
        })).await, [
            fault("statistic", "unknown-statistic", "\u{201c}mode\u{201d} is not on offer; on offer: total, mean, median, quartiles, share, change, index."),
            fault("panel", "unknown-panel", "\u{201c}some\u{201d} is not on offer; on offer: all, constant."),
            fault("group_by", "unknown-dimension", &format!("\u{201c}colour\u{201d} is not on offer; on offer: {OF_HEADCOUNT}.")),
            fault("group_by", "combination-without-sense", &format!("headcount is not broken down by theme; on offer: {OF_HEADCOUNT}.")),
            fault("group_by", "repeated-dimension", "year is named twice."),
            fault("where[nation]", "unknown-code", &format!("\u{201c}kent\u{201d} is not on offer; on offer: {NATIONS}.")),
            fault("where[rag]", "combination-without-sense", &format!("headcount is not broken down by rag; on offer: {OF_HEADCOUNT}.")),
            fault("where[sex]", "wrong-number-of-codes", "A filter names from 1 to 200 codes."),
            fault("where[shoe]", "unknown-dimension", &format!("\u{201c}shoe\u{201d} is not on offer; on offer: {OF_HEADCOUNT}.")),
            fault("where[year]", "unknown-code", "\u{201c}24\u{201d} is not an academic year such as 2024-25."),
        ]);
        for body in [json!({"measure": "headcount"}), json!({"measure": "fte", "group_by": ["nation"], "where": {"year": ["2023-24", "2024-25"]}})] {
            assert_eq!(faults(&world, &body).await, [
                fault("group_by", "year-needed", "A stock cannot be added up over years: group by year, or filter to one year."),
            ]);
        }
        assert_eq!(faults(&world, &json!({"measure": "technicians-per-100-academics", "group_by": ["year", "sex"]})).await, [
            fault("group_by", "combination-without-sense", "technicians-per-100-academics is not broken down by sex; on offer: year, nation, region, kind, mission_group, size_band, phase."),
        ]);
        let nations = |number: usize| json!({"measure": "headcount", "group_by": ["year"], "where": {"nation": vec!["wales"; number]}});
        assert_eq!(faults(&world, &nations(201)).await, [fault("where[nation]", "wrong-number-of-codes", "A filter names from 1 to 200 codes.")]);
        world.post(Persona::Board, "/v1/sector/query").json(&nations(200)).send().await.expect(200);
    }

    async fn parameters_of_the_query_string_are_checked(world: World) {
        for (query, parameter, code, message) in [
            ("measure=headcount&group_by=year&groupby=sex", "groupby", "unknown-parameter", "On offer: measure, statistic, group_by, where[dimension], panel, base_year, as_of."),
            ("measure=headcount&measure=fte&group_by=year", "measure", "repeated-parameter", "This parameter is named twice."),
            ("measure=headcount&group_by=year&as_of=yesterday", "as_of", "wrong-form", "This is not a moment such as 2026-03-03T00:00:00Z."),
            ("measure=headcount&group_by=year&where[nation]=", "where[nation]", "wrong-number-of-codes", "A filter names from 1 to 200 codes."),
        ] {
            let answer = ask(&world, query).await;
            assert_eq!(answer.problem(400), "invalid-parameters");
            assert_eq!(answer.json()["violations"], json!([{"parameter": parameter, "code": code, "message": message}]), "{query}");
        }
        let measure = format!("\u{201c}\u{201d} is not on offer; on offer: {MEASURES}.");
        assert_eq!(ask(&world, "group_by=year").await.json()["violations"], json!([{"parameter": "measure", "code": "unknown-measure", "message": measure}]));
        let strict = world.post(Persona::Board, "/v1/sector/query").json(&json!({"measure": "headcount", "group_by": ["year"], "format": "csv"})).send().await;
        assert_eq!(strict.problem(422), "invalid-body");
    }

    async fn actions_count_by_theme_and_colour_at_a_moment(world: World) {
        let plans = "/v1/institutions/lancaster/action-plans";
        let made = world.post(Persona::Lancaster, plans).json(&json!({"title": "Stage 1", "stage": 1})).send().await.expect(201);
        let plan = made.header("location").to_owned();
        let table = "theme,activity_number,action\nVisibility,V1,One\nVisibility,V2,Two\nRecognition,R1,Three\n";
        let imported = world.post(Persona::Lancaster, &format!("{plan}/import")).if_match("*").csv(table).send().await.expect(200).json();
        let first = format!("{plan}/actions/{}/progress", imported["actions"][0]["id"].as_str().expect("an id"));
        world.advance(Duration::hours(1));
        for judgement in [json!({"rag": "red", "explanation": "No money."}), json!({"rag": "green"})] {
            world.post(Persona::Lancaster, &first).json(&judgement).send().await.expect(201);
            world.advance(Duration::hours(1));
        }
        let of = async |moment: &str| {
            let cells = cells(&world, &format!("measure=actions&group_by=theme,rag&as_of={moment}")).await;
            let cells = cells.as_array().expect("cells").iter();
            cells.map(|cell| (cell["keys"]["theme"].as_str().expect("a theme").to_owned(), cell["keys"]["rag"].as_str().expect("a colour").to_owned(), cell["value"].clone())).collect::<Vec<_>>()
        };
        let line = |theme: &str, rag: &str, value: i32| (theme.to_owned(), rag.to_owned(), json!(value));
        assert_eq!(of("2026-03-03T09:30:00Z").await, [line("recognition", "not-assessed", 1), line("visibility", "not-assessed", 2)]);
        assert_eq!(of("2026-03-03T10:00:00Z").await, [line("recognition", "not-assessed", 1), line("visibility", "not-assessed", 1), line("visibility", "red", 1)]);
        assert_eq!(of("2026-03-03T11:30:00Z").await, [line("recognition", "not-assessed", 1), line("visibility", "green", 1), line("visibility", "not-assessed", 1)]);
        assert_eq!(cells(&world, "measure=actions&where[theme]=visibility").await, json!([{"keys": {}, "value": 2, "status": "published", "contributors": 1, "of": 4}]));
        assert_eq!(cells(&world, "measure=actions&where[rag]=green&group_by=nation").await, json!([
            {"keys": {"nation": "england"}, "value": 1, "status": "published", "contributors": 1, "of": 1},
            {"keys": {"nation": "scotland"}, "value": null, "status": "not-supplied", "contributors": 0, "of": 3},
        ]));
    }

    async fn figures_from_elsewhere_are_marked(world: World) {
        two_returns(&world).await;
        let base = headcount("lancaster", "2023-24");
        fill(&world, Persona::Lancaster, &base, &[("female", 10, "9")]).await;
        submit(&world, Persona::Lancaster, &base, json!({"provenance": "synthetic", "remark": "Made up for a talk."})).await;
        let sources = async |query: &str| ask(&world, query).await.expect(200).json()["figure_sources"].clone();
        let marked = json!([{"provenance": "synthetic", "remark": "Made up for a talk.", "institutions": 1}]);
        assert_eq!(sources("measure=headcount&group_by=year").await, marked);
        assert_eq!(sources("measure=headcount&where[year]=2023-24").await, marked);
        assert_eq!(sources("measure=headcount&where[year]=2024-25").await, json!([]));
        assert_eq!(sources("measure=headcount&where[year]=2023-24&where[nation]=scotland").await, json!([]));
    }

    async fn each_look_is_on_record(world: World) {
        let before = trail(&world).await;
        ask(&world, "measure=headcount&group_by=year,sex").await.expect(200);
        world.post(Persona::Board, "/v1/sector/query").json(&json!({"measure": "actions"})).send().await.expect(200);
        world.graphql(Persona::Board, "{ sector { query(measure: \"fte\", groupBy: [\"year\"]) { generation } } }", json!({})).await;
        // What is refused was not seen.
        ask(&world, "measure=heads").await.expect(400);
        world.get(Persona::Lancaster, "/v1/sector/query?measure=actions").send().await.expect(404);
        world.get(Persona::Stranger, "/v1/sector/catalogue").send().await.expect(200);
        let looks: Vec<_> = trail(&world).await.split_off(before.len());
        let look = |after: Value| ("sector.query".to_owned(), "board".to_owned(), after);
        assert_eq!(looks, [
            look(json!({"measure": "headcount", "group_by": ["year", "sex"]})),
            look(json!({"measure": "actions", "group_by": []})),
            look(json!({"measure": "fte", "group_by": ["year"]})),
        ]);
    }

    async fn a_restarted_server_answers_the_same(world: World) {
        let mut world = world;
        two_returns(&world).await;
        let before = ask(&world, "measure=fte&group_by=year,sex,nation").await.expect(200).json();
        world.restart().await;
        assert_eq!(ask(&world, "measure=fte&group_by=year,sex,nation").await.expect(200).json(), before);
        assert_eq!(before["cells"].as_array().map(Vec::len), Some(4));
    }
}
