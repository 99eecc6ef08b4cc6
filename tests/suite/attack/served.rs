//! The same attack on a running service: whatever it says over REST and GraphQL of two successive releases, and nothing
//! else, goes to the same attacker. Between them somebody is late, somebody corrects and somebody leaves.
//!
//! [`super::random`] attacks larger sectors in the process; here it is shown that the service says no more than what that
//! reads, and twenty sectors are attacked by what is said, half of them on each engine.

use super::asking::{Asking, Table};
use super::orders::largest;
use super::random::{Drawn, GROUP, SEX, broken};
use super::reading::{Seen, Told, read};
use super::sectors::{Row, Submitted, Truth, family};
use super::view::{Known, Method};
use crate::random_sector::{self, Sector};
use entity::ids::VersionId;
use entity::values::DatasetName;
use serde::de::DeserializeOwned;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use technician_metrics::access::{Caller, RegistryScope, RegistryWrite};
use technician_metrics::formats::packing;
use technician_metrics::operations::institutions::InstitutionInput;
use technician_metrics::sector::disclosure::history::Basis;
use technician_metrics::sector::release::{Content, Family};
use technician_metrics::sector::{Attribute, Dimension, Member};
use tests::{Engine, Persona, World, on_both_engines};

/// How many sectors are attacked on each engine: twenty together.
const SECTORS: u64 = 10;
const VIEWS: &[&[Dimension]] = &[&[], &[SEX], &[Dimension::Discipline], &[GROUP, SEX]];

fn tables() -> Family {
    family(
        &[Attribute::Nation, Attribute::MissionGroup],
        &[
            (
                "headcount",
                &[SEX],
                &[GROUP, Dimension::Discipline],
                &[(GROUP, SEX)],
            ),
            ("fte", &[], &[], &[]),
            ("denominators-academic-headcount", &[], &[], &[]),
            ("share-of-women", &[], &[], &[]),
            ("technicians-per-100-academics", &[], &[], &[]),
        ],
    )
}

fn input(member: &Member) -> InstitutionInput {
    let code = |attribute: Attribute| member.code(attribute).to_owned();
    InstitutionInput {
        slug: member.slug.to_string(),
        name: format!("The {}", member.slug),
        kind: code(Attribute::Kind),
        nation: code(Attribute::Nation),
        region: Some(code(Attribute::Region)),
        size_band: Some(code(Attribute::SizeBand)),
        mission_group: Some(code(Attribute::MissionGroup)),
        phase: Some(code(Attribute::Phase)),
        ..InstitutionInput::default()
    }
}

/// A sector as it was drawn, told to a service.
struct Served<'w> {
    world: &'w World,
    sector: Sector<'w>,
    /// How much of what was returned the service knows.
    told: usize,
    /// The org units it knows.
    units: BTreeSet<(String, &'static str)>,
    /// The rows of its versions.
    rows: HashMap<VersionId, Arc<Vec<Row>>>,
    last: i64,
}

impl<'w> Served<'w> {
    async fn of(world: &'w World, drawn: &Drawn) -> Self {
        let sector = Sector::of(world, drawn.sector.members.iter().map(input).collect()).await;
        Self {
            world,
            sector,
            told: 0,
            units: BTreeSet::new(),
            rows: HashMap::new(),
            last: 0,
        }
    }

    /// The org units whose rows an institution returns, each of a discipline.
    async fn units(&mut self, one: &Submitted) {
        for row in one.rows.iter() {
            if one.dataset == DatasetName::Headcount
                && self.units.insert((one.slug.clone(), row.discipline))
            {
                let unit = [(row.discipline, Some(row.discipline))];
                self.sector.units(&one.slug, &unit).await;
            }
        }
    }

    /// Returns what was returned since; corrects what was returned before.
    async fn catch_up(&mut self, submitted: &[Submitted]) {
        for (place, one) in submitted.iter().enumerate().skip(self.told) {
            self.units(one).await;
            let year = one.year.to_string();
            let address = (one.slug.as_str(), one.dataset.as_str(), year.as_str());
            if is_correction(submitted, place) {
                let why = json!({"reason": "Some were forgotten"});
                self.sector.step(address, "correct", "*", &why).await;
            }
            self.sector.submit(address, csv(one)).await;
        }
        let store = random_sector::store(self.world).await;
        let scope = Caller::operator().sector().expect("it may");
        let versions = store.sector(&scope).submissions(self.last, i64::MAX).await;
        let versions = versions.expect("submissions");
        assert_eq!(versions.len(), submitted.len() - self.told);
        for (version, one) in versions.into_iter().zip(&submitted[self.told..]) {
            assert_eq!((version.dataset, version.year), (one.dataset, one.year));
            self.rows.insert(version.version, Arc::clone(&one.rows));
            self.last = version.sequence;
        }
        store.close().await;
        self.told = submitted.len();
    }

