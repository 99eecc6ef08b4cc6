//! Checks of a return as a whole: what they look at is gathered here, what they find is decided in `domain/checks`.

use crate::domain::checks::{Check, Comparison, Context, Finding, Grade, comparisons, judge};
use crate::domain::datasets::{Dataset, Quantity};
use crate::fault::{Fault, Result, Violation};
use crate::store::{Around, Connection, Tenant};
use entity::return_versions::Model as Version;
use entity::technician_definitions::Model as Definition;
use entity::values::{AcademicYear, DatasetName, VersionKind, VersionState};

/// The longest explanation, in characters.
const LONGEST: usize = 2_000;

/// A version, looked at.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    /// How many rows it has.
    pub(super) rows: i64,
    /// Sums in stored units, in the order of the dataset's measures.
    pub(super) sums: Vec<Option<i64>>,
    /// What was found.
    pub(super) findings: Vec<Finding>,
    /// The definition of a technician that its figures follow.
    pub(super) definition: Option<Definition>,
}

/// What an institution says to a warning.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The check's code.
    pub code: String,
    /// What it was found in.
    pub subject: String,
    /// The explanation.
    pub text: String,
}

/// Looks at a version. A draft is judged as things stand now; a revision keeps what was found and said when it was
/// submitted.
pub(super) async fn of<C: Connection>(tenant: &Tenant<'_, C>, version: &Version) -> Result<Judged> {
    match version.state {
        VersionState::Draft => draft(tenant, version).await,
        VersionState::Submitted => revision(tenant, version).await,
    }
}

async fn revision<C: Connection>(tenant: &Tenant<'_, C>, version: &Version) -> Result<Judged> {
    let totals = tenant
        .revision_totals(Dataset::of(version.dataset), version.id)
        .await?;
    let definition = match version.definition {
        Some(number) => tenant.definition(number).await?,
        None => None,
    };
    Ok(Judged {
        rows: totals.rows,
        sums: totals.sums,
        findings: sealed(version)?,
        definition,
    })
}

/// What was found in a revision when it was submitted.
pub(super) fn sealed(version: &Version) -> Result<Vec<Finding>> {
    match &version.checks {
        None => Ok(Vec::new()),
        Some(kept) => serde_json::from_value(kept.clone()).map_err(|_| Fault::Internal),
    }
}

async fn draft<C: Connection>(tenant: &Tenant<'_, C>, version: &Version) -> Result<Judged> {
    let dataset = Dataset::of(version.dataset);
    let before = version.year.previous();
    let around = tenant
        .around(
            version.dataset,
            version.year,
            before.unwrap_or(version.year),
        )
        .await?;
    let last = before.and_then(|year| last_year(&around, version.dataset, year));
    let (now, then) = tenant
        .profiles(dataset, version.id, last.map(|last| last.version))
        .await?;
    let others = Others::of(tenant, &around, version, now.rows == 0).await?;
    let definition = tenant.definition_in(version.year).await?;
    let context = Context {
        dataset,
        year: version.year,
        last: last.map(|last| (last.year, then)),
        compared: others.compared,
        headcount: others.headcount,
        identifiers: current(&around, DatasetName::AuthorshipOutputs, version.year).is_some(),
        definition: definition.is_some(),
        now,
    };
    Ok(Judged {
        findings: judge(&context),
        rows: context.now.rows,
        sums: context.now.sums,
        definition,
    })
}

/// The revision that stands of the same dataset the year before.
fn last_year(around: &[Around], dataset: DatasetName, year: AcademicYear) -> Option<Around> {
    let of_then = |one: &&Around| {
        one.dataset == dataset && one.year == year && one.state == VersionState::Submitted
    };
    around
        .iter()
        .find(of_then)
        .copied()
        .filter(|one| one.kind != VersionKind::Withdrawal)
}

