//! What an institution means by a technician. Wordings are only ever added; a revision keeps the one it was counted by.

use super::{Service, bounded};
use crate::access::{ReturnsRead, ReturnsSubmit, TenantScope};
use crate::fault::{Fault, Result};
use crate::store::{Page, PageRequest};
use entity::ids::DefinitionId;
use entity::technician_definitions::Model;
use entity::values::AcademicYear;

/// A page of the wordings, oldest first.
pub async fn list(
    service: &Service,
    scope: &TenantScope<ReturnsRead>,
    page: &PageRequest,
) -> Result<Page<Model>> {
    service.store.tenant(scope).definitions(page).await
}

/// Adds a wording, from whose first year on figures follow it.
pub async fn add(
    service: &Service,
    scope: &TenantScope<ReturnsSubmit>,
    text: &str,
    from_year: &str,
) -> Result<Model> {
    let text = bounded("/text", text, 4_000)?;
    let from_year: AcademicYear = from_year
        .parse()
        .map_err(|fault| Fault::body("/from_year", "unknown-code", format!("{fault}.")))?;
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let tenant = tx.tenant();
    let added = Model {
        id: DefinitionId(service.id(now)),
        institution_id: scope.institution(),
        number: tenant.last_definition().await? + 1,
        text,
        from_year,
        created_at: now,
        created_by: scope.actor().subject.clone(),
    };
    tenant.insert_definition(&added).await?;
    let subject = format!("technician-definitions/{}", added.number);
    let after = serde_json::json!({"number": added.number, "from_year": from_year.to_string()});
    let line = service.change(now, "technician-definition.add", subject);
    tx.audit(line.with(None, after)).await?;
    tx.commit().await?;
    Ok(added)
}
