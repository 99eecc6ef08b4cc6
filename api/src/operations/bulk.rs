//! Many returns of one institution in one transaction: what a demonstration is filled with.
//!
//! Each passes the rules a client's would: its rows are checked, it is looked at as a whole, every warning is explained.
//! Only a return that was never begun can be given this way.

use super::Service;
use super::checks::{self, Explanation, Judged};
use super::returns::ReturnKey;
use super::rows::Sent;
use super::rows::write::{new_draft, units};
use super::submissions::{Statement, late, named, sealed, stated, told};
use super::years::{Window, collected};
use crate::access::{ReturnsSubmit, TenantScope};
use crate::domain::checks::Grade;
use crate::domain::column_mappings::Translation;
use crate::domain::rows::{Against, KnownUnit};
use crate::fault::{Fault, Result};
use crate::store::TenantTx;
use chrono::{DateTime, Utc};
use entity::ids::{ReturnId, VersionId};
use entity::return_versions::Model as Version;
use entity::values::{AcademicYear, DatasetName, ReturnState};
use serde_json::json;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A return to be entered.
#[derive(Clone, Debug)]
pub struct Given {
    /// Which one.
    pub key: ReturnKey,
    /// Its rows; none where there is nothing to report.
    pub rows: Option<Sent>,
    /// What is said of it.
    pub statement: Statement,
    /// Whether it is submitted, or stays a draft.
    pub submitted: bool,
    /// What is said to every warning.
    pub said: &'static str,
}

/// Enters returns, all of them or none.
///
/// # Errors
/// Those of a client's submission; [`Fault::WrongState`] where one was begun already.
pub async fn enter(
    service: &Service,
    scope: &TenantScope<ReturnsSubmit>,
    given: Vec<Given>,
) -> Result<()> {
    let lists = service.codes_current().await?;
    let known = Arc::new(units(service, scope).await?);
    let windows = collected(service).await?;
    let tx = service.store.begin(scope).await?;
    let entering = Entering {
        service,
        scope,
        tx: &tx,
        windows: &windows,
        now: service.now(),
    };
    for one in given {
        let against = against(one.key, &lists, &known);
        entering.one(one, against).await?;
    }
    tx.commit().await
}

fn against(
    key: ReturnKey,
    lists: &Arc<crate::domain::code_lists::CodeLists>,
    units: &Arc<HashMap<String, KnownUnit>>,
) -> Against {
    Against {
        translation: Arc::new(Translation::none(key.definition())),
        year: key.year,
        lists: Arc::clone(lists),
        units: Arc::clone(units),
    }
}

/// The transaction, and what every return is entered with.
struct Entering<'e> {
    service: &'e Service,
    scope: &'e TenantScope<ReturnsSubmit>,
    tx: &'e TenantTx,
    windows: &'e BTreeMap<(AcademicYear, DatasetName), Window>,
    now: DateTime<Utc>,
}

impl Entering<'_> {
    async fn one(&self, given: Given, against: Against) -> Result<()> {
        let (key, tenant) = (given.key, self.tx.tenant());
        let id = ReturnId(self.service.id(self.now));
        let mut of = tenant
            .lock_return(key.dataset, key.year, id, self.now)
            .await?;
        if of.version > 0 {
            return Err(Fault::WrongState {
                is: named(of.state),
                needs: "not started",
            });
        }
        let draft = new_draft(VersionId(self.service.id(self.now)), &of, self.now, None);
        if let Some(sent) = given.rows {
            let sound = sent.checked(against).await?;
            sound.write(self.tx, key.definition(), draft.id).await?;
        }
        of.version = 1;
        let (version, action, after) = if given.submitted {
            of.revision = 1;
            of.state = ReturnState::Submitted;
            let stated = self.stated(key, draft, given.statement, given.said).await?;
            let actor = self.scope.actor();
            let version = sealed(&tenant, &of, stated, self.now, actor).await?;
            let after = told(&version);
            (version, "return.submit", after)
        } else {
            of.draft_id = Some(draft.id);
            of.state = ReturnState::Draft;
            let version = Version {
                provenance: given.statement.provenance.unwrap_or(draft.provenance),
                remark: given.statement.remark,
                ..draft
            };
            let after = json!({"version": of.version});
            (version, "return.replace-rows", after)
        };
        tenant.insert_version(&version).await?;
        tenant.update_return(&of).await?;
        let line = self.service.change(self.now, action, key.subject());
        self.tx.audit(line.with(None, after)).await
    }

    async fn stated(
        &self,
        key: ReturnKey,
        draft: Version,
        statement: Statement,
        said: &str,
    ) -> Result<Version> {
        let window = self.windows.get(&(key.year, key.dataset)).copied();
        let late = late(window.unwrap_or_default(), self.now.date_naive())?;
        let judged = checks::of(&self.tx.tenant(), &draft).await?;
        let statement = Statement {
            explanations: explained(&judged, said),
            ..statement.checked()?
        };
        stated(draft, judged, statement, late)
    }
}

/// The same said to every warning.
fn explained(judged: &Judged, said: &str) -> Vec<Explanation> {
    let warnings = judged
        .findings
        .iter()
        .filter(|finding| finding.check.grade() == Grade::Warning);
    warnings
        .map(|finding| Explanation {
            code: finding.check.as_str().to_owned(),
            subject: finding.subject.clone(),
            text: said.to_owned(),
        })
        .collect()
}
