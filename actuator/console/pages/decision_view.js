// One decision: sentence, effects, what was possible and what was refused, the explanation, the whole record.
import { part } from "./api.js";
import { toast } from "./dialog.js";
import { h } from "./dom.js";
import { bytes, clock, day, length, moment, number, percent } from "./format.js";
import { icon } from "./icons.js";
import { action_chip, bar, facts, node_link, outcome_chip } from "./parts.js";
import { known } from "./live.js";

const list_of = (value) => (Array.isArray(value) ? value.filter((one) => one && typeof one === "object") : []);
const of_ratio = (record, value) =>
  typeof value !== "number" ? "" : /_ratio|%/.test(record.expression ?? "") ? percent(value) : number(value);

function measured(record) {
  const f = record.figures ?? {};
  return facts([
    ["compared", record.expression && h("code", {}, String(record.expression))],
    ["measured", of_ratio(record, record.value)],
    ["held", record.held],
    ["mode", record.mode],
    ["domain", f.domain],
    ["cores used", f.cores_used === undefined ? "" : number(f.cores_used)],
    ["vCPUs", f.vcpus === undefined ? "" : String(f.vcpus)],
    ["memory", bytes(f.balloon_bytes)],
    ["predicted time", length(f.predicted_total_seconds)],
    ["predicted downtime", length(f.predicted_downtime_seconds)],
  ]);
}
function effects(record) {
  const all = list_of(record.effects);
  return (
    all.length > 0 && [
      h("h3", {}, "What it was to bring"),
      h(
        "div",
        { class: "effects" },
        all.map((one) =>
          h(
            "div",
            { class: "effect" },
            h("b", {}, node_link(String(one.node))),
            [
              ["CPU", one.cpu_ratio_before, one.cpu_ratio_after],
              ["memory", one.memory_used_ratio_before, one.memory_used_ratio_after],
            ]
              .filter(([, before, after]) => typeof before === "number" || typeof after === "number")
              .map(([text, before, after]) => [
                h("span", { class: "quiet" }, text),
                bar(before),
                h("span", { class: "arrow", "aria-label": "becomes" }, "→"),
                bar(after),
              ]),
          ),
        ),
      ),
    ]
  );
}
function alternatives(record) {
  const all = list_of(record.alternatives);
  return (
    all.length > 0 && [
      h("h3", {}, "Possible too, but worse"),
      h(
        "div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "Possible too" },
        h(
          "table",
          {},
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              ["Domain", "Target", "CPU then", "Memory then", "Time", "Downtime", "Cures"].map((text, at) =>
                h("th", { scope: "col", class: at > 1 ? "right" : null }, text),
              ),
            ),
          ),
          h(
            "tbody",
            {},
            all.map((one) =>
              h(
                "tr",
                {},
                h("td", {}, one.domain),
                h("td", {}, one.target),
                h("td", { class: "right" }, percent(one.cpu_ratio)),
                h("td", { class: "right" }, percent(one.memory_used_ratio)),
                h("td", { class: "right" }, length(one.total_seconds)),
                h("td", { class: "right" }, length(one.downtime_seconds)),
                h("td", { class: "right" }, one.cures ? "yes" : "no"),
              ),
            ),
          ),
        ),
      ),
      record.more_alternatives > 0 && h("p", { class: "quiet" }, `and ${record.more_alternatives} more`),
    ]
  );
}
function refused(record) {
  const all = list_of(record.considered),
    more = Object.entries(record.more_refused ?? {});
  return (
    (all.length > 0 || more.length > 0) && [
      h("h3", {}, "Considered, and refused"),
      h(
        "ul",
        { class: "refused" },
        all.map((one) =>
          h(
            "li",
            {},
            h("code", {}, one.refusal),
            h(
              "span",
              { class: "grow" },
              h("b", {}, [one.remedy, one.domain, one.target && "to " + one.target].filter(Boolean).join(" ")),
              " ",
              one.message,
            ),
          ),
        ),
        more.map(([word, count]) => h("li", { class: "quiet" }, h("code", {}, word), `and ${count} more`)),
      ),
    ]
  );
}
function outcome(decision) {
  const action =
    decision.action && typeof decision.action === "string" ? (known.actions?.get(decision.action) ?? { id: decision.action }) : null;
  return (
    action &&
    h(
      "p",
      { class: "came" },
      "Its action: ",
      action.state && action_chip(action),
      " ",
      h("a", { href: "#/action/" + part(action.id) }, action.domain ? `${action.domain} ${action.step}` : action.id),
      " ",
      action.message,
    )
  );
}

export function decision_view(decision) {
  const record = decision.record && typeof decision.record === "object" ? decision.record : {},
    date = moment(decision.at);
  const text = decision.record ? JSON.stringify(decision.record, null, 2) : "";
  return h(
    "article",
    { class: "decision", key: decision.id },
    h(
      "div",
      { class: "title" },
      outcome_chip(decision.outcome),
      h("h2", {}, decision.subject),
      h("span", { class: "space" }),
      h("time", { class: "quiet", datetime: decision.at }, date ? `${day(date)} ${clock(date)}` : ""),
    ),
    h("p", { class: "lead" }, decision.sentence),
    decision.rule && h("p", { class: "quiet" }, "rule ", h("b", {}, decision.rule)),
    outcome(decision),
    measured(record),
    effects(record),
    alternatives(record),
    refused(record),
    decision.explanation && [h("h3", {}, "In words"), h("pre", { tabindex: "0", class: "explanation" }, decision.explanation)],
    text
      ? h(
          "details",
          { key: "record" },
          h("summary", {}, "The whole record"),
          h(
            "button",
            {
              type: "button",
              class: "copy",
              onclick: () =>
                navigator.clipboard?.writeText(text).then(
                  () => toast("The record is copied."),
                  () => toast("This browser does not let it be copied."),
                ),
            },
            icon("copy"),
            "Copy",
          ),
          h("pre", { tabindex: "0", class: "mono record" }, text),
        )
      : null,
    h("p", { class: "quiet mono" }, decision.id),
  );
}
