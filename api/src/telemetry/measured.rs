//! A streamed body that counts its bytes and writes the request's line when it ends, however it ends.

use super::RequestLine;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

pub(super) struct Measured {
    body: BoxBody,
    /// Taken when it is written, which is when this is dropped: the connection drops a body it is done with.
    line: Option<RequestLine>,
    started: Instant,
}

impl Measured {
    pub fn new(body: BoxBody, line: RequestLine, started: Instant) -> Self {
        Self {
            body,
            line: Some(line),
            started,
        }
    }
}

/// Microseconds since an instant; half a million years fit.
pub(super) fn micros(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX)
}

impl MessageBody for Measured {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let next = ready!(Pin::new(&mut self.body).poll_next(context));
        if let (Some(Ok(bytes)), Some(line)) = (&next, &mut self.line) {
            line.bytes_out += u64::try_from(bytes.len()).unwrap_or(0);
        }
        Poll::Ready(next)
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        if let Some(mut line) = self.line.take() {
            line.duration_micros = micros(self.started);
            line.emit();
        }
    }
}
