// Numbers, times and names as people read them. Empty: not measured.
export const NOT_MEASURED = "–";
const IEC = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

const there = (value) => typeof value === "number" && Number.isFinite(value);

// At most three significant digits.
export function number(value) {
  if (!there(value)) return NOT_MEASURED;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Math.abs(value) >= 1e6 ? value.toExponential(2) : String(+value.toFixed(digits));
}
export function percent(ratio) {
  if (!there(ratio)) return NOT_MEASURED;
  const value = 100 * ratio;
  return (value !== 0 && Math.abs(value) < 1 ? String(+value.toFixed(1)) : value.toFixed(0)) + "\u00a0%";
}
export function bytes(value) {
  if (!there(value)) return NOT_MEASURED;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < IEC.length - 1) {
    value /= 1024;
    unit++;
  }
  return number(value) + "\u00a0" + IEC[unit];
}
export const rate = (value) => (there(value) ? bytes(value) + "/s" : NOT_MEASURED);

export function length(seconds) {
  if (!there(seconds)) return NOT_MEASURED;
  if (seconds < 0.0005) return "0 s";
  if (seconds < 1) return Math.round(seconds * 1000) + "\u00a0ms";
  if (seconds < 10) return +seconds.toFixed(1) + "\u00a0s";
  if (seconds < 120) return Math.round(seconds) + "\u00a0s";
  if (seconds < 7200) return Math.round(seconds / 60) + "\u00a0min";
  if (seconds < 172800) return Math.round(seconds / 3600) + "\u00a0h";
  return Math.round(seconds / 86400) + " days";
}

const two = (value) => String(value).padStart(2, "0");
export function clock(date) {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
export function day(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
// A time of the API: "2026-11-30T14:30:00.123Z".
export function moment(text) {
  const date = new Date(text);
  return text && !Number.isNaN(date.getTime()) ? date : null;
}
export function when(text, now) {
  const date = moment(text);
  if (!date) return NOT_MEASURED;
  return day(date) === day(new Date(now)) ? clock(date) : day(date) + " " + clock(date);
}
export function ago(text, now) {
  const date = moment(text);
  return date ? length(Math.max(1, (now - date.getTime()) / 1000)) : NOT_MEASURED;
}

export function plural(count, one, more = one + "s") {
  return `${count} ${count === 1 ? one : more}`;
}

// "4h", "30min", "90": seconds; null: no length.
export function length_of(text) {
  const parts = /^\s*(\d+(?:\.\d+)?)\s*(s|m|min|h|d|)\s*$/.exec(text);
  return parts ? Number(parts[1]) * { s: 1, m: 60, min: 60, h: 3600, d: 86400, "": 60 }[parts[2]] : null;
}

// The number with which a rule compares what it measures, from a decision's text: {series, mark, percent}; null: none is said.
const EXPRESSION = /^\s*expression:\s*(.+)$/m;
const COMPARED = /([a-z_]+)(?:\{[^}]*\})?(?:\[[^\]]*\])?\)?\s*(>=?|<=?)\s*([\d.]+)\s*(%?)/;
export function mark_of(explanation) {
  const expression = EXPRESSION.exec(explanation ?? "")?.[1];
  const parts = expression && COMPARED.exec(expression);
  if (!parts) return null;
  const ratio = parts[4] === "%" || /_ratio$/.test(parts[1]);
  return { expression, series: parts[1], mark: Number(parts[3]) / (parts[4] === "%" ? 100 : 1), ratio, above: parts[2][0] === ">" };
}
