// One field for everything: pages, nodes, domains, and what may be done. The newest first while nothing is typed.
import * as api from "./api.js";
import { h, paint } from "./dom.js";
import { open_modal } from "./dialog.js";
import { percent } from "./format.js";
import { ENTRIES } from "./frame.js";
import { open_help } from "./help.js";
import { can, known } from "./live.js";
import * as operate from "./operate.js";
import { apply_dialog, refuse_dialog } from "./plan_dialogs.js";
import { next_theme } from "./prefs.js";

const MOST = 40,
  MOST_RECENT = 8;
const recent = [];
export const seen_domains = new Map(); // uuid → {name, node}: those that a page has shown

const at = (word) => () => {
  location.hash = word;
};
function page_items() {
  return ENTRIES.map((one) => ({ text: one.text, kind: "page", more: one.key, run: at("#/" + one.word) }));
}
function node_items() {
  return [...known.nodes.values()].map((one) => ({
    text: one.name,
    kind: "node",
    more: one.load ? `CPU ${percent(one.load.cpu_ratio)}` : "no data",
    run: at("#/node/" + api.part(one.name)),
  }));
}
function domain_items() {
  const all = new Map(seen_domains);
  for (const one of known.status?.in_flight ?? []) all.set(one.domain_uuid, { name: one.domain, node: one.node });
  return [...all].map(([uuid, one]) => ({ text: one.name, kind: "domain", more: one.node ?? "", run: at("#/domain/" + api.part(uuid)) }));
}
function deeds() {
  const items = [
    { text: "Keys", kind: "help", more: "?", run: open_help },
    {
      text: "Light or dark",
      kind: "do",
      more: "t",
      run: () => {
        next_theme();
        document.dispatchEvent(new Event("frame"));
      },
    },
    { text: "Sign out", kind: "do", run: operate.leave },
  ];
  if (!can("operator")) return items;
  const add = (text, run) => items.push({ text, kind: "do", run });
  if (known.status?.pause) add("Resume…", operate.resume_dialog);
  else add("Pause Hotspot…", operate.pause_dialog);
  add("Reload the rules…", operate.reload_dialog);
  add("Set the mode…", operate.mode_dialog);
  for (const one of known.nodes.values())
    if (one.drain_requested) add(`Undrain ${one.name}…`, () => operate.undrain_dialog(one.name));
    else add(`Drain ${one.name}…`, () => operate.drain_dialog(one.name));
  for (const one of known.nodes.values()) add(`Hold node ${one.name}…`, () => operate.hold_dialog("node", one.name));
  for (const one of known.plan?.recommendations ?? []) {
    add(`Apply ${one.domain} ${one.step}…`, () => apply_dialog(one));
    add(`Refuse ${one.domain} ${one.step}…`, () => refuse_dialog(one));
  }
  for (const one of known.status?.in_flight ?? []) add(`Cancel ${one.domain} ${one.step}…`, () => operate.cancel_dialog(one));
  return items;
}

// How well the letters fit, 0: not at all. A beginning is best, then the start of a word, then the inside, then letters in order.
export function fit(text, typed) {
  const low = text.toLowerCase(),
    place = low.indexOf(typed);
  if (place === 0) return 1000 - low.length;
  if (place > 0) return (/[\s\-_./]/.test(low[place - 1]) ? 700 : 500) - low.length;
  let from = 0;
  for (const letter of typed) {
    from = low.indexOf(letter, from) + 1;
    if (from === 0) return 0;
  }
  return 200 - low.length;
}

function found(items, typed) {
  if (!typed) {
    const first = recent.filter((one) => items.some((item) => item.text === one.text && item.kind === one.kind));
    return [...first, ...items.filter((one) => !first.some((old) => old.text === one.text && old.kind === one.kind))].slice(0, MOST);
  }
  const better = { page: 30, node: 20, domain: 20, do: 0, help: 0 };
  const fits = items.map((one) => ({ one, rank: fit(one.text, typed) })).filter((each) => each.rank > 0);
  fits.sort((a, b) => b.rank + better[b.one.kind] - a.rank - better[a.one.kind]);
  const list = fits.slice(0, MOST).map((each) => each.one);
  if (!list.some((one) => one.kind === "domain" && one.text.toLowerCase() === typed))
    list.push({ text: `Domain “${typed}”`, kind: "look for", run: null, name: typed });
  return list;
}

export function open_palette() {
  if (document.getElementById("palette")) return;
  document.getElementById("help")?.close();
  const dialog = open_modal("palette", "Go to or do");
  const items = [...page_items(), ...deeds().slice(0, 3), ...node_items(), ...domain_items(), ...deeds().slice(3)];
  let typed = "",
    chosen = 0,
    list = found(items, ""),
    problem = "",
    exact = "";

  async function look_for(name) {
    try {
      const { domain } = await api.call("domains/" + api.part(name));
      dialog.close();
      location.hash = "#/domain/" + api.part(domain.uuid);
    } catch (error) {
      problem = error.message;
      draw();
    }
  }
  function run(one) {
    if (!one) return;
    if (one.kind === "look for") {
      look_for(exact);
      return;
    }
    recent.unshift(one);
    recent.splice(MOST_RECENT);
    dialog.close();
    one.run();
  }
  function typing(event) {
    exact = event.target.value.trim();
    typed = exact.toLowerCase();
    chosen = 0;
    problem = "";
    list = found(items, typed);
    draw();
  }
  function key(event) {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key] ?? (event.ctrlKey && { n: 1, p: -1 }[event.key]);
    if (by) chosen = Math.min(list.length - 1, Math.max(0, chosen + by));
    else if (event.key === "Enter") run(list[chosen]);
    else return;
    event.preventDefault();
    draw();
    dialog.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }
  function draw() {
    if (!dialog.open) return;
    paint(
      dialog,
      h("input", {
        type: "text",
        role: "combobox",
        "aria-label": "Go to or do",
        "aria-expanded": "true",
        "aria-controls": "found",
        "aria-autocomplete": "list",
        "aria-activedescendant": list.length ? "found-" + chosen : null,
        autocomplete: "off",
        spellcheck: "false",
        placeholder: "A page, a node, a domain, or what to do",
        oninput: typing,
        onkeydown: key,
      }),
      h(
        "ul",
        { id: "found", role: "listbox", "aria-label": "Found", tabindex: "-1" },
        list.map((one, place) =>
          h(
            "li",
            { id: "found-" + place, role: "option", "aria-selected": String(place === chosen), onclick: () => run(one) },
            h("span", { class: "kind" }, one.kind),
            h("span", { class: "text" }, one.text),
            h("span", { class: "quiet" }, one.more),
          ),
        ),
      ),
      problem && h("p", { class: "problem", role: "alert" }, problem),
    );
  }
  draw();
  dialog.querySelector("input").focus();
}
