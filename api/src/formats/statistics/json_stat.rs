//! JSON-stat 2.0 (json-stat.org/full): a cube as a document of class `dataset`, for charts.
//!
//! `value` and `status` are sparse: a cell that is in neither was not asked for; one that is in `value` alone is an ordinary
//! figure; `status` carries the words of the service's own answers, explained in `extension.status`. Where no cell has a
//! value, `value` is a list of nulls. Quartiles are categories of the dimension `statistic`. Numbers of institutions stand in
//! `extension`, under the places of their figures.

use super::cube::{Cube, CubeDimension, Observation};
use super::marks;
use super::table::stamp;
use crate::fault::{Fault, Result};
use entity::values::{CellStatus, Hundredths};
use serde_json::{Map, Value, json};

const MEASURE: &str = "measure";
const STATISTIC: &str = "statistic";
/// The quartiles, as categories of the statistic.
const QUARTILES: [(&str, &str); 2] = [
    ("lower-quartile", "Lower quartile"),
    ("upper-quartile", "Upper quartile"),
];

/// A cube as a document.
///
/// # Errors
/// [`Fault::Internal`] where the cube contradicts itself.
pub fn json_stat(cube: &Cube) -> Result<Value> {
    cube.check()?;
    let mut statistics = vec![(cube.statistic.code.as_str(), cube.statistic.label.as_str())];
    if cube.has_quartiles() {
        statistics.extend(QUARTILES);
    }
    let names = cube.dimensions.iter().map(|one| one.name.as_str());
    let sizes = cube.dimensions.iter().map(|one| one.codes.len());
    let id: Vec<&str> = [MEASURE, STATISTIC].into_iter().chain(names).collect();
    let size: Vec<usize> = [1, statistics.len()].into_iter().chain(sizes).collect();
    let time: Vec<&str> = cube
        .dimensions
        .iter()
        .filter(|one| one.time)
        .map(|one| one.name.as_str())
        .collect();
    let mut role = Map::from_iter([("metric".to_owned(), json!([MEASURE]))]);
    if !time.is_empty() {
        role.insert("time".to_owned(), json!(time));
    }
    let cells = Cells::of(cube)?;
    let source = &cube.source;
    Ok(json!({
        "version": "2.0",
        "class": "dataset",
        "label": cube.title,
        "source": format!("{}: {}", source.publisher, source.title),
        "updated": stamp(source.as_of),
        "note": cube.notes,
        "id": id,
        "size": size,
        "role": role,
        "dimension": dimensions(cube, &statistics),
        "value": cells.value,
        "status": cells.status,
        "extension": extension(cube, &cells.contributors, &cells.of),
    }))
}

fn dimensions(cube: &Cube, statistics: &[(&str, &str)]) -> Value {
    let mut dimensions = Map::new();
    let measure = &cube.measure;
    let mut described = dimension(
        "Measure",
        std::iter::once((measure.code.as_str(), measure.label.as_str())),
    );
    described["category"]["unit"] =
        json!({&measure.code: {"label": cube.unit.label, "decimals": cube.decimals}});
    dimensions.insert(MEASURE.to_owned(), described);
    let statistics = statistics.iter().copied();
    dimensions.insert(STATISTIC.to_owned(), dimension("Statistic", statistics));
    for one in &cube.dimensions {
        dimensions.insert(one.name.clone(), own(cube, one));
    }
    Value::Object(dimensions)
}

/// One of the cube's own dimensions; a break in the series is a note on its year.
fn own(cube: &Cube, one: &CubeDimension) -> Value {
    let codes = one
        .codes
        .iter()
        .map(|code| (code.code.as_str(), code.label.as_str()));
    let mut described = dimension(&one.title, codes);
    let breaks: Map<String, Value> = cube
        .series_breaks
        .iter()
        .filter(|(year, _)| one.time && one.codes.iter().any(|code| code.code == *year))
        .map(|(year, remark)| (year.clone(), json!([remark])))
        .collect();
    if !breaks.is_empty() {
        described["category"]["note"] = Value::Object(breaks);
    }
    described
}

fn dimension<'c>(title: &str, codes: impl Iterator<Item = (&'c str, &'c str)> + Clone) -> Value {
    let index: Vec<&str> = codes.clone().map(|(code, _)| code).collect();
    let label: Map<String, Value> = codes
        .map(|(code, label)| (code.to_owned(), json!(label)))
        .collect();
    json!({"label": title, "category": {"index": index, "label": label}})
}

fn extension(cube: &Cube, contributors: &Value, of: &Value) -> Value {
    let meanings: Map<String, Value> = CellStatus::ALL
        .iter()
        .map(|status| (status.as_str().to_owned(), json!(marks::meaning(*status))))
        .collect();
    let source = &cube.source;
    json!({
        "cube": cube.id,
        "unit": cube.unit.code,
        "source": source.name,
        "regime": source.regime,
        "generation": source.generation,
        "provisional": source.provisional,
        "publisher": source.publisher,
        "doi": source.doi,
        "licence": source.licence,
        "status": {"label": meanings},
        "contributors": contributors,
        "of": of,
    })
}

/// What stands in the cells, under their places.
struct Cells {
    value: Value,
    status: Value,
    contributors: Value,
    of: Value,
}

impl Cells {
    fn of(cube: &Cube) -> Result<Self> {
        let (mut value, mut status) = (Map::new(), Map::new());
        let (mut contributors, mut of) = (Map::new(), Map::new());
        // Places run through the cube's own dimensions for one statistic after the other.
        let whole = cube.dimensions.iter().try_fold(1_usize, |size, one| {
            size.checked_mul(one.codes.len()).ok_or(Fault::Internal)
        })?;
        let mut figure = |place: Option<usize>, figure: Option<Hundredths>| -> Result<()> {
            if let Some(figure) = figure {
                let place = place.ok_or(Fault::Internal)?.to_string();
                value.insert(place, json!(figure));
            }
            Ok(())
        };
        for observation in &cube.observations {
            let place = place(cube, observation)?;
            figure(Some(place), observation.value)?;
            figure(place.checked_add(whole), observation.lower_quartile)?;
            let last = whole.checked_mul(2).and_then(|two| place.checked_add(two));
            figure(last, observation.upper_quartile)?;
            let place = place.to_string();
            if observation.status != CellStatus::Published {
                status.insert(place.clone(), json!(observation.status.as_str()));
            }
            if let Some(count) = observation.contributors {
                contributors.insert(place.clone(), json!(count));
            }
            if let Some(count) = observation.of {
                of.insert(place, json!(count));
            }
        }
        // Readers take an empty object for no cells at all; where every figure is missing, each says so.
        let value = if value.is_empty() {
            Value::Array(vec![Value::Null; whole])
        } else {
            Value::Object(value)
        };
        Ok(Self {
            value,
            status: Value::Object(status),
            contributors: Value::Object(contributors),
            of: Value::Object(of),
        })
    }
}

/// The place of a cell: the last dimension runs fastest.
fn place(cube: &Cube, observation: &Observation) -> Result<usize> {
    cube.dimensions
        .iter()
        .zip(&observation.codes)
        .try_fold(0_usize, |place, (dimension, code)| {
            place
                .checked_mul(dimension.codes.len())
                .and_then(|place| place.checked_add(*code))
        })
        .ok_or(Fault::Internal)
}
