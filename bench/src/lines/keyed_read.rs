//! One object by its key, against a plain handler that gives back the same bytes.

use super::Bench;
use crate::Failure;
use crate::load::{Drive, Rate, drive, request};
use crate::report::{Figure, Line};
use crate::served::Served;

const PATH: &str = "/v1/institutions/lancaster";
const CONNECTIONS: usize = 64;

/// Measures it.
pub async fn measure(bench: &Bench<'_>) -> Result<Line, Failure> {
    let asked = request("GET", PATH, &[], b"");
    beside_plain(bench, "read of one object by key", asked, (0.5, ">= 0.50")).await
}

/// The same request again and again over many connections, beside a plain handler that gives back the same bytes.
pub(super) async fn beside_plain(
    bench: &Bench<'_>,
    what: &'static str,
    asked: Vec<u8>,
    (part, target): (f64, &'static str),
) -> Result<Line, Failure> {
    let plain = Served::plain(bench.served.ask(&asked).await?)?;
    let (mut measured, mut floor) = (Rate::default(), Rate::default());
    for _ in 0..bench.pace.turns {
        for (server, rate) in [(&plain, &mut floor), (&bench.served, &mut measured)] {
            let load = Drive {
                address: server.address,
                connections: CONNECTIONS,
                warm_up: bench.pace.warm_up,
                measured: bench.pace.measured,
            };
            let asked = asked.clone();
            *rate = rate.and(drive(load, move |_, _| asked.clone()).await?);
        }
    }
    let figure = |rate: Rate| Figure::per_second(rate.per_second(), "requests/s");
    let floor = (figure(floor), "a plain handler with the same bytes");
    Ok(Line::rate(
        what,
        bench.engine(),
        figure(measured),
        floor,
        part,
        target,
    ))
}
