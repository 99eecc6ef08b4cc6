//! Lancaster's published plan, read both ways, quirk by quirk; and the faults a table can have.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use proptest::prelude::*;

use super::super::time_scale::Priority;
use super::*;

const TIDIED: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../reference/lancaster-action-plan.csv"
));
const AS_PRINTED: &str = include_str!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../reference/lancaster-action-plan-rows.csv"
));

fn rows(file: &str) -> Vec<PlanTableRow> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let headers = reader.headers().unwrap().clone();
    let records = reader.records().map(|record| {
        let record = record.unwrap();
        let cell = |name: &str| {
            let column = headers.iter().position(|header| header == name).unwrap();
            record[column].to_owned()
        };
        PlanTableRow {
            line: record.position().unwrap().line(),
            theme: cell("theme"),
            aim: cell("aim"),
            activity: cell("activity"),
            activity_number: cell("activity_number"),
            action: cell("action"),
            time_scale: cell("time_scale"),
            measure_of_success: cell("measure_of_success"),
            lead_person: cell("lead_person"),
        }
    });
    records.collect()
}

/// The actions without their lines, which differ from file to file.
fn plan(file: &str) -> Vec<PlannedAction> {
    let actions = read(rows(file)).unwrap().into_iter();
    actions
        .map(|action| PlannedAction { line: 0, ..action })
        .collect()
}

fn find(label: &str) -> PlannedAction {
    let mut actions = plan(TIDIED).into_iter();
    actions
        .find(|action| action.label.as_str() == label)
        .unwrap()
}

fn row(line: u64, label: &str) -> PlanTableRow {
    PlanTableRow {
        line,
        theme: "Visibility".to_owned(),
        activity_number: label.to_owned(),
        action: "Do it".to_owned(),
        ..PlanTableRow::default()
    }
}

fn faults(rows: Vec<PlanTableRow>) -> Vec<(u64, &'static str, &'static str)> {
    let faults = read(rows).unwrap_err().into_iter();
    faults
        .map(|fault| (fault.row, fault.column, fault.code))
        .collect()
}

#[test]
fn both_files_hold_the_same_27_actions() {
    assert_eq!((rows(TIDIED).len(), rows(AS_PRINTED).len()), (27, 31));
    let tidied = plan(TIDIED);
    for (one, other) in tidied.iter().zip(&plan(AS_PRINTED)) {
        assert_eq!(one, other);
    }
    assert_eq!(plan(AS_PRINTED).len(), 27);
    let count = |theme| tidied.iter().filter(|action| action.theme == theme).count();
    assert_eq!(Theme::ALL.map(count), [8, 6, 8, 5, 0]);
}

#[test]
fn cells_stand_as_written() {
    for (row, action) in rows(TIDIED).iter().zip(plan(TIDIED)) {
        assert_eq!(action.aim, row.aim);
        assert_eq!(action.activities, row.activity);
        assert_eq!(action.action_raw, row.action);
        assert_eq!(action.time_scale_raw, row.time_scale);
        assert_eq!(
            action.measure_of_success.unwrap_or_default(),
            row.measure_of_success
        );
        assert_eq!(action.lead_raw, row.lead_person);
    }
    let spelt = |word: &str| {
        let actions = plan(TIDIED).into_iter();
        actions
            .filter(|action| action.activities.contains(word))
            .count()
    };
    assert_eq!((spelt("Electiveness"), spelt("Effectiveness")), (3, 1));
}

#[test]
fn v1_has_a_note_that_counts_for_recognition() {
    let v1 = find("V1");
    assert!(v1.action.ends_with("in grants and publications annually."));
    assert!(
        v1.action
            .contains("named on papers and grant applications.")
    );
    assert!(v1.aim.contains('\n') && v1.activities.contains('\n') && v1.action.contains('\n'));
    assert_eq!(v1.notes.len(), 1);
    assert!(
        v1.notes[0]
            .text
            .starts_with("Activity on V1 – this has been exceeded")
    );
    assert_eq!(v1.notes[0].author.as_deref(), Some("TG"));
    assert_eq!(
        v1.lead.as_deref(),
        Some("Chair of Technician's Commitment Steering Group.")
    );
    assert!(v1.lead_raw.ends_with("\nTG") && v1.action_raw.contains("\nNB. Activity"));
    assert_eq!(
        (v1.theme, v1.additional_themes),
        (Theme::Visibility, vec![Theme::Recognition])
    );
    assert!(
        plan(TIDIED)
            .iter()
            .all(|action| action.notes.is_empty() || action.label.as_str() == "V1")
    );
}

