//! `demo`: the service over a fresh demonstration sector, loaded through the operations a client would use.

mod calendar;
mod clients;
mod clock;
mod figures;
mod plan;
mod synthetic;

use super::output::{Failure, say};
use super::session::Place;
use crate::access::{Caller, OrgUnitsWrite, ReturnsSubmit};
use crate::clock::Surroundings;
use crate::operations::bulk::{self, Given};
use crate::operations::org_units::{self, OrgUnitInput};
use crate::operations::releases::{self, NewRelease};
use crate::operations::{Service, institutions, reference};
use crate::server::Server;
use crate::store::{InstitutionFilter, MAX_LIMIT, PageRequest};
use crate::views::release_document;
use clap::Args;
use clock::Past;
use entity::ids::InstitutionId;
use entity::values::SignatoryStatus;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use synthetic::Employer;

/// Run the service over a fresh demonstration sector.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics demo\n  technician-metrics demo --address 127.0.0.1:9000 --data-dir ./demo"
)]
pub struct Demo {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "HOST:PORT")]
    address: Option<String>,
}

impl Demo {
    /// Makes the sector, says where everything is, and runs until it is told to stop.
    pub async fn run(self, place: Place) -> Result<(), Failure> {
        let kept = place.data_dir.is_some();
        let directory = place.data_dir.clone().unwrap_or_else(temporary);
        std::fs::create_dir_all(&directory)?;
        let database = directory.join("technician-metrics.db");
        if database.exists() {
            return Err(Failure::new(format_args!(
                "{} exists; a demonstration begins afresh: name another --data-dir, or run `serve` over this one",
                database.display()
            )));
        }
        let place = Place {
            data_dir: Some(directory.clone()),
            ..place
        };
        let flags = self
            .address
            .into_iter()
            .map(|address| ("server.address", address))
            .collect();
        let config = place.configuration(flags)?;
        crate::telemetry::init(config.log_format, config.log_level);
        let clock = Arc::new(Past::default());
        let surroundings = Surroundings {
            clock: Arc::<Past>::clone(&clock),
            ..Surroundings::default()
        };
        let server = Server::bind(&config, true, surroundings).await?;
        load(server.service(), &clock).await?;
        let base_url = format!("http://{}", server.address());
        let credentials = clients::make(server.service(), &base_url, &directory).await?;
        greet(&base_url, &credentials);
        server.run().await?;
        if !kept {
            std::fs::remove_dir_all(&directory)?;
        }
        Ok(())
    }
}

/// A directory of its own for a demonstration that is not to be kept.
fn temporary() -> PathBuf {
    std::env::temp_dir().join(format!("technician-metrics-demo-{}", std::process::id()))
}

/// What is entered for one institution.
#[derive(Default)]
struct Entry {
    units: Vec<OrgUnitInput>,
    returns: Vec<Given>,
    /// Its slug, if what it has is made up.
    employer: Option<String>,
}

/// Loads the sector: signatories and providers, published figures and made-up ones, plans, and the first release.
async fn load(service: &Service, clock: &Past) -> Result<(), Failure> {
    let registry = Caller::operator().registry()?;
    reference::load_signatories(service, &registry).await?;
    figures::enter_providers(service, &registry).await?;
    calendar::set(service, &registry).await?;
    let entries = entries(service).await?;
    let synthetic: Vec<(InstitutionId, String)> = entries
        .iter()
        .filter_map(|(id, entry)| Some((*id, entry.employer.clone()?)))
        .collect();
    let progress = bar(entries.values().map(|entry| entry.returns.len()).sum());
    for (institution, entry) in entries {
        let operator = Caller::operator_for(institution);
        let scope = operator.tenant::<OrgUnitsWrite>(Some(institution))?;
        org_units::create_all(service, &scope, &entry.units).await?;
        let scope = operator.tenant::<ReturnsSubmit>(Some(institution))?;
        let entered = entry.returns.len();
        bulk::enter(service, &scope, entry.returns).await?;
        progress.inc(entered as u64);
    }
    progress.finish_and_clear();
    plan::load(service).await?;
    plan::made_up(service, clock, &synthetic).await?;
    first_release(service).await
}

/// The first release, so that a stranger has something to read.
async fn first_release(service: &Service) -> Result<(), Failure> {
    let asked = NewRelease {
        name: "demonstration".to_owned(),
        title: "Technicians in UK higher education and research: a demonstration".to_owned(),
        notes: Some(
            "Made when the demonstration started. Most returns in it are synthetic and none of its figures may be quoted; \
             the sources of each measure say which are published ones."
                .to_owned(),
        ),
        ..NewRelease::default()
    };
    let scope = Caller::operator().releases()?;
    releases::create(
        service,
        &scope,
        asked,
        super::release::progress(),
        release_document,
    )
    .await?;
    Ok(())
}

/// The returns of every institution: published ones, and made-up ones for signatories of whose technicians nothing is
/// published. Whom the demonstration's visitor plays has none made up.
async fn entries(service: &Service) -> Result<BTreeMap<InstitutionId, Entry>, Failure> {
    let page = PageRequest::read(Some(MAX_LIMIT), None)?;
    let everybody = institutions::list(service, &InstitutionFilter::default(), &page).await?;
    let mut published: BTreeMap<String, Vec<figures::Published>> = BTreeMap::new();
    for one in figures::published()? {
        published
            .entry(one.ukprn().to_owned())
            .or_default()
            .push(one);
    }
    let mut entries: BTreeMap<InstitutionId, Entry> = BTreeMap::new();
    for institution in everybody.items {
        let ukprn = institution.ukprn.map(|ukprn| ukprn.to_string());
        let figures = ukprn.and_then(|ukprn| published.remove(&ukprn));
        let figures = figures.unwrap_or_default();
        let entry = entries.entry(institution.id).or_default();
        entry.returns = figures.into_iter().map(figures::Published::given).collect();
        let played = clients::PLAYED.contains(&institution.slug.as_str());
        if institution.status == SignatoryStatus::Signatory && !played {
            let employer = Employer::of(&institution);
            entry.employer = Some(institution.slug.to_string());
            let units = synthetic::units_of(&employer).into_iter();
            entry.units = units.map(synthetic::Unit::input).collect();
            entry.returns.extend(employer.returns());
        }
    }
    Ok(entries)
}

/// A bar on a terminal; one line elsewhere.
fn bar(length: usize) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if bar.is_hidden() {
        say(format_args!(
            "Loading {length} returns, published and synthetic ..."
        ));
    }
    let style = ProgressStyle::with_template("Loading returns {bar:40} {pos}/{len}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn greet(base_url: &str, credentials: &Path) {
    let file = credentials.display();
    say(format_args!(
        "
technician-metrics answers on {base_url}

  {base_url}/            where everything is
  {base_url}/docs/       REST, documented
  {base_url}/graphiql    GraphQL, tried out

Credentials of the demonstration's clients are in
  {file}

Paste this into another terminal to ask for technicians in Scotland by year
(the figures are HESA's published group 3, wider than technicians, and marked so):

  CREDENTIALS={file}
  secret() {{ grep -A3 \"\\\"$1\\\": {{\" \"$CREDENTIALS\" | sed -n 's/.*\"client_secret\": \"\\(.*\\)\".*/\\1/p'; }}
  token() {{ curl -s {base_url}/oauth/token -d grant_type=client_credentials -d client_id=$1 -d client_secret=$(secret $1) | sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/'; }}
  curl -sg -H \"Authorization: Bearer $(token board)\" '{base_url}/v1/sector/query?measure=headcount&group_by=year&where[nation]=scotland'

Stop with Ctrl-C."
    ));
}
