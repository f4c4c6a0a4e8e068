// Lines over time, gathered while a page is open, with the limits drawn in. As SVG: sharp, in the colours of the page, and
// with the same values as a table for those who cannot see it.
import { h, s } from "./dom.js";
import { clock } from "./format.js";

const HEIGHT = 132,
  LEFT = 70,
  RIGHT = 10,
  TOP = 8,
  BOTTOM = 20,
  SPAN_MS = 60000,
  GAP_MS = 30000;

// Values of one thing: [[ms, {name: value}], …]; a time that is there already is taken once.
export class Samples {
  constructor(most = 720) {
    this.most = most;
    this.list = [];
  }
  add(ms, values) {
    if (!Number.isFinite(ms) || (this.list.length && ms <= this.list[this.list.length - 1][0])) return;
    this.list.push([ms, values]);
    if (this.list.length > this.most) this.list.shift();
  }
}

function path(list, name, x, y) {
  let text = "",
    last = -Infinity;
  for (const [ms, values] of list) {
    const value = values[name];
    if (typeof value !== "number") {
      last = -Infinity;
      continue;
    }
    text += `${ms - last > GAP_MS ? "M" : "L"}${x(ms).toFixed(1)} ${y(value).toFixed(1)}`;
    last = ms;
  }
  return text;
}

function top_of(list, lines, limits, least) {
  let top = least ?? 0;
  for (const [, values] of list) for (const line of lines) top = Math.max(top, values[line.name] ?? 0);
  // A limit never stretches the axis beyond half as much again.
  for (const limit of limits) if (limit.value <= (top || limit.value) * 1.5) top = Math.max(top, limit.value);
  return top > 0 ? top * 1.08 : 1;
}

// {title, samples, lines: [{name, text, kind}], limits: [{value, text}], show, least, width, end}
export function chart({ title, samples, lines: all, limits: marks = [], show, least, width, end, key }) {
  const lines = all.filter((line) => samples.list.some(([, values]) => typeof values[line.name] === "number"));
  const limits = marks.filter((one) => typeof one.value === "number");
  if (lines.length === 0)
    return h("figure", { class: "chart", key }, h("figcaption", {}, h("h3", {}, title), h("span", { class: "quiet" }, "not measured")));
  const list = samples.list,
    from = Math.min(list[0]?.[0] ?? end - SPAN_MS, end - SPAN_MS);
  const top = top_of(list, lines, limits, least);
  const x = (ms) => LEFT + ((ms - from) / (end - from)) * (width - LEFT - RIGHT);
  const y = (value) => TOP + (1 - value / top) * (HEIGHT - TOP - BOTTOM);
  const last = list[list.length - 1]?.[1] ?? {};
  const drawn = limits.filter((one) => one.value <= top);
  const text = lines.map((line) => `${line.text} ${show(last[line.name])}`).join(", ");
  return h(
    "figure",
    { class: "chart", key },
    h(
      "figcaption",
      {},
      h("h3", {}, title),
      h(
        "span",
        { class: "legend" },
        lines.map((line) =>
          h("span", { class: "entry " + line.kind }, h("i", { class: "swatch" }), line.text, " ", h("b", {}, show(last[line.name]))),
        ),
        limits.map((one) => h("span", { class: "entry limit" }, h("i", { class: "swatch" }), one.text, " ", h("b", {}, show(one.value)))),
      ),
    ),
    s(
      "svg",
      { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": `${title}: ${text}` },
      [0, 0.5, 1].map((part) => {
        const value = (top / 1.08) * part;
        return s(
          "g",
          { class: "grid" },
          s("line", { x1: LEFT, x2: width - RIGHT, y1: y(value), y2: y(value) }),
          s("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, show(value)),
        );
      }),
      [from, (from + end) / 2, end].map((ms, at) =>
        s("text", { class: "time", x: x(ms), y: HEIGHT - 5, "text-anchor": ["start", "middle", "end"][at] }, clock(new Date(ms))),
      ),
      drawn.map((one) => s("line", { class: "limit", x1: LEFT, x2: width - RIGHT, y1: y(one.value), y2: y(one.value) })),
      lines.map((line) => s("path", { class: "line " + line.kind, d: path(list, line.name, x, y) })),
      lines.map(
        (line) =>
          typeof last[line.name] === "number" &&
          s("circle", { class: "end " + line.kind, r: 3, cx: x(list[list.length - 1][0]), cy: y(last[line.name]) }),
      ),
    ),
  );
}

// The newest values of several charts as one table.
export function values_table(samples, columns) {
  const rows = samples.list.slice(-20).reverse();
  return h(
    "details",
    { class: "values", key: "values" },
    h("summary", {}, "The values as a table"),
    h(
      "div",
      { class: "scroll", tabindex: "0", role: "region", "aria-label": "Values" },
      h(
        "table",
        {},
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            h("th", { scope: "col" }, "Time"),
            columns.map((one) => h("th", { scope: "col", class: "right" }, one.text)),
          ),
        ),
        h(
          "tbody",
          {},
          rows.map(([ms, values]) =>
            h(
              "tr",
              {},
              h("td", {}, clock(new Date(ms))),
              columns.map((one) => h("td", { class: "right" }, one.show(values[one.name]))),
            ),
          ),
        ),
      ),
    ),
  );
}
