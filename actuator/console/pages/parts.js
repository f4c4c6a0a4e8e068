// Small parts that several pages show: links to things, bars, states, times.
import { part } from "./api.js";
import { h } from "./dom.js";
import { NOT_MEASURED, ago, clock, day, moment, percent } from "./format.js";
import { known, now } from "./live.js";

export const node_link = (name) => (name ? h("a", { href: "#/node/" + part(name) }, name) : NOT_MEASURED);
export const domain_link = (name, uuid) => h("a", { href: "#/domain/" + part(uuid || name) }, name);
export const decision_link = (id, text) => h("a", { href: "#/decision/" + part(id) }, text);

// "4 min ago", with the time itself for those who point at it.
export function time_ago(text) {
  const date = moment(text);
  if (!date) return NOT_MEASURED;
  return h("time", { datetime: date.toISOString(), title: `${day(date)} ${clock(date)}` }, ago(text, now()) + " ago");
}

// "4 min": for how long it has been so.
export function time_for(text) {
  const date = moment(text);
  if (!date) return NOT_MEASURED;
  return h("time", { datetime: date.toISOString(), title: `since ${day(date)} ${clock(date)}` }, ago(text, now()));
}

const OLD_MS = 10000;

// From 1 (cold) to 7: 6 begins at the margin, 7 where most rules begin.
const BOUNDS = {
  ratio: [0.15, 0.3, 0.5, 0.65, 0.8, 0.9],
  steal: [0.01, 0.02, 0.04, 0.07, 0.1, 0.2],
  volume: [1.5, 2, 3, 4, 8, 16],
};
export function step_of(value, bounds = BOUNDS.ratio) {
  if (typeof value !== "number") return 0;
  let step = 1;
  while (step < 7 && value >= bounds[step - 1]) step++;
  return step;
}

const plain = (value) => (typeof value === "number" ? String(+value.toFixed(value < 10 ? 1 : 0)) : NOT_MEASURED);
// What a node is coloured by. show: of a value; most: what fills a bar.
export const RESOURCES = [
  { id: "cpu", text: "CPU", of: (load) => load?.cpu_ratio, bounds: BOUNDS.ratio, show: percent, most: 1 },
  { id: "memory", text: "Memory", of: (load) => load?.memory_used_ratio, bounds: BOUNDS.ratio, show: percent, most: 1 },
  { id: "network", text: "Network", of: (load) => load?.net_used_ratio, bounds: BOUNDS.ratio, show: percent, most: 1 },
  { id: "steal", text: "Steal", of: (load) => load?.cpu_steal_ratio, bounds: BOUNDS.steal, show: percent, most: 0.2 },
  { id: "volume", text: "Volume", of: (load) => load?.volume, bounds: BOUNDS.volume, show: plain, most: 16 },
];
export const resource = (id) => RESOURCES.find((one) => one.id === id) ?? RESOURCES[0];

// A value as a bar with its number. mark: where its rule begins, as a share of the whole.
export function bar(value, { show = percent, most = 1, bounds, mark } = {}) {
  const share = typeof value === "number" ? Math.min(1, Math.max(0, value / most)) : 0;
  return h(
    "span",
    { class: "bar" },
    h(
      "span",
      { class: "track" },
      typeof value === "number" &&
        h("span", { class: "fill step" + step_of(value, bounds), css: { width: (100 * share).toFixed(1) + "%" } }),
      typeof mark === "number" && h("span", { class: "mark", css: { left: (100 * Math.min(1, mark / most)).toFixed(1) + "%" } }),
    ),
    h("span", { class: "figure" }, show(value)),
  );
}

export const chip = (kind, text, title) => h("span", { class: "chip " + kind, title }, text);

// Of a node: "hot", "stale", "draining", "held", …: what is unusual about it.
export function node_states(node, index = status_index()) {
  const states = [];
  if (!node.load) states.push(["stale", "no data"]);
  else if (is_stale(node)) states.push(["stale", "stale"]);
  if (node.standing && node.standing !== "proven") states.push(["bad", node.standing]);
  if (index.firing.has(node.name)) states.push(["hot", "firing"]);
  if (node.drain_requested) states.push(["told", "draining"]);
  if (index.held.has(node.name)) states.push(["told", "held"]);
  if (node.libvirt_problem) states.push(["bad", "no libvirt"]);
  return states;
}
// Also what was fresh when the connection or Redis went away, after a while.
export function is_stale(node) {
  const since = known.cut?.since ?? Date.parse(known.problem?.since);
  return node.stale || now() - since > OLD_MS;
}

// firing: nodes on which, or on whose domains, a rule fires; held: nodes.
export function status_index() {
  const firing = new Map(),
    held = new Set();
  for (const one of known.status?.firings ?? []) {
    if (one.phase !== "firing" || !one.labels?.node) continue;
    firing.set(one.labels.node, [...(firing.get(one.labels.node) ?? []), one]);
  }
  for (const one of known.status?.holds ?? []) if (one.on === "node") held.add(one.name);
  return { firing, held };
}

const OUTCOMES = {
  act: "good",
  recommend: "told",
  nothing: "plain",
  resolved: "good",
  hold: "told",
  hold_ended: "plain",
  drain: "told",
  changed_by_others: "told",
  on_two_nodes: "bad",
  on_two_nodes_ended: "good",
  right_lost: "bad",
  right_given: "good",
  shrink_failed: "bad",
};
export const outcome_chip = (outcome) => chip(OUTCOMES[outcome] ?? "plain", String(outcome).replaceAll("_", " "));
const STATES = { done: "good", failed: "bad", aborted: "bad", skipped: "plain" };
export const action_chip = (action) => chip(action.ended ? (STATES[action.state] ?? "plain") : "told", action.state);

export function empty(text, more) {
  return h("div", { class: "empty" }, h("p", {}, text), more && h("p", { class: "quiet" }, more));
}
export function loading(text = "Reading…") {
  return h("p", { class: "loading", role: "status" }, text);
}
export function failed(error, again) {
  return h("div", { class: "empty bad" }, h("p", {}, error.message), again && h("button", { type: "button", onclick: again }, "Try again"));
}
export const panel = (title, ...content) => h("section", { class: "panel" }, h("h2", {}, title), content);
// Facts as name and value; those without a value are left out.
export function facts(rows) {
  return h(
    "dl",
    { class: "facts" },
    rows
      .filter(([, value]) => value !== null && value !== undefined && value !== "" && value !== NOT_MEASURED)
      .map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
  );
}
export function hold_line(hold, release) {
  return h(
    "li",
    { key: "hold-" + hold.id },
    chip("told", "held"),
    h(
      "span",
      { class: "grow" },
      h("b", {}, hold.on === "node" ? node_link(hold.name) : hold.on === "domain" ? domain_link(hold.name) : `${hold.on} ${hold.name}`),
      ` by ${hold.owner}, `,
      time_ago(hold.since),
      hold.until ? `, until ${clock(moment(hold.until) ?? new Date())}` : "",
      ": ",
      hold.reason,
    ),
    release && h("button", { type: "button", onclick: release }, "Remove…"),
  );
}
