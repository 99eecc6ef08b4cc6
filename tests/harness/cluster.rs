//! A throw-away PostgreSQL server for one test or benchmark process.
//!
//! Nothing here reads or touches a server that was there before: the cluster lives in a fresh directory, listens on a
//! free loopback port, and is gone when the process is gone, however it ended. A shell (`cluster.sh`) owns its life:
//! it makes the cluster, says `ready`, and reads a pipe that only this process can write to. When the pipe closes,
//! which the kernel sees to even after `kill -9`, it stops the server and removes the directory.
//!
//! Databases belong to the role [`OWNER`] and are used as [`SERVICE`], as in production: neither is a superuser, so that
//! row-level security binds them.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// The login role that owns every test database: may create roles, may not bypass row-level security.
pub const OWNER: &str = "owner";

/// The login role that may read and write the rows of [`OWNER`]'s tables, and nothing else.
pub const SERVICE: &str = "service";

/// The superuser, for what a test looks at from outside the service.
pub const SUPERUSER: &str = "postgres";

const LIFE: &str = include_str!("cluster.sh");
const PROGRAMS: [&str; 4] = ["initdb", "pg_ctl", "postgres", "psql"];
/// How often a start is tried again: another process may take the free port between the look and the start.
const ATTEMPTS: u32 = 3;

/// What the server promises about an acknowledged commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Nothing reaches the disk on time. For tests: a power cut may lose everything, and nobody minds.
    None,
    /// PostgreSQL's own defaults, `fsync=on` among them. For benchmarks and for tests of crashes.
    Full,
}

impl Durability {
    const fn settings(self) -> &'static str {
        match self {
            Self::None => {
                "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n\
                 wal_level = minimal\nmax_wal_senders = 0\n"
            }
            Self::Full => "fsync = on\nfull_page_writes = on\nsynchronous_commit = on\n",
        }
    }
}

/// A running PostgreSQL server; stopped and removed when dropped, or when the process ends in whatever way.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    programs: PathBuf,
    port: u16,
    databases: AtomicU32,
    templates: Mutex<HashSet<String>>,
    keeper: Child,
    /// The write end that keeps the server alive; `None` only while dropping.
    lifeline: Option<ChildStdin>,
}

