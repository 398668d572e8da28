/* The list beside the map: same conditions, same order; what is pointed at in one is lit in the other. */

import { by, conditions, config, get, isCondition, onChange, set, take } from "./state.js";

const side = document.getElementById("map-side");
const body = document.getElementById("map-side-body");
const form = document.getElementById("map-filters");
let running = null;
let hooks = { hover() {}, open() {}, chosen() {}, fit() {} };

function query(more = {}) {
  return conditions({ by: by(), sort: get("sort"), sel: get("sel"), ...more });
}

async function ask(more, signal) {
  const answer = await fetch(`${config.urls.side}?${query(more)}`, { signal, headers: { "HX-Request": "true" } });
  return { ok: answer.ok, html: await answer.text() };
}

/** Load the list anew. */
export async function reload() {
  running?.abort();
  running = new AbortController();
  body.classList.add("busy");
  try {
    const { ok, html } = await ask({}, running.signal);
    if (ok) body.innerHTML = html;
    else document.getElementById("j-flash").innerHTML = html;
    body.classList.remove("busy");
    window.htmx?.process(body);
    settle();
  } catch (problem) {
    if (problem.name === "AbortError") return;
    body.classList.remove("busy");
    body.querySelector(".sum span").textContent = "没有取到列表，请检查网络后再试";
  }
}

async function more(item) {
  watcher.unobserve(item);
  const { ok, html } = await ask({ after: item.dataset.next });
  if (!ok || !item.isConnected) return;
  item.insertAdjacentHTML("afterend", html);
  item.remove();
  settle();
}

const watcher = new IntersectionObserver((seen) => {
  for (const one of seen) if (one.isIntersecting) more(one.target);
});

function settle() {
  const next = body.querySelector("[data-next]");
  if (next) watcher.observe(next);
  const list = body.querySelector("#map-list");
  for (const field of document.querySelectorAll("[data-export-query]")) field.value = list?.dataset.query ?? "";
  const chosen = body.querySelector("[data-selected]");
  hooks.chosen(chosen ? chosen.dataset.selected.split(",").filter(Boolean).map(Number) : []);
  mark(Number(get("id")));
}

/** Show which row is open on the map. */
export function mark(id) {
  for (const row of body.querySelectorAll("[data-row].at")) row.classList.remove("at");
  const row = body.querySelector(`[data-id="${id}"]`);
  row?.classList.add("at");
  row?.scrollIntoView({ block: "nearest" });
}

/** Light a row because its dot is pointed at; null puts the light out. */
export function light(id) {
  for (const row of body.querySelectorAll(".lit")) row.classList.remove("lit");
  if (id) body.querySelector(`[data-id="${id}"]`)?.classList.add("lit");
}

function place(row) {
  return row?.dataset.at ? row.dataset.at.split(",").map(Number) : null;
}

function startList() {
  body.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-state]");
    if (link || event.target.closest("[data-clear-state]")) {
      event.preventDefault();
      take(link ? new URL(link.href).search : "");
      return;
    }
    if (event.target.closest("[data-drop-selection]")) set({ sel: "" });
    if (event.target.closest("[data-fit]")) hooks.fit();
    const row = event.target.closest("[data-row]");
    if (!row || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    hooks.open(Number(row.dataset.id), place(row));
  });
  body.addEventListener("change", (event) => {
    if (event.target.matches("[data-sort]")) set({ sort: event.target.value });
  });
  for (const kind of ["mouseover", "focusin", "j:at"]) {
    body.addEventListener(kind, (event) => hooks.hover(Number(event.target.closest("[data-row]")?.dataset.id) || null));
  }
  body.addEventListener("mouseleave", () => hooks.hover(null));
}

function startFilters() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const row = body.querySelector("[data-row]");
    if (!row) return;
    form.querySelector("[name=q]").blur(); // so that Esc closes the card, and J and K walk on
    hooks.open(Number(row.dataset.id), place(row));
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-menu-filter]") && event.target.value !== "*") set({ [event.target.name]: event.target.value });
  });
}

function syncMenus() {
  for (const menu of form.querySelectorAll("[data-menu-filter]")) {
    const wanted = new URLSearchParams(conditions()).getAll(menu.name).flatMap((one) => one.split(","));
    menu.value = wanted.length > 1 ? "*" : (wanted[0] ?? "");
    if (wanted.length > 1) menu.querySelector('[value="*"]').textContent = `已选 ${wanted.length} 项`;
  }
  const find = form.querySelector("[name=q]");
  if (document.activeElement !== find) find.value = get("q");
}

function showInView(event) {
  const words = body.querySelector("[data-in-view]");
  if (!words) return;
  const { in_view: seen, total } = event.detail;
  words.textContent = `，视野内 ${seen.toLocaleString("en")} 个`;
  if (seen === 0 && total > 0) {
    words.insertAdjacentHTML("beforeend", '<button type="button" class="btn-text jm-fit" data-fit>移到结果处</button>');
  }
}

function startSheet() {
  const grip = document.getElementById("map-grip");
  grip.addEventListener("click", () => {
    const open = side.classList.toggle("open");
    grip.setAttribute("aria-expanded", String(open));
  });
}

async function save(box) {
  const posted = new URLSearchParams({ name: box.querySelector("[data-save-name]").value, query: window.location.search });
  const token = JSON.parse(document.body.getAttribute("hx-headers"));
  const answer = await fetch(box.dataset.url, { method: "POST", body: posted, headers: { ...token, "HX-Request": "true" } });
  document.getElementById(answer.ok ? "map-saved" : "j-flash").innerHTML = await answer.text();
}

function startSaving() {
  const saved = document.getElementById("map-saved");
  saved.addEventListener("click", (event) => {
    if (event.target.closest("[data-save-button]")) save(event.target.closest("[data-save-view]"));
  });
  saved.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("[data-save-name]")) return;
    event.preventDefault();
    save(event.target.closest("[data-save-view]"));
  });
}

/** Start the list. Hooks: hover(id|null), open(id, [lon, lat]|null), chosen(ids), fit(). */
export function startSide(given) {
  hooks = { ...hooks, ...given };
  startList();
  startFilters();
  startSheet();
  startSaving();
  document.addEventListener("map:counted", showInView);
  onChange((changed) => {
    if (isCondition(changed) || changed.some((name) => ["by", "sort", "sel"].includes(name))) reload();
    if (isCondition(changed)) syncMenus();
  });
  settle();
}
