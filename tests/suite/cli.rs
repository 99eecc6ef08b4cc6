//! The command line, run as a person runs it: exit codes, what is said, and what is there afterwards.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;
use tests::cluster::{Cluster, SERVICE, as_user};
use tests::program::{Serving, run, token};
use tests::{Persona, on_both_engines};

const LEAVES: &[&[&str]] = &[
    &["serve"],
    &["demo"],
    &["migrate", "up"],
    &["migrate", "status"],
    &["check-config"],
    &["contracts"],
    &["healthcheck"],
    &["institution", "add"],
    &["client", "add"],
    &["client", "rotate"],
    &["import", "action-plan"],
    &["import", "reference"],
    &["release", "create"],
    &["release", "export"],
    &["push"],
];
const GROUPS: &[&[&str]] = &[
    &[],
    &["migrate"],
    &["institution"],
    &["client"],
    &["import"],
    &["release"],
];
const PLAN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../reference/lancaster-action-plan.csv"
);
const FAULTY: &str = "theme,aim,activity,activity_number,action,time_scale,measure_of_success,lead_person\n\
     Visibility,a,b,V1,c,Year 1,d,e\nNonsense,a,b,V2,c,Year 1,d,e\nVisibility,a,b,,,Year 1,d,e\n";
const FAULTS: &str = "technician-metrics: Rows have faults; nothing was stored: 3 faults.\n  \
     row 3, theme: \"Nonsense\" is not a theme (unknown-theme)\n  \
     row 4, activity_number: the action has no label (missing-label)\n  \
     row 4, action: nothing is to be done (missing-action)\n";

fn directory() -> TempDir {
    TempDir::new().expect("a temporary directory")
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// Runs a command that succeeds without a complaint; what it said.
#[track_caller]
fn succeed(args: &[&str], environment: &[(&str, &str)], directory: &Path) -> String {
    let output = run(args, environment, directory);
    assert_eq!(
        (output.status.code(), complained(&output)),
        (Some(0), String::new()),
        "{args:?}"
    );
    said(&output)
}

/// Runs a command that fails; what it complained of. It says nothing else.
#[track_caller]
fn fail(args: &[&str], environment: &[(&str, &str)], directory: &Path) -> String {
    let output = run(args, environment, directory);
    assert_eq!(
        (output.status.code(), said(&output)),
        (Some(1), String::new()),
        "{args:?}: {}",
        complained(&output)
    );
    complained(&output)
}

/// A migrated SQLite database with one institution, in the directory `data` below.
fn with_lancaster() -> TempDir {
    let place = directory();
    succeed(&["migrate", "up", "--data-dir", "data"], &[], place.path());
    let add = [
        "institution",
        "add",
        "lancaster",
        "--name",
        "Lancaster University",
        "--nation",
        "england",
        "--ukprn",
        "10007768",
        "--data-dir",
        "data",
    ];
    assert_eq!(
        succeed(&add, &[], place.path()),
        "Lancaster University is entered as lancaster.\n"
    );
    place
}

/// A client of Lancaster's, made on the command line; its secret.
fn client(place: &Path) -> String {
    let add = [
        "client",
        "add",
        "lancaster-hr",
        "--institution",
        "lancaster",
        "--json",
        "--data-dir",
        "data",
    ];
    secret(&succeed(&add, &[], place))
}

fn secret(json: &str) -> String {
    let made: Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(made["client_id"], "lancaster-hr");
    made["client_secret"].as_str().expect("a secret").to_owned()
}

/// What Lancaster's client reads from a served instance.
async fn read(server: &Serving, secret: &str, path: &str) -> Value {
    let token = token(&server.base_url, "lancaster-hr", secret)
        .await
        .expect("a token");
    let request = reqwest::Client::new()
        .get(format!("{}{path}", server.base_url))
        .bearer_auth(token);
    let answer = request.send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.json().await.expect("JSON")
}

#[test]
fn every_command_helps_with_an_example() {
    let place = directory();
    for command in LEAVES {
        let help = succeed(&[*command, &["--help"]].concat(), &[], place.path());
        assert!(help.contains("Example"), "{command:?}: {help}");
        assert!(
            help.contains(&format!("technician-metrics {}", command.join(" "))),
            "{command:?}: {help}"
        );
    }
    let mut listed = BTreeSet::new();
    for command in GROUPS {
        let help = succeed(&[*command, &["--help"]].concat(), &[], place.path());
        let commands = help
            .lines()
            .skip_while(|line| *line != "Commands:")
            .skip(1)
            .take_while(|line| !line.is_empty());
        for line in commands.filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
            let name = line.split_whitespace().next().expect("a name");
            listed.insert(
                [command.join(" "), name.to_owned()]
                    .join(" ")
                    .trim()
                    .to_owned(),
            );
        }
    }
    let known = LEAVES
        .iter()
        .chain(&GROUPS[1..])
        .map(|command| command.join(" "));
    let known: BTreeSet<String> = known.collect();
    let listed: BTreeSet<String> = listed
        .into_iter()
        .filter(|name| !name.ends_with("help"))
        .collect();
    assert_eq!(listed, known, "every command there is, is tried here");
    assert!(succeed(&["--version"], &[], place.path()).starts_with("technician-metrics "));
}

