// All nodes, with the numbers of the heat map.
import { part } from "./api.js";
import { ago } from "./format.js";
import { now } from "./live.js";
import { RESOURCES, bar, chip, node_link, node_states, status_index } from "./parts.js";
import { prefs } from "./prefs.js";
import { table } from "./table.js";

export function node_table() {
  let index = status_index();
  const by = (one) => ({
    id: one.id,
    text: one.text,
    right: true,
    wide: one.id === "cpu" || one.id === "memory",
    value: (node) => one.of(node.load),
    cell: (node) => (one.id === "cpu" || one.id === "memory" ? bar(one.of(node.load), one) : one.show(one.of(node.load))),
  });
  const made = table({
    label: "All nodes",
    find: "Filter nodes",
    key: (node) => node.name,
    open: (node) => "#/node/" + part(node.name),
    sort: prefs.resource,
    words: (node) => [node.name, node.standing, ...node_states(node, index).map(([, text]) => text)].join(" "),
    columns: [
      { id: "name", text: "Node", value: (node) => node.name, cell: (node) => node_link(node.name) },
      {
        id: "state",
        wide: true,
        text: "State",
        value: (node) => node_states(node, index).length,
        cell: (node) => {
          const states = node_states(node, index);
          return states.length ? states.map(([kind, text]) => chip(kind, text)) : "ready";
        },
      },
      ...RESOURCES.map(by),
      {
        id: "domains",
        text: "Domains",
        right: true,
        value: (node) => node.load?.domains,
        cell: (node) => String(node.load?.domains ?? "–"),
      },
      {
        id: "age",
        text: "Measured",
        right: true,
        value: (node) => node.taken_at,
        cell: (node) => (node.taken_at ? ago(node.taken_at, now()) + " ago" : "–"),
      },
    ],
  });
  return {
    element: made.element,
    sort_by: made.sort_by,
    update(nodes, fresh) {
      index = fresh;
      made.update(nodes);
    },
  };
}
