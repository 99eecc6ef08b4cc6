//! The server: a checked configuration in, an address and a running service out. Used by `main` and by every test.

use crate::access::{Issuer, SigningKey};
use crate::clock::Surroundings;
use crate::config::Config;
use crate::fault::Fault;
use crate::http::head::head_as_get;
use crate::http::idempotency::repeatable;
use crate::http::panic::caught;
use crate::http::prefer::preferred;
use crate::http::{Limits, Problem};
use crate::operations::Service;
use crate::rest::{self, fallback, openapi};
use crate::store::{Options, Store};
use crate::{graphql, telemetry};
use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpResponse, HttpServer, web};
use secrecy::ExposeSecret as _;
use std::net::{SocketAddr, TcpListener};
use std::time::Duration;
use utoipa_actix_web::AppExt as _;

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The data directory cannot be used.
    #[error("data directory {path}: {cause}")]
    Directory {
        /// The directory.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The signing key cannot be had.
    #[error(transparent)]
    Key(#[from] crate::access::KeyFault),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {cause}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The database cannot be opened or is not ready.
    #[error("database: {0}")]
    Database(Fault),
    /// Migrations are due and were not asked for.
    #[error(
        "the database lacks {0} migration(s); run `technician-metrics migrate up`, or start with --migrate"
    )]
    Migrations(usize),
}

impl From<Fault> for StartFault {
    fn from(fault: Fault) -> Self {
        Self::Database(fault)
    }
}

/// A service that listens and does not answer yet.
pub struct Server {
    address: SocketAddr,
    service: Data<Service>,
    running: actix_web::dev::Server,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// Opens the store that a configuration names; makes the data directory if it is needed.
pub async fn open_store(config: &Config) -> Result<Store, StartFault> {
    std::fs::create_dir_all(&config.data_directory).map_err(|cause| StartFault::Directory {
        path: config.data_directory.display().to_string(),
        cause,
    })?;
    let options = Options {
        url: config.database_url.expose_secret().to_owned(),
        connections: config.database_connections,
        wait: config.database_wait,
    };
    Ok(Store::open(&options).await?)
}

/// The issuer of access tokens; its key is made on first start where the configuration names none.
pub fn issuer(config: &Config, name: String) -> Result<Issuer, StartFault> {
    let key = SigningKey::at(&config.signing_key_file, config.signing_key_may_be_made)?;
    Ok(Issuer::new(key, name))
}

impl Server {
    /// Opens the store, applies or checks migrations, loads reference data, and listens.
    pub async fn bind(
        config: &Config,
        migrate: bool,
        surroundings: Surroundings,
    ) -> Result<Self, StartFault> {
        let store = open_store(config).await?;
        if migrate {
            store.migrate().await?;
        }
        let due = store
            .migrations()
            .await?
            .iter()
            .filter(|(_, applied)| !applied)
            .count();
        if due > 0 {
            return Err(StartFault::Migrations(due));
        }
        let refused = |cause| StartFault::Address {
            address: config.address,
            cause,
        };
        let listener = TcpListener::bind(config.address).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let name = config.public_url_at(address);
        let service = Data::new(Service::start(store, issuer(config, name)?, surroundings).await?);
        let running = listen(config, listener, service.clone()).map_err(refused)?;
        Ok(Self {
            address,
            service,
            running,
        })
    }

    /// The address it listens on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The service behind it.
    pub const fn service(&self) -> &Data<Service> {
        &self.service
    }

    /// Stops it from outside.
    pub fn handle(&self) -> ServerHandle {
        self.running.handle()
    }

    /// Answers until it is told to stop; what was accepted is finished first.
    pub async fn run(self) -> std::io::Result<()> {
        self.running.await
    }
}

fn listen(
    config: &Config,
    listener: TcpListener,
    service: Data<Service>,
) -> std::io::Result<actix_web::dev::Server> {
    let limits = Data::new(Limits {
        json: config.limits.json_bytes as u64,
        upload: config.limits.upload_bytes as u64,
        unpacked: config.limits.unpacked_bytes as u64,
        graphql: config.limits.graphql_bytes as u64,
    });
    let document = Data::new(openapi::document());
    let schema = Data::new(graphql::schema());
    let server = HttpServer::new(move || {
        // The library's page, with the document of this service.
        let docs = utoipa_swagger_ui::SwaggerUi::new("/docs/{_:.*}")
            .url("/openapi.json", (**document).clone());
        let (app, _) = App::new()
            .into_utoipa_app()
            .configure(rest::routes)
            .split_for_parts();
        app.app_data(service.clone())
            .app_data(limits.clone())
            .app_data(document.clone())
            .app_data(schema.clone())
            .configure(graphql::configure)
            .service(
                web::resource("/")
                    .route(web::get().to(front))
                    .default_service(web::to(fallback::unmatched)),
            )
            .service(web::redirect("/docs", "/docs/"))
            .service(docs)
            .default_service(web::to(fallback::unmatched))
            .wrap(from_fn(repeatable))
            .wrap(from_fn(preferred))
            .wrap(Compress::default())
            .wrap(from_fn(fallback::spelled_out))
            .wrap(from_fn(head_as_get))
            .wrap(from_fn(caught))
            .wrap(from_fn(telemetry::observe))
    })
    .shutdown_timeout(config.shutdown.as_secs())
    .client_request_timeout(Duration::from_secs(10))
    .keep_alive(Duration::from_secs(75));
    Ok(server
        .workers(config.workers)
        .listen_auto_h2c(listener)?
        .run())
}

/// The front page: where everything is.
async fn front() -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body(include_str!("../assets/front.html")))
}
