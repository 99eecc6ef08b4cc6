#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may fail by panicking"
)]

use super::{Config, ConfigFaults, Inputs, LogFormat, load, reference};
use secrecy::ExposeSecret;
use std::path::PathBuf;

/// Inputs with a file of this content; the directory goes when it is dropped.
fn inputs(file: &str, environment: &[(&str, &str)]) -> (tempfile::TempDir, Inputs) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("service.toml");
    std::fs::write(&path, file).unwrap();
    let environment = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    (
        directory,
        Inputs {
            file: Some(path),
            environment,
            flags: Vec::new(),
        },
    )
}

fn loaded(file: &str, environment: &[(&str, &str)]) -> Result<Config, ConfigFaults> {
    let (_directory, inputs) = inputs(file, environment);
    load(&inputs)
}

/// Key and message of every fault.
fn faults(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let faults = loaded(file, environment).unwrap_err();
    faults
        .0
        .into_iter()
        .map(|fault| format!("{}: {}", fault.key, fault.message))
        .collect()
}

#[test]
fn nothing_given_is_the_embedded_case() {
    let config = load(&Inputs::default()).unwrap();
    assert_eq!(config.address.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url, "http://127.0.0.1:8080");
    assert_eq!(
        config.database_url.expose_secret(),
        "sqlite:./data/technician-metrics.db"
    );
    assert_eq!(
        config.signing_key_file,
        PathBuf::from("./data/signing-key.pem")
    );
    assert!(config.signing_key_may_be_made);
    assert!(config.workers >= 1);
    assert_eq!(config.limits.unpacked_bytes, 209_715_200);
    assert_eq!(config.log_level, tracing::Level::INFO);
}

#[test]
fn each_layer_wins_over_the_one_below() {
    let file = "[log]\nlevel = 'warn'\nformat = 'json'\n[database]\nconnections = 3\nwait_milliseconds = 7";
    let environment = [
        ("TECHNICIAN_METRICS__DATABASE__CONNECTIONS", "4"),
        ("TECHNICIAN_METRICS__LOG__LEVEL", "debug"),
        ("UNRELATED", "x"),
    ];
    let (_directory, mut inputs) = inputs(file, &environment);
    inputs.flags = vec![("log.level", "error".to_owned())];
    let config = load(&inputs).unwrap();
    assert_eq!(config.log_level, tracing::Level::ERROR);
    assert_eq!(config.database_connections, 4);
    assert_eq!(config.database_wait.as_millis(), 7);
    assert_eq!(config.log_format, LogFormat::Json);
    let shown = config.effective();
    assert!(
        shown.contains("level = \"error\" # command line\n"),
        "{shown}"
    );
    assert!(
        shown.contains("TECHNICIAN_METRICS__DATABASE__CONNECTIONS"),
        "{shown}"
    );
    assert!(shown.contains("service.toml"), "{shown}");
    assert!(
        shown.contains("shutdown_seconds = 30 # default\n"),
        "{shown}"
    );
    toml::from_str::<toml::Table>(&shown).unwrap();
}

#[test]
fn customary_variables_give_way_to_full_names() {
    let port = ("PORT", "9000");
    let config = loaded(
        "[server]\naddress = '0.0.0.0:1'",
        &[port, ("DATABASE_URL", "sqlite:a.db")],
    )
    .unwrap();
    assert_eq!(config.address.to_string(), "0.0.0.0:9000");
    assert_eq!(config.public_url, "http://localhost:9000");
    assert_eq!(config.database_url.expose_secret(), "sqlite:a.db");
    let full = [
        port,
        ("TECHNICIAN_METRICS__SERVER__ADDRESS", "[::1]:5"),
        ("TECHNICIAN_METRICS__DATABASE__URL", "sqlite:b.db"),
        ("DATABASE_URL", "sqlite:a.db"),
    ];
    let config = loaded("", &full).unwrap();
    assert_eq!(config.address.to_string(), "[::1]:5");
    assert_eq!(config.database_url.expose_secret(), "sqlite:b.db");
    let empty = loaded("", &[("PORT", ""), ("DATABASE_URL", "")]).unwrap();
    assert_eq!(empty.address.port(), 8080);
}

