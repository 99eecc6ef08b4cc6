//! SDMX-CSV 2.0.0 (SDMX Technical Working Group, field guide of the data message): a flow a cube, a row a figure. Of
//! several flows the dimensions stand side by side, empty where a flow has not got them.
//!
//! An academic year is a time range (`2024-08-01/P1Y`). A figure that is missing has no `OBS_VALUE`; `OBS_STATUS` and
//! `CONF_STATUS` say why in SDMX's codes and `CELL_STATUS` in ours:
//!
//! | status | `OBS_STATUS` | `CONF_STATUS` |
//! | --- | --- | --- |
//! | published, zero | `A`; `B` in a year with a break; `P` where provisional | `F` |
//! | withheld | `Q` | `C` |
//! | withheld for others | `Q` | `D` |
//! | not supplied | `L` | `F` |
//! | not applicable | `M` | `F` |

use super::cube::{Cube, CubeDimension, Observation, check_all};
use super::sdmx_model::{
    ANNUAL, ATTRIBUTES, FREQ, MEASURE, OBS_VALUE, STATISTIC, TIME_PERIOD, code_id, dimension_id,
    flow, time_period, timed,
};
use super::{marks, table};
use crate::fault::{Fault, Result};
use crate::formats::csv::lines;
use entity::values::Hundredths;

/// The figures of some cubes as one file.
///
/// # Errors
/// [`Fault::Internal`] where a cube contradicts itself, or a code of time is no academic year.
pub fn sdmx_csv(cubes: &[&Cube]) -> Result<Vec<u8>> {
    check_all(cubes)?;
    let dimensions: Vec<&CubeDimension> = table::dimensions(cubes)
        .into_iter()
        .filter(|dimension| !dimension.time)
        .collect();
    let time = cubes.iter().any(|cube| timed(cube));
    let mut header: Vec<String> = ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
        .map(str::to_owned)
        .into();
    header.extend(time.then(|| FREQ.to_owned()));
    header.extend([MEASURE, STATISTIC].map(str::to_owned));
    header.extend(dimensions.iter().map(|dimension| dimension_id(dimension)));
    header.extend(time.then(|| TIME_PERIOD.to_owned()));
    header.push(OBS_VALUE.to_owned());
    header.extend(ATTRIBUTES.iter().map(|attribute| attribute.id.to_owned()));
    let mut rows = vec![header];
    for cube in cubes {
        for observation in &cube.observations {
            rows.push(row(cube, observation, &dimensions, time)?);
        }
    }
    lines(rows.into_iter())
}

fn row(
    cube: &Cube,
    observation: &Observation,
    dimensions: &[&CubeDimension],
    time: bool,
) -> Result<Vec<String>> {
    let mut cells = vec!["dataflow".to_owned(), flow(cube), "I".to_owned()];
    let year = cube
        .codes(observation)
        .find(|(dimension, _)| dimension.time)
        .map(|(_, concept)| concept.code.as_str());
    let annual = || year.map_or("", |_| ANNUAL).to_owned();
    cells.extend(time.then(annual));
    cells.extend([&cube.measure, &cube.statistic].map(|concept| code_id(&concept.code)));
    for column in dimensions {
        let code = cube
            .codes(observation)
            .find(|(dimension, _)| dimension.name == column.name)
            .map(|(_, concept)| code_id(&concept.code));
        cells.push(code.unwrap_or_default());
    }
    if time {
        cells.push(year.map(time_period).transpose()?.unwrap_or_default());
    }
    cells.push(figure(observation.value));
    for attribute in ATTRIBUTES {
        cells.push(value(attribute.id, cube, observation, year)?);
    }
    Ok(cells)
}

fn figure(figure: Option<Hundredths>) -> String {
    figure.map(|figure| figure.to_string()).unwrap_or_default()
}

/// The value of an attribute.
fn value(id: &str, cube: &Cube, observation: &Observation, year: Option<&str>) -> Result<String> {
    let count = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
    let source = &cube.source;
    Ok(match id {
        "OBS_STATUS" => marks::obs_status(cube, observation).to_owned(),
        "CONF_STATUS" => marks::conf_status(observation.status).to_owned(),
        "CELL_STATUS" => observation.status.as_str().to_owned(),
        "UNIT_MEASURE" => code_id(&cube.unit.code),
        "LOWER_QUARTILE" => figure(observation.lower_quartile),
        "UPPER_QUARTILE" => figure(observation.upper_quartile),
        "CONTRIBUTORS" => count(observation.contributors),
        "GROUP_SIZE" => count(observation.of),
        "ACADEMIC_YEAR" => year.unwrap_or_default().to_owned(),
        "COMMENT_OBS" => cube
            .series_break(observation)
            .unwrap_or_default()
            .to_owned(),
        "SOURCE" => source.name.clone(),
        "REGIME" => source.regime.clone().unwrap_or_default(),
        "AS_OF" => table::stamp(source.as_of),
        _ => return Err(Fault::Internal),
    })
}
