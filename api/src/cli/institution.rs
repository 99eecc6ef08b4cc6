//! `institution`: first-time administration straight on the database.

use super::output::{Failure, say};
use super::session::Place;
use crate::access::Caller;
use crate::operations::institutions::{self, InstitutionInput};
use clap::{Args, Subcommand};

/// Administer institutions.
#[derive(Debug, Subcommand)]
pub enum Institution {
    /// Enter an institution.
    Add(Add),
}

/// Enter an institution.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  technician-metrics institution add lancaster --name 'Lancaster University' --nation england --region north-west \\\n      --ukprn 10007768 --ror https://ror.org/04f2nsd36"
)]
pub struct Add {
    /// Short name in addresses.
    slug: String,
    /// Name as the institution writes it.
    #[arg(long)]
    name: String,
    /// university, research-institute, funder or other.
    #[arg(long, default_value = "university")]
    kind: String,
    /// england, scotland, wales, northern-ireland, uk-wide or outside-uk.
    #[arg(long)]
    nation: String,
    /// Region of its main site, such as north-west; needed for England only.
    #[arg(long)]
    region: Option<String>,
    /// Size by published academic staff: under-1000, 1000-to-2999 or 3000-and-over.
    #[arg(long)]
    size_band: Option<String>,
    /// russell-group, millionplus, university-alliance, guildhe or none.
    #[arg(long)]
    mission_group: Option<String>,
    /// UK Provider Reference Number.
    #[arg(long)]
    ukprn: Option<String>,
    /// ROR id.
    #[arg(long)]
    ror: Option<String>,
    /// When it signed: a year, a month or a day.
    #[arg(long)]
    signed: Option<String>,
    /// Signing phase: one to six.
    #[arg(long)]
    phase: Option<String>,
}

impl Institution {
    /// Runs the command.
    pub async fn run(self, place: &Place) -> Result<(), Failure> {
        let Self::Add(add) = self;
        let service = place.service().await?;
        let input = InstitutionInput {
            slug: add.slug,
            name: add.name,
            kind: add.kind,
            nation: add.nation,
            region: add.region,
            size_band: add.size_band,
            mission_group: add.mission_group,
            ukprn: add.ukprn,
            ror: add.ror,
            signed: add.signed,
            phase: add.phase,
            ..InstitutionInput::default()
        };
        let made = institutions::create(&service, &Caller::operator().registry()?, input).await?;
        say(format_args!("{} is entered as {}.", made.name, made.slug));
        Ok(())
    }
}
