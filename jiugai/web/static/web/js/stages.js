/* On a narrow page the stage tracker runs sideways: bring the present stage into view. */

/** Scroll each tracker, and nothing else, to where it stands. */
export function startStages() {
  for (const now of document.querySelectorAll(".j-stages > .now")) {
    const frame = now.parentElement;
    frame.scrollLeft = now.offsetLeft - (frame.clientWidth - now.offsetWidth) / 2;
  }
}
