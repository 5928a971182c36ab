// The frame: which view is open, what the address says, keys, and the clock that asks again.
import { badge, flag, h, put } from "/dom.js";
import { clock, now, serverSays, span } from "/format.js";
import * as decisions from "/decisions.js";
import * as trust from "/trust.js";
import * as health from "/health.js";
import * as policy from "/policy.js";

const VIEWS = [["decisions", "Decisions", decisions], ["trust", "Trust", trust],
  ["health", "Health", health], ["policy", "Policy", policy]];
const POLL = 2000;
const PATIENCE = 10000;
const $ = (id) => document.getElementById(id);
let open = null;
let answered = 0;
let lost = "";
let condition = null;

/** JSON of this server; an error says what it said. */
export async function ask(path) {
  const response = await fetch(path, {
    credentials: "omit", redirect: "error", signal: AbortSignal.timeout(PATIENCE) });
  const body = await response.json();
  if (!response.ok) {
    throw new Error(body.detail ?? "status " + response.status);
  }
  return body;
}

/** What the address says: view and parameters. */
export function address() {
  const [path, query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { view: path, parameters: new URLSearchParams(query) };
}

/** Changes parameters of the address; empty ones go. */
export function go(view, changes, replace = false) {
  const parameters = address().view === view ? address().parameters : new URLSearchParams();
  for (const [key, value] of Object.entries(changes)) {
    value ? parameters.set(key, value) : parameters.delete(key);
  }
  const text = parameters.toString();
  const hash = "#/" + view + (text ? "?" + text : "");
  if (hash !== location.hash) {
    replace ? history.replaceState(null, "", hash) : history.pushState(null, "", hash);
    follow();
  }
}

/** Said to those who cannot see the list move, politely and seldom. */
let said = 0;
export function announce(text) {
  if (now() - said > 10000) {
    said = now();
    $("announce").textContent = text;
  }
}

function follow() {
  const { view, parameters } = address();
  const [key, title, module] = VIEWS.find(([each]) => each === view) ?? VIEWS[0];
  put($("views"), VIEWS.map(([each, words], i) => h("a", {
    href: "#/" + each, "aria-current": each === key ? "page" : null,
    "aria-keyshortcuts": i + 1 }, words)));
  document.title = title + " · Assayer";
  document.getElementById("view").textContent = title;
  if (open !== module) {
    open = module;
    module.enter(put($("main")));
  }
  module.show(parameters);
}

function status() {
  const silent = now() - answered;
  put($("live"), answered === 0 && !lost ? "" : lost
    ? badge("rejected", "no answer" + (answered ? " for " + span(silent) : ""))
    : badge("verified", "live " + clock(answered).slice(0, -4) + " UTC"));
  if (condition) {
    put($("ready"), flag(condition.status === "ready", condition.status.replace("_", " ")));
  }
  const banners = [];
  if (lost) {
    banners.push("What you see is old: " + lost);
  }
  if (condition && condition.status !== "ready") {
    banners.push("This replica is not ready. " + (condition.detail ?? ""));
  }
  if (policy.detectionMode()) {
    banners.push("Detection mode: nothing is denied, whatever is found.");
  }
  const texts = [...$("banners").children].map((each) => each.textContent);
  if (texts.join("\n") !== banners.join("\n")) {
    put($("banners"), banners.map((text) => h("p", { class: "banner" }, text)));
  }
}

async function round() {
  try {
    const list = await decisions.poll();
    serverSays(list.time);
    put($("who"), list.replica);
    condition = await ask("/api/health");
    health.take(condition);
    await policy.poll();
    if (open.refresh && open !== decisions) {
      await open.refresh();
    }
    answered = now();
    lost = "";
  } catch (failure) {
    lost = failure.name === "TimeoutError" ? "the server did not answer in 10 s"
      : failure instanceof TypeError ? "the server cannot be reached; is the port-forward running?"
        : failure.message;
  }
  status();
}

function help() {
  const rows = [["j k or ↓ ↑", "next, previous decision"], ["Enter", "open it"],
    ["Esc", "close it; leave a field"], ["/", "to the filter"], ["p", "hold the list, go on"],
    ["1 2 3 4", "the views"], ["?", "this help"]];
  const dialog = h("dialog", { "aria-label": "Keys", onclose: () => dialog.remove() },
    h("h2", {}, "Keys"),
    h("dl", { class: "keys" }, rows.map(([key, does]) =>
      h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)))),
    h("button", { onclick: () => dialog.close() }, "Close"));
  document.body.append(dialog);
  dialog.showModal();
}

function key(event) {
  const field = event.target.closest("input, select, textarea, dialog");
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (field) {
    if (event.key === "Escape" && !event.target.closest("dialog")) {
      field.blur();
    }
    return;
  }
  const view = VIEWS[Number(event.key) - 1];
  const filter = document.querySelector("[data-filter]");
  if (view) {
    go(view[0], {});
  } else if (event.key === "?") {
    help();
  } else if (event.key === "/" && filter) {
    filter.focus();
    filter.select();
  } else if (!open.key?.(event.key)) {
    return;
  }
  event.preventDefault();
}

addEventListener("hashchange", follow);
addEventListener("popstate", follow);
addEventListener("keydown", key);
follow();
setInterval(() => { status(); open.tick?.(); }, 1000);
(async () => {
  for (;;) {
    await round();
    await new Promise((done) => setTimeout(done, document.hidden ? 5 * POLL : POLL));
  }
})();
