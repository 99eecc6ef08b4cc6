//! Public shapes, once: what REST writes as JSON and GraphQL as objects, with one documentation for both.
//!
//! A view is made from what an operation gave back; it decides nothing. Database rows never leave as they are.

mod action_plans;
mod audit;
mod benchmark;
mod changes;
mod checks;
mod code_lists;
mod column_mappings;
mod datasets;
mod institutions;
mod leaving;
mod org_units;
mod page;
mod participation;
mod releases;
mod returns;
mod reviews;
mod sector;
mod technician_definitions;
mod timestamp;
mod vocabulary;
mod years;

pub use action_plans::{Action, ActionPlan, Milestone, Note, PlanYear, Progress, TimeScale};
pub use audit::AuditLine;
pub use benchmark::{Benchmark, BenchmarkYear, QuartileBand};
pub use changes::{ReturnChange, RowMembers};
pub use checks::{Check, CheckThreshold, DatasetCheck};
pub use code_lists::{CodeEntry, CodeList, CodeListName};
pub use column_mappings::{ColumnCodes, ColumnMapping, ColumnTexts};
pub use datasets::{Dataset, DatasetColumn, DatasetRule};
pub use institutions::Institution;
pub use leaving::{Deleted, Departure};
pub use org_units::OrgUnit;
pub use page::Page;
pub use participation::{
    COLUMNS as OBLIGATION_COLUMNS, Obligation, ParticipationCount, StateCount,
};
pub use releases::{
    Release, ReleaseAccuracy, ReleaseDocument, ReleaseFile, ReleaseMeasure, ReleaseSummary,
    ReleaseTable, release_document,
};
pub use returns::{
    FollowedDefinition, Return, ReturnReview, ReturnRow, ReturnRowScalar, ReturnTotal,
    ReturnVersion,
};
pub use reviews::SubmittedReturn;
pub use sector::{
    Catalogue, CatalogueChoice, CatalogueDimension, CatalogueMeasure, CellKeys, Figure,
    SectorAnswer, SectorCell, SectorFigureSource, SectorMerged, SectorSeriesBreak, SectorSource,
};
pub use technician_definitions::TechnicianDefinition;
pub use timestamp::Timestamp;
pub use vocabulary::{
    CellStatus, DatasetName, Grade, InstitutionKind, MissionGroup, Nation, ObligationState,
    OrgUnitKind, PlanStanding, Priority, Provenance, Rag, Region, ReturnState, RowChange,
    SignatoryStatus, SigningPhase, SizeBand, Theme, Verdict, VersionKind, VersionState,
};
pub use years::{DatasetWindow, DatasetWindows, Year};
