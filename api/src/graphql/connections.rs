//! Lists as Relay connections, forward only, over the store's keyset pages.

use crate::fault::{Fault, Result};
use crate::operations::column_mappings::MappingAt;
use crate::operations::participation::Obligation;
use crate::operations::returns::ReturnAt;
use crate::operations::reviews::Submitted;
use crate::store::{ChangedRow, MAX_LIMIT, Page, PageRequest, StoredRow};
use async_graphql::OutputType;
use async_graphql::connection::{Connection, Edge};

/// A page of nodes, each with its cursor.
pub(super) type Connected<N> = Connection<String, N>;

/// The arguments `first` and `after`, read.
pub(super) struct Paging {
    request: PageRequest,
    begun: bool,
}

impl Paging {
    /// Reads them.
    ///
    /// # Errors
    /// [`Fault::InvalidParameters`] for a number of nodes outside 1 to [`MAX_LIMIT`], or an unknown cursor.
    pub(super) fn read(first: Option<i32>, after: Option<&str>) -> Result<Self> {
        let limit = first.map(|first| u64::try_from(first).unwrap_or(0));
        if limit.is_some_and(|limit| !(1..=MAX_LIMIT).contains(&limit)) {
            return Err(Fault::parameter(
                "first",
                "out-of-range",
                format!("first must be from 1 to {MAX_LIMIT}."),
            ));
        }
        Ok(Self {
            request: PageRequest::read(limit, after)?,
            begun: after.is_some(),
        })
    }

    /// The page to ask the store for.
    pub(super) const fn request(&self) -> &PageRequest {
        &self.request
    }

    /// The page that came back, as a connection.
    pub(super) fn connect<R: Keyed, N: OutputType>(
        &self,
        page: Page<R>,
        mut view: impl FnMut(R) -> N,
    ) -> Connected<N> {
        let mut connection = Connection::new(self.begun, page.next.is_some());
        connection.edges.extend(page.items.into_iter().map(|row| {
            let cursor = PageRequest::cursor(&row.key());
            Edge::new(cursor, view(row))
        }));
        connection
    }
}

/// A row that knows its place in the store's order: the parts its query sorts and resumes by.
pub(super) trait Keyed {
    /// The parts of the key.
    fn key(&self) -> Vec<String>;
}

/// Rows whose key is one member.
macro_rules! keyed {
    ($($row:ty: $member:ident;)+) => {$(
        impl Keyed for $row {
            fn key(&self) -> Vec<String> {
                vec![self.$member.to_string()]
            }
        }
    )+};
}

keyed! {
    entity::institutions::Model: slug;
    entity::org_units::Model: code;
    entity::action_plans::Model: id;
    entity::actions::Model: position;
    entity::progress::Model: id;
    entity::audit::Model: id;
    entity::technician_definitions::Model: number;
    crate::store::ReleaseEntry: number;
}

impl Keyed for entity::return_versions::Model {
    fn key(&self) -> Vec<String> {
        vec![self.revision.unwrap_or_default().to_string()]
    }
}

impl Keyed for MappingAt {
    fn key(&self) -> Vec<String> {
        vec![self.dataset.to_string()]
    }
}

impl Keyed for ReturnAt {
    fn key(&self) -> Vec<String> {
        vec![self.key.dataset.to_string(), self.key.year.to_string()]
    }
}

impl Keyed for Submitted {
    fn key(&self) -> Vec<String> {
        Submitted::key(self)
    }
}

impl Keyed for Obligation {
    fn key(&self) -> Vec<String> {
        vec![self.place().to_string()]
    }
}

impl Keyed for ChangedRow {
    fn key(&self) -> Vec<String> {
        ChangedRow::key(self)
    }
}

impl Keyed for StoredRow {
    fn key(&self) -> Vec<String> {
        std::iter::once(&self.org_unit)
            .chain(&self.codes)
            .cloned()
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        reason = "a test fails by panicking"
    )]
    use super::*;

    fn refused(first: Option<i32>, after: Option<&str>) -> Option<Fault> {
        Paging::read(first, after).err()
    }

    #[test]
    fn the_arguments_are_bounded_and_named_as_they_are_here() {
        for first in [None, Some(1), Some(500)] {
            assert_eq!(refused(first, None), None);
        }
        for first in [i32::MIN, -1, 0, 501, i32::MAX] {
            let fault = refused(Some(first), None).unwrap();
            assert_eq!(fault.detail(), "first must be from 1 to 500.");
        }
        assert!(refused(None, Some("not a cursor")).is_some());
        assert_eq!(
            refused(None, Some(&PageRequest::cursor(&["a".to_owned()]))),
            None
        );
    }
}
