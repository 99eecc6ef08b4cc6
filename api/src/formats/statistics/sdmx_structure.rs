//! The structure of what SDMX-CSV holds: an SDMX-JSON 2.0.0 structure message with a flow and a data structure for each
//! cube, and the concepts and lists of codes they share.
//!
//! SDMX's own lists (`CL_OBS_STATUS`, `CL_CONF_STATUS`, `CL_FREQ`) are given in the part that is used, under the agency
//! that maintains them.

use super::cube::{Concept, Cube, check_all};
use super::marks;
use super::sdmx_model::{
    AGENCY, ANNUAL, ATTRIBUTES, Attribute, Content, FREQ, MEASURE, OBS_VALUE, STATISTIC,
    TIME_PERIOD, code_id, dimension_id, list_id, timed, version,
};
use super::table::{dimensions, stamp};
use crate::fault::Result;
use entity::values::CellStatus;
use serde_json::{Value, json};

/// Where the schema of these messages is.
const SCHEMA: &str = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json";
const CONCEPTS: &str = "CONCEPTS";
/// SDMX's own agency, and the versions of its lists.
const SDMX: &str = "SDMX";
const THEIR_LISTS: &[(&str, &str)] = &[
    ("CL_OBS_STATUS", "2.2"),
    ("CL_CONF_STATUS", "1.2"),
    ("CL_FREQ", "2.1"),
];

