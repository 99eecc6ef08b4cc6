//! Synthetic action plans, and how their actions were judged from year to year.

use super::random::Random;
use entity::values::{Rag, Theme};

/// Actions a plan may have, with their themes. General ones, as the guidance of the Technician Commitment suggests them.
const ACTIONS: &[(Theme, &str, &str)] = &[
    (
        Theme::Visibility,
        "Publish the names and skills of technical teams",
        "Pages of all departments",
    ),
    (
        Theme::Visibility,
        "Invite technicians to open days and to public events",
        "Number of events",
    ),
    (
        Theme::Visibility,
        "Name technicians on grant applications and outputs",
        "Outputs that credit technicians",
    ),
    (
        Theme::Recognition,
        "Pay the fees of professional registration",
        "Number of registrations",
    ),
    (
        Theme::Recognition,
        "Hold a yearly award for technical staff",
        "Number of nominations",
    ),
    (
        Theme::Recognition,
        "Seats for technicians on boards and committees",
        "Bodies with a technician",
    ),
    (
        Theme::CareerDevelopment,
        "Describe grades and roles in one pathway",
        "Roles with a description",
    ),
    (
        Theme::CareerDevelopment,
        "Offer mentoring and shadowing across departments",
        "Number of participants",
    ),
    (
        Theme::CareerDevelopment,
        "A budget for the training of technicians",
        "Training days per head",
    ),
    (
        Theme::Sustainability,
        "Take on technical apprentices every year",
        "Number of apprentices",
    ),
    (
        Theme::Sustainability,
        "Plan succession for specialist skills",
        "Skills with a successor",
    ),
    (
        Theme::EvaluatingImpact,
        "Survey technical staff every second year",
        "Response rate",
    ),
];

/// How many days ago the plans began.
pub const BEGAN: i64 = 1_110;
/// How many days ago each review was: ten days before the end of each year of the plans.
pub const REVIEWS: [i64; 3] = [755, 390, 25];

/// A made-up plan.
#[derive(Debug)]
pub struct Plan {
    /// Its actions, as a file that is imported.
    pub table: String,
    /// What each review found, by the place of the action in the file.
    pub reviews: [Vec<(usize, Rag)>; 3],
}

/// The plan of an institution; one in four has one.
pub fn of(slug: &str) -> Option<Plan> {
    let mut random = Random::of(&[slug, "plan"]);
    if !random.chance(25) {
        return None;
    }
    let how_many = usize::try_from(random.between(6, 9)).unwrap_or(6);
    let actions = random.some(ACTIONS, how_many);
    let mut table = String::from(
        "theme,aim,activity,activity_number,action,time_scale,measure_of_success,lead_person\n",
    );
    let mut years = Vec::new();
    for (number, (theme, action, measure)) in actions.iter().enumerate() {
        let year = random.between(1, 3);
        years.push(year);
        let theme = theme.as_str().replace('-', " ");
        table.push_str(&format!(
            "{theme},Synthetic,{action},S{},{action},Year {year},{measure},\n",
            number + 1
        ));
    }
    let mut reviews = [Vec::new(), Vec::new(), Vec::new()];
    let mut last = vec![Rag::NotAssessed; actions.len()];
    for (review, found) in (1..).zip(&mut reviews) {
        for (place, (year, last)) in years.iter().zip(&mut last).enumerate() {
            let now = judged(&mut random, *last, review >= *year);
            if now != *last {
                found.push((place, now));
                *last = now;
            }
        }
    }
    Some(Plan { table, reviews })
}

/// What a review finds of an action that was last found so, and is due or not yet.
fn judged(random: &mut Random, last: Rag, due: bool) -> Rag {
    match (last, due) {
        (Rag::Green, _) => Rag::Green,
        (_, true) if random.chance(65) => Rag::Green,
        (_, true) if random.chance(50) => Rag::Red,
        (Rag::NotAssessed, false) if random.chance(40) => Rag::NotAssessed,
        _ => Rag::Amber,
    }
}
