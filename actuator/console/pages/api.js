// Calls of the HTTP API. What it refuses is thrown as a Refusal with a sentence for people.
const BASE = "api/v1";
let csrf = "";
let when_signed_out = () => {};

export class Refusal extends Error {
  constructor(status, sentence, kind = "") {
    super(sentence);
    this.status = status; // 0: nobody answered
    this.kind = kind; // of a command: "refused", "skipped"
  }
}

export function on_signed_out(what) {
  when_signed_out = what;
}

async function refusal_of(response) {
  const problem = (await response.json().catch(() => null)) ?? {};
  const said = [problem.detail, problem.message].find((one) => typeof one === "string" && one);
  return new Refusal(response.status, said ?? `The console answered ${response.status} ${response.statusText}`.trim() + ".", problem.kind);
}

// more: {body, key, method, limit_ms}. The answer, or null if it has no content.
export async function call(path, { body, key, method = body === undefined ? "GET" : "POST", limit_ms = 20000 } = {}) {
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  if (key) headers["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(`${BASE}/${path}`, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: AbortSignal.timeout(limit_ms),
    });
  } catch (error) {
    throw new Refusal(0, "The console does not answer" + (error.name === "TimeoutError" ? ` within ${limit_ms / 1000} s.` : "."));
  }
  if (response.status === 401 && path !== "session") when_signed_out();
  if (response.status === 504) return { kind: "unanswered", ...(await response.json().catch(() => ({}))) };
  if (!response.ok) throw await refusal_of(response);
  if (response.status === 204) return null;
  return response.json().catch(() => null);
}

function kept(session) {
  csrf = session.csrf ?? "";
  return session;
}
export const session = async () => kept(await call("session"));
export const sign_in = async (token) => kept(await call("session", { body: { token } }));
export async function sign_out() {
  await call("session", { method: "DELETE" });
  csrf = "";
}

export const part = encodeURIComponent;

// For one command: the same key again after a failure sends nothing twice.
export function new_key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}
