//! Bodies: bounded while they arrive, unpacked within bounds, and of the media type they say.

use super::Problem;
use super::unpack::{Packing, unpack};
use crate::fault::{Fault, Result};
use crate::formats::json;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};

/// Most bytes of each kind of body.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// JSON bodies.
    pub json: u64,
    /// Uploaded files, as they travel.
    pub upload: u64,
    /// Uploaded files, unpacked.
    pub unpacked: u64,
    /// GraphQL requests.
    pub graphql: u64,
}

/// A body that was not read yet.
pub struct Body {
    request: HttpRequest,
    payload: Payload,
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body")
    }
}

impl FromRequest for Body {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self {
            request: request.clone(),
            payload: payload.take(),
        }))
    }
}

impl Body {
    /// The limits in force.
    pub fn limits(&self) -> Result<Limits> {
        self.request
            .app_data::<Data<Limits>>()
            .map(|limits| *limits.get_ref())
            .ok_or(Fault::Internal)
    }

    /// The media type without its parameters, in lower case; empty where none is given.
    pub fn media_type(&self) -> String {
        let value = self
            .request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        value
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// Reads a JSON body into its shape.
    ///
    /// # Errors
    /// [`Fault::UnsupportedMediaType`], [`Fault::BodyTooLarge`], [`Fault::MalformedBody`], [`Fault::InvalidBody`].
    pub async fn json<T: DeserializeOwned>(
        self,
        media_types: &'static [&'static str],
    ) -> Result<T> {
        self.expect(media_types)?;
        let limit = self.limits()?.json;
        json::read(&self.bytes(limit, limit).await?)
    }

    /// Reads an upload.
    pub async fn upload(self) -> Result<Bytes> {
        let limits = self.limits()?;
        self.bytes(limits.upload, limits.unpacked).await
    }

    /// Refuses any other media type than those on offer.
    pub fn expect(&self, media_types: &'static [&'static str]) -> Result<()> {
        if media_types.contains(&self.media_type().as_str()) {
            return Ok(());
        }
        Err(Fault::UnsupportedMediaType {
            offered: media_types,
        })
    }

    /// Reads the body: at most `packed` bytes as they travel and `unpacked` after unpacking. A length announced over
    /// the limit is refused before anything is read.
    pub async fn bytes(self, packed: u64, unpacked: u64) -> Result<Bytes> {
        let headers = self.request.headers();
        let announced = headers
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > packed) {
            return Err(Fault::BodyTooLarge { limit: packed });
        }
        let encoding = match headers
            .get(header::CONTENT_ENCODING)
            .map(|value| value.as_bytes().to_ascii_lowercase())
        {
            None => None,
            Some(encoding) if encoding == b"identity" => None,
            Some(encoding) if encoding == b"gzip" => Some(Packing::Gzip),
            Some(encoding) if encoding == b"zstd" => Some(Packing::Zstd),
            Some(_) => return Err(Fault::UnsupportedEncoding),
        };
        let mut read = BytesMut::new();
        let mut payload = self.payload;
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Fault::MalformedBody {
                place: format!("byte {}", read.len()),
                reason: "the connection broke off".to_owned(),
            })?;
            if (read.len() + chunk.len()) as u64 > packed {
                return Err(Fault::BodyTooLarge { limit: packed });
            }
            read.extend_from_slice(&chunk);
        }
        let read = read.freeze();
        match encoding {
            None => Ok(read),
            Some(packing) => unpack(packing, &read, unpacked).await,
        }
    }
}
