//! Who owes which return, and what became of it. No figure of anybody stands here.

use super::{
    DatasetName, InstitutionKind, MissionGroup, Nation, ObligationState, PlanStanding, Provenance,
    Region, SigningPhase, SizeBand, Timestamp,
};
use crate::operations::participation as rules;
use async_graphql::SimpleObject;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

/// A return that a signatory owes.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Obligation {
    /// The signatory, by slug.
    pub institution: String,
    /// Its name.
    pub name: String,
    /// What sort of employer.
    pub kind: InstitutionKind,
    /// Where it is.
    pub nation: Nation,
    /// Region of its main site.
    pub region: Region,
    /// Group of universities.
    pub mission_group: MissionGroup,
    /// Size by published figures of academic staff.
    pub size_band: SizeBand,
    /// Signing phase.
    pub phase: SigningPhase,
    /// Whether it has an action plan.
    pub plan: PlanStanding,
    /// The academic year.
    pub year: String,
    /// The dataset.
    pub dataset: DatasetName,
    /// First day on which it may be submitted; null where not set.
    #[schema(required)]
    pub opens_on: Option<NaiveDate>,
    /// Last day on which it is in time; null where not set.
    #[schema(required)]
    pub closes_on: Option<NaiveDate>,
    /// What became of it.
    pub state: ObligationState,
    /// The first day on which it was missing; null while there is time, and once something stands.
    #[schema(required)]
    pub overdue_since: Option<NaiveDate>,
    /// Whether a draft is open.
    pub draft: bool,
    /// Number of the latest revision; null where nothing was submitted.
    #[schema(required)]
    pub revision: Option<i32>,
    /// When it was submitted.
    #[schema(required)]
    pub submitted_at: Option<Timestamp>,
    /// Whether it came after the last day.
    #[schema(required)]
    pub late: Option<bool>,
    /// Whether the institution expects to correct it.
    #[schema(required)]
    pub provisional: Option<bool>,
    /// Where its figures come from.
    #[schema(required)]
    pub provenance: Option<Provenance>,
}

impl From<rules::Obligation> for Obligation {
    fn from(of: rules::Obligation) -> Self {
        let latest = of.begun.and_then(|begun| begun.latest);
        let institution = &of.institution;
        Self {
            institution: institution.slug.to_string(),
            name: institution.name.clone(),
            kind: institution.kind.into(),
            nation: institution.nation.into(),
            region: institution.region.into(),
            mission_group: institution.mission_group.into(),
            size_band: institution.size_band.into(),
            phase: institution.phase.into(),
            plan: of.plan.into(),
            year: of.year.to_string(),
            dataset: of.dataset.into(),
            opens_on: of.window.opens_on,
            closes_on: of.window.closes_on,
            state: of.state.into(),
            overdue_since: of.overdue_since,
            draft: of.begun.is_some_and(|begun| begun.draft),
            revision: latest.map(|latest| latest.revision),
            submitted_at: latest.map(|latest| latest.submitted_at.into()),
            late: latest.map(|latest| latest.late),
            provisional: latest.map(|latest| latest.provisional),
            provenance: latest.map(|latest| latest.provenance.into()),
        }
    }
}

/// How many signatories are in a state.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct StateCount {
    /// The state.
    pub state: ObligationState,
    /// How many.
    pub institutions: u32,
}

/// How far a dataset of a year has come.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct ParticipationCount {
    /// The academic year.
    pub year: String,
    /// The dataset.
    pub dataset: DatasetName,
    /// First day on which it may be submitted; null where not set.
    #[schema(required)]
    pub opens_on: Option<NaiveDate>,
    /// Last day on which it is in time; null where not set.
    #[schema(required)]
    pub closes_on: Option<NaiveDate>,
    /// For how many signatories figures stand, or that there are none.
    pub standing: u32,
    /// How many signatories owe it.
    pub of: u32,
    /// How many are in each state.
    pub states: Vec<StateCount>,
}

impl From<rules::Count> for ParticipationCount {
    fn from(count: rules::Count) -> Self {
        let states = count.states.into_iter();
        Self {
            year: count.year.to_string(),
            dataset: count.dataset.into(),
            opens_on: count.window.opens_on,
            closes_on: count.window.closes_on,
            standing: count.standing,
            of: count.of,
            states: states
                .map(|(state, institutions)| StateCount {
                    state: state.into(),
                    institutions,
                })
                .collect(),
        }
    }
}

/// What is owed as a line of a table.
pub const COLUMNS: [&str; 21] = [
    "institution",
    "name",
    "kind",
    "nation",
    "region",
    "mission_group",
    "size_band",
    "phase",
    "plan",
    "year",
    "dataset",
    "opens_on",
    "closes_on",
    "state",
    "overdue_since",
    "draft",
    "revision",
    "submitted_at",
    "late",
    "provisional",
    "provenance",
];

impl Obligation {
    /// The cells of its line, in the order of [`COLUMNS`]: what JSON says, and nothing for null.
    pub fn cells(&self) -> Vec<String> {
        let object = serde_json::to_value(self).unwrap_or_default();
        let cell = |name: &&str| match object.get(*name) {
            None | Some(serde_json::Value::Null) => String::new(),
            Some(serde_json::Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        };
        COLUMNS.iter().map(cell).collect()
    }
}