#[test]
fn every_kind_of_fault_comes_in_one_load() {
    let file = "
        stray = 1
        data = 5
        [server]
        address = 'localhost'
        public_url = 'https://metrics.example/path'
        worker = 4
        shutdown_seconds = 'thirty'
        [database]
        connections = 0
        url_file = '/no/such/url'
        [access]
        signing_key_file = '/no/such/key'
        [limits]
        upload_bytes = 300000000
        json_bytes = 1.5
        [logs]
        level = 'info'
    ";
    let environment = [
        ("PORT", "http"),
        ("TECHNICIAN_METRICS__LOG__FORMAT", "xml"),
        ("TECHNICIAN_METRICS__LOG__LEVLE", "info"),
        ("TECHNICIAN_METRICS__DATABASE__WAIT_MILLISECONDS", "long"),
    ];
    let (_directory, mut inputs) = inputs(file, &environment);
    inputs.flags = vec![("log.level", "loud".to_owned())];
    let all = load(&inputs).unwrap_err();
    let text = all.to_string();
    for expected in [
        "service.toml: stray: there is no such key; did you mean",
        "service.toml: data: is a section",
        "service.toml: server.worker: there is no such key; did you mean server.workers?",
        "service.toml: server.shutdown_seconds: must be a whole number such as 30, not the text \"thirty\"",
        "service.toml: limits.json_bytes: must be a whole number such as 1048576, not a number with a fraction",
        "service.toml: logs.level: there is no such key; did you mean log.level?",
        "LOG__LEVLE: log.levle: there is no such key; did you mean TECHNICIAN_METRICS__LOG__LEVEL?",
        "WAIT_MILLISECONDS: database.wait_milliseconds: must be a whole number such as 5000, not the text \"long\"",
        "service.toml: server.address: must be an IP address and a port",
        "environment variable PORT: server.address: must be a port, 0 to 65535, not \"http\"",
        "service.toml: server.public_url: must be http:// or https://",
        "service.toml: database.connections: must be 1 to 1000, not 0",
        "service.toml: database.url_file: \"/no/such/url\" cannot be read",
        "service.toml: access.signing_key_file: \"/no/such/key\" cannot be read",
        "LOG__FORMAT: log.format: must be one of human, json, not \"xml\"",
        "command line: log.level: must be one of error, warn, info, debug, trace, not \"loud\"",
        "default: limits.unpacked_bytes: must be at least limits.upload_bytes, which is 300000000",
    ] {
        assert!(text.contains(expected), "missing: {expected}\nin:\n{text}");
    }
    assert_eq!(all.0.len(), 17, "{text}");
    assert_eq!(text.lines().count(), 17, "one line each:\n{text}");
}

#[test]
fn a_broken_or_missing_file_does_not_hide_other_faults() {
    let found = faults(
        "[database]\nurl = \"postgres://u:s3cret@h/d\" oops",
        &[("PORT", "x")],
    );
    assert!(found[0].contains("line 2 is not TOML"), "{found:?}");
    assert_eq!(found.len(), 2);
    assert!(!found.concat().contains("s3cret"), "{found:?}");
    let missing = Inputs {
        file: Some(PathBuf::from("/no/such.toml")),
        ..Inputs::default()
    };
    let text = load(&missing).unwrap_err().to_string();
    assert!(
        text.starts_with("file /no/such.toml: cannot be read"),
        "{text}"
    );
}

#[test]
fn the_right_name_in_the_wrong_section_is_found() {
    let found = faults("[server]\nconnections = 4", &[]);
    assert!(
        found[0].ends_with("did you mean database.connections?"),
        "{found:?}"
    );
}

#[test]
fn secrets_are_shown_nowhere() {
    for url in [
        "postgres://user:s3cret@host:5432/name",
        "postgres://host/name?user=u&password=s3cret&sslmode=require",
        "postgresql://user:s3cret@host/name?sslpassword=s3cret",
    ] {
        let config = loaded("", &[("DATABASE_URL", url)]).unwrap();
        assert_eq!(config.database_url.expose_secret(), url);
        let shown = format!("{}{config:?}", config.effective());
        assert!(!shown.contains("s3"), "{shown}");
        assert!(shown.contains("***") && shown.contains("host"), "{shown}");
    }
    let bad = [
        ("DATABASE_URL", "mysql://user:s3cret@host/name"),
        ("PORT", "postgres://u:s3cret@h"),
    ];
    let text = faults("", &bad).concat();
    assert!(
        text.contains("database.url: must hold sqlite:") && !text.contains("s3cret"),
        "{text}"
    );
}

