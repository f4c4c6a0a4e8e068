// One domain: what it uses beside its limits, live lines, where it ran, and what was decided about it.
import * as api from "./api.js";
import { chart, values_table } from "./chart.js";
import { h, lasting, paint } from "./dom.js";
import { NOT_MEASURED, bytes, clock, day, mark_of, moment, number, percent, rate } from "./format.js";
import { keys_of_page } from "./keys.js";
import { can, known, now } from "./live.js";
import { hold_dialog, release_dialog } from "./operate.js";
import { seen_domains } from "./palette.js";
import { bar, chip, empty, facts, failed, hold_line, loading, node_link, panel, time_ago } from "./parts.js";
import { action_card, action_row } from "./action_parts.js";
import { decision_rows } from "./decision_list.js";
import { firing_line, mark_for } from "./firings.js";
import { samples_of } from "./page_node.js";

const READ_MS = 5000;
const gathered = new Map();

// The nodes on which it ran, newest first, from its migrations that were done: [{node, from, until, action}].
export function stays_of(domain, actions) {
  const moves = actions.filter((one) => one.state === "done" && /^migrate to /.test(one.step)).sort((a, b) => (a.at < b.at ? 1 : -1));
  const stays = [];
  let until = null,
    at = domain.node;
  for (const one of moves) {
    stays.push({ node: at, from: one.at, until, action: one });
    until = one.at;
    at = one.node;
  }
  return [...stays, { node: at, from: null, until, action: null }];
}

// Numbers with which rules compare this domain, of the newest decision of each rule about it.
function marks_of(decisions, firings) {
  const marks = new Map();
  for (const one of decisions)
    if (!marks.has(one.rule)) {
      const mark = mark_of(one.explanation);
      if (mark) marks.set(one.rule, mark);
    }
  for (const one of firings) {
    const mark = mark_for(one);
    if (mark) marks.set(one.rule, mark);
  }
  return [...marks].map(([rule, mark]) => ({ rule, ...mark }));
}