/// The draft or the standing revision of another dataset's return of the year.
fn current(around: &[Around], dataset: DatasetName, year: AcademicYear) -> Option<Around> {
    let of = |one: &&Around| one.dataset == dataset && one.year == year;
    let mut all = around.iter().filter(of);
    let draft = all
        .clone()
        .find(|one| one.state == VersionState::Draft)
        .copied();
    draft.or_else(|| {
        all.next()
            .copied()
            .filter(|one| one.kind != VersionKind::Withdrawal)
    })
}

/// What other returns of the year say.
struct Others {
    compared: Vec<(Comparison, Option<i64>, Option<i64>)>,
    headcount: bool,
}

const PERSONS: Quantity = Quantity::Total {
    dataset: DatasetName::Headcount,
    measure: "headcount",
};

impl Others {
    /// Asks for both sides of every comparison and for the headcount at once. A version without rows reports nothing: a
    /// true zero.
    async fn of<C: Connection>(
        tenant: &Tenant<'_, C>,
        around: &[Around],
        version: &Version,
        nothing: bool,
    ) -> Result<Self> {
        let dataset = Dataset::of(version.dataset);
        let current = |name| current(around, name, version.year);
        let (mut asked, mut sides) = (Vec::new(), Vec::new());
        for comparison in comparisons(dataset) {
            if let Some(other) = current(comparison.other.dataset()) {
                asked.push((comparison.own, version.id));
                asked.push((comparison.other, other.version));
                sides.push((comparison, other.kind));
            }
        }
        let headcount = match dataset.name {
            DatasetName::Headcount => None,
            _ => current(DatasetName::Headcount),
        };
        asked.extend(headcount.map(|headcount| (PERSONS, headcount.version)));
        let mut found = tenant.quantities(&asked).await?.into_iter();
        let mut compared = Vec::new();
        for (comparison, kind) in sides {
            let (own, other) = (found.next().flatten(), found.next().flatten());
            let own = if nothing { Some(0) } else { own };
            let other = match kind {
                VersionKind::Nil => Some(0),
                VersionKind::Figures | VersionKind::Withdrawal => other,
            };
            compared.push((comparison, own, other));
        }
        Ok(Self {
            compared,
            headcount: found.next().flatten().is_some(),
        })
    }
}

/// Lays explanations on the warnings they are for.
///
/// # Errors
/// [`Fault::InvalidBody`] with every warning that has none, every explanation that is for no warning, and every text that
/// is empty or too long.
pub(super) fn explain(findings: &mut [Finding], said: Vec<Explanation>) -> Result<()> {
    let mut faults = Vec::new();
    for (index, explanation) in said.into_iter().enumerate() {
        let pointer = format!("/explanations/{index}");
        let text = match super::bounded(&format!("{pointer}/text"), &explanation.text, LONGEST) {
            Ok(text) => Some(text),
            Err(fault) => {
                faults.extend(fault.violations().to_vec());
                None
            }
        };
        let meant = findings.iter_mut().find(|finding| {
            is_warning(finding)
                && finding.check.as_str() == explanation.code
                && finding.subject == explanation.subject
        });
        match meant {
            Some(finding) if finding.explanation.is_none() => {
                // A text that is at fault is told of above; the warning then counts as explained.
                finding.explanation = Some(text.unwrap_or_default());
            }
            Some(_) => faults.push(Violation::at(
                pointer,
                "repeated-explanation",
                "This warning is explained twice.",
            )),
            None => faults.push(Violation::at(
                pointer,
                "explains-nothing",
                "No warning has this code and subject.",
            )),
        }
    }
    let bare = findings
        .iter()
        .filter(|finding| is_warning(finding) && finding.explanation.is_none());
    faults.extend(bare.map(|finding| {
        let message = format!(
            "{} ({}) is to be explained: {}",
            finding.check.as_str(),
            finding.subject,
            finding.message
        );
        Violation::at("/explanations", "warning-not-explained", message)
    }));
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Fault::InvalidBody(faults))
    }
}

fn is_warning(finding: &Finding) -> bool {
    Check::grade(finding.check) == Grade::Warning
}
