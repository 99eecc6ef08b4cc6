//! The way of a push: check, begin a correction, send, submit.

use super::Push;
use super::check::Rules;
use super::explanations;
use super::file::Content;
use super::journal::Journal;
use super::legs::{Going, Sending, Standing, Step, Stopped};
use super::report::{Outcome, Report};
use crate::cli::output::Failure;
use crate::cli::remote::{Ask, Remote};
use crate::domain::rows::Row;
use crate::fault::Fault;
use reqwest::Method;
use serde_json::{Map, Value, json};

/// Does everything the command asks for.
pub async fn push(push: &Push, remote: &Remote, report: &mut Report) -> Result<(), Failure> {
    let content = push.file.read()?;
    let rules = Rules::of(push, remote).await?;
    let rows = checked(push, &rules, &content, report)?;
    if push.check {
        return check_there(push, remote, &content, report).await;
    }
    let mut going = Going {
        push,
        remote,
        rules: &rules,
        journal: Journal::open(push, &content.plain)?,
    };
    report.resumed = going.journal.resumed;
    if going.journal.resumed {
        push.tell("Going on where an earlier run was cut off.");
    }
    let sent = going.rows(&content, &rows).await;
    let standing = sent.map_err(|stopped| told(report, stopped))?;
    report.standing(&standing.view, &standing.etag);
    report.outcome = Outcome::Sent;
    if push.submit {
        going.submit(standing, &rows, report).await?;
    }
    going.journal.close();
    Ok(())
}

/// The rows of the file, checked here.
fn checked(
    push: &Push,
    rules: &Rules,
    content: &Content,
    report: &mut Report,
) -> Result<Vec<Row>, Failure> {
    match rules.rows(content.form, &content.plain) {
        Ok(rows) => {
            report.rows = Some(rows.len() as u64);
            Ok(rows)
        }
        Err(fault) => {
            let total = match &fault {
                Fault::InvalidRows { total, .. } => *total,
                other => other.violations().len().max(1) as u64,
            };
            report.found(fault.violations(), total);
            Err(Failure::new(format_args!(
                "{}: {fault}",
                push.file.path.display()
            )))
        }
    }
}

/// Asks the server what it would answer.
async fn check_there(
    push: &Push,
    remote: &Remote,
    content: &Content,
    report: &mut Report,
) -> Result<(), Failure> {
    let bar = content.bar();
    let path = format!("{}/rows:check", push.path());
    let ask = Ask {
        method: Method::POST,
        path: &path,
        headers: content.headers(),
        body: Some(&|| content.body(&bar)),
    };
    let answer = remote.send(&ask).await;
    bar.finish_and_clear();
    let answer = answer
        .map_err(|refused| told(report, refused.into()))?
        .json();
    report.standing(&answer, "");
    report.etag = None;
    report.outcome = Outcome::Checked;
    Ok(())
}

/// Writes down what the server refused.
fn told(report: &mut Report, stopped: Stopped) -> Failure {
    report.told(&stopped.problem);
    stopped.failure
}

impl Going<'_> {
    /// Sees to it that the rows stand as a draft, or are submitted already by a run that was cut off after that.
    async fn rows(&mut self, content: &Content, rows: &[Row]) -> Result<Standing, Stopped> {
        if self.journal.entry.submit.is_some() {
            return Ok(self.standing().await?);
        }
        let mut standing = self.standing().await?;
        let sent = self.journal.entry.rows.clone();
        match sent.map(|leg| leg.done) {
            Some(Some(etag)) if etag == standing.etag => return Ok(standing),
            // Somebody has worked on it since, or the journal is of another time.
            Some(Some(_)) => self.journal.close(),
            Some(None) => return self.send_rows(content, rows, &standing.etag).await,
            None => {}
        }
        let correcting = self.journal.entry.correct.clone();
        let begun = correcting.is_some_and(|leg| leg.done.is_none());
        if begun || !standing.is_open() {
            standing = self.correct(&standing).await?;
        }
        self.send_rows(content, rows, &standing.etag).await
    }

    async fn correct(&mut self, standing: &Standing) -> Result<Standing, Stopped> {
        let Some(reason) = &self.push.reason else {
            return Err(Failure::new(format_args!(
                "{} {} of {} is {} as revision {}; to send other rows, begin a correction with --reason",
                self.push.dataset,
                self.push.year,
                self.push.institution,
                standing.view["state"].as_str().unwrap_or("submitted"),
                standing.view["revision"],
            ))
            .into());
        };
        let body = json!({"reason": reason}).to_string();
        let sending = Sending {
            step: Step::Correct,
            headers: vec![("content-type", "application/json".to_owned())],
            body: &|| body.clone().into(),
            rows: &[],
        };
        self.take(sending, &standing.etag).await
    }

    async fn send_rows(
        &mut self,
        content: &Content,
        rows: &[Row],
        if_match: &str,
    ) -> Result<Standing, Stopped> {
        let bar = content.bar();
        if bar.is_hidden() {
            self.push.tell(format_args!(
                "Sending {} bytes to {} ...",
                content.travelling.len(),
                self.remote.address()
            ));
        }
        let sending = Sending {
            step: Step::Rows,
            headers: content.headers(),
            body: &|| content.body(&bar),
            rows,
        };
        let sent = self.take(sending, if_match).await;
        bar.finish_and_clear();
        sent
    }

    /// Submits the draft, once every warning is explained.
    async fn submit(
        &mut self,
        standing: Standing,
        rows: &[Row],
        report: &mut Report,
    ) -> Result<(), Failure> {
        let warnings = explanations::findings(&standing.view, "warning");
        let explained = explanations::of_all(self.push, &warnings).inspect_err(|_| {
            report.outcome = Outcome::ExplanationsNeeded;
        })?;
        let mut body = Map::new();
        if let Some(remark) = &self.push.remark {
            body.insert("remark".to_owned(), Value::from(remark.as_str()));
        }
        if self.push.provisional {
            body.insert("provisional".to_owned(), Value::from(true));
        }
        if !explained.is_empty() {
            body.insert("explanations".to_owned(), serde_json::to_value(explained)?);
        }
        let body = Value::Object(body).to_string();
        let sending = Sending {
            step: Step::Submit,
            headers: vec![("content-type", "application/json".to_owned())],
            body: &|| body.clone().into(),
            rows,
        };
        let submitted = self.take(sending, &standing.etag).await;
        let submitted = submitted.map_err(|stopped| told(report, stopped))?;
        report.standing(&submitted.view, &submitted.etag);
        report.outcome = Outcome::Submitted;
        Ok(())
    }
}
