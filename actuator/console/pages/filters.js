// What narrows a list: a field to type in, and a row of buttons of which one is pressed; and what shows more of it.
import { h } from "./dom.js";

// pick: called with what was typed, in lower case. The key f goes to it.
export function filter_field(label, pick, placeholder = "Filter") {
  return h("input", {
    type: "search",
    "data-filter": true,
    "aria-label": label,
    placeholder,
    oninput: (event) => pick(event.target.value.toLowerCase()),
  });
}

// options: [[word, text, title], …]; pick: called with a word.
export function choice(label, options, chosen, pick) {
  return h(
    "div",
    { class: "switch", role: "group", "aria-label": label },
    options.map(([word, text, title]) =>
      h("button", { type: "button", "aria-pressed": String(word === chosen), title, onclick: () => pick(word) }, text),
    ),
  );
}

export function more_of(count, show) {
  return h("button", { type: "button", onclick: show }, `Show more of ${count}`);
}
