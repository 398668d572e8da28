/* Suggestions under the global search: arrow keys walk, Esc and leaving close. */

function links(box) {
  return [...box.querySelectorAll(".j-suggest a")];
}

function onKey(box, input, event) {
  if (event.key === "Escape") {
    box.querySelector(".j-suggest")?.replaceChildren();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [input, ...links(box)];
  const now = stops.indexOf(document.activeElement);
  stops[(now + (event.key === "ArrowDown" ? 1 : -1) + stops.length) % stops.length].focus();
  event.preventDefault();
}

/** Make the search box in the top bar work. */
export function startSearch() {
  const box = document.querySelector("[data-search]");
  const input = box?.querySelector("[data-search-input]");
  if (!input) return;
  box.addEventListener("keydown", (event) => onKey(box, input, event));
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) box.querySelector(".j-suggest")?.replaceChildren();
  });
}
