// The stages of a decision on one time line, and whom it waited for. A table first: the bars only
// repeat what its columns say.
import { h, name } from "/dom.js";
import { ms } from "/format.js";

const COLOURS = 6;

/** Length of the union of spans: stages that ran at once count once. */
function together(stages) {
  const spans = stages.map((each) => [each.start_ms, each.start_ms + each.duration_ms])
    .sort((a, b) => a[0] - b[0]);
  let sum = 0;
  let end = -Infinity;
  for (const [from, to] of spans) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}

function all(record) {
  const own = record.stages.map((each) => ({ ...each, image: null }));
  const seen = new Set();
  const images = record.images.flatMap((image, i) => image.stages
    .filter((each) => { // one verification that several images share is shown once
      const key = JSON.stringify(each);
      return !seen.has(key) && seen.add(key);
    })
    .map((each) => ({ ...each, image: i })));
  return [...own, ...images].sort((a, b) => a.start_ms - b.start_ms
    || b.duration_ms - a.duration_ms);
}

function row(each, scale, colours, record) {
  const { from, length } = scale;
  const start = Math.max(0, (each.start_ms - from) / length * 100);
  const width = Math.min(100 - start, Math.max(0.4, each.duration_ms / length * 100));
  const colour = each.dependency ? "c" + colours.get(each.dependency) : "own";
  const many = record.images.length > 1 && each.image !== null;
  return h("tr", { class: each.open ? "open" : null },
    h("th", { scope: "row" }, each.name,
      many ? h("span", { class: "muted" }, " image " + (each.image + 1)) : null),
    h("td", { class: "w-host" }, each.dependency ? name(each.dependency) : "own work"),
    h("td", { class: "w-bar" }, h("div", { class: "track", "aria-hidden": "true" },
      h("div", { class: "bar " + colour + (each.open ? " endless" : ""),
        "left%": start.toFixed(2), "width%": width.toFixed(2) }))),
    h("td", { class: "num" }, each.start_ms < 0 ? "before" : "+" + ms(each.start_ms)),
    h("td", { class: "num" }, ms(each.duration_ms)),
    h("td", { class: "w-note" }, each.open ? h("b", { class: "denied" }, "not ended") : null,
      each.note));
}

/** The nodes. */
export function waterfall(record, took) {
  const stages = all(record);
  if (stages.length === 0) {
    return h("p", { class: "muted" }, "No stage was timed.");
  }
  const from = Math.min(0, ...stages.map((each) => each.start_ms));
  const end = Math.max(took,
    ...stages.map((each) => each.start_ms + each.duration_ms));
  const length = Math.max(end - from, 0.001);
  const hosts = [...new Set(stages.map((each) => each.dependency).filter(Boolean))];
  const colours = new Map(hosts.map((host, i) => [host, i % COLOURS]));
  const waits = hosts.map((host) => {
    const own = stages.filter((each) => each.dependency === host);
    return { host, time: together(own), open: own.some((each) => each.open) };
  }).sort((a, b) => b.time - a.time);
  const shared = record.images.some((image) => image.timing?.shared);
  return h("div", { class: "card" },
    waits.length === 0
      ? h("p", {}, "All of it was own work: nobody was asked.")
      : h("ul", { class: "plain waits" }, waits.map((each) => h("li", {},
        h("span", { class: "swatch c" + colours.get(each.host), "aria-hidden": "true" }),
        name(each.host), " ", h("b", {}, ms(each.time)), " of ", ms(length),
        " (" + Math.min(100, Math.round(each.time / length * 100)) + " %)",
        each.open ? h("b", { class: "denied" }, "had not answered") : null))),
    shared ? h("p", { class: "muted" },
      "A verification was shared with an earlier request, which began it.") : null,
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "Stages" },
      h("table", { class: "waterfall" },
        h("thead", {}, h("tr", {}, ["stage", "waits for", "time line", "start", "took", "note"]
          .map((each) => h("th", { scope: "col" }, each)))),
        h("tbody", {}, stages.map((each) => row(each, { from, length }, colours, record))))));
}
