// Keys of all pages. A page may add its own; letters do nothing while somebody types, or if they are switched off.
import { open_help } from "./help.js";
import { known, tell } from "./live.js";
import { open_palette } from "./palette.js";
import { next_theme, prefs } from "./prefs.js";

const PAGES = { f: "fleet", h: "hotspots", p: "plans", a: "actions", d: "decisions" };
const SECOND_KEY_MS = 1500;
let page_keys = () => false,
  after_g = -Infinity;

// what(event): true if the key was its.
export function keys_of_page(what) {
  page_keys = what;
  return () => {
    if (page_keys === what) page_keys = () => false;
  };
}

const types = (element) => element.matches?.("input, textarea, select") && element.type !== "checkbox" && element.type !== "radio";

// j and k: from row to row of the list that has the focus, or of the first one.
function step(by) {
  const rows = [...document.querySelectorAll("main [data-row]")];
  const at = rows.indexOf(document.activeElement.closest?.("[data-row]"));
  const next = rows[at < 0 ? 0 : Math.min(rows.length - 1, Math.max(0, at + by))];
  if (!next) return false;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

const LETTERS = {
  "?": open_help,
  "/": open_palette,
  t: () => {
    next_theme();
    document.dispatchEvent(new Event("frame"));
  },
  s: () => {
    known.still = !known.still;
    tell("all", true);
  },
  f: () => document.querySelector("main [data-filter]")?.focus(),
  j: () => step(1),
  k: () => step(-1),
};

function letter(event) {
  if (event.timeStamp - after_g < SECOND_KEY_MS && PAGES[event.key]) {
    after_g = -Infinity;
    location.hash = "#/" + PAGES[event.key];
    return true;
  }
  if (event.key === "g") {
    after_g = event.timeStamp;
    return true;
  }
  if (page_keys(event)) return true;
  if (!LETTERS[event.key]) return false;
  LETTERS[event.key]();
  return true;
}

function on_key(event) {
  if (!known.session || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open_palette();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (types(event.target)) event.target.blur();
    else for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
    return;
  }
  if (types(event.target)) return;
  if (event.key.length === 1 && prefs.letters && letter(event)) event.preventDefault();
}
export function on_keys() {
  document.addEventListener("keydown", on_key);
}
