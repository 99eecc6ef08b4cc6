//! Org units: added, renamed, moved, closed; never deleted, so history keeps its names.

use super::{IfMatch, Service, bounded};
use crate::access::{InstitutionRead, OrgUnitsWrite, TenantScope};
use crate::fault::{Fault, Result};
use crate::store::{Connection, Page, PageRequest, Tenant, TenantTx};
use chrono::NaiveDate;
use entity::ids::{InstitutionId, OrgUnitId};
use entity::org_units::Model;
use entity::values::{Code, OrgUnitKind};

/// Deepest nesting of units.
const MAX_DEPTH: usize = 10;

/// A unit as it was sent.
#[derive(Clone, Debug)]
pub struct OrgUnitInput {
    /// Short code, unique within the institution.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: String,
    /// The unit it belongs to; the root where missing.
    pub parent_id: Option<OrgUnitId>,
    /// HESA cost centre.
    pub discipline: Option<String>,
}

/// A page of the institution's units.
pub async fn list(
    service: &Service,
    scope: &TenantScope<InstitutionRead>,
    page: &PageRequest,
) -> Result<Page<Model>> {
    service.store.tenant(scope).org_units_page(page).await
}

/// One unit.
pub async fn get(
    service: &Service,
    scope: &TenantScope<InstitutionRead>,
    id: OrgUnitId,
) -> Result<Model> {
    service.store.tenant(scope).org_unit(id).await
}

/// Adds a unit.
pub async fn create(
    service: &Service,
    scope: &TenantScope<OrgUnitsWrite>,
    input: OrgUnitInput,
) -> Result<Model> {
    let added = create_all(service, scope, std::slice::from_ref(&input)).await?;
    added.into_iter().next().ok_or(Fault::Internal)
}

/// Adds units, all of them or none.
pub async fn create_all(
    service: &Service,
    scope: &TenantScope<OrgUnitsWrite>,
    inputs: &[OrgUnitInput],
) -> Result<Vec<Model>> {
    let tx = service.store.begin(scope).await?;
    let mut units = tx.tenant().org_units().await?;
    let known = units.len();
    for input in inputs {
        let unit = add(service, &tx, scope.institution(), input, &units).await?;
        units.push(unit);
    }
    tx.commit().await?;
    Ok(units.split_off(known))
}

