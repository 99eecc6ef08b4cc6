"""Reads the files of a folder with the usual programs of their formats and compares each figure with what was written.

Beside NAME.expected stand NAME.csv, NAME.sdmx.csv and so on. Prints how many figures each program compared, as JSON;
fails with what differs.
"""

import csv as plain_csv
import datetime
import decimal
import json
import logging
import pathlib
import sys
import warnings

import csvw
import duckdb
import openpyxl
import pandas
import pyarrow
import pyarrow.parquet
import pysdmx.io
import sdmx
import sdmx.model.v30 as v30

warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

MARKS = {
    "published": None,
    "zero": None,
    "withheld": "[c]",
    "withheld-for-others": "[c]",
    "not-supplied": "[x]",
    "not-applicable": "[z]",
}
CONFIDENTIAL = {"withheld": "C", "withheld-for-others": "D"}
MISSING = {"withheld": "Q", "withheld-for-others": "Q", "not-supplied": "L", "not-applicable": "M"}

compared = {}
differences = []


def same(what, found, wanted):
    if found != wanted or type(found) is not type(wanted):
        differences.append(f"{what}: found {found!r}, wanted {wanted!r}")


def count(reader, figures):
    compared[reader] = compared.get(reader, 0) + figures


def break_of(cube, observation):
    years = [
        code["code"]
        for dimension, code in zip(cube["dimensions"], observation["codes"])
        if dimension["time"]
    ]
    return next((remark for year, remark in cube["series_breaks"] if year in years), None)


def long_rows(cubes):
    """What the long table holds: texts, None where nothing is."""
    names = []
    for cube in cubes:
        for dimension in cube["dimensions"]:
            if dimension["name"] not in names:
                names.append(dimension["name"])
    quartiles = any(one["lower_quartile"] for cube in cubes for one in cube["observations"])
    for cube in cubes:
        for observation in cube["observations"]:
            row = {"cube": cube["id"]}
            for part in ("measure", "statistic", "unit"):
                row[part] = cube[part]["code"]
                row[f"{part}_name"] = cube[part]["label"]
            own = {
                dimension["name"]: code
                for dimension, code in zip(cube["dimensions"], observation["codes"])
            }
            for name in names:
                row[name] = own.get(name, {}).get("code")
                row[f"{name}_name"] = own.get(name, {}).get("label")
            row["value"] = observation["value"]
            if quartiles:
                row["lower_quartile"] = observation["lower_quartile"]
                row["upper_quartile"] = observation["upper_quartile"]
            row["status"] = observation["status"]
            row["mark"] = MARKS[observation["status"]]
            row["contributors"] = observation["contributors"]
            row["of"] = observation["of"]
            row["series_break"] = break_of(cube, observation)
            row["source"] = cube["source"]["name"]
            row["regime"] = cube["source"]["regime"]
            row["as_of"] = cube["source"]["as_of"]
            yield row


def compare(reader, what, found, wanted):
    """Rows as dicts, in order, with the same columns in the same order."""
    found, wanted = list(found), list(wanted)
    same(f"{reader} {what}: number of rows", len(found), len(wanted))
    for place, (one, other) in enumerate(zip(found, wanted)):
        same(f"{reader} {what}: columns", list(one), list(other))
        for column, value in other.items():
            same(f"{reader} {what}, row {place}, {column}", one.get(column), value)
    count(reader, len(found))


def defused(text):
    """A name that a spreadsheet would run stands behind an apostrophe in CSV."""
    return "'" + text if text is not None and text.startswith("=") else text


def as_text(row):
    return {key: None if value is None else defused(str(value)) for key, value in row.items()}


def typed(row, count_type=int):
    """Figures as decimals, moments as moments."""
    figures = ("value", "lower_quartile", "upper_quartile")
    row = dict(row)
    for name in figures:
        if row.get(name) is not None:
            row[name] = decimal.Decimal(row[name])
    row["as_of"] = datetime.datetime.fromisoformat(row["as_of"])
    return row


