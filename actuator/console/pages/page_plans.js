// Plans: the recommendations that wait for an operator, what changed since each was made, what was applied, and what was refused.
import { part } from "./api.js";
import { h, paint } from "./dom.js";
import { filter_field, more_of } from "./filters.js";
import { plural, when } from "./format.js";
import { keys_of_page } from "./keys.js";
import { can, known, now, read_actions, read_decisions, read_plan } from "./live.js";
import { action_chip, chip, decision_link, domain_link, empty, failed, loading, node_link, time_ago, time_for } from "./parts.js";
import { apply_dialog, refuse_dialog } from "./plan_dialogs.js";
import { changes_since, predicted, read_effects, then_and_now } from "./plan_parts.js";

const AT_ONCE = 20,
  MOST_APPLIED = 10;

function card(one) {
  const changes = changes_since(one),
    against = changes.some((change) => change.against);
  return h(
    "article",
    { class: "card" + (against ? "" : " flying"), "data-row": true, "data-decision": one.decision, tabindex: "-1", key: one.decision },
    h(
      "div",
      { class: "title" },
      chip(against ? "stale" : "told", against ? "would be skipped" : "waits"),
      h("h2", {}, domain_link(one.domain, one.domain_uuid), " ", one.step),
      h("span", { class: "space" }),
      can("operator") &&
        h(
          "div",
          { class: "buttons" },
          h("button", { type: "button", class: "strong", onclick: () => apply_dialog(one) }, "Apply…"),
          h("button", { type: "button", onclick: () => refuse_dialog(one) }, "Refuse…"),
        ),
    ),
    h("p", {}, one.sentence, " ", decision_link(one.decision, "why")),
    h(
      "p",
      { class: "line quiet" },
      h("span", {}, "on ", node_link(one.node)),
      predicted(one) && h("span", {}, predicted(one)),
      h("span", {}, "waits for ", time_for(one.since)),
      h("span", {}, `expires at ${when(one.expires, now())}`),
    ),
    then_and_now(one),
    h(
      "ul",
      { class: "lines", "aria-label": "What changed since" },
      changes.map((change) => h("li", { key: change.kind }, chip(change.against ? "bad" : "plain", change.kind), h("span", { class: "grow" }, change.text))),
    ),
    h(
      "details",
      { key: "conditions" },
      h("summary", {}, "What is looked at again when it is applied"),
      h(
        "ul",
        {},
        (one.preconditions ?? []).map((text) => h("li", {}, text)),
      ),
    ),
  );
}

function refused_row(one) {
  return h(
    "li",
    { key: one.decision },
    chip("plain", "refused"),
    h(
      "span",
      { class: "grow" },
      h("b", {}, domain_link(one.domain, one.domain_uuid), " ", one.step),
      ` by ${one.by}, `,
      time_ago(one.at),
      `: ${one.reason}`,
      h("span", { class: "quiet" }, ` ${one.rule} does not recommend it again until ${when(one.until, now())} `),
      decision_link(one.decision, "why"),
    ),
  );
}

function applied_row(action) {
  return h(
    "li",
    { key: action.id },
    action_chip(action),
    h(
      "span",
      { class: "grow" },
      h("a", { href: "#/action/" + part(action.id) }, `${action.domain} ${action.step}`),
      ` applied by ${action.approved_by}, `,
      time_ago(action.at),
      action.message && h("span", { class: "quiet" }, " " + action.message),
    ),
  );
}
export function plans_page(main) {
  let typed = "",
    problem = null,
    shown = AT_ONCE,
    closed = false;

  function under_focus() {
    const id = document.activeElement?.closest?.("[data-decision]")?.dataset.decision;
    const all = known.plan?.recommendations ?? [];
    return all.find((one) => one.decision === id) ?? wanted(all)[0];
  }
  const stop_keys = keys_of_page((event) => {
    const deed = { a: apply_dialog, r: refuse_dialog }[event.key],
      one = deed && can("operator") && under_focus();
    if (one) deed(one);
    return Boolean(one);
  });
  const wanted = (list) => list.filter((one) => `${one.domain} ${one.node} ${one.step} ${one.rule} ${one.sentence}`.toLowerCase().includes(typed));

  function waiting(all) {
    const list = wanted(all);
    if (list.length === 0)
      return all.length
        ? empty("No recommendation has these words.")
        : empty("Nothing waits.", "In mode recommend, and of a rule that has lost its right to act, what would be done waits here for an operator.");
    return [
      h("div", { class: "cards" }, list.slice(0, shown).map(card)),
      list.length > shown &&
        more_of(list.length, () => {
          shown += AT_ONCE;
          draw();
        }),
    ];
  }
  function applied() {
    const actions = [...(known.actions?.values() ?? [])].filter((one) => one.rule && one.approved_by).sort((a, b) => (a.at < b.at ? 1 : -1));
    return actions.slice(0, MOST_APPLIED);
  }
  function draw() {
    if (closed) return;
    if (!known.plan) {
      paint(main, h("h1", {}, "Plans"), problem ? failed(problem, read) : loading());
      return;
    }
    const { recommendations, refused } = known.plan,
      done = applied();
    read_effects(wanted(recommendations).slice(0, shown), draw);
    paint(
      main,
      h(
        "div",
        { class: "title" },
        h("h1", {}, "Plans"),
        h("span", { class: "quiet" }, `${plural(recommendations.length, "recommendation")} ${recommendations.length === 1 ? "waits" : "wait"}, the oldest first`),
        h("span", { class: "space" }),
        filter_field("Filter plans", (text) => {
          typed = text;
          draw();
        }),
      ),
      waiting(recommendations),
      h("section", { class: "panel", id: "applied" }, h("h2", {}, "Applied"), done.length ? h("ul", { class: "lines" }, done.map(applied_row)) : empty("None lately.")),
      h("section", { class: "panel", id: "refused" }, h("h2", {}, "Refused"), refused.length ? h("ul", { class: "lines" }, refused.map(refused_row)) : empty("None is refused now.")),
    );
  }
  async function read() {
    problem = null;
    try {
      await Promise.all([read_plan(), read_actions()]);
    } catch (error) {
      problem = error;
    }
    draw();
    read_decisions().catch(() => {});
  }
  read();
  return {
    update: draw,
    close() {
      closed = true;
      stop_keys();
    },
  };
}
