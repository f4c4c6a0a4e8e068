// A firing: on one line, and what its rule compares.
import { h } from "./dom.js";
import { mark_of, number, percent } from "./format.js";
import { known } from "./live.js";
import { chip, domain_link, node_link, time_for } from "./parts.js";

// What it fires on: its domain, its node, or the cluster.
export function subject_of(firing) {
  const { domain, uuid, node } = firing.labels ?? {};
  if (domain) return [domain_link(domain, uuid), node && [" on ", node_link(node)]];
  return node ? node_link(node) : "the cluster";
}

// Whether a decision or recommendation is about it.
export function is_about(one, firing) {
  const { domain, node } = firing.labels ?? {};
  return (
    one.rule === firing.rule &&
    (domain
      ? one.subject.startsWith(`domain ${domain} `) || one.subject === `domain ${domain}`
      : node
        ? one.subject === `node ${node}`
        : one.subject.includes("cluster"))
  );
}
// The newest decision about it.
export const decision_about = (firing) => (known.decisions ?? []).find((one) => is_about(one, firing)) ?? null;

export function value_of(firing, mark) {
  return mark?.ratio || (!mark && /Cpu|Mem|Net|Steal/i.test(firing.rule) && firing.value <= 1.5)
    ? percent(firing.value)
    : number(firing.value);
}
export const mark_for = (firing) =>
  mark_of(decision_about(firing)?.explanation) ?? mark_of((known.decisions ?? []).find((one) => one.rule === firing.rule)?.explanation);

export function firing_line(firing) {
  const labels = Object.entries(firing.labels ?? {})
    .flat()
    .join(" ");
  return h(
    "li",
    { key: firing.rule + " " + labels },
    chip(firing.phase === "firing" ? "hot" : "plain", firing.phase),
    h(
      "span",
      { class: "grow" },
      h("b", {}, subject_of(firing)),
      ` ${firing.rule} ${value_of(firing, mark_for(firing))} for `,
      time_for(firing.since),
    ),
    !firing.fresh && chip("stale", "stale", "Its data are stale: nothing is done about it"),
  );
}