def read_csv(what, path, cubes):
    raw = path.read_bytes()
    same(f"{what}: line ends", raw.count(b"\n"), raw.count(b"\r\n"))
    wanted = [as_text(row) for row in long_rows(cubes)]
    table = pandas.read_csv(path, dtype=str, keep_default_na=False)
    found = [
        {key: value or None for key, value in row.items()} for row in table.to_dict("records")
    ]
    compare("csv by pandas", what, found, wanted)
    numbers = pandas.read_csv(path)
    for value, row in zip(numbers["value"], wanted):
        same(f"pandas {what}: a number", None if pandas.isna(value) else float(value),
             None if row["value"] is None else float(row["value"]))
    table = duckdb.connect().execute("select * from read_csv(?, header = true, all_varchar = true)", [str(path)])
    names = [column[0] for column in table.description]
    compare("csv by duckdb", what, [dict(zip(names, row)) for row in table.fetchall()], wanted)


def read_csvw(what, path, cubes):
    described = csvw.CSVW(str(path), validate=True)
    same(f"csvw {what}: valid", described.is_valid, True)
    [cube] = cubes
    document = json.loads(path.read_text())
    same(f"csvw {what}: title", document["dc:title"], cube["title"])
    found = []
    for row in described.tables[0]:
        row = dict(row)
        if row["as_of"].tzinfo is None:
            differences.append(f"csvw {what}: a moment without its zone")
        found.append(row)
    wanted = []
    for row in long_rows(cubes):
        row = {key: defused(value) if isinstance(value, str) else value for key, value in row.items()}
        wanted.append(typed(row))
    compare("csvw by csvw", what, found, wanted)


def sdmx_version(cube):
    name = cube["source"]["name"]
    return f"{name.removeprefix('release ')}.0.0" if name.startswith("release ") else "0.1.0-draft"


def sdmx_code(code):
    return code.replace(".", "$")


def sdmx_row(cube, observation):
    """The cells of an observation that are not empty."""
    row = {"MEASURE": sdmx_code(cube["measure"]["code"]), "STATISTIC": sdmx_code(cube["statistic"]["code"])}
    for dimension, code in zip(cube["dimensions"], observation["codes"]):
        if dimension["time"]:
            row["FREQ"] = "A"
            row["TIME_PERIOD"] = f"{code['code'][:4]}-08-01/P1Y"
            row["ACADEMIC_YEAR"] = code["code"]
        else:
            row[dimension["name"].upper()] = sdmx_code(code["code"])
    remark = break_of(cube, observation)
    row["OBS_VALUE"] = observation["value"]
    there = "B" if remark else "P" if cube["source"]["provisional"] else "A"
    row["OBS_STATUS"] = MISSING.get(observation["status"], there)
    row["CONF_STATUS"] = CONFIDENTIAL.get(observation["status"], "F")
    row["CELL_STATUS"] = observation["status"]
    row["UNIT_MEASURE"] = cube["unit"]["code"]
    row["LOWER_QUARTILE"] = observation["lower_quartile"]
    row["UPPER_QUARTILE"] = observation["upper_quartile"]
    row["CONTRIBUTORS"] = None if observation["contributors"] is None else str(observation["contributors"])
    row["GROUP_SIZE"] = None if observation["of"] is None else str(observation["of"])
    row["COMMENT_OBS"] = remark
    row["SOURCE"] = cube["source"]["name"]
    row["REGIME"] = cube["source"]["regime"]
    row["AS_OF"] = cube["source"]["as_of"]
    return {key: row[key] for key in sorted(row) if row[key] is not None}


def filled(row):
    """The cells that are not empty. A column with a decimal in it is read as decimals throughout, so `100` as `100.0`."""
    row = {key: str(row[key]) for key in sorted(row) if row[key] not in ("", None)}
    for name in ("OBS_VALUE", "LOWER_QUARTILE", "UPPER_QUARTILE"):
        if name in row:
            row[name] = row[name].removesuffix(".0")
    return row


