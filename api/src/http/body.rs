//! Bodies: bounded while they arrive, unpacked within bounds, and of the media type they say.

use super::Problem;
use super::unpack::Packing;
use super::upload::{Spool, Upload};
use crate::fault::{Fault, Result};
use crate::formats::{json, source};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{Bytes, BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures::StreamExt as _;
use serde::de::DeserializeOwned;
use std::future::{Ready, ready};
use std::io::Read as _;

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

    /// Takes an upload in: spooled, and not yet unpacked.
    ///
    /// # Errors
    /// [`Fault::UnsupportedCharset`], [`Fault::UnsupportedEncoding`], [`Fault::BodyTooLarge`], [`Fault::MalformedBody`]
    /// where the connection breaks off, [`Fault::StorageFull`].
    pub async fn upload(self) -> Result<Upload> {
        let limits = self.limits()?;
        self.check_charset()?;
        let packing = self.packing()?;
        let spool = self.arrived(limits.upload, Spool::new()).await?;
        spool.end(packing, limits.unpacked).await
    }

    /// Refuses another encoding of text than UTF-8, of which ASCII is a part.
    fn check_charset(&self) -> Result<()> {
        let value = self.request.headers().get(header::CONTENT_TYPE);
        let value = value.and_then(|value| value.to_str().ok());
        let parameters = value.unwrap_or_default().split(';').skip(1);
        for parameter in parameters {
            let Some((name, charset)) = parameter.split_once('=') else {
                continue;
            };
            let charset = charset.trim().trim_matches('"').to_ascii_lowercase();
            let understood = ["utf-8", "utf8", "us-ascii"].contains(&charset.as_str());
            if name.trim().eq_ignore_ascii_case("charset") && !understood {
                return Err(Fault::UnsupportedCharset);
            }
        }
        Ok(())
    }

    fn packing(&self) -> Result<Packing> {
        let header = self.request.headers().get(header::CONTENT_ENCODING);
        Packing::read(header.map(header::HeaderValue::as_bytes))
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
        let packing = self.packing()?;
        let read = self.arrived(packed, BytesMut::new()).await?.freeze();
        if packing == Packing::Plain {
            return Ok(read);
        }
        let mut bytes = Vec::new();
        packing
            .unpacked(&*read, read.len() as u64, unpacked)?
            .read_to_end(&mut bytes)
            .map_err(source::fault)?;
        Ok(bytes.into())
    }

    /// Hands the body on as it arrives, `limit` bytes at most.
    async fn arrived<V: Vessel>(self, limit: u64, mut vessel: V) -> Result<V> {
        let announced = self.request.headers().get(header::CONTENT_LENGTH);
        let announced = announced.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(Fault::BodyTooLarge { limit });
        }
        let mut payload = self.payload;
        let mut length = 0;
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Fault::MalformedBody {
                place: format!("byte {length}"),
                reason: "the connection broke off".to_owned(),
            })?;
            length += chunk.len() as u64;
            if length > limit {
                return Err(Fault::BodyTooLarge { limit });
            }
            vessel.take(&chunk).await?;
        }
        Ok(vessel)
    }
}

/// What a body arrives in.
trait Vessel {
    /// Takes the next bytes.
    async fn take(&mut self, bytes: &[u8]) -> Result<()>;
}

impl Vessel for BytesMut {
    async fn take(&mut self, bytes: &[u8]) -> Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

impl Vessel for Spool {
    async fn take(&mut self, bytes: &[u8]) -> Result<()> {
        Self::take(self, bytes).await
    }
}
