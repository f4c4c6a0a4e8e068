// The heat map: one canvas, a tile for each node, in the order of their names. The largest tiles that let the whole fleet be
// seen are taken. Not by colour alone: a ring and a dot: firing; hatched: stale; a cut corner: draining; hollow: not measured.
import { h, lasting } from "./dom.js";
import { is_stale, step_of } from "./parts.js";
import { is_dark } from "./prefs.js";

const SIZES = [
  [168, 66],
  [132, 56],
  [104, 48],
  [76, 40],
  [52, 30],
  [36, 26],
  [26, 26],
  [21, 21],
  [18, 18],
  [16, 16],
  [14, 14],
  [12, 12],
];
const GAP = 3,
  LEAST_HEIGHT = 260,
  AT_ONCE = 250;
export const SCALE = {
  light: ["#ffffff", "#f3ecd8", "#f6d58a", "#f2b03d", "#e07f12", "#bd5205", "#8a2f06", "#541504"],
  dark: ["#11161c", "#22303f", "#3d3a63", "#6b3f73", "#a3476a", "#d75f4a", "#f58f2e", "#fbd65b"],
};
const INK = {
  light: { text: "#1b2430", edge: "#8b7f66", on: [1, 2, 3, 4], other: "#ffffff" },
  dark: { text: "#f2f5f9", edge: "#66788c", on: [1, 2, 3, 4], other: "#14100a" },
};

