//! One change: sent under its key, again after whatever happened on the way, and looked up where nobody can say.

use super::Push;
use super::check::Rules;
use super::file::Form;
use super::journal::{Journal, Leg};
use crate::cli::output::Failure;
use crate::cli::remote::{Answered, Ask, MakeBody, Refused, Remote};
use crate::domain::rows::Row;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::collections::HashMap;

/// Which change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The beginning of a correction.
    Correct,
    /// The sending of rows.
    Rows,
    /// The submission.
    Submit,
}

/// What a step sends.
pub struct Sending<'a> {
    /// Which it is.
    pub step: Step,
    /// Headers of the body.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: MakeBody<'a>,
    /// The rows that stand afterwards.
    pub rows: &'a [Row],
}

/// The return as it stands, and its entity tag.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The view.
    pub view: Value,
    /// The entity tag.
    pub etag: String,
}

/// Everything the steps of a push need.
pub struct Going<'a> {
    /// The command.
    pub push: &'a Push,
    /// The server.
    pub remote: &'a Remote,
    /// The rules.
    pub rules: &'a Rules,
    /// What is under way.
    pub journal: Journal,
}

impl From<&Answered> for Standing {
    fn from(answer: &Answered) -> Self {
        Self {
            view: answer.json(),
            etag: answer.etag.clone(),
        }
    }
}

impl Standing {
    /// Whether there is something a replacement of rows would change: a draft, or a return nobody began.
    pub fn is_open(&self) -> bool {
        let shown = &self.view["shown"];
        shown.is_null() || shown["state"] == "draft"
    }
}

impl Going<'_> {
    /// The return as it stands.
    pub async fn standing(&self) -> Result<Standing, Failure> {
        Ok(Standing::from(&self.remote.get(&self.push.path()).await?))
    }

    fn leg(&mut self, step: Step) -> &mut Option<Leg> {
        match step {
            Step::Correct => &mut self.journal.entry.correct,
            Step::Rows => &mut self.journal.entry.rows,
            Step::Submit => &mut self.journal.entry.submit,
        }
    }

    /// Takes a step that presupposes `if_match`, or takes it up again where an earlier run was cut off in it.
    pub async fn take(
        &mut self,
        sending: Sending<'_>,
        if_match: &str,
    ) -> Result<Standing, Stopped> {
        let begun = self.leg(sending.step).clone();
        let resumed = begun.is_some();
        let mut leg = begun.unwrap_or_else(|| Leg::new(if_match));
        self.note(sending.step, &leg)?;
        let mut sent = self.send(&sending, &leg).await;
        if resumed && matches!(&sent, Err(refused) if refused.code == "idempotency-key-reused") {
            // The command was changed since; its precondition still keeps it from being done twice.
            leg.key = Leg::new(if_match).key;
            self.note(sending.step, &leg)?;
            sent = self.send(&sending, &leg).await;
        }
        let standing = match sent {
            Ok(answer) => Standing::from(&answer),
            Err(refused) if refused.code == "idempotency-answer-lost" => self.standing().await?,
            Err(refused)
                if refused.status == Some(StatusCode::PRECONDITION_FAILED)
                    && (resumed || refused.ambiguous) =>
            {
                let standing = self.standing().await?;
                if !self.was_done(&sending, &standing).await? {
                    self.journal.close();
                    return Err(refused.into());
                }
                standing
            }
            Err(refused) => {
                // What was refused was not done; what nobody answered may have been, and is asked for again.
                if refused.status.is_some() && !refused.ambiguous {
                    self.journal.close();
                }
                return Err(refused.into());
            }
        };
        leg.done = Some(standing.etag.clone());
        self.note(sending.step, &leg)?;
        Ok(standing)
    }

    fn note(&mut self, step: Step, leg: &Leg) -> Result<(), Failure> {
        *self.leg(step) = Some(leg.clone());
        self.journal.save()
    }

    async fn send(&self, sending: &Sending<'_>, leg: &Leg) -> Result<Answered, Refused> {
        let place = match sending.step {
            Step::Correct => "correct",
            Step::Rows => "rows",
            Step::Submit => "submit",
        };
        let path = format!("{}/{place}", self.push.path());
        let mut headers = sending.headers.clone();
        headers.push(("if-match", leg.if_match.clone()));
        headers.push(("idempotency-key", format!("\"{}\"", leg.key)));
        let method = match (sending.step, self.push.merge) {
            (Step::Correct | Step::Submit, _) => Method::POST,
            (Step::Rows, false) => Method::PUT,
            (Step::Rows, true) => Method::PATCH,
        };
        let ask = Ask {
            method,
            path: &path,
            headers,
            body: Some(sending.body),
        };
        self.remote.send(&ask).await
    }

    /// Whether what stands is what the step would have made of it.
    async fn was_done(&self, sending: &Sending<'_>, standing: &Standing) -> Result<bool, Failure> {
        let shown = &standing.view["shown"];
        let draft = shown["state"] == "draft";
        match sending.step {
            Step::Correct => {
                Ok(draft && shown["reason"].as_str() == self.push.reason.as_deref().map(str::trim))
            }
            Step::Submit if draft => Ok(false),
            Step::Rows if !draft => Ok(false),
            Step::Rows | Step::Submit => {
                let ours = sending.rows;
                let table = self
                    .remote
                    .get_as(&format!("{}/rows", self.push.path()), "text/csv")
                    .await?;
                let there = self.rules.rows(Form::Csv, &table.body)?;
                let same_number = self.push.merge || there.len() == ours.len();
                let there: HashMap<_, _> = there
                    .iter()
                    .map(|row| ((row.org_unit, &row.codes), &row.measures))
                    .collect();
                let stands =
                    |row: &Row| there.get(&(row.org_unit, &row.codes)) == Some(&&row.measures);
                Ok(same_number && ours.iter().all(stands))
            }
        }
    }
}

/// Why a step was not taken.
pub struct Stopped {
    /// In words.
    pub failure: Failure,
    /// As the server wrote it; null where it wrote nothing.
    pub problem: Value,
}

impl From<Refused> for Stopped {
    fn from(refused: Refused) -> Self {
        Self {
            problem: refused.problem.clone(),
            failure: refused.into(),
        }
    }
}

impl From<Failure> for Stopped {
    fn from(failure: Failure) -> Self {
        Self {
            failure,
            problem: Value::Null,
        }
    }
}
