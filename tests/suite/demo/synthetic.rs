//! What the demonstration makes up: marked, plausible, within the rules, and never in the place of what is real.

use super::{cells, get, institutions, ready};
use reqwest::Method;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Every latest revision, as the board lists them.
async fn submitted() -> Vec<Value> {
    let (mut all, mut address) = (Vec::new(), "/v1/returns?limit=500".to_owned());
    loop {
        let page = get("board", &address).await.expect(200).json();
        all.extend(page["items"].as_array().expect("items").clone());
        let Some(next) = page["next"].as_str() else {
            return all;
        };
        address = format!("/v1/returns?limit=500&cursor={next}");
    }
}

const SYNTHETIC_REMARK: &str =
    "Synthetic: made up for demonstration. It says nothing about this institution.";
const SYNTHETIC_YEARS: [&str; 3] = ["2022-23", "2023-24", "2024-25"];

#[tokio::test]
async fn what_is_made_up_is_marked_and_beside_what_is_real() {
    let (submitted, institutions) = (submitted().await, institutions().await);
    let may_have: BTreeSet<&str> = institutions
        .iter()
        .filter(|one| one["status"] == "signatory")
        .filter(|one| one["slug"] != "lancaster" && one["slug"] != "edinburgh")
        .map(|one| one["slug"].as_str().expect("a slug"))
        .collect();
    assert!(may_have.len() > 70, "{}", may_have.len());
    let mut by_dataset: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let (mut nil, mut provisional, mut have) = (0, 0, BTreeSet::new());
    for one in &submitted {
        let of = |member: &str| one[member].as_str().expect("a text");
        if !SYNTHETIC_YEARS.contains(&of("year")) {
            // Another test may have Lancaster submit something.
            assert!(
                of("provenance") == "published" || of("institution") == "lancaster",
                "{one}"
            );
            continue;
        }
        if of("institution") == "lancaster" {
            continue;
        }
        assert_eq!(
            (of("provenance"), of("remark")),
            ("synthetic", SYNTHETIC_REMARK)
        );
        assert!(may_have.contains(of("institution")), "{one}");
        have.insert(of("institution"));
        *by_dataset.entry((of("year"), of("dataset"))).or_default() += 1;
        nil += usize::from(of("kind") == "nil");
        provisional += usize::from(one["provisional"] == true);
        let checks = one["checks"].as_array().expect("checks");
        assert!(
            checks
                .iter()
                .all(|check| check["code"] != "differs-from-parts"),
            "totals go with each other: {one}"
        );
        if of("dataset") == "headcount" {
            let rows = one["rows"].as_i64().expect("a number");
            assert!((25..=150).contains(&rows), "{one}");
        }
    }
    assert_eq!(have, may_have);
    assert_eq!(by_dataset.len(), 30, "ten datasets in three years");
    assert!(
        by_dataset.values().all(|number| *number > 60),
        "{by_dataset:?}"
    );
    assert!(
        by_dataset.values().any(|number| *number < may_have.len()),
        "some are missing"
    );
    assert!(nil > 5 && provisional > 20, "{nil} {provisional}");
}

#[tokio::test]
async fn made_up_figures_are_plausible_and_said_to_be_made_up() {
    let address =
        "/v1/sector/query?measure=headcount&group_by=year,sex&where[year]=2022-23,2023-24,2024-25";
    let answer = get("board", address).await.expect(200).json();
    for source in answer["figure_sources"].as_array().expect("sources") {
        assert!(
            source["provenance"] == "returned" || source["remark"] == SYNTHETIC_REMARK,
            "{source}"
        );
    }
    let cells = cells(&answer);
    for year in SYNTHETIC_YEARS {
        let of = |sex: Option<&str>| -> i128 {
            let found = cells
                .iter()
                .filter(|(keys, ..)| keys[0] == year && sex.is_none_or(|sex| keys[1] == sex));
            found.map(|(_, value, _)| value / 100).sum()
        };
        let (women, all) = (of(Some("female")), of(None));
        assert!((10_000..40_000).contains(&all), "{all}");
        assert!((33..48).contains(&(women * 100 / all)), "{women} of {all}");
    }
}

