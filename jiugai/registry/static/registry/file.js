/* The file of a community: print, and closing what hover or focus opened. */

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

/** Esc closes the list of sources and keeps the place of the keyboard. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement?.closest(".f-src");
  if (open) document.activeElement.blur();
});

/** A form that opens in place takes the focus and stays in sight, whatever moved around it. */
document.body.addEventListener("htmx:afterSettle", (event) => {
  const form = document.querySelector(".j-edit-in-place");
  const first = form?.querySelector("[aria-invalid=true], input:not([type=hidden]), select, textarea");
  if (!first || event.detail.elt?.id === "j-suggest") return;
  first.focus({ preventScroll: true });
  requestAnimationFrame(() => first.scrollIntoView({ block: "center", behavior: "instant" }));
});

/** Folded parts are opened for paper and folded again afterwards. */
const folds = [];
window.addEventListener("beforeprint", () => {
  for (const fold of document.querySelectorAll("#file details:not([open])")) {
    if (fold.closest(".j-confirm")) continue;
    folds.push(fold);
    fold.open = true;
  }
});
window.addEventListener("afterprint", () => {
  for (const fold of folds.splice(0)) fold.open = false;
});
