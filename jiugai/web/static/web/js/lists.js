/* What list pages need beyond htmx: the search field follows the address, and the button that prints. */

/** After a chip was removed or a saved view opened, the field shows what the list really searches for. */
function followSearch() {
  const field = document.getElementById("list-q");
  const list = document.getElementById("list");
  if (!field || !list || document.activeElement === field) return;
  field.value = list.dataset.q;
}

document.addEventListener("htmx:afterSettle", followSearch);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});
