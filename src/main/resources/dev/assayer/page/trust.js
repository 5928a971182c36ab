// Every repository whose trust data this replica verified, and when it expires.
import { badge, h, name, put } from "/dom.js";
import { ago, date, left, now, plural, urgency } from "/format.js";
import { ask, go } from "/page.js";

let repositories = null;
let filter = "";
let parts = null;

/** The role that must be signed next by people; the timestamp only if it has expired. */
const first = (each) => each.roles
  .filter((role, i, all) => role.role !== "timestamp" || all.length === 1
    || urgency(role.expires) === "rejected")
  .reduce((a, b) => (a.expires <= b.expires ? a : b));

export async function refresh() {
  repositories = (await ask("/api/trust")).repositories
    .filter((each) => each.roles.length > 0)
    .sort((a, b) => (first(a).expires < first(b).expires ? -1 : 1));
  draw();
}

export function enter(main) {
  const find = h("input", { id: "t-find", type: "search", "data-filter": true, maxlength: 300,
    placeholder: "part of a name   /", autocomplete: "off", spellcheck: "false",
    oninput: (e) => go("trust", { repository: e.target.value }, true) });
  parts = { find, list: h("div", { class: "cards" }) };
  put(main, h("div", { class: "page" }, h("h2", {}, "Trust data, soonest expiry first"),
    h("div", { class: "filters" }, h("div", { class: "field" },
      h("label", { for: "t-find" }, "Repository"), find)), parts.list));
  draw();
  refresh().catch(() => {});
}

export function show(parameters) {
  filter = parameters.get("repository") ?? "";
  if (parts.find.value !== filter) {
    parts.find.value = filter;
  }
  draw();
}

/** Counts down, without making the list anew. */
export function tick() {
  for (const each of document.querySelectorAll("[data-expires]")) {
    const words = left(each.dataset.expires);
    if (each.textContent !== words) {
      each.textContent = words;
    }
  }
}

const countdown = (time) => h("span", { "data-expires": time, title: date(time) }, left(time));

/** How much of its life is gone is not known; a year is the full bar. */
function meter(time) {
  const days = (Date.parse(time) - now()) / 86400000;
  const share = Math.log10(1 + Math.max(0, days)) / Math.log10(366) * 100;
  const width = Math.max(1, Math.min(100, share));
  return h("div", { class: "meter", "aria-hidden": "true" },
    h("div", { class: "v-" + urgency(time), "width%": width.toFixed(1) }));
}

function card(each) {
  const soonest = first(each);
  return h("article", { class: "card trust" },
    h("h3", {}, name(each.repository)),
    h("p", { class: "soonest" }, badge(urgency(soonest.expires), soonest.role), " ",
      h("b", {}, Date.parse(soonest.expires) > now() ? "expires " : "",
        countdown(soonest.expires))),
    meter(soonest.expires),
    h("table", { class: "roles" },
      h("thead", {}, h("tr", {}, ["role", "version", "signed", "expires"]
        .map((head) => h("th", { scope: "col" }, head)))),
      h("tbody", {}, each.roles.map((role) => h("tr", {},
        h("th", { scope: "row" }, role.role), h("td", { class: "num" }, role.version),
        h("td", { title: role.signers.join(", ") },
          role.signers.length + " of " + role.threshold + " needed"),
        h("td", {}, countdown(role.expires)))))),
    h("p", { class: "muted" }, "Validator ", each.validator, " at ", name(each.upstream),
      ". Verified ", ago(each.last_verified), ", fetched ", ago(each.last_fetched), "."));
}

function draw() {
  if (!parts?.list.isConnected || repositories === null) {
    return;
  }
  const found = repositories.filter((each) => each.repository.includes(filter));
  const some = found.slice(0, 300);
  put(parts.list, some.map(card),
    found.length === 0 ? h("p", { class: "empty" }, repositories.length === 0
      ? "No repository has been verified since this replica started."
      : "No repository matches.") : null,
    some.length < found.length ? h("p", { class: "empty" },
      plural(found.length - some.length, "more repository").replace("ys", "ies")
      + ": narrow the filter.") : null);
}

