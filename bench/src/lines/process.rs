//! The service in a process of its own, whose memory is nobody else's.

use super::Bench;
use crate::Failure;
use crate::load::{Connection, request};
use crate::served::Served;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

/// The service in a process of its own: this very program, started as `serve`.
pub struct Process {
    /// Where it answers.
    pub address: SocketAddr,
    child: Child,
}

impl Process {
    /// Starts it over the filled database, and waits until it answers.
    pub fn start(bench: &Bench<'_>) -> Result<Self, Failure> {
        let directory = bench.directory.display().to_string();
        let child = Command::new(std::env::current_exe()?)
            .args(["serve", "--address", "127.0.0.1:0", "--data-dir"])
            .arg(directory)
            .env("DATABASE_URL", &bench.filled.url)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut process = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            child,
        };
        let said = process.child.stdout.take().ok_or("no output")?;
        for line in BufReader::new(said).lines() {
            let line = line?;
            if let Some((_, address)) = line.split_once("answers on http://") {
                process.address = address.trim().trim_end_matches('/').parse()?;
                return Ok(process);
            }
        }
        Err("the service does not answer".into())
    }

    /// An access token, as its header's value.
    pub async fn token(&self, bench: &Bench<'_>, client: &str) -> Result<String, Failure> {
        let mut connection = Connection::to(self.address).await?;
        let secret = &bench.filled.secrets[client];
        let form =
            format!("grant_type=client_credentials&client_id={client}&client_secret={secret}");
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let asked = request("POST", "/oauth/token", &headers, form.as_bytes());
        Served::bearer(connection.ask(&asked).await?)
    }

    /// The memory it holds now, in MiB; the highest is counted from here on.
    pub fn memory_anew(&self) -> Result<f64, Failure> {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?;
        self.status("VmRSS:")
    }

    /// The most memory it held, in MiB.
    pub fn highest(&self) -> Result<f64, Failure> {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> Result<f64, Failure> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find(|line| line.starts_with(name));
        let kibibytes: f64 = line
            .and_then(|line| line.split_whitespace().nth(1))
            .ok_or("the system does not say how much memory there is")?
            .parse()?;
        Ok(kibibytes / 1024.0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
