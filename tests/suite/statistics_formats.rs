//! Statistics in every format, read back by the programs of others: each figure, status, name and number of institutions is
//! in all of them, the same.

use chrono::{DateTime, Utc};
use entity::values::{CellStatus, Hundredths};
use serde_json::{Value, json};
use std::path::Path;
use technician_metrics::formats::statistics::{
    Concept, Cube, CubeDimension, CubeSource, Observation, StatisticsFormat, csv::csv, csvw::csvw,
    json_stat::json_stat, parquet::parquet, sdmx_csv::sdmx_csv, sdmx_structure::sdmx_structure,
    xlsx::xlsx,
};
use tests::readers;

fn concept(code: &str, label: &str) -> Concept {
    Concept {
        code: code.to_owned(),
        label: label.to_owned(),
    }
}

fn dimension(name: &str, title: &str, codes: &[(&str, &str)]) -> CubeDimension {
    CubeDimension {
        name: name.to_owned(),
        title: title.to_owned(),
        time: name == "year",
        codes: codes
            .iter()
            .map(|(code, label)| concept(code, label))
            .collect(),
    }
}

fn years() -> CubeDimension {
    let years = [
        ("2022-23", "2022/23"),
        ("2023-24", "2023/24"),
        ("2024-25", "2024/25"),
    ];
    dimension("year", "Academic year", &years)
}

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

fn release() -> CubeSource {
    CubeSource {
        name: "release 3".to_owned(),
        title: "Technicians in UK research institutions, release 3".to_owned(),
        regime: Some("hesa-5/ckp-1".to_owned()),
        as_of: moment("2026-01-15T00:00:00Z"),
        generation: "3".to_owned(),
        provisional: true,
        doi: Some("10.5555/technicians.3".to_owned()),
        publisher: "The Technician Commitment, \u{201c}the board\u{201d}".to_owned(),
        licence: Some("https://creativecommons.org/licenses/by/4.0/".to_owned()),
    }
}

fn observed(codes: &[usize], figure: i64, contributors: u32) -> Observation {
    Observation {
        codes: codes.to_vec(),
        value: Some(Hundredths(figure)),
        lower_quartile: None,
        upper_quartile: None,
        status: if figure == 0 {
            CellStatus::Zero
        } else {
            CellStatus::Published
        },
        contributors: Some(contributors),
        of: Some(16),
    }
}

fn missing(codes: &[usize], status: CellStatus) -> Observation {
    Observation {
        codes: codes.to_vec(),
        value: None,
        lower_quartile: None,
        upper_quartile: None,
        status,
        contributors: None,
        of: None,
    }
}

/// A name that a spreadsheet would run.
const WALES: (&str, &str) = ("wales", "=HYPERLINK(\"https://example.org\",\"Cymru\")");

/// Every kind of missing, a break, and names that a careless writer would trip over.
fn by_year_and_nation() -> Cube {
    let nations = [
        ("england", "England"),
        ("northern.ireland", "Northern Ireland"),
        ("scotland", "Scotland, \u{201c}Alba\u{201d} & <islands>"),
        WALES,
    ];
    let observations = vec![
        observed(&[0, 0], 421_000, 14),
        missing(&[0, 1], CellStatus::Withheld),
        observed(&[0, 2], 103_500, 9),
        observed(&[0, 3], 0, 3),
        observed(&[1, 0], 431_500, 15),
        missing(&[1, 1], CellStatus::WithheldForOthers),
        missing(&[1, 2], CellStatus::NotSupplied),
        observed(&[1, 3], 500, 4),
        observed(&[2, 0], 123_456_500, 16),
        missing(&[2, 1], CellStatus::NotApplicable),
        observed(&[2, 2], 110_000, 10),
        missing(&[2, 3], CellStatus::NotSupplied),
    ];
    Cube {
        id: "headcount-total-by-year-nation".to_owned(),
        title: "Technicians by academic year and nation".to_owned(),
        notes: vec![
            "Persons on 1 December. Institutions define \u{201c}technician\u{201d} for themselves, so figures of different groups differ in what they count as well as in how many.".to_owned(),
            "Figures are rounded to the nearest 5.\nTotals are rounded on their own.".to_owned(),
        ],
        measure: concept("headcount", "Technicians"),
        statistic: concept("total", "Total"),
        unit: concept("persons", "persons"),
        decimals: 0,
        dimensions: vec![years(), dimension("nation", "Nation", &nations)],
        observations,
        source: release(),
        series_breaks: vec![("2023-24".to_owned(), "The definition of technician became wider.".to_owned())],
    }
}

