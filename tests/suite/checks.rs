//! Checks of a return as a whole: each is found just above its threshold and not at it, warnings are explained, and what
//! was found stays with the revision.

use crate::headcount::org_unit;
use serde_json::{Value, json};
use tests::{Persona, Reply, World, on_both_engines};

const BASE: &str = "/v1/institutions/lancaster/returns";

/// A row of the headcount, everything known.
fn persons(unit: &str, headcount: u32) -> Value {
    json!({
        "org_unit": unit, "job_family": "laboratory", "grade": "C1", "sex": "female", "age_band": "26-30",
        "terms": "open-ended", "mode": "full-time", "headcount": headcount, "fpe": 0, "fte": 0,
    })
}

/// The same with another code.
fn with(mut row: Value, name: &str, value: impl Into<Value>) -> Value {
    row[name] = value.into();
    row
}

/// Fills a return; gives back it with its checks.
async fn fill(world: &World, of: &str, rows: Vec<Value>) -> Value {
    let put = world
        .put(Persona::Lancaster, &format!("{BASE}/{of}/rows"))
        .if_match("*")
        .json(&json!({"rows": rows}));
    put.send().await.expect(200).json()
}

async fn submit(world: &World, of: &str) -> Value {
    let address = format!("{BASE}/{of}");
    let submitted = world.submit(Persona::Lancaster, &address, json!({})).await;
    submitted.expect(200).json()
}

async fn read(world: &World, of: &str) -> Value {
    let read = world.get(Persona::Lancaster, &format!("{BASE}/{of}"));
    read.send().await.expect(200).json()
}

/// What was found, but for the missing definition: grade, code and subject.
fn found(of: &Value) -> Vec<String> {
    let text = |check: &Value, name: &str| check[name].as_str().expect("a text").to_owned();
    let checks = of["checks"].as_array().expect("checks").iter();
    checks
        .filter(|check| check["code"] != "no-definition")
        .map(|check| {
            format!(
                "{} {} {}",
                text(check, "grade"),
                text(check, "code"),
                text(check, "subject")
            )
        })
        .collect()
}

async fn say(world: &World, of: &str, explanations: Value) -> Reply {
    world
        .post(Persona::Lancaster, &format!("{BASE}/{of}/submit"))
        .if_match("*")
        .json(&json!({"explanations": explanations}))
        .send()
        .await
}

