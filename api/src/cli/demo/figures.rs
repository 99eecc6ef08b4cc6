//! Published figures as returns: HESA's non-academic staff of Scottish providers, and academic staff as denominators.
//!
//! HESA counts by SOC major group, not by technician: group 3, associate professional and technical occupations, is
//! wider than technicians. The rows carry the job family `soc2010-3` and every return a remark that says so. The
//! full-time and part-time rows are loaded; the "All" rows are HESA's own rounded totals and are not.

use crate::access::{RegistryScope, RegistryWrite};
use crate::cli::output::Failure;
use crate::operations::Service;
use crate::operations::bulk::Given;
use crate::operations::institutions::{self, InstitutionInput, ROOT_UNIT};
use crate::operations::reference::{Files, slug};
use crate::operations::returns::ReturnKey;
use crate::operations::rows::{RowFormat, Sent};
use crate::operations::submissions::Statement;
use entity::values::{AcademicYear, DatasetName, Provenance, Ukprn};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const GROUP_3: &str = "Associate professional and technical occupations";
const HEADCOUNT_REMARK: &str = "HESA Staff table 1 (CC BY 4.0, HESA/Jisc): non-academic, non-atypical staff of SOC2010 major \
     group 3, associate professional and technical occupations, which is wider than technicians; full-time and part-time \
     figures as published, each rounded to the nearest 5.";
const ACADEMIC_REMARK: &str = "HESA Staff table 7 (CC BY 4.0, HESA/Jisc): academic staff, total as published, rounded to the \
     nearest 5.";

#[derive(Deserialize)]
struct SocRecord {
    ukprn: Option<String>,
    he_provider: String,
    academic_year: AcademicYear,
    mode_of_employment: String,
    activity_soc2010_major_group: String,
    number: Option<i64>,
}

#[derive(Deserialize)]
struct AcademicRecord {
    ukprn: Option<String>,
    academic_year: AcademicYear,
    total_academic_staff: i64,
}

#[derive(Deserialize)]
struct ProviderRecord {
    ukprn: String,
    dfe_name: String,
    ror: Option<String>,
}

/// A return to be made.
#[derive(Debug)]
pub struct Published {
    ukprn: String,
    key: ReturnKey,
    rows: Vec<Value>,
    remark: &'static str,
}

/// Enters the Scottish providers of HESA's table that are not signatories, marked as such.
pub async fn enter_providers(
    service: &Service,
    scope: &RegistryScope<RegistryWrite>,
) -> Result<(), Failure> {
    let providers: BTreeMap<String, ProviderRecord> =
        Files::records::<ProviderRecord>("providers-ukprn.csv")?
            .into_iter()
            .map(|record| (record.ukprn.clone(), record))
            .collect();
    let mut scottish = BTreeMap::new();
    for record in Files::records::<SocRecord>("hesa-scotland-nonacademic-soc.csv")? {
        if let Some(ukprn) = record.ukprn {
            scottish.insert(ukprn, record.he_provider);
        }
    }
    for (ukprn, hesa_name) in scottish {
        let known = institutions::by_ukprn(service, ukprn.parse::<Ukprn>()?).await?;
        if known.is_some() {
            continue;
        }
        let provider = providers.get(&ukprn);
        let name = provider.map_or(hesa_name, |provider| provider.dfe_name.clone());
        let input = InstitutionInput {
            slug: slug(&name)?,
            name,
            kind: "university".to_owned(),
            nation: "scotland".to_owned(),
            ukprn: Some(ukprn),
            ror: provider.and_then(|provider| provider.ror.clone()),
            status: Some("not-signatory".to_owned()),
            source: Some("HESA Staff table 1".to_owned()),
            ..InstitutionInput::default()
        };
        institutions::create(service, scope, input).await?;
    }
    Ok(())
}

/// Every return the published tables give.
pub fn published() -> Result<Vec<Published>, Failure> {
    let mut headcounts: BTreeMap<(String, AcademicYear), Vec<Value>> = BTreeMap::new();
    for record in Files::records::<SocRecord>("hesa-scotland-nonacademic-soc.csv")? {
        let mode = match record.mode_of_employment.as_str() {
            "Full-time" => "full-time",
            "Part-time" => "part-time",
            _ => continue,
        };
        let (Some(ukprn), Some(number)) = (record.ukprn, record.number) else {
            continue;
        };
        if record.activity_soc2010_major_group != GROUP_3 {
            continue;
        }
        headcounts.entry((ukprn, record.academic_year)).or_default().push(json!({
            "org_unit": ROOT_UNIT, "job_family": "soc2010-3", "grade": "not-known", "sex": "not-known",
            "age_band": "not-known", "terms": "not-known", "mode": mode, "headcount": number,
        }));
    }
    let headcounts = headcounts
        .into_iter()
        .map(|((ukprn, year), rows)| Published {
            ukprn,
            key: ReturnKey {
                dataset: DatasetName::Headcount,
                year,
            },
            rows,
            remark: HEADCOUNT_REMARK,
        });
    // Rows without a UKPRN are totals of the table, not a provider's.
    let academics = Files::records::<AcademicRecord>("hesa-academic-terms.csv")?.into_iter().filter_map(|record| {
        Some(Published {
            ukprn: record.ukprn?,
            key: ReturnKey { dataset: DatasetName::Denominators, year: record.academic_year },
            rows: vec![json!({"org_unit": ROOT_UNIT, "academic_headcount": record.total_academic_staff})],
            remark: ACADEMIC_REMARK,
        })
    });
    Ok(headcounts.chain(academics).collect())
}

impl Published {
    /// The provider's UKPRN.
    pub fn ukprn(&self) -> &str {
        &self.ukprn
    }

    /// The return, as it is entered.
    pub fn given(self) -> Given {
        let body = json!({"rows": self.rows}).to_string();
        Given {
            key: self.key,
            rows: Some(Sent::new(RowFormat::Json, body.into_bytes())),
            statement: Statement {
                provenance: Some(Provenance::Published),
                remark: Some(self.remark.to_owned()),
                ..Statement::default()
            },
            submitted: true,
            said: "The figures are given as they were published.",
        }
    }
}
