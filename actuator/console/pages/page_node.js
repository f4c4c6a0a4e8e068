// One node: load, what runs there, what is decided about it; drain, undrain and hold.
import * as api from "./api.js";
import { Samples, chart, values_table } from "./chart.js";
import { h, lasting, paint } from "./dom.js";
import { NOT_MEASURED, bytes, number, percent, plural, rate } from "./format.js";
import { keys_of_page } from "./keys.js";
import { can, known, now, read_decisions } from "./live.js";
import { drain_dialog, hold_dialog, release_dialog, undrain_dialog } from "./operate.js";
import { seen_domains } from "./palette.js";
import { bar, chip, domain_link, empty, facts, failed, hold_line, loading, node_states, panel, status_index, time_ago } from "./parts.js";
import { decision_rows } from "./decision_list.js";
import { firing_line, mark_for } from "./firings.js";
import { table } from "./table.js";

const READ_MS = 5000,
  MOST_KEPT = 20;
const gathered = new Map(); // what earlier visits saw of nodes: name → Samples

export function samples_of(store, name) {
  const samples = store.get(name) ?? new Samples();
  store.delete(name);
  store.set(name, samples);
  if (store.size > MOST_KEPT) store.delete(store.keys().next().value);
  return samples;
}

const cores = (one) => (typeof one.cpu_ratio === "number" && one.vcpus ? one.cpu_ratio * one.vcpus : undefined);
function domain_table() {
  return table({
    label: "Domains",
    find: "Filter domains",
    key: (one) => one.uuid,
    open: (one) => "#/domain/" + api.part(one.uuid),
    sort: "cores",
    words: (one) => `${one.name} ${one.uuid} ${one.state}`,
    columns: [
      { id: "name", wide: true, text: "Domain", value: (one) => one.name, cell: (one) => domain_link(one.name, one.uuid) },
      {
        id: "state",
        wide: true,
        text: "State",
        value: (one) => one.state,
        cell: (one) => [
          one.state === "running" ? "running " : chip("plain", one.state),
          one.job_active && chip("told", "job"),
          one.migration_obstacles?.length > 0 && chip("plain", "stays", one.migration_obstacles.join("\n")),
        ],
      },
      { id: "cores", text: "Cores", right: true, value: cores, cell: (one) => number(cores(one)) },
      { id: "cpu", wide: true, text: "CPU", right: true, value: (one) => one.cpu_ratio, cell: (one) => bar(one.cpu_ratio) },
      { id: "steal", text: "Steal", right: true, value: (one) => one.cpu_steal_ratio, cell: (one) => percent(one.cpu_steal_ratio) },
      {
        id: "vcpus",
        text: "vCPUs",
        right: true,
        value: (one) => one.vcpus,
        cell: (one) => `${one.vcpus ?? NOT_MEASURED}/${one.vcpus_max ?? NOT_MEASURED}`,
      },
      {
        id: "memory",
        wide: true,
        text: "Memory",
        right: true,
        value: (one) => one.memory_used_ratio,
        cell: (one) => bar(one.memory_used_ratio),
      },
      {
        id: "balloon",
        text: "Balloon",
        right: true,
        value: (one) => one.memory_balloon_bytes,
        cell: (one) => bytes(one.memory_balloon_bytes),
      },
      { id: "disk", text: "Disk", right: true, value: (one) => one.disk_bytes_per_second, cell: (one) => rate(one.disk_bytes_per_second) },
      { id: "net", text: "Net", right: true, value: (one) => one.net_bytes_per_second, cell: (one) => rate(one.net_bytes_per_second) },
    ],
  });
}

