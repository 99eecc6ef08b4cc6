//! Asking a running service for everything on offer of a release, over both of its faces, and writing down what it says.
//!
//! REST is asked by an institution and GraphQL by a stranger: what they are told must be the same.

use super::reading::{Merged, Question, Seen, Told, write_down};
use crate::faces::in_words_of_rest;
use crate::random_sector::Sector;
use reqwest::Method;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use technician_metrics::sector::Dimension;
use tests::{Persona, World};

/// Every statistic there is, on offer or not.
const STATISTICS: [&str; 7] = [
    "total",
    "mean",
    "median",
    "quartiles",
    "share",
    "change",
    "index",
];
/// How many questions one document asks; a document has an alias for each, and not more than 60.
const AT_A_TIME: usize = 50;
const ANSWER: &str = "fragment A on SectorAnswer { measure statistic unit groupBy source { release regime } generation asOf \
    provisional note panel figureSources { provenance remark institutions } seriesBreaks { year remark } \
    merged { year dimension code standsFor } cells { keys value status contributors of lowerQuartile upperQuartile } }";

/// Whoever asks a release.
pub struct Asking<'w> {
    /// The world the service is in.
    pub world: &'w World,
    /// The institutions that can be spoken for.
    pub sector: &'w Sector<'w>,
    /// The one that asks.
    pub by: &'w str,
    /// The release.
    pub number: usize,
}

/// A question as it is asked: with its codes to keep, by dimension.
#[derive(Clone)]
struct Asked {
    question: Question,
    /// The year among them.
    group_by: Vec<&'static str>,
    keep: Option<(&'static str, String)>,
}

/// What is told of one table, by statistic.
pub struct Table {
    /// The measure.
    pub measure: String,
    /// The dimensions beside the year.
    pub dimensions: Vec<Dimension>,
    /// The cells, by statistic; none of those that are not on offer.
    pub cells: Vec<(&'static str, Vec<Seen>)>,
    merged: Merged,
}

impl Table {
    /// The cells of a statistic; none where it is not on offer.
    pub fn of(&self, statistic: &str) -> &[Seen] {
        let cells = self.cells.iter().find(|(name, _)| *name == statistic);
        cells.map_or(&[], |(_, cells)| cells)
    }

    /// What it says, as the attacker keeps it.
    pub fn told(&self) -> Vec<Told> {
        let cells = (self.of("total"), self.of("median"), self.of("quartiles"));
        write_down(&self.measure, &self.dimensions, cells, &self.merged)
    }
}

impl Asking<'_> {
    /// Every table on offer, asked for in every statistic and sliced by every code; how many questions it took.
    pub async fn everything(&self) -> (Vec<Table>, usize) {
        let path = format!("/v1/releases/{}", self.number);
        let offer = self.sector.request(self.by, Method::GET, &path);
        let offer = offer.send().await.expect(200).json();
        let (mut tables, mut asked) = (Vec::new(), 0);
        for measure in offer["measures"].as_array().expect("measures") {
            for table in measure["tables"].as_array().expect("tables") {
                let name = measure["measure"].as_str().expect("a name");
                let (table, questions) = self.table(name, table).await;
                tables.push(table);
                asked += questions;
            }
        }
        (tables, asked)
    }

    async fn table(&self, measure: &str, offer: &Value) -> (Table, usize) {
        let dimensions: Vec<Dimension> = texts(&offer["dimensions"])
            .iter()
            .map(|name| Dimension::named(name).expect("a dimension"))
            .collect();
        let whole = STATISTICS.map(|statistic| Asked::whole(measure, statistic, &dimensions));
        let mut table = Table {
            measure: measure.to_owned(),
            dimensions,
            cells: Vec::new(),
            merged: Merged::new(),
        };
        for (asked, answer) in whole.iter().zip(self.answers(&whole).await) {
            if let Ok((cells, merged)) = answer {
                table.cells.push((asked.question.statistic, cells));
                table.merged = merged;
            }
        }
        let slices = slices(&whole[0], table.of("total"));
        for (slice, answer) in slices.iter().zip(self.answers(&slices).await) {
            let (cells, _) = answer.expect("a slice of what is on offer");
            let same = slice.cut(&whole[0].group_by, table.of("total"));
            assert_eq!(cells, same, "{} {:?}", slice.address(), slice.keep);
        }
        (table, whole.len() + slices.len())
    }

    /// What both faces say; why not, of what neither has on offer.
    async fn answers(&self, asked: &[Asked]) -> Vec<Result<(Vec<Seen>, Merged), String>> {
        let mut answers = Vec::new();
        for some in asked.chunks(AT_A_TIME) {
            let document = some
                .iter()
                .enumerate()
                .map(|(place, one)| one.field(place, self.number));
            let document = format!(
                "{{ sector {{ {} }} }} {ANSWER}",
                document.collect::<String>()
            );
            let told = self
                .world
                .graphql(Persona::Stranger, &document, json!({}))
                .await;
            for (place, one) in some.iter().enumerate() {
                let answer = self.rest(one).await;
                let other = &told["data"]["sector"][format!("q{place}")];
                let other = (!other.is_null()).then(|| in_words_of_rest(&without_nulls(other)));
                assert_eq!(
                    answer.as_ref().ok().map(without_nulls),
                    other,
                    "{}",
                    one.address()
                );
                answers.push(answer.map(|answer| read(&answer)));
            }
        }
        answers
    }

