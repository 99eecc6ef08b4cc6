//! Everything an institution holds, as one archive.
//!
//! It is read piece by piece and waits on disk, so that its size does not matter; nothing is left out, and every file is
//! in the manifest with its digest.

mod packing;

use super::Service;
use super::returns::ReturnKey;
use super::rows::files::Chunks;
use super::rows::read::texts;
use crate::access::{InstitutionExport, RegistryScope, TenantScope};
use crate::domain::datasets::Dataset;
use crate::fault::{Fault, Noun, Result};
use crate::formats;
use crate::store::{Page, PageRequest, ReturnFilter, RowFilter};
use chrono::{DateTime, Utc};
use entity::ids::VersionId;
use entity::{
    action_plans, actions, audit, institutions, progress, return_versions, returns,
    technician_definitions,
};
use packing::Packing;
use serde_json::{Value, json};

const README: &str = include_str!("readme.txt");

/// How rows are shown: as they are elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct Shapes {
    /// The institution's public entry.
    pub institution: fn(institutions::Model) -> Value,
    /// A version of a return.
    pub version: fn(return_versions::Model) -> Value,
    /// An action plan of the institution of a slug.
    pub plan: fn(&str, action_plans::Model) -> Value,
    /// An action of a plan.
    pub action: fn(&action_plans::Model, actions::Model) -> Value,
    /// A judgement.
    pub progress: fn(progress::Model) -> Value,
    /// What the institution means by a technician.
    pub definition: fn(technician_definitions::Model) -> Value,
    /// A line of the audit trail.
    pub audit: fn(audit::Model) -> Value,
}

/// An archive on its way out.
pub struct Made {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// The file.
    pub file: Chunks,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "archive of {}", self.at)
    }
}

/// Where the archive is read from.
struct Reading<'s> {
    service: &'s Service,
    scope: &'s TenantScope<InstitutionExport>,
    slug: &'s str,
    shapes: Shapes,
}

/// Makes the archive. That it was made is in the audit trail before anything is given out.
pub async fn archive(
    service: &Service,
    scope: &TenantScope<InstitutionExport>,
    slug: &str,
    shapes: Shapes,
) -> Result<Made> {
    let at = service.now();
    let tx = service.store.begin(scope).await?;
    let line = service.change(at, "institution.export", "export".to_owned());
    tx.audit(line).await?;
    tx.commit().await?;
    let reading = Reading {
        service,
        scope,
        slug,
        shapes,
    };
    let mut packing = Packing::begin().await?;
    packing = packing.text("README.txt", README).await?;
    // Each part on the heap: together they are more than a thread's stack should hold.
    packing = Box::pin(reading.registry(packing)).await?;
    packing = Box::pin(reading.returns(packing)).await?;
    packing = Box::pin(reading.plans(packing)).await?;
    packing = Box::pin(reading.audit(packing)).await?;
    let manifest = json!({
        "institution": slug, "generated_at": at, "generated_by": scope.actor().subject,
        "files": packing.listed(),
    });
    let file = packing
        .json("manifest.json", &manifest)
        .await?
        .end()
        .await?;
    Ok(Made { at, file })
}

/// Every item of a list that is read by pages.
async fn every<T>(mut page: impl AsyncFnMut(PageRequest) -> Result<Page<T>>) -> Result<Vec<T>> {
    let (mut all, mut cursor) = (Vec::new(), None);
    loop {
        let read = page(PageRequest::through(cursor.as_deref())?).await?;
        all.extend(read.items);
        cursor = read.next;
        if cursor.is_none() {
            return Ok(all);
        }
    }
}

