//! `client`: OAuth clients, straight on the database. A secret is printed once and kept as a digest only.

use super::output::{Failure, say, say_json};
use super::session::Place;
use crate::access::{Caller, Permission, Secret};
use crate::operations::clients::{self, NewClient};
use clap::{Args, Subcommand};

/// Administer OAuth clients.
#[derive(Debug, Subcommand)]
pub enum Client {
    /// Make a client of an institution, or of the board where no institution is named.
    Add(Add),
    /// Give a client another secret; the former stops working at once.
    Rotate(Rotate),
}

/// Make a client.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics client add lancaster-hr --institution lancaster --scope returns:read --scope returns:write"
)]
pub struct Add {
    /// Its public name, the OAuth `client_id`.
    client_id: String,
    /// What people call it.
    #[arg(long)]
    name: Option<String>,
    /// The institution it belongs to; the board's where left out.
    #[arg(long, value_name = "SLUG")]
    institution: Option<String>,
    /// A scope it may ask for; may be given several times. Every scope of its role where left out.
    #[arg(long = "scope", value_name = "SCOPE", value_parser = scope)]
    scopes: Vec<Permission>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Give a client another secret.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  technician-metrics client rotate lancaster-hr")]
pub struct Rotate {
    /// Its public name.
    client_id: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// A permission by the name of its scope.
fn scope(text: &str) -> Result<Permission, String> {
    Permission::ALL
        .iter()
        .copied()
        .find(|permission| permission.scope() == text)
        .ok_or_else(|| {
            let offered: Vec<&str> = Permission::ALL
                .iter()
                .map(|permission| permission.scope())
                .collect();
            format!("on offer: {}", offered.join(", "))
        })
}

impl Client {
    /// Runs the command.
    pub async fn run(self, place: &Place) -> Result<(), Failure> {
        let service = place.service().await?;
        let registry = Caller::operator().registry()?;
        match self {
            Self::Add(add) => {
                let new = NewClient {
                    name: add.name.unwrap_or_else(|| add.client_id.clone()),
                    client_id: add.client_id.clone(),
                    institution: add.institution,
                    scopes: (!add.scopes.is_empty()).then_some(add.scopes),
                };
                show(
                    &add.client_id,
                    &clients::add(&service, &registry, new).await?,
                    add.json,
                );
            }
            Self::Rotate(rotate) => {
                let secret = clients::rotate(&service, &registry, &rotate.client_id).await?;
                show(&rotate.client_id, &secret, rotate.json);
            }
        }
        Ok(())
    }
}

fn show(client_id: &str, secret: &Secret, json: bool) {
    if json {
        say_json(&serde_json::json!({"client_id": client_id, "client_secret": secret.reveal()}));
    } else {
        say(format_args!(
            "client_id      {client_id}\nclient_secret  {}\nThe secret is not shown again.",
            secret.reveal()
        ));
    }
}
