// The list of decisions: live, filtered, and beside it the one that is open.
import { badge, h, icon, name, put, shown } from "/dom.js";
import { clock, ms, plural } from "/format.js";
import { announce, ask, address, go } from "/page.js";
import { detail } from "/detail.js";

const MOST = 500;
const VERDICTS = ["rejected", "error", "timeout", "verified", "exempt", "not_applicable"];
let epoch = "";
let last = 0;
let kept = []; // newest first
let held = null; // what is shown while the list is held
let filter = {};
let opened = "";
let parts = null;

/** Asks for what is new. */
export async function poll() {
  const answer = await ask("/api/decisions?after=" + last);
  if (epoch && answer.epoch !== epoch) {
    epoch = answer.epoch; // another run of the process: all anew
    kept = [];
    last = 0;
    return poll();
  }
  epoch = answer.epoch;
  last = answer.last;
  const fresh = answer.decisions.reverse();
  const first = kept.length === 0;
  kept = [...fresh, ...kept].slice(0, MOST);
  if (fresh.length > 0) {
    const denied = fresh.filter((each) => each.outcome === "denied").length;
    if (!first) {
      announce(plural(fresh.length, "new decision") + ", " + denied + " denied");
    }
    draw();
  } else if (first) {
    draw();
  }
  return answer;
}

export function enter(main) {
  const chips = h("div", { class: "chips", role: "group", "aria-label": "Verdict" });
  const reason = h("select", { id: "f-reason", onchange: (e) => set({ reason: e.target.value }) });
  const namespace = h("select", { id: "f-ns", onchange: (e) => set({ ns: e.target.value }) });
  const image = h("input", { id: "f-image", type: "search", "data-filter": true, maxlength: 300,
    placeholder: "part of a name   /", autocomplete: "off", spellcheck: "false",
    oninput: (e) => set({ image: e.target.value }) });
  const hold = h("button", { "aria-pressed": "false", onclick: toggle }, "Hold");
  const count = h("p", { class: "count muted" });
  const list = h("ol", { class: "list", "aria-label": "Decisions, newest first" });
  const side = h("section", { class: "side", "aria-label": "The open decision",
    tabindex: "-1" });
  const hint = h("p", { class: "hint muted" }, h("kbd", {}, "j"), " ", h("kbd", {}, "k"), " move, ",
    h("kbd", {}, "Enter"), " opens, ", h("kbd", {}, "?"), " all keys");
  const label = (id, text, field, kind = "") => h("div", { class: "field " + kind },
    h("label", { for: id }, text), field);
  parts = { chips, reason, namespace, image, hold, count, list, side };
  put(main, h("div", { class: "decisions" },
    h("section", { class: "feed", "aria-label": "Decisions" },
      h("form", { class: "filters", onsubmit: (e) => e.preventDefault() }, chips,
        label("f-reason", "Reason", reason), label("f-ns", "Namespace", namespace),
        label("f-image", "Image", image, "look"), hold),
      h("div", { class: "line" }, count, hint), list), side));
}

export function show(parameters) {
  filter = Object.fromEntries(
    ["verdict", "reason", "ns", "image"].map((key) => [key, parameters.get(key) ?? ""]));
  if (parts.image.value !== filter.image) {
    parts.image.value = filter.image;
  }
  draw();
  const id = parameters.get("id") ?? "";
  const root = parts.side.parentElement;
  root.classList.toggle("opened", id !== "");
  if (id !== opened || !parts.side.hasChildNodes()) {
    opened = id;
    load();
  }
}

async function load() {
  const id = opened;
  if (!id) {
    put(parts.side);
    return;
  }
  let content;
  try {
    if (!/^[0-9a-f-]{36}$/.test(id)) {
      throw new Error("That is no record id.");
    }
    content = await detail(await ask("/api/decisions/" + encodeURIComponent(id)), close);
  } catch (failure) {
    content = [h("button", { class: "back", onclick: close }, "← All decisions"),
      h("p", { class: "empty" }, failure.message,
        " The audit log has it: ", h("code", {}, "assayer audit show " + shown(id)))];
  }
  if (opened === id) {
    put(parts.side, content);
    parts.side.scrollTop = 0;
    parts.side.focus({ preventScroll: true });
    if (parts.list.offsetParent === null) {
      scrollTo(0, 0);
    }
  }
}

function close() {
  const id = opened;
  go("decisions", { id: "" });
  parts.list.querySelector("[data-id='" + CSS.escape(id) + "'] a")?.focus();
}

const set = (changes) => go("decisions", changes, true);

function toggle() {
  held = held ? null : kept;
  parts.hold.setAttribute("aria-pressed", String(held !== null));
  parts.hold.textContent = held ? "Go on" : "Hold";
  draw();
}

