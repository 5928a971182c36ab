// The only place where nodes are made. Text from outside becomes text nodes, never markup.

/** What nobody can see, or what would reorder a line: controls, bidi marks, zero width. */
const UNSEEN = new RegExp("["
  + "\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"
  + "\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0"
  + "\\ufff0-\\ufffb\\u{e0000}-\\u{e0fff}]|\\p{Cs}", "gu");

const LONGEST = 2000;

/** Text as a person can trust it: unseen characters as their numbers, cut where it is endless. */
export function shown(value) {
  const text = String(value ?? "").replace(
    UNSEEN, (c) => "\\u{" + c.codePointAt(0).toString(16) + "}");
  return text.length > LONGEST
    ? text.slice(0, LONGEST) + "… (" + text.length + " characters)" : text;
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) {
      continue;
    }
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (name === "width%" || name === "left%") {
      element.style.setProperty(name.slice(0, -1), value + "%");
    } else {
      element.setAttribute(name, value === true ? "" : shown(value));
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child !== undefined && child !== null && child !== false) {
      element.append(child instanceof Node ? child : document.createTextNode(shown(child)));
    }
  }
  return element;
}

/** An HTML element. Attributes named on… are listeners. */
export const h = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

/** An SVG element. */
export const s = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** A name from outside, apart from the direction of what stands around it. */
export const name = (text, kind = "") => h("bdi", { class: "name " + kind, dir: "ltr" }, text);

/** Text with `code` in backticks. */
export const prose = (text) =>
  text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));

/** Replaces what an element holds. */
export function put(element, ...children) {
  element.replaceChildren();
  return fill(element, {}, children);
}

const SHAPES = {
  verified: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z", "m4.8 8.2 2.2 2.2 4.2-4.6"],
  exempt: ["M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z", "M5 8h6"],
  not_applicable: ["M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8z", ""],
  rejected: ["M5 1h6l4 4v6l-4 4H5l-4-4V5z", "m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2"],
  error: ["M8 1.2 15.4 14.6H.6z", "M8 6v4m0 2v.4"],
  timeout: ["M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1z", "M8 4.2V8l2.6 2"],
};

/** The shape of a verdict, so that colour is never alone. */
export function icon(verdict) {
  const [body, mark] = SHAPES[verdict] ?? SHAPES.not_applicable;
  return s("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true" },
    s("path", { class: "body", d: body }), s("path", { class: "mark", d: mark }));
}

/** Shape and word. */
export const badge = (verdict, word = verdict.replace("_", " ")) =>
  h("span", { class: "badge v-" + verdict }, icon(verdict), word);

/** Good or bad, as shape and word. */
export const flag = (good, word) => badge(good ? "verified" : "rejected", word);

/** A name and its value, for lists of facts; nothing without a value. */
export const fact = (label, ...value) =>
  value.some((each) => each !== undefined && each !== null && each !== "")
    ? h("div", { class: "fact" }, h("dt", {}, label), h("dd", {}, value)) : null;
