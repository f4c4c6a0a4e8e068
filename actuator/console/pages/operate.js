// What an operator may do. Each asks first, and shows what it would do before it is sent.
import * as api from "./api.js";
import { ask, toast } from "./dialog.js";
import { h } from "./dom.js";
import { bytes, length_of, plural, when } from "./format.js";
import { known, now, can } from "./live.js";

export const REASON = {
  name: "reason",
  label: "Reason",
  hint: "Others see it beside your name, and it stays in the record.",
  example: "new memory, back at 16:00",
};
const LENGTH = { name: "length", label: "For how long", hint: "4h, 30min, 2d; empty: until somebody removes it." };
const UNDER_WAY = {
  name: "cancel",
  label: "What is under way",
  value: "",
  choices: [
    ["", "is let end"],
    ["yes", "is cancelled"],
  ],
};

export function asked(values, needs_reason = true) {
  if (needs_reason && !values.reason.trim()) return "Give a reason.";
  if (values.length && length_of(values.length) === null) return `“${values.length}” is no length of time: 4h, 30min or 2d would be.`;
  return "";
}
export function order(values) {
  const body = { reason: values.reason.trim() };
  if (values.length) body.length_seconds = length_of(values.length);
  if (values.cancel) body.cancel = true;
  return body;
}
export const list = (...items) =>
  h(
    "ul",
    {},
    items.filter(Boolean).map((one) => h("li", {}, one)),
  );
const in_flight = (of = () => true) => (known.status?.in_flight ?? []).filter(of);
const under_way = (actions) =>
  actions.length
    ? `${plural(actions.length, "action")} under way: ` +
      actions
        .slice(0, 3)
        .map((one) => `${one.domain} ${one.step}`)
        .join(", ") +
      (actions.length > 3 ? ", …" : "") +
      "."
    : "Nothing is under way.";

export function pause_dialog() {
  ask({
    title: "Pause Hotspot",
    button: "Pause",
    loud: true,
    fields: [REASON, LENGTH, UNDER_WAY],
    check: asked,
    preview: () =>
      list("Nothing more is begun in this cluster, whatever the mode is. Rules go on, and decisions are recorded.", under_way(in_flight())),
    send: (values, key) => api.call("pause", { body: order(values), key }),
  });
}
export function resume_dialog() {
  const pause = known.status?.pause;
  ask({
    title: "Resume",
    button: "Resume",
    preview: () =>
      list(
        pause && `Paused by ${pause.owner} since ${when(pause.since, now())}: ${pause.reason}`,
        `Hotspot goes on in mode ${known.status?.mode}, with ${plural(known.status?.firing ?? 0, "hotspot")} now.`,
      ),
    send: (_, key) => api.call("resume", { body: {}, key }),
  });
}

const EFFECTS = {
  node: (name) => `Nothing is moved to or from ${name}, and none of its domains is changed.`,
  domain: (name) => `${name} is neither moved nor changed, whatever fires on it.`,
  rule: (name) => `${name} goes on to fire, and nothing is done about it.`,
};
// on: "node", "domain" or "rule".
export function hold_dialog(on, name) {
  const concerned = (one) => (on === "node" ? one.node === name : on === "domain" ? one.domain === name : one.rule === name);
  ask({
    title: `Hold ${on} ${name}`,
    button: `Hold ${name}`,
    fields: [REASON, LENGTH, UNDER_WAY],
    check: asked,
    preview: () => list(EFFECTS[on](name), under_way(in_flight(concerned))),
    send: (values, key) => api.call("holds", { body: { on, name, ...order(values) }, key }),
  });
}
export function release_dialog(hold) {
  ask({
    title: `Remove the hold on ${hold.on} ${hold.name}`,
    button: "Remove the hold",
    preview: () =>
      list(
        `Set by ${hold.owner} since ${when(hold.since, now())}: ${hold.reason}`,
        hold.owner !== known.session.user && `It is ${hold.owner}'s, not yours.`,
        "Rules apply to it again at once.",
      ),
    send: (_, key) => api.call("holds/" + api.part(hold.id), { method: "DELETE", key }),
  });
}

