//! Every form met in published plans, and what must hold for any text at all.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::*;

fn month(text: &str) -> YearMonth {
    text.parse().unwrap()
}

fn date(text: &str) -> PlanDate {
    text.parse().unwrap()
}

fn years(named: &[u8]) -> TimeScale {
    let years = named.iter().map(|&year| PlanYear { year, by: None });
    TimeScale {
        years: years.collect(),
        ..TimeScale::default()
    }
}

fn until(end: &str) -> TimeScale {
    TimeScale {
        end: Some(date(end)),
        ..TimeScale::default()
    }
}

#[test]
fn the_forms_of_lancasters_plan() {
    for n in 1..=3 {
        assert_eq!(parse(&format!("Year {n}")), years(&[n]));
    }
    let ongoing = TimeScale {
        ongoing: true,
        ..TimeScale::default()
    };
    assert_eq!(parse("ongoing"), ongoing);
    let expected = TimeScale {
        ongoing: true,
        ..years(&[1])
    };
    assert_eq!(parse("Year 1 / ongoing"), expected);
    let expected = TimeScale {
        priority: Some(Priority::High),
        ..years(&[2])
    };
    assert_eq!(parse("Year 2 Priority - high"), expected);
    let expected = TimeScale {
        remark: Some("Discussion in meeting".to_owned()),
        ..years(&[2])
    };
    assert_eq!(parse("Year 2 Discussion in meeting"), expected);
    assert_eq!(parse("Year 2 Year 2"), years(&[2]));
    assert_eq!(parse(""), TimeScale::default());
}

#[test]
fn a_month_belongs_to_its_year() {
    let may = PlanYear {
        year: 1,
        by: Some(month("2020-05")),
    };
    for raw in ["Year 1 (May '20)", "Year 1 (May ’20)", "year 1 by May 2020"] {
        assert_eq!(parse(raw).years, [may], "{raw}");
        assert_eq!(parse(raw).remark, None, "{raw}");
        assert_eq!(parse(raw).end, None, "{raw}");
    }
    let both = parse("Year 1 (May '20)\nYear 2");
    assert_eq!(both.years, [may, PlanYear { year: 2, by: None }]);
    assert_eq!((both.remark, both.end), (None, None));
    assert_eq!(parse("Year 1 (May '20) Year 1").years, [may]);
    let full = parse("Year 1 (31 May 2020)");
    assert_eq!(
        full,
        TimeScale {
            end: Some(date("2020-05-31")),
            ..years(&[1])
        }
    );
}

#[test]
fn calendar_forms() {
    for raw in [
        "May-19",
        "May '19",
        "may 2019",
        "2019-05",
        "05/2019",
        "by May-19",
        "end of May 2019",
    ] {
        assert_eq!(parse(raw), until("2019-05"), "{raw}");
    }
    assert_eq!(parse("Sept. 2019"), until("2019-09"));
    for raw in [
        "31/03/2022",
        "31.3.22",
        "2022-03-31",
        "31st March 2022",
        "31-Mar-22",
        "March 31, 2022",
        "by: 31 March '22",
    ] {
        assert_eq!(parse(raw), until("2022-03-31"), "{raw}");
    }
}

#[test]
fn spans_have_two_ends() {
    for raw in [
        "May-19 to Jun-20",
        "May 2019 – June 2020",
        "from 05/2019 until 2020-06",
        "2019-05/2020-06",
    ] {
        let span = parse(raw);
        assert_eq!(span.start, Some(date("2019-05")), "{raw}");
        assert_eq!(span.end, Some(date("2020-06")), "{raw}");
        assert_eq!(span.remark, None, "{raw}");
    }
    let days = parse("01/05/19-31/03/20");
    assert_eq!(
        (days.start, days.end),
        (Some(date("2019-05-01")), Some(date("2020-03-31")))
    );
    let from = parse("from May-19");
    assert_eq!((from.start, from.end), (Some(date("2019-05")), None));
    let open = parse("May-19 - ongoing");
    assert_eq!(
        (open.start, open.end, open.ongoing),
        (Some(date("2019-05")), None, true)
    );
}

