/* The plan board: bars are dragged or moved by keys; the server judges each move and sends back what changed. */

const board = document.querySelector("[data-board]");
const months = Number(board?.dataset.months ?? 1);
let drag = null;
let dragged = false;
let held = "";

/** Ask the server for a move; it answers with pieces that htmx puts in their places. */
function send(code, values) {
  held = code;
  window.htmx.ajax("POST", board.dataset.move, { values: { code, ...values }, swap: "none", source: board });
}

function begin(event) {
  const bar = event.target.closest("[data-bar]");
  if (!bar || "still" in bar.dataset || event.button !== 0) return;
  const width = bar.parentElement.getBoundingClientRect().width / months;
  drag = { bar, width, x: event.clientX, by: 0 };
  dragged = false;
  bar.setPointerCapture(event.pointerId);
}

function move(event) {
  if (!drag) return;
  const start = Number(drag.bar.dataset.start);
  const most = months - Number(drag.bar.dataset.length) - start;
  const by = Math.max(-start, Math.min(most, Math.round((event.clientX - drag.x) / drag.width)));
  if (Math.abs(event.clientX - drag.x) > 4) {
    dragged = true;
    drag.bar.classList.add("dragging");
  }
  drag.by = by;
  drag.bar.style.transform = `translateX(${by * drag.width}px)`;
}

function end() {
  if (!drag) return;
  const { bar, by } = drag;
  drag = null;
  bar.classList.remove("dragging");
  if (by) send(bar.dataset.bar, { to: Number(bar.dataset.start) + by });
  else bar.style.transform = "";
}

/** A click that ended a drag opens nothing. */
function click(event) {
  if (dragged && event.target.closest("[data-bar]")) {
    event.stopPropagation();
    event.preventDefault();
  }
  dragged = false;
}

function key(event) {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches("input, textarea")) {
    const undo = document.querySelector("[data-undo]");
    if (undo) {
      event.preventDefault();
      undo.click();
    }
    return;
  }
  const bar = event.target.closest?.("[data-bar]");
  if (!bar || "still" in bar.dataset || event.ctrlKey || event.metaKey || event.altKey) return;
  const code = bar.dataset.bar;
  if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
    event.preventDefault();
    send(code, { by: event.key === "ArrowLeft" ? -1 : 1 });
  } else if (event.key === "Delete") {
    send(code, { to: "" });
  } else if (event.key === "l" || event.key === "L") {
    held = code;
    window.htmx.ajax("POST", board.dataset.move.replace("/move/", "/lock/"), { values: { code }, swap: "none", source: board });
  }
}

/** Put the keyboard back on the bar that was moved: its row has been replaced. */
function settle() {
  if (!held) return;
  const bar = document.querySelector(`[data-bar="${CSS.escape(held)}"]`);
  if (bar && document.activeElement === document.body) bar.focus({ preventScroll: true });
}

/** The bar that is looked at is ringed on the map. */
function ring(event) {
  const bar = event.target.closest?.("[data-bar]");
  if (!bar) return;
  for (const dot of document.querySelectorAll("[data-dot]")) dot.classList.toggle("at", dot.dataset.dot === bar.dataset.bar);
}

if (board) {
  board.addEventListener("pointerdown", begin);
  board.addEventListener("pointermove", move);
  board.addEventListener("pointerup", end);
  board.addEventListener("pointercancel", end);
  board.addEventListener("click", click, true);
  board.addEventListener("pointerover", ring);
  board.addEventListener("focusin", ring);
  document.addEventListener("keydown", key);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  document.body.addEventListener("htmx:oobAfterSwap", settle);
}
