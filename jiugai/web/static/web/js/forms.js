/* Forms: no double sending, and the first thing to mend gets the focus. */

/** A button that sends its form turns busy and keeps its width; a closed one does nothing but stays reachable. */
export function startBusyButtons() {
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button?.matches(".btn") || button.dataset.download !== undefined) return;
    if (button.classList.contains("busy")) {
      event.preventDefault();
      return;
    }
    button.style.minWidth = `${button.offsetWidth}px`;
    button.classList.add("busy");
    button.setAttribute("aria-busy", "true");
    if (button.dataset.busy) button.textContent = button.dataset.busy;
  });
  document.addEventListener("click", stopClosed, true);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  document.body.addEventListener("htmx:afterRequest", () => {
    for (const button of document.querySelectorAll(".btn.busy")) button.classList.remove("busy");
  });
}

function stopClosed(event) {
  if (!event.target.closest?.("[aria-disabled=true]")) return;
  event.preventDefault();
  event.stopPropagation();
}

/** Put the focus on the summary of errors, if the page came back with one. */
export function startFocus() {
  document.querySelector("[data-focus]")?.focus({ preventScroll: true });
}