export function domain_page(main, { name }) {
  const charts = lasting(h("div", { class: "charts" }));
  let answer = null,
    problem = null,
    timer = null,
    closed = false;
  const samples = samples_of(gathered, name);

  async function read() {
    clearTimeout(timer);
    try {
      answer = await api.call("domains/" + api.part(name));
      problem = null;
      const one = answer.domain;
      seen_domains.set(one.uuid, one);
      samples.add(Date.parse(one.taken_at), {
        cpu: one.cpu_ratio,
        steal: one.cpu_steal_ratio,
        disk: one.disk_bytes_per_second,
        net: one.net_bytes_per_second,
        balloon: one.memory_balloon_bytes,
        used:
          typeof one.memory_usable_bytes === "number" && typeof one.memory_available_bytes === "number"
            ? one.memory_available_bytes - one.memory_usable_bytes
            : undefined,
        rss: one.memory_rss_bytes,
      });
    } catch (error) {
      problem = error;
    }
    if (closed) return;
    timer = setTimeout(read, READ_MS);
    if (!known.still) draw();
  }
  const stop_keys = keys_of_page((event) => {
    if (event.key !== "h" || !can("operator") || !answer) return false;
    hold_dialog("domain", answer.domain.name);
    return true;
  });

  function beside_limits(one) {
    const row = (text, value, note) => h("div", {}, h("dt", {}, text), h("dd", {}, value, note && h("span", { class: "quiet" }, note)));
    const share = (part, whole) => (typeof part === "number" && whole ? part / whole : undefined);
    const used = samples.list.at(-1)?.[1].used;
    return h(
      "dl",
      { class: "bars limits" },
      row("vCPUs in use", bar(one.cpu_ratio), `of ${one.vcpus ?? NOT_MEASURED}; it may have ${one.vcpus_max ?? NOT_MEASURED}`),
      row("Steal", bar(one.cpu_steal_ratio, { most: 0.2, bounds: [0.01, 0.02, 0.04, 0.07, 0.1, 0.2] }), "could run, but did not"),
      row(
        "Memory, seen by the guest",
        bar(one.memory_used_ratio),
        typeof used === "number" ? `${bytes(used)} of ${bytes(one.memory_available_bytes)}` : "no balloon statistics",
      ),
      row(
        "Balloon of its limit",
        bar(share(one.memory_balloon_bytes, one.memory_balloon_max_bytes)),
        `${bytes(one.memory_balloon_bytes)} of ${bytes(one.memory_balloon_max_bytes)}`,
      ),
    );
  }
  function draw_charts(one, marks) {
    const wide = charts.clientWidth > 800;
    const common = {
      samples,
      width: Math.max(280, charts.clientWidth / (wide ? 2 : 1) - 34),
      end: Math.max(now(), samples.list.at(-1)?.[0] ?? 0),
    };
    const limits = (pattern, scale) =>
      marks.filter((mark) => mark.ratio && pattern.test(mark.series)).map((mark) => ({ value: mark.mark * scale, text: mark.rule }));
    paint(
      charts,
      chart({
        ...common,
        key: "cpu",
        title: `CPU of its ${one.vcpus ?? ""} vCPUs`,
        show: percent,
        least: 1,
        limits: limits(/^domain_cpu/, 1),
        lines: [
          { name: "cpu", text: "used", kind: "first" },
          { name: "steal", text: "steal", kind: "third" },
        ],
      }),
      chart({
        ...common,
        key: "memory",
        title: "Memory",
        show: bytes,
        least: one.memory_balloon_max_bytes,
        limits: [
          ...limits(/^domain_memory_used/, one.memory_available_bytes ?? 0),
          { value: one.memory_balloon_max_bytes, text: "balloon limit" },
        ],
        lines: [
          { name: "used", text: "used in the guest", kind: "first" },
          { name: "balloon", text: "balloon", kind: "second" },
          { name: "rss", text: "resident", kind: "third" },
        ],
      }),
      chart({ ...common, key: "disk", title: "Disks", show: rate, lines: [{ name: "disk", text: "both ways", kind: "first" }] }),
      chart({ ...common, key: "net", title: "Network", show: rate, lines: [{ name: "net", text: "both ways", kind: "first" }] }),
      values_table(samples, [
        { name: "cpu", text: "CPU", show: percent },
        { name: "steal", text: "steal", show: percent },
        { name: "used", text: "used", show: bytes },
        { name: "balloon", text: "balloon", show: bytes },
        { name: "disk", text: "disks", show: rate },
        { name: "net", text: "network", show: rate },
      ]),
    );
  }
  function where(one, actions) {
    const time = (text) => {
      const date = moment(text);
      return date ? `${day(date)} ${clock(date)}` : "";
    };
    return h(
      "ol",
      { class: "stays" },
      stays_of(one, actions).map((stay, at) =>
        h(
          "li",
          { key: stay.action?.id ?? "first" },
          h("b", {}, node_link(stay.node)),
          at === 0 ? chip("good", "now") : null,
          h(
            "span",
            { class: "grow quiet" },
            stay.from ? "since " + time(stay.from) : stay.until ? "before" : "for as long as the journal goes back",
            stay.until ? ", until " + time(stay.until) : "",
            stay.action?.rule ? [" by ", stay.action.rule] : stay.action?.approved_by ? ` ordered by ${stay.action.approved_by}` : "",
          ),
          stay.action?.decision && h("a", { href: "#/decision/" + api.part(stay.action.decision) }, "why"),
        ),
      ),
    );
  }
  function draw() {
    if (!answer) {
      paint(main, h("h1", {}, name), problem ? failed(problem, read) : loading());
      return;
    }
    const one = answer.domain,
      uuid = one.uuid;
    const actions = known.actions ? [...known.actions.values()].filter((each) => each.domain_uuid === uuid) : [];
    const all_actions = [
      ...new Map(
        [...(answer.actions ?? []), ...actions, ...(known.status?.in_flight ?? []).filter((each) => each.domain_uuid === uuid)].map(
          (each) => [each.id, each],
        ),
      ).values(),
    ].sort((a, b) => (a.at < b.at ? 1 : -1));
    const flying = all_actions.find((each) => !each.ended && (known.status?.in_flight ?? []).some((now_on) => now_on.id === each.id));
    const firings = (known.status?.firings ?? []).filter((each) => each.labels?.domain === one.name || each.labels?.uuid === uuid);
    const about = [...(answer.decisions ?? [])].sort((a, b) => (a.at < b.at ? 1 : -1)),
      marks = marks_of(about, firings);
    const holds = (known.status?.holds ?? []).filter((hold) => hold.on === "domain" && (hold.name === one.name || hold.name === uuid));
    paint(
      main,
      h(
        "div",
        { class: "title" },
        h("h1", {}, one.name),
        chip(one.state === "running" ? "good" : "plain", one.state),
        one.stale && chip("stale", "stale"),
        one.job_active && chip("told", "libvirt job"),
        firings.some((each) => each.phase === "firing") && chip("hot", "firing"),
        h("span", { class: "quiet" }, "on ", node_link(one.node)),
        h("span", { class: "space" }),
        can("operator") &&
          h(
            "div",
            { class: "buttons" },
            h("button", { type: "button", onclick: () => hold_dialog("domain", one.name) }, "Hold… ", h("kbd", {}, "h")),
          ),
      ),
      problem && h("p", { class: "problem", role: "alert" }, problem.message, " What is below is older."),
      holds.length > 0 &&
        h(
          "ul",
          { class: "lines panel" },
          holds.map((hold) => hold_line(hold, can("operator") && (() => release_dialog(hold)))),
        ),
      flying && h("section", { class: "panel" }, action_card(flying)),
      h(
        "section",
        { class: "panel" },
        beside_limits(one),
        facts([
          ["disks", rate(one.disk_bytes_per_second)],
          ["network", rate(one.net_bytes_per_second)],
          ["cores in use", number(one.cpu_ratio * one.vcpus)],
          ["measured", time_ago(one.taken_at)],
          ["UUID", h("span", { class: "mono" }, uuid)],
        ]),
        one.migration_obstacles?.length > 0 && h("p", {}, chip("plain", "cannot move"), " ", one.migration_obstacles.join("; ")),
        !one.belongs_here && h("p", { class: "quiet" }, "It is migrating: the other node has it."),
      ),
      firings.length > 0 && panel("What fires on it", h("ul", { class: "lines" }, firings.map(firing_line))),
      h("section", { class: "panel" }, h("h2", {}, "Since this page was opened"), charts),
      h(
        "div",
        { class: "two" },
        panel("Where it ran", where(one, all_actions)),
        panel(
          "Actions on it",
          all_actions.length
            ? h(
                "ul",
                { class: "rows" },
                all_actions.slice(0, 12).map((each) => action_row(each)),
              )
            : empty("Nothing was done to it."),
        ),
      ),
      panel(
        "Why: decisions about it",
        about.length
          ? decision_rows(about.slice(0, 40))
          : empty("No decision about it is kept.", "A decision is recorded when a rule fires on it, also if nothing is done."),
      ),
    );
    draw_charts(one, marks);
  }
  read();
  return {
    update: draw,
    close() {
      closed = true;
      clearTimeout(timer);
      stop_keys();
    },
  };
}
