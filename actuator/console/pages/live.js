// What the console knows of the cluster, kept up to date by one stream of events. Pages read `known` and are told of changes
// at most once a second.
import { call } from "./api.js";

const MOST_DECISIONS = 1000,
  MOST_ACTIONS = 500;
const SILENCE_MS = 25000,
  LONGEST_WAIT_MS = 15000,
  TIME_MS = 4000;

export const known = {
  session: null,
  status: null,
  nodes: new Map(), // by name
  remarks: [],
  decisions: null, // newest first; null: not read yet
  actions: null, // id → action; null: not read yet
  plan: null, // {recommendations, refused}; null: not read yet
  waiting: 0, // recommendations
  problem: null, // {detail, since}: Redis is away
  cut: null, // {since, retry_at}: no stream
  seen: 0, // when something of the cluster came last, by the server's clock
  skew: 0, // this browser's clock less the server's, ms
  still: false, // the reader stopped the page
};
let source = null,
  timer = null,
  watch = null,
  wait = 1000,
  held_back = [], // events that came while an answer was under way: it may be older than they are
  under_way = 0;
const newest = {}; // of each kind of answer: the number of the last call
const listeners = new Set();
let changed = new Set(),
  pending = null;

export const now = () => Date.now() - known.skew;
export const can = (role) => ["viewer", "operator", "admin"].indexOf(known.session?.role) >= ["viewer", "operator", "admin"].indexOf(role);

// what: a function of a set of words: "status", "nodes", "decisions", "actions", "plan", "banner".
export function listen(what) {
  listeners.add(what);
  return () => listeners.delete(what);
}
export function tell(word, soon = false) {
  changed.add(word);
  if (known.still && word !== "banner" && !soon) return;
  if (pending !== null && !soon) return;
  clearTimeout(pending);
  pending = setTimeout(flush, soon ? 0 : 900);
}
function flush() {
  pending = null;
  if (document.hidden) return;
  const words = changed;
  changed = new Set();
  for (const one of listeners) one(words);
}

function came() {
  known.seen = now();
  clearTimeout(watch);
  watch = setTimeout(silent, SILENCE_MS);
}
// get(): answers, which take() keeps unless the same was asked for again since. Events that come meanwhile are taken after them.
async function read(kind, get, take) {
  const mine = (newest[kind] = (newest[kind] ?? 0) + 1);
  under_way++;
  try {
    const answers = await get();
    if (mine === newest[kind]) take(answers);
  } finally {
    if (--under_way === 0) take_held_back();
  }
}
function take_held_back() {
  const events = held_back;
  held_back = [];
  for (const [kind, data] of events) take_event(kind, data);
}

// Comments do not reach us: a stream that says nothing may be whole or dead.
async function silent() {
  if (under_way) {
    watch = setTimeout(silent, SILENCE_MS);
    return;
  }
  try {
    await read("all", () => call("status", { limit_ms: 8000 }), take_status);
    tell("status");
    came();
  } catch (error) {
    unread(error);
  }
}

function take_status(status) {
  known.status = status;
  for (const one of status.in_flight ?? []) if (known.actions) merge_action(one);
}
function merge_action(one) {
  const old = known.actions.get(one.id);
  if (old?.ended && !one.ended) return; // a status is older than the end
  known.actions.set(one.id, old ? { ...old, ...one, figures: { ...old.figures, ...one.figures } } : one);
  if (known.actions.size > MOST_ACTIONS) known.actions.delete(known.actions.keys().next().value);
}
function take_nodes(list) {
  for (const node of list) known.nodes.set(node.name, node);
}

async function read_all() {
  const problem = known.problem;
  await read(
    "all",
    () => Promise.all([call("status"), call("nodes")]),
    ([status, inventory]) => {
      const at = Date.parse(inventory.at);
      if (Number.isFinite(at)) known.skew = Date.now() - at;
      known.nodes = new Map();
      take_nodes(inventory.nodes ?? []);
      known.remarks = inventory.remarks ?? [];
      if (known.problem === problem) known.problem = null;
      take_status(status);
      came();
    },
  );
  for (const [kind, again] of Object.entries(AGAIN)) if (newest[kind]) await again(true);
  ["status", "nodes", "decisions", "actions", "banner"].forEach((word) => tell(word, true));
}