def read_sdmx(what, data, structure, cubes):
    """The structure, then the data under it; both by pysdmx."""
    message = pysdmx.io.read_sdmx(structure, validate=True)
    flows = {flow.id: flow for flow in message.get_dataflows()}
    structures = {one.id: one for one in message.get_data_structure_definitions()}
    lists = {(one.id): {code.id: code.name for code in one.codes} for one in message.get_codelists()}
    for cube in cubes:
        flow, components = flows[cube["id"]], structures[cube["id"]].components
        same(f"{what}: name of the flow", flow.name, cube["title"])
        same(f"{what}: version", flow.version, sdmx_version(cube))
        same(f"{what}: notes", flow.description, "\n".join(cube["notes"]) or None)
        ids = {component.id: component for component in components.dimensions}
        timed = any(one["time"] for one in cube["dimensions"])
        names = [one["name"].upper() for one in cube["dimensions"] if not one["time"]]
        wanted = ["FREQ"] * timed + ["MEASURE", "STATISTIC"] + names + ["TIME_PERIOD"] * timed
        same(f"{what}: dimensions", list(ids), wanted)
        same(f"{what}: measures", [one.id for one in components.measures], ["OBS_VALUE"])
        for dimension in cube["dimensions"]:
            if dimension["time"]:
                same(f"{what}: form of time", str(ids["TIME_PERIOD"].local_dtype), "TimeRange")
                continue
            component = ids[dimension["name"].upper()]
            same(f"{what}: title of a dimension", component.name, dimension["title"])
            codes = {code.id: code.name for code in component.local_codes.codes}
            for code in dimension["codes"]:
                same(f"{what}: a code", codes.get(sdmx_code(code["code"])), code["label"])
        for part in ("measure", "statistic", "unit"):
            same(f"{what}: {part}", lists[f"CL_{part.upper()}"][sdmx_code(cube[part]["code"])], cube[part]["label"])
        count("sdmx structure by pysdmx", 1)
    datasets = {}
    # It takes no file that has a header only.
    figures = any(cube["observations"] for cube in cubes)
    for dataset in pysdmx.io.read_sdmx(data, validate=True).data if figures else ():
        datasets[dataset.short_urn] = dataset
    for cube in [cube for cube in cubes if cube["observations"]]:
        name = f"Dataflow=TECHNICIAN_METRICS:{cube['id']}({sdmx_version(cube)})"
        found = [filled(row) for row in datasets[name].data.to_dict("records")]
        wanted = [sdmx_row(cube, one) for one in cube["observations"]]
        compare("sdmx-csv by pysdmx", what, found, wanted)
        for row in wanted:
            for component in structures[cube["id"]].components:
                value, codes = row.get(component.id), component.local_codes
                if codes is not None and value is not None and value not in {code.id for code in codes.codes}:
                    differences.append(f"{what}: {value} is no code of {component.id}")
                if component.required and value is None:
                    differences.append(f"{what}: {component.id} is missing")
    with data.open(newline="") as lines:
        header = next(plain_csv.reader(lines))
    same(f"{what}: first columns", header[:3], ["STRUCTURE", "STRUCTURE_ID", "ACTION"])
    same(f"{what}: a column twice", len(set(header)), len(header))


