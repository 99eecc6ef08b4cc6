//! The benchmark: an institution's own exact figures beside its peers' protected median and quartiles, over the years.

use crate::faces::{Schema, in_words_of_rest};
use crate::published::returned;
use crate::random_sector::Sector;
use reqwest::Method;
use serde_json::{Value, json};
use technician_metrics::operations::institutions::InstitutionInput;
use tests::{Persona, Reply, World, on_both_engines};

const YEARS: [&str; 2] = ["2023-24", "2024-25"];
/// How many institutions have figures; one more has none.
const MANY: usize = 16;

fn slug(number: usize) -> String {
    format!("b{number:02}")
}

/// England has the odd ones, Wales three small ones, Scotland five large ones, Northern Ireland the one without figures.
fn institution(number: usize) -> InstitutionInput {
    let nation = match number {
        17 => "northern-ireland",
        2 | 4 | 6 => "wales",
        odd if odd % 2 == 1 => "england",
        _ => "scotland",
    };
    InstitutionInput {
        slug: slug(number),
        name: format!("Institution {number}"),
        kind: "university".to_owned(),
        nation: nation.to_owned(),
        ..InstitutionInput::default()
    }
}

/// 40 technicians for each number, a quarter of them women, ten men more in the second year.
fn headcount(number: usize, year: usize) -> String {
    let (women, men) = (10 * number, 30 * number + 10 * year);
    format!(
        "org_unit,job_family,grade,sex,age_band,terms,mode,headcount\n\
         institution,laboratory,C1,female,26-30,open-ended,full-time,{women}\n\
         institution,laboratory,C1,male,26-30,open-ended,full-time,{men}\n"
    )
}

async fn sector(world: &World) -> Sector<'_> {
    let sector = Sector::of(world, (1..=MANY + 1).map(institution).collect()).await;
    for number in 1..=MANY {
        for (place, year) in YEARS.iter().enumerate() {
            let slug = slug(number);
            let rows = headcount(number, place);
            returned(&sector, (&slug, year), rows, 400 + 10 * number).await;
        }
    }
    sector
}

async fn release(world: &World) {
    let family = json!({"attributes": ["nation", "kind"], "measures": [
        {"measure": "headcount", "dimensions": ["sex"]},
        {"measure": "denominators-academic-headcount"},
        {"measure": "technicians-per-100-academics"},
    ]});
    let wanted = json!({"name": "first", "title": "Technicians", "family": family});
    let made = world.post(Persona::Board, "/v1/releases").json(&wanted);
    made.send().await.expect(201);
}

/// An institution asks for its own benchmark.
async fn asked(sector: &Sector<'_>, number: usize, query: &str) -> Reply {
    let path = format!("/v1/institutions/{}/benchmark{query}", slug(number));
    let request = sector.request(&slug(number), Method::GET, &path);
    request.send().await
}

async fn compared(sector: &Sector<'_>, number: usize, query: &str) -> Value {
    asked(sector, number, query).await.expect(200).json()
}

/// Of each year: own value, its status, band; group, its status, contributors, median, quartiles.
fn told(benchmark: &Value) -> Value {
    let years = benchmark["years"].as_array().expect("years").iter();
    let year = |year: &Value| {
        let quartiles = [&year["lower_quartile"], &year["upper_quartile"]];
        json!([
            [year["own"], year["status"], year["band"]],
            [
                year["group"],
                year["group_status"],
                year["contributors"],
                year["of"]
            ],
            [year["median"], quartiles]
        ])
    };
    years.map(year).collect()
}

/// The one fault there is: parameter, code, message.
fn fault(reply: &Reply) -> (String, String, String) {
    assert_eq!(reply.problem(400), "invalid-parameters");
    let body = reply.json();
    assert_eq!(
        body["violations"].as_array().map(Vec::len),
        Some(1),
        "{body}"
    );
    let text = |name: &str| {
        body["violations"][0][name]
            .as_str()
            .expect("a text")
            .to_owned()
    };
    (text("parameter"), text("code"), text("message"))
}