/// The structure of some cubes of one source.
///
/// # Errors
/// [`crate::fault::Fault::Internal`] where a cube contradicts itself.
pub fn sdmx_structure(cubes: &[&Cube]) -> Result<Value> {
    check_all(cubes)?;
    let Some(source) = cubes.first().map(|cube| &cube.source) else {
        return Ok(json!({"meta": {"schema": SCHEMA}, "data": {}}));
    };
    let names = Names {
        version: version(source),
    };
    Ok(json!({
        "meta": {
            "schema": SCHEMA,
            "id": format!("structure-{}", source.name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-")),
            "test": false,
            "prepared": stamp(source.as_of),
            "contentLanguages": ["en"],
            "sender": {"id": AGENCY, "name": source.publisher},
        },
        "data": {
            "codelists": names.lists(cubes),
            "conceptSchemes": [names.concepts(cubes)],
            "dataStructures": cubes.iter().map(|cube| names.structure(cube)).collect::<Vec<_>>(),
            "dataflows": cubes.iter().map(|cube| names.flow(cube)).collect::<Vec<_>>(),
        },
    }))
}

/// Writes names in full: all artefacts of a message have one version.
struct Names {
    version: String,
}

impl Names {
    fn urn(&self, class: &str, id: &str) -> String {
        format!(
            "urn:sdmx:org.sdmx.infomodel.{class}={AGENCY}:{id}({})",
            self.version
        )
    }

    fn concept(&self, id: &str) -> String {
        format!("{}.{id}", self.urn("conceptscheme.Concept", CONCEPTS))
    }

    fn list(&self, id: &str) -> String {
        match their_version(id) {
            Some(version) => {
                format!("urn:sdmx:org.sdmx.infomodel.codelist.Codelist={SDMX}:{id}({version})")
            }
            None => self.urn("codelist.Codelist", id),
        }
    }

    fn artefact(&self, id: &str, name: &str) -> Value {
        json!({"id": id, "agencyID": AGENCY, "version": self.version, "isExternalReference": false, "name": name, "names": {"en": name}})
    }

    fn codelist<'c>(
        &self,
        id: &str,
        name: &str,
        codes: impl Iterator<Item = (String, &'c str)>,
    ) -> Value {
        let mut list = self.artefact(id, name);
        list["isPartial"] = json!(false);
        if let Some(version) = their_version(id) {
            list["agencyID"] = json!(SDMX);
            list["version"] = json!(version);
            list["isPartial"] = json!(true);
        }
        list["codes"] = codes
            .map(|(id, name)| json!({"id": id, "name": name, "names": {"en": name}}))
            .collect();
        list
    }

    fn lists(&self, cubes: &[&Cube]) -> Vec<Value> {
        let own = |(id, name): &(&'static str, &'static str)| ((*id).to_owned(), *name);
        let of = |id: &str, name: &str, each: &dyn Fn(&Cube) -> Vec<Concept>| {
            let codes = once_each(cubes, each);
            let codes = codes
                .iter()
                .map(|one| (code_id(&one.code), one.label.as_str()));
            self.codelist(id, name, codes)
        };
        let mut lists = vec![
            self.codelist(
                "CL_OBS_STATUS",
                "Observation status",
                marks::OBS_STATUS.iter().map(own),
            ),
            self.codelist(
                "CL_CONF_STATUS",
                "Confidentiality status",
                marks::CONF_STATUS.iter().map(own),
            ),
            self.codelist(
                "CL_CELL_STATUS",
                "Status of a figure",
                CellStatus::ALL
                    .iter()
                    .map(|status| (status.as_str().to_owned(), marks::meaning(*status))),
            ),
            of("CL_UNIT", "Unit of measure", &|cube| {
                vec![cube.unit.clone()]
            }),
            of(&list_id(MEASURE), "Measure", &|cube| {
                vec![cube.measure.clone()]
            }),
            of(&list_id(STATISTIC), "Statistic", &|cube| {
                vec![cube.statistic.clone()]
            }),
        ];
        if cubes.iter().any(|cube| timed(cube)) {
            let annual = std::iter::once((ANNUAL.to_owned(), "Annual"));
            lists.push(self.codelist(&list_id(FREQ), "Frequency", annual));
        }
        for dimension in dimensions(cubes).into_iter().filter(|one| !one.time) {
            let id = list_id(&dimension_id(dimension));
            lists.push(of(&id, &dimension.title, &|cube| {
                let same = cube
                    .dimensions
                    .iter()
                    .find(|one| one.name == dimension.name);
                same.map(|one| one.codes.clone()).unwrap_or_default()
            }));
        }
        lists
    }

    fn concepts(&self, cubes: &[&Cube]) -> Value {
        let concept = |id: &str, name: &str| json!({"id": id, "name": name, "names": {"en": name}});
        let mut concepts = vec![
            concept(FREQ, "Frequency"),
            concept(MEASURE, "Measure"),
            concept(STATISTIC, "Statistic"),
            concept(TIME_PERIOD, "Academic year, 1 August to 31 July"),
            concept(OBS_VALUE, "Value"),
        ];
        concepts.extend(
            dimensions(cubes)
                .into_iter()
                .filter(|one| !one.time)
                .map(|one| concept(&dimension_id(one), &one.title)),
        );
        concepts.extend(ATTRIBUTES.iter().map(|one| concept(one.id, one.title)));
        let mut scheme = self.artefact(CONCEPTS, "Concepts of the statistics of technicians");
        scheme["isPartial"] = json!(false);
        scheme["concepts"] = Value::Array(concepts);
        scheme
    }

    fn structure(&self, cube: &Cube) -> Value {
        let mut ids: Vec<String> = timed(cube).then(|| FREQ.to_owned()).into_iter().collect();
        ids.extend([MEASURE, STATISTIC].map(str::to_owned));
        let own = cube.dimensions.iter().filter(|one| !one.time);
        ids.extend(own.map(dimension_id));
        let coded = |id: &String| {
            json!({
                "id": id,
                "conceptIdentity": self.concept(id),
                "localRepresentation": {"enumeration": self.list(&list_id(id))},
            })
        };
        let mut dimensions = json!({
            "id": "DimensionDescriptor",
            "dimensions": ids.iter().map(coded).collect::<Vec<_>>(),
        });
        if timed(cube) {
            dimensions["timeDimension"] = json!({
                "id": TIME_PERIOD,
                "conceptIdentity": self.concept(TIME_PERIOD),
                "localRepresentation": {"format": {"dataType": "TimeRange"}},
            });
        }
        let attributes: Vec<Value> = ATTRIBUTES.iter().map(|one| self.attribute(one)).collect();
        let mut structure = self.artefact(&cube.id, &cube.title);
        structure["dataStructureComponents"] = json!({
            "dimensionList": dimensions,
            "measureList": {"id": "MeasureDescriptor", "measures": [{
                "id": OBS_VALUE,
                "conceptIdentity": self.concept(OBS_VALUE),
                "usage": "optional",
                "localRepresentation": {"format": {"dataType": "Decimal", "decimals": 2}},
            }]},
            "attributeList": {"id": "AttributeDescriptor", "attributes": attributes},
        });
        structure
    }

    fn attribute(&self, attribute: &Attribute) -> Value {
        let representation = match attribute.content {
            Content::Codes(list) => json!({"enumeration": self.list(list)}),
            Content::Decimal => json!({"format": {"dataType": "Decimal", "decimals": 2}}),
            Content::Count => json!({"format": {"dataType": "Count"}}),
            Content::Text => json!({"format": {"dataType": "String"}}),
            Content::Moment => json!({"format": {"dataType": "DateTime"}}),
        };
        let usage = if attribute.mandatory {
            "mandatory"
        } else {
            "optional"
        };
        let mut described = json!({
            "id": attribute.id,
            "conceptIdentity": self.concept(attribute.id),
            "usage": usage,
            "localRepresentation": representation,
        });
        if attribute.of_flow {
            described["attributeRelationship"] = json!({"dataflow": {}});
        } else {
            described["attributeRelationship"] = json!({"observation": {}});
            described["measureRelationship"] = json!([OBS_VALUE]);
        }
        described
    }

    fn flow(&self, cube: &Cube) -> Value {
        let mut flow = self.artefact(&cube.id, &cube.title);
        if !cube.notes.is_empty() {
            let notes = cube.notes.join("\n");
            flow["descriptions"] = json!({"en": notes});
            flow["description"] = json!(notes);
        }
        flow["structure"] = json!(self.urn("datastructure.DataStructure", &cube.id));
        flow
    }
}

fn their_version(list: &str) -> Option<&'static str> {
    THEIR_LISTS
        .iter()
        .find(|(id, _)| *id == list)
        .map(|(_, version)| *version)
}

/// The codes of all cubes, each once, in the order they first stand in.
fn once_each(cubes: &[&Cube], of: &dyn Fn(&Cube) -> Vec<Concept>) -> Vec<Concept> {
    let mut found: Vec<Concept> = Vec::new();
    for concept in cubes.iter().flat_map(|cube| of(cube)) {
        if !found.iter().any(|one| one.code == concept.code) {
            found.push(concept);
        }
    }
    found
}