on_both_engines! {
    async fn a_total_is_compared_with_last_year_s(world: World) {
        let nothing: &[&str] = &[];
        let change: &[&str] = &["warning change-on-last-year headcount"];
        let same: &[&str] = &["hint same-as-last-year 2023-24"];
        fill(&world, "headcount/2023-24", vec![persons("institution", 100)]).await;
        let now = fill(&world, "headcount/2024-25", vec![persons("institution", 1_000)]).await;
        assert_eq!(found(&now), nothing, "last year's draft says nothing yet");
        submit(&world, "headcount/2023-24").await;
        for (headcount, expected) in [(120, nothing), (121, change), (80, nothing), (79, change), (100, same), (101, nothing)] {
            let now = fill(&world, "headcount/2024-25", vec![persons("institution", headcount)]).await;
            assert_eq!(found(&now), expected, "{headcount}");
            if headcount == 121 {
                assert_eq!(now["checks"][0], json!({
                    "grade": "warning", "code": "change-on-last-year", "subject": "headcount", "column": "headcount",
                    "message": "Headcount is 121; in 2023-24 it was 100.", "explanation": null,
                }));
            }
        }
        // Of a small number a fifth is little: more than ten must have come or gone.
        let fte = |figure: Value| vec![with(persons("institution", 46), "fte", figure)];
        fill(&world, "headcount/2021-22", fte(json!(40))).await;
        submit(&world, "headcount/2021-22").await;
        for (figure, expected) in [
            (json!(50), &[][..]), (json!(50.01), &["warning change-on-last-year fte"]),
            (json!(30), &[]), (json!(29.99), &["warning change-on-last-year fte"]),
        ] {
            let now = fill(&world, "headcount/2022-23", fte(figure.clone())).await;
            assert_eq!(found(&now), expected, "{figure}");
        }
    }

    async fn what_is_not_known_is_a_share_of_the_first_measure(world: World) {
        let (some, none): (&[&str], &[&str]) = (&["warning unknown-share sex"], &[]);
        for (unknown, known, expected) in [(20, 80, none), (21, 79, some), (5, 19, none), (6, 19, some)] {
            let rows = vec![persons("institution", known), with(persons("institution", unknown), "sex", "not-known")];
            let now = fill(&world, "headcount/2024-25", rows).await;
            assert_eq!(found(&now), expected, "{unknown} of {}", unknown + known);
        }
        let now = read(&world, "headcount/2024-25").await;
        assert_eq!(now["checks"][0]["message"], "Sex is not known for 6 of 25 in headcount.");
        assert_eq!(now["checks"][0]["column"], "sex");
    }

    async fn a_unit_with_figures_last_year_is_missed(world: World) {
        let mut rows = vec![persons("institution", 100), with(persons("institution", 1), "sex", "male")];
        for (unit, headcount) in [("open", 1), ("shut-before", 1), ("shut-on-the-day", 1), ("idle", 0)] {
            let address = org_unit(&world, unit).await;
            rows.push(persons(unit, headcount));
            let closed_on = match unit {
                "shut-before" => "2024-11-30",
                "shut-on-the-day" => "2024-12-01",
                _ => continue,
            };
            let close = world.post(Persona::Lancaster, &format!("{address}/close"));
            close.if_match("*").json(&json!({"closed_on": closed_on})).send().await.expect(200);
        }
        fill(&world, "headcount/2023-24", rows).await;
        submit(&world, "headcount/2023-24").await;
        let now = fill(&world, "headcount/2024-25", vec![persons("institution", 100)]).await;
        assert_eq!(found(&now), ["warning org-unit-missing open", "warning org-unit-missing shut-on-the-day"]);
        assert_eq!(now["checks"][0]["message"], "Unit open (open) had figures in 2023-24 and has none now.");
        let back = fill(&world, "headcount/2024-25", vec![persons("institution", 100), persons("open", 0), persons("shut-on-the-day", 2)]).await;
        assert_eq!(found(&back), &[] as &[&str]);
    }

    async fn totals_go_with_those_of_other_returns(world: World) {
        let ethnicity = |headcount: u32| vec![json!({"org_unit": "institution", "ethnicity": "white", "headcount": headcount})];
        let nothing: &[&str] = &[];
        fill(&world, "headcount-ethnicity/2024-25", ethnicity(10)).await;
        let whole = fill(&world, "headcount/2024-25", vec![persons("institution", 10)]).await;
        assert_eq!(found(&whole), nothing);
        let whole = fill(&world, "headcount/2024-25", vec![persons("institution", 11)]).await;
        assert_eq!(found(&whole), ["warning differs-from-parts headcount-ethnicity.headcount"]);
        assert_eq!(whole["checks"][0]["message"], "Here Headcount is 11; in the headcount-ethnicity return Headcount is 10: both should be the same.");
        let part = read(&world, "headcount-ethnicity/2024-25").await;
        assert_eq!(found(&part), ["warning differs-from-parts headcount.headcount"]);
        // Nobody can hold a registration who is not there.
        let registers = |persons: u32| vec![json!({"org_unit": "institution", "register": "RSciTech", "persons_holding": persons, "registrations_held": 20, "new": 0, "lapsed": 0})];
        fill(&world, "headcount-ethnicity/2024-25", ethnicity(11)).await;
        let at_most = fill(&world, "registrations/2024-25", registers(11)).await;
        assert_eq!(found(&at_most), nothing);
        assert_eq!(found(&read(&world, "headcount/2024-25").await), nothing);
        let above = fill(&world, "registrations/2024-25", registers(12)).await;
        assert_eq!(found(&above), ["warning differs-from-parts headcount.headcount"]);
        assert_eq!(found(&read(&world, "headcount/2024-25").await), ["warning differs-from-parts registrations.persons_holding"]);
        // A nil return is a true zero, what is withdrawn says nothing.
        let base = format!("{BASE}/headcount-ethnicity/2024-25");
        fill(&world, "headcount-ethnicity/2024-25", Vec::new()).await;
        world.submit(Persona::Lancaster, &base, json!({"nil": true})).await.expect(200);
        fill(&world, "registrations/2024-25", registers(11)).await;
        assert_eq!(found(&read(&world, "headcount/2024-25").await), ["warning differs-from-parts headcount-ethnicity.headcount"]);
        let withdraw = world.post(Persona::Lancaster, &format!("{base}/withdraw")).if_match("*");
        withdraw.json(&json!({"reason": "Another system"})).send().await.expect(200);
        assert_eq!(found(&read(&world, "headcount/2024-25").await), nothing);
    }

    async fn outputs_are_compared_with_those_that_are_named(world: World) {
        fill(&world, "headcount/2024-25", vec![persons("institution", 10)]).await;
        let counted = |authored: u32| vec![json!({
            "org_unit": "institution", "output_type": "article", "outputs": 90, "outputs_with_technician_author": authored,
            "outputs_acknowledging_technician": 0, "outputs_acknowledging_facility": 0, "technician_authors": authored,
        })];
        let named = |doi: &str, contribution: &str| json!({
            "org_unit": "institution", "doi": doi, "output_type": "article", "contribution": contribution,
            "credit_role": "not-known", "technicians": 1,
        });
        assert_eq!(found(&fill(&world, "authorship/2024-25", counted(0)).await), &[] as &[&str]);
        assert_eq!(found(&fill(&world, "authorship/2024-25", counted(2)).await), ["hint no-identifiers authorship-outputs"]);
        let rows = vec![named("10.1000/a", "author"), named("10.1000/b", "author"), named("10.1000/c", "acknowledged")];
        assert_eq!(found(&fill(&world, "authorship-outputs/2024-25", rows).await), &[] as &[&str]);
        assert_eq!(found(&read(&world, "authorship/2024-25").await), &[] as &[&str]);
        let fewer = fill(&world, "authorship/2024-25", counted(1)).await;
        assert_eq!(found(&fewer), ["warning differs-from-parts authorship-outputs.doi"]);
        assert_eq!(fewer["checks"][0]["message"],
            "Here Outputs with a technician among the authors is 1; in the authorship-outputs return the number of different dois is 2: the first should not be less.");
        assert_eq!(found(&read(&world, "authorship-outputs/2024-25").await), ["warning differs-from-parts authorship.outputs_with_technician_author"]);
    }

    async fn what_technicians_did_wants_their_number(world: World) {
        let award = vec![json!({"org_unit": "institution", "scheme": "not-known", "award_kind": "not-known", "recipient": "not-known", "considered": 1, "nominated": 1, "shortlisted": 1, "won": 1})];
        let seats = vec![json!({"org_unit": "institution", "level": "institution", "body_kind": "not-known", "bodies": 1, "bodies_with_technician": 1, "technician_seats": 1})];
        assert_eq!(found(&fill(&world, "awards/2024-25", award).await), ["warning no-headcount headcount"]);
        assert_eq!(found(&fill(&world, "representation/2024-25", seats).await), &[] as &[&str]);
        fill(&world, "headcount/2024-25", Vec::new()).await;
        assert_eq!(found(&read(&world, "awards/2024-25").await), ["warning no-headcount headcount"]);
        fill(&world, "headcount/2024-25", vec![persons("institution", 1)]).await;
        assert_eq!(found(&read(&world, "awards/2024-25").await), &[] as &[&str]);
        submit(&world, "headcount/2024-25").await;
        assert_eq!(found(&read(&world, "awards/2024-25").await), &[] as &[&str]);
        let withdraw = world.post(Persona::Lancaster, &format!("{BASE}/headcount/2024-25/withdraw")).if_match("*");
        withdraw.json(&json!({"reason": "Wrong"})).send().await.expect(200);
        assert_eq!(found(&read(&world, "awards/2024-25").await), ["warning no-headcount headcount"]);
    }

    async fn hints_may_be_left(world: World) {
        let bare = with(with(persons("institution", 10), "fpe", Value::Null), "fte", Value::Null);
        let half = with(with(persons("institution", 10), "sex", "male"), "fpe", Value::Null);
        let now = fill(&world, "headcount/2024-25", vec![bare.clone(), half]).await;
        assert_eq!(found(&now), ["hint optional-measure-empty fpe"]);
        let now = fill(&world, "headcount/2024-25", vec![bare]).await;
        assert_eq!(found(&now), ["hint optional-measure-empty fpe", "hint optional-measure-empty fte"]);
        assert_eq!(now["checks"][0], crate::headcount::no_definition());
        let address = "/v1/institutions/lancaster/technician-definitions";
        let define = async |year: &str| {
            let new = json!({"text": "Who keeps a laboratory running", "from_year": year});
            world.post(Persona::Lancaster, address).json(&new).send().await.expect(201);
        };
        let missing = async || read(&world, "headcount/2024-25").await["checks"].to_string().contains("no-definition");
        define("2025-26").await;
        assert!(missing().await, "it holds later only");
        define("2024-25").await;
        assert!(!missing().await);
        let academics = vec![json!({"org_unit": "institution", "academic_headcount": 1, "academic_fte": 1, "all_staff_headcount": 1})];
        assert_eq!(fill(&world, "denominators/2020-21", academics).await["checks"], json!([]), "academics are no technicians");
        say(&world, "headcount/2024-25", json!([])).await.expect(200);
    }

    async fn every_warning_is_explained(world: World) {
        let rows = vec![with(with(persons("institution", 30), "grade", "not-known"), "sex", "not-known")];
        fill(&world, "headcount/2024-25", rows).await;
        let one = |code: &str, subject: &str, text: &str| json!({"code": code, "subject": subject, "text": text});
        let refused = say(&world, "headcount/2024-25", json!([])).await;
        assert_eq!(refused.problem(422), "invalid-body");
        assert_eq!(refused.json()["violations"], json!([
            {"pointer": "/explanations", "code": "warning-not-explained",
                "message": "unknown-share (grade) is to be explained: Grade (HESA levels) is not known for 30 of 30 in headcount."},
            {"pointer": "/explanations", "code": "warning-not-explained",
                "message": "unknown-share (sex) is to be explained: Sex is not known for 30 of 30 in headcount."},
        ]));
        let long = "x".repeat(2_001);
        for (said, expected) in [
            (json!([one("unknown-share", "mode", "x")]), json!([["/explanations/0", "explains-nothing"], ["/explanations", "warning-not-explained"], ["/explanations", "warning-not-explained"]])),
            (json!([one("unknown-share", "sex", "x"), one("unknown-share", "sex", "y")]), json!([["/explanations/1", "repeated-explanation"], ["/explanations", "warning-not-explained"]])),
            (json!([one("unknown-share", "sex", " "), one("unknown-share", "grade", &long)]), json!([["/explanations/0/text", "missing"], ["/explanations/1/text", "too-long"]])),
            (json!([one("unknown-share", "sex", "x"), one("unknown-share", "grade", "x"), one("no-definition", "technician-definition", "x")]), json!([["/explanations/2", "explains-nothing"]])),
        ] {
            let refused = say(&world, "headcount/2024-25", said).await;
            assert_eq!(refused.problem(422), "invalid-body");
            let places: Vec<Value> = refused.json()["violations"].as_array().expect("violations").iter()
                .map(|violation| json!([violation["pointer"], violation["code"]])).collect();
            assert_eq!(json!(places), expected);
        }
        assert_eq!(read(&world, "headcount/2024-25").await["state"], "draft");
        let said = json!([one("unknown-share", "sex", " Not asked. "), one("unknown-share", "grade", &"x".repeat(2_000))]);
        let submitted = say(&world, "headcount/2024-25", said).await.expect(200).json();
        let explanations: Vec<&Value> = submitted["checks"].as_array().expect("checks").iter().map(|check| &check["explanation"]).collect();
        assert_eq!(explanations, [&json!("x".repeat(2_000)), &json!("Not asked."), &Value::Null]);
        // What was found stays, whatever is done since.
        let define = json!({"text": "Who keeps a laboratory running", "from_year": "2012-13"});
        world.post(Persona::Lancaster, "/v1/institutions/lancaster/technician-definitions").json(&define).send().await.expect(201);
        assert_eq!(read(&world, "headcount/2024-25").await, submitted);
        assert_eq!(read(&world, "headcount/2024-25/revisions/1").await["checks"], submitted["checks"]);
    }

    async fn datasets_say_what_they_are_checked_for(world: World) {
        let checks = async |dataset: &str| {
            let read = world.get(Persona::Stranger, &format!("/v1/datasets/{dataset}")).send().await.expect(200).json();
            read["checks"].as_array().expect("checks").clone()
        };
        let codes = |checks: &[Value]| -> Vec<String> {
            checks.iter().map(|check| check["code"].as_str().expect("a code").to_owned()).collect()
        };
        let headcount = checks("headcount").await;
        assert_eq!(codes(&headcount), ["change-on-last-year", "differs-from-parts", "unknown-share", "org-unit-missing", "no-definition", "optional-measure-empty", "same-as-last-year"]);
        assert_eq!(headcount[0], json!({
            "code": "change-on-last-year", "grade": "warning", "threshold": {"per_cent": 20, "units": 10},
            "statement": "A measure's total differs from that of last year's standing revision by more than the threshold, in per cent of last year's and in units.",
        }));
        assert_eq!((&headcount[2]["threshold"], &headcount[3]["threshold"]), (&json!({"per_cent": 20, "units": 5}), &Value::Null));
        assert_eq!(codes(&checks("denominators").await), ["change-on-last-year", "org-unit-missing", "optional-measure-empty", "same-as-last-year"]);
        assert_eq!(codes(&checks("authorship").await), ["change-on-last-year", "differs-from-parts", "unknown-share", "org-unit-missing", "no-headcount", "no-definition", "optional-measure-empty", "same-as-last-year", "no-identifiers"]);
    }

    async fn lists_do_not_look(world: World) {
        fill(&world, "headcount/2024-25", vec![persons("institution", 3), with(persons("institution", 2), "sex", "male")]).await;
        let one = || async {
            let list = world.get(Persona::Lancaster, BASE).send().await.expect(200).json();
            list["items"][0].clone()
        };
        let listed = one().await;
        assert_eq!((&listed["checks"], &listed["shown"]["totals"], &listed["shown"]["rows"]), (&Value::Null, &json!([]), &json!(2)));
        submit(&world, "headcount/2024-25").await;
        assert_eq!(one().await["shown"]["rows"], 2);
    }
}
