//! Lists turned round: `sort` names the key a list is in the order of, or that key with a hyphen before it.

use serde_json::{Value, json};
use tests::{Persona, World, on_both_engines};

/// A member of every item of a list, gathered from pages of two.
async fn gathered(
    world: &World,
    by: Persona,
    address: &str,
    sort: &str,
    member: &str,
) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = format!("{address}?limit=2&sort={sort}{cursor}");
        let page = world.get(by, &page).send().await.expect(200).json();
        let items = page["items"].as_array().expect("items");
        found.extend(items.iter().map(|item| item[member].clone()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

on_both_engines! {
    async fn every_list_can_be_turned_round(world: World) {
        let units = "/v1/institutions/lancaster/org-units";
        for code in ["physics", "chemistry", "biology"] {
            let unit = json!({"code": code, "name": code, "kind": "department"});
            world.post(Persona::Lancaster, units).json(&unit).send().await.expect(201);
        }
        for (by, address, key, member) in [
            (Persona::Stranger, "/v1/institutions", "slug", "slug"),
            (Persona::Lancaster, units, "code", "code"),
            (Persona::Lancaster, "/v1/institutions/lancaster/audit", "at", "id"),
        ] {
            let forwards = gathered(&world, by, address, key, member).await;
            let mut backwards = gathered(&world, by, address, &format!("-{key}"), member).await;
            backwards.reverse();
            assert_eq!(forwards, backwards, "{address}");
            assert!(forwards.len() > 2 && forwards.is_sorted_by_key(|one| one.as_str().map(ToOwned::to_owned)), "{forwards:?}");
            let unknown = world.get(by, &format!("{address}?sort=shoe-size")).send().await;
            assert_eq!(unknown.problem(400), "invalid-parameters");
            let message = format!("\u{201c}shoe-size\u{201d} is not on offer; on offer: {key}, -{key}.");
            assert_eq!(unknown.json()["violations"], json!([{"parameter": "sort", "code": "unknown-sort", "message": message}]));
        }
    }
}