#[test]
fn what_may_mean_two_things_is_left_as_a_remark() {
    for raw in [
        "May 20",
        "2019-20",
        "31/02/2022",
        "2019-05-99",
        "Year 19/20",
        "Year 2020/21",
        "Year 1.5",
        "Year 0",
        "TBC?",
        "summer",
    ] {
        let expected = TimeScale {
            remark: Some(raw.to_owned()),
            ..TimeScale::default()
        };
        assert_eq!(parse(raw), expected, "{raw}");
    }
    assert_eq!(parse("Year 2 - 2 meetings").years, years(&[2]).years);
    assert_eq!(
        parse("Year 2 - 2 meetings").remark.as_deref(),
        Some("2 meetings")
    );
    assert_eq!(parse("May-19, Jun-19").remark.as_deref(), Some("Jun-19"));
}

#[test]
fn lists_ranges_and_abbreviations() {
    assert_eq!(parse("Years 1-3"), years(&[1, 2, 3]));
    assert_eq!(parse("Years 1, 2 and 3"), years(&[1, 2, 3]));
    assert_eq!(parse("Year 1/2"), years(&[1, 2]));
    assert_eq!(parse("Y1 and Y3"), years(&[1, 3]));
    assert_eq!(parse("Yr. 2; year 1"), years(&[2, 1]));
    assert_eq!(
        parse("Year 1, 3 March 2022"),
        TimeScale {
            end: Some(date("2022-03-03")),
            ..years(&[1])
        }
    );
    assert_eq!(parse("YEAR 1 / On-going"), parse("Year 1 / ongoing"));
    assert_eq!(parse("high priority").priority, Some(Priority::High));
    assert_eq!(
        parse("Priority: medium, Priority: low").remark.as_deref(),
        Some("Priority: low")
    );
}

#[test]
fn brackets_round_a_remark_go_brackets_inside_stay() {
    assert_eq!(
        parse("Year 2 (subject to funding)").remark.as_deref(),
        Some("subject to funding")
    );
    assert_eq!(
        parse("Year 2, see note (a)").remark.as_deref(),
        Some("see note (a)")
    );
}

#[test]
fn stored_form_is_plain_and_reads_back() {
    let scale = parse("Year 1 (May '20) from 31/03/2020 low priority");
    let json = serde_json::to_value(&scale).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "years": [{"year": 1, "by": "2020-05"}], "ongoing": false, "priority": "low",
            "start": "2020-03-31", "end": null, "remark": null,
        })
    );
    assert_eq!(serde_json::from_value::<TimeScale>(json).unwrap(), scale);
    assert_eq!(
        serde_json::from_str::<TimeScale>("{}").unwrap(),
        TimeScale::default()
    );
    for wrong in [
        "\"2020-13\"",
        "\"2020-5\"",
        "\" 2020-05\"",
        "\"2020-05-32\"",
        "\"2020-05-01\"",
    ] {
        assert!(serde_json::from_str::<YearMonth>(wrong).is_err(), "{wrong}");
    }
}

/// Texts made of the very pieces the reader looks for, in any order.
fn near_misses() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "Year", "Y", "1", "2", "31", "2020", "20", "/", "-", "–", "(", ")", "'", "’", ".", ",",
        "May", "Sept", "of", "by", "from", "end", "to", "and", "on", "going", "ongoing",
        "Priority", "high", "th", " ", "\n", "é", "ß", "x",
    ]);
    prop::collection::vec(pieces, 0..24).prop_map(|parts| parts.concat())
}

fn holds_for(raw: &str) {
    let scale = parse(raw);
    let json = serde_json::to_string(&scale).unwrap();
    assert_eq!(serde_json::from_str::<TimeScale>(&json).unwrap(), scale);
    let mut seen: Vec<u8> = scale.years.iter().map(|named| named.year).collect();
    assert!(seen.iter().all(|year| (1..=MAX_PLAN_YEAR).contains(year)));
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), scale.years.len(), "a year stands once");
    for part in scale.remark.iter().flat_map(|remark| remark.split("; ")) {
        assert!(raw.contains(part), "a remark is in the words of the source");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(raw in any::<String>()) {
        holds_for(&raw);
    }

    #[test]
    fn any_mixture_of_its_own_pieces_is_read(raw in near_misses()) {
        holds_for(&raw);
    }

    #[test]
    fn every_day_is_read_as_written(days in 0u64..40_000) {
        let day = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::Days::new(days);
        for format in ["%Y-%m-%d", "%d/%m/%Y", "%-d %B %Y", "%-d-%b-%Y"] {
            let scale = parse(&day.format(format).to_string());
            prop_assert_eq!(scale.end, Some(PlanDate::Day(day)));
            prop_assert_eq!(scale.remark, None);
        }
    }
}
