// Elements from values. Texts come from strangers: they become text nodes and nothing else, with control and direction
// characters made visible. paint() brings what is on the page in line with a new tree and keeps what is equal, so that
// focus, selection and the pointer stay where they are.
const SVG = "http://www.w3.org/2000/svg";
const HANDLERS = [
  "onclick",
  "oninput",
  "onchange",
  "onsubmit",
  "onkeydown",
  "onpointermove",
  "onpointerleave",
  "ondblclick",
  "onscroll",
  "onfocus",
  "onblur",
  "ontoggle",
];
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

// "\x1b" for what a reader would not see.
export function visible(text) {
  return String(text).replace(HIDDEN, (c) => {
    const code = c.charCodeAt(0);
    return code < 256 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
  });
}

function append(parent, child) {
  if (child === null || child === undefined || child === false || child === "") return;
  if (Array.isArray(child)) child.forEach((one) => append(parent, one));
  else parent.append(child.lasting ? stand_in(child) : child instanceof Node ? child : document.createTextNode(visible(child)));
}

// What lasts is in the page already and stays there while the new tree is built.
function stand_in(element) {
  const mark = document.createElement("slot");
  mark.stands_for = element;
  return mark;
}

function set(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "css") for (const key in value) element.style.setProperty(key, value[key]);
  else if (HANDLERS.includes(name)) element[name] = value;
  else if (name === "href" && !String(value).startsWith("#")) throw new Error("links lead to pages of this console");
  else if (name === "value") element.value = value;
  else element.setAttribute(name, value === true ? "" : visible(value));
}

function make(element, props, children) {
  for (const name in props) set(element, name, props[name]);
  children.forEach((child) => append(element, child));
  return element;
}

// h("a", {class: "node", href: "#/node/n1", key: "n1"}, "n1"). `key` tells equal things of a list apart.
export function h(tag, props, ...children) {
  return make(document.createElement(tag), props, children);
}
export function s(tag, props, ...children) {
  return make(document.createElementNS(SVG, tag), props, children);
}

// An element that a page makes once and puts into each of its trees: paint() moves it and leaves its inside alone.
export function lasting(element) {
  element.lasting = true;
  return element;
}

function alike(a, b) {
  return (
    !a.lasting &&
    !b.lasting &&
    a.nodeType === b.nodeType &&
    a.nodeName === b.nodeName &&
    (a.nodeType !== 1 || a.getAttribute("key") === b.getAttribute("key"))
  );
}

function attributes(old, now) {
  // Through the object model: a policy without inline styles forbids the attribute.
  if (old.style.cssText !== now.style.cssText) old.style.cssText = now.style.cssText;
  for (const { name, value } of [...now.attributes])
    if (name !== "style" && old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes])
    if (name !== "style" && !now.hasAttribute(name) && !(name === "open" && old.nodeName === "DETAILS")) old.removeAttribute(name);
  for (const name of HANDLERS) if (old[name] !== now[name]) old[name] = now[name];
}

function children(old, tree) {
  const wanted = tree.map((one) => one.stands_for ?? one);
  let place = old.firstChild;
  const keyed = new Map();
  for (const child of old.children) if (child.hasAttribute("key")) keyed.set(child.getAttribute("key"), child);
  for (const want of wanted) {
    if (want === place) {
      place = place.nextSibling;
      continue;
    }
    const key = want.nodeType === 1 && !want.lasting ? want.getAttribute("key") : null;
    const known = key !== null ? keyed.get(key) : null;
    if (known && known !== place && alike(known, want)) {
      old.insertBefore(known, place);
      update(known, want);
      continue;
    }
    if (place && alike(place, want)) {
      const next = place.nextSibling;
      update(place, want);
      place = next;
    } else {
      old.insertBefore(want, place);
      if (want.nodeType === 1 && !want.lasting)
        for (const mark of want.querySelectorAll("slot")) if (mark.stands_for) mark.replaceWith(mark.stands_for);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

function update(old, now) {
  if (old.nodeType === 3) {
    if (old.data !== now.data) old.data = now.data;
    return;
  }
  attributes(old, now);
  if (old.nodeName !== "TEXTAREA") children(old, [...now.childNodes]);
}

export function paint(container, ...tree) {
  children(container, [...make(document.createDocumentFragment(), {}, tree).childNodes]);
}

// Says it to a screen reader.
let last_said = "";
export function say(text) {
  const place = document.getElementById("said");
  if (place && text !== last_said) place.textContent = last_said = visible(text);
}