#[test]
fn wrong_usage_exits_with_2() {
    let place = directory();
    for args in [
        &[][..],
        &["nothing"],
        &["serve", "--bogus"],
        &["migrate"],
        &["client", "add"],
        &["client", "add", "x", "--scope", "everything"],
        &["import", "action-plan", "x.csv"],
        &["institution", "add", "kent"],
        &[
            "import",
            "action-plan",
            "x.csv",
            "--institution",
            "kent",
            "--title",
            "T",
            "--stage",
            "one",
        ],
    ] {
        let output = run(args, &[], place.path());
        assert_eq!(
            (output.status.code(), said(&output)),
            (Some(2), String::new()),
            "{args:?}"
        );
        assert!(!complained(&output).is_empty());
    }
    let output = run(
        &["client", "add", "x", "--scope", "everything"],
        &[],
        place.path(),
    );
    assert!(
        complained(&output).contains("on offer: institution:read, org-units:write, "),
        "{}",
        complained(&output)
    );
    assert_eq!(
        std::fs::read_dir(place.path())
            .expect("the directory")
            .count(),
        0,
        "nothing was made"
    );
}

#[test]
fn every_fault_of_a_configuration_is_named_at_once() {
    let place = directory();
    std::fs::write(
        place.path().join("bad.toml"),
        "[server]\nadress = \"x\"\nworkers = -1\n[log]\nlevel = \"loud\"\n",
    )
    .expect("the file");
    let environment = [
        ("TECHNICIAN_METRICS__LIMITS__JSON_BYTES", "many"),
        ("PORT", "99999"),
    ];
    for args in [
        &["check-config", "--config", "bad.toml"][..],
        &["serve", "--config", "bad.toml"],
    ] {
        let complaint = fail(args, &environment, place.path());
        let lines: BTreeSet<&str> = complaint
            .trim_start_matches("technician-metrics: ")
            .lines()
            .collect();
        assert_eq!(lines, [
            "file bad.toml: server.adress: there is no such key; did you mean server.address?",
            "file bad.toml: server.workers: must be 0 to 1024, not -1",
            "file bad.toml: log.level: must be one of error, warn, info, debug, trace, not \"loud\"",
            "environment variable TECHNICIAN_METRICS__LIMITS__JSON_BYTES: limits.json_bytes: must be a whole number such as 1048576, not the text \"many\"",
            "environment variable PORT: server.address: must be a port, 0 to 65535, not \"99999\"",
        ].into());
    }
}

#[test]
fn a_configuration_is_shown_without_its_secrets() {
    let place = directory();
    let environment = [
        (
            "DATABASE_URL",
            "postgres://metrics:hunter2@db.example/metrics?password=hunter3",
        ),
        ("PORT", "9000"),
    ];
    let shown = succeed(&["check-config"], &environment, place.path());
    assert!(shown.contains("url = \"postgres://metrics:***@db.example/metrics?password=***\" # environment variable DATABASE_URL\n"), "{shown}");
    assert!(shown.contains("address = \"127.0.0.1:9000\""), "{shown}");
    assert!(!shown.contains("hunter"), "{shown}");
    assert_eq!(
        succeed(&["check-config", "--quiet"], &environment, place.path()),
        ""
    );
}

