//! Who calls: the bearer token of a request, turned into a caller.

use super::Problem;
use crate::access::{
    Caller, ParticipationScope, Permit, RegistryScope, ReleaseScope, ReturnsReview, SectorScope,
    SubmissionsScope, TenantScope, WritePermit,
};
use crate::fault::{Fault, Result};
use crate::operations::{Service, authentication};
use crate::telemetry::{CallerName, RequestId};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use std::future::{Ready, ready};

/// A call: who, and the service that answers.
#[derive(Clone, Debug)]
pub struct Call {
    /// The service.
    pub service: Data<Service>,
    /// Who calls.
    pub caller: Caller,
}

/// The token of `Authorization: Bearer ...`; `None` where the header is missing.
fn bearer(request: &HttpRequest) -> Result<Option<&str>> {
    let Some(value) = request.headers().get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| Fault::InvalidToken)?;
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(Fault::InvalidToken),
    }
}

impl Call {
    /// The call a request makes.
    ///
    /// # Errors
    /// [`Fault::InvalidToken`] where it shows a token that is not valid.
    pub fn of(request: &HttpRequest) -> Result<Self> {
        let service = request
            .app_data::<Data<Service>>()
            .cloned()
            .ok_or(Fault::Internal)?;
        let caller = match bearer(request)? {
            None => Caller::anonymous(),
            Some(token) => Caller::clone(authentication::caller(&service, token)?.as_ref()),
        };
        let id = request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default();
        request
            .extensions_mut()
            .insert(CallerName(caller.subject().to_owned()));
        Ok(Self {
            service,
            caller: caller.with_request(&id),
        })
    }

    /// Proves a permission for the institution of a slug.
    pub async fn tenant<P: Permit>(&self, slug: &str) -> Result<TenantScope<P>> {
        self.service.tenant(&self.caller, slug).await
    }

    /// Proves that the caller may judge what the institution of a slug submitted.
    pub async fn review(&self, slug: &str) -> Result<TenantScope<ReturnsReview>> {
        self.service.review(&self.caller, slug).await
    }

    /// Proves that the caller may see what all institutions submitted.
    pub fn submissions(&self) -> Result<SubmissionsScope> {
        self.caller.submissions()
    }

    /// Proves that the caller may see who owes what.
    pub fn participation(&self) -> Result<ParticipationScope> {
        self.caller.participation()
    }

    /// Proves that the caller may change the registry.
    pub fn registry<P: WritePermit>(&self) -> Result<RegistryScope<P>> {
        self.caller.registry()
    }

    /// Proves that the caller may make releases.
    pub fn releases(&self) -> Result<ReleaseScope> {
        self.caller.releases()
    }

    /// Proves that the caller may ask live exact aggregates.
    pub fn sector(&self) -> Result<SectorScope> {
        self.caller.sector()
    }
}

impl FromRequest for Call {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).map_err(Problem))
    }
}