impl Cluster {
    /// The cluster of this process, without durability; started by the first caller, waited for by the others.
    ///
    /// # Panics
    /// If PostgreSQL's server programs are missing or do not start; the message says what to do.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(|| Self::start(Durability::None))
    }

    /// Starts a cluster of the caller's own, for instance one that keeps its promises on disk.
    ///
    /// # Panics
    /// As [`Cluster::shared`].
    pub fn start(durability: Durability) -> Self {
        let programs = find_programs();
        let mut complaint = String::new();
        for _ in 0..ATTEMPTS {
            match Self::try_start(&programs, durability) {
                Ok(cluster) => return cluster,
                Err(said) => complaint = said,
            }
        }
        panic!("PostgreSQL did not start: {complaint}");
    }

    fn try_start(programs: &Path, durability: Durability) -> Result<Self, String> {
        let directory = new_directory().map_err(|error| format!("no directory for it: {error}"))?;
        let port = free_port().map_err(|error| format!("no free port: {error}"))?;
        let settings = format!(
            "listen_addresses = '127.0.0.1'\nport = {port}\nunix_socket_directories = '{}'\n\
             max_connections = 400\nshared_buffers = 128MB\n{}",
            directory.display(),
            durability.settings()
        );
        let mut command = Command::new("sh");
        command
            .args(["-c", LIFE, "cluster"])
            .args([programs, &directory])
            .args([&settings, SUPERUSER, OWNER, SERVICE])
            .current_dir(&directory)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Not ours: a pipeline that reads our errors would wait for the server, too.
            .stderr(Stdio::null())
            // Ctrl-C goes to the whole group in front; the keeper has to outlive it.
            .process_group(0);
        without_settings(&mut command);
        if let Some((user, group)) =
            unprivileged(&directory).map_err(|error| format!("no user to run it as: {error}"))?
        {
            chown(&directory, Some(user), Some(group))
                .map_err(|error| format!("cannot hand over {}: {error}", directory.display()))?;
            command.uid(user).gid(group);
        }
        let mut keeper = command
            .spawn()
            .map_err(|error| format!("no shell: {error}"))?;
        let lifeline = keeper.stdin.take();
        let mut said = String::new();
        if let Some(output) = keeper.stdout.take() {
            let mut output = BufReader::new(output);
            let _ = output.read_line(&mut said);
            if said.trim_end() != "ready" {
                let _ = output.read_to_string(&mut said);
            }
        }
        let cluster = Self {
            directory,
            programs: programs.to_path_buf(),
            port,
            databases: AtomicU32::new(0),
            templates: Mutex::default(),
            keeper,
            lifeline,
        };
        // On failure the cluster is dropped here, and with it all it left behind.
        if said.trim_end() == "ready" {
            Ok(cluster)
        } else {
            Err(said)
        }
    }

    /// The loopback port the server listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The directory of data, log (`log`) and socket.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// One of PostgreSQL's own programs of the same version (`pgbench`, `pg_dump`, `psql` ...), set up to reach this
    /// server as [`SUPERUSER`]; the caller adds arguments and the database.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        without_settings(&mut command);
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port.to_string())
            .env("PGUSER", SUPERUSER);
        command
    }

    /// The URL of `database` as seen by the role `user`; there are no passwords.
    pub fn url(&self, user: &str, database: &str) -> String {
        format!("postgres://{user}@127.0.0.1:{}/{database}", self.port)
    }

    /// An empty database of its own; the URL of it as [`OWNER`].
    ///
    /// # Panics
    /// If the server refuses, with its words.
    pub fn fresh_database(&self) -> String {
        self.fresh_from("template1")
    }

    /// A copy of a database made with [`Cluster::create_template`]; the URL of it as [`OWNER`].
    ///
    /// # Panics
    /// If there is no such template, or the server refuses, with its words.
    pub fn fresh_from(&self, template: &str) -> String {
        let count = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("test_{count}_{}", std::process::id());
        self.create(&name, template);
        self.url(OWNER, &name)
    }

    /// Makes the template `name` once: `prepare` gets the URL of an empty database (as [`OWNER`]), fills it and closes
    /// its connections. Later calls return at once, simultaneous ones wait. Callable with or without a runtime around.
    ///
    /// # Panics
    /// If `prepare` does, or the server refuses; the next call then starts afresh.
    pub fn create_template<P, F>(&self, name: &str, prepare: P)
    where
        P: FnOnce(String) -> F + Send,
        F: Future<Output = ()>,
    {
        let mut templates = self
            .templates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if templates.contains(name) {
            return;
        }
        self.sql(&format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#));
        self.create(name, "template1");
        let url = self.url(OWNER, name);
        let prepared = std::thread::scope(|scope| {
            let work = move || {
                tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .map(|runtime| runtime.block_on(prepare(url)))
            };
            scope.spawn(work).join()
        });
        match prepared {
            Ok(result) => result.expect("a runtime to prepare the template in"),
            Err(panic) => std::panic::resume_unwind(panic),
        }
        // A template cannot be copied while somebody is connected; from here on nobody can be.
        self.sql(&format!(
            r#"ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false"#
        ));
        self.sql(&format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'"
        ));
        templates.insert(name.to_owned());
    }

    /// Drops the database a URL of [`Cluster::fresh_database`] names, whoever is still connected.
    ///
    /// # Panics
    /// If the server refuses, with its words.
    pub fn drop_database(&self, url: &str) {
        let name = url.rsplit('/').next().unwrap_or_default();
        let name = name.split('?').next().unwrap_or_default();
        self.sql(&format!(r#"DROP DATABASE IF EXISTS "{name}" WITH (FORCE)"#));
    }

    fn create(&self, name: &str, template: &str) {
        self.sql(&format!(
            r#"CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {OWNER}"#
        ));
    }

    /// Runs one statement as [`SUPERUSER`] in the database `postgres`, and returns its rows as `psql -At` prints them.
    ///
    /// # Panics
    /// If the server refuses, with its words.
    pub fn sql(&self, statement: &str) -> String {
        let output = self
            .program("psql")
            .args(["-XqAt", "-v", "ON_ERROR_STOP=1", "-d", "postgres", "-c"])
            .arg(statement)
            .output()
            .expect("psql starts");
        assert!(
            output.status.success(),
            "{statement}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// The same database as another of the three roles: `as_user(&cluster.fresh_database(), SERVICE)`.
pub fn as_user(url: &str, user: &str) -> String {
    match url.split_once('@') {
        Some((_, place)) => format!("postgres://{user}@{place}"),
        None => url.to_owned(),
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let _ = self.keeper.wait();
    }
}

/// The directory with PostgreSQL's server programs: the one `initdb` on the path really lives in, else the newest
/// that Debian's packages installed.
fn find_programs() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path)
        .filter_map(|directory| fs::canonicalize(directory.join("initdb")).ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_path_buf));
    let mut packaged: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    packaged.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    on_path
        .chain(packaged.into_iter().map(|(_, directory)| directory))
        .find(|directory| PROGRAMS.iter().all(|name| directory.join(name).is_file()))
        .expect("PostgreSQL's server programs; `scripts/install-test-needs.sh` installs them")
}

fn new_directory() -> std::io::Result<PathBuf> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let process = std::process::id();
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        // Short: the path of a socket may have 107 bytes at most.
        let directory = std::env::temp_dir().join(format!("tm-pg-{process}-{count}"));
        match fs::create_dir(&directory) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            created => {
                created?;
                fs::set_permissions(&directory, fs::Permissions::from_mode(0o700))?;
                return Ok(directory);
            }
        }
    }
}

fn free_port() -> std::io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(listener.local_addr()?.port())
}

/// PostgreSQL refuses to run as root; whoever just made `ours` learns here whom to be instead.
fn unprivileged(ours: &Path) -> std::io::Result<Option<(u32, u32)>> {
    if fs::metadata(ours)?.uid() != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        accounts.lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            match fields.as_slice() {
                [account, _, user, group, ..] if *account == name => {
                    Some((user.parse().ok()?, group.parse().ok()?))
                }
                _ => None,
            }
        })
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .map(Some)
        .ok_or_else(|| std::io::Error::other("neither `postgres` nor `nobody` is an account"))
}

/// Takes away what the developer's environment says about other servers.
fn without_settings(command: &mut Command) {
    let ours = |name: &OsString| name.to_string_lossy().starts_with("PG");
    for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name)) {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C");
}
