/* The legend counts what is in view, and is the filter. */

import { by, conditions, config, get, isCondition, onChange, set, values } from "./state.js";

const box = document.getElementById("map-legend");
const grouped = (number) => number.toLocaleString("en");
let running = null;

function toggle(legend, value, only) {
  const all = legend.classes.map((one) => one.value);
  const chosen = new Set(values(legend.filter).length ? values(legend.filter) : all);
  if (only) {
    chosen.clear();
    chosen.add(value);
  } else if (!chosen.delete(value)) {
    chosen.add(value);
  }
  const kept = all.filter((one) => chosen.has(one));
  set({ [legend.filter]: kept.length === all.length ? [] : kept });
}

function line(legend, one, counted, longest) {
  const chosen = values(legend.filter);
  const item = document.createElement("li");
  const button = document.createElement("button");
  const on = chosen.length === 0 || chosen.includes(one.value);
  button.type = "button";
  button.dataset.value = one.value;
  button.setAttribute("aria-pressed", String(on));
  button.setAttribute("aria-label", `${one.label}，视野内 ${grouped(counted)} 个，${on ? "已显示" : "已隐去"}`);
  button.title = "点一下隐去或显示；按住 Shift 点只看这一类";
  const hollow = one.hollow ? " hollow" : "";
  button.innerHTML = `<span class="j-dot${hollow}"></span><span></span><span class="len"><i class="${hollow.trim()}"></i></span><span class="num"></span>`;
  const [dot, label, bar, number] = button.children;
  dot.style.background = one.colour;
  label.textContent = one.label;
  bar.firstChild.style.background = one.colour;
  bar.firstChild.style.width = `${(counted / longest) * 100}%`;
  number.textContent = grouped(counted);
  button.addEventListener("click", (event) => toggle(legend, one.value, event.shiftKey));
  item.append(button);
  return item;
}

function doubtful(count) {
  const item = document.createElement("li");
  const on = get("position") === "suspect";
  item.className = "jm-doubtful";
  item.innerHTML = '<button type="button"><span class="jm-ring"></span><span>位置待核实</span><span class="len"></span><span class="num"></span></button>';
  const button = item.firstChild;
  button.setAttribute("aria-label", `位置待核实，视野内 ${grouped(count)} 个，${on ? "只看这些" : "点一下只看这些"}`);
  button.title = on ? "看全部" : "只看位置待核实的";
  button.dataset.doubtful = "";
  button.lastChild.textContent = grouped(count);
  button.addEventListener("click", () => set({ position: on ? "" : "suspect" }));
  return item;
}

function show(counted) {
  const legend = config.legends[by()];
  const list = box.querySelector("[data-legend-classes]");
  const focused = document.activeElement?.dataset?.value;
  const longest = Math.max(1, ...Object.values(counted.classes));
  list.replaceChildren(...legend.classes.map((one) => line(legend, one, counted.classes[one.value] ?? 0, longest)));
  if (counted.suspect > 0 || get("position")) list.append(doubtful(counted.suspect));
  if (focused) list.querySelector(`[data-value="${focused}"]`)?.focus();
  box.querySelector("[data-legend-title]").textContent = legend.title;
  box.querySelector("[data-legend-note]").textContent = legend.note;
  box.querySelector("[data-legend-total]").textContent = `视野内 ${grouped(counted.in_view)} 个`;
  document.querySelector('[data-layer-total="communities"]').textContent = grouped(counted.total);
  document.dispatchEvent(new CustomEvent("map:counted", { detail: counted }));
}

/** Ask for the counts inside `bounds` and show them; a later question overtakes an earlier one. */
export async function count(bounds) {
  running?.abort();
  running = new AbortController();
  const view = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((n) => n.toFixed(6));
  const query = new URLSearchParams(conditions({ by: by(), bbox: view.join(",") }));
  try {
    const answer = await fetch(`${config.urls.counts}?${query}`, { signal: running.signal, headers: { Accept: "application/json" } });
    if (answer.ok) show(await answer.json());
  } catch (problem) {
    if (problem.name !== "AbortError") box.querySelector("[data-legend-total]").textContent = "没有取到数，请检查网络";
  }
}

/** Make the segmented control work, and count again after every change. `recount` starts a count of the view. */
export function startLegend(recount) {
  for (const button of document.querySelectorAll("[data-by]")) {
    button.addEventListener("click", () => set({ by: button.dataset.by }));
  }
  onChange((changed) => {
    for (const button of document.querySelectorAll("[data-by]")) {
      button.setAttribute("aria-pressed", String(button.dataset.by === by()));
    }
    if (changed.includes("by") || isCondition(changed)) recount();
  });
}
