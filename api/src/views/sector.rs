//! The sector: what can be asked, and answers.

use super::{CellStatus, Provenance, Timestamp};
use crate::domain::code_lists::CodeLists;
use crate::operations::sector::{Answered, Origin};
use crate::sector::catalogue::measures;
use crate::sector::release::Merged;
use crate::sector::{Dimension, Panel, Statistic};
use async_graphql::SimpleObject;
use entity::values::Hundredths;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A figure with at most two decimals; exact, as a JSON number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figure(pub Hundredths);

async_graphql::scalar!(
    Figure,
    "Figure",
    "A figure with at most two decimals; exact, as a JSON number."
);

impl utoipa::PartialSchema for Figure {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::Number)
            .description(Some("A figure with at most two decimals; exact."))
            .into()
    }
}

impl ToSchema for Figure {}

/// The codes of a cell by dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CellKeys(pub Map<String, Value>);

async_graphql::scalar!(
    CellKeys,
    "CellKeys",
    "The codes of a cell by dimension, as a JSON object."
);

impl utoipa::PartialSchema for CellKeys {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        let code = utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String);
        utoipa::openapi::ObjectBuilder::new()
            .additional_properties(Some(utoipa::openapi::RefOr::T(
                utoipa::openapi::Schema::Object(code.build()),
            )))
            .description(Some("The codes of a cell by dimension."))
            .into()
    }
}

impl ToSchema for CellKeys {}

/// An answer about the sector.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct SectorAnswer {
    /// The measure.
    pub measure: String,
    /// The statistic.
    pub statistic: String,
    /// The unit of the values: `persons`, `fte`, `per-100`, `outputs`, `actions`.
    pub unit: String,
    /// What it is broken down by.
    pub group_by: Vec<String>,
    /// What was asked: the live figures, or a release.
    pub source: SectorSource,
    /// Names the state of the facts that were answered from.
    pub generation: String,
    /// The moment answered for.
    pub as_of: Timestamp,
    /// Whether figures may still change: a revision in them was given as provisional, or returned for correction.
    pub provisional: bool,
    /// What a reader must know.
    pub note: String,
    /// Over which institutions.
    pub panel: String,
    /// Where figures come from that are not the institutions' own returns.
    pub figure_sources: Vec<SectorFigureSource>,
    /// From which years figures are not quite like those before.
    pub series_breaks: Vec<SectorSeriesBreak>,
    /// What codes stand for that a release merged, so that no institution can be told; nothing is merged in live figures.
    pub merged: Vec<SectorMerged>,
    /// The cells, in the order of their keys.
    pub cells: Vec<SectorCell>,
}

/// What was asked.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct SectorSource {
    /// Whether these are the live, exact figures; left out (in GraphQL null) for a release.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<bool>,
    /// The number of the release; left out (in GraphQL null) for live figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release: Option<i64>,
    /// The regime its figures are protected under; likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regime: Option<String>,
}

/// What a code stands for that a release merged of several.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct SectorMerged {
    /// The year.
    pub year: String,
    /// The dimension.
    pub dimension: String,
    /// The code in the cells.
    pub code: String,
    /// The codes it stands for; each of them by itself is withheld.
    pub stands_for: Vec<String>,
}

/// Where figures come from that are not the institutions' own returns.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct SectorFigureSource {
    /// Published elsewhere, or synthetic.
    pub provenance: Provenance,
    /// What a reader must know of them.
    #[schema(required)]
    pub remark: Option<String>,
    /// How many institutions' figures come from there; null where a release does not say.
    #[schema(required)]
    pub institutions: Option<u32>,
}

/// A year from which figures are not quite like those before.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct SectorSeriesBreak {
    /// The first year of the new series.
    pub year: String,
    /// What changed.
    pub remark: String,
}

/// One cell.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct SectorCell {
    /// Its codes by dimension.
    pub keys: CellKeys,
    /// The value; null where the status says why.
    #[schema(required)]
    pub value: Option<Figure>,
    /// Whether and why there is a value.
    pub status: CellStatus,
    /// How many institutions contributed; null where a release does not say.
    #[schema(required)]
    pub contributors: Option<u32>,
    /// How many institutions of the registry are in the group; likewise.
    #[schema(required)]
    pub of: Option<u32>,
    /// The lower quartile, where quartiles were asked for; otherwise left out (in GraphQL null).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower_quartile: Option<Figure>,
    /// The upper quartile, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_quartile: Option<Figure>,
    /// What a count of outputs rests on; left out (in GraphQL null) for other measures, and where nobody returned any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<SectorOutputs>,
}

/// What a number of outputs rests on: the total is what is identified and what is counted.
#[derive(Clone, Copy, Debug, Serialize, ToSchema, SimpleObject)]
pub struct SectorOutputs {
    /// Different outputs by their DOIs, each once.
    pub identified: i64,
    /// Outputs known by institutions' counts alone; some may be the same.
    pub counted: i64,
    /// Reports of a DOI that another institution reported too: what a sum would have counted twice.
    pub repeated: i64,
}

impl From<&Origin> for SectorSource {
    fn from(origin: &Origin) -> Self {
        match origin {
            Origin::Live => Self {
                live: Some(true),
                release: None,
                regime: None,
            },
            Origin::Release(entry) => Self {
                live: None,
                release: Some(entry.number),
                regime: Some(entry.regime.clone()),
            },
        }
    }
}

