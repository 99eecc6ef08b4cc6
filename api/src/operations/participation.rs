//! Who owes which return, what became of it, and whether there is an action plan: for the board, without any figure.
//!
//! A signatory owes every dataset of a year that the board set a day for, from its first day on.

use super::Service;
use super::years::{Window, collected};
use crate::access::ParticipationScope;
use crate::domain::participation::{Known, overdue_since, plan_standing, stands, state};
use crate::fault::Result;
use crate::formats;
use crate::store::{Begun, InstitutionFilter, Page, PageRequest, Planned};
use chrono::NaiveDate;
use entity::ids::InstitutionId;
use entity::institutions::Model;
use entity::values::{AcademicYear, DatasetName, ObligationState, PlanStanding, Slug, UnknownCode};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// What is asked for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of which signatories.
    pub institutions: InstitutionFilter,
    /// Of which year.
    pub year: Option<AcademicYear>,
    /// Of which dataset.
    pub dataset: Option<DatasetName>,
    /// What became of it.
    pub state: Option<ObligationState>,
}

/// Where an obligation stands in the list: by signatory, year and dataset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    slug: Slug,
    year: AcademicYear,
    dataset: DatasetName,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.slug, self.year, self.dataset)
    }
}

impl FromStr for Place {
    type Err = UnknownCode;

    fn from_str(text: &str) -> std::result::Result<Self, UnknownCode> {
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [slug, year, dataset] => Ok(Self {
                slug: slug.parse()?,
                year: year.parse()?,
                dataset: dataset.parse()?,
            }),
            _ => Err(UnknownCode::new("a place in the list", text)),
        }
    }
}

/// A return that a signatory owes.
#[derive(Clone, Debug)]
pub struct Obligation {
    /// The signatory.
    pub institution: Arc<Model>,
    /// The year.
    pub year: AcademicYear,
    /// The dataset.
    pub dataset: DatasetName,
    /// When it is collected.
    pub window: Window,
    /// What became of it.
    pub state: ObligationState,
    /// The first day on which it was missing.
    pub overdue_since: Option<NaiveDate>,
    /// What was begun, if anything was.
    pub begun: Option<Begun>,
    /// Whether the signatory has an action plan.
    pub plan: PlanStanding,
}

impl Obligation {
    /// Where it stands in the list.
    pub fn place(&self) -> Place {
        Place {
            slug: self.institution.slug.clone(),
            year: self.year,
            dataset: self.dataset,
        }
    }
}

/// How far a dataset of a year has come.
#[derive(Clone, Debug)]
pub struct Count {
    /// The year.
    pub year: AcademicYear,
    /// The dataset.
    pub dataset: DatasetName,
    /// When it is collected.
    pub window: Window,
    /// How many signatories owe it.
    pub of: u32,
    /// For how many something stands.
    pub standing: u32,
    /// How many are in each state; those in none of them stand with zero.
    pub states: BTreeMap<ObligationState, u32>,
}

/// A page of what is owed, by signatory, year and dataset.
pub async fn list(
    service: &Service,
    scope: &ParticipationScope,
    wanted: &Wanted,
    page: &PageRequest,
) -> Result<Page<Obligation>> {
    page.within(all(service, scope, wanted).await?, Obligation::place)
}

/// All of what is owed, as CSV.
pub async fn csv(
    service: &Service,
    scope: &ParticipationScope,
    wanted: &Wanted,
    header: &[&str],
    line: impl Fn(Obligation) -> Vec<String>,
) -> Result<Vec<u8>> {
    let all = all(service, scope, wanted).await?;
    formats::csv::write(header, all.into_iter().map(line))
}

/// How many signatories are in which state, by year and dataset.
pub async fn summary(
    service: &Service,
    scope: &ParticipationScope,
    wanted: &Wanted,
) -> Result<Vec<Count>> {
    let mut counts: BTreeMap<(AcademicYear, DatasetName), Count> = BTreeMap::new();
    for one in all(service, scope, wanted).await? {
        let count = counts
            .entry((one.year, one.dataset))
            .or_insert_with(|| Count {
                year: one.year,
                dataset: one.dataset,
                window: one.window,
                of: 0,
                standing: 0,
                states: ObligationState::ALL
                    .iter()
                    .map(|state| (*state, 0))
                    .collect(),
            });
        count.of += 1;
        count.standing += u32::from(stands(one.state));
        *count.states.entry(one.state).or_default() += 1;
    }
    Ok(counts.into_values().collect())
}

/// Everything that is owed, in the order of the list.
async fn all(
    service: &Service,
    scope: &ParticipationScope,
    wanted: &Wanted,
) -> Result<Vec<Obligation>> {
    let today = service.now().date_naive();
    let owed: Vec<(AcademicYear, DatasetName, Window)> = collected(service)
        .await?
        .into_iter()
        .filter(|((year, dataset), window)| {
            wanted.year.is_none_or(|wanted| wanted == *year)
                && wanted.dataset.is_none_or(|wanted| wanted == *dataset)
                && window.opens_on.is_none_or(|day| day <= today)
        })
        .map(|((year, dataset), window)| (year, dataset, window))
        .collect();
    let years = || owed.iter().map(|(year, ..)| *year);
    let (Some(from), Some(to)) = (years().min(), years().max()) else {
        return Ok(Vec::new());
    };
    let store = service.store.participation(scope);
    let begun: HashMap<_, Begun> = store
        .begun(from, to)
        .await?
        .into_iter()
        .map(|one| ((one.institution, one.year, one.dataset), one))
        .collect();
    let plans = plans(store.plans().await?, today);
    let mut found = Vec::new();
    for institution in store.signatories(&wanted.institutions).await? {
        let institution = Arc::new(institution);
        let plan = plans.get(&institution.id).copied();
        for (year, dataset, window) in &owed {
            let begun = begun.get(&(institution.id, *year, *dataset)).copied();
            let state = state(known(begun), window.closes_on, today);
            if wanted.state.is_none_or(|wanted| wanted == state) {
                found.push(Obligation {
                    institution: Arc::clone(&institution),
                    year: *year,
                    dataset: *dataset,
                    window: *window,
                    state,
                    overdue_since: overdue_since(state, window.closes_on, today),
                    begun,
                    plan: plan.unwrap_or(PlanStanding::None),
                });
            }
        }
    }
    Ok(found)
}

fn known(begun: Option<Begun>) -> Known {
    begun.map_or_else(Known::default, |begun| Known {
        draft: begun.draft,
        latest: begun.latest.map(|latest| latest.kind),
        verdict: begun.latest.and_then(|latest| latest.verdict),
    })
}

/// How each institution's plans stand.
fn plans(planned: Vec<Planned>, today: NaiveDate) -> HashMap<InstitutionId, PlanStanding> {
    let mut by_institution: HashMap<InstitutionId, Vec<_>> = HashMap::new();
    for plan in planned {
        let of = by_institution.entry(plan.institution).or_default();
        of.push((plan.starts_on, plan.months));
    }
    by_institution
        .into_iter()
        .map(|(institution, plans)| (institution, plan_standing(plans, today)))
        .collect()
}