/// Migrations pending, applied, up to date: the same words on both engines.
fn migrates(environment: &[(&str, &str)]) {
    let place = directory();
    let status = || {
        succeed(
            &["migrate", "status", "--data-dir", "data"],
            environment,
            place.path(),
        )
    };
    let pending = status();
    let count = pending.lines().count();
    assert!(
        count >= 6 && pending.lines().all(|line| line.starts_with("pending  m0")),
        "{pending}"
    );
    let up = || {
        succeed(
            &["migrate", "up", "--data-dir", "data"],
            environment,
            place.path(),
        )
    };
    assert_eq!(up(), format!("{count} migrations applied.\n"));
    assert_eq!(up(), "The schema is up to date.\n");
    assert_eq!(status(), pending.replace("pending", "applied"));
}

#[test]
fn migrations_are_applied_on_sqlite() {
    migrates(&[]);
}

#[test]
fn migrations_are_applied_on_postgres() {
    let url = Cluster::shared().fresh_database();
    migrates(&[("DATABASE_URL", &url)]);
    Cluster::shared().drop_database(&url);
}

#[tokio::test]
async fn postgres_is_served_once_it_is_migrated() {
    let url = Cluster::shared().fresh_database();
    let (place, owner) = (directory(), [("DATABASE_URL", url.as_str())]);
    let refused = fail(&["serve", "--address", "127.0.0.1:0"], &owner, place.path());
    let status = succeed(&["migrate", "status"], &owner, place.path());
    let due = status.lines().count();
    assert_eq!(
        refused,
        format!(
            "technician-metrics: the database lacks {due} migration(s); run `technician-metrics migrate up`, or start with --migrate\n"
        )
    );
    succeed(&["migrate", "up"], &owner, place.path());
    let service = as_user(&url, SERVICE);
    let server = Serving::start(&[], &[("DATABASE_URL", &service)], place.path());
    assert_eq!(
        succeed(
            &["healthcheck", "--server", &server.base_url],
            &[],
            place.path()
        ),
        "ready\n"
    );
    assert_eq!(server.end_with("TERM"), Some(0));
    let other = Cluster::shared().fresh_database();
    let server = Serving::start(&["--migrate"], &[("DATABASE_URL", &other)], place.path());
    succeed(
        &["healthcheck", "--server", &server.base_url],
        &[],
        place.path(),
    );
    drop(server);
    Cluster::shared().drop_database(&url);
    Cluster::shared().drop_database(&other);
}

#[test]
fn a_signal_ends_the_service_in_order() {
    let place = directory();
    for signal in ["TERM", "INT"] {
        let server = Serving::start(&["--data-dir", "data"], &[], place.path());
        let base_url = server.base_url.clone();
        assert_eq!(
            succeed(&["healthcheck", "--server", &base_url], &[], place.path()),
            "ready\n"
        );
        assert_eq!(server.end_with(signal), Some(0), "{signal}");
        let complaint = fail(&["healthcheck", "--server", &base_url], &[], place.path());
        assert!(
            complaint.starts_with("technician-metrics: ") && complaint.lines().count() == 1,
            "{complaint}"
        );
    }
}

#[test]
fn an_institution_is_entered_once() {
    let place = with_lancaster();
    let again = [
        "institution",
        "add",
        "lancaster",
        "--name",
        "Another",
        "--nation",
        "wales",
        "--data-dir",
        "data",
    ];
    assert_eq!(
        fail(&again, &[], place.path()),
        "technician-metrics: Already exists: Another one has this slug.\n"
    );
    let wrong = [
        "institution",
        "add",
        "Kent!",
        "--name",
        "Kent",
        "--nation",
        "kent",
        "--ukprn",
        "1",
        "--data-dir",
        "data",
    ];
    let complaint = fail(&wrong, &[], place.path());
    assert!(
        complaint.starts_with(
            "technician-metrics: The body is not valid: 3 faults; see violations.\n  /slug: "
        ),
        "{complaint}"
    );
    assert!(
        complaint.contains("\n  /nation: ") && complaint.contains("\n  /ukprn: "),
        "{complaint}"
    );
    let unmigrated = directory();
    let early = [
        "institution",
        "add",
        "kent",
        "--name",
        "Kent",
        "--nation",
        "england",
        "--data-dir",
        "data",
    ];
    assert!(fail(&early, &[], unmigrated.path()).contains("run `technician-metrics migrate up`"));
}

