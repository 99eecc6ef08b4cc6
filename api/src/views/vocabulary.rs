//! Closed vocabularies, as answers and arguments name them: kebab-case in REST, upper case in GraphQL.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Writes an enum of the public contract beside the one of the rules, and the way between them. Both spellings are
/// written out where they do not follow from the variant's name.
macro_rules! vocabulary {
    ($(#[doc = $doc:literal] $name:ident of $source:path { $(#[doc = $meaning:literal] $variant:ident $(= $code:literal / $name_of_graphql:literal)?,)+ })+) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, async_graphql::Enum)]
        #[serde(rename_all = "kebab-case")]
        pub enum $name {
            $(
                #[doc = $meaning]
                $(#[serde(rename = $code)] #[schema(rename = $code)] #[graphql(name = $name_of_graphql)])?
                $variant,
            )+
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
        #[doc = "England."] England,
        #[doc = "Scotland."] Scotland,
        #[doc = "Wales."] Wales,
        #[doc = "Northern Ireland."] NorthernIreland,
        #[doc = "Sites in several nations."] UkWide,
        #[doc = "Outside the United Kingdom."] OutsideUk,
    }
    #[doc = "What sort of employer."]
    InstitutionKind of entity::values::InstitutionKind {
        #[doc = "A higher-education provider."] University,
        #[doc = "A research institute, facility or laboratory."] ResearchInstitute,
        #[doc = "A funder that employs technicians."] Funder,
        #[doc = "Anything else."] Other,
    }
    #[doc = "The region of an institution's main site."]
    Region of entity::values::Region {
        #[doc = "North East of England."] NorthEast,
        #[doc = "North West of England."] NorthWest,
        #[doc = "Yorkshire and the Humber."] YorkshireAndTheHumber,
        #[doc = "East Midlands."] EastMidlands,
        #[doc = "West Midlands."] WestMidlands,
        #[doc = "East of England."] EastOfEngland,
        #[doc = "London."] London,
        #[doc = "South East of England."] SouthEast,
        #[doc = "South West of England."] SouthWest,
        #[doc = "Scotland."] Scotland,
        #[doc = "Wales."] Wales,
        #[doc = "Northern Ireland."] NorthernIreland,
        #[doc = "Sites in several nations."] UkWide,
        #[doc = "Outside the United Kingdom."] OutsideUk,
        #[doc = "In England, and nobody recorded where."] NotKnown,
    }
    #[doc = "Size by the headcount of academic staff in published figures (HESA Staff table 7)."]
    SizeBand of entity::values::SizeBand {
        #[doc = "Fewer than 1,000 academic staff."] Under1000 = "under-1000" / "UNDER_1000",
        #[doc = "1,000 to 2,999 academic staff."] From1000To2999 = "1000-to-2999" / "FROM_1000_TO_2999",
        #[doc = "3,000 academic staff and more."] From3000 = "3000-and-over" / "FROM_3000",
        #[doc = "No published figure is known."] NotKnown,
    }
    #[doc = "The phase in which it signed, which sets when its Stage 3 is due."]
    SigningPhase of entity::values::SigningPhase {
        #[doc = "Phase One."] One,
        #[doc = "Phase Two."] Two,
        #[doc = "Phase Three."] Three,
        #[doc = "Phase Four."] Four,
        #[doc = "Phase Five."] Five,
        #[doc = "Phase Six."] Six,
        #[doc = "None of these, or nobody recorded which."] NotKnown,
    }
    #[doc = "The group of universities it belongs to."]
    MissionGroup of entity::values::MissionGroup {
        #[doc = "Russell Group."] RussellGroup,
        #[doc = "MillionPlus."] Millionplus,
        #[doc = "University Alliance."] UniversityAlliance,
        #[doc = "GuildHE."] Guildhe,
        #[doc = "No group, or none known."] None,
    }
    #[doc = "Standing towards the Technician Commitment."]
    SignatoryStatus of entity::values::SignatoryStatus {
        #[doc = "Signed."] Signatory,
        #[doc = "A supporting body."] Supporter,
        #[doc = "In the registry for its published figures only."] NotSignatory,
        #[doc = "Left; what it had recorded was deleted."] Left,
    }
    #[doc = "What sort of unit."]
    OrgUnitKind of entity::values::OrgUnitKind {
        #[doc = "The institution as a whole."] Institution,
        #[doc = "Faculty, college or division."] Faculty,
        #[doc = "Department."] Department,
        #[doc = "School."] School,
        #[doc = "Research facility."] Facility,
        #[doc = "Professional service."] Service,
        #[doc = "Anything else."] Other,
    }
    #[doc = "A dataset."]
    DatasetName of entity::values::DatasetName {
        #[doc = "Technicians."] Headcount,
        #[doc = "Technicians by ethnicity."] HeadcountEthnicity,
        #[doc = "Technicians by disability."] HeadcountDisability,
        #[doc = "Credit on outputs, as counts."] Authorship,
        #[doc = "Credited outputs by DOI."] AuthorshipOutputs,
        #[doc = "Awards."] Awards,
        #[doc = "Professional registrations."] Registrations,
        #[doc = "Development."] Development,
        #[doc = "Seats on bodies."] Representation,
        #[doc = "Academic and all staff."] Denominators,
    }
    #[doc = "Where a return stands."]
    ReturnState of entity::values::ReturnState {
        #[doc = "Nothing was ever filled in."] NotStarted,
        #[doc = "A draft is open."] Draft,
        #[doc = "The latest revision stands and was not judged yet."] Submitted,
        #[doc = "The board accepted the latest revision."] Accepted,
        #[doc = "The board asked for a correction of the latest revision."] Returned,
        #[doc = "The institution took its figures back."] Withdrawn,
    }
    #[doc = "What became of a return that a signatory owes."]
    ObligationState of entity::values::ObligationState {
        #[doc = "Nothing was begun, and there is time."] Owed,
        #[doc = "Nothing was ever submitted, and the last day is past; a draft may be open."] Overdue,
        #[doc = "A draft is open, nothing was ever submitted, and there is time."] Draft,
        #[doc = "Figures stand, and the board said nothing of them yet."] Submitted,
        #[doc = "The board accepted what stands."] Accepted,
        #[doc = "The board asked for a correction of what stands."] Returned,
        #[doc = "There was nothing to report, and the board said nothing of it yet."] Nil,
        #[doc = "What was submitted was taken back."] Withdrawn,
    }
    #[doc = "Whether a signatory has an action plan."]
    PlanStanding of entity::values::PlanStanding {
        #[doc = "A plan runs."] Current,
        #[doc = "None runs; one will."] Ahead,
        #[doc = "None is known to run; one says no first day."] Undated,
        #[doc = "Every plan has run out."] Ended,
        #[doc = "There is none."] None,
    }
    #[doc = "What a version says."]
    VersionKind of entity::values::VersionKind {
        #[doc = "The figures of its rows."] Figures,
        #[doc = "Nothing to report: a true zero."] Nil,
        #[doc = "The figures given before are taken back."] Withdrawal,
    }
    #[doc = "What the board made of a revision."]
    Verdict of entity::values::Verdict {
        #[doc = "Accepted."] Accepted,
        #[doc = "Returned for correction."] Returned,
    }
    #[doc = "How much a finding asks for."]
    Grade of crate::domain::checks::Grade {
        #[doc = "Must be explained on submission."] Warning,
        #[doc = "May be left."] Hint,
    }
    #[doc = "What became of a row between two versions."]
    RowChange of crate::store::RowChange {
        #[doc = "It is new."] Added,
        #[doc = "It is gone."] Removed,
        #[doc = "A figure of it changed."] Changed,
    }
    #[doc = "Whether a version may still change."]
    VersionState of entity::values::VersionState {
        #[doc = "May change."] Draft,
        #[doc = "Never changes again."] Submitted,
    }
    #[doc = "Where figures come from."]
    Provenance of entity::values::Provenance {
        #[doc = "Given by the institution itself."] Returned,
        #[doc = "Taken from a published table."] Published,
        #[doc = "Made up for demonstration."] Synthetic,
    }
    #[doc = "A red, amber or green judgement."]
    Rag of entity::values::Rag {
        #[doc = "No judgement was given."] NotAssessed,
        #[doc = "Still to be carried out; always explained."] Red,
        #[doc = "In progress."] Amber,
        #[doc = "Undertaken and completed."] Green,
    }
    #[doc = "A theme of the Technician Commitment."]
    Theme of entity::values::Theme {
        #[doc = "Visibility."] Visibility,
        #[doc = "Recognition."] Recognition,
        #[doc = "Career development."] CareerDevelopment,
        #[doc = "Sustainability."] Sustainability,
        #[doc = "Evaluating impact."] EvaluatingImpact,
    }
    #[doc = "Priority, where a time scale states one."]
    Priority of crate::domain::action_plans::Priority {
        #[doc = "High."] High,
        #[doc = "Medium."] Medium,
        #[doc = "Low."] Low,
    }
    #[doc = "Whether and why a cell has a value."]
    CellStatus of entity::values::CellStatus {
        #[doc = "The value is given."] Published,
        #[doc = "The value is zero; in a release, zero or rounded to it."] Zero,
        #[doc = "There is a value, and giving it would disclose a person or an institution."] Withheld,
        #[doc = "There is a value, and giving it would disclose another that is withheld."] WithheldForOthers,
        #[doc = "Nobody in the group returned it: not a zero."] NotSupplied,
        #[doc = "The value has no meaning here."] NotApplicable,
    }
}
