"""Computes answers about the sector a second time, from what institutions' returns say when they are read back.

Argument: a folder with `registry.json`, `disciplines.json`, `units/<institution>.json`, `questions.json` (queries with the
service's answers), and below `returns/<institution>/<dataset>/<year>/` the list `revisions.json` and each revision's rows.
Everything is reckoned in decimals and fractions, and rounded once; every cell is compared exactly. Nothing of the service's
own arithmetic is used. Prints how many queries and cells were compared.
"""

import json
import sys
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

import duckdb

FOLDER = Path(sys.argv[1])
ATTRIBUTES = ["nation", "region", "kind", "mission_group", "size_band", "phase"]
# Each dataset's columns: what parts its rows, what they state.
DATASETS = {
    "headcount": (["job_family", "grade", "sex", "age_band", "terms", "mode"], ["headcount", "fpe", "fte"]),
    "headcount-ethnicity": (["ethnicity"], ["headcount"]),
    "headcount-disability": (["disability"], ["headcount"]),
    "authorship": (
        ["output_type"],
        ["outputs", "outputs_with_technician_author", "outputs_acknowledging_technician", "outputs_acknowledging_facility", "technician_authors"],
    ),
    "authorship-outputs": (["doi", "output_type", "contribution", "credit_role"], ["technicians"]),
    "awards": (["scheme", "award_kind", "recipient"], ["considered", "nominated", "shortlisted", "won"]),
    "registrations": (["register"], ["persons_holding", "registrations_held", "new", "lapsed"]),
    "development": (["activity"], ["participants", "completions", "spend_pence"]),
    "representation": (["level", "body_kind"], ["bodies", "bodies_with_technician", "technician_seats"]),
    "denominators": ([], ["academic_headcount", "academic_fte", "all_staff_headcount"]),
}


def sums():
    """The measures that are a dataset's own figures, by name."""
    for dataset, (_, measures) in DATASETS.items():
        for measure in measures:
            if dataset == "headcount":
                name = measure
            elif measure == "headcount":
                name = dataset
            else:
                name = f"{dataset}-{measure.replace('_', '-')}"
            yield name, (dataset, measure, "true")


SUMS = dict(sums())
TECHNICIANS = ("headcount", "headcount", "true")


def among(column, *codes):
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"


def known(column):
    return f"{column} <> 'not-known'"


# A hundred times the one by the other: dataset, figure, and which rows.
RATIOS = {
    "share-of-women": (("headcount", "headcount", among("sex", "female")), ("headcount", "headcount", known("sex"))),
    "share-aged-51-and-over": (
        ("headcount", "headcount", among("age_band", "51-55", "56-60", "61-65", "66-and-over")),
        ("headcount", "headcount", known("age_band")),
    ),
    "share-fixed-term": (("headcount", "headcount", among("terms", "fixed-term")), ("headcount", "headcount", known("terms"))),
    "share-part-time": (("headcount", "headcount", among("mode", "part-time")), ("headcount", "headcount", known("mode"))),
    "share-of-minority-ethnic-groups": (
        ("headcount-ethnicity", "headcount", among("ethnicity", "asian", "black", "mixed", "other")),
        ("headcount-ethnicity", "headcount", among("ethnicity", "asian", "black", "mixed", "other", "white")),
    ),
    "share-without-a-known-disability": (("headcount-disability", "headcount", among("disability", "none-known")), TECHNICIANS),
    "technicians-per-100-academics": (TECHNICIANS, ("denominators", "academic_headcount", "true")),
    "registered-share": (("registrations", "persons_holding", "true"), TECHNICIANS),
    "nominations-per-100-technicians": (("awards", "nominated", "true"), TECHNICIANS),
    "wins-per-100-technicians": (("awards", "won", "true"), TECHNICIANS),
    "apprentices-per-100-technicians": (("development", "participants", among("activity", "apprenticeship")), TECHNICIANS),
    "authored-outputs-per-100-outputs": (("authorship", "outputs_with_technician_author", "true"), ("authorship", "outputs", "true")),
    "acknowledged-outputs-per-100-outputs": (("authorship", "outputs_acknowledging_technician", "true"), ("authorship", "outputs", "true")),
    "share-of-bodies-with-a-technician": (("representation", "bodies_with_technician", "true"), ("representation", "bodies", "true")),
    "authored-outputs-per-100-technicians": ("authored-outputs", TECHNICIANS),
    "acknowledged-outputs-per-100-technicians": ("acknowledged-outputs", TECHNICIANS),
}
# Way of crediting, and the figure in which institutions count the same.
OUTPUTS = {
    "authored-outputs": ("author", "outputs_with_technician_author"),
    "acknowledged-outputs": ("acknowledged", "outputs_acknowledging_technician"),
}