#[tokio::test]
async fn a_client_s_secret_is_said_once_and_can_be_changed() {
    let place = with_lancaster();
    let add = [
        "client",
        "add",
        "lancaster-hr",
        "--institution",
        "lancaster",
        "--scope",
        "returns:read",
        "--data-dir",
        "data",
    ];
    let printed = succeed(&add, &[], place.path());
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        (lines.len(), lines[0], lines[2]),
        (
            3,
            "client_id      lancaster-hr",
            "The secret is not shown again."
        )
    );
    let first = lines[1]
        .strip_prefix("client_secret  ")
        .expect("the secret")
        .to_owned();
    assert_eq!(
        fail(&add, &[], place.path()),
        "technician-metrics: Already exists: Another one has this client_id.\n"
    );
    let stray = [
        "client",
        "add",
        "kent-hr",
        "--institution",
        "kent",
        "--data-dir",
        "data",
    ];
    assert_eq!(
        fail(&stray, &[], place.path()),
        "technician-metrics: Not found: There is no such institution.\n"
    );
    let server = Serving::start(&["--data-dir", "data"], &[], place.path());
    let returns = read(&server, &first, "/v1/institutions/lancaster/returns").await;
    assert_eq!(returns, serde_json::json!({"items": [], "next": null}));
    let rotate = [
        "client",
        "rotate",
        "lancaster-hr",
        "--json",
        "--data-dir",
        "data",
    ];
    let second = secret(&succeed(&rotate, &[], place.path()));
    assert_ne!(first, second);
    assert_eq!(
        token(&server.base_url, "lancaster-hr", &first).await,
        None,
        "the former secret stops working at once"
    );
    assert!(
        token(&server.base_url, "lancaster-hr", &second)
            .await
            .is_some()
    );
    let complaint = fail(
        &["client", "rotate", "nobody", "--data-dir", "data"],
        &[],
        place.path(),
    );
    assert!(
        complaint.contains("There is no client of this name."),
        "{complaint}"
    );
    let stored =
        std::fs::read(place.path().join("data/technician-metrics.db")).expect("the database");
    for secret in [first, second] {
        assert!(
            !stored
                .windows(secret.len())
                .any(|bytes| bytes == secret.as_bytes()),
            "only a digest is kept"
        );
    }
}

#[tokio::test]
async fn signatories_are_entered_once() {
    let place = directory();
    succeed(&["migrate", "up", "--data-dir", "data"], &[], place.path());
    let import = ["import", "reference", "--signatories", "--data-dir", "data"];
    for entered in [93, 0] {
        let wanted = format!(
            "Code lists and academic years are up to date.\n{entered} signatories entered.\n"
        );
        assert_eq!(succeed(&import, &[], place.path()), wanted);
    }
    let quiet = ["import", "reference", "--data-dir", "data"];
    assert_eq!(
        succeed(&quiet, &[], place.path()),
        "Code lists and academic years are up to date.\n"
    );
    let server = Serving::start(&["--data-dir", "data"], &[], place.path());
    let page = reqwest::get(format!("{}/v1/institutions?limit=500", server.base_url))
        .await
        .expect("an answer");
    let page: Value = page.json().await.expect("JSON");
    assert_eq!(page["items"].as_array().map(Vec::len), Some(93));
}

#[tokio::test]
async fn a_plan_is_imported_straight_whole_or_not_at_all() {
    let place = with_lancaster();
    let secret = client(place.path());
    std::fs::write(place.path().join("faulty.csv"), FAULTY).expect("the file");
    let import = |file| {
        [
            "import",
            "action-plan",
            file,
            "--institution",
            "lancaster",
            "--title",
            "Stage 1",
            "--data-dir",
            "data",
        ]
    };
    assert_eq!(fail(&import("faulty.csv"), &[], place.path()), FAULTS);
    assert_eq!(
        fail(&import("none.csv"), &[], place.path()),
        "technician-metrics: none.csv: No such file or directory (os error 2)\n"
    );
    let server = Serving::start(&["--data-dir", "data"], &[], place.path());
    let plans = "/v1/institutions/lancaster/action-plans";
    assert_eq!(
        read(&server, &secret, plans).await["items"],
        serde_json::json!([]),
        "a faulty file leaves no plan behind"
    );
    assert_eq!(
        succeed(&import(PLAN), &[], place.path()),
        "27 actions imported for lancaster.\n"
    );
    let listed = read(&server, &secret, plans).await;
    assert_eq!(
        (
            listed["items"].as_array().map(Vec::len),
            &listed["items"][0]["title"]
        ),
        (Some(1), &Value::from("Stage 1"))
    );
    let stray = [
        "import",
        "action-plan",
        PLAN,
        "--institution",
        "kent",
        "--title",
        "Stage 1",
        "--data-dir",
        "data",
    ];
    assert_eq!(
        fail(&stray, &[], place.path()),
        "technician-metrics: Not found: There is no such institution.\n"
    );
}

