/* The card of what was clicked, with its ring and plate on the map. */

import { config, get, set } from "./state.js";

const card = document.getElementById("map-card");
let marker = null;
let opener = null;

function pin(map, point, name) {
  marker?.remove();
  marker = null;
  if (!map || !point) return;
  const ring = document.createElement("div");
  ring.className = "jm-pin";
  const plate = document.createElement("span");
  plate.className = "j-plate";
  plate.textContent = name;
  ring.append(plate);
  marker = new window.maplibregl.Marker({ element: ring }).setLngLat(point).addTo(map);
}

/** Show or hide the card; on a phone it takes the place of the list. */
function uncover(hidden) {
  card.hidden = hidden;
  document.getElementById("map-work").classList.toggle("carded", !hidden);
}

/** Close the card and take the ring off. */
export function close() {
  if (card.hidden) return false;
  uncover(true);
  pin(null);
  set({ id: "" });
  opener?.focus?.();
  document.dispatchEvent(new CustomEvent("map:closed"));
  return true;
}

/** Open the card of a community; `point` may be null where its place is not known. */
export async function open(map, id, point) {
  opener = document.activeElement;
  set({ id: String(id) });
  const answer = await fetch(config.urls.card.replace("/0/", `/${id}/`), { headers: { "HX-Request": "true" } });
  if (get("id") !== String(id)) return;
  card.innerHTML = await answer.text();
  uncover(false);
  card.scrollTop = 0;
  const spot = point ?? card.querySelector("[data-copy]")?.dataset.copy.split(",").map(Number) ?? null;
  pin(map, spot, card.querySelector("h2")?.textContent ?? "");
}

/** Several communities share one point: let the person pick. */
export function choose(found, pick) {
  card.innerHTML = `<header><button type="button" class="j-x" data-close-card aria-label="关上卡片">×</button><h2>这里有 ${found.length} 个小区</h2><p class="mut">它们共用一个坐标，或挨得很近</p></header><div><ul class="jm-several"></ul></div>`;
  for (const one of found) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = one.name;
    button.addEventListener("click", () => pick(one));
    item.append(button);
    card.querySelector("ul").append(item);
  }
  uncover(false);
}

/** Make closing work, by button and by Esc. */
export function startCard() {
  card.addEventListener("click", (event) => event.target.closest("[data-close-card]") && close());
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  });
}
