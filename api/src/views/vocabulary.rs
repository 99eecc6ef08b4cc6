//! Closed vocabularies, as answers and arguments name them: kebab-case in REST, upper case in GraphQL.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Writes an enum of the public contract beside the one of the rules, and the way between them.
macro_rules! vocabulary {
    ($(#[doc = $doc:literal] $name:ident of $source:path { $(#[doc = $meaning:literal] $variant:ident = $code:literal,)+ })+) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, async_graphql::Enum)]
        pub enum $name {
            $(#[doc = $meaning] #[serde(rename = $code)] $variant,)+
        }

        impl From<$source> for $name {
            fn from(value: $source) -> Self {
                use $source as Source;
                match value { $(Source::$variant => Self::$variant,)+ }
            }
        }

        impl From<$name> for $source {
            fn from(value: $name) -> Self {
                use $source as Source;
                match value { $($name::$variant => Source::$variant,)+ }
            }
        }
    )+};
}

vocabulary! {
    #[doc = "Where an institution is."]
    Nation of entity::values::Nation {
        #[doc = "England."] England = "england",
        #[doc = "Scotland."] Scotland = "scotland",
        #[doc = "Wales."] Wales = "wales",
        #[doc = "Northern Ireland."] NorthernIreland = "northern-ireland",
        #[doc = "Sites in several nations."] UkWide = "uk-wide",
        #[doc = "Outside the United Kingdom."] OutsideUk = "outside-uk",
    }
    #[doc = "What sort of employer."]
    InstitutionKind of entity::values::InstitutionKind {
        #[doc = "A higher-education provider."] University = "university",
        #[doc = "A research institute, facility or laboratory."] ResearchInstitute = "research-institute",
        #[doc = "A funder that employs technicians."] Funder = "funder",
        #[doc = "Anything else."] Other = "other",
    }
    #[doc = "The group of universities it belongs to."]
    MissionGroup of entity::values::MissionGroup {
        #[doc = "Russell Group."] RussellGroup = "russell-group",
        #[doc = "MillionPlus."] MillionPlus = "millionplus",
        #[doc = "University Alliance."] UniversityAlliance = "university-alliance",
        #[doc = "GuildHE."] GuildHe = "guildhe",
        #[doc = "No group, or none known."] None = "none",
    }
    #[doc = "Standing towards the Technician Commitment."]
    SignatoryStatus of entity::values::SignatoryStatus {
        #[doc = "Signed."] Signatory = "signatory",
        #[doc = "A supporting body."] Supporter = "supporter",
        #[doc = "In the registry for its published figures only."] NotSignatory = "not-signatory",
    }
    #[doc = "What sort of unit."]
    OrgUnitKind of entity::values::OrgUnitKind {
        #[doc = "The institution as a whole."] Institution = "institution",
        #[doc = "Faculty, college or division."] Faculty = "faculty",
        #[doc = "Department."] Department = "department",
        #[doc = "School."] School = "school",
        #[doc = "Research facility."] Facility = "facility",
        #[doc = "Professional service."] Service = "service",
        #[doc = "Anything else."] Other = "other",
    }
    #[doc = "A dataset."]
    DatasetName of entity::values::DatasetName {
        #[doc = "Technicians."] Headcount = "headcount",
        #[doc = "Academic and all staff."] Denominators = "denominators",
    }
    #[doc = "Where a return stands."]
    ReturnState of entity::values::ReturnState {
        #[doc = "Nothing was ever filled in."] NotStarted = "not-started",
        #[doc = "A draft is open."] Draft = "draft",
        #[doc = "The latest revision stands."] Submitted = "submitted",
    }
    #[doc = "Whether a version may still change."]
    VersionState of entity::values::VersionState {
        #[doc = "May change."] Draft = "draft",
        #[doc = "Never changes again."] Submitted = "submitted",
    }
    #[doc = "Where figures come from."]
    Provenance of entity::values::Provenance {
        #[doc = "Given by the institution itself."] Returned = "returned",
        #[doc = "Taken from a published table."] Published = "published",
        #[doc = "Made up for demonstration."] Synthetic = "synthetic",
    }
    #[doc = "A red, amber or green judgement."]
    Rag of entity::values::Rag {
        #[doc = "No judgement was given."] NotAssessed = "not-assessed",
        #[doc = "Still to be carried out; always explained."] Red = "red",
        #[doc = "In progress."] Amber = "amber",
        #[doc = "Undertaken and completed."] Green = "green",
    }
    #[doc = "A theme of the Technician Commitment."]
    Theme of entity::values::Theme {
        #[doc = "Visibility."] Visibility = "visibility",
        #[doc = "Recognition."] Recognition = "recognition",
        #[doc = "Career development."] CareerDevelopment = "career-development",
        #[doc = "Sustainability."] Sustainability = "sustainability",
        #[doc = "Evaluating impact."] EvaluatingImpact = "evaluating-impact",
    }
    #[doc = "Priority, where a time scale states one."]
    Priority of crate::domain::action_plans::Priority {
        #[doc = "High."] High = "high",
        #[doc = "Medium."] Medium = "medium",
        #[doc = "Low."] Low = "low",
    }
    #[doc = "Whether and why a cell has a value."]
    CellStatus of crate::sector::CellStatus {
        #[doc = "The value is given."] Published = "published",
        #[doc = "The value is a true zero."] Zero = "zero",
        #[doc = "Nobody in the group returned it: not a zero."] NotSupplied = "not-supplied",
        #[doc = "The value has no meaning here."] NotApplicable = "not-applicable",
    }
}
