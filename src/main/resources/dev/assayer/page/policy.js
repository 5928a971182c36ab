// The policy in force, and which rule an image would get.
import { badge, fact, h, name, put } from "/dom.js";
import { plural, short } from "/format.js";
import { ask, go } from "/page.js";

const EVERY = 15000;
let policy = null;
let asked = 0;
let parts = null;
let winner = null;
let question = "";

export const detectionMode = () => policy?.detection_mode === true;

/** Asks again when it is time: policies change seldom. */
export async function poll() {
  if (performance.now() - asked > EVERY || policy === null) {
    policy = await ask("/api/policy");
    asked = performance.now();
    draw();
  }
}

export function enter(main) {
  const image = h("input", { id: "p-image", type: "text", "data-filter": true, required: true,
    maxlength: 1000, placeholder: "nginx:1.27   /", autocomplete: "off", spellcheck: "false" });
  const namespace = h("input", { id: "p-ns", type: "text", maxlength: 63, placeholder: "none",
    autocomplete: "off", spellcheck: "false" });
  parts = { image, namespace, answer: h("div", { role: "status" }), facts: h("div"),
    rules: h("tbody") };
  put(main, h("div", { class: "page" },
    h("h2", {}, "Which rule would match?"),
    h("form", { class: "filters", onsubmit: submit },
      h("div", { class: "field grow" }, h("label", { for: "p-image" }, "Image"), image),
      h("div", { class: "field" }, h("label", { for: "p-ns" }, "Namespace"), namespace),
      h("button", {}, "Match")),
    parts.answer,
    h("h2", {}, "The policy in force"), parts.facts,
    h("div", { class: "scroll card", tabindex: "0", role: "group", "aria-label": "Rules" },
      h("table", { class: "rules stack" }, h("thead", {}, h("tr", {},
        ["rule", "pattern", "namespaces", "does", "line"]
          .map((each) => h("th", { scope: "col" }, each)))), parts.rules))));
  question = "";
  winner = null;
  draw();
}

export function show(parameters) {
  const image = parameters.get("image") ?? "";
  const namespace = parameters.get("namespace") ?? "";
  parts.image.value = image;
  parts.namespace.value = namespace;
  const now = new URLSearchParams(namespace ? { image, namespace } : { image }).toString();
  if (now !== question) {
    question = now;
    match(image, namespace);
  }
}

function submit(event) {
  event.preventDefault();
  question = "";
  const image = parts.image.value.trim();
  const namespace = parts.namespace.value.trim();
  go("policy", { image, namespace });
  show(new URLSearchParams({ image, namespace }));
}

async function match(image, namespace) {
  const mine = question;
  winner = null;
  if (!image) {
    put(parts.answer);
    draw();
    return;
  }
  let nodes;
  try {
    const query = "image=" + encodeURIComponent(image)
      + (namespace ? "&namespace=" + encodeURIComponent(namespace) : "");
    const answer = await ask("/api/policy/match?" + query);
    if (mine !== question) {
      return;
    }
    winner = answer.index;
    nodes = answer.error
      ? h("p", {}, badge("rejected", answer.error.reason), " ", answer.error.detail)
      : [h("p", {}, answer.rule === null ? badge("rejected", "no rule")
        : badge("verified", "policy[" + answer.index + "]"), " ",
      answer.rule === null ? null : name(answer.rule.pattern, "mono")),
      h("ol", { class: "why-list" }, answer.why.map((each) => h("li", {}, each)))];
  } catch (failure) {
    nodes = h("p", {}, badge("error", "no answer"), " ", failure.message);
  }
  put(parts.answer, h("div", { class: "card" }, nodes));
  draw();
}

function draw() {
  if (!parts?.rules.isConnected || policy === null) {
    return;
  }
  put(parts.facts, h("dl", { class: "facts card" },
    fact("cluster", policy.cluster),
    fact("policy", h("code", { title: policy.digest }, short(policy.digest)),
      " generation " + policy.generation),
    fact("trust roots", h("code", { title: policy.trust_root_digest },
      short(policy.trust_root_digest))),
    fact("mode", policy.detection_mode ? badge("error", "detection: nothing is denied")
      : "enforced, where a rule does not say otherwise"),
    fact("grace", policy.grace_seconds > 0 ? badge("error", policy.grace_seconds + " s") : "off"),
    fact("unknown kinds", policy.unknown_kinds),
    fact("validators", policy.validators.map((each, i) => [i ? "; " : "", each.name, " (",
      each.type,
      each.trust_roots.length > 0 ? ", " + plural(each.trust_roots.length, "trust root") + ": "
        + each.trust_roots.join(", ") : "", ")"]))));
  put(parts.rules, policy.rules.map((each) => h("tr",
    { class: each.index === winner ? "wins" : null },
    h("th", { scope: "row" }, each.index, each.index === winner
      ? badge("verified", "matches") : null),
    h("td", { class: "wide" }, name(each.pattern, "mono")),
    h("td", { class: "wide muted" },
      each.namespaces.length > 0 ? each.namespaces.join(", ") : "all namespaces"),
    h("td", { class: "wide" }, each.does, each.mode !== "enforce" && !each.does.includes("mode ")
      ? "; mode " + each.mode : ""),
    h("td", { class: "num less" }, each.line))));
}