#[test]
fn each_note_has_its_own_author() {
    let note = |line, text: &str, author: &str| PlanTableRow {
        line,
        action: text.to_owned(),
        lead_person: author.to_owned(),
        ..PlanTableRow::default()
    };
    let mut first = row(2, "V1");
    first.lead_person = "HR lead".to_owned();
    let rows = vec![
        first,
        note(3, "NB. begun", "Jane Smith"),
        note(4, "N.B. ended", ""),
    ];
    let action = read(rows).unwrap().remove(0);
    let notes = action
        .notes
        .iter()
        .map(|note| (note.text.as_str(), note.author.as_deref()));
    assert_eq!(
        notes.collect::<Vec<_>>(),
        [("begun", Some("Jane Smith")), ("ended", None)]
    );
    assert_eq!(action.lead.as_deref(), Some("HR lead"));
    assert_eq!(action.lead_raw, "HR lead\nJane Smith");
    assert_eq!(action.action_raw, "Do it\nNB. begun\nN.B. ended");
}

#[test]
fn v3_has_two_milestones() {
    let v3 = find("V3");
    assert_eq!(
        v3.activities,
        "Technicians to sit on decision making committees where appropriate"
    );
    let parts = v3.milestones.iter().map(|part| {
        (
            part.position,
            part.time_scale_raw.as_str(),
            part.measure_of_success.as_deref().unwrap(),
            part.lead.as_deref().unwrap(),
        )
    });
    assert_eq!(
        parts.collect::<Vec<_>>(),
        [
            (
                1,
                "Year 1 (May '20)",
                "Committee structure to be clearly visible.",
                "FHM Faculty Superintendent."
            ),
            (
                2,
                "Year 2",
                "Needs analysis completed.",
                "FST Technical Director"
            ),
        ]
    );
    let by = v3.milestones[0].time_scale.years[0].by.unwrap();
    assert_eq!((by.year(), by.month()), (2020, 5));
    let with_parts = plan(TIDIED)
        .into_iter()
        .filter(|action| !action.milestones.is_empty());
    assert_eq!(with_parts.count(), 1);
}

#[test]
fn r5_is_kept_as_given() {
    let r5 = find("R5");
    assert_eq!(r5.time_scale_raw, "Year 2 Year 2");
    assert_eq!(r5.time_scale.years.len(), 1);
    assert_eq!(
        r5.measure_of_success.as_deref(),
        Some("Poster session to be in place. Review completed.")
    );
    assert!(r5.milestones.is_empty());
}

#[test]
fn the_joint_label_stands_beside_the_actions_it_adds_to() {
    let joint = find("CD3 + V2");
    let named: Vec<&str> = joint.adds_to.iter().map(ActionLabel::as_str).collect();
    assert_eq!(named, ["CD3", "V2"]);
    assert_eq!(joint.theme, Theme::CareerDevelopment);
    assert_eq!(joint.additional_themes, [Theme::Visibility]);
    assert!(joint.activities.ends_with("– Additional Activity"));
    assert!(
        joint
            .action
            .ends_with("(Further details on page 32 of Stage 2 Report)")
    );
    assert_eq!(
        (joint.time_scale_raw.as_str(), joint.time_scale),
        ("", TimeScale::default())
    );
    assert!(find("CD3").adds_to.is_empty() && find("V2").adds_to.is_empty());
}