export function heat_map({ chosen, open }) {
  const canvas = h("canvas", { tabindex: "0", role: "application", "aria-roledescription": "heat map", "aria-describedby": "heat-help" });
  const tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  const chosen_ring = h("i", { class: "ring chosen-ring", hidden: true }),
    hover_ring = h("i", { class: "ring", hidden: true });
  const box = lasting(h("div", { class: "heat" }, canvas, chosen_ring, hover_ring, tip));
  let nodes = [],
    resource = null,
    index = null,
    selected = "",
    hovered = -1,
    columns = 1,
    size = SIZES[0],
    width = 0,
    asked = 0;
  let drawn = [],
    look_of = ""; // what each tile looks like, and what is common to all

  function layout() {
    width = width || box.clientWidth || 800;
    const room = width < 500 ? 320 : Math.max(LEAST_HEIGHT, Math.min(560, innerHeight - 330));
    size =
      SIZES.find(([w, high]) => {
        const across = Math.floor((width + GAP) / (w + GAP));
        return across > 0 && Math.ceil(nodes.length / across) * (high + GAP) <= room;
      }) ?? SIZES[SIZES.length - 1];
    columns = Math.max(1, Math.floor((width + GAP) / (size[0] + GAP)));
    // Tiles with words share the width that is left over.
    if (size[0] >= 76) size = [Math.floor((width + GAP) / Math.min(columns, nodes.length || 1)) - GAP, size[1]];
    if (nodes.length < columns) size = [Math.min(size[0], 260), size[1]];
    const height = Math.ceil(nodes.length / columns) * (size[1] + GAP);
    const scale = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
      canvas.style.width = width + "px";
      canvas.style.height = height + "px";
      drawn = [];
    }
    return scale;
  }
  // Its width is kept: to ask for it means a layout of the whole page.
  const sizes = new ResizeObserver(() => {
    width = box.clientWidth;
    if (nodes.length) later();
  });
  sizes.observe(box);
  const corner = (at) => [(at % columns) * (size[0] + GAP), Math.floor(at / columns) * (size[1] + GAP)];

  function hatch(pen, x, y, w, high, colour) {
    pen.save();
    pen.beginPath();
    pen.rect(x, y, w, high);
    pen.clip();
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    pen.beginPath();
    for (let at = -high; at < w; at += 6) {
      pen.moveTo(x + at, y + high);
      pen.lineTo(x + at + high, y);
    }
    pen.stroke();
    pen.restore();
  }
  function outline(pen, x, y, w, high, cut) {
    const r = Math.min(4, w / 6);
    pen.beginPath();
    if (!cut) {
      if (w < 36) pen.rect(x, y, w, high);
      else pen.roundRect(x, y, w, high, r);
      return;
    }
    const c = Math.min(w, high) / 2.6;
    pen.moveTo(x, y);
    pen.lineTo(x + w - c, y);
    pen.lineTo(x + w, y + c);
    pen.lineTo(x + w, y + high);
    pen.lineTo(x, y + high);
    pen.closePath();
  }
  function words(pen, node, x, y, colour, value) {
    const [w, high] = size;
    pen.fillStyle = colour;
    pen.textBaseline = "alphabetic";
    if (w >= 76) {
      pen.font = "500 12px system-ui, sans-serif";
      pen.fillText(cut_to(pen, node.name, w - 16), x + 8, y + 17);
      pen.font = "600 15px system-ui, sans-serif";
      pen.fillText(value, x + 8, y + high - 9);
    } else if (w >= 36) {
      pen.font = "600 11px system-ui, sans-serif";
      pen.textAlign = "center";
      pen.fillText(value.replace("\u00a0%", ""), x + w / 2, y + high / 2 + 4);
      pen.textAlign = "start";
    }
  }
  function cut_to(pen, text, most) {
    if (pen.measureText(text).width <= most) return text;
    while (text.length > 1 && pen.measureText(text + "…").width > most) text = text.slice(0, -1);
    return text + "…";
  }
  function tile(pen, at, look) {
    const node = nodes[at],
      [x, y] = corner(at),
      [w, high] = size;
    const value = resource.of(node.load),
      stale = is_stale(node),
      step = step_of(value, resource.bounds);
    pen.clearRect(x, y, w + 1, high + 1);
    const ink = look.on.includes(step) || step === 0 ? look.text : look.other;
    pen.globalAlpha = stale ? 0.45 : 1;
    outline(pen, x + 0.5, y + 0.5, w - 1, high - 1, node.drain_requested);
    pen.fillStyle = look.scale[step];
    pen.fill();
    pen.lineWidth = 1;
    pen.strokeStyle = step <= 3 ? look.edge : look.scale[step];
    pen.stroke();
    pen.globalAlpha = 1;
    if (stale) hatch(pen, x + 1, y + 1, w - 2, high - 2, look.edge);
    words(pen, node, x, y, stale ? look.text : ink, node.load ? resource.show(value) : "–");
    if (index.firing.has(node.name)) {
      pen.lineWidth = 2;
      pen.strokeStyle = look.text;
      outline(pen, x + 1, y + 1, w - 2, high - 2, node.drain_requested);
      pen.stroke();
      pen.fillStyle = ink;
      pen.beginPath();
      pen.arc(x + w - (w > 30 ? 11 : w / 2), y + (w > 30 ? 12 : high / 2), w > 30 ? 4 : Math.max(2, w / 7), 0, 7);
      pen.fill();
    }
    if (index.held.has(node.name)) {
      pen.fillStyle = ink;
      pen.fillRect(x + w * 0.55, y + high - 5, w * 0.35, 2);
    }
  }
  // All that a tile shows: it is drawn again only if this is another.
  function signature(node) {
    const value = resource.of(node.load);
    return `${size[0] >= 36 ? node.name + resource.show(value) : ""} ${step_of(value, resource.bounds)} ${is_stale(node)} ${node.drain_requested} ${index.firing.has(node.name)} ${index.held.has(node.name)}`;
  }
  function place_ring(ring, at) {
    ring.hidden = at < 0 || at >= nodes.length;
    if (ring.hidden) return;
    const [x, y] = corner(at);
    ring.style.transform = `translate(${x}px, ${y}px)`;
    ring.style.width = size[0] + "px";
    ring.style.height = size[1] + "px";
  }
  function draw() {
    asked = 0;
    const scale = layout(),
      name = is_dark() ? "dark" : "light",
      look = { ...INK[name], scale: SCALE[name] };
    const common = `${name} ${resource.id} ${nodes.length} ${columns} ${size} ${scale}`;
    if (common !== look_of) drawn = [];
    look_of = common;
    const pen = canvas.getContext("2d"),
      place = nodes.findIndex((one) => one.name === selected);
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    let left = AT_ONCE;
    for (let at = 0; at < nodes.length && left > 0; at++) {
      const now = signature(nodes[at]);
      if (drawn[at] === now) continue;
      drawn[at] = now;
      tile(pen, at, look);
      left--;
    }
    if (left === 0) later();
    place_ring(chosen_ring, place);
    place_ring(hover_ring, hovered);
    const label = `${nodes.length} nodes by ${resource.text}` + (place >= 0 ? `; ${said(nodes[place])}` : "");
    if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
  }
  function said(node) {
    return (
      `${node.name}, ${resource.text} ${node.load ? resource.show(resource.of(node.load)) : "not measured"}` +
      (index.firing.has(node.name) ? ", firing" : "") +
      (is_stale(node) ? ", stale" : "") +
      (node.drain_requested ? ", draining" : "")
    );
  }
  const later = () => {
    if (!asked) asked = requestAnimationFrame(draw);
  };

  function under(event) {
    const edge = canvas.getBoundingClientRect();
    const x = Math.floor((event.clientX - edge.left) / (size[0] + GAP)),
      y = Math.floor((event.clientY - edge.top) / (size[1] + GAP));
    const at = x < columns ? y * columns + x : -1;
    return at >= 0 && at < nodes.length ? at : -1;
  }
  canvas.onpointermove = (event) => {
    const at = under(event);
    if (at === hovered) return;
    hovered = at;
    tip.hidden = at < 0;
    if (at >= 0) {
      tip.textContent = said(nodes[at]);
      const [x, y] = corner(at);
      tip.style.left = Math.max(0, Math.min(x, width - 220)) + "px";
      tip.style.top = y + size[1] + 6 + "px";
    }
    place_ring(hover_ring, at);
  };
  canvas.onpointerleave = () => {
    hovered = -1;
    tip.hidden = true;
    place_ring(hover_ring, -1);
  };
  canvas.onclick = (event) => {
    const at = under(event);
    if (at >= 0) chosen(nodes[at].name);
  };
  canvas.ondblclick = (event) => {
    const at = under(event);
    if (at >= 0) open(nodes[at].name);
  };
  canvas.onkeydown = (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns, j: 1, k: -1 }[event.key];
    const at = nodes.findIndex((one) => one.name === selected);
    if (event.key === "Enter" && at >= 0) open(selected);
    else if (event.key === "Home" || event.key === "End") chosen(nodes[event.key === "Home" ? 0 : nodes.length - 1]?.name ?? "");
    else if (by && nodes.length) chosen(nodes[Math.min(nodes.length - 1, Math.max(0, at + by))].name);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return {
    element: box,
    update(now) {
      ({ nodes, resource, index, selected } = now);
      later();
    },
    close() {
      cancelAnimationFrame(asked);
      sizes.disconnect();
    },
  };
}
