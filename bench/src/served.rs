//! The servers that are measured: the service itself, and the plain handler it is compared with.

use crate::Failure;
use crate::fill::Filled;
use crate::load::{Connection, request};
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpResponse, HttpServer, web};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use technician_metrics::clock::Surroundings;
use technician_metrics::config::{Inputs, load};
use technician_metrics::server::Server;

/// A server on a thread of its own.
pub struct Served {
    /// Where it listens.
    pub address: SocketAddr,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    /// The service over a filled database, configured as it comes: one worker for each core, ten connections.
    pub fn service(
        filled: &Filled,
        directory: &Path,
        surroundings: Surroundings,
    ) -> Result<Self, Failure> {
        let flags = vec![
            ("server.address", "127.0.0.1:0".to_owned()),
            ("server.shutdown_seconds", "1".to_owned()),
            ("database.url", filled.url.clone()),
            ("data.directory", directory.display().to_string()),
        ];
        let config = load(&Inputs {
            flags,
            ..Inputs::default()
        })
        .map_err(|faults| faults.to_string())?;
        let (sender, receiver) = channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                match Server::bind(&config, false, surroundings).await {
                    Ok(server) => {
                        let _ = sender.send(Ok((server.address(), server.handle())));
                        let _ = server.run().await;
                    }
                    Err(fault) => {
                        let _ = sender.send(Err(fault.to_string()));
                    }
                }
            });
        });
        let (address, handle) = receiver.recv()??;
        Ok(Self {
            address,
            handle,
            thread: Some(thread),
        })
    }

    /// A plain handler that answers every request with the same JSON, with as many workers as the service has.
    pub fn plain(body: Vec<u8>) -> Result<Self, Failure> {
        let body = web::Bytes::from(body);
        let workers = std::thread::available_parallelism()?.get();
        let (sender, receiver) = channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    let body = body.clone();
                    let answer = move || {
                        std::future::ready(
                            HttpResponse::Ok()
                                .content_type("application/json")
                                .body(body.clone()),
                        )
                    };
                    App::new().default_service(web::to(answer))
                });
                let bound = server
                    .workers(workers)
                    .shutdown_timeout(1)
                    .bind("127.0.0.1:0");
                match bound {
                    Ok(server) => {
                        let address = server.addrs()[0];
                        let server = server.run();
                        let _ = sender.send(Ok((address, server.handle())));
                        let _ = server.await;
                    }
                    Err(fault) => {
                        let _ = sender.send(Err(fault.to_string()));
                    }
                }
            });
        });
        let (address, handle) = receiver.recv()??;
        Ok(Self {
            address,
            handle,
            thread: Some(thread),
        })
    }

    /// An access token, as its header's value.
    pub async fn token(&self, filled: &Filled, client: &str) -> Result<String, Failure> {
        let secret = &filled.secrets[client];
        let form =
            format!("grant_type=client_credentials&client_id={client}&client_secret={secret}");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let answer = self
            .ask(&request("POST", "/oauth/token", &headers, form.as_bytes()))
            .await?;
        Self::bearer(&answer)
    }

    /// The token of an answer, as its header's value.
    pub fn bearer(answer: &[u8]) -> Result<String, Failure> {
        let answer: serde_json::Value = serde_json::from_slice(answer)?;
        Ok(format!(
            "Bearer {}",
            answer["access_token"].as_str().ok_or("no token")?
        ))
    }

    /// One answer, over a connection of its own.
    pub async fn ask(&self, request: &[u8]) -> Result<Vec<u8>, Failure> {
        Ok(Connection::to(self.address)
            .await?
            .ask(request)
            .await?
            .to_vec())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // The command is sent at once; the thread sees to it.
        drop(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