impl From<&Merged> for SectorMerged {
    fn from(merged: &Merged) -> Self {
        Self {
            year: merged.year.clone(),
            dimension: merged.dimension.as_str().to_owned(),
            code: merged.code.clone(),
            stands_for: merged.stands_for.clone(),
        }
    }
}

impl From<&Answered> for SectorAnswer {
    fn from(answered: &Answered) -> Self {
        let dimensions: Vec<&str> = answered
            .query
            .group_by
            .iter()
            .map(|dimension| dimension.as_str())
            .collect();
        let cells = answered.answer.cells.iter().map(|cell| SectorCell {
            keys: CellKeys(
                dimensions
                    .iter()
                    .zip(&cell.keys)
                    .map(|(name, code)| ((*name).to_owned(), Value::String(code.clone())))
                    .collect(),
            ),
            value: cell.value.map(Figure),
            status: cell.status.into(),
            contributors: cell.contributors,
            of: cell.of,
            lower_quartile: cell.quartiles.map(|(lower, _)| Figure(lower)),
            upper_quartile: cell.quartiles.map(|(_, upper)| Figure(upper)),
            outputs: cell.outputs.map(|outputs| SectorOutputs {
                identified: outputs.identified,
                counted: outputs.counted,
                repeated: outputs.repeated,
            }),
        });
        let breaks = answered
            .answer
            .series_breaks
            .iter()
            .map(|one| SectorSeriesBreak {
                year: one.year.to_string(),
                remark: one.remark.clone(),
            });
        let sources = answered
            .answer
            .sources
            .iter()
            .map(|source| SectorFigureSource {
                provenance: source.provenance.into(),
                remark: source.remark.as_ref().map(ToString::to_string),
                institutions: source.institutions,
            });
        Self {
            measure: answered.query.measure.name.clone(),
            statistic: answered.query.statistic.as_str().to_owned(),
            unit: answered
                .query
                .statistic
                .unit(answered.query.measure.unit)
                .to_owned(),
            group_by: dimensions.iter().map(|name| (*name).to_owned()).collect(),
            source: (&answered.origin).into(),
            generation: answered.generation.clone(),
            merged: answered.answer.merged.iter().map(Into::into).collect(),
            as_of: answered.as_of.into(),
            provisional: answered.answer.provisional,
            note: answered.query.measure.note.clone(),
            panel: answered.query.panel.as_str().to_owned(),
            series_breaks: breaks.collect(),
            figure_sources: sources.collect(),
            cells: cells.collect(),
        }
    }
}

/// What can be asked of the sector.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct Catalogue {
    /// Measures.
    pub measures: Vec<CatalogueMeasure>,
    /// Dimensions.
    pub dimensions: Vec<CatalogueDimension>,
    /// Statistics.
    pub statistics: Vec<CatalogueChoice>,
    /// Panels: over which institutions.
    pub panels: Vec<CatalogueChoice>,
}

/// A measure.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct CatalogueMeasure {
    /// Name in queries.
    pub name: String,
    /// Title.
    pub title: String,
    /// Unit of its values.
    pub unit: String,
    /// The datasets its figures come from.
    pub datasets: Vec<String>,
    /// The dimensions that make sense with it.
    pub dimensions: Vec<String>,
    /// The statistics that make sense with it.
    pub statistics: Vec<String>,
    /// What a reader must know.
    pub note: String,
}

/// A dimension.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct CatalogueDimension {
    /// Name in queries and keys.
    pub name: String,
    /// Title.
    pub title: String,
    /// The codes a filter may name; null for years, which have a form rather than a list.
    #[schema(required)]
    pub codes: Option<Vec<String>>,
}

/// A statistic or a panel.
#[derive(Clone, Debug, Serialize, ToSchema, SimpleObject)]
pub struct CatalogueChoice {
    /// Name in queries.
    pub name: String,
    /// What it means.
    pub title: String,
}

impl Catalogue {
    /// The catalogue as it stands.
    pub fn current(lists: &CodeLists) -> Self {
        let measures = measures().iter().map(|measure| CatalogueMeasure {
            name: measure.name.clone(),
            title: measure.title.clone(),
            unit: measure.unit.to_owned(),
            datasets: measure
                .datasets()
                .iter()
                .map(|name| name.as_str().to_owned())
                .collect(),
            dimensions: measure
                .dimensions
                .iter()
                .map(|dimension| dimension.as_str().to_owned())
                .collect(),
            statistics: measure
                .statistics()
                .map(|statistic| statistic.as_str().to_owned())
                .collect(),
            note: measure.note.clone(),
        });
        let dimensions = Dimension::all()
            .into_iter()
            .map(|dimension| CatalogueDimension {
                name: dimension.as_str().to_owned(),
                title: dimension.title().to_owned(),
                codes: dimension.codes(lists),
            });
        let statistics = Statistic::ALL.iter().map(|one| CatalogueChoice {
            name: one.as_str().to_owned(),
            title: one.title().to_owned(),
        });
        let panels = Panel::ALL.iter().map(|one| CatalogueChoice {
            name: one.as_str().to_owned(),
            title: one.title().to_owned(),
        });
        Self {
            measures: measures.collect(),
            dimensions: dimensions.collect(),
            statistics: statistics.collect(),
            panels: panels.collect(),
        }
    }
}
