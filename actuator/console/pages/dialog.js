// A dialog that shows what would happen, asks what is needed, sends one command, and stays with all that was typed if it is refused.
import { new_key } from "./api.js";
import { h, paint, say } from "./dom.js";

// Closes with Esc. content(dialog) paints into it.
export function open_modal(name, label) {
  document.getElementById(name)?.remove();
  const before = document.activeElement;
  const dialog = h("dialog", { id: name, "aria-label": label });
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.showModal();
  return dialog;
}

function field(one, values, id) {
  const more = {
    id,
    name: one.name,
    autocomplete: "off",
    "aria-describedby": one.hint ? id + "-hint" : null,
    oninput: (event) => {
      values[one.name] = event.target.value;
      one.changed?.();
    },
  };
  const input = one.choices
    ? h(
        "select",
        { ...more, onchange: more.oninput },
        one.choices.map(([value, text]) => h("option", { value, selected: values[one.name] === value }, text)),
      )
    : h("input", { ...more, type: "text", value: values[one.name], placeholder: one.example, maxlength: "400" });
  return h(
    "p",
    { class: "field" },
    h("label", { for: id }, one.label),
    input,
    one.hint && h("span", { class: "quiet", id: id + "-hint" }, one.hint),
  );
}

// ask({title, preview, fields, button, check, send}). preview(): what would happen; may be called again by ask().redraw().
// check(values): a sentence, if something is missing. send(values, key): the answer.
export function ask({ title, preview, fields = [], button, loud = false, check = () => "", send }) {
  const dialog = open_modal("ask", title);
  const values = Object.fromEntries(fields.map((one) => [one.name, one.value ?? ""]));
  let problem = "",
    busy = false,
    key = new_key();

  async function submit(event) {
    event.preventDefault();
    if (busy) return;
    problem = check(values);
    if (problem) {
      draw();
      dialog.querySelector("input")?.focus();
      return;
    }
    busy = true;
    draw();
    let answer;
    try {
      answer = await send(values, key);
      key = new_key();
    } catch (error) {
      problem = error.kind === "skipped" ? `Skipped, nothing was done: ${error.message}` : error.message;
      if (error.status !== 0) key = new_key();
    }
    busy = false;
    if (answer && answer.kind !== "unanswered" && answer.kind !== "refused") {
      dialog.close();
      toast(answer.message || "Done.", answer.details ?? []);
      return;
    }
    if (answer)
      problem = [
        answer.message || answer.detail || "Nobody has answered yet.",
        ...(answer.details ?? []),
        answer.kind === "unanswered" ? "It may still be carried out: look before you send it again." : "",
      ]
        .filter(Boolean)
        .join(" ");
    if (dialog.isConnected) draw();
  }
  function draw() {
    paint(
      dialog,
      h(
        "form",
        { onsubmit: submit, novalidate: true },
        h("h2", {}, title),
        h("div", { class: "preview" }, preview?.(values)),
        fields.map((one) => field(one, values, "ask-" + one.name)),
        problem && h("p", { class: "problem", role: "alert" }, problem),
        h(
          "div",
          { class: "buttons" },
          h("button", { type: "button", onclick: () => dialog.close() }, "Cancel"),
          h("button", { class: loud ? "strong loud" : "strong", disabled: busy }, busy ? "Sending…" : button),
        ),
      ),
    );
  }
  for (const one of fields) one.changed = draw;
  draw();
  (dialog.querySelector("input, select") ?? dialog.querySelector(loud ? "button" : "button.strong")).focus();
  return {
    is_open: () => dialog.isConnected,
    redraw: () => {
      if (dialog.isConnected) draw();
    },
  };
}

const SHOWN_MS = 8000;
export function toast(text, details = []) {
  let place = document.getElementById("toasts");
  if (!place) document.body.append((place = h("div", { id: "toasts" })));
  const one = h(
    "div",
    { class: "toast" },
    h(
      "div",
      {},
      h("p", {}, text),
      details.map((line) => h("p", { class: "quiet" }, line)),
    ),
    h("button", { type: "button", class: "plain", "aria-label": "Close this message", onclick: () => one.remove() }, "×"),
  );
  place.append(one);
  say(text);
  setTimeout(() => one.remove(), SHOWN_MS + 2000 * details.length);
}