/// Decimals and quartiles, no years.
fn medians() -> Cube {
    let groups = [
        ("russell-group", "Russell Group"),
        ("none", "No mission group"),
    ];
    let quartiles = |codes: &[usize], value: i64, lower: i64, upper: i64| Observation {
        lower_quartile: Some(Hundredths(lower)),
        upper_quartile: Some(Hundredths(upper)),
        ..observed(codes, value, 12)
    };
    Cube {
        id: "technicians-per-100-academics-median-by-mission_group".to_owned(),
        title: "Technicians per 100 academic staff, median by mission group".to_owned(),
        notes: Vec::new(),
        measure: concept(
            "technicians-per-100-academics",
            "Technicians per 100 academic staff",
        ),
        statistic: concept("median", "Median of institutions"),
        unit: concept("per-100", "per 100 academic staff"),
        decimals: 2,
        dimensions: vec![dimension("mission_group", "Mission group", &groups)],
        observations: vec![
            quartiles(&[0], 1_234, 950, 1_700),
            missing(&[1], CellStatus::Withheld),
        ],
        source: release(),
        series_breaks: Vec::new(),
    }
}

/// Three dimensions, few of their combinations, a negative change.
fn sparse() -> Cube {
    let sexes = [("female", "Female"), ("male", "Male"), ("other", "Other")];
    let nations = [
        ("scotland", "Scotland, \u{201c}Alba\u{201d} & <islands>"),
        WALES,
    ];
    Cube {
        id: "headcount-change-by-year-nation-sex".to_owned(),
        title: "Change on the year before, by nation and sex".to_owned(),
        notes: vec!["Of institutions that returned both years.".to_owned()],
        measure: concept("headcount", "Technicians"),
        statistic: concept("change", "Change on the year"),
        unit: concept("persons", "persons"),
        decimals: 1,
        dimensions: vec![
            years(),
            dimension("nation", "Nation", &nations),
            dimension("sex", "Sex", &sexes),
        ],
        observations: vec![
            observed(&[1, 0, 0], -1_550, 5),
            observed(&[2, 0, 2], 500, 5),
            missing(&[2, 1, 1], CellStatus::NotApplicable),
        ],
        source: release(),
        series_breaks: Vec::new(),
    }
}

/// One figure, broken down by nothing.
fn single() -> Cube {
    Cube {
        id: "actions-total".to_owned(),
        title: "Actions in plans".to_owned(),
        notes: vec!["Every action by its latest judgement.".to_owned()],
        measure: concept("actions", "Actions in plans"),
        statistic: concept("total", "Total"),
        unit: concept("actions", "actions"),
        decimals: 0,
        dimensions: Vec::new(),
        observations: vec![observed(&[], 73_000, 16)],
        source: release(),
        series_breaks: Vec::new(),
    }
}

fn cubes() -> Vec<Cube> {
    vec![by_year_and_nation(), medians(), sparse(), single()]
}

fn number(figure: Option<Hundredths>) -> Value {
    figure.map_or(Value::Null, |figure| json!(figure.to_string()))
}

/// A cube as the readers expect to find it, figures as texts.
fn expected(cube: &Cube) -> Value {
    let named = |one: &Concept| json!({"code": one.code, "label": one.label});
    let observations: Vec<Value> = cube
        .observations
        .iter()
        .map(|one| {
            let codes: Vec<Value> = cube
                .dimensions
                .iter()
                .zip(&one.codes)
                .map(|(dimension, place)| named(&dimension.codes[*place]))
                .collect();
            json!({
                "codes": codes, "value": number(one.value), "lower_quartile": number(one.lower_quartile),
                "upper_quartile": number(one.upper_quartile), "status": one.status.as_str(),
                "contributors": one.contributors, "of": one.of,
            })
        })
        .collect();
    let dimensions: Vec<Value> = cube
        .dimensions
        .iter()
        .map(|one| {
            let codes: Vec<Value> = one.codes.iter().map(named).collect();
            json!({"name": one.name, "title": one.title, "time": one.time, "codes": codes})
        })
        .collect();
    let source = &cube.source;
    json!({
        "id": cube.id, "title": cube.title, "notes": cube.notes, "measure": named(&cube.measure),
        "statistic": named(&cube.statistic), "unit": named(&cube.unit), "decimals": cube.decimals,
        "dimensions": dimensions, "observations": observations, "series_breaks": cube.series_breaks,
        "source": {
            "name": source.name, "title": source.title, "regime": source.regime, "doi": source.doi,
            "as_of": source.as_of.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            "generation": source.generation, "provisional": source.provisional,
            "publisher": source.publisher, "licence": source.licence,
        },
    })
}

/// Writes some cubes in every format, under a name.
fn write(folder: &Path, name: &str, cubes: &[&Cube]) {
    let put = |ending: &str, bytes: Vec<u8>| {
        std::fs::write(folder.join(format!("{name}.{ending}")), bytes).expect("a file");
    };
    let text = |value: Value| serde_json::to_vec_pretty(&value).expect("JSON");
    put("csv", csv(cubes).expect("CSV"));
    put("sdmx.csv", sdmx_csv(cubes).expect("SDMX-CSV"));
    put(
        "structure.json",
        text(sdmx_structure(cubes).expect("a structure")),
    );
    put("xlsx", xlsx(cubes).expect("a workbook"));
    put("parquet", parquet(cubes).expect("Parquet"));
    if let [cube] = cubes {
        put("json", text(json_stat(cube).expect("JSON-stat")));
        let described = csvw(cube, &format!("{name}.csv")).expect("a description");
        put("csv-metadata.json", text(described));
    }
    let expected: Vec<Value> = cubes.iter().map(|cube| expected(cube)).collect();
    put("expected", text(Value::Array(expected)));
}

