// The list of keys.
import { h, paint } from "./dom.js";
import { open_modal } from "./dialog.js";
import { prefer, prefs } from "./prefs.js";

export const KEYS = [
  ["Ctrl K, /", "go to a page, node or domain, or do something"],
  ["g f, g h, g p, g a, g d", "fleet, hotspots, plans, actions, decisions"],
  ["j k, arrows", "next and previous row or cell"],
  ["Enter", "open it"],
  ["1 … 5", "fleet: CPU, memory, network, steal, volume"],
  ["f", "filter the list of the page"],
  ["d, u, h", "node: drain, undrain, hold; domain: hold. They ask first"],
  ["a, r", "plans: apply, refuse. They ask first"],
  ["t", "light or dark"],
  ["s", "stop the page, let it go on"],
  ["?", "this list"],
  ["Esc", "close"],
];

export function open_help() {
  const dialog = open_modal("help", "Keys");
  paint(
    dialog,
    h("h2", {}, "Keys"),
    h(
      "dl",
      { class: "keys" },
      KEYS.map(([keys, text]) => [
        h(
          "dt",
          {},
          keys.split(", ").map((one) => h("kbd", {}, one)),
        ),
        h("dd", {}, text),
      ]),
    ),
    h(
      "label",
      { class: "check" },
      h("input", { type: "checkbox", checked: prefs.letters, onchange: (event) => prefer("letters", event.target.checked) }),
      "Single letters are keys",
    ),
    h("div", { class: "buttons" }, h("button", { type: "button", class: "strong", onclick: () => dialog.close() }, "Close")),
  );
  dialog.querySelector(".buttons button").focus();
}
