//! What checks look at, in few statements: the versions around a return, their figures by org unit, and totals of others.

use super::{Tenant, fault};
use crate::domain::checks::{NOT_KNOWN, Profile, UnitProfile};
use crate::domain::datasets::{Dataset, Quantity};
use crate::fault::{Fault, Result};
use entity::ids::VersionId;
use entity::values::{AcademicYear, DatasetName, VersionKind, VersionState};
use sea_orm::{ConnectionTrait, Value};
use std::collections::HashMap;

/// A version that stands beside a return: of the same year, or of the same dataset a year before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Around {
    /// The version.
    pub version: VersionId,
    /// Of which dataset.
    pub dataset: DatasetName,
    /// Of which year.
    pub year: AcademicYear,
    /// Whether it is a draft.
    pub state: VersionState,
    /// What it says.
    pub kind: VersionKind,
}

/// Versions that are open drafts or the latest revisions of their returns. Parameters: tenant, year, year before, dataset.
const AROUND: &str = "SELECT v.\"id\", v.\"dataset\", v.\"year\", v.\"state\", v.\"kind\" FROM \"return_versions\" AS v \
     JOIN \"returns\" AS r ON r.\"id\" = v.\"return_id\" \
     WHERE v.\"institution_id\" = $1 AND r.\"institution_id\" = $1 \
     AND (v.\"year\" = $2 OR (v.\"year\" = $3 AND v.\"dataset\" = $4)) \
     AND (v.\"id\" = r.\"draft_id\" OR v.\"revision\" = r.\"revision\")";

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// The open drafts and latest revisions of the year's returns, and of the same dataset the year before.
    pub async fn around(
        &self,
        dataset: DatasetName,
        year: AcademicYear,
        before: AcademicYear,
    ) -> Result<Vec<Around>> {
        let values: Vec<Value> = vec![
            self.institution.into(),
            year.to_string().into(),
            before.to_string().into(),
            dataset.as_str().into(),
        ];
        let rows = self
            .conn
            .query_all_raw(self.statement(AROUND.to_owned(), values))
            .await
            .map_err(fault)?;
        rows.iter()
            .map(|row| {
                Ok(Around {
                    version: row.try_get("", "id").map_err(fault)?,
                    dataset: row.try_get("", "dataset").map_err(fault)?,
                    year: row.try_get("", "year").map_err(fault)?,
                    state: row.try_get("", "state").map_err(fault)?,
                    kind: row.try_get("", "kind").map_err(fault)?,
                })
            })
            .collect()
    }

    /// The figures of a version and of another one, in one statement; a version without rows has an empty profile.
    pub async fn profiles(
        &self,
        dataset: &'static Dataset,
        version: VersionId,
        other: Option<VersionId>,
    ) -> Result<(Profile, Profile)> {
        let values: Vec<Value> = vec![
            self.institution.into(),
            version.into(),
            other.unwrap_or(version).into(),
        ];
        let rows = self
            .conn
            .query_all_raw(self.statement(profiles(dataset), values))
            .await
            .map_err(fault)?;
        let mut found: HashMap<VersionId, Profile> = HashMap::new();
        for row in &rows {
            let of: VersionId = row.try_get("", "version_id").map_err(fault)?;
            let profile = found.entry(of).or_insert_with(|| Profile {
                sums: vec![None; dataset.measures.len()],
                unknown: vec![0; dataset.dimensions.len()],
                ..Profile::default()
            });
            profile.rows += row.try_get::<i64>("", "rows").map_err(fault)?;
            let figures = super::rows::figures(dataset, row)?;
            let main = figures.first().copied().flatten();
            for (sum, figure) in profile.sums.iter_mut().zip(figures) {
                *sum = sum.map_or(figure, |sum| Some(sum + figure.unwrap_or(0)));
            }
            for (place, unknown) in profile.unknown.iter_mut().enumerate() {
                let name = format!("unknown_{place}");
                *unknown += row
                    .try_get::<Option<i64>>("", &name)
                    .map_err(fault)?
                    .unwrap_or(0);
            }
            profile.units.push(UnitProfile {
                code: row.try_get("", "unit_code").map_err(fault)?,
                name: row.try_get("", "unit_name").map_err(fault)?,
                closed_on: row.try_get("", "unit_closed_on").map_err(fault)?,
                main,
            });
        }
        let now = found.remove(&version).unwrap_or_else(|| empty(dataset));
        let then = other.and_then(|other| found.remove(&other));
        Ok((now, then.unwrap_or_else(|| empty(dataset))))
    }

    /// Quantities of versions, in one statement; `None` where no row states the figure.
    pub async fn quantities(&self, asked: &[(Quantity, VersionId)]) -> Result<Vec<Option<i64>>> {
        if asked.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = vec![self.institution.into()];
        values.extend(asked.iter().map(|(_, version)| Value::from(*version)));
        let terms: Vec<String> = asked
            .iter()
            .enumerate()
            .map(|(place, (quantity, _))| {
                format!("({}) AS \"q{place}\"", term(*quantity, place + 2))
            })
            .collect();
        let sql = format!("SELECT {}", terms.join(", "));
        let row = self
            .conn
            .query_one_raw(self.statement(sql, values))
            .await
            .map_err(fault)?
            .ok_or(Fault::Internal)?;
        (0..asked.len())
            .map(|place| row.try_get("", &format!("q{place}")).map_err(fault))
            .collect()
    }
}

