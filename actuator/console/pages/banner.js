// What is not as it should be, above each page: no connection, Redis away, nobody leads, paused, a session that ends.
import { h } from "./dom.js";
import { clock, length, when } from "./format.js";
import { icon } from "./icons.js";
import { can, known, now, tell, try_now } from "./live.js";
import { resume_dialog } from "./operate.js";

const LATE_STATUS_MS = 20000,
  SESSION_ENDS_MS = 120000;

function line(kind, ...content) {
  return h("div", { class: "banner " + kind, key: kind, role: kind === "bad" ? "alert" : "status" }, icon("warn"), h("p", {}, content));
}
const shows = () => (known.seen ? ` This page shows ${clock(new Date(known.seen))}.` : "");

function connection() {
  if (!known.cut) return null;
  return line(
    "bad",
    h("b", {}, "No connection to the console since ", clock(new Date(known.cut.since)), "."),
    shows(),
    " It is tried again by itself.",
    " ",
    h("button", { type: "button", onclick: try_now }, "Try now"),
  );
}
function redis() {
  if (known.cut || !known.problem) return null;
  return line(
    "bad",
    h("b", {}, "Redis is away since ", when(known.problem.since, now()), "."),
    shows(),
    " It comes back by itself. ",
    h("span", { class: "quiet" }, known.problem.detail),
  );
}
function leader() {
  const status = known.status;
  if (!status || known.cut || known.problem) return null;
  if (!status.version)
    return line("told", h("b", {}, "No hotspotd has led this cluster yet."), " Nodes appear once hotspotd runs and they are admitted.");
  if (!status.leader)
    return line("bad", h("b", {}, "Nobody leads this cluster."), " Nothing is decided, and nothing is begun, until a hotspotd takes over.");
  const age = now() - Date.parse(status.at);
  return (
    age > LATE_STATUS_MS &&
    line("told", h("b", {}, "hotspotd has said nothing for ", length(age / 1000), "."), " What is below may be out of date.")
  );
}
function paused() {
  const pause = known.status?.pause;
  if (!pause) return null;
  return line(
    "told paused",
    h("b", {}, "Paused"),
    ` by ${pause.owner} since ${when(pause.since, now())}`,
    pause.until ? `, until ${when(pause.until, now())}` : ", until somebody resumes",
    `: ${pause.reason || "no reason given"}. Nothing is begun.`,
    can("operator") && [" ", h("button", { type: "button", onclick: resume_dialog }, "Resume…")],
  );
}
function still() {
  return (
    known.still &&
    line(
      "told still",
      h("b", {}, "The page is stopped."),
      shows(),
      " ",
      h(
        "button",
        {
          type: "button",
          onclick: () => {
            known.still = false;
            tell("all", true);
          },
        },
        "Go on",
      ),
    )
  );
}
function session() {
  const left = Date.parse(known.session?.expires) - now();
  return (
    left < SESSION_ENDS_MS &&
    line(
      "told ending",
      h("b", {}, "Your session ends in ", length(Math.max(0, left / 1000)), "."),
      " Then you are asked for your token again; this page stays where it is.",
    )
  );
}

export function banners() {
  return [connection(), redis(), leader(), paused(), still(), session()];
}
