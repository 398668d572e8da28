/* The state of the page is its address: conditions as in the list, and how the map is looked at. */

const config = JSON.parse(document.getElementById("map-config").textContent);
const OWN = new Set(config.own);
const listeners = new Set();
let params = new URLSearchParams(window.location.search);

export { config };

/** Parameters that are conditions on communities, as a query string; `more` is added. */
export function conditions(more = {}) {
  const found = new URLSearchParams();
  for (const [name, value] of params) if (!OWN.has(name)) found.append(name, value);
  for (const [name, value] of Object.entries(more)) if (value) found.set(name, value);
  return found.toString();
}

export function get(name) {
  return params.get(name) ?? "";
}

/** All values of a parameter, whether repeated or joined by commas. */
export function values(name) {
  return params.getAll(name).flatMap((one) => one.split(",")).filter(Boolean);
}

/** The key of the legend in use. */
export function by() {
  return config.legends[get("by")] ? get("by") : "need";
}

/** Change parameters; an empty value takes one away. Tells listeners the names that changed. */
export function set(changes) {
  const changed = [];
  for (const [name, value] of Object.entries(changes)) {
    const wanted = Array.isArray(value) ? value.join(",") : value;
    if (wanted === values(name).join(",") || (!name.includes("q") && wanted === get(name))) continue;
    params.delete(name);
    if (wanted) params.set(name, wanted);
    changed.push(name);
  }
  if (changed.length > 0) settle(changed);
}

/** Take over the conditions of another address of this page; the way of looking stays. */
export function take(search) {
  const wanted = new URLSearchParams(search);
  for (const [name, value] of params) if (OWN.has(name) && !wanted.has(name)) wanted.append(name, value);
  params = wanted;
  settle(["conditions"]);
}

function settle(changed) {
  const query = params.toString().replaceAll("%2C", ",").replaceAll("%3B", ";");
  window.history.replaceState(null, "", query ? `?${query}` : window.location.pathname);
  for (const listener of listeners) listener(changed);
}

/** Call `listener(names)` after every change. */
export function onChange(listener) {
  listeners.add(listener);
}

/** Tell whether a change touches the conditions, not only the way of looking. */
export function isCondition(changed) {
  return changed.some((name) => !OWN.has(name));
}

/** The whole address, for saving. */
export function address() {
  return params.toString();
}
