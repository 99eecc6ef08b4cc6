//! A migrated database with institutions and clients, made once for each engine and copied for each world.

use crate::cluster::{Cluster, SERVICE, as_user};
use crate::surroundings::{SeededIds, TestClock, beginning};
use crate::{Engine, Persona};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use technician_metrics::access::{Caller, Issuer, Permission, SigningKey};
use technician_metrics::clock::Surroundings;
use technician_metrics::operations::Service;
use technician_metrics::operations::clients::{self, NewClient};
use technician_metrics::operations::institutions::{self, InstitutionInput};
use technician_metrics::store::{Options, Store};
use tempfile::TempDir;

/// Secrets of the personas by client id.
pub type Secrets = BTreeMap<&'static str, String>;

/// The first identifier a world makes; those below are the template's.
pub const FIRST_ID: u64 = 10_000;

struct Sqlite {
    directory: TempDir,
    secrets: Secrets,
}

/// A fresh copy of the template: its address, and the personas' secrets. SQLite files go into `directory`.
pub async fn fresh(engine: Engine, directory: &Path) -> (String, Secrets) {
    match engine {
        Engine::Sqlite => {
            let template = tokio::task::spawn_blocking(sqlite)
                .await
                .expect("the template is made");
            let file = directory.join("world.db");
            std::fs::copy(template.directory.path().join("template.db"), &file)
                .expect("the template is copied");
            (
                format!("sqlite:{}", file.display()),
                template.secrets.clone(),
            )
        }
        Engine::Postgres => tokio::task::spawn_blocking(|| {
            let secrets = postgres();
            let url = Cluster::shared().fresh_from("technician_metrics_template");
            // Served as in production: by a role that owns nothing.
            (as_user(&url, SERVICE), secrets)
        })
        .await
        .expect("the template is made"),
    }
}

fn sqlite() -> &'static Sqlite {
    static TEMPLATE: OnceLock<Sqlite> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let directory = TempDir::new().expect("a temporary directory");
        let url = format!("sqlite:{}", directory.path().join("template.db").display());
        let secrets = on_own_runtime(prepare(url, key(directory.path())));
        Sqlite { directory, secrets }
    })
}

fn postgres() -> Secrets {
    static SECRETS: OnceLock<Secrets> = OnceLock::new();
    SECRETS
        .get_or_init(|| {
            let (sender, receiver) = std::sync::mpsc::channel();
            let directory = TempDir::new().expect("a temporary directory");
            let key = key(directory.path());
            Cluster::shared().create_template(
                "technician_metrics_template",
                move |url| async move {
                    sender
                        .send(prepare(url, key).await)
                        .expect("the maker waits");
                },
            );
            receiver.recv().expect("the template was made")
        })
        .clone()
}

fn on_own_runtime<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let make = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime")
            .block_on(work)
    };
    std::thread::scope(|scope| scope.spawn(make).join().expect("the work ends"))
}

fn key(directory: &Path) -> PathBuf {
    directory.join("template-key.pem")
}

/// Migrates a database and fills it with what every world has: four institutions and the personas' clients.
async fn prepare(url: String, key: PathBuf) -> Secrets {
    let options = Options {
        url,
        connections: 2,
        wait: Duration::from_secs(20),
    };
    let store = Store::open(&options).await.expect("the template opens");
    store.migrate().await.expect("migrations apply");
    let surroundings = Surroundings {
        clock: Arc::new(TestClock::at(beginning())),
        ids: Arc::new(SeededIds::from(1)),
    };
    let issuer = Issuer::new(
        SigningKey::at(&key, true).expect("a key"),
        "template".to_owned(),
    );
    let service = Service::start(store.clone(), issuer, surroundings)
        .await
        .expect("reference data load");
    for (slug, name, nation, group, ukprn, ror, status) in INSTITUTIONS {
        let input = InstitutionInput {
            slug: (*slug).to_owned(),
            name: (*name).to_owned(),
            kind: "university".to_owned(),
            nation: (*nation).to_owned(),
            mission_group: Some((*group).to_owned()),
            ukprn: Some((*ukprn).to_owned()),
            ror: Some((*ror).to_owned()),
            status: Some((*status).to_owned()),
            ..InstitutionInput::default()
        };
        let scope = Caller::operator()
            .registry()
            .expect("the operator administers");
        institutions::create(&service, &scope, input)
            .await
            .expect("the institution is new");
    }
    let mut secrets = Secrets::new();
    for persona in Persona::ALL {
        let Some(client_id) = persona.client_id() else {
            continue;
        };
        let institution = match persona {
            Persona::Lancaster | Persona::LancasterReadonly => Some("lancaster"),
            Persona::Edinburgh => Some("edinburgh"),
            Persona::Board | Persona::Stranger | Persona::Forger => None,
        };
        let reads = [
            Permission::InstitutionRead,
            Permission::ReturnsRead,
            Permission::PlansRead,
        ];
        let new = NewClient {
            client_id: client_id.to_owned(),
            name: client_id.to_owned(),
            institution: institution.map(ToOwned::to_owned),
            scopes: (persona == Persona::LancasterReadonly).then(|| reads.to_vec()),
        };
        let scope = Caller::operator()
            .registry()
            .expect("the operator administers");
        let secret = clients::add(&service, &scope, new)
            .await
            .expect("the client is new");
        secrets.insert(client_id, secret.reveal().to_owned());
    }
    drop(service);
    store.close().await;
    secrets
}

type Known = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// What every world's registry holds; a small part of the real one.
const INSTITUTIONS: &[Known] = &[
    (
        "lancaster",
        "Lancaster University",
        "england",
        "none",
        "10007768",
        "https://ror.org/04f2nsd36",
        "signatory",
    ),
    (
        "edinburgh",
        "The University of Edinburgh",
        "scotland",
        "russell-group",
        "10007790",
        "https://ror.org/01nrxwf90",
        "signatory",
    ),
    (
        "glasgow",
        "University of Glasgow",
        "scotland",
        "russell-group",
        "10007794",
        "https://ror.org/00vtgdb53",
        "signatory",
    ),
    (
        "abertay",
        "Abertay University",
        "scotland",
        "none",
        "10007849",
        "https://ror.org/04mwwnx67",
        "not-signatory",
    ),
];
