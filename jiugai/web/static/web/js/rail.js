/* The rail: one fold open at a time, remembered in a cookie so that the server draws it open from the start. */

const YEAR = 365 * 24 * 3600;

function remember(code) {
  document.cookie = `rail=${code}; path=/; max-age=${YEAR}; samesite=lax`;
}

/** Close the other folds, also where the browser does not know `name` on details. */
function onToggle(event, rail) {
  const fold = event.target;
  if (fold.open) {
    for (const other of rail.querySelectorAll("[data-rail-fold][open]")) if (other !== fold) other.open = false;
    fold.querySelector("a:last-of-type")?.scrollIntoView({ block: "nearest" });
    remember(fold.dataset.railFold);
  } else if (!rail.querySelector("[data-rail-fold][open]")) {
    remember("");
  }
}

/** Keep the open fold in mind, and the place where one is in view. */
export function startRail() {
  const rail = document.querySelector("[data-rail]");
  if (!rail) return;
  for (const fold of rail.querySelectorAll("[data-rail-fold]")) fold.addEventListener("toggle", (event) => onToggle(event, rail));
  rail.querySelector(".j-fold-nav[open] > a[aria-current]")?.scrollIntoView({ block: "nearest" });
}
