//! The command line: each command in its file, each with help and an example.
//!
//! Exit 0 on success, 2 on wrong usage, 1 on failure with one clear line on standard error. A command does what its
//! HTTP twin does, through the same operations.

mod check_config;
mod client;
pub mod contracts;
mod credentials;
mod demo;
mod healthcheck;
mod import;
mod institution;
mod migrate;
mod output;
mod push;
mod release;
mod remote;
mod serve;
mod session;

use clap::{Parser, Subcommand};
use output::{Failure, complain};
use std::path::PathBuf;
use std::process::ExitCode;

/// Technician headcounts and action plans of UK institutions, each in its own space, and the sector's figures from all
/// of them.
#[derive(Debug, Parser)]
#[command(name = "technician-metrics", version, max_term_width = 110)]
#[command(after_help = "Start with:  technician-metrics demo")]
struct Cli {
    /// Configuration file (TOML); `check-config` prints every key.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of the embedded database and the signing key.
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the service.
    Serve(serve::Serve),
    /// Run the service over a fresh demonstration sector.
    Demo(demo::Demo),
    /// Apply or list schema migrations.
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Validate and print the effective configuration, secrets masked.
    CheckConfig(check_config::CheckConfig),
    /// Write the generated contracts: openapi.json, schema.graphql, problem codes, configuration, permissions.
    Contracts(contracts::Contracts),
    /// Ask a running server whether it is ready; exit 0 if it is.
    Healthcheck(healthcheck::Healthcheck),
    /// Administer institutions straight on the database.
    #[command(subcommand)]
    Institution(institution::Institution),
    /// Administer OAuth clients straight on the database; a secret is printed once.
    #[command(subcommand)]
    Client(client::Client),
    /// Load a file into the database or, with --server, through the API.
    #[command(subcommand)]
    Import(import::Import),
    /// Make releases of the sector, and write their files.
    #[command(subcommand)]
    Release(release::Release),
    /// Check, send and, if wanted, submit a file of rows: what a nightly job runs.
    Push(push::Push),
}

/// Runs the command that was given; its exit code.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let runtime = actix_web::rt::System::new();
    match runtime.block_on(dispatch(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            complain(&failure);
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    let place = session::Place {
        config: cli.config,
        data_dir: cli.data_dir,
    };
    match cli.command {
        Command::Serve(command) => command.run(place).await,
        Command::Demo(command) => command.run(place).await,
        Command::Migrate(command) => command.run(&place).await,
        Command::CheckConfig(command) => command.run(&place),
        Command::Contracts(command) => command.run(),
        Command::Healthcheck(command) => command.run(&place).await,
        Command::Institution(command) => command.run(&place).await,
        Command::Client(command) => command.run(&place).await,
        Command::Import(command) => command.run(&place).await,
        Command::Release(command) => command.run(&place).await,
        Command::Push(command) => command.run().await,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn every_command_has_help_with_an_example() {
        fn walk(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            if command.has_subcommands() {
                command.get_subcommands().for_each(|sub| walk(sub, &path));
            } else {
                let help = command
                    .get_after_help()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(help.contains("Example"), "{path} has no example");
                assert!(
                    command.get_about().is_some(),
                    "{path} does not say what it does"
                );
            }
        }
        super::Cli::command().debug_assert();
        super::Cli::command()
            .get_subcommands()
            .for_each(|sub| walk(sub, "technician-metrics"));
    }
}
