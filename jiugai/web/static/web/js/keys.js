/* Keyboard: every key only presses what a button or link on the page does too. */

import { closeMenus } from "./menus.js";
import { currentRows } from "./rows.js";

/** Tell whether the person is typing, so that letters are text. */
function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

function focusAndSelect(selector) {
  const field = [...document.querySelectorAll(selector)].find((one) => one.offsetParent !== null);
  if (!field) return false;
  field.focus();
  field.select?.();
  return true;
}

/** Show the list of keys. */
export function showKeys() {
  document.getElementById("j-keys")?.showModal();
}

function onEscape() {
  if (closeMenus()) return true;
  if (isTyping(document.activeElement)) {
    document.activeElement.blur();
    return true;
  }
  return currentRows()?.clear() ?? false;
}

/** Press the control that carries this key, e.g. <button data-key="e">. */
function pressMarked(key) {
  const control = document.querySelector(`[data-key="${CSS.escape(key)}"]:not([disabled], [aria-disabled=true])`);
  if (!control || control.offsetParent === null) return false;
  control.click();
  return true;
}

const listKeys = {
  j: (rows) => rows.move(1),
  k: (rows) => rows.move(-1),
  x: (rows) => rows.toggle(),
  Enter: (rows) => rows.open(),
};

function onKey(event) {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    if (focusAndSelect("[data-search-input]")) event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (onEscape()) event.preventDefault();
    return;
  }
  if (isTyping(event.target)) return;
  if (handlePlain(event)) event.preventDefault();
}

function handlePlain(event) {
  if (event.key === "/") return focusAndSelect("[data-page-search]") || focusAndSelect("[data-search-input]");
  if (event.key === "?") {
    showKeys();
    return true;
  }
  const onControl = event.target instanceof Element && event.target.closest("a, button, summary");
  const rows = currentRows();
  const act = listKeys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (rows && act && !(event.key === "Enter" && onControl)) return act(rows);
  return event.key.length === 1 && pressMarked(event.key.toLowerCase());
}

/** Listen on the whole page. */
export function startKeys() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-show-keys]")) showKeys();
  });
}
