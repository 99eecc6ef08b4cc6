//! Queries on releases. They are read by anybody and written once.

use super::counters::{Counter, next};
use super::{Page, PageRequest, Registry, fault};
use crate::fault::{Fault, Noun, Result};
use chrono::{DateTime, Utc};
use entity::disclosure_keys;
use entity::release_files::{Column as File, Entity as Files, Model as FileModel};
use entity::releases::{Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue, ColumnTrait as _, ConnectionTrait, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

/// A release without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseEntry {
    /// Number.
    pub number: i64,
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// What a reader must know.
    pub notes: String,
    /// DOI.
    pub doi: Option<String>,
    /// Regime.
    pub regime: String,
    /// SHA-256 of the content.
    pub digest: String,
    /// The moment of the facts.
    pub as_of: DateTime<Utc>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
}

type Columns = (
    i64,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    DateTime<Utc>,
    DateTime<Utc>,
);

impl From<Columns> for ReleaseEntry {
    fn from((number, name, title, notes, doi, regime, digest, as_of, made_at): Columns) -> Self {
        Self {
            number,
            name,
            title,
            notes,
            doi,
            regime,
            digest,
            as_of,
            made_at,
        }
    }
}

/// A file of a release without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Format.
    pub format: String,
    /// SHA-256.
    pub digest: String,
    /// Bytes.
    pub size: i64,
}

fn entries(select: Select<Entity>) -> Select<Entity> {
    select.select_only().columns([
        Column::Number,
        Column::Name,
        Column::Title,
        Column::Notes,
        Column::Doi,
        Column::Regime,
        Column::Digest,
        Column::AsOf,
        Column::MadeAt,
    ])
}

#[expect(
    clippy::disallowed_methods,
    reason = "releases have no tenant and are public"
)]
impl<C: ConnectionTrait> Registry<'_, C> {
    /// A page of releases, oldest first.
    pub async fn releases(&self, request: &PageRequest) -> Result<Page<ReleaseEntry>> {
        let select = request.keyset::<_, i64>(entries(Entity::find()), Column::Number)?;
        let rows: Vec<Columns> = select.into_tuple().all(self.conn).await.map_err(fault)?;
        let rows = rows.into_iter().map(ReleaseEntry::from).collect();
        Ok(request.page(rows, |entry: &ReleaseEntry| vec![entry.number.to_string()]))
    }

    /// A release.
    pub async fn release(&self, number: i64) -> Result<ReleaseEntry> {
        let row: Option<Columns> = entries(Entity::find_by_id(number))
            .into_tuple()
            .one(self.conn)
            .await
            .map_err(fault)?;
        row.map(ReleaseEntry::from)
            .ok_or(Fault::NotFound(Noun::Release))
    }

    /// The number of the latest release; 0 before the first.
    pub async fn latest_release(&self) -> Result<i64> {
        let number: Option<Option<i64>> = Entity::find()
            .select_only()
            .column_as(Column::Number.max(), "number")
            .into_tuple()
            .one(self.conn)
            .await
            .map_err(fault)?;
        Ok(number.flatten().unwrap_or(0))
    }

    /// The content of a release as it is kept.
    pub async fn release_content(&self, number: i64) -> Result<Vec<u8>> {
        self.blob(number, Column::Content).await
    }

    /// What later releases need of a release.
    pub async fn release_basis(&self, number: i64) -> Result<Vec<u8>> {
        self.blob(number, Column::Basis).await
    }

    /// The log of a release's decisions.
    pub async fn release_decisions(&self, number: i64) -> Result<Vec<u8>> {
        self.blob(number, Column::Decisions).await
    }

    async fn blob(&self, number: i64, column: Column) -> Result<Vec<u8>> {
        let found: Option<Vec<u8>> = Entity::find_by_id(number)
            .select_only()
            .column(column)
            .into_tuple()
            .one(self.conn)
            .await
            .map_err(fault)?;
        found.ok_or(Fault::NotFound(Noun::Release))
    }

    /// The files of a release, by format.
    pub async fn release_files(&self, number: i64) -> Result<Vec<FileEntry>> {
        let rows: Vec<(String, String, i64)> = Files::find()
            .filter(File::Release.eq(number))
            .select_only()
            .columns([File::Format, File::Digest, File::Size])
            .order_by_asc(File::Format)
            .into_tuple()
            .all(self.conn)
            .await
            .map_err(fault)?;
        let entry = |(format, digest, size)| FileEntry {
            format,
            digest,
            size,
        };
        Ok(rows.into_iter().map(entry).collect())
    }

    /// A file of a release.
    pub async fn release_file(&self, number: i64, format: &str) -> Result<FileModel> {
        Files::find_by_id((number, format.to_owned()))
            .one(self.conn)
            .await
            .map_err(fault)?
            .ok_or(Fault::NotFound(Noun::ReleaseFile))
    }

    /// Adds a release with its files.
    pub async fn insert_release(&self, release: Model, files: Vec<FileModel>) -> Result<()> {
        next(self.conn, Counter::Release).await?;
        release
            .into_active_model()
            .insert(self.conn)
            .await
            .map_err(fault)?;
        for file in files {
            file.into_active_model()
                .insert(self.conn)
                .await
                .map_err(fault)?;
        }
        Ok(())
    }

    /// The secret of disclosure control, if there is one.
    pub async fn disclosure_key(&self) -> Result<Option<Vec<u8>>> {
        let row = disclosure_keys::Entity::find_by_id(1_i64)
            .one(self.conn)
            .await
            .map_err(fault)?;
        Ok(row.map(|row| row.key))
    }

    /// Keeps a new secret.
    pub async fn insert_disclosure_key(&self, key: Vec<u8>, now: DateTime<Utc>) -> Result<()> {
        let row = disclosure_keys::ActiveModel {
            id: ActiveValue::Set(1),
            key: ActiveValue::Set(key),
            made_at: ActiveValue::Set(now),
        };
        row.insert(self.conn).await.map(|_| ()).map_err(fault)
    }
}
