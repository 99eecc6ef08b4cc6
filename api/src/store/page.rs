//! Keyset paging: a page is what follows a key, so that inserts and removals never shift it.

use crate::fault::{Fault, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::{
    ColumnTrait as _, EntityTrait, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};

/// Most items of one page.
pub const MAX_LIMIT: u64 = 500;
const DEFAULT_LIMIT: u64 = 50;
/// Items of one page where everything is read, page after page.
const READ_THROUGH: u64 = 5_000;

/// Which page is wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    limit: u64,
    after: Option<Vec<String>>,
    descending: bool,
}

/// A page: its items, and the cursor of the next page if there is one.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Opaque; to be handed back as `cursor`.
    pub next: Option<String>,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            limit: DEFAULT_LIMIT,
            after: None,
            descending: false,
        }
    }
}

impl PageRequest {
    /// Reads `limit` and `cursor`.
    ///
    /// # Errors
    /// [`Fault::InvalidParameters`] for a limit outside 1 to [`MAX_LIMIT`] or a cursor that was not given out here.
    pub fn read(limit: Option<u64>, cursor: Option<&str>) -> Result<Self> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(Fault::parameter(
                "limit",
                "out-of-range",
                format!("limit must be from 1 to {MAX_LIMIT}."),
            ));
        }
        let after = cursor
            .map(|text| {
                URL_SAFE_NO_PAD
                    .decode(text)
                    .ok()
                    .and_then(|bytes| serde_json::from_slice::<Vec<String>>(&bytes).ok())
                    // PostgreSQL takes no NUL in a text; no key holds one.
                    .filter(|parts| !parts.iter().any(|part| part.contains('\0')))
                    .ok_or_else(|| {
                        Fault::parameter(
                            "cursor",
                            "unknown-cursor",
                            "This cursor was not given out here.",
                        )
                    })
            })
            .transpose()?;
        Ok(Self {
            limit,
            after,
            descending: false,
        })
    }

    /// Reads `sort`: the key a list is in the order of, or with a hyphen before it the other way round.
    ///
    /// # Errors
    /// [`Fault::InvalidParameters`] for anything else.
    pub fn sorted(mut self, sort: Option<&str>, key: &str) -> Result<Self> {
        self.descending = match sort {
            None => false,
            Some(sort) if sort == key => false,
            Some(sort) if sort.strip_prefix('-') == Some(key) => true,
            Some(sort) => {
                let sort: String = sort.chars().take(60).collect();
                let message =
                    format!("\u{201c}{sort}\u{201d} is not on offer; on offer: {key}, -{key}.");
                return Err(Fault::parameter("sort", "unknown-sort", message));
            }
        };
        Ok(self)
    }

    /// A query in the order of a column that no two rows share, from where the page begins.
    pub(super) fn keyset<E, K>(&self, select: Select<E>, column: E::Column) -> Result<Select<E>>
    where
        E: EntityTrait,
        K: std::str::FromStr + Into<sea_orm::Value>,
    {
        let after = self.after_key::<K>()?;
        let (select, follows) = if self.descending {
            let follows = after.map(|after| column.lt(after));
            (select.order_by_desc(column), follows)
        } else {
            let follows = after.map(|after| column.gt(after));
            (select.order_by_asc(column), follows)
        };
        let select = select.limit(self.fetch());
        Ok(match follows {
            Some(follows) => select.filter(follows),
            None => select,
        })
    }

    /// The pages by which everything is read, from the first or from the `next` of the one before.
    ///
    /// # Errors
    /// [`Fault::InvalidParameters`] for a cursor that was not given out here.
    pub fn through(cursor: Option<&str>) -> Result<Self> {
        let read = Self::read(None, cursor)?;
        Ok(Self {
            limit: READ_THROUGH,
            ..read
        })
    }

    /// One row more than the page holds, to learn whether there is a next one.
    pub(super) const fn fetch(&self) -> u64 {
        self.limit + 1
    }

    /// The key parts to start after.
    pub(super) fn after(&self) -> Option<&[String]> {
        self.after.as_deref()
    }

    /// The single key to start after, parsed.
    pub(super) fn after_key<T: std::str::FromStr>(&self) -> Result<Option<T>> {
        let unknown = || {
            Fault::parameter(
                "cursor",
                "unknown-cursor",
                "This cursor was not given out here.",
            )
        };
        match self.after() {
            None => Ok(None),
            Some([one]) => one.parse().map(Some).map_err(|_| unknown()),
            Some(_) => Err(unknown()),
        }
    }

    /// Cuts the surplus row off and makes the cursor from the last one kept.
    pub(super) fn page<T>(&self, mut rows: Vec<T>, key: impl Fn(&T) -> Vec<String>) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = rows
            .last()
            .filter(|_| more)
            .map(|last| Self::cursor(&key(last)));
        Page { items: rows, next }
    }

    /// The cursor that goes on after a row with this key: the parts its query sorts by.
    pub fn cursor(key: &[String]) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::Value::from(key).to_string())
    }

    /// The page out of rows that are all at hand, in ascending order of a key of one part; its cursors are those of a
    /// query that sorts by the same.
    ///
    /// # Errors
    /// [`Fault::InvalidParameters`] for a cursor that is none of such a list.
    pub fn within<T, K>(
        &self,
        rows: impl IntoIterator<Item = T>,
        key: impl Fn(&T) -> K,
    ) -> Result<Page<T>>
    where
        K: std::str::FromStr + ToString + Ord,
    {
        let after = self.after_key::<K>()?;
        let follows = |row: &T| after.as_ref().is_none_or(|after| key(row) > *after);
        let most = usize::try_from(self.fetch()).unwrap_or(usize::MAX);
        let rows = rows.into_iter().filter(follows).take(most).collect();
        Ok(self.page(rows, |row| vec![key(row).to_string()]))
    }
}

impl<T> Page<T> {
    /// The same page with other items.
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(change).collect(),
            next: self.next,
        }
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

    #[test]
    fn pages_of_rows_at_hand_meet_without_gap_or_overlap() {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest::read(Some(3), cursor.as_deref())
                .unwrap()
                .within(1..=7, |row| *row)
                .unwrap();
            seen.push(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
        let exact = PageRequest::read(Some(7), None)
            .unwrap()
            .within(1..=7, |row| *row)
            .unwrap();
        assert_eq!(exact.next, None);
    }

    #[test]
    fn a_cursor_of_any_row_goes_on_after_it_and_a_foreign_one_is_refused() {
        let after = |key: &[&str]| {
            let key: Vec<String> = key.iter().map(|part| (*part).to_owned()).collect();
            let request = PageRequest::read(None, Some(&PageRequest::cursor(&key))).unwrap();
            request.within(1..=7, |row| *row).map(|page| page.items)
        };
        assert_eq!(after(&["5"]), Ok(vec![6, 7]));
        for foreign in [&["x"][..], &["1", "2"], &[]] {
            assert!(after(foreign).is_err(), "{foreign:?}");
        }
    }
}
