// The fleet: it opens on the hot node. Heat map, what fires, what is held, and all nodes as a table.
import * as api from "./api.js";
import { h, lasting, paint, say } from "./dom.js";
import { choice } from "./filters.js";
import { bytes, plural } from "./format.js";
import { heat_map } from "./heat.js";
import { keys_of_page } from "./keys.js";
import { can, known, now, read_decisions, read_plan } from "./live.js";
import { drain_dialog, release_dialog, undrain_dialog, resume_dialog } from "./operate.js";
import { seen_domains } from "./palette.js";
import {
  RESOURCES,
  bar,
  chip,
  domain_link,
  empty,
  hold_line,
  is_stale,
  node_link,
  node_states,
  panel,
  resource,
  status_index,
  time_ago,
} from "./parts.js";
import { what_waits } from "./plan_lines.js";
import { prefer, prefs } from "./prefs.js";
import { firing_line } from "./firings.js";
import { node_table } from "./node_table.js";

const MOST_SHOWN = 8,
  READ_MS = 5000,
  MARKS_MS = 800;

// The node on which something fires, of several that with the highest load; without any, the one with the highest load.
export function hottest(nodes, index, of) {
  let best = null,
    rank = -1;
  for (const node of nodes) {
    const mine = (index.firing.has(node.name) ? 1000 : 0) + (is_stale(node) ? -1 : (of(node.load) ?? 0));
    if (mine > rank) {
      rank = mine;
      best = node;
    }
  }
  return best;
}

