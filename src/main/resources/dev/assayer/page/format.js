// Times and numbers for people; everything in UTC but what stands as "ago" and "in".

let ahead = 0;

/** Takes note of the server's clock, so that a wrong clock here makes no wrong countdown. */
export function serverSays(time) {
  ahead = Date.parse(time) - Date.now();
}

export const now = () => Date.now() + ahead;

const two = (n) => String(n).padStart(2, "0");

/** 12:03:04.120 of today, with the date of another day. */
export function clock(time) {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) {
    return "?";
  }
  const text = at.toISOString();
  const sameDay = text.slice(0, 10) === new Date(now()).toISOString().slice(0, 10);
  return (sameDay ? "" : text.slice(5, 10) + " ") + text.slice(11, 23);
}

/** 2026-05-01 12:00 UTC */
export const date = (time) => String(time).slice(0, 16).replace("T", " ") + " UTC";

/** The two largest units of a span, such as 3 d 4 h. */
export function span(ms) {
  const seconds = Math.floor(Math.abs(ms) / 1000);
  const units = [
    [Math.floor(seconds / 31536000), "y"], [Math.floor((seconds % 31536000) / 86400), "d"],
    [Math.floor((seconds % 86400) / 3600), "h"], [Math.floor((seconds % 3600) / 60), "min"],
    [seconds % 60, "s"]];
  const first = units.findIndex(([n]) => n > 0);
  return first < 0
    ? "0 s" : units.slice(first, first + 2).map(([n, u]) => n + " " + u).join(" ");
}

/** Time left, as words. */
export function left(time) {
  const ms = Date.parse(time) - now();
  return ms >= 0 ? "in " + span(ms) : "expired " + span(ms) + " ago";
}

export const ago = (time) => span(now() - Date.parse(time)) + " ago";

/** As the alert AssayerTufMetadataExpiring, where its threshold was not changed. */
const SOON_DAYS = 7;

/**
 * How urgent an expiry is: the verdict whose colour and shape it takes. A timestamp is signed anew
 * only when it has expired, so it is never due before.
 */
export function urgency(time, role = "") {
  const days = (Date.parse(time) - now()) / 86400000;
  return days < 0 ? "rejected" : days < SOON_DAYS && role !== "timestamp" ? "error" : "verified";
}

/** Milliseconds with as many digits as they deserve. */
export function ms(value) {
  const size = Math.abs(value);
  const digits = size === 0 || size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
  return value.toFixed(digits) + " ms";
}

/** sha256:0123456789ab… */
export function short(hash) {
  const colon = hash.indexOf(":") + 1;
  return hash.length > colon + 13 ? hash.slice(0, colon + 12) + "…" : hash;
}

export const plural = (n, word) => n + " " + word + (n === 1 ? "" : "s");