function what_leaves(name, domains) {
  if (!domains) return "Reading what runs there…";
  const running = domains.filter((one) => one.state !== "shutoff" && one.belongs_here !== false);
  const stuck = running.filter((one) => one.migration_obstacles?.length);
  const size = running.reduce((sum, one) => sum + (one.memory_balloon_bytes ?? 0), 0);
  const leave = running.length - stuck.length;
  return [
    h(
      "li",
      {},
      running.length
        ? `${leave} of ${plural(running.length, "domain")}, ${bytes(size)} of memory in all, ${leave === 1 ? "leaves" : "leave"} ${name}.`
        : `Nothing runs on ${name}: it stays empty.`,
    ),
    stuck.slice(0, 5).map((one) => h("li", { class: "bad" }, `${one.name} cannot: ${one.migration_obstacles[0]}`)),
    stuck.length > 5 && h("li", { class: "bad" }, `and ${stuck.length - 5} more cannot.`),
  ];
}
function room_elsewhere(name) {
  const others = [...known.nodes.values()].filter((one) => one.name !== name && one.load && !one.stale && !one.drain_requested);
  const room = others.reduce((sum, one) => sum + (one.load.memory_available_bytes ?? 0), 0);
  return others.length
    ? `${plural(others.length, "other node")} with fresh data ${others.length === 1 ? "has" : "have"} ${bytes(room)} of memory available. ` +
        "Which domain goes where is decided one by one, within the margins; a domain that fits nowhere stays, and the decision says why."
    : "No other node has fresh data: nothing could go anywhere.";
}
export function drain_dialog(name) {
  let domains = null;
  const dialog = ask({
    title: `Drain node ${name}`,
    button: `Drain ${name}`,
    loud: true,
    fields: [REASON],
    check: asked,
    preview: () =>
      h(
        "ul",
        {},
        what_leaves(name, domains),
        h("li", {}, room_elsewhere(name)),
        h("li", {}, "Nothing is moved there until it is undrained."),
      ),
    send: (values, key) => api.call(`nodes/${api.part(name)}/drain`, { body: { reason: values.reason.trim() }, key }),
  });
  api.call("nodes/" + api.part(name)).then(
    (answer) => {
      domains = answer.domains ?? [];
      dialog.redraw();
    },
    () => {},
  );
}
export function undrain_dialog(name) {
  const drain = known.status?.drains?.find((one) => one.node === name);
  ask({
    title: `Undrain node ${name}`,
    button: `Undrain ${name}`,
    preview: () =>
      list(
        drain && `Drained by ${drain.owner} since ${when(drain.since, now())}: ${drain.reason}`,
        `Domains may move to ${name} again. Those that left do not come back by themselves.`,
      ),
    send: (_, key) => api.call(`nodes/${api.part(name)}/undrain`, { body: {}, key }),
  });
}

export function cancel_dialog(action) {
  ask({
    title: `Cancel ${action.step} of ${action.domain}`,
    button: "Cancel the action",
    loud: true,
    preview: () =>
      list(
        `${action.domain} stays on ${action.node}, where it runs.`,
        "What was copied is thrown away.",
        "Its rule may begin another action once the cooldown is over: hold the domain to prevent that.",
      ),
    send: (_, key) => api.call(`actions/${api.part(action.id)}/cancel`, { body: {}, key }),
  });
}
export function reload_dialog() {
  ask({
    title: "Reload the rules",
    button: "Reload",
    preview: () => list("hotspotd reads its rule files again. If one has an error, the rules that it has stay as they are."),
    send: (_, key) => api.call("rules/reload", { body: {}, key }),
  });
}
const MODES = [
  ["observe", "observe: only looks"],
  ["recommend", "recommend: decides, does nothing"],
  ["enforce", "enforce: acts"],
];
export function mode_dialog() {
  const now_is = known.status?.mode;
  ask({
    title: "Set the mode",
    button: "Set the mode",
    fields: [
      {
        name: "mode",
        label: "Mode",
        value: now_is,
        choices: MODES.filter(([mode]) => mode !== "enforce" || can("admin") || now_is === "enforce"),
      },
    ],
    check: (values) => (values.mode === now_is ? `The mode is ${now_is} already.` : ""),
    preview: (values) =>
      list(
        `The mode is ${now_is} now.`,
        values.mode === "enforce" &&
          `Hotspot will act on ${plural(known.status?.firing ?? 0, "hotspot")} at once, as its rules, holds and time windows allow.`,
      ),
    send: (values, key) => api.call("mode", { body: { mode: values.mode }, key }),
  });
}

export async function leave() {
  try {
    await api.sign_out();
  } catch (error) {
    toast(error.message);
    return;
  }
  document.dispatchEvent(new CustomEvent("signed-out", { detail: "You are signed out." }));
}
