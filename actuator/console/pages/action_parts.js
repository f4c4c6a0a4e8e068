// An action: under way with its progress, or ended on one row, predicted beside measured.
import { h } from "./dom.js";
import { bytes, length, moment, number, percent, rate, when } from "./format.js";
import { can, now, tell } from "./live.js";
import { cancel_dialog } from "./operate.js";
import { action_chip, decision_link, domain_link, node_link, time_ago } from "./parts.js";

const PHASES = ["intent", "started", "progress", "verifying"];
const NO_PROGRESS_MS = 60000;
const there = (value) => typeof value === "number";

// Of what must be copied, the share that was, in the pass that QEMU is in.
export function progress_of({ figures: f = {} }) {
  const total = (f.memory_total_bytes ?? f.predicted_memory_bytes ?? 0) + (f.disk_total_bytes ?? 0);
  const left = there(f.memory_remaining_bytes) ? f.memory_remaining_bytes + (f.disk_remaining_bytes ?? 0) : null;
  if (!total || left === null) return null;
  return { share: Math.min(1, Math.max(0, 1 - left / total)), total, left };
}

export function predictions(f = {}) {
  const pair = (text, predicted, measured, show) => ({ text, predicted, measured, show });
  const ms = (value) => length(value / 1000);
  return [
    pair("total time", f.predicted_total_ms, f.total_ms ?? f.elapsed_ms, ms),
    pair("downtime", f.predicted_downtime_ms, f.downtime_ms, ms),
    pair("passes over memory", f.predicted_rounds, f.rounds ?? f.iteration, number),
    pair("bandwidth", f.predicted_bandwidth_bytes_per_second, f.bandwidth_bytes_per_second, rate),
    pair("dirty rate", f.predicted_dirty_bytes_per_second, f.dirty_bytes_per_second, rate),
    pair(
      "throttle",
      there(f.predicted_throttle_percent) ? f.predicted_throttle_percent / 100 : undefined,
      there(f.throttle_percent) ? f.throttle_percent / 100 : undefined,
      percent,
    ),
    pair("disks", f.predicted_storage_ms, f.storage_ms, ms),
  ].filter((one) => there(one.predicted) || there(one.measured));
}
export function predicted_table(action) {
  const rows = predictions(action.figures);
  if (rows.length === 0) return null;
  return h(
    "table",
    { class: "pairs" },
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("th", { scope: "col" }, "Figure"),
        h("th", { scope: "col", class: "right" }, "predicted"),
        h("th", { scope: "col", class: "right" }, action.ended ? "measured" : "so far"),
        action.ended && h("th", { scope: "col", class: "right" }, "ratio"),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map((one) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, one.text),
          h("td", { class: "right" }, one.show(one.predicted)),
          h("td", { class: "right" }, one.show(one.measured)),
          action.ended &&
            h("td", { class: "right quiet" }, one.predicted > 0 && there(one.measured) ? "× " + number(one.measured / one.predicted) : ""),
        ),
      ),
    ),
  );
}

// The rule, and who applied its recommendation; or who ordered the step.
function asker(action) {
  if (action.rule) return ["by ", h("b", {}, action.rule), action.approved_by && `, approved by ${action.approved_by}`, ": "];
  return action.approved_by && `ordered by ${action.approved_by}: `;
}

function phases(action) {
  const at = PHASES.indexOf(action.state);
  return h(
    "ol",
    { class: "phases" },
    PHASES.map((one, place) =>
      h(
        "li",
        { class: place < at ? "over" : place === at ? "now" : "", "aria-current": place === at ? "step" : null },
        one === "progress" && /^migrate/.test(action.step) ? "copying" : one,
      ),
    ),
  );
}

