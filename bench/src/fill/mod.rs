//! Fills a fresh database with the benchmark sector.
//!
//! Institutions and clients are made by the service's own operations; org units, returns and rows are written straight
//! into their tables, because two million rows over HTTP would take longer than everything that is measured. What is
//! written is what as many submissions would have left behind, the counter of submissions included.

mod postgres;
pub mod sqlite;

use crate::Failure;
use crate::sector::{Institution, Sector};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use technician_metrics::access::{Caller, Issuer, SigningKey};
use technician_metrics::clock::{Surroundings, SystemClock};
use technician_metrics::operations::Service;
use technician_metrics::operations::clients::{self, NewClient};
use technician_metrics::operations::institutions::{self, InstitutionInput};
use technician_metrics::store::{Engine, Options, Store};
use tests::SeededIds;
use uuid::Uuid;

/// How many institutions have a client of their own, and a draft in the load of merges.
pub const WRITERS: usize = 16;

/// A filled database.
#[derive(Clone, Debug)]
pub struct Filled {
    /// Its engine.
    pub engine: Engine,
    /// Its address.
    pub url: String,
    /// The sector in it.
    pub sector: Sector,
    /// The sector's institutions.
    pub institutions: Vec<Institution>,
    /// Their identities, by place.
    pub ids: Vec<Uuid>,
    /// Secrets by client id: `board`, and a client of its institution's name for the first [`WRITERS`].
    pub secrets: BTreeMap<String, String>,
}

/// Migrates an empty database and fills it. `directory` keeps the signing key.
pub async fn fill(url: &str, directory: &Path, sector: Sector) -> Result<Filled, Failure> {
    let options = Options {
        url: url.to_owned(),
        connections: 2,
        wait: Duration::from_secs(20),
    };
    let store = Store::open(&options).await?;
    let engine = store.engine();
    store.migrate().await?;
    let surroundings = Surroundings {
        clock: Arc::new(SystemClock),
        ids: Arc::new(SeededIds::from(1)),
    };
    let issuer = Issuer::new(
        SigningKey::at(&directory.join("fill-key.pem"), true)?,
        "fill".to_owned(),
    );
    let service = Service::start(store.clone(), issuer, surroundings).await?;
    let mut filled = Filled {
        engine,
        url: url.to_owned(),
        sector,
        institutions: sector.institutions(),
        ids: Vec::new(),
        secrets: BTreeMap::new(),
    };
    register(&service, &mut filled).await?;
    drop(service);
    store.close().await;
    match engine {
        Engine::Postgres => postgres::rows(&filled).await?,
        Engine::Sqlite => sqlite::rows(&filled).await?,
    }
    Ok(filled)
}

/// Institutions and clients, by the operations that make them in production.
async fn register(service: &Service, filled: &mut Filled) -> Result<(), Failure> {
    let scope = Caller::operator().registry()?;
    for institution in &filled.institutions {
        let input = InstitutionInput {
            slug: institution.slug.clone(),
            name: format!("University of {}", institution.slug),
            kind: institution.kind.to_owned(),
            nation: institution.nation.to_owned(),
            mission_group: Some(institution.mission_group.to_owned()),
            ..InstitutionInput::default()
        };
        filled
            .ids
            .push(institutions::create(service, &scope, input).await?.id.0);
    }
    let writers = filled
        .institutions
        .iter()
        .take(WRITERS)
        .map(|institution| Some(institution.slug.clone()));
    for institution in writers.chain([None]) {
        let client_id = institution.clone().unwrap_or_else(|| "board".to_owned());
        let new = NewClient {
            client_id: client_id.clone(),
            name: client_id.clone(),
            institution,
            scopes: None,
        };
        let secret = clients::add(service, &scope, new).await?;
        filled.secrets.insert(client_id, secret.reveal().to_owned());
    }
    Ok(())
}
