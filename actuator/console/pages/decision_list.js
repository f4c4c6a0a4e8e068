// Decisions as rows.
import { part } from "./api.js";
import { h } from "./dom.js";
import { clock, moment } from "./format.js";
import { outcome_chip } from "./parts.js";

// The sentence without the subject and how long the rule held, which precede the first semicolon.
function conclusion(one) {
  const place = one.rule && one.sentence.startsWith(`${one.subject}: ${one.rule} `) ? one.sentence.indexOf("; ") : -1;
  return place < 0 ? one.sentence : one.sentence.slice(place + 2);
}

export function decision_row(one, current = "") {
  const date = moment(one.at);
  return h(
    "li",
    { key: one.id },
    h(
      "a",
      { class: "row", "data-row": true, href: "#/decision/" + part(one.id), "aria-current": one.id === current ? "true" : null },
      h("time", { datetime: one.at, title: one.at }, date ? clock(date) : "–"),
      outcome_chip(one.outcome),
      h(
        "span",
        { class: "grow" },
        h("b", {}, one.subject),
        one.rule && h("span", { class: "quiet" }, " " + one.rule),
        h("span", { class: "sentence" }, conclusion(one)),
      ),
    ),
  );
}
export const decision_rows = (list) =>
  h(
    "ul",
    { class: "rows" },
    list.map((one) => decision_row(one)),
  );
