//! Requests written byte by byte, for what no well-behaved client does.

use serde_json::Value;
use tests::{Persona, World};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// A request under way.
pub struct Wire {
    read: OwnedReadHalf,
    write: OwnedWriteHalf,
}

impl Wire {
    /// Sends the head of Lancaster's `PUT` of CSV rows; `framing` are its last header lines, each with its line end.
    pub async fn put(world: &World, path: &str, if_match: &str, framing: &str) -> Self {
        let framing = format!("Content-Type: text/csv\r\n{framing}");
        Self::head(world, path, if_match, &framing).await
    }

    /// Sends the head of Lancaster's `PUT`, of whatever its header lines say.
    pub async fn head(world: &World, path: &str, if_match: &str, framing: &str) -> Self {
        let token = world.token(Persona::Lancaster).await.expect("a token");
        let (read, mut write) = TcpStream::connect(world.address())
            .await
            .expect("a connection")
            .into_split();
        let head = format!(
            "PUT {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\nIf-Match: {if_match}\r\n\
             {framing}\r\n",
            world.address(),
        );
        write
            .write_all(head.as_bytes())
            .await
            .expect("the head is sent");
        Self { read, write }
    }

    /// Sends bytes of the body as they are.
    pub async fn send(&mut self, bytes: &[u8]) {
        self.write
            .write_all(bytes)
            .await
            .expect("the server listens");
    }

    /// Sends nothing more, and waits until the server has done with the connection; gives back what it said.
    pub async fn break_off(mut self) -> String {
        self.write.shutdown().await.expect("the connection stands");
        let mut said = Vec::new();
        // A reset is an end, too.
        let _ = self.read.read_to_end(&mut said).await;
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Sends chunks of a mebibyte without end, as long as the server takes them, until it answers.
    pub async fn send_without_end(self) -> (u16, Value) {
        let Self {
            mut read,
            mut write,
        } = self;
        let endless = tokio::spawn(async move {
            let mut chunk = b"100000\r\n".to_vec();
            chunk.resize(chunk.len() + 0x10_0000, b'\n');
            chunk.extend_from_slice(b"\r\n");
            while write.write_all(&chunk).await.is_ok() {}
        });
        let answer = answer(&mut read).await;
        endless.abort();
        answer
    }

    /// The status and body of the answer, while the request is not at its end.
    pub async fn answer(mut self) -> (u16, Value) {
        answer(&mut self.read).await
    }
}

async fn answer(read: &mut OwnedReadHalf) -> (u16, Value) {
    let mut said = Vec::new();
    loop {
        let mut part = [0; 4_096];
        let count = read.read(&mut part).await.expect("an answer");
        said.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&said);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            assert!(count > 0, "the connection ended within the head: {text}");
            continue;
        };
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .expect("a status");
        if let Ok(body) = serde_json::from_str(body) {
            return (status, body);
        }
        assert!(count > 0, "the connection ended within the body: {text}");
    }
}
