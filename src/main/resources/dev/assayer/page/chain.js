// The chain of trust of one image as a diagram, from what its record holds and nothing else.
import { h, name, s, shown } from "/dom.js";
import { date, left, plural, short, urgency } from "/format.js";

const WIDTH = 340;
const HEIGHT = 74;
const GAP = 30;
const BASE = ["root", "targets", "snapshot", "timestamp"];
const MARKS = { verified: "M3 8l3.2 3.4L13 4.4", error: "M8 2v7m0 3v1.4",
  rejected: "M4 4l8 8m0-8-8 8" };

const cut = (text, most) => {
  const plain = shown(text);
  return plain.length > most ? plain.slice(0, most - 1) + "…" : plain;
};

/** The end of a name says most: the tag. */
const tail = (text, most) => {
  const plain = shown(text);
  return plain.length > most ? "…" + plain.slice(1 - most) : plain;
};

/** A box: title, two lines, and how urgent it is. */
function box(x, y, item) {
  return s("g", { class: "node " + item.kind, transform: "translate(" + x + " " + y + ")" },
    s("title", {}, item.full),
    s("rect", { width: WIDTH, height: HEIGHT, rx: 6 }),
    item.state ? s("g",
      { class: "v-" + item.state, transform: "translate(" + (WIDTH - 26) + " 9)" },
      s("path", { class: "tick", d: MARKS[item.state] })) : null,
    s("text", { x: 14, y: 22, class: "title" },
      item.kind.startsWith("image") ? tail(item.title, 38) : cut(item.title, 36)),
    s("text", { x: 14, y: 42 }, cut(item.lines[0], 48)),
    s("text", { x: 14, y: 60 }, cut(item.lines[1] ?? "", 48)));
}

function role(each) {
  const keys = each.signed_by.map((id) => id.slice(0, 8)).join(", ");
  return {
    kind: "role", role: each.role, state: urgency(each.expires, each.role),
    title: each.role + " v" + each.version,
    lines: [each.signed_by.length + " signed, " + each.threshold + " needed: " + keys,
      (Date.parse(each.expires) > Date.now() ? "expires " : "") + left(each.expires)],
    full: each.role + " version " + each.version + ", threshold " + each.threshold
      + ", signed by " + each.signed_by.join(", ") + ", expires " + each.expires
      + ", sha256 " + each.sha256,
  };
}

/** Who leads to whom, in the order of the trust they carry. */
function plan(image) {
  const roles = image.trust.chain.map(role);
  const by = (wanted) => roles.find((each) => each.role === wanted);
  const pins = { kind: "pin", title: "Pinned: " + image.trust.root_keys.join(", "),
    lines: [plural(image.trust.root_keys.length, "trust root") + " of this configuration", ""],
    full: "trust roots " + image.trust.root_keys.join(", ") };
  const proven = image.verdict === "verified";
  const tag = { kind: proven ? "image" : "image unproven", state: proven ? "verified" : "rejected",
    title: image.normalised ?? image.requested,
    lines: [proven ? short(image.digest ?? "") : "not proven: " + image.reason,
      image.patched ? "pinned by this answer" : ""],
    full: (image.normalised ?? image.requested) + " " + (image.digest ?? "") };
  const delegations = roles.filter((each) => !BASE.includes(each.role));
  return {
    spine: [pins, by("root"), by("targets"), ...delegations, tag].filter(Boolean),
    fresh: [by("timestamp"), by("snapshot")].filter(Boolean),
  };
}

function words(to, many) {
  return to.kind === "image" ? (many ? "each signed this digest" : "signed this digest")
    : to.kind === "image unproven" ? "does not lead to" : to.role === "root" ? "signed"
      : to.role === "targets" ? "names the keys of" : "delegates to";
}

function edge(x, y, item, text, length = GAP) {
  return s("g", { class: "edge " + (item.kind.includes("unproven") ? "unproven" : "") },
    s("path", { d: "M" + x + " " + y + "v" + (length - 6) }),
    s("path", { class: "head", d: "M" + (x - 5) + " " + (y + length - 7) + "h10l-5 7z" }),
    s("text", { x: x + 12, y: y + length / 2 + 4 }, text));
}

/** Roles that one parent names stand below it on a rail; the last leads on. */
function rail(spine, siblings, step) {
  const at = spine.indexOf(siblings[0]);
  return siblings.slice(1).map((each, i) => {
    const y = 1 + (at + 1 + i) * step + HEIGHT / 2;
    return s("g", { class: "edge" },
      s("path", { d: "M14 " + (1 + (at - 1) * step + HEIGHT) + "V" + y + "h12" }),
      s("path", { class: "head", d: "M27 " + (y - 5) + "v10l8-5z" }));
  });
}

