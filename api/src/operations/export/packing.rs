//! Files packed one after the other, each noted with its digest.

use crate::access::Digest;
use crate::fault::{Fault, Result};
use crate::formats::bundle::Bundle;
use crate::operations::rows::files::{Chunks, Waiting, waiting};
use crate::operations::rows::read::blocking;
use serde_json::{Value, json};

/// An archive that is being packed. It is handed to a thread of its own for each piece, and comes back.
pub(super) struct Packing {
    bundle: Box<Bundle<Waiting>>,
    open: Option<Open>,
    listed: Vec<Value>,
}

/// The file at hand.
struct Open {
    name: String,
    digest: Digest,
    bytes: u64,
    rows: Option<u64>,
}

impl Packing {
    pub(super) async fn begin() -> Result<Self> {
        blocking(|| {
            Ok(Self {
                bundle: Box::new(Bundle::new(waiting()?)),
                open: None,
                listed: Vec::new(),
            })
        })
        .await
    }

    /// The files so far.
    pub(super) fn listed(&self) -> Value {
        Value::from(self.listed.clone())
    }

    /// Begins a file of rows.
    pub(super) async fn open(mut self, name: &str) -> Result<Self> {
        let name = name.to_owned();
        blocking(move || {
            self.bundle.begin(&name)?;
            self.open = Some(Open {
                name,
                digest: Digest::default(),
                bytes: 0,
                rows: None,
            });
            Ok(self)
        })
        .await
    }

    /// Writes a piece of the file at hand and counts the rows in it.
    pub(super) async fn piece(mut self, piece: Vec<u8>, rows: u64) -> Result<Self> {
        blocking(move || {
            let open = self.open.as_mut().ok_or(Fault::Internal)?;
            open.digest.update(&piece);
            open.bytes += piece.len() as u64;
            open.rows = Some(open.rows.unwrap_or_default() + rows);
            self.bundle.write(&piece)?;
            Ok(self)
        })
        .await
    }

    /// Ends the file at hand.
    pub(super) fn close(mut self) -> Self {
        if let Some(open) = self.open.take() {
            let mut line = json!({"name": open.name, "sha256": open.digest.hexadecimal(), "bytes": open.bytes});
            if let (Some(rows), Some(members)) = (open.rows, line.as_object_mut()) {
                members.insert("rows".to_owned(), rows.into());
            }
            self.listed.push(line);
        }
        self
    }

    /// A table that is at hand.
    pub(super) async fn table(self, name: &str, table: Vec<u8>, rows: u64) -> Result<Self> {
        Ok(self.open(name).await?.piece(table, rows).await?.close())
    }

    /// A text.
    pub(super) async fn text(self, name: &str, text: &str) -> Result<Self> {
        let mut packing = self.table(name, text.as_bytes().to_vec(), 0).await?;
        if let Some(members) = packing.listed.last_mut().and_then(Value::as_object_mut) {
            members.remove("rows");
        }
        Ok(packing)
    }

    /// A JSON document.
    pub(super) async fn json(self, name: &str, document: &Value) -> Result<Self> {
        self.text(name, &format!("{document:#}\n")).await
    }

    /// The archive, on its way out.
    pub(super) async fn end(self) -> Result<Chunks> {
        let written = blocking(move || self.bundle.finish()).await?;
        written.out().await
    }
}
