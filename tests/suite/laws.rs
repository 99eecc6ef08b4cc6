//! The laws of the house that a compiler does not keep: who may import whom, what a file opens with, how long it may
//! be, and that what is generated is what is committed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Rooms of the service and what each may import of the others. An arrow that is not here points up.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "cli",
        &[
            "access",
            "clock",
            "config",
            "domain",
            "fault",
            "formats",
            "graphql",
            "operations",
            "rest",
            "sector",
            "server",
            "store",
            "telemetry",
            "views",
        ],
    ),
    (
        "server",
        &[
            "access",
            "clock",
            "config",
            "fault",
            "graphql",
            "http",
            "operations",
            "rest",
            "store",
            "telemetry",
        ],
    ),
    (
        "rest",
        &[
            "access",
            "domain",
            "fault",
            "http",
            "operations",
            "sector",
            "store",
            "telemetry",
            "views",
        ],
    ),
    (
        "graphql",
        &[
            "access",
            "domain",
            "fault",
            "http",
            "operations",
            "sector",
            "store",
            "telemetry",
            "views",
        ],
    ),
    (
        "http",
        &[
            "access",
            "fault",
            "formats",
            "operations",
            "telemetry",
            "views",
            "views",
        ],
    ),
    ("views", &["domain", "operations", "sector", "store"]),
    ("telemetry", &["config", "store"]),
    (
        "operations",
        &[
            "access", "clock", "domain", "fault", "formats", "sector", "store",
        ],
    ),
    ("store", &["access", "domain", "fault", "sector"]),
    ("sector", &["domain", "fault"]),
    ("formats", &["domain", "fault"]),
    ("access", &["fault"]),
    ("domain", &["fault"]),
    ("config", &[]),
    ("clock", &[]),
    ("fault", &[]),
    ("lib", &[]),
    ("main", &["cli"]),
];

/// Libraries and the rooms that may know them; those not named here are nobody's business.
const LIBRARIES: &[(&str, &[&str])] = &[
    ("sea_orm", &["store"]),
    ("sqlx", &["store"]),
    ("migration", &["store"]),
    (
        "actix_web",
        &["server", "rest", "graphql", "http", "telemetry"],
    ),
    ("utoipa", &["rest", "views", "http"]),
    ("utoipa_actix_web", &["rest", "server"]),
    ("utoipa_swagger_ui", &["server"]),
    ("async_graphql", &["graphql", "views"]),
    ("async_graphql_parser", &["graphql"]),
    ("jsonwebtoken", &["access"]),
    ("aws_lc_rs", &["access", "http", "telemetry"]),
    ("clap", &["cli", "main"]),
    ("reqwest", &["cli"]),
    ("csv", &["formats", "operations"]),
    ("csv_core", &["formats"]),
    ("flate2", &["cli", "http"]),
    ("zstd", &["cli", "formats", "http"]),
    ("tempfile", &["http", "operations"]),
    ("backon", &["cli"]),
    ("calamine", &["formats"]),
    ("parquet", &["formats"]),
    ("quick_xml", &["formats"]),
    ("rust_xlsxwriter", &["formats"]),
    ("zip", &["formats"]),
    (
        "tokio",
        &[
            "cli",
            "graphql",
            "http",
            "operations",
            "server",
            "store",
            "telemetry",
        ],
    ),
    ("std::fs", &["access", "cli", "config", "http", "server"]),
    ("std::net", &["cli", "config", "server"]),
    ("std::process", &["cli", "main"]),
    ("std::env", &["cli", "config", "main"]),
];

/// Single files that may know a library their room may not, and why. May only shrink.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "config/check/database.rs",
        "reqwest",
        "the parser of addresses; nothing is asked of the network",
    ),
    (
        "cli/mod.rs",
        "actix_web",
        "the runtime everything runs on is started there",
    ),
];

/// Files with more than [`LONGEST`] lines before their unit tests, and why. May only shrink.
const LONG_FILES: &[(&str, &str)] = &[];
const LONGEST: usize = 420;
/// What opens the unit tests of a file; they stand at its end.
const UNIT_TESTS: &str = "#[cfg(test)]\nmod tests {";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_path_buf()
}

