//! JSON Merge Patch (RFC 7396): a member that is left out stays, null clears, anything else replaces.

use serde::{Deserialize, Deserializer};

/// Media types of merge patches.
pub const MEDIA_TYPES: &[&str] = &["application/merge-patch+json", "application/json"];

/// Tells a member that is null from one that is left out.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

/// Lays a member over what stands there, if it was sent.
pub fn lay<T>(onto: &mut T, member: Option<T>) {
    if let Some(value) = member {
        *onto = value;
    }
}
