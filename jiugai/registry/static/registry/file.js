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

/** A form that opens in place takes the focus, so that typing can begin. */
document.body.addEventListener("htmx:afterSwap", (event) => {
  const form = document.querySelector(".j-edit-in-place");
  const first = form?.querySelector("[aria-invalid=true], input:not([type=hidden]), select, textarea");
  if (!first || event.detail.elt?.id === "j-suggest") return;
  // The browser holds on to what stands below the form, which would push the form out of sight.
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "center" });
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