def read(path):
    return json.loads((FOLDER / path).read_text(), parse_float=Decimal)


class Sector:
    """The registry, and the rows of every revision in tables."""

    def __init__(self):
        self.members = {one["slug"]: one for one in read("registry.json")}
        self.db = duckdb.connect()
        self.history = {}
        groups = {one["code"]: one.get("parent") for one in read("disciplines.json")}
        self.db.execute("CREATE TABLE units (institution VARCHAR, org_unit VARCHAR, discipline VARCHAR, discipline_group VARCHAR)")
        for slug in self.members:
            for unit in read(f"units/{slug}.json"):
                of = unit.get("discipline")
                line = [slug, unit["code"], of or "not-known", (groups[of] or "not-known") if of else "not-known"]
                self.db.execute("INSERT INTO units VALUES (?, ?, ?, ?)", line)
        for dataset, columns in DATASETS.items():
            self.load(dataset, *columns)
        self.years = sorted({year for _, _, year in self.history})

    def load(self, dataset, dimensions, measures):
        columns = ["org_unit", *dimensions, *measures]
        spelt = [f'"{name}" VARCHAR' for name in columns]
        self.db.execute(f'CREATE TABLE "{dataset}-read" (institution VARCHAR, year VARCHAR, revision INTEGER, {", ".join(spelt)})')
        for place in sorted((FOLDER / "returns").glob(f"*/{dataset}/*")):
            slug, year = place.parts[-3], place.parts[-1]
            revisions = json.loads((place / "revisions.json").read_text())
            self.history[slug, dataset, year] = revisions
            for revision in revisions:
                file = place / f"{revision['revision']}.csv"
                if file.is_file():
                    named = ", ".join(f'"{name}"' for name in columns)
                    self.db.execute(
                        f'INSERT INTO "{dataset}-read" SELECT ?, ?, ?, {named} '
                        f"FROM read_csv(?, all_varchar = true, header = true, delim = ',', quote = '\"')",
                        [slug, year, revision["revision"], str(file)],
                    )
        figures = [f'CAST("{name}" AS DECIMAL(18, 2)) AS "{name}"' for name in measures]
        self.db.execute(
            f'CREATE TABLE "{dataset}" AS SELECT r.institution, year, revision, discipline, discipline_group, '
            f'{", ".join([f"{chr(34)}{name}{chr(34)}" for name in dimensions] + figures)} '
            f'FROM "{dataset}-read" r JOIN units u ON u.institution = r.institution AND u.org_unit = r.org_unit'
        )
        counts = [self.db.execute(f'SELECT count(*) FROM "{name}"').fetchone() for name in (dataset, f"{dataset}-read")]
        assert counts[0] == counts[1], (dataset, counts)

    def standing(self, slug, dataset, year, as_of):
        """The revision that stood: the last submitted by then, unless it took the figures back."""
        past = [one for one in self.history.get((slug, dataset, year), []) if as_of is None or one["submitted_at"] <= as_of]
        last = max(past, key=lambda one: one["revision"], default=None)
        return None if last is None or last["kind"] == "withdrawal" else last


