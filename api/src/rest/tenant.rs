//! The extractor that proves a permission for the institution in the address.

use crate::access::{Permit, TenantScope};
use crate::fault::Fault;
use crate::http::{Call, Problem};
use crate::operations::Service;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures::future::LocalBoxFuture;

/// The permission `P`, proved for the institution whose slug is in the address.
#[derive(Debug)]
pub struct Tenant<P: Permit> {
    /// The proof.
    pub scope: TenantScope<P>,
    /// The institution's slug.
    pub slug: String,
    /// The service.
    pub service: Data<Service>,
}

impl<P: Permit> FromRequest for Tenant<P> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let call = Call::of(request);
        let slug = request.match_info().get("slug").map(ToOwned::to_owned);
        Box::pin(async move {
            let call = call?;
            let slug = slug.ok_or(Fault::Internal)?;
            let scope = call.tenant(&slug).await?;
            Ok(Self {
                scope,
                slug,
                service: call.service,
            })
        })
    }
}
