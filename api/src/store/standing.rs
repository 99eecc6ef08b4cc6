//! The revisions that stand, now or at a moment: of one institution, or of all for the board.

use super::{Page, PageRequest, Submissions, Tenant, fault};
use crate::fault::{Fault, Result};
use chrono::{DateTime, Utc};
use entity::ids::{InstitutionId, VersionId};
use entity::return_versions::Model as Version;
use entity::values::{AcademicYear, DatasetName, ReturnState, Verdict, VersionKind};
use sea_orm::{ConnectionTrait, DbBackend, FromQueryResult as _, QueryResult, Statement, Value};

/// A revision that stands, and what is known of its return.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The institution's slug.
    pub slug: String,
    /// The open draft, if a correction was begun.
    pub draft: Option<VersionId>,
    /// Counts changes of the return.
    pub version: i64,
    /// When the return last changed.
    pub updated_at: DateTime<Utc>,
    /// The revision.
    pub revision: Version,
}

impl Standing {
    /// What the list of all institutions sorts by.
    pub fn key(&self) -> Vec<String> {
        vec![
            self.slug.clone(),
            self.revision.dataset.to_string(),
            self.revision.year.to_string(),
        ]
    }
}

/// What a list of standing revisions may be narrowed to.
#[derive(Clone, Debug, Default)]
pub struct StandingFilter {
    /// Dataset.
    pub dataset: Option<DatasetName>,
    /// Academic year.
    pub year: Option<AcademicYear>,
    /// State of the revision.
    pub state: Option<ReturnState>,
    /// Whether it came after the window had closed.
    pub late: Option<bool>,
    /// Institution.
    pub institution: Option<InstitutionId>,
    /// The moment at which it stood; now where none is said.
    pub as_of: Option<DateTime<Utc>>,
}

/// A condition in the making: its text and its values, whose places follow those before.
struct Conditions {
    text: String,
    values: Vec<Value>,
}

