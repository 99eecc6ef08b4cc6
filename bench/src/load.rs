//! A small closed-loop load generator: HTTP/1.1 with keep-alive over plain sockets.
//!
//! It shares the machine with what it measures, so it does no more than it must: one write and as few reads as the
//! answer takes, no header map, no copy of the body. Every connection sends its next request when the answer to the last
//! one is whole. An answer other than 200 ends the run: what fails fast must not count as fast.

use crate::Failure;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// One connection, kept alive.
#[derive(Debug)]
pub struct Connection {
    socket: TcpStream,
    /// What was read and not used yet; the answer stands at its beginning.
    read: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn to(address: SocketAddr) -> Result<Self, Failure> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        Ok(Self {
            socket,
            read: Vec::with_capacity(64 * 1024),
        })
    }

    /// Sends a request and reads the answer to its end; gives back its body.
    ///
    /// # Errors
    /// An answer that says neither done nor made, with its body.
    pub async fn ask(&mut self, request: &[u8]) -> Result<&[u8], Failure> {
        self.socket.write_all(request).await?;
        self.read.clear();
        let head = loop {
            self.more().await?;
            if let Some(end) = find(&self.read, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let (status, length) =
            parsed(&self.read[..head]).ok_or("the answer's head is not understood")?;
        while self.read.len() < head + length {
            self.more().await?;
        }
        let body = &self.read[head..head + length];
        if matches!(status, 200 | 201) {
            Ok(body)
        } else {
            let asked = String::from_utf8_lossy(request);
            let asked = asked.lines().next().unwrap_or_default();
            Err(format!("{asked}: {status} {}", String::from_utf8_lossy(body)).into())
        }
    }

    async fn more(&mut self) -> Result<(), Failure> {
        if self.socket.read_buf(&mut self.read).await? == 0 {
            return Err("the server closed the connection".into());
        }
        Ok(())
    }
}

fn find(within: &[u8], wanted: &[u8]) -> Option<usize> {
    within
        .windows(wanted.len())
        .position(|window| window == wanted)
}

/// Status and length of the body.
fn parsed(head: &[u8]) -> Option<(u16, usize)> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut fields = lines.filter_map(|line| line.split_once(':'));
    if fields
        .clone()
        .any(|(name, _)| name.eq_ignore_ascii_case("transfer-encoding"))
    {
        return None;
    }
    let length = fields
        .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
        .map_or(Some(0), |(_, value)| value.trim().parse().ok())?;
    Some((status, length))
}

/// A request as it goes over the wire.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut wire = format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n");
    for (name, value) in headers {
        wire.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        wire.push_str(&format!("content-length: {}\r\n", body.len()));
    }
    wire.push_str("\r\n");
    let mut wire = wire.into_bytes();
    wire.extend_from_slice(body);
    wire
}

/// How a load is driven.
#[derive(Clone, Copy, Debug)]
pub struct Drive {
    /// Where to.
    pub address: SocketAddr,
    /// Connections, each with one request at a time.
    pub connections: usize,
    /// What does not count yet.
    pub warm_up: Duration,
    /// What counts.
    pub measured: Duration,
}

/// What a load came to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    /// Answers within the measured time.
    pub answers: u64,
    /// The measured time.
    pub seconds: f64,
}

impl Rate {
    /// Answers per second.
    pub fn per_second(self) -> f64 {
        self.answers as f64 / self.seconds
    }

    /// Two rounds taken together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            answers: self.answers + other.answers,
            seconds: self.seconds + other.seconds,
        }
    }
}

/// Drives a load. `next` gives the request of a connection by its number and the number of requests it has sent.
pub async fn drive<F>(drive: Drive, next: F) -> Result<Rate, Failure>
where
    F: Fn(usize, u64) -> Vec<u8> + Clone + Send + 'static,
{
    let from = Instant::now() + drive.warm_up;
    let to = from + drive.measured;
    let mut running = Vec::with_capacity(drive.connections);
    for number in 0..drive.connections {
        let next = next.clone();
        running.push(tokio::spawn(async move {
            let mut connection = Connection::to(drive.address).await?;
            let mut counted = 0;
            for sent in 0.. {
                connection.ask(&next(number, sent)).await?;
                let now = Instant::now();
                if now >= to {
                    break;
                }
                counted += u64::from(now >= from);
            }
            Ok::<u64, Failure>(counted)
        }));
    }
    let mut answers = 0;
    for one in running {
        answers += one.await??;
    }
    Ok(Rate {
        answers,
        seconds: drive.measured.as_secs_f64(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_whatever_the_case_of_its_names() {
        assert_eq!(
            parsed(b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n"),
            Some((200, 12))
        );
        assert_eq!(
            parsed(b"HTTP/1.1 503 No\r\nx: y\r\ncontent-length:7\r\n\r\n"),
            Some((503, 7))
        );
        assert_eq!(parsed(b"HTTP/1.1 304 Not Modified\r\n\r\n"), Some((304, 0)));
        assert_eq!(
            parsed(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"),
            None
        );
        assert_eq!(
            parsed(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n"),
            None
        );
    }

    #[test]
    fn a_request_says_how_long_its_body_is() {
        let wire = request("PATCH", "/x", &[("if-match", "*")], b"{}");
        assert_eq!(
            wire,
            b"PATCH /x HTTP/1.1\r\nhost: bench\r\nif-match: *\r\ncontent-length: 2\r\n\r\n{}"
        );
        assert_eq!(
            request("GET", "/", &[], b""),
            b"GET / HTTP/1.1\r\nhost: bench\r\n\r\n"
        );
    }
}
