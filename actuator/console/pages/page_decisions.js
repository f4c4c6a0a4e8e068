// Decisions: what was concluded, when, and why. The list on the left; one of them, with its explanation and its whole record, on the right.
import * as api from "./api.js";
import { h, paint, s } from "./dom.js";
import { choice, filter_field, more_of } from "./filters.js";
import { day, moment } from "./format.js";
import { known, now, read_decisions } from "./live.js";
import { empty, failed, loading } from "./parts.js";
import { decision_row } from "./decision_list.js";
import { decision_view } from "./decision_view.js";
import { icon } from "./icons.js";

const KINDS = [
  ["", "all"],
  ["act", "act"],
  ["recommend", "recommend"],
  ["nothing", "nothing"],
  ["others", "others"],
];
const AT_ONCE = 50,
  HOURS = 24,
  HOUR_MS = 3600000;
const kind_of = (outcome) => (["act", "recommend", "nothing"].includes(outcome) ? outcome : "others");

// One bar an hour, newest on the right: what was done above, what was not below.
function timeline(list) {
  const end = now(),
    counts = Array.from({ length: HOURS }, () => ({ did: 0, not: 0 }));
  for (const one of list) {
    const back = Math.floor((end - Date.parse(one.at)) / HOUR_MS);
    if (back >= 0 && back < HOURS) counts[HOURS - 1 - back][["act", "recommend"].includes(one.outcome) ? "did" : "not"]++;
  }
  const most = Math.max(1, ...counts.map((one) => Math.max(one.did, one.not))),
    total = counts.reduce((sum, one) => sum + one.did + one.not, 0);
  return h(
    "figure",
    { class: "timeline" },
    s(
      "svg",
      {
        viewBox: "0 0 240 44",
        role: "img",
        preserveAspectRatio: "none",
        "aria-label": `${total} decisions within the last ${HOURS} hours, ${counts.reduce((sum, one) => sum + one.did, 0)} of them acts or recommendations`,
      },
      counts.map((one, at) =>
        s(
          "g",
          {},
          one.did > 0 &&
            s("rect", { class: "did", x: at * 10 + 1, width: 8, y: 22 - (20 * one.did) / most, height: (20 * one.did) / most }),
          one.not > 0 && s("rect", { class: "not", x: at * 10 + 1, width: 8, y: 23, height: (20 * one.not) / most }),
        ),
      ),
      s("line", { x1: 0, x2: 240, y1: 22.5, y2: 22.5 }),
    ),
    h(
      "figcaption",
      { class: "quiet" },
      h("span", {}, "24 h ago"),
      h("span", {}, h("i", { class: "swatch did" }), "acts, recommendations  ", h("i", { class: "swatch not" }), "others"),
      h("span", {}, "now"),
    ),
  );
}

export function decisions_page(main, { word, name }) {
  let typed = "",
    kind = "",
    shown = AT_ONCE,
    problem = null,
    current = word === "decision" ? name : "",
    whole = null,
    whole_problem = null,
    closed = false;

  async function read_one(id) {
    current = id;
    whole = null;
    whole_problem = null;
    draw();
    if (!id) return;
    try {
      const answer = await api.call("decisions/" + api.part(id));
      if (current === id) whole = answer;
    } catch (error) {
      if (current === id) whole_problem = error;
    }
    draw();
  }
  function rows(list) {
    const parts = [];
    let last = "";
    for (const one of list.slice(0, shown)) {
      const date = moment(one.at),
        of_day = date ? day(date) : "";
      if (of_day !== last) parts.push(h("li", { class: "day", key: "day-" + of_day }, of_day === day(new Date(now())) ? "Today" : of_day));
      last = of_day;
      parts.push(decision_row(one, current));
    }
    return h("ul", { class: "rows" }, parts);
  }
  function right() {
    if (!current) return empty("Choose a decision.", "j and k go from one to the next, Enter opens it.");
    if (whole_problem) return failed(whole_problem, () => read_one(current));
    const known_part = (known.decisions ?? []).find((one) => one.id === current);
    return whole || known_part ? decision_view({ ...known_part, ...whole }) : loading();
  }
  function draw() {
    if (closed) return; // what was asked for came after the reader left
    if (!known.decisions && !current) {
      paint(main, h("h1", {}, "Decisions"), problem ? failed(problem, read) : loading());
      return;
    }
    const all = known.decisions ?? [],
      words = typed.split(/\s+/).filter(Boolean);
    const list = all.filter(
      (one) =>
        (!kind || kind_of(one.outcome) === kind) &&
        words.every((each) => `${one.subject} ${one.rule} ${one.outcome} ${one.sentence} ${one.id}`.toLowerCase().includes(each)),
    );
    paint(
      main,
      h("h1", { class: "only-read" }, "Decisions"),
      h(
        "div",
        { class: "split" + (current ? " one" : "") },
        h(
          "section",
          { class: "panel list" },
          h(
            "div",
            { class: "line" },
            h("h2", { class: "large", "aria-hidden": "true" }, "Decisions"),
            h("span", { class: "quiet" }, list.length === all.length ? `the newest ${all.length}` : `${list.length} of ${all.length}`),
          ),
          timeline(list),
          h(
            "div",
            { class: "line" },
            filter_field(
              "Search decisions",
              (text) => {
                typed = text;
                shown = AT_ONCE;
                draw();
              },
              "Node, domain, rule, words",
            ),
            choice("Outcome", KINDS, kind, (one) => {
              kind = one;
              draw();
            }),
          ),
          list.length
            ? rows(list)
            : empty(
                all.length ? "None has these words." : "Nothing was decided yet.",
                all.length ? "" : "A decision is recorded when a rule fires, also if nothing is done.",
              ),
          list.length > shown &&
            more_of(list.length, () => {
              shown += AT_ONCE;
              draw();
            }),
        ),
        h(
          "section",
          { class: "panel detail", "aria-label": "Decision" },
          current && h("a", { class: "back narrow", href: "#/decisions" }, icon("back"), "Decisions"),
          right(),
        ),
      ),
    );
  }
  async function read() {
    problem = null;
    try {
      await read_decisions();
    } catch (error) {
      problem = error;
    }
    draw();
  }
  read();
  if (current) read_one(current);
  return {
    update: draw,
    close() {
      closed = true;
    },
    goes_to(to, id) {
      read_one(to === "decision" ? id : "");
      return true;
    },
  };
}