#[test]
fn readers_of_others_read_every_figure() {
    let folder = tempfile::tempdir().expect("a folder");
    let cubes = cubes();
    write(folder.path(), "all", &cubes.iter().collect::<Vec<_>>());
    for (place, cube) in cubes.iter().enumerate() {
        write(folder.path(), &format!("one-{place}"), &[cube]);
    }
    // A live figure has no rules, no DOI and no licence to name.
    let live = Cube {
        source: CubeSource {
            name: "live".to_owned(),
            regime: None,
            provisional: false,
            doi: None,
            licence: None,
            as_of: moment("2026-01-15T10:20:30Z"),
            ..release()
        },
        ..by_year_and_nation()
    };
    write(folder.path(), "live", &[&live]);
    // A question nobody has figures for is a file without rows, not a fault.
    let none = Cube {
        observations: Vec::new(),
        ..by_year_and_nation()
    };
    write(folder.path(), "none", &[&none]);
    // How many figures each reader compared is said by it: none was passed over. Six files, 18 + 18 + 12 figures.
    let python = readers::run("read_statistics.py", folder.path());
    let counted: Value = serde_json::from_str(&python).expect("what was compared");
    assert_eq!(
        counted,
        json!({
            "csv by pandas": 48, "csv by duckdb": 48, "csvw by csvw": 30,
            "sdmx-csv by pysdmx": 48, "sdmx-csv by sdmx1": 30, "sdmx structure by pysdmx": 10,
            "xlsx by openpyxl": 48, "xlsx tables by openpyxl": 48, "parquet by pyarrow": 48, "parquet by duckdb": 48,
        })
    );
    let node = readers::run("read_json_stat.mjs", folder.path());
    assert_eq!(node.trim(), "30 figures by jsonstat-toolkit");
}

#[test]
fn the_same_cubes_are_the_same_bytes() {
    let cubes = cubes();
    let cubes: Vec<&Cube> = cubes.iter().collect();
    let written = || {
        [
            csv(&cubes).expect("CSV"),
            sdmx_csv(&cubes).expect("SDMX-CSV"),
            sdmx_structure(&cubes)
                .expect("a structure")
                .to_string()
                .into_bytes(),
            xlsx(&cubes).expect("a workbook"),
            parquet(&cubes).expect("Parquet"),
        ]
    };
    let first = written();
    for (place, (first, second)) in first.iter().zip(&written()).enumerate() {
        assert!(first == second, "{place} differs");
    }
    // Nor would they differ at another time: a workbook's own date is that of its figures, its parts have none.
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(&first[3])).expect("an archive");
    for place in 0..book.len() {
        let part = book.by_index(place).expect("a part");
        let date = part.last_modified().expect("a date");
        assert_eq!((date.year(), date.month(), date.day()), (1980, 1, 1));
    }
    let core = book.by_name("docProps/core.xml").expect("properties");
    let core = std::io::read_to_string(core).expect("text");
    assert_eq!(core.matches("2026-01-15T00:00:00Z").count(), 2, "{core}");
}

#[test]
fn a_cube_that_contradicts_itself_is_not_written() {
    let refused = |change: &dyn Fn(&mut Cube)| {
        let mut cube = by_year_and_nation();
        change(&mut cube);
        csv(&[&cube]).is_err()
            && sdmx_csv(&[&cube]).is_err()
            && sdmx_structure(&[&cube]).is_err()
            && json_stat(&cube).is_err()
            && csvw(&cube, "x.csv").is_err()
            && xlsx(&[&cube]).is_err()
            && parquet(&[&cube]).is_err()
    };
    assert!(!refused(&|_| {}));
    assert!(refused(
        &|cube| cube.observations[1].value = Some(Hundredths(300))
    ));
    assert!(refused(
        &|cube| cube.observations[1].upper_quartile = Some(Hundredths(300))
    ));
    assert!(refused(&|cube| cube.observations[0].value = None));
    assert!(refused(
        &|cube| cube.observations[3].value = Some(Hundredths(100))
    ));
    assert!(refused(&|cube| cube.observations[0].codes = vec![0, 4]));
    assert!(refused(&|cube| cube.observations[0].codes = vec![0]));
    assert!(refused(&|cube| cube.observations[1].codes = vec![0, 0]));
    assert!(refused(&|cube| cube.decimals = 3));
}

#[test]
fn formats_have_names_of_their_own() {
    let names: Vec<&str> = StatisticsFormat::ALL.iter().map(|one| one.name()).collect();
    assert_eq!(names, ["csv", "sdmx-csv", "json-stat", "xlsx", "parquet"]);
    for format in StatisticsFormat::ALL {
        assert_eq!(StatisticsFormat::named(format.name()), Some(*format));
    }
    assert_eq!(StatisticsFormat::named("CSV"), None);
}
