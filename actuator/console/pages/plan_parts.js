// Of a recommendation: what it is predicted to bring, what the figures are now, and what changed since it was made.
import * as api from "./api.js";
import { h } from "./dom.js";
import { NOT_MEASURED, length, percent } from "./format.js";
import { is_about, mark_for, value_of } from "./firings.js";
import { known, now } from "./live.js";
import { is_stale, node_link, time_for } from "./parts.js";

const MOST_KEPT = 400;
const effects = new Map(); // decision → its effects; null: being read, or there are none
const MEASURES = [
  ["CPU", "cpu_ratio"],
  ["memory", "memory_used_ratio"],
];

// Reads the decisions of those that have not been read, one after the other. then: called after each.
let reading = false;
export async function read_effects(list, then) {
  if (reading) return;
  reading = true;
  try {
    for (const one of list) {
      if (effects.has(one.decision)) continue;
      effects.set(one.decision, null);
      if (effects.size > MOST_KEPT) effects.delete(effects.keys().next().value);
      const answer = await api.call("decisions/" + api.part(one.decision));
      const all = answer?.record?.effects;
      effects.set(one.decision, Array.isArray(all) ? all.filter((each) => typeof each?.node === "string") : null);
      then();
    }
  } catch (error) {
    if (error.status !== 404) for (const one of list) if (effects.get(one.decision) === null) effects.delete(one.decision);
  } finally {
    reading = false;
  }
}

export const predicted = (one) =>
  typeof one.predicted_seconds === "number" &&
  `predicted to take ${length(one.predicted_seconds)}` +
    (typeof one.predicted_downtime_seconds === "number" ? `, standing still for ${length(one.predicted_downtime_seconds)}` : "");

function rows_of(one) {
  return (effects.get(one.decision) ?? []).flatMap((each) =>
    MEASURES.filter(([, name]) => typeof each[name + "_before"] === "number" || typeof each[name + "_after"] === "number").map(([text, name]) => ({
      node: each.node,
      text,
      then: each[name + "_before"],
      now: known.nodes.get(each.node)?.load?.[name],
      after: each[name + "_after"],
    })),
  );
}
export function then_and_now(one) {
  const rows = rows_of(one);
  if (rows.length === 0) return null;
  const heads = ["Node", "", "Then", "Now", "Predicted"];
  return h(
    "div",
    { class: "scroll", tabindex: "0", role: "region", "aria-label": "Then, now and predicted" },
    h(
      "table",
      { class: "pairs" },
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((text, at) => (text ? h("th", { scope: "col", class: at > 1 ? "right" : null }, text) : h("td", {}))),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, node_link(row.node)),
            h("td", {}, row.text),
            h("td", { class: "right" }, percent(row.then)),
            h("td", { class: "right" }, h("b", {}, typeof row.now === "number" ? percent(row.now) : NOT_MEASURED)),
            h("td", { class: "right" }, percent(row.after)),
          ),
        ),
      ),
    ),
  );
}

function of_rule(one) {
  const status = known.status ?? {},
    all = status.firings ?? [];
  const firing = all.find((each) => each.phase === "firing" && is_about(one, each));
  if (firing)
    return {
      kind: "fires",
      text: [h("b", {}, one.rule), ` still fires, ${value_of(firing, mark_for(firing))} for `, time_for(firing.since), !firing.fresh && ", by stale data"],
      against: !firing.fresh,
    };
  // Of many, the status lists only the first.
  if (all.length < (status.firing ?? 0) + (status.pending ?? 0)) return null;
  return { kind: "fires no more", text: [h("b", {}, one.rule), ` no longer fires on ${one.subject}.`], against: true };
}
function of_holds(one, nodes) {
  const held = (known.status?.holds ?? []).find(
    (each) =>
      (each.on === "domain" && (each.name === one.domain || each.name === one.domain_uuid)) ||
      (each.on === "rule" && each.name === one.rule) ||
      (each.on === "node" && nodes.includes(each.name)),
  );
  return held && { kind: "held", text: `${held.on} ${held.name} by ${held.owner}: ${held.reason}`, against: true };
}
function of_nodes(nodes) {
  return nodes.map((name, at) => {
    const node = known.nodes.get(name);
    if (!node) return known.nodes.size > 0 && { kind: "gone", text: `${name} is not a node of this cluster any more.`, against: true };
    if (at > 0 && node.drain_requested) return { kind: "draining", text: `${name} is being drained: nothing is moved there.`, against: true };
    return is_stale(node) && { kind: "stale", text: `The data of ${name} are stale.`, against: true };
  });
}
// What is known here and speaks for or against it; hotspotd looks at all of it again: [{kind, text, against}].
export function changes_since(one) {
  const status = known.status ?? {},
    target = /^migrate to (.+)$/.exec(one.step)?.[1];
  const nodes = [one.node, target].filter(Boolean);
  return [
    Date.parse(one.expires) <= now() && { kind: "expired", text: "If it still holds, there will be a new one.", against: true },
    of_rule(one),
    status.pause && { kind: "paused", text: `by ${status.pause.owner}: ${status.pause.reason}`, against: true },
    status.mode === "observe" && { kind: "observe", text: "In this mode nothing is applied.", against: true },
    of_holds(one, nodes),
    ...of_nodes(nodes),
  ].filter(Boolean);
}
// What became of one that no longer waits.
export function what_became_of(one) {
  const refused = known.plan?.refused.find((each) => each.decision === one.decision);
  if (refused) return `It was refused by ${refused.by}: ${refused.reason}`;
  const action = [...(known.actions?.values() ?? [])].find(
    (each) => each.approved_by && each.rule === one.rule && each.domain_uuid === one.domain_uuid && each.step === one.step && each.at >= one.since,
  );
  return action ? `It was applied by ${action.approved_by}.` : "It no longer waits: it was applied or refused, another took its place, or it no longer holds.";
}
export const still_waits = (one) => !known.plan || known.plan.recommendations.some((each) => each.decision === one.decision);
