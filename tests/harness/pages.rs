//! Pages of documentation, followed as they are written: every block of `sh` is run, in one shell, in the page's order.
//!
//! A block of `text` right after one says what it shows: its lines, in their order, among those that were shown; `...`
//! stands for anything. Blocks of any other language are not run.

use crate::program;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A block that is run.
#[derive(Debug, Default)]
struct Block {
    /// Its line in the page.
    line: usize,
    commands: String,
    /// What it shows, if the page says so.
    shows: Vec<String>,
}

/// Runs the blocks of a page in a directory; the program stands first in `PATH`.
///
/// # Panics
/// If a block fails, or shows anything else than the page says.
pub fn follow(page: &str, environment: &[(&str, &str)], directory: &Path) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../docs")
        .join(page);
    let text = std::fs::read_to_string(&file).unwrap_or_else(|fault| panic!("{page}: {fault}"));
    let blocks = blocks(&text);
    assert!(!blocks.is_empty(), "{page} has no block of sh");
    let mut script = String::from("set -euo pipefail\n");
    for block in &blocks {
        write!(script, "echo '@@{}'\n{}", block.line, block.commands).expect("memory");
    }
    let program = program::path().parent().expect("a directory");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .current_dir(directory)
        .env("PATH", format!("{}:{path}", program.display()))
        .env("HOME", directory)
        .env_remove("XDG_STATE_HOME")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("bash starts");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{page}, at the last line marked @@: {}\n{shown}",
        output.status
    );
    for block in blocks {
        let begin = format!("@@{}\n", block.line);
        let (_, after) = shown.split_once(&begin).expect("the block was run");
        let mut lines = after.split("\n@@").next().unwrap_or_default().lines();
        for wanted in &block.shows {
            assert!(
                lines.any(|line| fits(wanted, line)),
                "{page}, line {}: it does not show {wanted:?} there:\n{after}",
                block.line
            );
        }
    }
}

/// Whether a line is as the page says, `...` being anything.
fn fits(wanted: &str, line: &str) -> bool {
    let mut parts = wanted.trim().split("...");
    let Some(mut rest) = line.trim().strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut open = false;
    for part in parts {
        let Some(place) = rest.find(part) else {
            return false;
        };
        rest = &rest[place + part.len()..];
        open = part.is_empty();
    }
    open || rest.is_empty()
}

fn blocks(text: &str) -> Vec<Block> {
    let (mut blocks, mut within) = (Vec::<Block>::new(), None::<String>);
    // Whether nothing but blank lines stands between the last block of sh and here.
    let mut right_after = false;
    for (number, line) in (1..).zip(text.lines()) {
        match (&within, line.trim_end().strip_prefix("```")) {
            (None, Some(language)) => {
                if language == "sh" {
                    blocks.push(Block {
                        line: number,
                        ..Block::default()
                    });
                }
                within = Some(language.to_owned());
            }
            (Some(language), Some(_)) => {
                right_after = language == "sh";
                within = None;
            }
            (Some(language), None) => {
                let Some(block) = blocks.last_mut() else {
                    continue;
                };
                if language == "sh" {
                    block.commands.push_str(line);
                    block.commands.push('\n');
                } else if language == "text" && right_after && !line.trim().is_empty() {
                    block.shows.push(line.to_owned());
                }
            }
            (None, None) => right_after = right_after && line.trim().is_empty(),
        }
    }
    assert_eq!(within, None, "a block does not end");
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_fit_with_anything_between() {
        for (wanted, line, fit) in [
            ("done", "done", true),
            ("done", "done.", false),
            ("ETag ...", "ETag \"3\"", true),
            ("... rows stand", "12 rows stand", true),
            ("a ... b ... c", "a 1 b 2 c", true),
            ("a ... b", "a 1 c", false),
        ] {
            assert_eq!(fits(wanted, line), fit, "{wanted}: {line}");
        }
    }

    #[test]
    fn blocks_of_sh_are_run_and_those_after_them_compared() {
        let page = "One\n```sh\necho 1\n```\n\n```text\n1\n```\nTwo\n```ini\na=b\n```\n```sh\necho 2\n```\nBut\n```text\n3\n```\n";
        let found = blocks(page);
        let told: Vec<_> = found
            .iter()
            .map(|block| (block.line, block.commands.as_str(), block.shows.join("|")))
            .collect();
        assert_eq!(
            told,
            [
                (2, "echo 1\n", "1".to_owned()),
                (13, "echo 2\n", String::new())
            ]
        );
    }
}
