//! Who may do what: one table, role by permission.

use super::{Permission, Role};

/// Whether `role` may hold `permission` at all. A program holds it only if its scopes say so too.
#[expect(
    clippy::too_many_lines,
    reason = "one table, role by permission, with no line left to a default"
)]
pub const fn allows(role: Role, permission: Permission) -> bool {
    use Permission as P;
    match role {
        Role::Anyone | Role::Reviewer => match permission {
            P::RegistryRead => true,
            P::InstitutionRead
            | P::OrgUnitsWrite
            | P::ReturnsRead
            | P::ReturnsWrite
            | P::ReturnsSubmit
            | P::ReturnsReview
            | P::PlansRead
            | P::PlansWrite
            | P::AuditRead
            | P::InstitutionExport
            | P::RegistryWrite
            | P::ParticipationRead
            | P::ReleasesWrite
            | P::SectorExact => false,
        },
        Role::BoardAnalyst | Role::BoardMember => match permission {
            P::RegistryRead | P::ParticipationRead => true,
            P::InstitutionRead
            | P::OrgUnitsWrite
            | P::ReturnsRead
            | P::ReturnsWrite
            | P::ReturnsSubmit
            | P::ReturnsReview
            | P::PlansRead
            | P::PlansWrite
            | P::AuditRead
            | P::InstitutionExport
            | P::RegistryWrite
            | P::ReleasesWrite
            | P::SectorExact => false,
        },
        Role::InstitutionViewer | Role::InstitutionLeader => match permission {
            P::RegistryRead | P::InstitutionRead | P::ReturnsRead | P::PlansRead => true,
            P::OrgUnitsWrite
            | P::ReturnsWrite
            | P::ReturnsSubmit
            | P::ReturnsReview
            | P::PlansWrite
            | P::AuditRead
            | P::InstitutionExport
            | P::RegistryWrite
            | P::ParticipationRead
            | P::ReleasesWrite
            | P::SectorExact => false,
        },
        Role::InstitutionContributor => match permission {
            P::RegistryRead
            | P::InstitutionRead
            | P::ReturnsRead
            | P::ReturnsWrite
            | P::PlansRead
            | P::PlansWrite => true,
            P::OrgUnitsWrite
            | P::ReturnsSubmit
            | P::ReturnsReview
            | P::AuditRead
            | P::InstitutionExport
            | P::RegistryWrite
            | P::ParticipationRead
            | P::ReleasesWrite
            | P::SectorExact => false,
        },
        Role::InstitutionLead | Role::InstitutionClient => match permission {
            P::RegistryRead
            | P::InstitutionRead
            | P::OrgUnitsWrite
            | P::ReturnsRead
            | P::ReturnsWrite
            | P::ReturnsSubmit
            | P::PlansRead
            | P::PlansWrite
            | P::AuditRead
            | P::InstitutionExport => true,
            P::ReturnsReview
            | P::RegistryWrite
            | P::ParticipationRead
            | P::ReleasesWrite
            | P::SectorExact => false,
        },
        Role::Secretariat | Role::BoardClient => match permission {
            P::RegistryRead
            | P::RegistryWrite
            | P::ReturnsReview
            | P::ParticipationRead
            | P::ReleasesWrite
            | P::SectorExact => true,
            P::InstitutionRead
            | P::OrgUnitsWrite
            | P::ReturnsRead
            | P::ReturnsWrite
            | P::ReturnsSubmit
            | P::PlansRead
            | P::PlansWrite
            | P::AuditRead
            | P::InstitutionExport => false,
        },
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
