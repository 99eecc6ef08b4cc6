// Reads the JSON-stat files of a folder with its author's toolkit and compares each figure with what was written.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.READERS, "package.json"));
const JSONstat = require("jsonstat-toolkit");

const folder = process.argv[2];
const differences = [];
let figures = 0;

function same(what, found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) {
    differences.push(`${what}: found ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
  }
}

// What was written as a decimal is read as the number whose shortest form it is.
const text = (cell) => (cell?.value === null || cell?.value === undefined ? null : String(cell.value));

function read(name, cube) {
  const document = JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8"));
  const set = JSONstat(document);
  same(`${name}: class`, set.class, "dataset");
  same(`${name}: label`, set.label, cube.title);
  same(`${name}: note`, set.note ?? [], cube.notes);
  same(`${name}: updated`, set.updated, cube.source.as_of);
  same(`${name}: source`, set.source, `${cube.source.publisher}: ${cube.source.title}`);
  same(`${name}: dimensions`, set.id, ["measure", "statistic", ...cube.dimensions.map((one) => one.name)]);
  same(`${name}: time`, set.role?.time ?? [], cube.dimensions.filter((one) => one.time).map((one) => one.name));
  const measure = set.Dimension("measure").Category(cube.measure.code);
  same(`${name}: measure`, measure.label, cube.measure.label);
  same(`${name}: unit`, measure.unit, { label: cube.unit.label, decimals: cube.decimals });
  same(`${name}: statistic`, set.Dimension("statistic").Category(cube.statistic.code).label, cube.statistic.label);
  for (const dimension of cube.dimensions) {
    const found = set.Dimension(dimension.name);
    same(`${name}: title`, found.label, dimension.title);
    same(`${name}: codes`, found.id, dimension.codes.map((one) => one.code));
    for (const code of dimension.codes) {
      const category = found.Category(code.code);
      same(`${name}: name of ${code.code}`, category.label, code.label);
      const remark = cube.series_breaks.find(([year]) => dimension.time && year === code.code);
      same(`${name}: note on ${code.code}`, category.note ?? null, remark ? [remark[1]] : null);
    }
  }
  for (const key of ["regime", "generation", "provisional", "publisher", "doi", "licence"]) {
    same(`${name}: ${key}`, set.extension[key], cube.source[key]);
  }
  same(`${name}: release`, set.extension.source, cube.source.name);
  for (const one of cube.observations) {
    const at = { measure: cube.measure.code, statistic: cube.statistic.code };
    cube.dimensions.forEach((dimension, place) => (at[dimension.name] = one.codes[place].code));
    const cell = set.Data(at);
    const where = `${name} ${JSON.stringify(at)}`;
    same(`${where}: value`, text(cell), one.value);
    same(`${where}: status`, cell.status ?? "published", one.status);
    // Numbers of institutions stand under the place of the figure, counted as the format does: the last dimension first.
    const place = cube.dimensions.reduce(
      (sum, dimension) => sum * dimension.codes.length + set.Dimension(dimension.name).id.indexOf(at[dimension.name]),
      0,
    );
    same(`${where}: contributors`, set.extension.contributors[place] ?? null, one.contributors);
    same(`${where}: of`, set.extension.of[place] ?? null, one.of);
    for (const [statistic, wanted] of [["lower-quartile", one.lower_quartile], ["upper-quartile", one.upper_quartile]]) {
      const known = set.Dimension("statistic").id.includes(statistic);
      same(`${where}: ${statistic}`, known ? text(set.Data({ ...at, statistic })) : null, wanted);
    }
    figures += 1;
  }
  const places = Object.values(document.value).filter((value) => value !== null).length;
  const wanted = cube.observations.flatMap((one) => [one.value, one.lower_quartile, one.upper_quartile]);
  same(`${name}: number of values`, places, wanted.filter((one) => one !== null).length);
}

for (const file of readdirSync(folder).filter((file) => file.endsWith(".expected")).sort()) {
  const name = file.replace(/\.expected$/, "");
  const cubes = JSON.parse(readFileSync(join(folder, file), "utf8"));
  if (existsSync(join(folder, `${name}.json`))) {
    read(name, cubes[0]);
  }
}
if (differences.length > 0) {
  console.error(differences.join("\n"));
  process.exit(1);
}
console.log(`${figures} figures by jsonstat-toolkit`);