#[tokio::test]
async fn the_board_sees_who_owes_what() {
    let summary = get("board", "/v1/sector/participation/summary?year=2024-25").await;
    let summary = summary.expect(200).json();
    let signatories = institutions().await;
    let signatories = signatories
        .iter()
        .filter(|one| one["status"] == "signatory")
        .count();
    let items = summary["items"].as_array().expect("items");
    assert_eq!(items.len(), 10);
    let of = |item: &Value, state: &str| {
        let states = item["states"].as_array().expect("states").iter();
        let found = states.clone().find(|one| one["state"] == state);
        found.expect("the state")["institutions"]
            .as_u64()
            .expect("a number")
    };
    let mut drafts = 0;
    for item in items {
        assert_eq!(item["of"], signatories);
        assert!(item["standing"].as_u64().expect("a number") > 60, "{item}");
        let late = item["dataset"] == "representation";
        assert_eq!(
            (of(item, "overdue") > 0, of(item, "owed") > 0),
            (late, !late),
            "{item}"
        );
        drafts += of(item, "draft");
    }
    assert!(drafts > 10, "{drafts}");
}

#[tokio::test]
async fn a_stranger_is_shown_shares_and_rates_of_the_release() {
    let of_one_return = [
        ("measure=share-of-women&group_by=year", 3),
        ("measure=share-of-women&group_by=year,mission_group", 9),
        (
            "measure=share-aged-51-and-over&group_by=year,discipline_group",
            18,
        ),
        ("measure=share-fixed-term&group_by=year,nation", 9),
    ];
    for (query, fewest) in of_one_return {
        let shown = shown(query).await;
        assert!(shown >= fewest, "{query}: {shown}");
    }
    // Of rates over two returns some are withheld, and which depends on the deployment's secret.
    let mut of_two_returns = 0;
    for measure in [
        "technicians-per-100-academics",
        "registered-share",
        "nominations-per-100-technicians",
        "wins-per-100-technicians",
        "apprentices-per-100-technicians",
        "authored-outputs-per-100-technicians",
    ] {
        of_two_returns += shown(&format!("measure={measure}&group_by=year")).await;
    }
    assert!(of_two_returns >= 6, "{of_two_returns} of 18");
}

/// How many cells of a question a stranger is shown in the years that are made up, each close to what the board is told.
async fn shown(query: &str) -> usize {
    let years = SYNTHETIC_YEARS.join(",");
    let address = format!("/v1/sector/query?{query}&where[year]={years}");
    let stranger = ready().await.send(None, Method::GET, &address, None);
    let mut told = stranger.await.expect(200).json();
    assert_eq!(told["source"]["release"], 1, "{told}");
    let published = told["cells"].as_array_mut().expect("cells");
    published.retain(|cell| cell["status"] == "published");
    let exact = cells(&get("board", &address).await.expect(200).json());
    let told = cells(&told);
    for (keys, value, _) in &told {
        // Merged groups have no exact figure of the same name.
        let Some((_, truth, _)) = exact.iter().find(|(known, ..)| known == keys) else {
            continue;
        };
        let off = (value - truth).abs();
        assert!(
            off <= 200 || off * 20 <= *truth,
            "{query} {keys:?}: {value}, {truth}"
        );
    }
    told.len()
}

#[tokio::test]
async fn made_up_plans_were_judged_year_by_year() {
    let exact = |query: &'static str| async move {
        let address = format!("/v1/sector/query?{query}");
        cells(&get("board", &address).await.expect(200).json())
    };
    let colours = exact("measure=actions&group_by=rag").await;
    let of = |colour: &str| {
        let found = colours.iter().find(|(keys, ..)| keys[0] == colour);
        found.map_or(0, |(_, value, _)| value / 100)
    };
    assert!(
        of("green") > 50 && of("amber") > 5 && of("red") > 5,
        "{colours:?}"
    );
    let green = exact("measure=share-green-at-due-date").await;
    assert!((5_000..9_000).contains(&green[0].1), "{green:?}");
    let days = exact("measure=days-in-red&statistic=median").await;
    assert!((100 * 100..400 * 100).contains(&days[0].1), "{days:?}");
}
