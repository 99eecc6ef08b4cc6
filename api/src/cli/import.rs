//! `import`: loads a file into the database or, with `--server`, through the API.

use super::credentials::Credentials;
use super::output::{Failure, say};
use super::remote::{Ask, Remote};
use super::session::Place;
use crate::access::{Caller, PlansWrite};
use crate::operations::action_plans::{self, PlanInput};
use crate::operations::{IfMatch, institutions, reference};
use clap::{Args, Subcommand};
use reqwest::Method;
use serde_json::Value;
use std::path::PathBuf;

/// Load a file.
#[derive(Debug, Subcommand)]
pub enum Import {
    /// Load the table of an action plan (CSV) as a new plan.
    ActionPlan(ActionPlan),
    /// Load the reference data shipped in this program: code lists, years, and the known signatories if asked.
    Reference(Reference),
}

/// Load the table of an action plan.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics import action-plan plan.csv --institution lancaster --title 'Stage 1 action plan'\n  TECHNICIAN_METRICS_CLIENT_ID=... TECHNICIAN_METRICS_CLIENT_SECRET=... \\\n    technician-metrics import action-plan plan.csv --institution lancaster --title 'Stage 1' --server https://metrics.example"
)]
pub struct ActionPlan {
    /// CSV with the columns theme, aim, activity, `activity_number`, action, `time_scale`, `measure_of_success`, `lead_person`.
    file: PathBuf,
    /// The institution.
    #[arg(long, value_name = "SLUG")]
    institution: String,
    /// Title of the plan.
    #[arg(long)]
    title: String,
    /// Self-assessment stage it belongs to.
    #[arg(long, default_value_t = 1)]
    stage: i32,
    /// Length in months, extensions included.
    #[arg(long, default_value_t = 24)]
    months: i32,
    /// First day of the plan, if it is known.
    #[arg(long, value_name = "DATE")]
    starts_on: Option<chrono::NaiveDate>,
    /// Through the API of this server. Credentials come from `TECHNICIAN_METRICS_CLIENT_ID` and
    /// `TECHNICIAN_METRICS_CLIENT_SECRET`, never from an argument.
    #[arg(long, value_name = "URL")]
    server: Option<String>,
}

/// Load the reference data.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  technician-metrics import reference --signatories")]
pub struct Reference {
    /// Enter the known signatories too; those that are there are left as they are.
    #[arg(long)]
    signatories: bool,
}

impl Import {
    /// Runs the command.
    pub async fn run(self, place: &Place) -> Result<(), Failure> {
        match self {
            Self::ActionPlan(plan) => plan.run(place).await,
            Self::Reference(reference) => reference.run(place).await,
        }
    }
}

impl Reference {
    async fn run(self, place: &Place) -> Result<(), Failure> {
        // Starting a service brings code lists and years up to date.
        let service = place.service().await?;
        say("Code lists and academic years are up to date.");
        if self.signatories {
            let entered =
                reference::load_signatories(&service, &Caller::operator().registry()?).await?;
            say(format_args!("{entered} signatories entered."));
        }
        Ok(())
    }
}

impl ActionPlan {
    async fn run(self, place: &Place) -> Result<(), Failure> {
        let bytes = std::fs::read(&self.file)
            .map_err(|cause| Failure::new(format_args!("{}: {cause}", self.file.display())))?;
        let actions = match &self.server {
            Some(server) => self.through(server, bytes).await?,
            None => self.straight(place, bytes).await?,
        };
        say(format_args!(
            "{actions} actions imported for {}.",
            self.institution
        ));
        Ok(())
    }

    async fn straight(&self, place: &Place, bytes: Vec<u8>) -> Result<usize, Failure> {
        let service = place.service().await?;
        let institution = institutions::get(&service, &self.institution).await?.id;
        let scope = Caller::operator_for(institution).tenant::<PlansWrite>(Some(institution))?;
        // Read once before anything is stored, so that a faulty file leaves no empty plan behind.
        crate::formats::plan_csv::read(bytes.as_slice())?;
        let input = PlanInput {
            title: self.title.clone(),
            stage: self.stage,
            starts_on: self.starts_on,
            months: self.months,
            extended_by: 0,
            source: None,
        };
        let plan = action_plans::create(&service, &scope, input).await?;
        let (_, actions) = action_plans::import(
            &service,
            &scope,
            plan.id,
            IfMatch::Version(plan.version),
            &bytes,
        )
        .await?;
        Ok(actions.len())
    }

    async fn through(&self, server: &str, bytes: Vec<u8>) -> Result<usize, Failure> {
        crate::formats::plan_csv::read(bytes.as_slice())?;
        let remote = Remote::new(server, Credentials::of_environment()?)?;
        let plans = format!("/v1/institutions/{}/action-plans", self.institution);
        let new = serde_json::json!({
            "title": self.title, "stage": self.stage, "months": self.months, "starts_on": self.starts_on,
        });
        let plan = post(
            &remote,
            &plans,
            "application/json",
            new.to_string().into_bytes(),
        )
        .await?;
        let id = plan["id"].as_str().unwrap_or_default();
        let imported = post(&remote, &format!("{plans}/{id}/import"), "text/csv", bytes).await?;
        Ok(imported["actions"].as_array().map_or(0, Vec::len))
    }
}

/// Sends a body once; gives back the answer.
async fn post(
    remote: &Remote,
    path: &str,
    media_type: &str,
    body: Vec<u8>,
) -> Result<Value, Failure> {
    let body = || reqwest::Body::from(body.clone());
    let ask = Ask {
        method: Method::POST,
        path,
        headers: vec![
            ("content-type", media_type.to_owned()),
            ("if-match", "*".to_owned()),
        ],
        body: Some(&body),
    };
    Ok(remote.send(&ask).await?.json())
}
