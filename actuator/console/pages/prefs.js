// What this browser remembers of its user: theme, resource of the heat map, letters as keys. Never the token.
const NAME = "hotspot-console";
const OF_OLD = { theme: "auto", resource: "cpu", letters: true };

function read() {
  try {
    return { ...OF_OLD, ...JSON.parse(localStorage.getItem(NAME) ?? "{}") };
  } catch {
    return { ...OF_OLD };
  }
}
export const prefs = read();

export function prefer(name, value) {
  prefs[name] = value;
  try {
    localStorage.setItem(NAME, JSON.stringify(prefs));
  } catch {
    /* a browser that keeps nothing */
  }
  if (name === "theme") apply_theme();
}
export function apply_theme() {
  if (prefs.theme === "light" || prefs.theme === "dark") document.documentElement.dataset.theme = prefs.theme;
  else delete document.documentElement.dataset.theme;
  document.dispatchEvent(new Event("theme"));
}
export const is_dark = () => prefs.theme === "dark" || (prefs.theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
export function next_theme() {
  prefer("theme", is_dark() ? "light" : "dark");
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new Event("theme")));