/// Adds a unit beside those there are.
async fn add(
    service: &Service,
    tx: &TenantTx,
    institution_id: InstitutionId,
    input: &OrgUnitInput,
    units: &[Model],
) -> Result<Model> {
    let now = service.now();
    let fresh = Model {
        id: OrgUnitId(service.id(now)),
        institution_id,
        parent_id: None,
        kind: OrgUnitKind::Other,
        code: super::institutions::ROOT_UNIT
            .parse()
            .map_err(|_| Fault::Internal)?,
        name: String::new(),
        discipline: None,
        closed_on: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let unit = laid_over(service, fresh, input, units)?;
    tx.tenant().insert_org_unit(&unit).await?;
    tx.audit(
        service
            .change(now, "org-unit.add", subject(&unit))
            .with(None, shape(&unit)),
    )
    .await?;
    Ok(unit)
}

/// Renames, moves or reclassifies a unit: `change` is laid over what stands there.
pub async fn update(
    service: &Service,
    scope: &TenantScope<OrgUnitsWrite>,
    id: OrgUnitId,
    if_match: IfMatch,
    change: impl FnOnce(&mut OrgUnitInput) + Send,
) -> Result<Model> {
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let before = open_unit(&tx.tenant(), id, if_match).await?;
    let units = tx.tenant().org_units().await?;
    let mut input = OrgUnitInput {
        code: before.code.to_string(),
        name: before.name.clone(),
        kind: before.kind.to_string(),
        parent_id: before.parent_id,
        discipline: before.discipline.as_ref().map(ToString::to_string),
    };
    change(&mut input);
    let mut after = laid_over(service, before.clone(), &input, &units)?;
    after.version = before.version + 1;
    after.updated_at = now;
    tx.tenant().update_org_unit(&after, before.version).await?;
    tx.audit(
        service
            .change(now, "org-unit.change", subject(&after))
            .with(Some(shape(&before)), shape(&after)),
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}

/// Closes a unit after a day; rows of later years may not name it.
pub async fn close(
    service: &Service,
    scope: &TenantScope<OrgUnitsWrite>,
    id: OrgUnitId,
    if_match: IfMatch,
    closed_on: NaiveDate,
) -> Result<Model> {
    let now = service.now();
    let tx = service.store.begin(scope).await?;
    let before = open_unit(&tx.tenant(), id, if_match).await?;
    let after = Model {
        closed_on: Some(closed_on),
        version: before.version + 1,
        updated_at: now,
        ..before.clone()
    };
    tx.tenant().update_org_unit(&after, before.version).await?;
    tx.audit(
        service
            .change(now, "org-unit.close", subject(&after))
            .with(Some(shape(&before)), shape(&after)),
    )
    .await?;
    tx.commit().await?;
    Ok(after)
}

/// A unit that may be changed: open, and not the root.
async fn open_unit<C: Connection>(
    tenant: &Tenant<'_, C>,
    id: OrgUnitId,
    if_match: IfMatch,
) -> Result<Model> {
    let unit = tenant.org_unit(id).await?;
    if_match.check(unit.version)?;
    if unit.kind == OrgUnitKind::Institution {
        return Err(Fault::WrongState {
            is: "the institution as a whole",
            needs: "a unit within it",
        });
    }
    if unit.closed_on.is_some() {
        return Err(Fault::WrongState {
            is: "closed",
            needs: "open",
        });
    }
    Ok(unit)
}

fn laid_over(
    service: &Service,
    mut unit: Model,
    input: &OrgUnitInput,
    units: &[Model],
) -> Result<Model> {
    let wrong = |pointer: &str, fault: entity::values::UnknownCode| {
        Fault::body(pointer, "unknown-code", format!("{fault}."))
    };
    unit.code = input
        .code
        .parse::<Code>()
        .map_err(|fault| wrong("/code", fault))?;
    unit.name = bounded("/name", &input.name, 300)?;
    unit.kind = input.kind.parse().map_err(|fault| wrong("/kind", fault))?;
    if unit.kind == OrgUnitKind::Institution {
        return Err(Fault::body(
            "/kind",
            "only-one-root",
            "The institution as a whole is there already.",
        ));
    }
    unit.discipline = match &input.discipline {
        None => None,
        Some(text) => Some(
            service
                .codes()
                .find("discipline", text)
                .map(|entry| entry.code.clone())
                .ok_or_else(|| {
                    Fault::body(
                        "/discipline",
                        "unknown-code",
                        format!("\u{201c}{text}\u{201d} is not in the code list discipline."),
                    )
                })?,
        ),
    };
    let root = units
        .iter()
        .find(|other| other.kind == OrgUnitKind::Institution)
        .map(|root| root.id);
    unit.parent_id = input.parent_id.or(root);
    check_place(&unit, units)?;
    Ok(unit)
}

/// The parent exists, and following parents ends at the root.
fn check_place(unit: &Model, units: &[Model]) -> Result<()> {
    let mut above = unit.parent_id;
    for _ in 0..MAX_DEPTH {
        let Some(id) = above else { return Ok(()) };
        if id == unit.id {
            return Err(Fault::body(
                "/parent_id",
                "circle",
                "A unit cannot belong to itself or to a unit below it.",
            ));
        }
        let parent = units.iter().find(|other| other.id == id);
        above = parent
            .ok_or_else(|| {
                Fault::body(
                    "/parent_id",
                    "unknown-org-unit",
                    "There is no such org unit.",
                )
            })?
            .parent_id;
    }
    Err(Fault::body(
        "/parent_id",
        "too-deep",
        format!("Units nest at most {MAX_DEPTH} deep."),
    ))
}

fn subject(unit: &Model) -> String {
    format!("org-units/{}", unit.id)
}

fn shape(unit: &Model) -> serde_json::Value {
    serde_json::json!({
        "code": unit.code, "name": unit.name, "kind": unit.kind, "parent_id": unit.parent_id,
        "discipline": unit.discipline, "closed_on": unit.closed_on,
    })
}