on_both_engines! {
    async fn the_own_value_stands_beside_the_sector_over_the_years(world: World) {
        let sector = sector(&world).await;
        release(&world).await;
        let benchmark = compared(&sector, 9, "").await;
        let mut head = benchmark.clone();
        let years = head.as_object_mut().and_then(|members| members.remove("years"));
        assert_eq!(head, json!({
            "measure": "headcount", "unit": "persons", "peers": "sector", "release": 1, "regime": "hesa-5/ckp-1", "note": head["note"],
        }));
        // Quartiles are means of three: of 160, 200, 240; of 320, 360, 400; of 440, 480, 520.
        let year = |year: &str, more: i64| json!({
            "year": year, "own": 360 + more, "status": "published", "band": "above-median", "group": "sector", "stands_for": [],
            "group_status": "published", "contributors": 16, "of": 21, "median": 360 + more,
            "lower_quartile": 200 + more, "upper_quartile": 480 + more,
        });
        assert_eq!(years, Some(json!([year("2023-24", 0), year("2024-25", 10)])));
        assert_eq!(compared(&sector, 9, "?measure=headcount&peers=sector").await, benchmark);
        for (number, band) in [(1, "lowest"), (4, "lowest"), (5, "below-median"), (8, "below-median"), (12, "above-median"), (13, "highest"), (16, "highest")] {
            let benchmark = compared(&sector, number, "").await;
            for year in benchmark["years"].as_array().expect("years") {
                assert_eq!(year["band"], band, "{number}: {year}");
            }
        }
    }

    async fn peers_are_the_own_group_of_the_release_and_too_few_are_withheld(world: World) {
        let sector = sector(&world).await;
        release(&world).await;
        // Eight of England: a median, and too few for quartiles.
        let england = compared(&sector, 9, "?peers=nation").await;
        assert_eq!(told(&england), json!([
            [[360, "published", null], ["england", "published", 8, 9], [360, [null, null]]],
            [[370, "published", null], ["england", "published", 8, 9], [370, [null, null]]],
        ]));
        // Three of Wales, and five of Scotland whose median would tell of the largest: no median, and no fault.
        for (number, group, of) in [(4, "wales", 3), (16, "scotland", 5)] {
            let own = json!(40 * number);
            let benchmark = compared(&sector, number, "?peers=nation").await;
            let first = &told(&benchmark)[0];
            assert_eq!(first[0], json!([own, "published", null]));
            assert_eq!((&first[1][0], &first[1][1], &first[1][2]), (&json!(group), &json!("withheld"), &json!(of)), "{first}");
            assert_eq!(first[2], json!([null, [null, null]]));
        }
        // All of them are universities, so there is nothing to tell apart by kind, and nothing is given.
        let kind = compared(&sector, 9, "?peers=kind").await;
        assert_eq!(told(&kind)[0], json!([[360, "published", null], [null, "withheld", null, null], [null, [null, null]]]));
        // Who returned nothing sees the sector all the same, and of a nation nobody returned for nothing.
        let nothing = json!([null, "not-supplied", null]);
        let without = told(&compared(&sector, 17, "").await);
        assert_eq!((&without[1][0], &without[1][2]), (&nothing, &json!([370, [210, 490]])));
        let without = told(&compared(&sector, 17, "?peers=nation").await);
        assert_eq!((&without[1][0], &without[1][2]), (&nothing, &json!([null, [null, null]])));
        assert_eq!(without[1][1][1], "withheld");
    }

    async fn a_ratio_is_compared_like_a_sum(world: World) {
        let sector = sector(&world).await;
        release(&world).await;
        let benchmark = compared(&sector, 8, "?measure=technicians-per-100-academics").await;
        assert_eq!((&benchmark["unit"], &benchmark["measure"]), (&json!("per-100"), &json!("technicians-per-100-academics")));
        // 320 to 480 academics; the median of 66.67, 73.47 and 80 to two figures, and the second year ten technicians more.
        let first = &told(&benchmark)[0];
        assert_eq!(first[0], json!([66.67, "published", "below-median"]));
        assert_eq!(first[2][0], 73);
        assert_eq!(told(&benchmark)[1][0][0], 68.75);
    }

    async fn the_own_value_is_live_and_the_peers_are_frozen(world: World) {
        let sector = sector(&world).await;
        release(&world).await;
        let place = ("b09", "headcount", "2024-25");
        sector.step(place, "correct", "*", &json!({"reason": "Some were forgotten"})).await;
        let before = told(&compared(&sector, 9, "").await);
        assert_eq!(before[1][0][0], 370, "a correction that is not finished says nothing");
        sector.submit(place, headcount(13, 1)).await;
        let after = told(&compared(&sector, 9, "").await);
        assert_eq!(after[1][0], json!([530, "published", "highest"]));
        assert_eq!((&after[0], &after[1][2]), (&before[0], &before[1][2]));
        // A year that no release has is the institution's alone.
        sector.submit(("b09", "headcount", "2025-26"), headcount(14, 1)).await;
        let newest = told(&compared(&sector, 9, "").await);
        assert_eq!(newest[2], json!([[570, "published", null], [null, "not-applicable", null, null], [null, [null, null]]]));
    }

    async fn what_is_not_on_offer_is_named_with_what_is(world: World) {
        let sector = sector(&world).await;
        let early = asked(&sector, 9, "").await;
        assert_eq!(early.problem(404), "not-found");
        assert_eq!(early.json()["detail"], "There is no such release.");
        release(&world).await;
        for (query, parameter, code, offered) in [
            ("?measure=heads", "measure", "unknown-measure", "share-of-women"),
            ("?measure=fte", "measure", "not-on-offer", "on offer: headcount, denominators-academic-headcount, technicians-per-100-academics."),
            ("?peers=region", "peers", "not-on-offer", "on offer: sector, nation, kind."),
            ("?peers=b01", "peers", "not-on-offer", "on offer: sector, nation, kind."),
            ("?peers=", "peers", "not-on-offer", "on offer: sector, nation, kind."),
        ] {
            let (about, said, message) = fault(&asked(&sector, 9, query).await);
            assert_eq!((about.as_str(), said.as_str()), (parameter, code), "{query}");
            assert!(message.contains(offered), "{message}");
        }
        assert_eq!(asked(&sector, 9, "?nation=wales").await.problem(400), "invalid-parameters", "peers cannot be chosen");
    }

    async fn nobody_sees_another_s(world: World) {
        let sector = sector(&world).await;
        release(&world).await;
        let path = "/v1/institutions/b01/benchmark";
        let other = sector.request("b02", Method::GET, path).send().await;
        assert_eq!((other.problem(404).as_str(), &other.json()["detail"]), ("not-found", &json!("There is no such institution.")));
        for (by, status) in [(Persona::Stranger, 401), (Persona::Forger, 401), (Persona::Lancaster, 404), (Persona::Board, 403)] {
            world.get(by, path).send().await.problem(status);
        }
        let query = "{ sector { benchmark(institution: \"b01\") { measure } } }";
        let told = world.graphql(Persona::Lancaster, query, json!({})).await;
        assert_eq!(told["errors"][0]["extensions"]["code"], "not-found", "{told}");
    }

    async fn graphql_says_the_same(world: World) {
        let sector = sector(&world).await;
        let text = world.get(Persona::Stranger, "/schema.graphql").send().await.expect(200).text();
        let fields = Schema::read(&text).selection("Benchmark");
        let ask = async |arguments: &str| {
            let query = format!("{{ sector {{ benchmark(institution: \"b09\"{arguments}) {fields} }} }}");
            let request = sector.request("b09", Method::POST, "/graphql");
            request.json(&json!({"query": query})).send().await.json()
        };
        assert_eq!(ask("").await["errors"][0]["extensions"]["code"], "not-found", "nothing is released");
        release(&world).await;
        for (query, arguments) in [
            ("", ""),
            ("?peers=nation", ", peers: \"nation\""),
            ("?peers=kind", ", measure: \"headcount\", peers: \"kind\""),
            ("?measure=technicians-per-100-academics", ", measure: \"technicians-per-100-academics\""),
        ] {
            let told = ask(arguments).await;
            let told = in_words_of_rest(&told["data"]["sector"]["benchmark"]);
            assert_eq!(told, compared(&sector, 9, query).await, "{arguments}");
        }
        let refused = ask(", peers: \"region\"").await;
        let (parameter, _, message) = fault(&asked(&sector, 9, "?peers=region").await);
        let violation = &refused["errors"][0]["extensions"]["violations"][0];
        assert_eq!((&violation["parameter"], &violation["message"]), (&json!(parameter), &json!(message)));
    }
}
