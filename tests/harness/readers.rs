//! Programs of others that read what the service writes. `scripts/install-test-needs.sh` puts them under `target/readers`;
//! `TEST_READERS` names another folder that is laid out like it.

use std::path::{Path, PathBuf};
use std::process::Command;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_path_buf()
}

/// The folder of the programs: `venv` is an environment of Python, `node_modules` are packages of npm.
pub fn home() -> PathBuf {
    let home = std::env::var_os("TEST_READERS")
        .map_or_else(|| repository().join("target/readers"), PathBuf::from);
    assert!(
        home.join("stamp").is_file(),
        "{} is not there; run scripts/install-test-needs.sh",
        home.display()
    );
    home
}

/// Runs a script of `tests/readers` on a folder and gives what it printed. Fails the test when the script does.
pub fn run(script: &str, folder: &Path) -> String {
    let home = home();
    let file = repository().join("tests/readers").join(script);
    let is_python = file.extension().is_some_and(|ending| ending == "py");
    let mut command = if is_python {
        let mut command = Command::new(home.join("venv/bin/python"));
        // Its own folder only, nothing of the user's, and no byte code beside the sources.
        command.args(["-I", "-B"]);
        command
    } else {
        Command::new("node")
    };
    let output = command
        .arg(&file)
        .arg(folder)
        .env("READERS", &home)
        .output()
        .unwrap_or_else(|fault| panic!("{script}: {fault}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{script}:\n{}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}