function matches(each, but = "") {
  const image = filter.image.toLowerCase();
  return (but === "verdict" || !filter.verdict || filter.verdict.split(",").includes(each.verdict))
    && (!filter.reason || each.reason === filter.reason)
    && (!filter.ns || each.namespace === filter.ns)
    && (!image || each.first_images.some((one) => one.name.toLowerCase().includes(image)));
}

function options(select, chosen, values, any) {
  const all = [...new Set(chosen ? [...values, chosen] : values)].sort();
  const before = [...select.options].map((each) => each.value).slice(1);
  if (before.join("\n") !== all.join("\n") || select.options.length === 0) {
    put(select, h("option", { value: "" }, any),
      all.map((each) => {
        const option = h("option", {}, each);
        option.value = each;
        return option;
      }));
  }
  select.value = chosen;
}

function chipFor(verdict, all) {
  const chosen = filter.verdict ? filter.verdict.split(",") : [];
  const on = chosen.includes(verdict);
  const n = all.filter((each) => each.verdict === verdict && matches(each, "verdict")).length;
  const next = on ? chosen.filter((each) => each !== verdict) : [...chosen, verdict];
  return h("button", { type: "button", class: "chip v-" + verdict, "aria-pressed": String(on),
    "data-verdict": verdict, onclick: () => set({ verdict: next.join(",") }) },
  icon(verdict), verdict.replace("_", " "), " ", h("b", {}, n));
}

function row(each) {
  const images = each.first_images;
  const worst = images.find((one) => one.verdict === each.verdict) ?? images[0];
  const object = (each.namespace ? each.namespace + "/" : "") + each.name;
  const href = new URLSearchParams(address().parameters);
  href.set("id", each.record_id);
  return h("li", { "data-id": each.record_id, class: "was-" + each.outcome },
    h("a",
      { href: "#/decisions?" + href, "aria-current": each.record_id === opened ? "true" : null },
      h("span", { class: "r-time" }, clock(each.time)),
      badge(each.verdict),
      h("span", { class: "r-reason" }, each.reason,
        each.outcome === "denied" ? h("b", { class: "denied" }, "denied")
          : each.mode !== "enforce" && !["verified", "exempt", "not_applicable"]
            .includes(each.verdict) ? h("b", { class: "let" }, "let pass: " + each.mode) : null),
      h("span", { class: "r-image" },
        worst ? name(worst.name) : h("span", { class: "muted" }, "—"),
        each.images > 1 ? h("span", { class: "muted" }, " +" + (each.images - 1)) : null),
      h("span", { class: "r-object" }, each.kind, " ", name(object),
        each.dry_run ? h("span", { class: "muted" }, " dry run") : null),
      h("span", { class: "r-ms" }, ms(each.duration_us / 1000))));
}

function draw() {
  if (!parts?.list.isConnected) {
    return;
  }
  const all = held ?? kept;
  const found = all.filter((each) => matches(each));
  const had = document.activeElement?.closest("li")?.dataset.id;
  const pressed = document.activeElement?.dataset.verdict;
  put(parts.chips, VERDICTS.map((each) => chipFor(each, all)));
  options(parts.reason, filter.reason, all.map((each) => each.reason), "any reason");
  options(parts.namespace, filter.ns,
    all.map((each) => each.namespace).filter((each) => each !== ""), "any namespace");
  const denied = found.filter((each) => each.outcome === "denied").length;
  put(parts.count, found.length === all.length ? "The last " + plural(all.length, "decision")
    : found.length + " of the last " + plural(all.length, "decision"), ", ", denied, " denied",
  held ? h("b", {}, " · held; " + plural(
    kept.filter((each) => each.number > (held[0]?.number ?? 0)).length, "newer decision")) : "");
  put(parts.list, found.map(row));
  if (found.length === 0) {
    put(parts.list, h("li", { class: "empty" }, epoch === "" ? "Loading…" : all.length === 0
      ? "No decision since this replica started." : "No decision matches the filter."));
  }
  if (had) {
    parts.list.querySelector("[data-id='" + CSS.escape(had) + "'] a")
      ?.focus({ preventScroll: true });
  } else if (pressed) {
    parts.chips.querySelector("[data-verdict='" + pressed + "']")?.focus();
  }
}

/** Keys of this view; whether it knows the key. */
export function key(pressed) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[pressed];
  if (pressed === "Escape" && opened) {
    close();
  } else if (pressed === "p") {
    toggle();
  } else if (step && !(pressed.startsWith("Arrow") && parts.side.contains(document.activeElement)
      && opened)) {
    const links = [...parts.list.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement.closest("li a") ??
      links.find((each) => each.getAttribute("aria-current")));
    links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
  } else {
    return false;
  }
  return true;
}
