// What does the mission's map show? Draws the layers that the page names, on the borders that the page names.
// The sizes of all marks come with the data; colours come from tokens.css.

import { Map as MapView, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "../vendor/maplibre-gl.mjs";

setWorkerUrl(new URL("../vendor/maplibre-gl-worker.mjs", import.meta.url).href);

const tokens = getComputedStyle(document.documentElement);
const colour = (name) => tokens.getPropertyValue(`--${name}`).trim();
const number = new Intl.NumberFormat(document.documentElement.lang);

const nothing = { type: "FeatureCollection", features: [] };

function sources(layers, countries, lines) {
  const held = { countries, lines, area: layers.area, cells: layers.cells, labels: layers.labels, rings: layers.rings };
  const points = { events: layers.events, bases: layers.bases, stale: layers.stale };
  return Object.fromEntries(Object.entries({ ...held, ...points }).map(([id, data]) => [id, { type: "geojson", data: data ?? nothing }]));
}

// A whole country's edge is a soft band under its boundaries: a firm line would hide which of them are disputed.
function ground() {
  return [
    { id: "water", type: "background", paint: { "background-color": colour("map-water") } },
    { id: "land", type: "fill", source: "countries", paint: { "fill-color": colour("map-land") } },
    { id: "host", type: "fill", source: "area", paint: { "fill-color": colour("map-host") } },
    { id: "host-edge", type: "line", source: "area", filter: ["!", ["get", "drawn"]], paint: { "line-color": colour("base"), "line-width": 6, "line-opacity": 0.28 } },
    { id: "borders", type: "line", source: "lines", filter: ["!", ["get", "disputed"]], paint: { "line-color": colour("map-border"), "line-width": 1 } },
    { id: "disputed", type: "line", source: "lines", filter: ["get", "disputed"], paint: { "line-color": colour("map-border"), "line-width": 1.2, "line-dasharray": [4, 3] } },
  ];
}

// How far a mission's people can reach: the wider the ring, the fainter its line. Drawn when a reader asks for it.
function rings(layers) {
  return layers.rings.features.flatMap(({ properties: { distance_km: distance } }) => {
    const own = { source: "rings", filter: ["==", ["get", "distance_km"], distance] };
    return [
      { id: `ring-${distance}`, type: "line", ...own, layout: { visibility: "none" }, paint: { "line-color": colour("ring"), "line-width": distance > 100 ? 1.2 : 1.8, "line-dasharray": distance > 50 ? [4, 2] : [1, 0] } },
      { id: `ring-${distance}-name`, type: "symbol", ...own, layout: { visibility: "none", "symbol-placement": "line", "text-field": `${distance} km`, "text-size": 11 },
        paint: { "text-color": colour("ink"), "text-halo-color": colour("map-land"), "text-halo-width": 1.4 } },
    ];
  });
}

const byType = () => ["match", ["get", "type"], "state-based", colour("type-state"), "non-state", colour("type-other"), "one-sided", colour("type-civilians"), "incident", colour("type-civilians"), "event", colour("type-other"), "activity", colour("base"), colour("deaths")];

function marks(draft, scale) {
  const sized = (name) => ["*", scale, ["get", name]];
  return [
    { id: "cells", type: "fill", source: "cells", paint: { "fill-color": ["case", ["has", "shade"], colour("deaths"), colour("hotspot")], "fill-opacity": ["coalesce", ["get", "shade"], 0.2] } },
    { id: "cell-edges", type: "line", source: "cells", paint: { "line-color": colour("hotspot-edge"), "line-width": 1.2 } },
    { id: "area", type: "line", source: "area", filter: ["get", "drawn"], paint: { "line-color": colour("base"), "line-width": 2, ...(draft ? { "line-dasharray": [3, 1.5] } : {}) } },
    { id: "stale", type: "symbol", source: "stale", layout: { "icon-image": "stale", "icon-size": ["/", sized("size"), 24], "icon-allow-overlap": true, "icon-ignore-placement": true } },
    { id: "nearby", type: "circle", source: "events", filter: ["!", ["get", "inside"]], layout: { "circle-sort-key": ["-", ["get", "best"]] },
      paint: { "circle-radius": sized("radius"), "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": colour("nearby"), "circle-stroke-width": 1.2 } },
    { id: "events", type: "circle", source: "events", filter: ["get", "inside"], layout: { "circle-sort-key": ["-", ["get", "best"]] },
      paint: { "circle-radius": sized("radius"), "circle-color": byType(), "circle-opacity": 0.55, "circle-stroke-color": colour("paper"), "circle-stroke-width": 0.7 } },
    { id: "bases", type: "symbol", source: "bases", layout: {
      "icon-image": ["get", "kind"], "icon-size": ["/", sized("size"), 24],
      "icon-allow-overlap": true, "icon-ignore-placement": true,
      "text-field": ["get", "location"], "text-size": 11, "text-offset": [0, 0.9], "text-anchor": "top", "text-optional": true,
      "symbol-sort-key": ["-", ["coalesce", ["get", "troops"], 0.5]] },
      paint: { "text-color": colour("ink"), "text-halo-color": colour("paper"), "text-halo-width": 1.4 } },
    { id: "labels", type: "symbol", source: "labels", layout: { "text-field": ["get", "name"], "text-size": 12, "text-anchor": ["coalesce", ["get", "anchor"], "center"], "text-offset": ["coalesce", ["get", "offset"], ["literal", [0, 0]]], "text-letter-spacing": 0.12, "text-transform": "uppercase", "text-max-width": 8 },
      paint: { "text-color": colour("ink-quiet"), "text-halo-color": colour("map-land"), "text-halo-width": 1.2 } },
  ];
}

// What may have changed since it was told: a circle hatched, not filled.
function hatched(pen, size) {
  pen.strokeStyle = colour("ink-quiet");
  pen.lineWidth = 4;
  pen.beginPath();
  pen.arc(size / 2, size / 2, size / 2 - 4, 0, 2 * Math.PI);
  pen.stroke();
  pen.clip();
  for (let at = 6; at < 2 * size; at += 12) {
    pen.beginPath();
    pen.moveTo(at, 0);
    pen.lineTo(at - size, size);
    pen.stroke();
  }
}

// A base is a filled square, a place of unknown strength a hollow one, a post without troops a small light circle.
function mark(kind) {
  const size = 48;
  const filled = kind === "base";
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.fillStyle = filled ? colour("base") : colour("paper");
  pen.strokeStyle = filled ? colour("paper") : colour("base");
  pen.lineWidth = filled ? 4 : 9;
  if (kind === "stale") {
    hatched(pen, size);
  } else if (kind === "post") {
    pen.globalAlpha = 0.75;
    pen.beginPath();
    pen.arc(size / 2, size / 2, size / 2 - 6, 0, 2 * Math.PI);
    pen.fill();
    pen.stroke();
  } else {
    pen.fillRect(3, 3, size - 6, size - 6);
    pen.strokeRect(4, 4, size - 8, size - 8);
  }
  return pen.getImageData(0, 0, size, size);
}

// What is said of a place that carries its own lines.
function told(title, lines) {
  const box = document.createElement("div");
  box.append(Object.assign(document.createElement("strong"), { textContent: title }));
  for (const line of lines) box.append(Object.assign(document.createElement("p"), { textContent: line }));
  return box;
}

// What a reader sees on pointing at a mark: a name and its figures, written as text, never as HTML.
function card(feature, words) {
  const { location, troops, kind, police, observers, contributors, best, count, inside, gid, type, name, says } = feature.properties;
  if (says !== undefined) return told(name, says.split("\n"));
  const known = (value) => (value === undefined || value === null ? words.unknown : number.format(value));
  const there = (held) => (held === undefined || held === null ? words.unknown : held ? words.yes : words.no);
  const lines = location === undefined
    ? [[words.deaths, known(best)], [words.events, known(count)]]
    : [[words.troops, known(troops)], [words.police, there(police)], [words.observers, there(observers)], [words.contributors, contributors || words.unknown]];
  const title = location ?? (gid === undefined ? words.types[type] : `${words.hotspot} ${gid}`);
  const box = document.createElement("div");
  if (title) box.append(Object.assign(document.createElement("strong"), { textContent: title }));
  if (kind === "post") box.append(Object.assign(document.createElement("p"), { textContent: words.post }));
  for (const [name, value] of lines) box.append(Object.assign(document.createElement("p"), { textContent: `${name}: ${value}` }));
  if (inside === false) box.append(Object.assign(document.createElement("p"), { textContent: words.nearby }));
  return box;
}

function explainMarks(map, words) {
  const popup = new Popup({ closeButton: false, maxWidth: "260px" });
  const layers = ["bases", "events", "nearby", "stale", "cells"];
  const show = (event) => {
    const [feature] = map.queryRenderedFeatures(event.point, { layers });
    map.getCanvas().classList.toggle("is-pointing", Boolean(feature));
    if (feature) popup.setLngLat(event.lngLat).setDOMContent(card(feature, words)).addTo(map);
    else popup.remove();
  };
  map.on("mousemove", show);
  map.on("click", show);
  map.on("mouseout", () => popup.remove());
}

// The checkboxes of the legend show and hide layers; events of one source are told apart by their type.
function chooseLayers(map, boxes) {
  const shown = [...boxes].filter((box) => box.dataset.layer === "type" && box.checked).map((box) => box.value);
  for (const box of boxes) {
    if (box.dataset.layer === "type") continue;
    for (const id of box.dataset.layer.split(" ")) {
      if (map.getLayer(id)) map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none");
    }
  }
  map.setFilter("events", ["all", ["get", "inside"], ["in", ["get", "type"], ["literal", shown]]]);
}

function locale(words) {
  return {
    "Map.Title": words.map, "NavigationControl.ZoomIn": words.zoom_in, "NavigationControl.ZoomOut": words.zoom_out, "Popup.Close": words.close,
    "CooperativeGesturesHandler.WindowsHelpText": words.hold_ctrl, "CooperativeGesturesHandler.MacHelpText": words.hold_cmd,
    "CooperativeGesturesHandler.MobileHelpText": words.two_fingers,
  };
}

async function read(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return answer.json();
}

async function draw(place) {
  const words = JSON.parse(document.getElementById(place.dataset.words).textContent);
  try {
    const [layers, countries, lines] = await Promise.all([place.dataset.layers, place.dataset.countries, place.dataset.lines].map(read));
    const draft = layers.area.features.some((area) => area.properties.status === "draft");
    // On a phone the same marks would hide one another; the legend shrinks with them.
    const scale = Math.min(1, Math.max(0.55, place.clientWidth / 640));
    document.documentElement.style.setProperty("--mark-scale", scale);
    const style = () => ({ version: 8, sources: sources(layers, countries, lines), layers: [...ground(), ...rings(layers), ...marks(draft, scale)] });
    const boxes = document.querySelectorAll("[data-layer]");
    place.replaceChildren(); // what stands there until now says that nothing is drawn
    const map = new MapView({
      container: place,
      style: style(),
      bounds: layers.bounds ?? [-170, -55, 170, 70],
      fitBoundsOptions: { padding: 12 },
      maxZoom: 11,
      renderWorldCopies: false,
      dragRotate: false, pitchWithRotate: false, touchPitch: false,
      cooperativeGestures: true,
      attributionControl: false,
      locale: locale(words),
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    map.addControl(new ScaleControl({ maxWidth: 110 }), "bottom-left");
    map.setMissingStyleImageResolver((id) => { map.addImage(id, mark(id), { pixelRatio: 2 }); });
    map.once("load", () => chooseLayers(map, boxes));
    for (const box of boxes) box.addEventListener("change", () => chooseLayers(map, boxes));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { map.setStyle(style(), { diff: false }); map.once("idle", () => chooseLayers(map, boxes)); });
    explainMarks(map, words);
    place.map = map; // for other modules of the page
  } catch (error) {
    console.error(error);
    place.replaceChildren(Object.assign(document.createElement("p"), { className: "map__message", textContent: words.failed }));
  }
}

for (const place of document.querySelectorAll("[data-layers]")) draw(place);