    /// Who is not in the sector any more leaves.
    async fn take_leave(&self, before: &[Member], after: &[Member]) -> usize {
        let gone: Vec<&Member> = before
            .iter()
            .filter(|one| after.iter().all(|other| other.slug != one.slug))
            .collect();
        for member in &gone {
            let path = format!("/v1/institutions/{}?reason=Merged", member.slug);
            let left = self.world.delete(Persona::Board, &path).if_match("*");
            left.send().await.expect(200);
        }
        gone.len()
    }

    /// Makes a release; gives back what the service says of it, and what it rests on, which it tells nobody.
    async fn release(&self, drawn: &Drawn, before: Option<&Truth>) -> (Vec<Told>, Truth) {
        let number = if before.is_some() { 2 } else { 1 };
        let wanted = json!({"name": format!("release-{number}"), "title": "Technicians", "family": tables()});
        let made = self
            .world
            .post(Persona::Board, "/v1/releases")
            .json(&wanted);
        made.send().await.expect(201);
        let by = drawn.sector.members[0].slug.to_string();
        let asking = Asking {
            world: self.world,
            sector: &self.sector,
            by: &by,
            number,
        };
        let (tables, asked) = asking.everything().await;
        assert!(asked > 200, "{asked} questions");
        nothing_but_what_is_published(&tables);
        let told: Vec<Told> = tables.iter().flat_map(Table::told).collect();
        let (content, basis) = self.kept(number).await;
        // Asking tells what reading the whole release in the process tells, which the other sectors are attacked by.
        assert_eq!(told, read(&content, drawn.sector.lists()));
        let rows = |version| Arc::clone(&self.rows[&version]);
        (told, Truth::under(&basis, &rows, before))
    }

    /// What the service keeps of a release and gives to nobody as it is: the whole content, and what it rests on.
    async fn kept(&self, number: usize) -> (Content, Basis) {
        let store = random_sector::store(self.world).await;
        let scope: RegistryScope<RegistryWrite> = Caller::operator().registry().expect("it may");
        let number = i64::try_from(number).expect("few");
        let registry = store.registry(&scope);
        let content = registry.release_content(number).await.expect("a content");
        let basis = registry.release_basis(number).await.expect("a basis");
        store.close().await;
        (unpacked(&content), unpacked(&basis))
    }
}

fn unpacked<T: DeserializeOwned>(packed: &[u8]) -> T {
    let bytes = packing::unpack(packed).expect("packed");
    serde_json::from_slice(&bytes).expect("as it was kept")
}

/// Whether the same return was made before.
fn is_correction(submitted: &[Submitted], place: usize) -> bool {
    let of = |one: &Submitted| (one.slug.clone(), one.dataset, one.year);
    submitted[..place]
        .iter()
        .any(|one| of(one) == of(&submitted[place]))
}

/// A return as a file: rows with the same codes are one.
fn csv(submitted: &Submitted) -> String {
    let figure = |row: &Row, name: &str| row.figure(name).expect("a figure");
    if submitted.dataset == DatasetName::Denominators {
        let staff: i64 = submitted
            .rows
            .iter()
            .map(|row| figure(row, "academic_headcount"))
            .sum();
        return format!("org_unit,academic_headcount\ninstitution,{staff}\n");
    }
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for row in submitted.rows.iter() {
        let code = |name| row.code(Dimension::Rows(name));
        let codes = [code("sex"), code("age_band"), code("terms")].join(",");
        let sum = sums.entry(format!(
            "{},laboratory,not-known,{codes},full-time",
            row.discipline
        ));
        let sum = sum.or_default();
        *sum = (sum.0 + figure(row, "headcount"), sum.1 + figure(row, "fte"));
    }
    let mut file = "org_unit,job_family,grade,sex,age_band,terms,mode,headcount,fte\n".to_owned();
    for (codes, (persons, fte)) in sums {
        file.push_str(&format!(
            "{codes},{persons},{}.{:02}\n",
            fte / 100,
            fte % 100
        ));
    }
    file
}

