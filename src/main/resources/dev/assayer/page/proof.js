// The inclusion proof of a record, computed again here: RFC 6962 section 2.1, RFC 9162 section
// 2.1.3.2. The server's word is not taken for it.
import { badge, fact, h, name } from "/dom.js";
import { plural } from "/format.js";

const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const hex = (array) => [...array].map((each) => each.toString(16).padStart(2, "0")).join("");

async function sha256(...parts) {
  const all = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  parts.reduce((at, each) => (all.set(each, at), at + each.length), 0);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", all));
}

const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

/** The root that leaf and path lead to; null if the path does not fit index and size. */
export async function root(leaf, index, path, size) {
  if (index < 0 || index >= size) {
    return null;
  }
  let node = BigInt(index);
  let last = BigInt(size) - 1n;
  let reached = leaf;
  for (const sibling of path) {
    if (last === 0n) {
      return null;
    }
    if (node & 1n || node === last) {
      reached = await sha256(NODE, sibling, reached);
      while (!(node & 1n) && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      reached = await sha256(NODE, reached, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? reached : null;
}

/** What is wrong with an entry; empty if it is this record's and hashes to the leaf. */
async function strange(given, record) {
  const leaf = await sha256(LEAF, new TextEncoder().encode(given.entry));
  if (hex(leaf) !== given.leaf) {
    return "The entry does not hash to the leaf.";
  }
  let entry;
  try {
    entry = JSON.parse(given.entry);
  } catch {
    return "The entry is no record.";
  }
  return ["record_id", "outcome", "verdict", "reason"].every((key) => entry[key] === record[key])
    ? "" : "The entry is that of another decision.";
}

/** What is wrong with a proof; empty if it holds for this record. */
export async function wrong(given, record) {
  const doubt = given.entry === null ? "" : await strange(given, record);
  if (doubt) {
    return doubt;
  }
  const reached = await root(bytes(given.leaf), given.index, given.path.map(bytes), given.size);
  return reached && hex(reached) === given.root ? "" : "The path does not lead to the root.";
}

/** The nodes. */
export async function proof(given, record) {
  if (given.state !== "included") {
    return h("div", { class: "card" }, h("p", {},
      badge({ failed: "rejected", missing: "error" }[given.state] ?? "not_applicable",
        given.state), " ",
      given.detail));
  }
  const problem = crypto.subtle ? await wrong(given, record)
    : "This browser computes no hashes here; open the page as http://127.0.0.1.";
  return h("div", { class: "card" },
    h("p", {}, problem ? badge("rejected", "not proven") : badge("verified", "proven"), " ",
      problem || "Computed again in this browser: the record's hash leads to the signed root.",
    given.entry === null ? " The record is too long for an entry, which holds its hash." : ""),
    h("dl", { class: "facts" },
      fact("entry", given.index + " of " + given.size),
      fact("log", name(given.origin)),
      fact("leaf", name(given.leaf, "mono")),
      fact("path", given.path.length === 0 ? "none: the only entry"
        : h("details", {}, h("summary", {}, plural(given.path.length, "hash").replace(/hashs$/,
          "hashes")),
        h("ol", { class: "plain" }, given.path.map((each) => h("li", {}, name(each, "mono")))))),
      fact("root", name(given.root, "mono"))),
    h("p", { class: "muted" }, "The signature of the checkpoint, which this page does not check: ",
      h("code", {}, "assayer audit show " + record.record_id)));
}
