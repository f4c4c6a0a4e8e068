// What waits for approval, in short, for pages that are about something else.
import { h } from "./dom.js";
import { can, known } from "./live.js";
import { chip, domain_link, time_for } from "./parts.js";
import { apply_dialog } from "./plan_dialogs.js";

const MOST = 4;

function line(one) {
  return h(
    "li",
    { key: one.decision },
    chip("told", "waits"),
    h(
      "span",
      { class: "grow" },
      h("b", {}, domain_link(one.domain, one.domain_uuid), " ", one.step),
      h("span", { class: "quiet" }, ` ${one.rule}, for `, time_for(one.since)),
    ),
    can("operator") && h("button", { type: "button", onclick: () => apply_dialog(one) }, "Apply…"),
  );
}

// A panel; null: nothing waits.
export function what_waits() {
  const list = known.plan?.recommendations ?? [];
  if (list.length === 0) return null;
  return h(
    "section",
    { class: "panel", id: "waiting" },
    h("h2", {}, "Waits for approval"),
    h("ul", { class: "lines" }, list.slice(0, MOST).map(line)),
    h("p", {}, h("a", { href: "#/plans" }, list.length > MOST ? `All ${list.length}` : "With what changed since, or to refuse")),
  );
}
