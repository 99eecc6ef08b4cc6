//! What SDMX calls things here: names of the flows, components and codes that the data and their structure share.

use super::cube::{Cube, CubeDimension, CubeSource};
use crate::fault::{Fault, Result};
use entity::values::AcademicYear;

/// The agency that maintains the structures.
pub(super) const AGENCY: &str = "TECHNICIAN_METRICS";
pub(super) const FREQ: &str = "FREQ";
pub(super) const MEASURE: &str = "MEASURE";
pub(super) const STATISTIC: &str = "STATISTIC";
pub(super) const TIME_PERIOD: &str = "TIME_PERIOD";
pub(super) const OBS_VALUE: &str = "OBS_VALUE";
/// The code of a yearly frequency in `CL_FREQ`.
pub(super) const ANNUAL: &str = "A";

/// What an attribute holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Codes of a list.
    Codes(&'static str),
    Decimal,
    Count,
    Text,
    Moment,
}

/// An attribute.
#[derive(Debug)]
pub(super) struct Attribute {
    pub id: &'static str,
    pub title: &'static str,
    pub content: Content,
    /// Whether it is one for all figures of a flow, rather than of each.
    pub of_flow: bool,
    pub mandatory: bool,
}

const fn attribute(id: &'static str, title: &'static str, content: Content) -> Attribute {
    Attribute {
        id,
        title,
        content,
        of_flow: false,
        mandatory: false,
    }
}

/// Every attribute, in the order of the columns.
pub(super) const ATTRIBUTES: &[Attribute] = &[
    Attribute {
        mandatory: true,
        ..attribute(
            "OBS_STATUS",
            "Observation status",
            Content::Codes("CL_OBS_STATUS"),
        )
    },
    Attribute {
        mandatory: true,
        ..attribute(
            "CONF_STATUS",
            "Confidentiality status",
            Content::Codes("CL_CONF_STATUS"),
        )
    },
    Attribute {
        mandatory: true,
        ..attribute(
            "CELL_STATUS",
            "Status in the words of the service",
            Content::Codes("CL_CELL_STATUS"),
        )
    },
    Attribute {
        of_flow: true,
        mandatory: true,
        ..attribute("UNIT_MEASURE", "Unit of measure", Content::Codes("CL_UNIT"))
    },
    attribute("LOWER_QUARTILE", "Lower quartile", Content::Decimal),
    attribute("UPPER_QUARTILE", "Upper quartile", Content::Decimal),
    attribute("CONTRIBUTORS", "Institutions contributing", Content::Count),
    attribute("GROUP_SIZE", "Institutions in the group", Content::Count),
    attribute(
        "ACADEMIC_YEAR",
        "Academic year as the sector writes it",
        Content::Text,
    ),
    attribute("COMMENT_OBS", "Break in the series", Content::Text),
    Attribute {
        of_flow: true,
        mandatory: true,
        ..attribute("SOURCE", "Release, or live", Content::Text)
    },
    Attribute {
        of_flow: true,
        ..attribute("REGIME", "Rules of disclosure control", Content::Text)
    },
    Attribute {
        of_flow: true,
        mandatory: true,
        ..attribute("AS_OF", "Moment the figures stand for", Content::Moment)
    },
];

/// The version of structures: that of the release, which never changes; live figures have a draft.
pub(super) fn version(source: &CubeSource) -> String {
    let number = source
        .name
        .strip_prefix("release ")
        .and_then(|number| number.parse::<u32>().ok());
    match number {
        Some(number) => format!("{number}.0.0"),
        None => "0.1.0-draft".to_owned(),
    }
}

/// The id of a dimension. That of time has the name SDMX gives it.
pub(super) fn dimension_id(dimension: &CubeDimension) -> String {
    if dimension.time {
        TIME_PERIOD.to_owned()
    } else {
        dimension.name.to_ascii_uppercase()
    }
}

/// The id of a list of codes.
pub(super) fn list_id(dimension: &str) -> String {
    format!("CL_{dimension}")
}

/// The id of a code. Full stops part the parts of a key in SDMX; the dollar sign is in none of our codes.
pub(super) fn code_id(code: &str) -> String {
    code.replace('.', "$")
}

/// An academic year as SDMX writes a year from 1 August to 31 July: a time range, its first day and how long it is. Other
/// forms of SDMX mean the calendar year, or need an attribute to be read beside them.
///
/// # Errors
/// [`Fault::Internal`] where it is no academic year.
pub(super) fn time_period(year: &str) -> Result<String> {
    let year: AcademicYear = year.parse().map_err(|_| Fault::Internal)?;
    Ok(format!("{}-08-01/P1Y", year.start()))
}

/// A flow as `AGENCY:ID(VERSION)`.
pub(super) fn flow(cube: &Cube) -> String {
    format!("{AGENCY}:{}({})", cube.id, version(&cube.source))
}

/// Whether a cube has a dimension of time.
pub(super) fn timed(cube: &Cube) -> bool {
    cube.dimensions.iter().any(|dimension| dimension.time)
}