impl Conditions {
    fn place(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    fn and(&mut self, text: &str) {
        self.text.push_str(" AND ");
        self.text.push_str(text);
    }

    /// `column operator value`; column and operator are ours.
    fn compare(&mut self, column: &'static str, operator: &'static str, value: Value) {
        let place = self.place(value);
        self.and(&format!("{column} {operator} {place}"));
    }

    fn of(filter: &StandingFilter, key: &[&str], request: &PageRequest) -> Result<Self> {
        let mut all = Self {
            text: "v.\"state\" = 'submitted'".to_owned(),
            values: Vec::new(),
        };
        match filter.as_of {
            None => all.and("v.\"revision\" = r.\"revision\""),
            Some(moment) => {
                let place = all.place(moment.into());
                all.and(&format!(
                    "v.\"submitted_at\" <= {place} AND NOT EXISTS (SELECT 1 FROM \"return_versions\" AS w \
                     WHERE w.\"return_id\" = v.\"return_id\" AND w.\"revision\" > v.\"revision\" AND w.\"submitted_at\" <= {place})"
                ));
            }
        }
        if let Some(institution) = filter.institution {
            all.compare("v.\"institution_id\"", "=", institution.into());
        }
        if let Some(dataset) = filter.dataset {
            all.compare("v.\"dataset\"", "=", dataset.as_str().into());
        }
        if let Some(year) = filter.year {
            all.compare("v.\"year\"", "=", year.to_string().into());
        }
        if let Some(late) = filter.late {
            all.compare("v.\"late\"", "=", late.into());
        }
        if let Some(state) = filter.state {
            all.in_state(state, filter.as_of);
        }
        if let Some(after) = request.after() {
            if after.len() != key.len() {
                let message = "This cursor was not given out here.";
                return Err(Fault::parameter("cursor", "unknown-cursor", message));
            }
            let after: Vec<String> = after
                .iter()
                .map(|part| all.place(part.as_str().into()))
                .collect();
            all.and(&format!("({}) > ({})", key.join(", "), after.join(", ")));
        }
        Ok(all)
    }

    /// Whether a verdict was given by the moment.
    fn judged(&mut self, as_of: Option<DateTime<Utc>>) -> String {
        match as_of {
            None => "v.\"verdict\" IS NOT NULL".to_owned(),
            Some(moment) => {
                let place = self.place(moment.into());
                format!("v.\"verdict\" IS NOT NULL AND v.\"verdict_at\" <= {place}")
            }
        }
    }

    /// The state of a revision follows from its kind and from the verdict, as far as it was given by the moment.
    fn in_state(&mut self, state: ReturnState, as_of: Option<DateTime<Utc>>) {
        let withdrawal = VersionKind::Withdrawal.as_str();
        let verdict = match state {
            ReturnState::Accepted => Some(Verdict::Accepted),
            ReturnState::Returned => Some(Verdict::Returned),
            ReturnState::Submitted => None,
            ReturnState::Withdrawn => return self.and(&format!("v.\"kind\" = '{withdrawal}'")),
            // A revision is neither.
            ReturnState::NotStarted | ReturnState::Draft => return self.and("1 = 0"),
        };
        let judged = self.judged(as_of);
        let judged = match verdict {
            None => format!("NOT ({judged})"),
            Some(verdict) => format!("{judged} AND v.\"verdict\" = '{verdict}'"),
        };
        self.and(&format!("v.\"kind\" <> '{withdrawal}' AND {judged}"));
    }
}

/// What a list of all institutions sorts by; one institution's leaves out the first.
const KEY: [&str; 3] = ["i.\"slug\"", "v.\"dataset\"", "v.\"year\""];

/// The standing revisions of a page, and one more if there is one, in the order of `key`.
async fn list<C: ConnectionTrait>(
    conn: &C,
    backend: DbBackend,
    filter: &StandingFilter,
    key: &[&str],
    request: &PageRequest,
) -> Result<Vec<Standing>> {
    let mut conditions = Conditions::of(filter, key, request)?;
    let limit = conditions.place(i64::try_from(request.fetch()).unwrap_or(i64::MAX).into());
    let sql = format!(
        "SELECT v.*, i.\"slug\" AS \"slug\", r.\"draft_id\" AS \"return_draft\", r.\"version\" AS \"return_version\", \
         r.\"updated_at\" AS \"return_updated_at\" FROM \"return_versions\" AS v \
         JOIN \"returns\" AS r ON r.\"id\" = v.\"return_id\" JOIN \"institutions\" AS i ON i.\"id\" = v.\"institution_id\" \
         WHERE {} ORDER BY {} LIMIT {limit}",
        conditions.text,
        key.join(", "),
    );
    let statement = Statement::from_sql_and_values(backend, sql, conditions.values);
    let rows = conn.query_all_raw(statement).await.map_err(fault)?;
    rows.iter().map(standing).collect()
}

fn standing(row: &QueryResult) -> Result<Standing> {
    Ok(Standing {
        slug: row.try_get("", "slug").map_err(fault)?,
        draft: row.try_get("", "return_draft").map_err(fault)?,
        version: row.try_get("", "return_version").map_err(fault)?,
        updated_at: row.try_get("", "return_updated_at").map_err(fault)?,
        revision: Version::from_query_result(row, "").map_err(fault)?,
    })
}

impl<C: ConnectionTrait> Tenant<'_, C> {
    /// A page of the institution's standing revisions, whatever institution the filter names.
    pub async fn standing(
        &self,
        filter: StandingFilter,
        request: &PageRequest,
    ) -> Result<Page<Standing>> {
        let filter = StandingFilter {
            institution: Some(self.institution),
            ..filter
        };
        let rows = list(
            self.conn,
            self.engine.backend(),
            &filter,
            &KEY[1..],
            request,
        )
        .await?;
        Ok(request.page(rows, |row| {
            vec![
                row.revision.dataset.to_string(),
                row.revision.year.to_string(),
            ]
        }))
    }
}

impl Submissions<'_> {
    /// A page of the standing revisions of all institutions.
    pub async fn list(
        &self,
        filter: &StandingFilter,
        request: &PageRequest,
    ) -> Result<Page<Standing>> {
        let rows = list(self.conn, self.engine.backend(), filter, &KEY, request).await?;
        Ok(request.page(rows, Standing::key))
    }
}