// Under way.
export function action_card(action) {
  const f = action.figures ?? {},
    progress = progress_of(action),
    age = now() - Date.parse(action.at);
  const elapsed = (f.elapsed_ms ?? 0) / 1000,
    left = there(f.predicted_total_ms) && there(f.elapsed_ms) ? (f.predicted_total_ms - f.elapsed_ms) / 1000 : null;
  return h(
    "article",
    { class: "card flying", key: action.id },
    h(
      "div",
      { class: "title" },
      h("h2", {}, domain_link(action.domain, action.domain_uuid), " ", action.step),
      h("span", { class: "quiet" }, "from ", node_link(action.node)),
      h("span", { class: "space" }),
      can("operator") && h("button", { type: "button", onclick: () => cancel_dialog(action) }, "Cancel…"),
    ),
    phases(action),
    progress && [
      h(
        "div",
        {
          class: "progress",
          role: "progressbar",
          "aria-label": `Copied of ${action.domain}`,
          "aria-valuemin": "0",
          "aria-valuemax": "100",
          "aria-valuenow": String(Math.round(100 * progress.share)),
        },
        h("span", { css: { width: (100 * progress.share).toFixed(1) + "%" } }),
      ),
      h(
        "p",
        { class: "line" },
        h("b", {}, percent(progress.share)),
        h("span", {}, `${bytes(progress.total - progress.left)} of ${bytes(progress.total)}`),
        there(f.bandwidth_bytes_per_second) && h("span", {}, rate(f.bandwidth_bytes_per_second)),
        there(f.iteration) && h("span", {}, `pass ${f.iteration}`),
        f.throttle_percent > 0 && h("span", {}, `throttled by ${f.throttle_percent} %`),
        there(f.elapsed_ms) && h("span", {}, length(elapsed) + " so far"),
        left !== null && h("span", {}, left > 0 ? `~${length(left)} left` : `${length(-left)} over the predicted time`),
      ),
    ],
    age > NO_PROGRESS_MS && h("p", { class: "problem" }, `It has reported nothing for ${length(age / 1000)}.`),
    predicted_table(action),
    h(
      "p",
      { class: "quiet" },
      asker(action),
      action.reason,
      " ",
      action.decision && decision_link(action.decision, "why"),
    ),
  );
}

const opened = new Set();
// Any state, as a row that opens to all its figures.
export function action_row(action, open = false) {
  if (open) opened.add(action.id);
  const toggled = (event) => {
    if (event.target.open === opened.has(action.id)) return;
    if (event.target.open) opened.add(action.id);
    else opened.delete(action.id);
    tell("actions", true);
  };
  const f = action.figures ?? {},
    date = moment(action.at);
  return h(
    "li",
    { key: action.id },
    h(
      "details",
      { class: "row-more", open: opened.has(action.id), ontoggle: toggled },
      h(
        "summary",
        { "data-row": true },
        h("time", { datetime: action.at, title: action.at }, date ? when(action.at, now()) : "–"),
        action_chip(action),
        h(
          "span",
          { class: "grow" },
          h("b", {}, action.domain),
          " ",
          action.step,
          h("span", { class: "quiet" }, ` from ${action.node}`, action.rule ? `, ${action.rule}` : action.approved_by ? `, ordered by ${action.approved_by}` : ""),
          action.message && h("span", { class: "sentence" }, action.message),
        ),
        there(f.total_ms) &&
          h(
            "span",
            { class: "figure" },
            length(f.total_ms / 1000),
            there(f.predicted_total_ms) && h("span", { class: "quiet" }, ` (${length(f.predicted_total_ms / 1000)})`),
          ),
        there(f.downtime_ms) && h("span", { class: "figure" }, length(f.downtime_ms / 1000), h("span", { class: "quiet" }, " down")),
      ),
      opened.has(action.id) &&
        h(
          "div",
          { class: "inside" },
          h(
            "p",
            {},
            domain_link(action.domain, action.domain_uuid),
            " from ",
            node_link(action.node),
            ": ",
            action.reason,
            approval(action),
            " ",
            time_ago(action.at),
            " ",
            action.decision && decision_link(action.decision, "The decision"),
          ),
          predicted_table(action),
          all_figures(f),
          h("p", { class: "quiet mono" }, action.id),
        ),
    ),
  );
}
function all_figures(f) {
  const names = Object.keys(f).sort();
  return (
    names.length > 0 &&
    h(
      "details",
      {},
      h("summary", {}, `All ${names.length} figures`),
      h(
        "dl",
        { class: "facts" },
        names.map((name) =>
          h(
            "div",
            {},
            h("dt", {}, name),
            h(
              "dd",
              {},
              /_bytes$/.test(name)
                ? bytes(f[name])
                : /_bytes_per_second$/.test(name)
                  ? rate(f[name])
                  : /_ms$/.test(name)
                    ? length(f[name] / 1000)
                    : number(f[name]),
            ),
          ),
        ),
      ),
    )
  );
}