impl Reading<'_> {
    /// The public entry, org units and settings.
    async fn registry(&self, packing: Packing) -> Result<Packing> {
        let tenant = self.service.store.tenant(self.scope);
        let registry = RegistryScope::public();
        let found = self.service.store.registry(&registry);
        let found = found
            .institutions_by_id(&[self.scope.institution()])
            .await?;
        let institution = found
            .into_iter()
            .next()
            .ok_or(Fault::NotFound(Noun::Institution))?;
        let institution = (self.shapes.institution)(institution);
        let packing = packing.json("institution.json", &institution).await?;
        let units = tenant.org_units().await?;
        let names: Vec<(_, String)> = units
            .iter()
            .map(|unit| (unit.id, unit.code.to_string()))
            .collect();
        let code = |id| names.iter().find(|(known, _)| *known == id);
        let header = ["code", "parent", "kind", "name", "discipline", "closed_on"];
        let count = units.len() as u64;
        let lines = units.iter().map(|unit| {
            let parent = unit.parent_id.and_then(code).map(|(_, code)| code.clone());
            vec![
                unit.code.to_string(),
                parent.unwrap_or_default(),
                unit.kind.to_string(),
                unit.name.clone(),
                unit.discipline
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                unit.closed_on
                    .map(|day| day.to_string())
                    .unwrap_or_default(),
            ]
        });
        let table = formats::csv::write(&header, lines)?;
        let packing = packing.table("org-units.csv", table, count).await?;
        let wordings = every(async |page| tenant.definitions(&page).await).await?;
        let wordings: Vec<Value> = wordings.into_iter().map(self.shapes.definition).collect();
        let packing = packing
            .json("technician-definitions.json", &Value::from(wordings))
            .await?;
        let mappings = every(async |page| tenant.column_mappings(&page).await).await?;
        let mappings: Vec<Value> = mappings
            .into_iter()
            .map(|row| json!({"dataset": row.dataset, "mapping": row.mapping, "version": row.version, "updated_at": row.updated_at}))
            .collect();
        packing
            .json("column-mappings.json", &Value::from(mappings))
            .await
    }

    /// Every return: its versions, and the rows of each.
    async fn returns(&self, mut packing: Packing) -> Result<Packing> {
        let tenant = self.service.store.tenant(self.scope);
        let filter = ReturnFilter::default();
        for of in every(async |page| tenant.returns(&filter, &page).await).await? {
            let key = ReturnKey {
                dataset: of.dataset,
                year: of.year,
            };
            let folder = key.subject();
            let mut versions = Vec::new();
            for version in every(async |page| tenant.revisions(of.id, None, &page).await).await? {
                let number = version.revision.unwrap_or_default();
                let name = format!("{folder}/revision-{number}.csv");
                packing = self
                    .rows(packing, &name, key.definition(), version.id)
                    .await?;
                versions.push(json!({"file": name, "version": (self.shapes.version)(version)}));
            }
            packing = self.draft(packing, &of, key, &mut versions).await?;
            let name = format!("{folder}/versions.json");
            packing = packing.json(&name, &Value::from(versions)).await?;
        }
        Ok(packing)
    }

    async fn draft(
        &self,
        packing: Packing,
        of: &returns::Model,
        key: ReturnKey,
        versions: &mut Vec<Value>,
    ) -> Result<Packing> {
        let Some(draft) = of.draft_id else {
            return Ok(packing);
        };
        let version = self.service.store.tenant(self.scope).version(draft).await?;
        let name = format!("{}/draft.csv", key.subject());
        versions.push(json!({"file": name, "version": (self.shapes.version)(version)}));
        self.rows(packing, &name, key.definition(), draft).await
    }

    async fn rows(
        &self,
        packing: Packing,
        name: &str,
        dataset: &'static Dataset,
        version: VersionId,
    ) -> Result<Packing> {
        let tenant = self.service.store.tenant(self.scope);
        let columns: Vec<&str> = dataset.columns().collect();
        let header = formats::csv::write(&columns, std::iter::empty())?;
        let mut packing = packing.open(name).await?.piece(header, 0).await?;
        let (filter, mut cursor) = (RowFilter::default(), None);
        loop {
            let request = PageRequest::through(cursor.as_deref())?;
            let page = tenant.rows(dataset, version, &filter, &request).await?;
            let count = page.items.len() as u64;
            let lines = page.items.into_iter().map(|row| texts(dataset, row));
            packing = packing.piece(formats::csv::lines(lines)?, count).await?;
            cursor = page.next;
            if cursor.is_none() {
                return Ok(packing.close());
            }
        }
    }

    /// Every action plan with its actions and their whole history.
    async fn plans(&self, mut packing: Packing) -> Result<Packing> {
        let tenant = self.service.store.tenant(self.scope);
        for plan in every(async |page| tenant.plans(&page).await).await? {
            let mut shown = Vec::new();
            let actions =
                every(async |page| tenant.actions(plan.id, None, None, &page).await).await?;
            for action in actions {
                let history = every(async |page| tenant.progress(action.id, &page).await).await?;
                let history: Vec<Value> = history.into_iter().map(self.shapes.progress).collect();
                let action = (self.shapes.action)(&plan, action);
                shown.push(json!({"action": action, "progress": history}));
            }
            let name = format!("action-plans/{}.json", plan.id);
            let plan = (self.shapes.plan)(self.slug, plan);
            packing = packing
                .json(&name, &json!({"plan": plan, "actions": shown}))
                .await?;
        }
        Ok(packing)
    }

    /// The whole audit trail, one line of JSON for each of its lines.
    async fn audit(&self, packing: Packing) -> Result<Packing> {
        let tenant = self.service.store.tenant(self.scope);
        let mut packing = packing.open("audit.ndjson").await?;
        let mut cursor = None;
        loop {
            let request = PageRequest::through(cursor.as_deref())?;
            let page = tenant.audit_page(&request).await?;
            let count = page.items.len() as u64;
            let mut lines = Vec::new();
            for line in page.items {
                let line = (self.shapes.audit)(line);
                serde_json::to_writer(&mut lines, &line).map_err(|_| Fault::Internal)?;
                lines.push(b'\n');
            }
            packing = packing.piece(lines, count).await?;
            cursor = page.next;
            if cursor.is_none() {
                return Ok(packing.close());
            }
        }
    }
}