/// Means, shares, changes and indices are made of totals that are given, so they tell nothing that these do not.
fn nothing_but_what_is_published(tables: &[Table]) {
    for table in tables {
        let totals = table.of("total");
        for (statistic, cells) in &table.cells {
            for cell in cells.iter().filter(|cell| cell.value.is_some()) {
                let total = of(totals, &cell.keys).expect("a total");
                let value = total.value.expect("no statistic without its total");
                let (shown, parts, tolerance) = match *statistic {
                    "mean" => {
                        let count = i64::from(total.contributors.expect("how many there are"));
                        (cell.value, (value, count), 6)
                    }
                    "share" => (
                        cell.value,
                        (value * 10_000, whole(tables, table, &cell.keys)),
                        51,
                    ),
                    "index" => (cell.value, (value * 10_000, first(totals, &cell.keys)), 6),
                    "change" => (cell.value, (value - previous(totals, &cell.keys), 1), 0),
                    // Totals themselves; medians and quartiles are attacked for themselves.
                    _ => continue,
                };
                let apart = (shown.expect("a value") * parts.1 - parts.0).abs();
                assert!(
                    apart <= tolerance * parts.1,
                    "{statistic} of {} at {:?}",
                    table.measure,
                    cell.keys
                );
            }
        }
    }
}

fn of<'a>(cells: &'a [Seen], keys: &[String]) -> Option<&'a Seen> {
    cells.iter().find(|cell| cell.keys == keys)
}

/// The total over the last dimension.
fn whole(tables: &[Table], of_table: &Table, keys: &[String]) -> i64 {
    let rest = &of_table.dimensions[..of_table.dimensions.len() - 1];
    let table = tables
        .iter()
        .find(|one| one.measure == of_table.measure && one.dimensions == rest);
    let whole = of(table.expect("a table").of("total"), &keys[..keys.len() - 1]);
    whole
        .and_then(|cell| cell.value)
        .expect("the whole is given")
}

/// The totals of the same codes in other years.
fn line<'a>(totals: &'a [Seen], keys: &'a [String]) -> impl Iterator<Item = &'a Seen> {
    let same = |cell: &&Seen| cell.keys[1..] == keys[1..] && cell.value.is_some();
    totals.iter().filter(same)
}

fn first(totals: &[Seen], keys: &[String]) -> i64 {
    let first = line(totals, keys).min_by_key(|cell| cell.keys[0].clone());
    first.and_then(|cell| cell.value).expect("a first year")
}

fn previous(totals: &[Seen], keys: &[String]) -> i64 {
    let before = line(totals, keys).filter(|cell| cell.keys[0] < keys[0]);
    let before = before.max_by_key(|cell| cell.keys[0].clone());
    before.and_then(|cell| cell.value).expect("the year before")
}

/// What happened between the releases of a sector: whether somebody was late, and whether somebody corrected.
type Between = (bool, bool);

/// Two releases of a random sector, attacked; how many figures there were to go by.
async fn attacked(world: &World, seed: u64) -> (usize, Between) {
    let mut drawn = Drawn::of(seed, 14, 4);
    let mut served = Served::of(world, &drawn).await;
    served.catch_up(&drawn.sector.submitted).await;
    let (told, truth) = served.release(&drawn, None).await;
    let (before, members) = (drawn.sector.submitted.len(), drawn.sector.members.clone());
    drawn.go_on(true);
    let submitted = drawn.sector.submitted.clone();
    let corrections = (before..submitted.len()).map(|place| is_correction(&submitted, place));
    let happened: BTreeSet<bool> = corrections.collect();
    served.catch_up(&submitted).await;
    assert_eq!(served.take_leave(&members, &drawn.sector.members).await, 1);
    let (said, later) = served.release(&drawn, Some(&truth)).await;
    let figures = told.len() + said.len();
    let releases = [(told, truth), (said, later)];
    let known = Known {
        releases: &releases,
        method: Method::FULL,
    };
    let found = broken(&known, VIEWS);
    assert!(found.is_empty(), "sector {seed}: {found:?}");
    let found = largest(&known, false);
    assert!(found.is_empty(), "sector {seed}: {found:?}");
    (
        figures,
        (happened.contains(&false), happened.contains(&true)),
    )
}

on_both_engines! {
    async fn nothing_can_be_worked_out_of_what_the_service_says(world: World) {
        let (mut figures, mut late, mut corrected) = (0, 0, 0);
        let mut world = Some(world);
        let engine = world.as_ref().map(|world| world.engine).expect("a world");
        let first = match engine {
            Engine::Sqlite => 1,
            Engine::Postgres => 1 + SECTORS,
        };
        for seed in first..first + SECTORS {
            let fresh = match world.take() {
                Some(world) => world,
                None => World::new(engine).await,
            };
            let (many, (was_late, was_corrected)) = attacked(&fresh, seed).await;
            assert!(many > 60, "sector {seed} has little to attack: {many}");
            figures += many;
            late += usize::from(was_late);
            corrected += usize::from(was_corrected);
        }
        assert!(late > 5 && corrected > 5, "{late} with somebody late, {corrected} with a correction");
        assert!(figures > 1_000, "{figures} figures");
    }
}
