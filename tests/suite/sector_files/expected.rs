//! What the readers of others should find in a file, made of the answer in JSON and of the pages that name its codes.

use serde_json::{Value, json};
use tests::{Persona, World};

/// What closed vocabularies are called.
const NAMES: [(&str, &str); 6] = [
    ("england", "England"),
    ("scotland", "Scotland"),
    ("wales", "Wales"),
    ("northern-ireland", "Northern Ireland"),
    ("uk-wide", "UK-wide"),
    ("outside-uk", "Outside the UK"),
];

/// What is said of every release's figures.
const PROTECTED: &str = "Protected under hesa-5/ckp-1: a count is moved a little at random and rounded to the nearest 5, and \
    whatever else is given is made of such figures; parts need not add up to their total, and small differences may mean nothing.";

/// A JSON text.
pub fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The members of a JSON array.
pub fn list(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

/// What names stand for, from the pages everybody can read.
pub struct Names {
    catalogue: Value,
    sexes: Value,
}

impl Names {
    /// Reads the pages.
    pub async fn read(world: &World) -> Self {
        let read = async |path| {
            let page = world.get(Persona::Stranger, path).send().await;
            page.expect(200).json()
        };
        Self {
            catalogue: read("/v1/sector/catalogue").await,
            sexes: read("/v1/code-lists/sex").await["codes"].clone(),
        }
    }

    fn find(&self, what: &str, name: &Value) -> &Value {
        let mut all = list(&self.catalogue[what]).iter();
        all.find(|one| one["name"] == *name).expect("it is listed")
    }

    fn label(&self, code: &str) -> String {
        if let Some(found) = list(&self.sexes).iter().find(|one| one["code"] == code) {
            return text(&found["label"]).to_owned();
        }
        let known = NAMES.iter().find(|(known, _)| *known == code);
        known.map_or(code, |(_, name)| name).to_owned()
    }

    fn labels(&self, codes: &Value) -> Vec<String> {
        let codes = list(codes).iter();
        codes.map(|code| self.label(text(code))).collect()
    }

    /// A code of an answer with its name; a merged one is called by what it stands for.
    fn code(&self, answer: &Value, dimension: &Value, code: &str) -> Value {
        let mut merged = list(&answer["merged"]).iter();
        let merged = merged.find(|one| one["dimension"] == *dimension && one["code"] == code);
        let label = match merged {
            Some(merged) => self.labels(&merged["stands_for"]).join(" + "),
            None => self.label(code),
        };
        json!({"code": code, "label": label})
    }

    /// A dimension with the codes of an answer's cells, in the order of the catalogue, merged ones behind.
    fn dimension(&self, answer: &Value, name: &Value) -> Value {
        let known = self.find("dimensions", name);
        let mut used: Vec<&str> = list(&answer["cells"])
            .iter()
            .map(|cell| text(&cell["keys"][text(name)]))
            .collect();
        used.sort_unstable();
        used.dedup();
        if let Some(order) = known["codes"].as_array() {
            let place = |code: &str| order.iter().position(|one| one == code);
            used.sort_by_key(|code| place(code).unwrap_or(usize::MAX));
        }
        let codes: Vec<Value> = used
            .iter()
            .map(|code| self.code(answer, name, code))
            .collect();
        json!({"name": name, "title": known["title"], "time": name == "year", "codes": codes})
    }

    /// What a reader must know: the measure's note, what was asked for alone, what is given together.
    fn notes(
        &self,
        answer: &Value,
        filters: &[(&str, &str)],
        release: Option<&Value>,
    ) -> Vec<String> {
        let title = |name: &str| text(&self.find("dimensions", &json!(name))["title"]).to_owned();
        let mut notes = vec![text(&answer["note"]).to_owned()];
        for (dimension, code) in filters {
            notes.push(format!("Only {}: {}.", title(dimension), self.label(code)));
        }
        if answer["panel"] == "constant" {
            notes.push("The institutions that contributed in every year of the answer.".to_owned());
        }
        if answer["statistic"] == "index" {
            notes.push("The first year with a figure is 100.".to_owned());
        }
        let mut together: Vec<(&Value, Vec<&str>)> = Vec::new();
        for one in list(&answer["merged"]) {
            let same = |known: &&mut (&Value, Vec<&str>)| {
                ["dimension", "code", "stands_for"].map(|name| &known.0[name])
                    == ["dimension", "code", "stands_for"].map(|name| &one[name])
            };
            match together.iter_mut().find(same) {
                Some((_, years)) => years.push(text(&one["year"])),
                None => together.push((one, vec![text(&one["year"])])),
            }
        }
        notes.extend(together.iter().map(|(one, years)| {
            let labels = self.labels(&one["stands_for"]).join(", ");
            format!(
                "Given together in {}, and by themselves withheld: {labels} (code {}).",
                years.join(", "),
                text(&one["code"])
            )
        }));
        for source in list(&answer["figure_sources"]) {
            assert_eq!(source["provenance"], "synthetic");
            let remark = text(&source["remark"]);
            notes.push(format!(
                "Some figures are synthetic, made up for demonstration. {remark}"
            ));
        }
        if let Some(release) = release {
            notes.push(text(&release["notes"]).to_owned());
            notes.push(PROTECTED.to_owned());
        }
        notes
    }

    fn title(&self, answer: &Value) -> String {
        let measure = text(&self.find("measures", &answer["measure"])["title"]);
        let what = match text(&answer["statistic"]) {
            "total" => measure.to_owned(),
            statistic => format!("{measure} ({statistic})"),
        };
        let names = list(&answer["group_by"])
            .iter()
            .map(|name| text(&self.find("dimensions", name)["title"]).to_lowercase());
        let names: Vec<String> = names.collect();
        match names.split_last() {
            None => what,
            Some((only, [])) => format!("{what} by {only}"),
            Some((last, rest)) => format!("{what} by {} and {last}", rest.join(", ")),
        }
    }

    /// What the readers should find of an answer, of a release or live.
    pub fn expected(
        &self,
        answer: &Value,
        filters: &[(&str, &str)],
        release: Option<&Value>,
    ) -> Value {
        let group_by = list(&answer["group_by"]);
        let dimensions: Vec<Value> = group_by
            .iter()
            .map(|name| self.dimension(answer, name))
            .collect();
        let observation = |cell: &Value| {
            let codes: Vec<Value> = group_by
                .iter()
                .map(|name| self.code(answer, name, text(&cell["keys"][text(name)])))
                .collect();
            let [value, lower, upper] = figures(cell);
            json!({"codes": codes, "value": value, "lower_quartile": lower, "upper_quartile": upper,
                "status": cell["status"], "contributors": cell["contributors"], "of": cell["of"]})
        };
        let cells = list(&answer["cells"]);
        let observations: Vec<Value> = cells.iter().map(observation).collect();
        let decimals = cells.iter().flat_map(figures).flatten().map(|figure| {
            figure
                .split_once('.')
                .map_or(0, |(_, decimals)| decimals.len())
        });
        let named = |what: &str, name: &Value| json!({"code": name, "label": self.find(what, name)["title"]});
        json!({
            "id": id(answer), "title": self.title(answer), "notes": self.notes(answer, filters, release),
            "measure": named("measures", &answer["measure"]), "statistic": named("statistics", &answer["statistic"]),
            "unit": unit(text(&answer["unit"])), "decimals": decimals.max().unwrap_or(0), "dimensions": dimensions,
            "observations": observations, "source": source(answer, release),
            "series_breaks": list(&answer["series_breaks"]).iter().map(|one| json!([one["year"], one["remark"]])).collect::<Vec<_>>(),
        })
    }
}

/// The value and the quartiles of a cell as they are written; none where there is none.
fn figures(cell: &Value) -> [Option<String>; 3] {
    ["value", "lower_quartile", "upper_quartile"].map(|name| {
        let figure = &cell[name];
        (!figure.is_null()).then(|| figure.to_string())
    })
}

/// The name of the table of an answer.
pub fn id(answer: &Value) -> String {
    let names: Vec<&str> = list(&answer["group_by"]).iter().map(text).collect();
    let by = if names.is_empty() {
        String::new()
    } else {
        format!("-by-{}", names.join("-"))
    };
    format!(
        "{}-{}{by}",
        text(&answer["measure"]),
        text(&answer["statistic"])
    )
}

fn unit(code: &str) -> Value {
    let label = match code {
        "percent" => "per cent".to_owned(),
        "fte" => "full-time equivalents".to_owned(),
        other => other.replace('-', " "),
    };
    json!({"code": code, "label": label})
}

fn source(answer: &Value, release: Option<&Value>) -> Value {
    let live = json!("Live, exact figures: not for publication");
    json!({
        "name": release.map_or("live".to_owned(), |one| format!("release {}", one["number"])),
        "title": release.map_or(live, |one| one["title"].clone()),
        "regime": release.map(|one| &one["regime"]), "doi": release.map(|one| &one["doi"]),
        "licence": release.map(|one| &one["licence"]), "publisher": "Steering board of the Technician Commitment",
        "as_of": answer["as_of"], "generation": answer["generation"], "provisional": answer["provisional"],
    })
}
