//! `contracts`: writes what is generated and committed; a test compares it with what is committed.

use super::output::{Failure, say};
use crate::access::policy;
use crate::fault::Fault;
use crate::{config, graphql, rest};
use clap::Args;
use std::path::PathBuf;

/// Write the generated contracts.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  technician-metrics contracts --into docs/contracts")]
pub struct Contracts {
    /// Where to.
    #[arg(long, value_name = "DIR", default_value = "docs/contracts")]
    into: PathBuf,
}

impl Contracts {
    /// Writes every file.
    pub fn run(self) -> Result<(), Failure> {
        std::fs::create_dir_all(&self.into)?;
        for (name, content) in files()? {
            let path = self.into.join(name);
            std::fs::write(&path, content)
                .map_err(|cause| Failure::new(format_args!("{}: {cause}", path.display())))?;
            say(path.display());
        }
        Ok(())
    }
}

/// The generated files: name and content.
pub fn files() -> Result<Vec<(&'static str, String)>, serde_json::Error> {
    let mut openapi = serde_json::to_string_pretty(&rest::openapi::document())?;
    openapi.push('\n');
    Ok(vec![
        ("openapi.json", openapi),
        ("schema.graphql", graphql::sdl()),
        ("problem-codes.md", problem_codes()),
        ("configuration.md", config::reference()),
        ("permissions.md", permissions()),
    ])
}

fn permissions() -> String {
    format!(
        "# Who may do what\n\nGenerated from the code by `make contracts`. An institution's callers hold a permission for their own \
         institution only; anything of another's is *not found*.\n\n{}",
        policy::table()
    )
}

fn problem_codes() -> String {
    let mut text = String::from(
        "# Problem codes\n\nGenerated from the code by `make contracts`. REST answers with `application/problem+json` (RFC 9457); \
         GraphQL puts the same code, status, title and violations into `extensions`.\n\n| code | status | title |\n| --- | --- | --- |\n",
    );
    for problem in Fault::CODES {
        text.push_str(&format!(
            "| `{}` | {} | {} |\n",
            problem.code, problem.status, problem.title
        ));
    }
    text.push_str("\n## Requests to GraphQL that cannot be carried out\n\n| code | what is wrong |\n| --- | --- |\n");
    for (code, meaning) in graphql::REQUEST_CODES {
        text.push_str(&format!("| `{code}` | {meaning} |\n"));
    }
    text
}
