// To apply a recommendation, or to refuse it. What is seen is what is sent: hotspotd refuses it if it is another by now.
import * as api from "./api.js";
import { ask } from "./dialog.js";
import { h } from "./dom.js";
import { listen } from "./live.js";
import { REASON, asked, list, order } from "./operate.js";
import { changes_since, predicted, still_waits, then_and_now, what_became_of } from "./plan_parts.js";

const path = (one, what) => `recommendations/${api.part(one.decision)}/${what}`;

// Redrawn while it is open: another operator may be quicker.
function ask_about(one, what) {
  const dialog = ask({
    ...what,
    preview: () => (still_waits(one) ? what.preview() : h("p", { class: "problem", role: "status" }, what_became_of(one))),
  });
  const stop = listen(() => {
    if (dialog.is_open()) dialog.redraw();
    else stop();
  });
}

export function apply_dialog(one) {
  ask_about(one, {
    title: `Apply: ${one.domain} ${one.step}`,
    button: "Apply",
    preview: () => [
      h("p", {}, one.sentence),
      then_and_now(one),
      list(
        predicted(one) && `It is ${predicted(one)}.`,
        ...changes_since(one)
          .filter((change) => change.against)
          .map((change) => [h("b", {}, change.kind), " ", change.text]),
        "It is planned anew with the figures of now, and skipped, with the reason, if anything forbids it.",
      ),
    ],
    send: (_, key) => api.call(path(one, "apply"), { body: { domain_uuid: one.domain_uuid, step: one.step }, key }),
  });
}
export function refuse_dialog(one) {
  ask_about(one, {
    title: `Refuse: ${one.domain} ${one.step}`,
    button: "Refuse",
    fields: [REASON, { name: "length", label: "For how long", hint: "4h, 30min, 2d; empty: as hotspotd is configured, which is a day." }],
    check: asked,
    preview: () =>
      list(`${one.rule} does not recommend the same step for ${one.domain} for that time; the next best may come.`, "A rule that acts by itself is not bound by it: hold the domain for that."),
    send: (values, key) => api.call(path(one, "refuse"), { body: order(values), key }),
  });
}
