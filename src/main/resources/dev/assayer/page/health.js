// The conditions of this replica, and the hosts it depends on.
import { badge, flag, h, name, put } from "/dom.js";
import { ago, date, left, ms, urgency } from "/format.js";
import { ask } from "/page.js";

let condition = null;
let dependencies = null;
let parts = null;

/** The conditions, which the frame asks for. */
export function take(answer) {
  condition = answer;
  draw();
}

export async function refresh() {
  dependencies = (await ask("/api/dependencies")).dependencies;
  draw();
}

export function enter(main) {
  parts = { hosts: h("div", { class: "cards" }), conditions: h("tbody") };
  put(main, h("div", { class: "page" },
    h("h2", {}, "Dependencies"), parts.hosts,
    h("h2", {}, "Conditions of this replica"),
    h("div", { class: "scroll card", tabindex: "0", role: "group", "aria-label": "Conditions" },
      h("table", { class: "conditions stack" }, h("thead", {}, h("tr", {},
        ["condition", "holds", "when not", "since", "detail"]
          .map((each) => h("th", { scope: "col" }, each)))), parts.conditions))));
  draw();
  refresh().catch(() => {});
}

export function show() {}

function state(host) {
  if (host.breaker === "open") {
    return ["rejected", "not asked: circuit open"];
  }
  const good = host.last_answer?.time ?? "";
  const bad = host.last_failure?.time ?? "";
  return bad > good ? ["error", "failing: " + host.last_failure.result]
    : good ? ["verified", "answers"] : ["not_applicable", "not asked yet"];
}

function card(host) {
  const [verdict, word] = state(host);
  const time = (us) => us === null ? "–" : ms(us / 1000);
  const row = (label, ...value) => h("div", { class: "fact" }, h("dt", {}, label),
    h("dd", {}, value));
  return h("article", { class: "card" },
    h("h3", {}, name(host.host)), h("p", {}, badge(verdict, word)),
    h("dl", { class: "facts tight" },
      row("median, longest", time(host.median_us), ", ", time(host.longest_us),
        h("span", { class: "muted" }, " of the last " + host.timed)),
      row("failed", host.failures + " of " + host.calls + " calls since the start"),
      row("last answer", host.last_answer
        ? [host.last_answer.result, " ", ago(host.last_answer.time)] : "none"),
      row("last failure", host.last_failure
        ? [host.last_failure.result, " ", ago(host.last_failure.time)] : "none"),
      host.breaker ? row("circuit breaker", host.breaker.replace("_", " ")) : null,
      host.certificate_expires ? row("certificate", badge(urgency(host.certificate_expires),
        left(host.certificate_expires)), h("span", { class: "muted" }, " "
        + date(host.certificate_expires))) : null));
}

function draw() {
  if (!parts?.hosts.isConnected) {
    return;
  }
  put(parts.hosts, (dependencies ?? []).map(card), dependencies?.length === 0
    ? h("p", { class: "empty" }, "No host has been asked since this replica started.") : null);
  put(parts.conditions, (condition?.conditions ?? []).map((each) => h("tr", {},
    h("th", { scope: "row" }, each.name.replaceAll("_", " ")),
    h("td", {}, each.holds ? flag(true, "yes")
      : each.gating ? flag(false, "no") : badge("error", "no")),
    h("td", { class: "less" }, each.gating ? "not ready" : "reported"),
    h("td", { class: "since wide muted" }, h("span", { title: each.since }, ago(each.since))),
    h("td", { class: "wide" }, each.detail))));
}