#[test]
fn evaluation_actions_have_no_measure_and_no_end() {
    let actions = plan(TIDIED);
    let labels = |chosen: fn(&PlannedAction) -> bool| {
        let chosen = actions.iter().filter(|action| chosen(action));
        chosen
            .map(|action| action.label.as_str())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        labels(|action| action.evaluation),
        ["V8", "R6", "CD7", "S5"]
    );
    assert_eq!(
        labels(|action| action.measure_of_success.is_none()),
        ["V8", "R6", "CD7", "S5"]
    );
    assert_eq!(
        labels(|action| action.time_scale.is_open_ended()),
        ["V8", "R4", "R6", "CD7", "S5"]
    );
    assert_eq!(
        labels(|action| action.time_scale.years.iter().any(|named| named.year == 3)),
        ["V7", "R2", "CD1", "CD2", "CD6", "S1"]
    );
    assert_eq!(labels(|action| action.time_scale.remark.is_some()), ["S2"]);
    assert_eq!(
        labels(|action| action.time_scale.priority == Some(Priority::High)),
        ["V2"]
    );
    assert_eq!(
        labels(|action| !action.time_scale.says_when()),
        ["CD3 + V2"]
    );
}

#[test]
fn leads_are_free_text_and_page_breaks_are_mended() {
    assert_eq!(
        find("V2").lead.as_deref(),
        Some("HR lead with FST Technical Director")
    );
    assert_eq!(find("S1").lead.as_deref(), Some("OED + HR Partner."));
    let cd6 = find("CD6");
    assert!(
        cd6.activities
            .contains("staff development to enhance take up")
    );
    assert!(
        cd6.action
            .contains("promoted to LU technicians. Monitoring")
    );
}

#[test]
fn all_faults_come_at_once_in_the_order_of_rows() {
    let orphan = PlanTableRow {
        line: 2,
        action: "continues nothing".to_owned(),
        ..PlanTableRow::default()
    };
    let unknown = PlanTableRow {
        theme: "Velocity".to_owned(),
        ..row(4, "V1")
    };
    let filled_down = PlanTableRow {
        theme: String::new(),
        ..row(5, "v1")
    };
    let idle = PlanTableRow {
        action: " ".to_owned(),
        ..row(6, "V3")
    };
    let noted = PlanTableRow {
        action: "NB. done".to_owned(),
        ..row(7, "V4")
    };
    let dirty = PlanTableRow {
        aim: "a\0".to_owned(),
        ..row(8, " ")
    };
    assert_eq!(
        faults(vec![orphan, unknown, filled_down, idle, noted, dirty]),
        [
            (2, "theme", "missing-theme"),
            (2, "activity_number", "missing-label"),
            (4, "theme", "unknown-theme"),
            (5, "activity_number", "duplicate-label"),
            (6, "action", "missing-action"),
            (7, "action", "missing-action"),
            (8, "aim", "control-character"),
            (8, "activity_number", "missing-label"),
        ]
    );
}

#[test]
fn limits_count_characters_of_the_whole_cell() {
    let mut full = row(2, "V1");
    full.action = "é".repeat(8_000);
    full.lead_person = "é".repeat(2_000);
    full.time_scale = "é".repeat(500);
    full.activity_number = "é".repeat(64);
    assert_eq!(read(vec![full.clone()]).unwrap().len(), 1);
    let more = PlanTableRow {
        line: 3,
        action: "!".to_owned(),
        lead_person: "!".to_owned(),
        ..PlanTableRow::default()
    };
    assert_eq!(
        faults(vec![full, more]),
        [(2, "action", "too-long"), (2, "lead_person", "too-long")]
    );
    let mut aimed = row(2, "V1");
    aimed.aim = "x".repeat(8_001);
    assert_eq!(
        faults(vec![aimed, row(3, "V2"), row(4, "V3")]),
        [(2, "aim", "too-long")]
    );
    let long_theme = PlanTableRow {
        theme: "x".repeat(100_000),
        ..row(2, "V1")
    };
    let found = read(vec![long_theme]).unwrap_err();
    assert!(found.iter().all(|fault| fault.message.len() < 200));
}

