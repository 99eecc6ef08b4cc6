//! Who may do what: one table, role by permission.

use super::{Permission, Role};

/// Whether `role` may hold `permission` at all; nobody holds what is not said here. A program holds it only if its scopes
/// say so too.
pub const fn allows(role: Role, permission: Permission) -> bool {
    use Permission as P;
    match role {
        Role::Anyone | Role::Reviewer => matches!(permission, P::RegistryRead),
        Role::BoardAnalyst | Role::BoardMember => {
            matches!(permission, P::RegistryRead | P::ParticipationRead)
        }
        Role::InstitutionViewer | Role::InstitutionLeader => matches!(
            permission,
            P::RegistryRead | P::InstitutionRead | P::ReturnsRead | P::PlansRead
        ),
        Role::InstitutionContributor => matches!(
            permission,
            P::RegistryRead
                | P::InstitutionRead
                | P::ReturnsRead
                | P::ReturnsWrite
                | P::PlansRead
                | P::PlansWrite
        ),
        Role::InstitutionLead | Role::InstitutionClient => matches!(
            permission,
            P::RegistryRead
                | P::InstitutionRead
                | P::OrgUnitsWrite
                | P::ReturnsRead
                | P::ReturnsWrite
                | P::ReturnsSubmit
                | P::PlansRead
                | P::PlansWrite
                | P::AuditRead
                | P::InstitutionExport
        ),
        Role::Secretariat | Role::BoardClient => matches!(
            permission,
            P::RegistryRead
                | P::RegistryWrite
                | P::ReturnsReview
                | P::ParticipationRead
                | P::ReleasesWrite
                | P::SectorExact
        ),
    }
}

/// The table as Markdown, for `docs/contracts/permissions.md`.
pub fn table() -> String {
    let mut text = String::from("| scope | what it permits |");
    let programs = |role: &Role| matches!(role, Role::InstitutionClient | Role::BoardClient);
    for role in Role::ALL {
        text.push_str(&format!(
            " {role}{} |",
            if programs(role) { " \u{2020}" } else { "" }
        ));
    }
    text.push_str("\n| --- | --- |");
    text.push_str(&" --- |".repeat(Role::ALL.len()));
    for permission in Permission::ALL {
        text.push_str(&format!("\n| `{permission}` | {} |", permission.meaning()));
        for role in Role::ALL {
            text.push_str(if allows(*role, *permission) {
                " yes |"
            } else {
                " |"
            });
        }
    }
    text.push_str("\n\n\u{2020} as far as the scopes of its token go\n");
    text
}
