//! CSV on the Web (W3C, Metadata Vocabulary for Tabular Data): what the columns of a CSV file of one cube hold, for
//! programs that check and load it.

use super::cube::Cube;
use super::marks;
use super::table::{Column, Kind, Table, stamp};
use crate::fault::Result;
use entity::values::CellStatus;
use serde_json::{Map, Value, json};

/// The description of the file that [`super::csv::csv`] writes of this cube alone, for whoever finds it at `csv_url`: an
/// address, or a path from where the description is.
///
/// # Errors
/// [`crate::fault::Fault::Internal`] where the cube contradicts itself.
pub fn csvw(cube: &Cube, csv_url: &str) -> Result<Value> {
    let cubes = [cube];
    let columns = Table::of(&cubes)?.columns();
    let described: Vec<Value> = columns.iter().map(|column| of(cube, column)).collect();
    let mut key = vec!["cube"];
    key.extend(cube.dimensions.iter().map(|one| one.name.as_str()));
    let source = &cube.source;
    let mut document = json!({
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": csv_url,
        "dc:identifier": source.doi.as_ref().map_or(cube.id.clone(), |doi| format!("https://doi.org/{doi}")),
        "dc:title": cube.title,
        "dc:description": cube.notes.join("\n"),
        "dc:publisher": source.publisher,
        "dc:source": source.title,
        "dc:modified": {"@value": stamp(source.as_of), "@type": "xsd:dateTime"},
    });
    if let (Some(members), Some(licence)) = (document.as_object_mut(), &source.licence) {
        let linked = licence.starts_with("https://") || licence.starts_with("http://");
        let licence = if linked {
            json!({"@id": licence})
        } else {
            json!(licence)
        };
        members.insert("dc:license".to_owned(), licence);
    }
    if let Some(members) = document.as_object_mut() {
        members.insert("notes".to_owned(), notes(cube));
        members.insert(
            "tableSchema".to_owned(),
            json!({"columns": described, "primaryKey": key}),
        );
    }
    Ok(document)
}

/// What the marks mean, and where series break.
fn notes(cube: &Cube) -> Value {
    let marks = marks::LEGEND
        .iter()
        .map(|(mark, meaning)| json!({"mark": mark, "meaning": meaning}));
    let breaks = cube
        .series_breaks
        .iter()
        .map(|(year, remark)| json!({"series_break": year, "remark": remark}));
    marks.chain(breaks).collect()
}

fn of(cube: &Cube, column: &Column) -> Value {
    let mut described = Map::new();
    let name = column.name.as_str();
    described.insert("name".to_owned(), json!(name));
    described.insert("titles".to_owned(), json!(name));
    described.insert("dc:title".to_owned(), json!(column.title));
    if let Some(about) = about(cube, name) {
        described.insert("dc:description".to_owned(), json!(about));
    }
    let datatype = match column.kind {
        Kind::Words => json!("string"),
        Kind::Figure => json!({"base": "decimal"}),
        Kind::Count => json!({"base": "integer", "minimum": 0}),
        Kind::Moment => json!("dateTime"),
        Kind::Code => match codes(cube, name) {
            Some(codes) => json!({"base": "string", "format": codes}),
            None => json!("string"),
        },
    };
    described.insert("datatype".to_owned(), datatype);
    described.insert("required".to_owned(), json!(column.required));
    Value::Object(described)
}

fn about(cube: &Cube, column: &str) -> Option<String> {
    match column {
        "value" => Some(format!(
            "{}, {}, in {}; empty where `status` says why.",
            cube.measure.label, cube.statistic.label, cube.unit.label
        )),
        "status" => {
            let meanings = CellStatus::ALL
                .iter()
                .map(|status| format!("{}: {}", status.as_str(), marks::meaning(*status)));
            Some(meanings.collect::<Vec<_>>().join(" "))
        }
        "mark" => {
            let meanings = marks::LEGEND
                .iter()
                .map(|(mark, meaning)| format!("{mark} {meaning}"));
            Some(meanings.collect::<Vec<_>>().join(" "))
        }
        _ => None,
    }
}

/// The codes a column may hold, as a regular expression; none where any may stand there.
fn codes(cube: &Cube, column: &str) -> Option<String> {
    let alternatives =
        |codes: &mut dyn Iterator<Item = &str>| codes.map(literal).collect::<Vec<_>>().join("|");
    match column {
        "cube" => Some(literal(&cube.id)),
        "measure" => Some(literal(&cube.measure.code)),
        "statistic" => Some(literal(&cube.statistic.code)),
        "unit" => Some(literal(&cube.unit.code)),
        "status" => Some(alternatives(
            &mut CellStatus::ALL.iter().map(|status| status.as_str()),
        )),
        "mark" => Some(alternatives(
            &mut marks::LEGEND.iter().map(|(mark, _)| *mark),
        )),
        name => {
            let dimension = cube.dimensions.iter().find(|one| one.name == name)?;
            Some(alternatives(
                &mut dimension.codes.iter().map(|one| one.code.as_str()),
            ))
        }
    }
}

/// A text as a regular expression that matches it alone.
fn literal(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    text.chars()
        .flat_map(|letter| (!plain(letter)).then_some('\\').into_iter().chain([letter]))
        .collect()
}