#[test]
fn filling_down_stops_at_a_new_theme() {
    let mut first = row(2, "V1");
    (first.aim, first.activity) = ("Be seen".to_owned(), "Show".to_owned());
    let second = PlanTableRow {
        theme: String::new(),
        ..row(3, "V2")
    };
    let third = PlanTableRow {
        theme: "recognition; Visibility".to_owned(),
        ..row(4, "R1")
    };
    let heading = PlanTableRow {
        theme: "Theme".to_owned(),
        action: "Action".to_owned(),
        ..row(5, "Activity Number")
    };
    let actions = read(vec![first, second, heading, PlanTableRow::default(), third]).unwrap();
    assert_eq!(actions.len(), 3);
    assert_eq!(
        (actions[1].aim.as_str(), actions[1].activities.as_str()),
        ("Be seen", "Show")
    );
    assert_eq!(
        (actions[2].aim.as_str(), actions[2].activities.as_str()),
        ("", "")
    );
    assert_eq!(
        (actions[2].theme, actions[2].additional_themes.as_slice()),
        (Theme::Recognition, [Theme::Visibility].as_slice())
    );
}

#[test]
fn stacked_lines_are_milestones_only_when_each_says_when() {
    let mut stacked = row(2, "V1");
    stacked.time_scale = "Year 1\nwhen funds allow".to_owned();
    stacked.measure_of_success = "One\nTwo".to_owned();
    stacked.lead_person = "A. Person\nHR".to_owned();
    let mut fewer = row(3, "V2");
    fewer.time_scale = "Year 1\r\nYear 2".to_owned();
    fewer.measure_of_success = "One".to_owned();
    fewer.lead_person = "A\nB".to_owned();
    let actions = read(vec![stacked, fewer]).unwrap();
    assert!(actions.iter().all(|action| action.milestones.is_empty()));
    assert_eq!(actions[0].lead.as_deref(), Some("A. Person\nHR"));
}

#[test]
fn a_theme_stated_in_the_plan_outranks_the_prefix() {
    let elsewhere = PlanTableRow {
        theme: "Sustainability".to_owned(),
        ..row(2, "R9")
    };
    let actions = read(vec![elsewhere, row(3, "R9 + CD1")]).unwrap();
    assert_eq!(
        actions[1].additional_themes,
        [Theme::CareerDevelopment, Theme::Sustainability]
    );
}

proptest! {
    #[test]
    fn raw_text_is_kept_and_stored_form_reads_back(
        action in "[^\\p{Cc}]{0,80}", time in "[^\\p{Cc}]{0,40}", lead in "([^\\p{Cc}]|\n){0,40}",
    ) {
        let mut one = row(2, "V1");
        one.action = format!("Do {action}");
        (one.time_scale, one.lead_person) = (time, lead);
        let actions = read(vec![one.clone()]).unwrap();
        prop_assert_eq!(&actions[0].action_raw, &one.action);
        prop_assert_eq!(&actions[0].time_scale_raw, &one.time_scale);
        prop_assert_eq!(&actions[0].lead_raw, &one.lead_person);
        let json = serde_json::to_string(&actions).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<PlannedAction>>(&json).unwrap(), actions);
    }

    #[test]
    fn a_page_break_between_words_changes_nothing(words in prop::collection::vec("[a-z]{1,6}", 2..30), cut in 1usize..29) {
        let cut = cut.min(words.len() - 1);
        let mut whole = row(2, "V1");
        whole.action = words.join(" ");
        let mut upper = whole.clone();
        upper.action = words[..cut].join(" ");
        let lower = PlanTableRow { line: 3, action: words[cut..].join(" "), ..PlanTableRow::default() };
        prop_assert_eq!(read(vec![upper, lower]), read(vec![whole]));
    }

    #[test]
    fn any_table_is_answered(cells in prop::collection::vec(prop::array::uniform8("(NB[. ]|[A-Z]{2}|V1|Year 1|\n|\\PC){0,6}"), 0..6)) {
        let table: Vec<PlanTableRow> = (2u64..).zip(cells).map(|(line, cells)| {
            let [theme, aim, activity, activity_number, action, time_scale, measure_of_success, lead_person] = cells;
            PlanTableRow { line, theme, aim, activity, activity_number, action, time_scale, measure_of_success, lead_person }
        }).collect();
        let lines = table.len() as u64 + 2;
        match read(table) {
            Ok(actions) => prop_assert!(actions.iter().all(|action| !action.action.is_empty())),
            Err(faults) => for fault in faults {
                prop_assert!(FAULT_CODES.contains(&fault.code) && fault.row < lines);
                prop_assert!(COLUMNS.iter().any(|(column, _)| *column == fault.column));
            },
        }
    }
}