#[test]
fn a_url_may_come_from_a_file_but_not_from_both() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "postgres://u:s3cret@h/d\n").unwrap();
    let path = secret.path().to_str().unwrap();
    let variable = "TECHNICIAN_METRICS__DATABASE__URL_FILE";
    let config = loaded("[database]\nurl = 'sqlite:a.db'", &[(variable, path)]).unwrap();
    assert_eq!(
        config.database_url.expose_secret(),
        "postgres://u:s3cret@h/d"
    );
    assert!(
        config
            .effective()
            .contains("url = \"postgres://u:***@h/d\" # from database.url_file")
    );
    let lower = format!("[database]\nurl_file = '{path}'");
    let config = loaded(&lower, &[("DATABASE_URL", "sqlite:b.db")]).unwrap();
    assert_eq!(config.database_url.expose_secret(), "sqlite:b.db");
    let found = faults("", &[(variable, path), ("DATABASE_URL", "sqlite:b.db")]);
    assert!(found[0].contains("give one of the two"), "{found:?}");
    std::fs::write(secret.path(), "s3cret").unwrap();
    let found = faults("", &[(variable, path)]);
    assert!(found[0].starts_with("database.url_file: must hold") && !found[0].contains("s3cret"));
}

#[test]
fn unusable_databases_are_refused() {
    for (url, problem) in [
        ("sqlite:", "names no file"),
        ("sqlite://?mode=rwc", "names no file"),
        ("sqlite::memory:", "memory is not shared"),
        ("sqlite:a.db?mode=memory", "memory is not shared"),
        ("postgres://", "names no host"),
        ("postgres://h:s3cret/d", "invalid port number"),
        ("postgres://u:s3/cret@h/d", "not a URL"),
        ("postgres://h/s3cret d", "space"),
        ("s3cret", "begins with neither"),
    ] {
        let found = faults("", &[("DATABASE_URL", url)]);
        assert_eq!(found.len(), 1, "{url}: {found:?}");
        assert!(
            found[0].contains(problem) && !found[0].contains("s3"),
            "{url}: {found:?}"
        );
    }
}

#[test]
fn the_default_database_survives_odd_directories() {
    let config = loaded("[data]\ndirectory = '/a b/50%?#'", &[]).unwrap();
    let url = config.database_url.expose_secret();
    assert_eq!(url, "sqlite:/a%20b/50%25%3F%23/technician-metrics.db");
}

#[test]
fn public_urls_are_origins() {
    for (given, right) in [
        ("https://metrics.example.ac.uk", true),
        ("https://metrics.example.ac.uk/", true),
        ("http://[::1]:8080", true),
        ("https://[::1]", true),
        ("https://u@h", false),
        ("https://h:99999", false),
        ("https://h?q", false),
        ("ftp://h", false),
        ("https://", false),
        ("metrics.example", false),
    ] {
        let loaded = loaded(&format!("[server]\npublic_url = '{given}'"), &[]);
        assert_eq!(loaded.is_ok(), right, "{given}");
        if let Ok(config) = loaded {
            assert_eq!(config.public_url, given.trim_end_matches('/'));
            assert_eq!(
                config.public_url_at(([127, 0, 0, 1], 5).into()),
                config.public_url
            );
        }
    }
}

#[test]
fn a_port_chosen_by_the_system_is_in_the_derived_origin() {
    let config = loaded("[server]\naddress = '127.0.0.1:0'", &[]).unwrap();
    assert_eq!(
        config.public_url_at(([127, 0, 0, 1], 4321).into()),
        "http://127.0.0.1:4321"
    );
}

#[test]
fn the_reference_names_every_key_with_a_description() {
    let text = reference();
    let keys = super::keys::all().unwrap();
    assert_eq!(keys.len(), 16);
    for key in keys {
        assert!(
            key.description.len() > 10,
            "{} is not described",
            key.dotted()
        );
        let row = format!(
            "| `{}` | `{}` | `{}`",
            key.dotted(),
            key.default,
            key.variable()
        );
        assert!(text.contains(&row), "{row}");
        assert!(text.contains(&key.description), "{}", key.dotted());
    }
    assert!(text.contains("`TECHNICIAN_METRICS__DATABASE__URL`, `DATABASE_URL`"));
}
