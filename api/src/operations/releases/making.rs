//! Making a release: figures protected, attacked, packed, and only then kept, all at once.

use super::{Release, cube, files, reading, tables};
use crate::access::{CellKey, Digest, ReleaseScope};
use crate::domain::code_lists::CodeLists;
use crate::fault::{Fault, Result};
use crate::formats::statistics::Cube;
use crate::operations::facts::Held;
use crate::operations::sector::Answered;
use crate::operations::{Service, bounded, bounded_or_none, facts};
use crate::sector::disclosure::build::{Earlier, Made, Making, Refused};
use crate::sector::disclosure::family::default_family;
use crate::sector::disclosure::history::Basis;
use crate::sector::disclosure::regime::{HESA_5_CKP_1, Regime};
use crate::sector::release::{Content, Family};
use crate::store::ReleaseEntry;
use chrono::{DateTime, Utc};
use entity::values::Slug;
use entity::{release_files, releases};
use std::sync::Arc;

/// What the board says of a release it has made.
#[derive(Clone, Debug, Default)]
pub struct NewRelease {
    /// Short name, as `autumn-2026`.
    pub name: String,
    /// Title.
    pub title: String,
    /// What a reader must know.
    pub notes: Option<String>,
    /// Its DOI, where one is reserved.
    pub doi: Option<String>,
    /// The regime; the newest where none is named.
    pub regime: Option<String>,
    /// Which tables; the default family where none is named.
    pub family: Option<Family>,
}

/// Told how far the making has come: steps done, of how many, and what is at hand.
pub type Progress = Arc<dyn Fn(usize, usize, &str) + Send + Sync>;

/// Writes a release with its answers as JSON, in the shape everything else is answered in.
pub type Document = fn(&ReleaseEntry, &Content, &[Answered]) -> serde_json::Result<Vec<u8>>;

/// A request, checked.
struct Wanted {
    name: String,
    title: String,
    notes: String,
    doi: Option<String>,
    regime: &'static Regime,
    family: Family,
}

/// Makes a release. Nobody sees anything of it before it is whole.
///
/// # Errors
/// [`Fault::ReleaseBroken`] where the attack undoes a figure; [`Fault::WrongState`] where another release was made
/// meanwhile, or nothing was ever submitted.
pub async fn create(
    service: &Service,
    scope: &ReleaseScope,
    asked: NewRelease,
    progress: Progress,
    document: Document,
) -> Result<Release> {
    let wanted = wanted(asked)?;
    let now = service.now();
    let held = facts::current(service, scope.sector()).await?;
    if held.snapshot.years().is_empty() {
        return Err(Fault::WrongState {
            is: "without a single submitted return",
            needs: "filled with returns first",
        });
    }
    let before = service
        .store
        .registry(scope.registry())
        .latest_release()
        .await?;
    let earlier = match before {
        0 => None,
        number => Some(earlier(service, scope, number).await?),
    };
    let key = key(service, scope, now).await?;
    let lists = service.codes();
    let work = Work {
        as_of: held.as_of(now),
        held,
        lists,
        key,
        earlier,
        wanted,
        number: before + 1,
        made_at: now,
        made_by: scope.registry().actor().subject.clone(),
        document,
    };
    let worked = tokio::task::spawn_blocking(move || {
        let made = work.make(&progress)?;
        work.write(&made)
    });
    let (row, files) = worked.await.map_err(|_| Fault::Internal)??;
    store(service, scope, (before, now), row, files).await?;
    reading::get(service, before + 1).await
}

fn wanted(asked: NewRelease) -> Result<Wanted> {
    let name: Slug = asked
        .name
        .parse()
        .map_err(|fault| Fault::body("/name", "wrong-form", format!("{fault}.")))?;
    let regime = match asked.regime.as_deref() {
        None => &HESA_5_CKP_1,
        Some(name) => Regime::named(name).ok_or_else(|| {
            let names: Vec<&str> = Regime::ALL.iter().map(|regime| regime.name).collect();
            Fault::body(
                "/regime",
                "unknown-regime",
                format!("On offer: {}.", names.join(", ")),
            )
        })?,
    };
    Ok(Wanted {
        name: name.to_string(),
        title: bounded("/title", &asked.title, 300)?,
        notes: bounded_or_none("/notes", asked.notes.as_deref(), 10_000)?.unwrap_or_default(),
        doi: bounded_or_none("/doi", asked.doi.as_deref(), 200)?
            .map(|doi| doi.parse::<entity::values::Doi>())
            .transpose()
            .map_err(|fault| Fault::body("/doi", "wrong-form", format!("{fault}.")))?
            .map(|doi| doi.as_str().to_owned()),
        regime,
        family: asked.family.unwrap_or_else(default_family),
    })
}

