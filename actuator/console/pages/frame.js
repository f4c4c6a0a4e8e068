// What is around each page: the header with the cluster, its mode and the search, and the rail of pages.
import { h, say } from "./dom.js";
import { icon } from "./icons.js";
import { can, known, tell } from "./live.js";
import { open_help } from "./help.js";
import { open_palette } from "./palette.js";
import { is_dark, next_theme, prefer, prefs } from "./prefs.js";
import { pause_dialog, resume_dialog, leave } from "./operate.js";

export const ENTRIES = [
  { word: "fleet", text: "Fleet", key: "g f", icon: "fleet" },
  { word: "hotspots", text: "Hotspots", key: "g h", icon: "flame", count: () => known.status?.firing, loud: true },
  { word: "plans", text: "Plans", key: "g p", icon: "plan", count: () => known.waiting },
  { word: "actions", text: "Actions", key: "g a", icon: "move", count: () => known.status?.in_flight?.length },
  { word: "decisions", text: "Decisions", key: "g d", icon: "list" },
];
const MODES = { observe: "only looks", recommend: "recommends, does nothing", enforce: "acts by its rules" };

function mode_chip() {
  const status = known.status;
  if (!status?.mode) return null;
  if (status.pause) return h("span", { class: "chip loud", title: status.pause.reason }, "paused");
  const unusual = status.mode !== "enforce" || status.dry_run;
  return h(
    "span",
    { class: "chip" + (unusual ? " told" : ""), title: MODES[status.mode] ?? "" },
    status.mode + (status.dry_run ? ", dry run" : ""),
  );
}

function toggle_still() {
  known.still = !known.still;
  say(known.still ? "The page stands still." : "The page is live.");
  tell("all", true);
}

function live_button() {
  const state = known.cut ? "cut" : known.problem ? "away" : known.still ? "still" : "live";
  const texts = { cut: "no connection", away: "Redis away", still: "stopped", live: "live" };
  return h(
    "button",
    {
      class: "plain live " + state,
      type: "button",
      "aria-pressed": String(known.still),
      onclick: toggle_still,
      title: known.still ? "Let the page move again" : "Stop the page where it is",
    },
    h("span", { class: "dot" }),
    h("span", { class: "wide" }, texts[state]),
    h("span", { class: "only-read" }, texts[state] + ": stop the page"),
  );
}

function emergency() {
  if (!can("operator") || !known.status?.version) return null;
  return known.status.pause
    ? h("button", { type: "button", class: "strong", onclick: resume_dialog }, "Resume…")
    : h("button", { type: "button", onclick: pause_dialog, title: "Begin nothing more, whatever the mode is" }, "Pause…");
}

function theme_button() {
  const to = is_dark() ? "light" : "dark";
  return h(
    "button",
    {
      class: "plain",
      type: "button",
      "aria-label": `Switch to ${to}`,
      title: `Switch to ${to}`,
      onclick: () => {
        next_theme();
        document.dispatchEvent(new Event("frame"));
      },
    },
    icon(is_dark() ? "sun" : "moon"),
  );
}

export function header() {
  const session = known.session;
  return h(
    "header",
    { class: "top" },
    h("a", { class: "brand", href: "#/fleet" }, icon("brand"), h("span", {}, session?.cluster ?? "Hotspot")),
    mode_chip(),
    h("span", { class: "space" }),
    h(
      "button",
      { type: "button", class: "search", onclick: () => open_palette() },
      icon("search"),
      h("span", { class: "wide" }, "Go to or do…"),
      h("span", { class: "only-read narrow" }, "Go to or do"),
      h("kbd", { class: "wide" }, "Ctrl K"),
    ),
    live_button(),
    emergency(),
    theme_button(),
    h("button", { class: "plain wide", type: "button", "aria-label": "Keys", title: "Keys (?)", onclick: open_help }, "?"),
    session &&
      h(
        "details",
        { class: "menu", key: "user" },
        h("summary", { title: `${session.user}, ${session.role}` }, icon("person"), h("span", { class: "wide" }, session.user)),
        h(
          "div",
          { class: "sheet" },
          h("p", {}, h("b", {}, session.user), h("br", {}), `role ${session.role}`),
          h(
            "label",
            { class: "check" },
            h("input", {
              type: "checkbox",
              checked: prefs.theme === "auto",
              onchange: (event) => {
                prefer("theme", event.target.checked ? "auto" : is_dark() ? "dark" : "light");
              },
            }),
            "Light and dark as the system says",
          ),
          h("button", { type: "button", onclick: open_help }, "Keys"),
          h("button", { type: "button", onclick: leave }, "Sign out"),
        ),
      ),
  );
}

export function rail(current) {
  return h(
    "nav",
    { class: "rail", "aria-label": "Pages" },
    h(
      "ul",
      {},
      ENTRIES.map((one) => {
        const count = one.count?.() ?? 0;
        return h(
          "li",
          { key: one.word },
          h(
            "a",
            { href: "#/" + one.word, "aria-current": one.word === current ? "page" : null, title: one.key },
            icon(one.icon),
            h("span", {}, one.text),
            count > 0 && h("span", { class: "count" + (one.loud ? " loud" : "") }, String(count)),
          ),
        );
      }),
    ),
    h(
      "div",
      { class: "foot" },
      known.status?.leader
        ? [
            h("span", {}, "led by"),
            h("span", { class: "mono" }, known.status.leader.replace(/^hotspotd@/, "")),
            known.status.version && h("span", {}, "hotspotd " + known.status.version),
          ]
        : null,
    ),
  );
}
