// Actions: what is under way, with its progress; below, what has ended.
import { h, paint } from "./dom.js";
import { choice, filter_field, more_of } from "./filters.js";
import { plural } from "./format.js";
import { known, read_actions } from "./live.js";
import { empty, failed, loading } from "./parts.js";
import { action_card, action_row } from "./action_parts.js";

const OUTCOMES = [
  ["", "all"],
  ["done", "done"],
  ["failed", "failed"],
  ["aborted", "aborted"],
  ["skipped", "skipped"],
];
const AT_ONCE = 50;

export function actions_page(main, { name }) {
  let typed = "",
    outcome = "",
    problem = null,
    shown = AT_ONCE,
    to_open = name,
    closed = false;

  function draw() {
    if (closed) return; // what was asked for came after the reader left
    if (!known.actions) {
      paint(main, h("h1", {}, "Actions"), problem ? failed(problem, read) : loading());
      return;
    }
    const flying_ids = new Set((known.status?.in_flight ?? []).map((one) => one.id));
    const all = [...known.actions.values()],
      flying = all.filter((one) => flying_ids.has(one.id) && !one.ended);
    const ended = all.filter((one) => one.ended).sort((a, b) => (a.at < b.at ? 1 : -1));
    const list = ended.filter(
      (one) =>
        (!outcome || one.state === outcome) &&
        `${one.domain} ${one.node} ${one.step} ${one.rule} ${one.message} ${one.id}`.toLowerCase().includes(typed),
    );
    paint(
      main,
      h("div", { class: "title" }, h("h1", {}, "Actions"), h("span", { class: "quiet" }, `${plural(flying.length, "action")} under way`)),
      flying.length
        ? h("div", { class: "cards" }, flying.map(action_card))
        : empty("Nothing is under way.", "An action begins when a rule fires, its remedy is possible, and the mode is enforce."),
      h(
        "section",
        { class: "panel" },
        h(
          "div",
          { class: "line" },
          h("h2", {}, "Ended"),
          filter_field("Filter actions", (text) => {
            typed = text;
            draw();
          }),
          choice("State", OUTCOMES, outcome, (word) => {
            outcome = word;
            draw();
          }),
        ),
        list.length
          ? h(
              "ul",
              { class: "rows" },
              list.slice(0, shown).map((one) => action_row(one, one.id === to_open)),
            )
          : empty(ended.length ? "None is like that." : "No action has ended yet."),
        list.length > shown &&
          more_of(list.length, () => {
            shown += AT_ONCE;
            draw();
          }),
      ),
    );
    if (known.actions.has(to_open)) to_open = ""; // opened once; then it is the reader's
  }
  async function read() {
    problem = null;
    try {
      await read_actions();
    } catch (error) {
      problem = error;
    }
    draw();
  }
  read();
  return {
    update: draw,
    close() {
      closed = true;
    },
  };
}
