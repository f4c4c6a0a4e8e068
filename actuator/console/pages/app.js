// The shell: who is signed in, which page the address names, what all pages share.
import * as api from "./api.js";
import { banners } from "./banner.js";
import { h, lasting, paint } from "./dom.js";
import { header, rail } from "./frame.js";
import { on_keys } from "./keys.js";
import { connect, disconnect, known, listen } from "./live.js";
import { apply_theme } from "./prefs.js";
import { sign_in_page } from "./page_signin.js";
import { fleet_page } from "./page_fleet.js";
import { node_page } from "./page_node.js";
import { domain_page } from "./page_domain.js";
import { hotspots_page } from "./page_hotspots.js";
import { actions_page } from "./page_actions.js";
import { decisions_page } from "./page_decisions.js";
import { plans_page } from "./page_plans.js";

// The first word of the address after "#/", and the page; `under`: the entry of the rail that it belongs to.
const PAGES = {
  fleet: { page: fleet_page, under: "fleet", title: () => "Fleet" },
  node: { page: node_page, under: "fleet", title: (name) => name },
  domain: { page: domain_page, under: "fleet", title: (name) => name },
  hotspots: { page: hotspots_page, under: "hotspots", title: () => "Hotspots" },
  plans: { page: plans_page, under: "plans", title: () => "Plans" },
  actions: { page: actions_page, under: "actions", title: () => "Actions" },
  action: { page: actions_page, under: "actions", title: () => "Action" },
  decisions: { page: decisions_page, under: "decisions", title: () => "Decisions" },
  decision: { page: decisions_page, under: "decisions", title: () => "Decision" },
};

const app = document.getElementById("app");
const main = lasting(h("main", { id: "main", tabindex: "-1" }));
let shown = null,
  stop_listening = null;

function address() {
  const [word, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  let name = "";
  try {
    name = decodeURIComponent(rest.join("/"));
  } catch {
    /* not an address of ours */
  }
  return PAGES[word] ? { word, name } : { word: "fleet", name: "" };
}

function frame() {
  const { word } = address();
  paint(
    app,
    h(
      "a",
      {
        class: "skip",
        href: "#main",
        onclick: (event) => {
          event.preventDefault();
          main.focus();
        },
      },
      "To the page",
    ),
    header(),
    h("div", { id: "banners" }, banners()),
    h("div", { class: "body" }, rail(PAGES[word].under), main),
  );
}

function go() {
  if (!known.session) return;
  const { word, name } = address();
  const family = PAGES[word].page;
  document.title = `${PAGES[word].title(name)} · ${known.session.cluster} · Hotspot`;
  if (shown && shown.family === family && shown.page.goes_to?.(word, name)) {
    frame();
    return;
  }
  shown?.page.close?.();
  main.replaceChildren();
  main.className = "page-" + word;
  shown = { family, page: family(main, { word, name }) };
  frame();
  shown.page.update(new Set(["all"]));
  window.scrollTo(0, 0);
}

function signed_in() {
  stop_listening?.();
  stop_listening = listen((words) => {
    frame();
    const mine = shown;
    setTimeout(() => {
      if (mine && mine === shown) mine.page.update(words);
    }); // no task is to be long
  });
  document.body.classList.add("signed-in");
  connect();
  go();
}

function signed_out(said = "") {
  const had = known.session !== null;
  known.session = null;
  disconnect();
  stop_listening?.();
  shown?.page.close?.();
  shown = null;
  for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
  document.body.classList.remove("signed-in");
  document.title = "Sign in · Hotspot";
  sign_in_page(app, {
    said: said || (had ? "Your session has ended." : ""),
    signed_in: (session) => {
      known.session = session;
      signed_in();
    },
  });
}

async function begin() {
  apply_theme();
  api.on_signed_out(() => {
    if (known.session) signed_out();
  });
  document.addEventListener("signed-out", (event) => {
    if (known.session) signed_out(event.detail);
  });
  document.addEventListener("frame", frame);
  document.addEventListener("theme", () => shown?.page.update(new Set(["theme"])));
  window.addEventListener("hashchange", go);
  window.addEventListener("resize", () => shown?.page.update(new Set(["size"])));
  on_keys();
  try {
    known.session = await api.session();
  } catch (error) {
    signed_out(error.status === 401 ? "" : error.message);
    return;
  }
  signed_in();
}
begin();