function draw(image, wide) {
  const { spine, fresh } = plan(image);
  const step = HEIGHT + GAP;
  const siblings = spine.filter((each) => each.kind === "role" && !BASE.includes(each.role)
    && !spine.some((other) => other.role && each.role.startsWith(other.role + "/")
      && !BASE.includes(other.role)));
  const many = siblings.length > 1;
  const inset = (each) => (many && each.kind === "role" && !BASE.includes(each.role) ? 36 : 1);
  const parts = many ? rail(spine, siblings, step) : [];
  parts.push(...spine.flatMap((each, i) => {
    const next = spine[i + 1];
    const lonely = many && siblings.includes(next) && next !== siblings[0];
    return [box(inset(each), 1 + i * step, each), next && !lonely
      ? edge(Math.max(40, inset(next) + 30), 1 + i * step + HEIGHT, next, words(next, many))
      : null];
  }));
  let width = WIDTH + (many ? 38 : 2);
  let rows = spine.length;
  if (fresh.length > 0 && wide) {
    const x = WIDTH + (many ? 96 : 60);
    width = x + WIDTH + 1;
    parts.push(...fresh.flatMap((each, i) => [box(x, 1 + i * step, each), i + 1 < fresh.length
      ? edge(x + 40, 1 + i * step + HEIGHT, each, "says which snapshot is current") : null]));
    const at = spine.findIndex((each) => each.role === "targets");
    if (at >= 0 && fresh.at(-1).role === "snapshot") {
      const y = 1 + (fresh.length - 1) * step + HEIGHT;
      const to = 1 + at * step + HEIGHT / 2;
      const down = Math.max(to, y + 14);
      parts.push(s("g", { class: "edge" },
        s("path", { d: "M" + (x + 40) + " " + y + "V" + down + "H" + (WIDTH + 8) }),
        s("path", { class: "head",
          d: "M" + (WIDTH + 9) + " " + (down - 5) + "v10l-7-5z" }),
        s("text", { x: x + 52, y: down + 4 }, "says which files belong together")));
    }
  } else if (fresh.length > 0) {
    const y = rows * step + 8;
    parts.push(s("text", { x: 2, y: y + 8, class: "head-line" },
      "That this is current is said by"));
    parts.push(...fresh.flatMap((each, i) => [box(1, y + 22 + i * step, each), i + 1 < fresh.length
      ? edge(40, y + 22 + i * step + HEIGHT, each, "says which snapshot is current") : null]));
    rows += fresh.length;
    return svg(parts, width, rows * step + 22, image);
  }
  return svg(parts, width, Math.max(rows, fresh.length) * step - GAP + 4, image);
}

function svg(parts, width, height, image) {
  return s("svg", { class: "chain", viewBox: "0 0 " + width + " " + height,
    width, height, role: "img",
    "aria-label": "Chain of trust of " + (image.normalised ?? image.requested)
      + "; the table below says the same" }, parts);
}

function table(image) {
  return h("details", {}, h("summary", {}, "The same as a table, with whole key ids"),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Roles" },
      h("table", {}, h("thead", {}, h("tr", {}, ["role", "version", "signed by", "needed",
        "expires", "sha256"].map((each) => h("th", { scope: "col" }, each)))),
      h("tbody", {}, image.trust.chain.map((each) => h("tr", {},
        h("th", { scope: "row" }, each.role), h("td", { class: "num" }, each.version),
        h("td", {}, each.signed_by.map((id) => h("div", {}, name(id, "mono")))),
        h("td", { class: "num" }, each.threshold), h("td", {}, date(each.expires)),
        h("td", {}, name(each.sha256, "mono"))))))));
}

/** The nodes; nothing where the record holds no chain. */
export function chain(image) {
  if (!image.trust || image.trust.chain.length === 0) {
    return image.verdict === "rejected"
      ? h("p", { class: "muted" }, "No chain of trust was proven, so there is none to show.")
      : null;
  }
  const holder = h("div", { class: "diagram" });
  let wide = null;
  new ResizeObserver(([entry]) => {
    const roomy = entry.contentRect.width >= 2 * WIDTH + 98;
    if (roomy !== wide) {
      wide = roomy;
      holder.replaceChildren(draw(image, wide));
    }
  }).observe(holder);
  return [h("h4", {}, "Chain of trust"), holder, table(image)];
}
