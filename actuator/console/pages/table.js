// A table that sorts, filters, and draws only the rows that can be seen.
import { h, lasting, paint } from "./dom.js";
import { filter_field } from "./filters.js";

const ROW = 30,
  SPARE = 4,
  FIRST_DRAWN_MS = 1500,
  WHOLE_UP_TO = 60;

// columns: [{id, text, value(row), cell(row), right, wide}]; key(row); open(row): the address of a row; words(row): what the filter reads.
export function table({ label, columns, key, open, words, sort, down = true, find = "Filter", most = 460 }) {
  let by = sort,
    falling = down,
    rows = [],
    seen = [],
    typed = "",
    extra = null,
    in_sight = false,
    waits = true;
  const place = lasting(h("div", { class: "table-place" }));
  const scroll = lasting(h("div", { class: "scroll", onscroll: () => draw_rows(), tabindex: "0", role: "region", "aria-label": label }));

  // What nobody sees is not drawn again.
  const sight = new IntersectionObserver(
    (entries) => {
      in_sight = entries.at(-1).isIntersecting;
      if (in_sight && waits) draw();
    },
    { rootMargin: "0px" },
  );
  sight.observe(place);
  // Once it is drawn in any case: keys lead to it.
  setTimeout(() => {
    if (waits && place.isConnected) draw();
  }, FIRST_DRAWN_MS);

  function arranged() {
    const wanted = typed.split(/\s+/).filter(Boolean);
    const list = wanted.length
      ? rows.filter((row) => {
          const text = words(row).toLowerCase();
          return wanted.every((one) => text.includes(one));
        })
      : [...rows];
    const column = columns.find((one) => one.id === by);
    const worth = new Map(list.map((row) => [row, column.value(row)]));
    const order = (a, b) => {
      const x = worth.get(a),
        y = worth.get(b);
      if (x === y) return 0;
      if (x === undefined || x === null) return 1; // what is not measured comes last
      if (y === undefined || y === null) return -1;
      return (x < y ? -1 : 1) * (falling ? -1 : 1);
    };
    return list.sort(order);
  }
  function head(column) {
    const is_sorted = column.id === by;
    return h(
      "th",
      {
        scope: "col",
        class: (column.right ? "right" : "") + (column.wide ? " wide" : "") || null,
        "aria-sort": is_sorted ? (falling ? "descending" : "ascending") : "none",
      },
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            falling = is_sorted ? !falling : Boolean(column.right);
            by = column.id;
            scroll.scrollTop = 0;
            draw();
          },
        },
        column.text,
        h("span", { class: "arrow", "aria-hidden": "true" }, is_sorted ? (falling ? "▾" : "▴") : ""),
      ),
    );
  }
  function row_of(row, index) {
    return h(
      "tr",
      {
        key: key(row),
        "aria-rowindex": String(index + 2),
        "data-row": true,
        tabindex: "-1",
        onclick: (event) => {
          if (open && !event.target.closest("a, button")) location.hash = open(row);
        },
        onkeydown: (event) => {
          if (open && event.key === "Enter" && event.target.nodeName === "TR") location.hash = open(row);
        },
      },
      columns.map((one) => h("td", { class: one.right ? "right" : null, title: one.title?.(row) }, one.cell(row))),
    );
  }
  const gap = (count) =>
    count > 0 &&
    h("tr", { class: "gap", "aria-hidden": "true" }, h("td", { colspan: String(columns.length), css: { height: count * ROW + "px" } }));

  function draw_rows() {
    const whole = seen.length <= WHOLE_UP_TO;
    const from = whole ? 0 : Math.max(0, Math.floor(scroll.scrollTop / ROW) - SPARE);
    const to = whole ? seen.length : Math.min(seen.length, from + Math.ceil((scroll.clientHeight || most) / ROW) + 2 * SPARE);
    paint(
      scroll,
      h(
        "table",
        { "aria-label": label, "aria-rowcount": String(seen.length + 1) },
        h("thead", {}, h("tr", { "aria-rowindex": "1" }, columns.map(head))),
        h(
          "tbody",
          {},
          gap(from),
          seen.slice(from, to).map((row, at) => row_of(row, from + at)),
          gap(seen.length - to),
        ),
      ),
    );
  }
  function draw() {
    waits = false;
    seen = arranged();
    scroll.style.maxHeight = seen.length > WHOLE_UP_TO ? most + "px" : "";
    paint(
      place,
      h(
        "div",
        { class: "tools" },
        filter_field(
          find,
          (text) => {
            typed = text;
            draw();
          },
          find,
        ),
        h("span", { class: "quiet" }, seen.length === rows.length ? `${rows.length}` : `${seen.length} of ${rows.length}`),
        extra,
      ),
      scroll,
    );
    draw_rows();
  }
  return {
    element: place,
    sort_by(id) {
      if (by !== id && columns.some((one) => one.id === id)) {
        by = id;
        falling = true;
      }
    },
    update(list, more = null) {
      rows = list;
      extra = more;
      if (in_sight) draw();
      else waits = true;
    },
  };
}
