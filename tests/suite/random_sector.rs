//! A sector drawn by chance: institutions of every kind, units with and without a discipline, and three years of returns
//! with what makes returns awkward: missing ones, nil ones, figures left out, corrections, withdrawals, drafts.
//!
//! No scenario stands here.

use crate::chance::Chance;
use crate::random_rows::{DATASETS, UNITS, rows};
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use technician_metrics::access::{Caller, Issuer, Permission, SigningKey};
use technician_metrics::clock::Surroundings;
use technician_metrics::operations::Service;
use technician_metrics::operations::clients::{self, NewClient};
use technician_metrics::operations::institutions::{self, InstitutionInput};
use technician_metrics::store::{Options, Store};
use tests::{Persona, Reply, Request, SeededIds, World, beginning};

/// Years in which returns are made.
pub const YEARS: [&str; 3] = ["2022-23", "2023-24", "2024-25"];
/// A moment between the first returns and what came of them later.
pub const BETWEEN: &str = "2026-03-03T09:30:00Z";
/// The name a client of the board goes by that may see who takes part, and no exact figures.
pub const ANALYST: &str = "analyst";
/// Identifiers of what is entered beside the server; no world counts so far.
const FIRST_ID: u64 = 50_000_000;

/// Institutions that can be spoken for.
pub struct Sector<'w> {
    world: &'w World,
    slugs: Vec<String>,
    secrets: BTreeMap<String, String>,
    tokens: BTreeMap<String, String>,
}

/// Whether something happens that happens so often in a hundred.
fn happens(chance: &mut Chance, percent: usize) -> bool {
    chance.below(100) < percent
}

/// An institution in a group drawn by chance.
fn institution(chance: &mut Chance, slug: &str) -> InstitutionInput {
    let nation = chance.of(&[
        "england",
        "england",
        "scotland",
        "wales",
        "northern-ireland",
    ]);
    let region = chance.of(&["london", "north-west", "south-west"]);
    let text = |text: &str| Some(text.to_owned());
    InstitutionInput {
        slug: slug.to_owned(),
        name: format!("Institution {slug}"),
        kind: chance
            .of(&["university", "university", "research-institute"])
            .to_owned(),
        nation: nation.to_owned(),
        region: (nation == "england").then(|| region.to_owned()),
        mission_group: text(chance.of(&["russell-group", "guildhe", "none"])),
        size_band: text(chance.of(&["under-1000", "1000-to-2999", "3000-and-over"])),
        phase: text(chance.of(&["one", "two", "three", "not-known"])),
        ..InstitutionInput::default()
    }
}

/// The database of a world, beside its server.
pub async fn store(world: &World) -> Store {
    let options = Options {
        url: world.database_url().to_owned(),
        connections: 1,
        wait: std::time::Duration::from_secs(20),
    };
    Store::open(&options).await.expect("the database opens")
}

impl<'w> Sector<'w> {
    /// Enters institutions into the registry of a world, each with its client.
    pub async fn new(world: &'w World, chance: &mut Chance, institutions: usize) -> Self {
        let wanted = (1..=institutions).map(|number| institution(chance, &format!("i{number:02}")));
        Self::of(world, wanted.collect()).await
    }

    /// Enters these institutions.
    pub async fn of(world: &'w World, wanted: Vec<InstitutionInput>) -> Self {
        let store = store(world).await;
        let keys = tempfile::TempDir::new().expect("a directory");
        let key = SigningKey::at(&keys.path().join("key.pem"), true).expect("a key");
        let surroundings = Surroundings {
            clock: Arc::new(tests::TestClock::at(beginning())),
            ids: Arc::new(SeededIds::from(FIRST_ID)),
        };
        let issuer = Issuer::new(key, "beside".to_owned());
        let service = Service::start(store.clone(), issuer, surroundings)
            .await
            .expect("the service starts");
        let scope = Caller::operator().registry().expect("it administers");
        let slugs: Vec<String> = wanted.iter().map(|input| input.slug.clone()).collect();
        for input in wanted {
            institutions::create(&service, &scope, input)
                .await
                .expect("the institution is new");
        }
        let mut secrets = BTreeMap::new();
        for name in slugs.iter().map(String::as_str).chain([ANALYST]) {
            let client = NewClient {
                client_id: format!("client-{name}"),
                name: name.to_owned(),
                institution: (name != ANALYST).then(|| name.to_owned()),
                scopes: (name == ANALYST).then(|| vec![Permission::ParticipationRead]),
            };
            let secret = clients::add(&service, &scope, client)
                .await
                .expect("the client is new");
            secrets.insert(name.to_owned(), secret.reveal().to_owned());
        }
        drop(service);
        store.close().await;
        let mut sector = Self {
            world,
            slugs,
            secrets,
            tokens: BTreeMap::new(),
        };
        sector.sign_in().await;
        sector
    }

