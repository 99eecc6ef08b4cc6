//! What a column may contain: each value is parsed once, at the edge, and cannot be wrong afterwards.

mod academic_year;
mod cell_status;
mod code;
mod doi;
mod figures;
mod institution;
mod partial_date;
mod participation;
mod rag;
mod returns;
mod ror_id;
mod slug;
mod theme;
mod ukprn;

pub use academic_year::AcademicYear;
pub use cell_status::CellStatus;
pub use code::Code;
pub use doi::Doi;
pub use figures::Hundredths;
pub use institution::{
    InstitutionKind, MissionGroup, Nation, OrgUnitKind, Region, SignatoryStatus, SigningPhase,
    SizeBand,
};
pub use partial_date::PartialDate;
pub use participation::{ObligationState, PlanStanding};
pub use rag::Rag;
pub use returns::{DatasetName, Provenance, ReturnState, Verdict, VersionKind, VersionState};
pub use ror_id::RorId;
pub use slug::Slug;
pub use theme::Theme;
pub use ukprn::Ukprn;

/// A text that is not one of the codes a value allows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\u{201c}{given}\u{201d} is not {what}")]
pub struct UnknownCode {
    /// What was expected, with its article: "a nation", "an academic year such as 2024-25".
    pub what: &'static str,
    /// The text as it was given.
    pub given: String,
}

impl UnknownCode {
    /// The refusal of `given` where `what` was expected.
    pub fn new(what: &'static str, given: &str) -> Self {
        Self {
            what,
            given: given.chars().take(120).collect(),
        }
    }
}

/// A closed vocabulary: an enum stored and written as its kebab-case code.
macro_rules! vocabulary {
    ($(#[$meta:meta])* $name:ident, $what:literal, { $($(#[doc = $doc:literal])* $variant:ident = $code:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
                 serde::Serialize, serde::Deserialize, sea_orm::EnumIter, sea_orm::DeriveActiveEnum)]
        #[sea_orm(rs_type = "String", db_type = "Text")]
        pub enum $name {
            $($(#[doc = $doc])* #[serde(rename = $code)] #[sea_orm(string_value = $code)] $variant,)+
        }

        impl $name {
            /// Every value, in the order it is listed to people.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as stored and written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::UnknownCode;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
                    .ok_or_else(|| $crate::values::UnknownCode::new($what, text))
            }
        }
    };
}
pub(crate) use vocabulary;

/// A value stored as text in a column and parsed on the way out.
macro_rules! stored_as_text {
    ($name:ident) => {
        impl From<$name> for sea_orm::Value {
            fn from(value: $name) -> Self {
                value.to_string().into()
            }
        }

        impl sea_orm::TryGetable for $name {
            fn try_get_by<I: sea_orm::ColIdx>(
                row: &sea_orm::QueryResult,
                index: I,
            ) -> Result<Self, sea_orm::TryGetError> {
                let text = String::try_get_by(row, index)?;
                text.parse().map_err(|fault: $crate::values::UnknownCode| {
                    sea_orm::TryGetError::DbErr(sea_orm::DbErr::Type(fault.to_string()))
                })
            }
        }

        impl sea_orm::sea_query::ValueType for $name {
            fn try_from(value: sea_orm::Value) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
                <String as sea_orm::sea_query::ValueType>::try_from(value)?
                    .parse()
                    .map_err(|_| sea_orm::sea_query::ValueTypeErr)
            }
            fn type_name() -> String {
                stringify!($name).to_owned()
            }
            fn array_type() -> sea_orm::sea_query::ArrayType {
                sea_orm::sea_query::ArrayType::String
            }
            fn column_type() -> sea_orm::ColumnType {
                sea_orm::ColumnType::Text
            }
        }

        impl sea_orm::sea_query::Nullable for $name {
            fn null() -> sea_orm::Value {
                <String as sea_orm::sea_query::Nullable>::null()
            }
        }

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text =
                    <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use stored_as_text;