/// Every Rust file below a folder of the workspace: its path from there, and its text.
fn sources(folder: &str) -> Vec<(String, String)> {
    let base = root().join(folder);
    let mut waiting = vec![base.clone()];
    let mut found = Vec::new();
    while let Some(directory) = waiting.pop() {
        for entry in std::fs::read_dir(&directory)
            .unwrap_or_else(|fault| panic!("{}: {fault}", directory.display()))
        {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path
                    .strip_prefix(&base)
                    .expect("below")
                    .display()
                    .to_string();
                found.push((name, std::fs::read_to_string(&path).expect("text")));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "{folder}");
    found
}

/// The code alone: without comments, texts and the module of unit tests.
fn code(text: &str) -> String {
    let text = text.split(UNIT_TESTS).next().unwrap_or_default();
    let mut code = String::new();
    let mut rest = text.chars().peekable();
    while let Some(letter) = rest.next() {
        match letter {
            '/' if rest.peek() == Some(&'/') => {
                while rest.next().is_some_and(|letter| letter != '\n') {}
                code.push('\n');
            }
            '"' => {
                while let Some(letter) = rest.next() {
                    match letter {
                        '\\' => drop(rest.next()),
                        '"' => break,
                        _ => {}
                    }
                }
                code.push_str("\"\"");
            }
            '\'' if rest.peek() == Some(&'"') => {
                // The character '"', which opens no text.
                rest.next();
                rest.next();
            }
            other => code.push(other),
        }
    }
    code
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The paths that code names, cut after two parts; `a::{b, c::d}` names `a::b` and `a::c`. A `super` that leads out of
/// the room counts as `crate`.
fn paths(code: &str, depth: usize) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for (place, _) in code.match_indices("::") {
        let head = code[..place]
            .rsplit(|letter| !is_name(letter))
            .next()
            .unwrap_or_default();
        let before = code[..place - head.len()].chars().next_back();
        if head.is_empty() || before == Some(':') {
            continue;
        }
        let mut rest = &code[place + 2..];
        let mut first = head;
        if head == "super" {
            let mut climbed = 1;
            while let Some(further) = rest.strip_prefix("super::") {
                (rest, climbed) = (further, climbed + 1);
            }
            if climbed < depth {
                continue;
            }
            first = "crate";
        }
        for part in parts(rest) {
            found.insert((first.to_owned(), part));
        }
    }
    for line in code.lines() {
        if let Some(name) = line
            .trim()
            .trim_start_matches("pub ")
            .strip_prefix("use ")
            .and_then(|rest| rest.strip_suffix(';'))
            && name.chars().all(is_name)
        {
            found.insert((name.to_owned(), String::new()));
        }
    }
    found
}

/// What follows a `::`: one name, or the names at the top of a group.
fn parts(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![rest.chars().take_while(|letter| is_name(*letter)).collect()];
    };
    let (mut names, mut name, mut nested, mut open) = (Vec::new(), String::new(), 0, true);
    for letter in group.chars() {
        match letter {
            '}' if nested == 0 => break,
            '{' => nested += 1,
            '}' => nested -= 1,
            ',' if nested == 0 => {
                names.push(std::mem::take(&mut name));
                open = true;
            }
            letter if nested == 0 && open && is_name(letter) => name.push(letter),
            letter if letter.is_whitespace() && name.is_empty() => {}
            _ => open = false,
        }
    }
    names.push(name);
    names.retain(|name| !name.is_empty());
    names
}

/// The room a file of the service belongs to, and how deep its module lies.
fn room(file: &str) -> (String, usize) {
    let stem = file.trim_end_matches(".rs");
    let stem = stem.strip_suffix("/mod").unwrap_or(stem);
    let room = stem.split('/').next().unwrap_or_default();
    (room.to_owned(), stem.split('/').count())
}

fn rooms() -> BTreeMap<&'static str, &'static [&'static str]> {
    ARROWS.iter().copied().collect()
}