    async fn sign_in(&mut self) {
        for (slug, secret) in &self.secrets {
            let form = format!(
                "grant_type=client_credentials&client_id=client-{slug}&client_secret={secret}"
            );
            let request = self.world.request(Method::POST, "/oauth/token");
            let answer = request.body("application/x-www-form-urlencoded", form);
            let answer = answer.send().await.expect(200).json();
            let token = answer["access_token"].as_str().expect("a token");
            self.tokens.insert(slug.clone(), token.to_owned());
        }
    }

    /// Moves the clock, and signs in anew.
    pub async fn advance(&mut self, by: Duration) {
        self.world.advance(by);
        self.sign_in().await;
    }

    /// A request of an institution's.
    pub fn request(&self, slug: &str, method: Method, path: &str) -> Request<'w> {
        let token = format!("Bearer {}", self.tokens[slug]);
        self.world
            .request(method, path)
            .header("authorization", &token)
    }

    /// Units of an institution, by code and discipline.
    pub async fn units(&self, slug: &str, units: &[(&str, Option<&str>)]) {
        for (code, discipline) in units {
            let unit =
                json!({"code": code, "name": code, "kind": "department", "discipline": discipline});
            let path = format!("/v1/institutions/{slug}/org-units");
            let made = self.request(slug, Method::POST, &path).json(&unit);
            made.send().await.expect(201);
        }
    }

    /// Fills the draft of a return with a file; gives back the answer.
    pub async fn fill(&self, place: (&str, &str, &str), file: String) -> Reply {
        let path = format!("{}/rows", address(place));
        let put = self.request(place.0, Method::PUT, &path).if_match("*");
        put.csv(file).send().await.expect(200)
    }

    /// Fills a return and submits it, explaining whatever stands out.
    pub async fn submit(&self, place: (&str, &str, &str), file: String) {
        let filled = self.fill(place, file).await.json();
        let warnings = filled["checks"].as_array().into_iter().flatten();
        let explanations: Vec<Value> = warnings
            .filter(|check| check["grade"] == "warning")
            .map(|check| json!({"code": check["code"], "subject": check["subject"], "text": "So it is."}))
            .collect();
        let said = match explanations.is_empty() {
            true => json!({}),
            false => json!({"explanations": explanations}),
        };
        self.step(place, "submit", "*", &said).await;
    }

    /// A step of a return.
    pub async fn step(&self, place: (&str, &str, &str), step: &str, tag: &str, said: &Value) {
        let path = format!("{}/{step}", address(place));
        let request = self.request(place.0, Method::POST, &path).if_match(tag);
        request.json(said).send().await.expect(200);
    }

    /// Nothing to report; where that stands out beside other years or datasets, so it is.
    pub async fn nil(&self, place: (&str, &str, &str)) {
        let path = format!("{}/submit", address(place));
        let submit = |said: Value| {
            let request = self.request(place.0, Method::POST, &path);
            request.if_match("\"0\"").json(&said).send()
        };
        let refused = submit(json!({"nil": true})).await;
        if refused.status == 200 {
            return;
        }
        let body = refused.json();
        let warnings = body["violations"].as_array().expect("violations").iter();
        let explanation = |warning: &Value| {
            let message = warning["message"].as_str().expect("a message");
            let (code, rest) = message.split_once(" (").expect("a code");
            let (subject, _) = rest.split_once(") is to be explained").expect("a subject");
            json!({"code": code, "subject": subject, "text": "So it is."})
        };
        let explanations: Vec<Value> = warnings.map(explanation).collect();
        let said = json!({"nil": true, "explanations": explanations});
        submit(said).await.expect(200);
    }

    /// Everything there is to return in three years, drawn by chance.
    pub async fn furnish(&mut self, chance: &mut Chance) {
        for slug in &self.slugs {
            let disciplines = ["101", "105", "112", "120"];
            let own: Vec<(&str, Option<&str>)> = UNITS[1..]
                .iter()
                .map(|code| (*code, happens(chance, 70).then(|| chance.of(&disciplines))))
                .collect();
            self.units(slug, &own).await;
        }
        let mut returned = Vec::new();
        let mut missing = Vec::new();
        for place in places(&self.slugs) {
            match chance.below(100) {
                0..65 => {
                    self.submit(place, rows(chance, place.1)).await;
                    returned.push(place);
                }
                65..73 => self.nil(place).await,
                _ => missing.push(place),
            }
        }
        let (returned, missing) = (owned(returned), owned(missing));
        self.advance(Duration::hours(1)).await;
        for place in &returned {
            self.later(place_of(place), chance).await;
        }
        for place in &missing {
            match chance.below(100) {
                0..15 => self.submit(place_of(place), rows(chance, &place.1)).await,
                15..30 => {
                    // A draft alone, which says nothing to anybody.
                    self.fill(place_of(place), rows(chance, &place.1)).await;
                }
                _ => {}
            }
        }
    }

    /// What becomes of a return: mostly nothing, else a correction, one that is not finished, or a withdrawal.
    async fn later(&self, place: (&str, &str, &str), chance: &mut Chance) {
        let why = json!({"reason": "It was wrong"});
        match chance.below(100) {
            0..10 => {
                self.step(place, "correct", "*", &why).await;
                self.submit(place, rows(chance, place.1)).await;
            }
            10..14 => {
                self.step(place, "correct", "*", &why).await;
                self.fill(place, rows(chance, place.1)).await;
            }
            14..18 => self.step(place, "withdraw", "*", &why).await,
            _ => {}
        }
    }

    /// Reads back whatever there is, as its owners may, into a folder.
    pub async fn write_to(&self, folder: &Path) {
        let read = async |path: &str, member: &str| {
            let answer = self.world.get(Persona::Board, path).send().await;
            answer.expect(200).json()[member].clone()
        };
        let registry = read("/v1/institutions?limit=500", "items").await;
        keep(folder, "registry.json", &registry);
        let disciplines = read("/v1/code-lists/discipline", "codes").await;
        keep(folder, "disciplines.json", &disciplines);
        for one in registry.as_array().expect("institutions") {
            let slug = one["slug"].as_str().expect("a slug");
            let units = if self.tokens.contains_key(slug) {
                let path = format!("/v1/institutions/{slug}/org-units?limit=500");
                let read = self.request(slug, Method::GET, &path).send().await;
                read.expect(200).json()["items"].clone()
            } else {
                json!([])
            };
            keep(folder, &format!("units/{slug}.json"), &units);
        }
        for place in places(&self.slugs) {
            self.write_return(folder, place).await;
        }
    }

    async fn write_return(&self, folder: &Path, place: (&str, &str, &str)) {
        let path = format!("{}/revisions?limit=500", address(place));
        let read = self.request(place.0, Method::GET, &path).send().await;
        if read.status == 404 {
            return;
        }
        let revisions = read.expect(200).json()["items"].clone();
        if revisions == json!([]) {
            return;
        }
        let under = format!("returns/{}/{}/{}", place.0, place.1, place.2);
        keep(folder, &format!("{under}/revisions.json"), &revisions);
        for revision in revisions.as_array().expect("revisions") {
            if revision["kind"] == "figures" {
                let number = &revision["revision"];
                let path = format!("{}/rows?revision={number}", address(place));
                let read = self.request(place.0, Method::GET, &path);
                let rows = read.header("accept", "text/csv").send().await.expect(200);
                let file = folder.join(format!("{under}/{number}.csv"));
                std::fs::write(file, rows.body).expect("a file");
            }
        }
    }
}

type Owned = (String, String, String);

fn owned(places: Vec<(&str, &str, &str)>) -> Vec<Owned> {
    let owned = |(slug, dataset, year): (&str, &str, &str)| {
        (slug.to_owned(), dataset.to_owned(), year.to_owned())
    };
    places.into_iter().map(owned).collect()
}

fn place_of(place: &Owned) -> (&str, &str, &str) {
    (&place.0, &place.1, &place.2)
}

/// Every return there could be, with its institution, dataset and year.
fn places(slugs: &[String]) -> Vec<(&str, &'static str, &'static str)> {
    let mut places = Vec::new();
    for slug in slugs {
        for dataset in DATASETS {
            places.extend(YEARS.map(|year| (slug.as_str(), dataset, year)));
        }
    }
    places
}

fn address((slug, dataset, year): (&str, &str, &str)) -> String {
    format!("/v1/institutions/{slug}/returns/{dataset}/{year}")
}

/// Writes a value into a folder.
pub fn keep(folder: &Path, name: &str, value: &Value) {
    let file = folder.join(name);
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("the folder is made");
    std::fs::write(file, value.to_string()).expect("a file");
}