    async fn rest(&self, asked: &Asked) -> Result<Value, String> {
        let path = format!("/v1/releases/{}/query?{}", self.number, asked.address());
        let reply = self
            .sector
            .request(self.by, Method::GET, &path)
            .send()
            .await;
        if reply.status == 200 {
            return Ok(reply.json());
        }
        assert_eq!(reply.problem(400), "invalid-parameters", "{path}");
        Err(reply.json()["violations"].to_string())
    }
}

impl Asked {
    fn whole(measure: &str, statistic: &'static str, dimensions: &[Dimension]) -> Self {
        let names = dimensions.iter().map(|one| one.as_str());
        Self {
            question: Question {
                measure: measure.to_owned(),
                statistic,
                dimensions: dimensions.to_vec(),
            },
            group_by: ["year"].into_iter().chain(names).collect(),
            keep: None,
        }
    }

    /// As a query string.
    fn address(&self) -> String {
        let Question {
            measure, statistic, ..
        } = &self.question;
        let keep = self
            .keep
            .iter()
            .map(|(name, code)| format!("&where[{name}]={code}"));
        let by = self.group_by.join(",");
        format!(
            "measure={measure}&statistic={statistic}&group_by={by}{}",
            keep.collect::<String>()
        )
    }

    /// As a field of GraphQL.
    fn field(&self, place: usize, release: usize) -> String {
        let Question {
            measure, statistic, ..
        } = &self.question;
        let keep = self.keep.iter();
        let keep =
            keep.map(|(name, code)| format!("{{dimension: \"{name}\", codes: [\"{code}\"]}}"));
        format!(
            "q{place}: query(release: {release}, measure: \"{measure}\", statistic: \"{statistic}\", groupBy: {}, where: [{}]) {{ ...A }} ",
            json!(self.group_by),
            keep.collect::<String>()
        )
    }

    /// The same slice of the whole table's cells.
    fn cut(&self, whole: &[&str], cells: &[Seen]) -> Vec<Seen> {
        let (name, code) = self.keep.as_ref().expect("a slice");
        let place = whole
            .iter()
            .position(|one| one == name)
            .expect("a dimension");
        let kept = cells.iter().filter(|cell| cell.keys[place] == *code);
        let mut cut: Vec<Seen> = kept.cloned().collect();
        cut.iter_mut()
            .for_each(|cell| drop(cell.keys.remove(place)));
        cut
    }
}

/// The table cut along each of its dimensions, at each of its codes.
fn slices(whole: &Asked, cells: &[Seen]) -> Vec<Asked> {
    let mut slices = Vec::new();
    for (place, name) in whole.group_by.iter().enumerate() {
        let codes: BTreeSet<&String> = cells.iter().map(|cell| &cell.keys[place]).collect();
        slices.extend(codes.into_iter().map(|code| {
            Asked {
                group_by: whole
                    .group_by
                    .iter()
                    .copied()
                    .filter(|one| one != name)
                    .collect(),
                keep: Some((name, code.clone())),
                ..whole.clone()
            }
        }));
    }
    slices
}

/// Cells and what is merged in them.
fn read(answer: &Value) -> (Vec<Seen>, Merged) {
    let names = texts(&answer["group_by"]);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let seen = |cell: &Value| Seen {
        keys: names.iter().map(|name| text(&cell["keys"][name])).collect(),
        value: hundredths(&cell["value"]),
        quartiles: hundredths(&cell["lower_quartile"]).zip(hundredths(&cell["upper_quartile"])),
        contributors: cell["contributors"]
            .as_u64()
            .map(|count| u32::try_from(count).expect("few")),
    };
    let merged = |one: &Value| {
        let place = (
            text(&one["year"]),
            text(&one["dimension"]),
            text(&one["code"]),
        );
        (
            place,
            texts(&one["stands_for"])
                .into_iter()
                .map(ToOwned::to_owned)
                .collect(),
        )
    };
    let listed = |name: &str| answer[name].as_array().expect("a list").iter();
    (
        listed("cells").map(seen).collect(),
        listed("merged").map(merged).collect(),
    )
}

fn texts(list: &Value) -> Vec<&str> {
    let list = list.as_array().expect("a list").iter();
    list.map(|one| one.as_str().expect("a text")).collect()
}

/// A figure as it is written, in hundredths; none where there is null.
pub fn hundredths(figure: &Value) -> Option<i64> {
    let text = figure.as_number()?.to_string();
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    Some(
        format!("{whole}{rest:0<2}")
            .parse()
            .expect("at most two decimals"),
    )
}

/// Without members that are null: one face leaves out what the other gives as null.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            let kept = kept.map(|(name, value)| (name.clone(), without_nulls(value)));
            Value::Object(kept.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}
