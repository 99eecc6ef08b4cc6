//! The kinds of missing, said in each format's own way.

use super::cube::{Cube, Observation};
use entity::values::CellStatus;

/// Shorthand of the Government Statistical Service ("Using symbols in tables"); empty where there is a figure. `[low]` is
/// not used: a figure that rounds to zero is shown as zero.
pub(super) const fn shorthand(status: CellStatus) -> &'static str {
    match status {
        CellStatus::Published | CellStatus::Zero => "",
        CellStatus::Withheld | CellStatus::WithheldForOthers => "[c]",
        CellStatus::NotSupplied => "[x]",
        CellStatus::NotApplicable => "[z]",
    }
}

/// The shorthand in the order of a legend, and what it means.
pub(super) const LEGEND: &[(&str, &str)] = &[
    (
        "[c]",
        "Confidential: withheld, because it could tell something about a person or an institution.",
    ),
    (
        "[x]",
        "Not available: no institution of the group supplied it. It is not zero.",
    ),
    (
        "[z]",
        "Not applicable: the figure has no meaning here, as a ratio over none.",
    ),
];

/// What a status means, for people.
pub(super) const fn meaning(status: CellStatus) -> &'static str {
    match status {
        CellStatus::Published => "The value is given.",
        CellStatus::Zero => "The value is zero, or in a release rounds to it.",
        CellStatus::Withheld => {
            "There is a value, and giving it would disclose a person or an institution."
        }
        CellStatus::WithheldForOthers => {
            "There is a value, and giving it would disclose another that is withheld."
        }
        CellStatus::NotSupplied => "Nobody in the group supplied it: not a zero.",
        CellStatus::NotApplicable => "The value has no meaning here, as a ratio over none.",
    }
}

/// Codes of SDMX's `CL_OBS_STATUS` (2.2) that are used here, with their names there.
pub(super) const OBS_STATUS: &[(&str, &str)] = &[
    ("A", "Normal value"),
    ("B", "Time series break"),
    ("L", "Missing value; data exist but were not collected"),
    ("M", "Missing value; data cannot exist"),
    ("P", "Provisional value"),
    ("Q", "Missing value; suppressed"),
];

/// Codes of SDMX's `CL_CONF_STATUS` (1.2) that are used here, with their names there.
pub(super) const CONF_STATUS: &[(&str, &str)] = &[
    ("C", "Confidential statistical information"),
    (
        "D",
        "Secondary confidentiality set by the sender, not for publication",
    ),
    ("F", "Free (free for publication)"),
];

/// The observation status of SDMX. One code a figure: of a figure that is there, a break is said before that it is
/// provisional, as SDMX's guidelines on the status rank them; of one that is missing, always why it is.
pub(super) fn obs_status(cube: &Cube, observation: &Observation) -> &'static str {
    match observation.status {
        CellStatus::Published | CellStatus::Zero => {
            if cube.series_break(observation).is_some() {
                "B"
            } else if cube.source.provisional {
                "P"
            } else {
                "A"
            }
        }
        CellStatus::Withheld | CellStatus::WithheldForOthers => "Q",
        // It exists with those who did not return it.
        CellStatus::NotSupplied => "L",
        CellStatus::NotApplicable => "M",
    }
}

/// The confidentiality status of SDMX.
pub(super) const fn conf_status(status: CellStatus) -> &'static str {
    match status {
        CellStatus::Withheld => "C",
        CellStatus::WithheldForOthers => "D",
        CellStatus::Published
        | CellStatus::Zero
        | CellStatus::NotSupplied
        | CellStatus::NotApplicable => "F",
    }
}