async fn earlier(
    service: &Service,
    scope: &ReleaseScope,
    number: i64,
) -> Result<(Basis, Arc<Content>)> {
    let packed = service
        .store
        .registry(scope.registry())
        .release_basis(number)
        .await?;
    let basis = files::unpacked(&packed)?;
    let basis = serde_json::from_slice(&basis).map_err(|_| Fault::Internal)?;
    Ok((basis, reading::content(service, number).await?))
}

/// The deployment's secret; made with the first release.
async fn key(service: &Service, scope: &ReleaseScope, now: DateTime<Utc>) -> Result<CellKey> {
    if let Some(key) = service
        .store
        .registry(scope.registry())
        .disclosure_key()
        .await?
    {
        return Ok(CellKey::from_bytes(&key));
    }
    let tx = service.store.begin_registry(scope.registry()).await?;
    let bytes = if let Some(bytes) = tx.registry().disclosure_key().await? {
        bytes
    } else {
        let bytes = CellKey::generate()?;
        tx.registry()
            .insert_disclosure_key(bytes.clone(), now)
            .await?;
        bytes
    };
    tx.commit().await?;
    Ok(CellKey::from_bytes(&bytes))
}

/// Everything the making needs, for a thread of its own.
struct Work {
    held: Held,
    lists: Arc<CodeLists>,
    key: CellKey,
    earlier: Option<(Basis, Arc<Content>)>,
    wanted: Wanted,
    as_of: DateTime<Utc>,
    number: i64,
    made_at: DateTime<Utc>,
    made_by: String,
    document: Document,
}

impl Work {
    fn make(&self, progress: &Progress) -> Result<Made> {
        let keying = |text: &str| self.key.of(text);
        let told = |done: usize, of: usize, what: &str| progress(done, of, what);
        let making = Making {
            facts: self.held.facts(&self.lists, self.as_of),
            family: &self.wanted.family,
            regime: self.wanted.regime,
            keying: &keying,
            earlier: self
                .earlier
                .as_ref()
                .map(|(basis, content)| Earlier { basis, content }),
            as_of: self.as_of,
            progress: &told,
        };
        making.make().map_err(|refused| match refused {
            Refused::Family(what) => {
                Fault::body("/family", "not-on-offer", format!("In the family: {what}."))
            }
            Refused::Broken(at) => Fault::ReleaseBroken { at },
        })
    }

    /// Writes what is kept: the release, and its files.
    fn write(&self, made: &Made) -> Result<(releases::Model, Vec<release_files::Model>)> {
        let wanted = &self.wanted;
        let content = serde_json::to_vec(&made.content).map_err(|_| Fault::Internal)?;
        let mut digest = Digest::default();
        digest.update(&content);
        let entry = ReleaseEntry {
            number: self.number,
            name: wanted.name.clone(),
            title: wanted.title.clone(),
            notes: wanted.notes.clone(),
            doi: wanted.doi.clone(),
            regime: wanted.regime.name.to_owned(),
            digest: digest.hexadecimal(),
            as_of: made.content.as_of,
            made_at: self.made_at,
        };
        let answers = tables::answers(&Arc::new(entry.clone()), &made.content)?;
        let document = (self.document)(&entry, &made.content, &answers);
        let document = document.map_err(|_| Fault::Internal)?;
        let cubes: Vec<Cube> = answers.iter().map(|one| cube(one, &self.lists)).collect();
        let files = files::written(self.number, &cubes, document)?;
        let basis = serde_json::to_vec(&made.basis).map_err(|_| Fault::Internal)?;
        let row = releases::Model {
            number: entry.number,
            name: entry.name,
            title: entry.title,
            notes: entry.notes,
            doi: entry.doi,
            regime: entry.regime,
            generation: self.number.to_string(),
            digest: entry.digest,
            as_of: entry.as_of,
            made_at: entry.made_at,
            made_by: self.made_by.clone(),
            content: files::packed(&content)?,
            basis: files::packed(&basis)?,
            decisions: files::packed(&files::decisions(&made.decisions, wanted.regime.name)?)?,
        };
        Ok((row, files))
    }
}

/// Keeps the release with its files, in one transaction.
async fn store(
    service: &Service,
    scope: &ReleaseScope,
    (before, now): (i64, DateTime<Utc>),
    row: releases::Model,
    written: Vec<release_files::Model>,
) -> Result<()> {
    let said = serde_json::json!({ "name": row.name, "title": row.title, "regime": row.regime, "digest": row.digest });
    let subject = format!("releases/{}", row.number);
    let tx = service.store.begin_registry(scope.registry()).await?;
    if tx.registry().latest_release().await? != before {
        return Err(Fault::WrongState {
            is: "behind a release made meanwhile",
            needs: "made after the latest release",
        });
    }
    tx.registry().insert_release(row, written).await?;
    let line = service.change(now, "release.create", subject);
    tx.audit(line.with(None, said)).await?;
    tx.commit().await
}