def read_sdmx1(what, data, structure, cubes):
    """The data under a structure that is put together from the message, by the other program."""
    [cube] = cubes
    document = json.loads(structure.read_text())["data"]
    components = document["dataStructures"][0]["dataStructureComponents"]
    definition = v30.DataStructureDefinition(id=cube["id"])
    dimensions = components["dimensionList"]
    for one in dimensions["dimensions"]:
        definition.dimensions.append(v30.Dimension(id=one["id"]))
    if "timeDimension" in dimensions:
        definition.dimensions.append(v30.TimeDimension(id="TIME_PERIOD"))
    definition.measures.append(v30.Measure(id="OBS_VALUE"))
    for one in components["attributeList"]["attributes"]:
        definition.attributes.append(v30.DataAttribute(id=one["id"]))
    message = sdmx.read_sdmx(data, structure=definition)
    found = []
    for observation in (one for dataset in message.data for one in dataset.obs):
        row = {key: one.value for key, one in observation.dimension.values.items()}
        row.update({key: one.value for key, one in observation.attached_attribute.items()})
        row["OBS_VALUE"] = observation.value
        found.append(filled(row))
    compare("sdmx-csv by sdmx1", what, found, [sdmx_row(cube, one) for one in cube["observations"]])


def cell_of(value):
    """A cell of a sheet; a number as the decimal it was typed as."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return decimal.Decimal(repr(value)).normalize()
    return value


def figure_of(text):
    return None if text is None else decimal.Decimal(text).normalize()


def read_xlsx(what, path, cubes):
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    differences.append(f"xlsx {what}: {sheet.title}!{cell.coordinate} is a formula")
    several = len(cubes) != 1
    tables = [f"table {number}" for number in range(1, len(cubes) + 1)] if several else ["table"]
    same(f"xlsx {what}: sheets", book.sheetnames, ["contents"] * several + tables + ["data"])
    same(f"xlsx {what}: date", book.properties.created.isoformat() + "Z", cubes[0]["source"]["as_of"])
    rows = book["data"].iter_rows(values_only=True)
    header = next(rows)
    found = [{key: cell_of(value) for key, value in zip(header, row)} for row in rows]
    wanted = []
    for row in long_rows(cubes):
        for name in ("value", "lower_quartile", "upper_quartile"):
            if name in row:
                row[name] = figure_of(row[name])
        for name in ("contributors", "of"):
            row[name] = figure_of(row[name])
        wanted.append(row)
    compare("xlsx by openpyxl", what, found, wanted)
    for name, cube in zip(tables, cubes):
        read_table(f"{what} {name}", book[name], cube)
    if several:
        linked = [row[1].value for row in book["contents"].iter_rows() if row[0].hyperlink]
        same(f"xlsx {what}: contents", linked, [cube["title"] for cube in cubes])


def read_table(what, sheet, cube):
    """The sheet of a cube: a crosstab or a list, found by its headings."""
    cells = [[cell_of(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    same(f"xlsx {what}: title", cells[0][0], cube["title"])
    texts = [value for row in cells for value in row]
    source = cube["source"]
    for text in [*cube["notes"], source["publisher"], source["as_of"], cube["unit"]["label"], "[c]", "[x]", "[z]"]:
        if text not in texts:
            differences.append(f"xlsx {what}: {text!r} is not on the sheet")
    dimensions = cube["dimensions"]
    quartiles = any(one["lower_quartile"] for one in cube["observations"])
    if len(dimensions) == 2 and not quartiles:
        first, second = dimensions
        turned = first["time"] or (not second["time"] and len(first["codes"]) < len(second["codes"]))
        across, down = (first, second) if turned else (second, first)
        broken = [year for year, _ in cube["series_breaks"]] if across["time"] else []
        heading = [down["title"]] + [code["label"] + " [b]" * (code["code"] in broken) for code in across["codes"]]
        top = next(place for place, row in enumerate(cells) if row[: len(heading)] == heading)
        labels = [code["label"] for code in down["codes"]]
        same(f"xlsx {what}: rows", [row[0] for row in cells[top + 1 : top + 1 + len(labels)]], labels)
        for one in cube["observations"]:
            codes = dict(zip([dimension["name"] for dimension in dimensions], one["codes"]))
            row = top + 1 + labels.index(codes[down["name"]]["label"])
            column = 1 + across["codes"].index(codes[across["name"]])
            wanted = MARKS[one["status"]] if one["value"] is None else figure_of(one["value"])
            same(f"xlsx {what}: a figure", cells[row][column], wanted)
    else:
        middle = "Median" if quartiles else "Value"
        heading = [one["title"] for one in dimensions] + [middle]
        top = next(place for place, row in enumerate(cells) if row[: len(heading)] == heading)
        columns = {name: place for place, name in enumerate(cells[top]) if name}
        for row, one in zip(cells[top + 1 :], cube["observations"]):
            same(f"xlsx {what}: names", row[: len(dimensions)], [code["label"] for code in one["codes"]])
            same(f"xlsx {what}: a value", row[columns[middle]], figure_of(one["value"]))
            same(f"xlsx {what}: a mark", row[columns["Mark"]], MARKS[one["status"]])
            for name, key in [("Lower quartile", "lower_quartile"), ("Upper quartile", "upper_quartile"),
                              ("Institutions contributing", "contributors"), ("Institutions in the group", "of")]:
                if name in columns:
                    same(f"xlsx {what}: {key}", row[columns[name]], figure_of(one[key]))
    count("xlsx tables by openpyxl", len(cube["observations"]))


def read_parquet(what, path, cubes):
    table = pyarrow.parquet.read_table(path)
    wanted = [typed(row) for row in long_rows(cubes)]
    compare("parquet by pyarrow", what, table.to_pylist(), wanted)
    types = {
        "value": pyarrow.decimal128(18, 2),
        "contributors": pyarrow.int32(),
        "as_of": pyarrow.timestamp("us", tz="UTC"),
        "status": pyarrow.string(),
    }
    for name, kind in types.items():
        same(f"pyarrow {what}: type of {name}", str(table.schema.field(name).type), str(kind))
    metadata = {key.decode(): value.decode() for key, value in table.schema.metadata.items()}
    source = cubes[0]["source"]
    for key in ("title", "as_of", "generation", "publisher", "regime", "doi", "licence"):
        same(f"pyarrow {what}: {key}", metadata.get(key), source[key])
    same(f"pyarrow {what}: source", metadata.get("source"), source["name"])
    same(f"pyarrow {what}: provisional", metadata.get("provisional"), str(source["provisional"]).lower())
    titles = [one["title"] for one in json.loads(metadata["cubes"])]
    same(f"pyarrow {what}: titles", titles, [cube["title"] for cube in cubes])
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    names = ", ".join(f'"{name}"' for name in table.column_names).replace('"as_of"', 'epoch_us("as_of") as "as_of"')
    found = connection.execute(f"select {names} from read_parquet(?)", [str(path)])
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row)) for row in found.fetchall()]
    for row in wanted:
        row["as_of"] = int(row["as_of"].timestamp()) * 1_000_000
    compare("parquet by duckdb", what, rows, wanted)


def main(folder):
    """Of each NAME.expected the files there are; the caller counts."""
    for path in sorted(folder.glob("*.expected")):
        name, cubes = path.stem, json.loads(path.read_text())
        at = lambda ending: folder / f"{name}.{ending}"
        if at("csv").exists():
            read_csv(name, at("csv"), cubes)
        if at("sdmx.csv").exists():
            read_sdmx(name, at("sdmx.csv"), at("structure.json"), cubes)
        if at("xlsx").exists():
            read_xlsx(name, at("xlsx"), cubes)
        if at("parquet").exists():
            read_parquet(name, at("parquet"), cubes)
        if at("csv-metadata.json").exists():
            read_csvw(name, at("csv-metadata.json"), cubes)
        if len(cubes) == 1 and at("sdmx.csv").exists():
            read_sdmx1(name, at("sdmx.csv"), at("structure.json"), cubes)
    if differences:
        sys.exit("\n".join(differences))
    print(json.dumps(compared))


main(pathlib.Path(sys.argv[1]))