export function node_page(main, { name }) {
  const samples = samples_of(gathered, name),
    domains_shown = domain_table(),
    charts = lasting(h("div", { class: "charts" }));
  let answer = null,
    problem = null,
    timer = null,
    closed = false;

  async function read() {
    clearTimeout(timer);
    try {
      answer = await api.call("nodes/" + api.part(name));
      problem = null;
      known.nodes.set(name, answer.node);
      for (const one of answer.domains ?? []) seen_domains.set(one.uuid, one);
    } catch (error) {
      problem = error;
    }
    if (closed) return;
    timer = setTimeout(read, READ_MS);
    if (!known.still) draw();
  }
  const node = () => known.nodes.get(name) ?? answer?.node;
  const stop_keys = keys_of_page((event) => {
    if (!can("operator") || !node()) return false;
    if (event.key === "d" && !node().drain_requested) drain_dialog(name);
    else if (event.key === "u" && node().drain_requested) undrain_dialog(name);
    else if (event.key === "h") hold_dialog("node", name);
    else return false;
    return true;
  });

  function buttons(one) {
    if (!can("operator")) return null;
    return h(
      "div",
      { class: "buttons" },
      one.drain_requested
        ? h("button", { type: "button", onclick: () => undrain_dialog(name) }, "Undrain… ", h("kbd", {}, "u"))
        : h("button", { type: "button", onclick: () => drain_dialog(name) }, "Drain… ", h("kbd", {}, "d")),
      h("button", { type: "button", onclick: () => hold_dialog("node", name) }, "Hold… ", h("kbd", {}, "h")),
    );
  }
  function draw_charts(firings) {
    const cpu_mark = firings
      .map((one) => [one, mark_for(one)])
      .find(([one, mark]) => mark?.ratio && !one.labels.domain && /cpu/.test(mark.series));
    const common = {
      samples,
      width: Math.max(280, charts.clientWidth / (charts.clientWidth > 800 ? 2 : 1) - 34),
      end: Math.max(now(), samples.list.at(-1)?.[0] ?? 0),
    };
    paint(
      charts,
      chart({
        ...common,
        key: "cpu",
        title: "CPU",
        show: percent,
        least: 1,
        lines: [
          { name: "cpu", text: "all", kind: "first" },
          { name: "domains", text: "domains", kind: "second" },
          { name: "steal", text: "steal", kind: "third" },
        ],
        limits: cpu_mark ? [{ value: cpu_mark[1].mark, text: cpu_mark[0].rule }] : [],
      }),
      chart({
        ...common,
        key: "memory",
        title: "Memory used",
        show: percent,
        least: 1,
        lines: [{ name: "memory", text: "used", kind: "first" }],
      }),
      values_table(samples, [
        { name: "cpu", text: "CPU", show: percent },
        { name: "domains", text: "domains", show: percent },
        { name: "steal", text: "steal", show: percent },
        { name: "memory", text: "memory", show: percent },
      ]),
    );
  }
  function draw() {
    const one = node();
    if (!one) {
      paint(main, h("h1", {}, name), problem ? failed(problem, read) : loading());
      return;
    }
    const load = one.load,
      index = status_index(),
      firings = index.firing.get(name) ?? [];
    if (load)
      samples.add(Date.parse(one.taken_at), {
        cpu: load.cpu_ratio,
        domains: load.cpu_domains_ratio,
        steal: load.cpu_steal_ratio,
        memory: load.memory_used_ratio,
      });
    const holds = (known.status?.holds ?? []).filter((hold) => hold.on === "node" && hold.name === name);
    const drain = (known.status?.drains ?? []).find((each) => each.node === name);
    const about = (known.decisions ?? [])
      .filter((each) => each.subject === `node ${name}` || each.subject.endsWith(` on ${name}`) || each.sentence.includes(name))
      .slice(0, 12);
    const states = node_states(one, index);
    paint(
      main,
      h(
        "div",
        { class: "title" },
        h("h1", {}, name),
        states.length ? states.map(([kind, text]) => chip(kind, text)) : chip("good", "ready"),
        h("span", { class: "space" }),
        buttons(one),
      ),
      problem && h("p", { class: "problem", role: "alert" }, problem.message, " What is below is older."),
      one.why && h("p", { class: "problem" }, "It does not count: ", one.why),
      one.libvirt_problem && h("p", { class: "problem" }, "hotspotd has no connection to its libvirt: ", one.libvirt_problem),
      (drain || holds.length > 0) &&
        h(
          "ul",
          { class: "lines panel" },
          drain &&
            h(
              "li",
              { key: "drain" },
              chip("told", "draining"),
              h(
                "span",
                { class: "grow" },
                `by ${drain.owner}, `,
                time_ago(drain.since),
                ": ",
                drain.reason,
                typeof drain.running === "number" && (drain.running === 0 ? " It is empty." : ` ${plural(drain.running, "domain")} left.`),
              ),
            ),
          holds.map((hold) => hold_line(hold, can("operator") && (() => release_dialog(hold)))),
        ),
      load
        ? h(
            "section",
            { class: "panel" },
            h(
              "dl",
              { class: "bars across" },
              [
                ["CPU", bar(load.cpu_ratio)],
                ["Domains", bar(load.cpu_domains_ratio)],
                ["Memory", bar(load.memory_used_ratio)],
                ["Network", bar(load.net_used_ratio)],
              ].map(([text, value]) => h("div", {}, h("dt", {}, text), h("dd", {}, value))),
            ),
            facts([
              ["CPUs", String(load.cpus)],
              ["memory available", `${bytes(load.memory_available_bytes)} of ${bytes(load.memory_bytes)}`],
              ["steal", percent(load.cpu_steal_ratio)],
              ["volume", number(load.volume)],
              ["domains", String(load.domains)],
              ["hypervisor", load.hypervisor],
              ["measured", time_ago(one.taken_at)],
              ["comes last as a target", one.comes_last],
              ["URI", one.uri && h("span", { class: "mono" }, one.uri)],
              ["UUID", h("span", { class: "mono" }, one.uuid)],
            ]),
          )
        : empty("It has sent nothing within the last hour.", "Look at its collectd, and at its connection to Redis."),
      firings.length > 0 && panel("What fires here", h("ul", { class: "lines" }, firings.map(firing_line))),
      h("section", { class: "panel" }, h("h2", {}, "Since this page was opened"), charts),
      h("section", { class: "panel" }, h("h2", {}, "Domains"), answer ? domains_shown.element : loading()),
      panel("Decisions about it", about.length ? decision_rows(about) : empty("No recent decision names it.")),
    );
    if (load) draw_charts(firings);
    if (answer) domains_shown.update(answer.domains ?? []);
  }
  read();
  read_decisions().catch(() => {});
  return {
    update: draw,
    close() {
      closed = true;
      clearTimeout(timer);
      stop_keys();
    },
  };
}