on_both_engines! {
    async fn a_plan_is_imported_through_a_server(world: World) {
        let place = directory();
        std::fs::write(place.path().join("faulty.csv"), FAULTY).expect("the file");
        let (url, secret) = (world.base_url(), world.secret(Persona::Lancaster).to_owned());
        let credentials = [("TECHNICIAN_METRICS_CLIENT_ID", "lancaster"), ("TECHNICIAN_METRICS_CLIENT_SECRET", &secret)];
        let import = |file, institution| ["import", "action-plan", file, "--institution", institution, "--title", "Stage 1", "--starts-on", "2019-05-01", "--server", &url].to_vec();
        assert_eq!(fail(&import(PLAN, "lancaster"), &[], place.path()), "technician-metrics: TECHNICIAN_METRICS_CLIENT_ID is not set\n");
        assert_eq!(fail(&import("faulty.csv", "lancaster"), &credentials, place.path()), FAULTS);
        let wrong = [credentials[0], ("TECHNICIAN_METRICS_CLIENT_SECRET", "guessed")];
        assert!(fail(&import(PLAN, "lancaster"), &wrong, place.path()).starts_with(&format!("technician-metrics: {url}: ")));
        assert_eq!(fail(&import(PLAN, "edinburgh"), &credentials, place.path()), "technician-metrics: Not found: There is no such institution.\n");
        let plans = "/v1/institutions/lancaster/action-plans";
        assert_eq!(world.get(Persona::Lancaster, plans).send().await.expect(200).json()["items"], serde_json::json!([]));
        assert_eq!(succeed(&import(PLAN, "lancaster"), &credentials, place.path()), "27 actions imported for lancaster.\n");
        let plan = world.get(Persona::Lancaster, plans).send().await.expect(200).json()["items"][0].clone();
        assert_eq!((&plan["title"], &plan["starts_on"], &plan["version"]), (&Value::from("Stage 1"), &Value::from("2019-05-01"), &Value::from(2)));
        assert_eq!(std::fs::read_dir(place.path()).expect("the directory").count(), 1, "it makes no database of its own");
    }

    async fn readiness_is_asked_of_a_server(world: World) {
        let place = directory();
        assert_eq!(succeed(&["healthcheck", "--server", &world.base_url()], &[], place.path()), "ready\n");
        let port = world.address().port().to_string();
        assert_eq!(succeed(&["healthcheck"], &[("PORT", &port)], place.path()), "ready\n");
        let other = format!("{}/v1", world.base_url());
        assert_eq!(fail(&["healthcheck", "--server", &other], &[], place.path()), format!("technician-metrics: {other} answered 404 Not Found\n"));
    }
}

#[test]
fn contracts_are_written_where_they_are_wanted() {
    let place = directory();
    let names = [
        "openapi.json",
        "schema.graphql",
        "problem-codes.md",
        "configuration.md",
        "permissions.md",
    ];
    let wanted: String = names.map(|name| format!("some/where/{name}\n")).concat();
    assert_eq!(
        succeed(&["contracts", "--into", "some/where"], &[], place.path()),
        wanted
    );
    for name in names {
        let written =
            std::fs::metadata(place.path().join("some/where").join(name)).expect("the file");
        assert!(written.len() > 500, "{name}");
    }
    std::fs::write(place.path().join("taken"), "").expect("the file");
    fail(&["contracts", "--into", "taken"], &[], place.path());
}

#[test]
fn a_demonstration_begins_afresh() {
    let place = with_lancaster();
    let database =
        std::fs::read(place.path().join("data/technician-metrics.db")).expect("the database");
    let complaint = fail(&["demo", "--data-dir", "data"], &[], place.path());
    assert_eq!(
        complaint,
        "technician-metrics: data/technician-metrics.db exists; a demonstration begins afresh: name another --data-dir, or run `serve` over this one\n"
    );
    let after =
        std::fs::read(place.path().join("data/technician-metrics.db")).expect("the database");
    assert!(database == after, "nothing was changed");
    assert!(!place.path().join("data/demo-credentials.json").exists());
}
