// One decision: what was answered and why, image by image, where the time went, what proves it.
import { badge, fact, h, name, prose } from "/dom.js";
import { clock, date, ms, plural, short } from "/format.js";
import { chain } from "/chain.js";
import { proof } from "/proof.js";
import { waterfall } from "/waterfall.js";

const reasons = fetch("/reasons.json").then((answer) => answer.json());
const ADMITS = ["verified", "exempt", "not_applicable"];

const code = (text) => h("code", {}, text);

const hash = (text) => text ? h("code", { title: text }, short(text)) : null;

function remedy(texts, reason, verdict) {
  const text = texts[reason];
  return text && !ADMITS.includes(verdict)
    ? h("div", { class: "remedy" },
      h("p", {}, h("b", {}, "Cause "), prose(text.cause)),
      h("p", {}, h("b", {}, "Remedy "), prose(text.remedy)),
      h("p", { class: "muted" }, "From ", code("docs/reasons.md#" + reason), "."))
    : null;
}

function rule(image, namespace) {
  if (!image.rule) {
    return null;
  }
  const asked = new URLSearchParams({ image: image.normalised ?? image.requested });
  if (namespace) {
    asked.set("namespace", namespace);
  }
  const over = image.rule.matched_over;
  return [code("policy[" + image.rule.index + "] " + image.rule.pattern),
    over.length > 0 ? [" over ", over.map((each, i) => [i ? ", " : "", code(each)])] : null,
    " ", h("a", { href: "#/policy?" + asked }, "why")];
}

function one(image, record, texts, alone) {
  const keys = image.signers.map((each) => h("li", {}, each.role, " ", hash(each.key_id), " ",
    each.algorithm, each.first_seen ? h("b", { class: "let" }, "first seen") : null));
  return h("section", { class: "card image" },
    h("h3", {}, badge(image.verdict), " ", name(image.normalised ?? image.requested)),
    h("p", { class: "why" }, code(image.reason), " ", image.detail),
    alone ? null : remedy(texts, image.reason, image.verdict),
    h("dl", { class: "facts" },
      image.normalised && image.requested !== image.normalised
        ? fact("as requested", name(image.requested)) : null,
      fact(image.container_type, name(image.container)),
      fact("digest", image.digest ? name(image.digest, "mono") : null,
        image.patched ? " pinned by this answer" : null),
      fact("rule", rule(image, record.request.namespace)),
      fact("validator", image.validators.map((each, i) => [i ? ", " : "",
        each.name, " (", each.type, each.upstream !== "-" ? [" at ", name(each.upstream)] : "",
        ")"])),
      image.mode !== record.mode ? fact("mode", image.mode) : null,
      keys.length > 0 ? fact("signed by", h("ul", { class: "plain" }, keys)) : null,
      image.trust ? fact("freshness", image.trust.freshness === "fresh"
        ? "asked for this decision"
        : "from memory, " + ms(image.trust.age_ms ?? 0) + " old",
      image.trust.first_use ? " · first use: no rollback could have been seen" : null) : null,
      image.warnings.length > 0 ? fact("warnings",
        h("ul", { class: "plain" }, image.warnings.map((each) => h("li", {}, each)))) : null),
    chain(image));
}

function answer(record) {
  const denied = record.outcome === "denied";
  const against = !denied && !ADMITS.includes(record.verdict);
  return h("p", { class: "answer" },
    badge(denied ? "rejected" : against ? "error" : "verified",
      denied ? "DENIED" : against ? "LET PASS" : "ALLOWED"),
    " ", badge(record.verdict), " ", code(record.reason),
    record.mode !== "enforce" ? h("b", { class: "let" }, "mode " + record.mode) : null);
}

/** The nodes of an opened decision. */
export async function detail(whole, close) {
  const record = whole.record;
  const request = record.request;
  const texts = await reasons;
  const object = (request.namespace ? request.namespace + "/" : "") + request.name;
  return [
    h("button", { class: "back", onclick: close, "aria-keyshortcuts": "Escape" },
      "← All decisions"),
    h("h2", {}, request.operation, " ", request.kind, " ", name(object)),
    answer(record),
    record.detail ? h("p", { class: "why" }, record.detail) : null,
    remedy(texts, record.reason, record.verdict),
    h("dl", { class: "facts card" },
      fact("time", h("time", { datetime: record.time, title: record.time },
        date(record.time).slice(0, 11), clock(record.time).slice(-12), " UTC")),
      fact("took", ms(whole.duration_us / 1000), " of ", ms(record.deadline_ms)),
      fact("user", name(record.user.name),
        record.user.groups.length > 0
          ? h("span", { class: "muted" }, " " + record.user.groups.join(", ")) : null),
      request.owner ? fact("owner", request.owner.kind, " ", name(request.owner.name),
        request.owner.confirmed ? " confirmed" : " as claimed") : null,
      fact("endpoint", "/" + request.endpoint, request.dry_run ? " · dry run" : null,
        " · caller ", name(request.caller)),
      fact("record", name(record.record_id, "mono")),
      fact("review UID", name(request.uid, "mono")),
      record.trace ? fact("trace", name(record.trace.trace_id, "mono"),
        record.trace.sampled ? "" : h("span", { class: "muted" }, " not exported")) : null,
      fact("policy", hash(record.policy.digest), " generation " + record.policy.generation),
      fact("replica", record.service.instance, " ", record.service.version)),
    h("h2", {}, "Where the time went"),
    waterfall(record, whole.duration_us / 1000),
    h("h2", {}, plural(record.images.length, "image")),
    record.images.length === 0 ? h("p", { class: "muted" }, "This request starts no container.")
      : record.images.map((each) => one(each, record, texts,
        record.images.length === 1 || each.reason === record.reason)),
    h("h2", {}, "Audit proof"),
    await proof(whole.proof, record),
    h("details", { class: "raw" }, h("summary", {}, "The whole record"),
      h("pre", { tabindex: "0" }, JSON.stringify(record, null, 1).split("\n")
        .map((line) => [line, h("br")]))),
  ];
}