fn empty(dataset: &Dataset) -> Profile {
    Profile {
        sums: vec![None; dataset.measures.len()],
        unknown: vec![0; dataset.dimensions.len()],
        ..Profile::default()
    }
}

/// Sums by version and org unit, each with how much of the first measure has a property that is not known. Parameters:
/// tenant, version, other version.
fn profiles(dataset: &Dataset) -> String {
    let main = dataset.measures.first().map_or("", |measure| measure.name);
    let unknown: String = dataset
        .dimensions
        .iter()
        .enumerate()
        .map(|(place, dimension)| {
            format!(
                ", CAST(SUM(CASE WHEN r.\"{}\" = '{NOT_KNOWN}' THEN r.\"{main}\" ELSE 0 END) AS BIGINT) AS \"unknown_{place}\"",
                dimension.name
            )
        })
        .collect();
    format!(
        "SELECT g.*, u.\"code\" AS \"unit_code\", u.\"name\" AS \"unit_name\", u.\"closed_on\" AS \"unit_closed_on\" FROM ( \
             SELECT r.\"version_id\", r.\"org_unit_id\", COUNT(*) AS \"rows\"{}{unknown} FROM \"{}\" AS r \
             WHERE r.\"institution_id\" = $1 AND r.\"version_id\" IN ($2, $3) \
             GROUP BY r.\"version_id\", r.\"org_unit_id\") AS g \
         JOIN \"org_units\" AS u ON u.\"id\" = g.\"org_unit_id\" ORDER BY u.\"code\"",
        super::row_sql::sums(dataset),
        dataset.table,
    )
}

/// One quantity of the version in parameter `place`, of the tenant in parameter 1.
fn term(quantity: Quantity, place: usize) -> String {
    let of = |dataset: DatasetName| {
        format!(
            "FROM \"{}\" AS r WHERE r.\"institution_id\" = $1 AND r.\"version_id\" = ${place}",
            Dataset::of(dataset).table
        )
    };
    match quantity {
        Quantity::Total { dataset, measure } => {
            format!(
                "SELECT CAST(SUM(r.\"{measure}\") AS BIGINT) {}",
                of(dataset)
            )
        }
        Quantity::Different {
            dataset,
            dimension,
            among: (which, code),
        } => format!(
            "SELECT COUNT(DISTINCT r.\"{dimension}\") {} AND r.\"{which}\" = '{code}'",
            of(dataset)
        ),
    }
}
