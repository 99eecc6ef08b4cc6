//! Public shapes, once: what REST writes as JSON and GraphQL as objects, with one documentation for both.
//!
//! A view is made from what an operation gave back; it decides nothing. Database rows never leave as they are.

mod action_plans;
mod audit;
mod code_lists;
mod datasets;
mod institutions;
mod org_units;
mod page;
mod returns;
mod sector;
mod timestamp;
mod vocabulary;
mod years;

pub use action_plans::{Action, ActionPlan, Milestone, Note, PlanYear, Progress, TimeScale};
pub use audit::AuditLine;
pub use code_lists::{CodeEntry, CodeList, CodeListName};
pub use datasets::{Dataset, DatasetColumn, DatasetRule};
pub use institutions::Institution;
pub use org_units::OrgUnit;
pub use page::Page;
pub use returns::{Return, ReturnRow, ReturnRowScalar, ReturnTotal, ReturnVersion};
pub use sector::{
    Catalogue, CatalogueDimension, CatalogueMeasure, CellKeys, Figure, SectorAnswer, SectorCell,
    SectorFigureSource, SectorSource,
};
pub use timestamp::Timestamp;
pub use vocabulary::{
    CellStatus, DatasetName, InstitutionKind, MissionGroup, Nation, OrgUnitKind, Priority,
    Provenance, Rag, ReturnState, SignatoryStatus, Theme, VersionState,
};
pub use years::Year;
