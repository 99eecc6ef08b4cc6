//! A page of a list.

use serde::Serialize;
use utoipa::ToSchema;

/// A page: its items, and the cursor of the next one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// To be handed back as `cursor` for the next page; null on the last.
    #[schema(required)]
    pub next: Option<String>,
}

impl<T> From<crate::store::Page<T>> for Page<T> {
    fn from(page: crate::store::Page<T>) -> Self {
        Self {
            items: page.items,
            next: page.next,
        }
    }
}