class Question:
    """One query over the sector."""

    def __init__(self, sector, query):
        self.sector, self.query = sector, query
        self.by, self.where = query.get("group_by", []), query.get("where", {})
        self.as_of = query.get("as_of")
        kept = lambda one: all(one[name] in self.where[name] for name in ATTRIBUTES if name in self.where)
        self.members = [slug for slug, one in sector.members.items() if kept(one)]
        self.years = [year for year in sector.years if year in self.where.get("year", [year])]
        self.figures = [name for name in self.by if name != "year" and name not in ATTRIBUTES]

    def columns(self, dataset):
        return ["discipline", "discipline_group", *DATASETS[dataset][0]]

    def stands(self, dataset):
        """What stands of a dataset: revisions by institution and year."""
        pairs = {(slug, year): self.sector.standing(slug, dataset, year, self.as_of) for slug in self.members for year in self.years}
        return {pair: one for pair, one in pairs.items() if one is not None}

    def select(self, dataset, what, rows, dimensions):
        """An aggregate over the rows that stand and pass the filters, by institution, year and codes."""
        keep = [rows] + [among(name, *codes) for name, codes in self.where.items() if name in self.columns(dataset)]
        by = ["institution", "year", "revision", *dimensions]
        found = self.sector.db.execute(
            f'SELECT {", ".join(by)}, {what} FROM "{dataset}" WHERE {" AND ".join(keep)} GROUP BY {", ".join(by)}'
        ).fetchall()
        stands = self.stands(dataset)
        cells = {pair: {} for pair in stands}
        for line in found:
            pair = line[:2]
            if pair in stands and stands[pair]["revision"] == line[2]:
                cells[pair][line[3:-1]] = line[-1]
        return cells

    def part(self, dataset, figure, rows, beside=None):
        """A figure's sums by institution and year: only of those who state it anywhere; a nil return states zeros."""
        counted = f'CASE WHEN "{beside}" IS NOT NULL THEN "{figure}" END' if beside else f'"{figure}"'
        dimensions = [name for name in self.figures if name in self.columns(dataset)]
        cells = self.select(dataset, f"sum({counted})", rows, dimensions)
        stated = self.sector.db.execute(f'SELECT institution, year, revision FROM "{dataset}" WHERE {counted} IS NOT NULL').fetchall()
        stated = set(stated)
        says = lambda pair, one: one["kind"] == "nil" or (*pair, one["revision"]) in stated
        exact = lambda value: None if value is None else Fraction(value)
        stands = self.stands(dataset)
        return {
            pair: {codes: exact(value) for codes, value in cells[pair].items()} for pair, one in stands.items() if says(pair, one)
        }, dimensions

    def outputs(self, name):
        """Each institution's outputs: those it names, and how many more it counts; None where it counts but leaves them out."""
        way, figure = OUTPUTS[name]
        lists = self.stands("authorship-outputs")
        named = self.select("authorship-outputs", "list(DISTINCT doi)", among("contribution", way), self.figures)
        counts, _ = self.part("authorship", figure, "true")
        known_counts = self.stands("authorship")
        rows = self.select("authorship", f'sum("{figure}")', "true", self.figures)
        own = {}
        for pair in set(lists) | set(counts):
            cells = {codes: (set(dois), Fraction(0)) for codes, dois in named.get(pair, {}).items()}
            for codes, counted in (rows[pair] if pair in known_counts else {}).items():
                dois = cells.get(codes, (set(), 0))[0]
                if counted is not None:
                    cells[codes] = (dois, max(Fraction(counted) - len(dois), Fraction(0)))
                elif pair not in lists:
                    cells[codes] = None
            own[pair] = cells
        return own

    def contributions(self):
        """Of each institution and year that has a say: a function from codes to what it puts there; and all codes."""
        name = self.query["measure"]
        if name == "participation":
            return self.participation()
        if name in SUMS:
            cells, _ = self.part(*SUMS[name])
            put = lambda own: lambda codes: None if own.get(codes, 0) is None else (own.get(codes, Fraction(0)), None)
            return {pair: put(own) for pair, own in cells.items()}, self.codes(cells)
        if name in OUTPUTS:
            cells = self.outputs(name)
            put = lambda own: lambda codes: own.get(codes, (set(), Fraction(0)))
            return {pair: put(own) for pair, own in cells.items()}, self.codes(cells)
        above, below = RATIOS[name]
        if above in OUTPUTS:
            count = lambda cell: None if cell is None else len(cell[0]) + cell[1]
            upper = {pair: {codes: count(cell) for codes, cell in own.items()} for pair, own in self.outputs(above).items()}
            lower, dimensions = self.part(*below)
        else:
            both = above[0] == below[0] and above[1] != below[1]
            upper, _ = self.part(*above, beside=below[1] if both else None)
            lower, dimensions = self.part(*below, beside=above[1] if both else None)
        assert dimensions in ([], self.figures)
        pairs = upper.keys() & lower.keys()
        upper, lower = ({pair: part[pair] for pair in pairs} for part in (upper, lower))

        def put(pair):
            def cell(codes):
                a, b = upper[pair].get(codes, Fraction(0)), lower[pair].get(codes if dimensions else (), Fraction(0))
                return None if a is None or not b else (a, b)

            return cell

        codes = self.codes(upper) | (self.codes(lower) if dimensions else set())
        return {pair: put(pair) for pair in pairs}, codes

    def participation(self):
        datasets = [name for name in DATASETS if name in self.where.get("dataset", [name])]
        stands = {name: self.stands(name) for name in datasets}
        one = lambda pair: lambda codes: (Fraction(any(pair in stands[name] for name in (codes or datasets))), Fraction(1))
        codes = {(name,) for name in datasets} if self.figures else {()}
        return {pair: one(pair) for pair in product(self.members, self.years)}, codes

    def codes(self, cells):
        """Every combination that anybody in the answer has rows of; the one there is where nothing is broken down."""
        return {codes for own in cells.values() for codes in own} if self.figures else {()}

    def answer(self):
        own, combinations = self.contributions()
        if self.query.get("panel") == "constant":
            asked = {year for _, year in own}
            always = {slug for slug, _ in own if all((slug, year) in own for year in asked)}
            own = {pair: put for pair, put in own.items() if pair[0] in always}
        groups = {}
        for slug in self.members:
            for year in self.years if "year" in self.by else [None]:
                group = tuple(year if name == "year" else self.sector.members[slug][name] for name in self.by if name not in self.figures)
                groups.setdefault(group, []).append((slug, year))
        cells = {}
        for group, members in groups.items():
            pairs = [pair for pair in own if (pair[0], pair[1] if "year" in self.by else None) in members]
            for codes in combinations:
                put = [cell for cell in (own[pair](codes) for pair in pairs) if cell is not None]
                rest, figures = iter(group), iter(codes)
                keys = tuple(next(figures) if name in self.figures else next(rest) for name in self.by)
                cells[keys] = {"put": put, "of": len(members), **self.value(put)}
        return self.over_cells(cells)

    def value(self, put):
        """The statistic of what institutions put into a cell, exactly; with its quartiles, and what outputs rest on."""
        if not put:
            return {"value": None}
        name, statistic, said = self.query["measure"], self.query.get("statistic", "total"), {}
        if name in SUMS:
            values = [value for value, _ in put]
            total = sum(values)
        elif name in OUTPUTS:
            values = [len(dois) + more for dois, more in put]
            different = set().union(*(dois for dois, _ in put))
            more = sum(more for _, more in put)
            total = len(different) + more
            said["outputs"] = {"identified": len(different), "counted": more, "repeated": sum(len(dois) for dois, _ in put) - len(different)}
        else:
            values = [100 * a / b for a, b in put]
            total = 100 * sum(a for a, _ in put) / sum(b for _, b in put)
        if statistic == "mean":
            return {"value": sum(values) / len(values), **said}
        if statistic in ("median", "quartiles"):
            if statistic == "quartiles":
                said |= {"lower_quartile": quantile(values, 1), "upper_quartile": quantile(values, 3)}
            return {"value": quantile(values, 2), **said}
        return {"value": Fraction(total), **(said if statistic == "total" else {})}

    def over_cells(self, cells):
        """Shares, changes and indices: totals of a cell beside those of others."""
        statistic = self.query.get("statistic", "total")
        if statistic not in ("share", "change", "index"):
            return cells
        place = len(self.by) - 1 if statistic == "share" else self.by.index("year")
        lines = {}
        for keys, cell in cells.items():
            if cell["value"] is not None:
                lines.setdefault(keys[:place] + keys[place + 1 :], {})[keys[place]] = cell["value"]
        made = {}
        for keys, cell in cells.items():
            line, own, value = lines.get(keys[:place] + keys[place + 1 :], {}), cell["value"], None
            if statistic == "change":
                before = line.get(f"{int(keys[place][:4]) - 1}-{keys[place][2:4]}")
                value = own - before if own is not None and before is not None else None
            elif own is not None:
                of = sum(line.values()) if statistic == "share" else line.get(self.query.get("base_year", min(line)))
                value = 100 * own / of if of else None
            made[keys] = {**cell, "value": value}
        return made


