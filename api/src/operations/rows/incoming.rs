//! Rows on their way in: read and checked as they come, so that a million of them need no more memory than a few.
//!
//! First everything is checked, without any lock. A small return's rows are kept meanwhile; those of a large one are
//! read a second time, inside the transaction that writes them.

use super::RowFormat;
use crate::domain::datasets::Dataset;
use crate::domain::rows::{Against, Checker, Found, Row};
use crate::fault::{Fault, Result};
use crate::formats;
use crate::formats::source::Source;
use crate::store::TenantTx;
use entity::ids::VersionId;
use std::sync::{Arc, Weak};
use tokio::sync::mpsc;

/// Most rows that are kept from the first reading.
const KEPT: usize = 20_000;
/// Rows that are written at once.
const BATCH: usize = 5_000;
/// Batches that wait for the writer.
const WAITING: usize = 2;

/// Rows as they were sent.
#[derive(Clone, Debug)]
pub struct Sent {
    format: RowFormat,
    body: Arc<dyn Source>,
}

/// Rows without a fault.
pub(in crate::operations) struct Sound {
    sent: Sent,
    against: Against,
    /// How many there are.
    pub(super) rows: usize,
    /// All of them, if they are few.
    kept: Option<Vec<Row>>,
}

impl Sent {
    /// A body and the form it is in.
    pub fn new(format: RowFormat, body: impl Source + 'static) -> Self {
        Self {
            format,
            body: Arc::new(body),
        }
    }

    /// Checks every row.
    ///
    /// # Errors
    /// Those of the format; [`Fault::InvalidRows`] with every fault in the rows.
    pub(in crate::operations) async fn checked(self, against: Against) -> Result<Sound> {
        // Whoever waits for the answer may go away; the reading ends then.
        let waiting = Arc::new(());
        let watched = Arc::downgrade(&waiting);
        if self.body.is_small() {
            return self.check(against, &watched);
        }
        let work = tokio::task::spawn_blocking(move || self.check(against, &watched));
        let checked = work.await.map_err(|_| Fault::Internal)?;
        drop(waiting);
        checked
    }

    fn check(self, against: Against, waiting: &Weak<()>) -> Result<Sound> {
        let mut checker = Checker::new(against.clone());
        let mut kept = Some(Vec::new());
        self.read(&against, &mut |found| {
            if waiting.strong_count() == 0 {
                return Err(Fault::Unavailable);
            }
            match (checker.check(found), &mut kept) {
                (Some(row), Some(rows)) if rows.len() < KEPT => rows.push(row),
                (None, _) | (_, None) => {}
                (Some(_), many) => *many = None,
            }
            Ok(())
        })?;
        Ok(Sound {
            rows: checker.finish()?,
            sent: self,
            against,
            kept,
        })
    }

    fn read(&self, against: &Against, each: &mut dyn FnMut(Found<'_>) -> Result<()>) -> Result<()> {
        let columns = &against.translation;
        match self.format {
            RowFormat::Csv => formats::csv::read_rows(self.body.open()?, columns, each),
            RowFormat::Json => formats::json_rows::read_rows(self.body.open()?, columns, each),
            RowFormat::Ndjson => formats::ndjson::read_rows(self.body.open()?, columns, each),
            RowFormat::Xlsx => {
                formats::xlsx::read::read_rows(self.body.open_anywhere()?, columns, each)
            }
        }
    }

    /// Reads rows that were checked before, a batch at a time; gives back how many there were.
    fn again(&self, against: &Against, take: impl Fn(Vec<Row>) -> Result<()>) -> Result<usize> {
        let mut checker = Checker::again(against.clone());
        let mut batch = Vec::with_capacity(BATCH);
        self.read(against, &mut |found| {
            batch.extend(checker.check(found));
            if batch.len() < BATCH {
                return Ok(());
            }
            take(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))
        })?;
        take(batch)?;
        checker.finish()
    }
}

impl Sound {
    /// Writes them into a draft, over those with the same org unit and codes.
    pub(in crate::operations) async fn write(
        self,
        tx: &TenantTx,
        dataset: &'static Dataset,
        draft: VersionId,
    ) -> Result<()> {
        let tenant = tx.tenant();
        if let Some(rows) = self.kept {
            for batch in rows.chunks(BATCH) {
                tenant.merge_rows(dataset, draft, batch).await?;
            }
            return Ok(());
        }
        let (sender, mut receiver) = mpsc::channel(WAITING);
        let (sent, against) = (self.sent, self.against);
        let reading = tokio::task::spawn_blocking(move || {
            // Nobody takes any more where the writing failed, and that is told there.
            let take = |rows| sender.blocking_send(rows).map_err(|_| Fault::Internal);
            sent.again(&against, take)
        });
        while let Some(batch) = receiver.recv().await {
            tenant.merge_rows(dataset, draft, &batch).await?;
        }
        let read = reading.await.map_err(|_| Fault::Internal)??;
        if read == self.rows {
            Ok(())
        } else {
            Err(Fault::Internal)
        }
    }
}
