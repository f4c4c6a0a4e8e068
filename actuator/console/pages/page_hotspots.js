// What fires and what is pending: each with its value beside its mark, how long it is held, and what came of it.
import { h, paint } from "./dom.js";
import { filter_field } from "./filters.js";
import { moment } from "./format.js";
import { can, known, now, read_decisions } from "./live.js";
import { hold_dialog } from "./operate.js";
import { bar, chip, decision_link, empty, outcome_chip, time_for } from "./parts.js";
import { decision_about, mark_for, subject_of, value_of } from "./firings.js";

const age = (one) => now() - (moment(one.since)?.getTime() ?? 0);

function card(firing) {
  const mark = mark_for(firing),
    decision = decision_about(firing);
  const labels = Object.entries(firing.labels ?? {}).filter(([name]) => name !== "uuid");
  const most = mark ? Math.max(mark.ratio ? 1 : mark.mark * 1.5, firing.value) : 1;
  const held = (known.status?.holds ?? []).find((one) => one.on === "rule" && one.name === firing.rule);
  return h(
    "article",
    { class: "card " + firing.phase, "data-row": true, tabindex: "-1", key: firing.rule + labels.flat().join(" ") },
    h(
      "div",
      { class: "title" },
      chip(firing.phase === "firing" ? "hot" : "plain", firing.phase),
      h("h2", {}, subject_of(firing)),
      !firing.fresh && chip("stale", "stale"),
      held && chip("told", "rule held"),
      h("span", { class: "space" }),
      can("operator") && !held && h("button", { type: "button", onclick: () => hold_dialog("rule", firing.rule) }, "Hold the rule…"),
    ),
    h("p", {}, h("b", {}, firing.rule), ` ${firing.phase} for `, time_for(firing.since), firing.held && `, held ${firing.held}`),
    h(
      "div",
      { class: "bullet" },
      bar(firing.value, {
        show: () => value_of(firing, mark),
        most,
        mark: mark?.mark,
        bounds: mark && !mark.ratio ? [0.2, 0.4, 0.6, 0.8, 1, 1.2].map((x) => x * mark.mark) : undefined,
      }),
      mark ? h("code", {}, mark.expression) : h("span", { class: "quiet" }, "No decision says yet what the rule compares."),
    ),
    !firing.fresh && h("p", { class: "problem" }, "Its data are stale: nothing is done about it until they are fresh."),
    decision
      ? h("p", { class: "came" }, outcome_chip(decision.outcome), " ", decision.sentence, " ", decision_link(decision.id, "why"))
      : h("p", { class: "quiet" }, firing.phase === "firing" ? "No decision about it yet." : "Nothing is decided before it fires."),
    labels.length > 0 &&
      h(
        "p",
        { class: "labels" },
        labels.map(([name, value]) => h("code", {}, `${name}="${value}"`)),
      ),
  );
}

export function hotspots_page(main) {
  let typed = "";
  function draw() {
    const status = known.status;
    if (!status) {
      paint(main, h("p", { class: "loading" }, "Reading…"));
      return;
    }
    const all = [...(status.firings ?? [])].sort((a, b) => (a.phase === b.phase ? age(b) - age(a) : a.phase === "firing" ? -1 : 1));
    const list = all.filter((one) => `${one.rule} ${one.phase} ${Object.values(one.labels ?? {}).join(" ")}`.toLowerCase().includes(typed));
    const total = (status.firing ?? 0) + (status.pending ?? 0);
    paint(
      main,
      h(
        "div",
        { class: "title" },
        h("h1", {}, "Hotspots"),
        h("span", { class: "quiet" }, `${status.firing ?? 0} firing, ${status.pending ?? 0} pending`),
        h("span", { class: "space" }),
        filter_field("Filter hotspots", (text) => {
          typed = text;
          draw();
        }),
      ),
      all.length < total && h("p", { class: "quiet" }, `The first ${all.length} of ${total} are listed.`),
      list.length
        ? h("div", { class: "cards" }, list.slice(0, 200).map(card))
        : all.length
          ? empty("No hotspot has these words.")
          : empty(
              "Nothing fires, and nothing is pending.",
              "A hotspot is a domain, a node or the cluster on which a rule with remedies fires.",
            ),
    );
  }
  read_decisions().catch(() => {});
  return { update: draw };
}
