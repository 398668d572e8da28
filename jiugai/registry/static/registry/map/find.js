/* The search box: words filter list and map while typing; a pair of numbers is a place. */

import { set } from "./state.js";

const PAUSE = 260;

/** Read `116.35298，39.88321` in either order; null for anything else or outside of China. */
export function place(text) {
  const found = text.trim().match(/^[(（]?\s*(-?\d{1,3}(?:\.\d+)?)\s*[,，;；\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*[)）]?$/);
  if (!found) return null;
  const [a, b] = [Number(found[1]), Number(found[2])];
  const [lon, lat] = a > b ? [a, b] : [b, a];
  return lon >= 73 && lon <= 136 && lat >= 3 && lat <= 54 ? [lon, lat] : null;
}

/** Start the box; `go([lon, lat])` is called for a place. */
export function startFind(go) {
  const input = document.querySelector("#map-filters [name=q]");
  let timer = 0;
  input.addEventListener("input", () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      const spot = place(input.value);
      if (spot) go(spot);
      else if (!/^[\d.,，\s]+$/.test(input.value) || input.value === "") set({ q: input.value.trim() });
    }, PAUSE);
  });
}