export function fleet_page(main) {
  const go = (name) => {
    location.hash = "#/node/" + api.part(name);
  };
  const by_hand = { name: "" };
  const heat = heat_map({ chosen: choose, open: go });
  const all = node_table();
  const side = lasting(h("div", { class: "side" }));
  let domains = { of: "", list: null },
    index = status_index(),
    names = [],
    nodes = [],
    selected = "",
    read_at = 0,
    later = 0;

  function choose(name) {
    by_hand.name = name;
    draw();
    const by = resource(prefs.resource);
    say(`${name}, ${by.text} ${by.show(by.of(known.nodes.get(name)?.load))}`);
  }
  function pick(id) {
    prefer("resource", id);
    all.sort_by(id);
    draw();
  }
  const stop_keys = keys_of_page((event) => {
    const one = RESOURCES[Number(event.key) - 1];
    if (one) {
      pick(one.id);
      return true;
    }
    if (event.key === "d" && selected && can("operator")) {
      drain_dialog(selected);
      return true;
    }
    return false;
  });

  const cores = (one) => (one.cpu_ratio ?? 0) * (one.vcpus ?? 1);
  async function read_domains(name) {
    if (domains.of !== name) domains = { of: name, list: null };
    read_at = now();
    try {
      const answer = await api.call("nodes/" + api.part(name));
      if (domains.of !== name) return;
      domains = { of: name, list: (answer.domains ?? []).sort((a, b) => cores(b) - cores(a)) };
      for (const one of domains.list) seen_domains.set(one.uuid, one);
    } catch (error) {
      domains = { of: name, list: [], error: error.message };
    }
    draw_side();
  }

  function numbers() {
    const status = known.status ?? {},
      stale = nodes.filter(is_stale).length;
    const kept = (status.holds?.length ?? 0) + (status.drains?.length ?? 0) + (status.pause ? 1 : 0);
    const one = (count, text, href, kind) =>
      h("a", { class: "number " + (count ? kind : "none"), href }, h("b", {}, String(count)), h("span", {}, text));
    const on_page = (id) => (event) => {
      event.preventDefault();
      document.getElementById(id)?.scrollIntoView({ behavior: "smooth" });
    };
    const held = one(kept, "held or drained", "#/fleet", "told"),
      away = one(stale, stale === 1 ? "stale node" : "stale nodes", "#/fleet", "bad");
    held.onclick = on_page("kept");
    away.onclick = on_page("all-nodes");
    return h(
      "div",
      { class: "numbers" },
      one(status.firing ?? 0, "firing", "#/hotspots", "hot"),
      one(status.pending ?? 0, "pending", "#/hotspots", "plain"),
      one(known.waiting, known.waiting === 1 ? "waits for approval" : "wait for approval", "#/plans", "told"),
      one(status.in_flight?.length ?? 0, "under way", "#/actions", "told"),
      held,
      away,
    );
  }
  function switcher() {
    const options = RESOURCES.map((one, at) => [one.id, one.text, `Key ${at + 1}`]);
    return choice("Colour by", options, prefs.resource, pick);
  }
  function legend(by) {
    const limits = ["0", ...by.bounds.map(by.show)];
    return h(
      "div",
      { class: "legend-line" },
      h(
        "ol",
        { class: "steps", "aria-label": "Colours" },
        limits.map((text, at) => h("li", {}, h("i", { class: "step" + (at + 1) }), text)),
      ),
      h(
        "p",
        { class: "quiet marks", id: "heat-help" },
        h("span", { class: "only-read" }, "Arrow keys choose a node, Enter opens it; the table below has the same. "),
        h("i", { class: "is-firing" }),
        "firing ",
        h("i", { class: "is-stale" }),
        "stale ",
        h("i", { class: "is-draining" }),
        "draining ",
        h("i", { class: "is-held" }),
        "held",
      ),
    );
  }
  function draw_side() {
    const node = known.nodes.get(selected);
    if (!node) {
      paint(side, empty("No node is chosen."));
      return;
    }
    if (domains.of !== selected) read_domains(selected);
    const firings = index.firing.get(selected) ?? [],
      load = node.load;
    paint(
      side,
      h(
        "section",
        { class: "panel chosen", key: selected },
        h(
          "h2",
          {},
          node_link(selected),
          " ",
          node_states(node, index).map(([kind, text]) => chip(kind, text)),
        ),
        load
          ? h(
              "dl",
              { class: "bars" },
              RESOURCES.slice(0, 4).map((one) => h("div", {}, h("dt", {}, one.text), h("dd", {}, bar(one.of(load), one)))),
            )
          : h("p", {}, "It has sent nothing within the last hour."),
        load &&
          h(
            "p",
            { class: "quiet" },
            `${plural(load.domains, "domain")} · ${load.cpus} CPUs · ${bytes(load.memory_available_bytes)} of ${bytes(load.memory_bytes)} available · measured `,
            time_ago(node.taken_at),
          ),
        node.why && h("p", { class: "problem" }, node.why),
        firings.length > 0 && h("ul", { class: "lines" }, firings.slice(0, 3).map(firing_line)),
        h("h3", {}, "Its busiest domains"),
        domains.list === null
          ? h("p", { class: "quiet" }, "Reading…")
          : domains.error
            ? h("p", { class: "problem" }, domains.error)
            : domains.list.length === 0
              ? h("p", { class: "quiet" }, "Nothing runs here.")
              : h(
                  "ul",
                  { class: "consumers" },
                  domains.list
                    .slice(0, 6)
                    .map((one) =>
                      h(
                        "li",
                        { key: one.uuid },
                        domain_link(one.name, one.uuid),
                        bar(typeof one.cpu_ratio === "number" && load?.cpus ? (one.cpu_ratio * (one.vcpus ?? 1)) / load.cpus : undefined),
                      ),
                    ),
                ),
        h(
          "div",
          { class: "buttons" },
          h("a", { class: "button", href: "#/node/" + api.part(selected) }, "Open ", selected),
          can("operator") &&
            (node.drain_requested
              ? h("button", { type: "button", onclick: () => undrain_dialog(selected) }, "Undrain…")
              : h("button", { type: "button", onclick: () => drain_dialog(selected) }, "Drain…")),
        ),
      ),
    );
  }
  function hotspots() {
    const list = (known.status?.firings ?? []).filter((one) => one.phase === "firing");
    if (list.length === 0) return empty("Nothing fires.", `${plural(known.status?.pending ?? 0, "subject")} pending.`);
    return [
      h("ul", { class: "lines" }, list.slice(0, MOST_SHOWN).map(firing_line)),
      h("p", {}, h("a", { href: "#/hotspots" }, list.length > MOST_SHOWN ? `All ${known.status.firing}` : "With their explanation")),
    ];
  }
  function kept() {
    const { pause, holds = [], drains = [] } = known.status ?? {};
    if (!pause && !holds.length && !drains.length) return empty("Nothing is held, drained or paused.");
    return h(
      "ul",
      { class: "lines" },
      pause &&
        h(
          "li",
          { key: "pause" },
          chip("told", "paused"),
          h("span", { class: "grow" }, `by ${pause.owner}, `, time_ago(pause.since), ": ", pause.reason),
          can("operator") && h("button", { type: "button", onclick: resume_dialog }, "Resume…"),
        ),
      drains.map((one) =>
        h(
          "li",
          { key: "drain-" + one.node },
          chip("told", "draining"),
          h(
            "span",
            { class: "grow" },
            h("b", {}, node_link(one.node)),
            ` by ${one.owner}, `,
            time_ago(one.since),
            ": ",
            one.reason,
            typeof one.running === "number" && ` (${one.running === 0 ? "empty" : plural(one.running, "domain") + " left"})`,
          ),
          can("operator") && h("button", { type: "button", onclick: () => undrain_dialog(one.node) }, "Undrain…"),
        ),
      ),
      holds.map((one) => hold_line(one, can("operator") && (() => release_dialog(one)))),
    );
  }

  function draw() {
    index = status_index();
    if (names.length !== known.nodes.size || names.some((name) => !known.nodes.has(name))) names = [...known.nodes.keys()].sort();
    nodes = names.map((name) => known.nodes.get(name));
    const by = resource(prefs.resource);
    if (!known.nodes.has(by_hand.name)) by_hand.name = "";
    // What it opened on stays while one reads; without a firing there, a new hotspot takes its place.
    if (by_hand.name) selected = by_hand.name;
    else if (!selected || !known.nodes.has(selected) || !index.firing.has(selected)) selected = hottest(nodes, index, by.of)?.name ?? "";
    if (!known.status) {
      paint(main, h("p", { class: "loading" }, "Reading the cluster…"));
      return;
    }
    const below = h(
      "div",
      { class: "two" },
      h("div", { class: "column" }, panel("Hotspots now", hotspots()), what_waits()),
      h("section", { class: "panel", id: "kept" }, h("h2", {}, "Held, drained, paused"), kept()),
    );
    paint(
      main,
      h("h1", { class: "only-read" }, "Fleet"),
      numbers(),
      nodes.length === 0
        ? empty(
            "No node is admitted yet.",
            "A node appears here once its collectd sends and it is admitted: hotspotctl node list, hotspotctl node admit.",
          )
        : h(
            "div",
            { class: "fleet" },
            h(
              "div",
              { class: "column" },
              h(
                "section",
                { class: "panel map" },
                h(
                  "div",
                  { class: "line" },
                  h("h2", {}, plural(nodes.length, "node")),
                  switcher(),
                  h("span", { class: "quiet wide" }, mean(by)),
                ),
                heat.element,
                legend(by),
              ),
              below,
            ),
            side,
          ),
      nodes.length === 0 && below,
      nodes.length > 0 && h("section", { class: "panel", id: "all-nodes" }, h("h2", {}, "All nodes"), all.element),
      known.remarks.length > 0 &&
        panel(
          "What could not be read",
          h(
            "ul",
            {},
            known.remarks.slice(0, 20).map((one) => h("li", {}, one)),
          ),
        ),
    );
    heat.update({ nodes, resource: by, index, selected });
    draw_side();
    // In a task of its own: no task is to be long.
    clearTimeout(later);
    later = setTimeout(() => all.update(nodes, index));
  }
  function mean(by) {
    const values = nodes
      .filter((one) => !is_stale(one))
      .map((one) => by.of(one.load))
      .filter((one) => typeof one === "number");
    return values.length > 0 && `mean ${by.show(values.reduce((a, b) => a + b, 0) / values.length)}, most ${by.show(Math.max(...values))}`;
  }
  // The marks of rules are in decisions; the map does not wait for them.
  const marks = setTimeout(() => {
    read_decisions().catch(() => {});
    read_plan().catch(() => {});
  }, MARKS_MS);
  return {
    update() {
      if (selected && now() - read_at > READ_MS && !known.cut) read_domains(selected);
      draw();
    },
    close() {
      stop_keys();
      heat.close();
      clearTimeout(later);
      clearTimeout(marks);
    },
  };
}
