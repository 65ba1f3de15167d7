// What happened month by month? Draws the chart that the page carries as plain data: the specification says what
// stands where, this module adds the page's colours, the reader's way of writing months, a hatch for months that no
// table covers, and a lighter colour for months of which only a part counts.

import * as echarts from "../vendor/echarts.esm.min.mjs";

const language = document.documentElement.lang;
const tokens = getComputedStyle(document.documentElement);
const colour = (name) => tokens.getPropertyValue(`--${name}`).trim();
const number = new Intl.NumberFormat(language);
const longMonth = new Intl.DateTimeFormat(language, { year: "numeric", month: "long", timeZone: "UTC" });

const named = (month) => longMonth.format(new Date(`${month}-01T00:00:00Z`));

function hatch() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const pen = canvas.getContext("2d");
  pen.fillStyle = colour("uncovered");
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = colour("uncovered-line");
  pen.beginPath();
  for (const start of [-8, 0, 8]) {
    pen.moveTo(start, 8);
    pen.lineTo(start + 8, 0);
  }
  pen.stroke();
  return { image: canvas, repeat: "repeat" };
}

// A year is written at its January, and not at every one when there are many.
function yearLabels(months, width) {
  const room = Math.max(1, Math.ceil((months.length / 12) * 44 / Math.max(width - 80, 120)));
  return (index) => months[index].endsWith("-01") && Number(months[index].slice(0, 4)) % room === 0;
}

// The period that the reader chose, as a band behind the bars of both panels.
function marked({ since, until }, months) {
  const inside = months.filter((month) => since && month >= since && month <= until);
  const ends = inside.length ? [[{ xAxis: inside[0] }, { xAxis: inside.at(-1) }]] : [];
  return { silent: true, itemStyle: { color: colour("window"), opacity: 0.6 }, data: ends };
}

function dressed({ partial, ...option }, place, period) {
  const { words: uncovered, part } = place.dataset;
  const quiet = { color: colour("ink-quiet"), fontSize: 12, fontFamily: tokens.getPropertyValue("--font") };
  const parts = new Set(partial);
  const painted = (name) => ({ name: month }) => colour(parts.has(month) ? `${name}-part` : name);
  const paint = { deaths: painted("deaths"), events: painted("events"), "not-covered": hatch() };
  const months = option.xAxis[0].data;
  const marks = yearLabels(months, place.clientWidth);
  const months_axis = {
    axisTick: { alignWithLabel: true, interval: marks }, axisLine: { lineStyle: { color: colour("line-strong") } },
    axisLabel: { ...quiet, interval: marks, formatter: (month) => month.slice(0, 4) },
  };
  const amounts_axis = {
    nameTextStyle: { ...quiet, align: "left", padding: [0, 0, 0, -52] }, axisLabel: { ...quiet, formatter: (value) => number.format(value) },
    splitLine: { lineStyle: { color: colour("line") } },
  };
  const said = (item) => (item.value === null || item.value === undefined ? uncovered : number.format(item.value));
  const headed = ({ axisValue: month, value }) => (parts.has(month) && value !== undefined && value !== null ? `${named(month)} (${part})` : named(month));
  return {
    ...option,
    textStyle: quiet,
    xAxis: option.xAxis.map((axis) => ({ ...axis, ...months_axis })),
    yAxis: option.yAxis.map((axis) => ({ ...amounts_axis, ...axis })),
    series: option.series.map((series) => ({ ...series, itemStyle: { color: paint[series.id] }, ...(series.id === "not-covered" ? { markArea: marked(period, months) } : {}) })),
    tooltip: {
      ...option.tooltip,
      textStyle: { ...quiet, color: colour("ink") },
      formatter: (items) => [headed(items[0]), ...items.filter((item) => item.seriesId !== "not-covered").map((item) => `${item.seriesName}: ${said(item)}`)].join("\n"),
    },
  };
}

for (const place of document.querySelectorAll("[data-option]")) {
  place.replaceChildren();
  const option = JSON.parse(document.getElementById(place.dataset.option).textContent);
  const chart = echarts.init(place, null, { renderer: "canvas" });
  let period = { since: place.dataset.since, until: place.dataset.until };
  const draw = () => chart.setOption(dressed(option, place, period));
  draw();
  new ResizeObserver(() => { chart.resize(); draw(); }).observe(place);
  document.addEventListener("period", (event) => { period = event.detail; draw(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  place.chart = chart; // for other modules of the page
}
