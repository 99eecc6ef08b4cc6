//! Authorship that does not count twice: outputs by DOI are counted once, counts are added.

use chrono::Duration;
use serde_json::{Value, json};
use tests::{Persona, World, on_both_engines};

const COUNTS: &str = "org_unit,output_type,outputs,outputs_with_technician_author,outputs_acknowledging_technician,outputs_acknowledging_facility,technician_authors";
const LIST: &str = "org_unit,doi,output_type,contribution,credit_role,technicians";

/// Fills a return of 2024-25 in and submits it.
async fn returned(world: &World, by: Persona, dataset: &str, header: &str, lines: &[&str]) {
    let name = by.client_id().expect("a client");
    let address = format!("/v1/institutions/{name}/returns/{dataset}/2024-25");
    let file = format!("{header}\n{}\n", lines.join("\n"));
    let rows = world
        .put(by, &format!("{address}/rows"))
        .if_match("*")
        .csv(file);
    let filled = rows.send().await.expect(200).json();
    // What stands out is explained in the same breath.
    let explanations: Vec<Value> = filled["checks"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|check| check["grade"] == "warning")
        .map(
            |check| json!({"code": check["code"], "subject": check["subject"], "text": "As it is"}),
        )
        .collect();
    let said = if explanations.is_empty() {
        json!({})
    } else {
        json!({"explanations": explanations})
    };
    let submit = world
        .post(by, &format!("{address}/submit"))
        .if_match("*")
        .json(&said);
    submit.send().await.expect(200);
}

async fn asked(world: &World, query: &str) -> Value {
    let address = format!("/v1/sector/query?{query}");
    world
        .get(Persona::Board, &address)
        .send()
        .await
        .expect(200)
        .json()
}

/// Codes, value, contributors and what the value rests on, a line for each cell.
fn cells(answer: &Value) -> Vec<Value> {
    let cells = answer["cells"].as_array().expect("cells");
    cells
        .iter()
        .map(|cell| {
            let keys: Vec<&Value> = cell["keys"].as_object().expect("keys").values().collect();
            let rests = &cell["outputs"];
            json!([
                keys,
                cell["value"],
                cell["contributors"],
                rests["identified"],
                rests["counted"],
                rests["repeated"]
            ])
        })
        .collect()
}

/// Lancaster counts five articles and identifies three, one of them in two units and by two roles; Edinburgh
/// identifies two, one of which is Lancaster's in another spelling.
pub async fn two_institutions(world: &World) {
    let unit = json!({"code": "physics", "name": "Physics", "kind": "department"});
    let units = world
        .post(Persona::Lancaster, "/v1/institutions/lancaster/org-units")
        .json(&unit);
    units.send().await.expect(201);
    returned(
        world,
        Persona::Lancaster,
        "authorship",
        COUNTS,
        &[
            "institution,article,40,5,9,,8",
            "institution,software,4,0,0,,0",
        ],
    )
    .await;
    returned(
        world,
        Persona::Lancaster,
        "authorship-outputs",
        LIST,
        &[
            "institution,10.1000/a,article,author,methodology,1",
            "institution,10.1000/a,article,author,software,1",
            "physics,10.1000/a,article,author,methodology,1",
            "institution,10.1000/b,article,author,not-known,",
            "institution,https://doi.org/10.1000/C,article,author,not-known,2",
            "institution,10.1000/e,article,acknowledged,not-known,",
        ],
    )
    .await;
    returned(
        world,
        Persona::Edinburgh,
        "authorship-outputs",
        LIST,
        &[
            "institution,doi:10.1000/B,article,author,not-known,1",
            "institution,10.1000/d,data-set,author,data-curation,1",
        ],
    )
    .await;
}