#[test]
fn the_reader_of_paths_reads_paths() {
    let text = "use crate::{access, store::{Page, Tenant}};\nuse super::super::rest::query; // crate::never\nlet a = std::fs::read(\"crate::never\");\nuse csv;\n";
    let found = paths(&code(text), 2);
    let named = |first: &str, second: &str| found.contains(&(first.to_owned(), second.to_owned()));
    assert!(
        named("crate", "access")
            && named("crate", "store")
            && named("crate", "rest")
            && named("std", "fs")
            && named("csv", ""),
        "{found:?}"
    );
    assert!(
        !found.iter().any(|(first, second)| second == "never"
            || (first == "crate" && ["Page", "query"].contains(&second.as_str()))),
        "{found:?}"
    );
    assert!(!paths(&code(text), 3).contains(&("crate".to_owned(), "rest".to_owned())));
    assert_eq!(
        (room("store/mod.rs"), room("rest/rows.rs"), room("fault.rs")),
        (("store".into(), 1), ("rest".into(), 2), ("fault".into(), 1))
    );
}

#[test]
fn arrows_point_down_only() {
    let rooms = rooms();
    let mut wrong = Vec::new();
    for (file, text) in sources("api/src") {
        if file.ends_with("tests.rs") {
            continue;
        }
        let (room, depth) = room(&file);
        let allowed = rooms
            .get(room.as_str())
            .unwrap_or_else(|| panic!("{room} is a room nobody drew an arrow for"));
        for (first, second) in paths(&code(&text), depth) {
            let inward = first == "crate" || (first == "technician_metrics" && room == "main");
            if inward
                && rooms.contains_key(second.as_str())
                && second != room
                && !allowed.contains(&second.as_str())
            {
                wrong.push(format!("{file} imports {second}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // And the drawing itself has no way round: rooms can be taken away one by one, each importing none of those left.
    let mut left = rooms;
    while !left.is_empty() {
        let lowest = left
            .iter()
            .find(|(_, allowed)| allowed.iter().all(|other| !left.contains_key(other)))
            .map(|(room, _)| *room);
        left.remove(lowest.unwrap_or_else(|| panic!("a circle among {:?}", left.keys())));
    }
}

#[test]
fn a_library_stays_in_its_rooms() {
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (file, text) in sources("api/src") {
        if file.ends_with("tests.rs") {
            continue;
        }
        let (room, depth) = room(&file);
        for (first, second) in paths(&code(&text), depth) {
            let name = if first == "std" {
                format!("std::{second}")
            } else {
                first
            };
            let Some((library, allowed)) = LIBRARIES.iter().find(|(library, _)| *library == name)
            else {
                continue;
            };
            if allowed.contains(&room.as_str()) {
                continue;
            }
            match EXCEPTIONS
                .iter()
                .position(|(excepted, what, _)| *excepted == file && what == library)
            {
                Some(exception) => drop(used.insert(exception)),
                None => wrong.push(format!("{file} uses {library}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let idle: Vec<_> = EXCEPTIONS
        .iter()
        .enumerate()
        .filter(|(place, _)| !used.contains(place))
        .collect();
    assert!(idle.is_empty(), "no longer needed: {idle:?}");
}

/// Rules and statistics can be tried with plain values: no store, no runtime, no file, no clock of the machine.
#[test]
fn rules_and_statistics_do_no_input_or_output() {
    for (file, text) in sources("api/src") {
        let (room, depth) = room(&file);
        if !["domain", "sector"].contains(&room.as_str()) || file.ends_with("tests.rs") {
            continue;
        }
        let text = code(&text);
        for (first, second) in paths(&text, depth) {
            let doing = [
                "tokio",
                "futures",
                "reqwest",
                "actix_web",
                "sea_orm",
                "sqlx",
            ]
            .contains(&first.as_str())
                || (first == "std"
                    && ["fs", "net", "process", "thread", "env", "io"].contains(&second.as_str()))
                || (first == "crate"
                    && ["store", "access", "operations", "clock"].contains(&second.as_str()));
            assert!(!doing, "{file} uses {first}::{second}");
        }
        assert!(
            !text.contains("async fn")
                && !text.contains("SystemTime")
                && !text.contains("Utc::now"),
            "{file}"
        );
    }
}

/// Vocabulary knows nothing of the service, history nothing of today's vocabulary: neither could even be imported.
#[test]
fn crates_know_only_those_below() {
    let dependencies = |member: &str| {
        let manifest =
            std::fs::read_to_string(root().join(member).join("Cargo.toml")).expect("a manifest");
        let names = manifest
            .lines()
            .skip_while(|line| !line.contains("dependencies]"))
            .filter_map(|line| {
                let name: String = line
                    .chars()
                    .take_while(|letter| is_name(*letter) || *letter == '-')
                    .collect();
                (!name.is_empty()).then_some(name)
            });
        names.collect::<BTreeSet<String>>()
    };
    for (member, barred) in [
        (
            "entity",
            &[
                "api",
                "migration",
                "actix-web",
                "async-graphql",
                "utoipa",
                "sqlx",
                "tokio",
                "tests",
                "bench",
            ][..],
        ),
        (
            "migration",
            &[
                "api",
                "entity",
                "actix-web",
                "async-graphql",
                "utoipa",
                "sqlx",
                "tests",
                "bench",
            ][..],
        ),
        ("api", &["tests", "bench", "sea-orm-migration"][..]),
    ] {
        let known = dependencies(member);
        assert!(known.len() > 1, "{member}: {known:?}");
        let wrong: Vec<_> = barred
            .iter()
            .filter(|name| known.contains(**name))
            .collect();
        assert!(wrong.is_empty(), "{member} knows {wrong:?}");
    }
}

#[test]
fn a_file_opens_with_what_it_is_for() {
    let mut silent = Vec::new();
    for folder in [
        "api/src",
        "entity/src",
        "migration/src",
        "tests/harness",
        "tests/suite",
    ] {
        for (file, text) in sources(folder) {
            if !text.starts_with("//! ") && !file.ends_with("tests.rs") {
                silent.push(format!("{folder}/{file}"));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn files_stay_short() {
    let mut long = Vec::new();
    let mut used = BTreeSet::new();
    for folder in ["api/src", "entity/src", "migration/src", "bench/src"] {
        for (file, text) in sources(folder) {
            if file.ends_with("tests.rs") {
                continue;
            }
            let file = format!("{folder}/{file}");
            let lines = text
                .split(UNIT_TESTS)
                .next()
                .unwrap_or_default()
                .lines()
                .count();
            if lines > LONGEST {
                match LONG_FILES.iter().find(|(excepted, _)| *excepted == file) {
                    Some((excepted, _)) => drop(used.insert(*excepted)),
                    None => long.push(format!("{file}: {lines}")),
                }
            }
        }
    }
    assert!(long.is_empty(), "over {LONGEST} lines: {long:#?}");
    let idle: Vec<_> = LONG_FILES
        .iter()
        .filter(|(file, _)| !used.contains(file))
        .collect();
    assert!(idle.is_empty(), "short enough by now: {idle:?}");
}

#[test]
fn nothing_is_unsafe() {
    for folder in [
        "api/src",
        "entity/src",
        "migration/src",
        "bench/src",
        "tests/harness",
        "tests/suite",
    ] {
        for (file, text) in sources(folder) {
            let named = code(&text)
                .split(|letter| !is_name(letter))
                .any(|word| word == concat!("un", "safe"));
            assert!(!named, "{folder}/{file}");
        }
    }
}

#[test]
fn what_is_generated_is_what_is_committed() {
    let folder = root().join("docs/contracts");
    let generated =
        technician_metrics::cli::contracts::files().expect("the contracts are generated");
    let mut there: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap_or_else(|fault| panic!("{}: {fault}; run make contracts", folder.display()))
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    for (name, wanted) in generated {
        there.remove(name);
        let committed = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let differing = (1..)
            .zip(wanted.lines().zip(committed.lines()))
            .find(|(_, (wanted, committed))| wanted != committed);
        assert!(
            wanted == committed,
            "docs/contracts/{name} is out of date; run make contracts\nfirst difference (line, generated, committed): {differing:?}"
        );
    }
    assert!(there.is_empty(), "nobody generates {there:?} any more");
}