def quantile(values, quarter):
    """Type 7: a quarter, a half, three quarters of the way from the first to the last, in a straight line between two."""
    values = sorted(values)
    way = Fraction((len(values) - 1) * quarter, 4)
    first = int(way)
    last = min(first + 1, len(values) - 1)
    return values[first] + (values[last] - values[first]) * (way - first)


def rounded(value):
    """To hundredths, halves up."""
    return Fraction((value * 200 + 1) // 2, 100)


def expected(by, keys, cell):
    value = None if cell["value"] is None else rounded(cell["value"])
    if value is None:
        status = "not-applicable" if cell["put"] else "not-supplied"
    else:
        status = "published" if value else "zero"
    told = {"keys": dict(zip(by, keys)), "value": value, "status": status, "contributors": len(cell["put"]), "of": cell["of"]}
    for name in ("lower_quartile", "upper_quartile"):
        if name in cell:
            told[name] = rounded(cell[name])
    if "outputs" in cell:
        told["outputs"] = cell["outputs"]
    return told


def main():
    sector, compared, wrong = Sector(), 0, []
    questions = read("questions.json")
    for question in questions:
        asked = Question(sector, question["query"])
        cells = sorted(asked.answer().items())
        own = [expected(asked.by, keys, cell) for keys, cell in cells]
        given = question["answer"]["cells"]
        compared += len(own)
        if own != given:
            wrong.append(question["query"])
            print(json.dumps(question["query"]), f"{len(own)} cells, given {len(given)}")
            differing = [(one, other) for one, other in zip(own, given) if one != other]
            for one, other in differing[:3]:
                print("  reckoned", json.dumps(one, default=str), "\n  given   ", json.dumps(other, default=str))
    assert not wrong, f"{len(wrong)} of {len(questions)} answers differ"
    print(f"{len(questions)} queries, {compared} cells")


main()