on_both_engines! {
    async fn a_paper_of_two_institutions_counts_once(world: World) {
        two_institutions(&world).await;
        let total = asked(&world, "measure=authored-outputs&group_by=year").await;
        assert_eq!((&total["unit"], cells(&total)), (&json!("outputs"), vec![json!([["2024-25"], 6, 2, 4, 2, 1])]));
        let nations = asked(&world, "measure=authored-outputs&group_by=nation&where[year]=2024-25").await;
        let answered: Vec<Value> = cells(&nations).into_iter().filter(|cell| cell[2] != 0).collect();
        assert_eq!(answered, [json!([["england"], 5, 1, 3, 2, 0]), json!([["scotland"], 2, 1, 2, 0, 0])]);
        let types = asked(&world, "measure=authored-outputs&group_by=output_type&where[year]=2024-25").await;
        assert_eq!(cells(&types), [
            json!([["article"], 5, 2, 3, 2, 1]), json!([["data-set"], 1, 2, 1, 0, 0]), json!([["software"], 0, 2, 0, 0, 0]),
        ]);
        let one = asked(&world, "measure=authored-outputs&group_by=year&where[output_type]=data-set,software").await;
        assert_eq!(cells(&one), [json!([["2024-25"], 1, 2, 1, 0, 0])]);
        let mean = asked(&world, "measure=authored-outputs&statistic=mean&group_by=year").await;
        assert_eq!(mean["cells"][0]["value"], 3.5);
        let acknowledged = asked(&world, "measure=acknowledged-outputs&group_by=year").await;
        assert_eq!(cells(&acknowledged), [json!([["2024-25"], 9, 2, 1, 8, 0])]);
        let persons = asked(&world, "measure=headcount&group_by=nation&where[year]=2024-25").await;
        assert_eq!(persons["cells"][0]["outputs"], Value::Null);
    }

    async fn a_later_list_takes_the_place_of_counts_from_then_on(world: World) {
        returned(&world, Persona::Lancaster, "authorship", COUNTS, &["institution,article,40,5,,,8"]).await;
        let before = "2026-03-03T09:30:00Z";
        world.advance(Duration::days(1));
        let list: Vec<String> = (0..7).map(|one| format!("institution,10.1000/{one},article,author,not-known,")).collect();
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        returned(&world, Persona::Lancaster, "authorship-outputs", LIST, &list).await;
        let now = asked(&world, "measure=authored-outputs&group_by=year").await;
        assert_eq!(cells(&now), [json!([["2024-25"], 7, 1, 7, 0, 0])]);
        let then = asked(&world, &format!("measure=authored-outputs&group_by=year&as_of={before}")).await;
        assert_eq!(cells(&then), [json!([["2024-25"], 5, 1, 0, 5, 0])]);
    }

    async fn what_is_no_doi_is_told_with_its_place(world: World) {
        let rows = "/v1/institutions/lancaster/returns/authorship-outputs/2024-25/rows";
        let file = format!("{LIST}\ninstitution,doi.org,article,author,not-known,1\ninstitution,,article,author,not-known,1\n\
            institution,10.1000/x,article,author,not-known,0\ninstitution,10.1000/Y,article,author,not-known,1\ninstitution,10.1000/y,article,author,not-known,1\n");
        let refused = world.put(Persona::Lancaster, rows).if_match("*").csv(file).send().await;
        assert_eq!(refused.problem(422), "invalid-rows");
        assert_eq!(refused.json()["violations"], json!([
            {"row": 2, "column": "doi", "code": "not-a-doi", "message": "\u{201c}doi.org\u{201d} is not a DOI, such as 10.1000/xyz123."},
            {"row": 3, "column": "doi", "code": "missing", "message": "Every row states its DOI."},
            {"row": 4, "column": "technicians", "code": "nobody-credited",
             "message": "A row stands for a credit, so at least one technician or facility has it; leave the figure out where it is not known."},
            {"row": 6, "column": "", "code": "duplicate-row", "message": "row 5 has the same org unit and codes; rows exclude each other."},
        ]));
        let unknown = world.get(Persona::Board, "/v1/sector/query?measure=authored-outputs&group_by=year&where[output_type]=poem").send().await;
        assert_eq!(unknown.problem(400), "invalid-parameters");
        let message = unknown.json()["violations"][0]["message"].as_str().expect("a message").to_owned();
        assert!(message.starts_with("\u{201c}poem\u{201d} is not on offer; on offer: article, conference-paper"), "{message}");
    }
}
