// Small drawings, 16 by 16, in the colour of the text.
import { s } from "./dom.js";

const PATHS = {
  fleet: "M2 2h5v5H2zM9 2h5v5H9zM2 9h5v5H2zM9 9h5v5H9z",
  flame: "M8 1.5c.6 2.6 4 4.2 4 8a4 4 0 0 1-8 0c0-1.6.8-2.6 1.6-3.5.2 1.2.7 1.7 1.3 1.900C7 6 6.7 3.5 8 1.500z",
  move: "M2 5h9M8 2l3 3-3 3M14 11H5M8 8l-3 3 3 3",
  plan: "M3 2h10v12H3zM5.5 8l1.800 1.800L10.5 6",
  list: "M5.5 3.500H14M5.5 8H14M5.5 12.500H14M2 3.500h.8M2 8h.8M2 12.500h.8",
  search: "M7 2.500a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.3 10.3 14 14",
  sun: "M8 5a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM8 1v1.500M8 13.500V15M1 8h1.500M13.5 8H15M3 3l1.1 1.100M11.9 11.9 13 13M13 3l-1.1 1.100M4.1 11.9 3 13",
  moon: "M13.5 9.500A6 6 0 0 1 6.5 2.500a6 6 0 1 0 7 7z",
  person: "M8 2a3 3 0 1 1 0 6 3 3 0 0 1 0-6zM2.5 14c.5-3 2.7-4.5 5.5-4.500s5 1.5 5.5 4.5",
  warn: "M8 2 15 14H1zM8 6.500v3.500M8 12v.3",
  back: "M10 3 5 8l5 5",
  copy: "M6 6h8v8H6zM10 6V2H2v8h4",
};

export function icon(name) {
  const drawing = s("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" });
  if (name === "brand") {
    for (const [x, y, step] of [
      [1, 1, 2],
      [9, 1, 3],
      [1, 9, 1],
      [9, 9, 6],
    ])
      drawing.append(s("rect", { x, y, width: 6.5, height: 6.5, rx: 1.5, class: "step" + step }));
  } else
    drawing.append(
      s("path", {
        d: PATHS[name],
        fill: "none",
        stroke: "currentColor",
        "stroke-width": 1.6,
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
      }),
    );
  return drawing;
}