export async function read_decisions(anew = false) {
  if (known.decisions && !anew) return;
  await read(
    "decisions",
    () => call("decisions?count=300"),
    ({ decisions }) => {
      known.decisions = (decisions ?? []).reverse();
      tell("decisions", true);
    },
  );
}
export async function read_actions(anew = false) {
  if (known.actions && !anew) return;
  await read(
    "actions",
    () => call("actions?count=200"),
    ({ actions }) => {
      known.actions = new Map();
      for (const one of actions ?? []) known.actions.set(one.id, one);
      for (const one of known.status?.in_flight ?? []) merge_action(one);
      tell("actions", true);
    },
  );
}
export async function read_plan(anew = false) {
  if (known.plan && !anew) return;
  await read(
    "plan",
    () => call("recommendations"),
    ({ recommendations, refused }) => {
      known.plan = { recommendations: recommendations ?? [], refused: refused ?? [] };
      known.waiting = known.plan.recommendations.length;
      tell("plan", true);
    },
  );
}
const AGAIN = { decisions: read_decisions, actions: read_actions, plan: read_plan }; // of what a page has asked for

const TAKES = {
  status: (data) => {
    take_status(data);
    tell("status");
    if (known.actions) tell("actions");
  },
  nodes: (data) => {
    take_nodes(data.nodes ?? []);
    tell("nodes");
  },
  decision: (data) => {
    if (!known.decisions || known.decisions.some((one) => one.id === data.id)) return;
    known.decisions = [data, ...known.decisions].slice(0, MOST_DECISIONS);
    tell("decisions");
  },
  action: (data) => {
    if (known.actions) {
      merge_action(data);
      tell("actions");
    }
  },
  recommendations: (data) => {
    known.waiting = data.waiting ?? 0;
    if (newest.plan) read_plan(true).catch(unread);
    tell("plan");
  },
  gap: () => {
    read_all().catch(unread);
  },
  problem: (data) => {
    known.problem = data.detail ? { detail: data.detail, since: data.since } : null;
    if (!data.detail) read_all().catch(unread);
    tell("banner", true);
  },
};

function on_event(kind, event) {
  let data;
  try {
    data = JSON.parse(event.data || "{}");
  } catch {
    return;
  }
  if (under_way && kind !== "problem") held_back.push([kind, data]);
  else take_event(kind, data);
}
function take_event(kind, data) {
  TAKES[kind](data);
  if (kind !== "problem") came();
}

// Opens the stream, then reads all: what changes in between comes twice and never gets lost.
export function connect() {
  disconnect();
  source = new EventSource("api/v1/events");
  for (const kind in TAKES) source.addEventListener(kind, (event) => on_event(kind, event));
  source.onerror = () => lost();
  source.onopen = async () => {
    const mine = source;
    try {
      await read_all();
    } catch (error) {
      if (mine === source) unread(error);
      return;
    }
    if (mine !== source) return;
    wait = 1000;
    known.cut = null;
    tell("banner", true);
  };
}
// The console answers, but has nothing to tell: Redis is away.
function unread(error) {
  if (error.status < 500) {
    lost();
    return;
  }
  disconnect();
  known.cut = null;
  known.problem = { detail: error.message, since: known.problem?.since ?? new Date(now()).toISOString() };
  timer = setTimeout(connect, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  tell("banner", true);
}
export function disconnect() {
  clearTimeout(timer);
  clearTimeout(watch);
  source?.close();
  source = null;
  held_back = [];
}
function lost() {
  disconnect();
  if (!known.session) return;
  known.cut = { since: known.cut?.since ?? now(), retry_at: now() + wait };
  timer = setTimeout(connect, wait);
  wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  tell("banner", true);
  // A session that has ended is said by any call.
  call("session", { limit_ms: 5000 }).catch((error) => {
    if (error.status === 401) document.dispatchEvent(new Event("signed-out"));
  });
}
export function try_now() {
  wait = 1000;
  connect();
}

// Ages go on, and what was fresh becomes old, also if nothing comes.
setInterval(() => {
  if (known.session && (known.status || known.problem)) tell("time");
}, TIME_MS);

// A page that nobody sees reads nothing.
document.addEventListener("visibilitychange", () => {
  if (!known.session) return;
  if (document.hidden) {
    disconnect();
    return;
  }
  connect();
});
