/* <details> used as menu, drop-down or confirmation: one open at a time, closed by Esc or a click elsewhere. */

const MENUS = "details[data-menu], details[data-confirm]";

/** Close open menus except the one given; put the focus back on what opened it. Tells whether any was open. */
export function closeMenus(except = null) {
  const open = [...document.querySelectorAll(MENUS)].filter((one) => one.open && one !== except);
  for (const menu of open) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary")?.focus();
  }
  return open.length > 0;
}

function onClick(event) {
  const closer = event.target.closest("[data-close]");
  if (closer) {
    closeMenus();
    return;
  }
  const summary = event.target.closest("summary");
  const within = event.target.closest(MENUS);
  closeMenus(summary ? summary.parentElement : within);
}

/** In a confirmation the way out gets the focus, so that Enter alone destroys nothing. */
function onToggle(event) {
  if (event.target.matches?.("details[data-confirm]") && event.target.open) {
    event.target.querySelector("[data-close]")?.focus();
  }
}

/** Listen on the whole page; parts that htmx brings later work too. */
export function startMenus() {
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", onToggle, true);
}
