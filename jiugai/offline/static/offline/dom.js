/* Building pages from plain functions. Text is always text: nothing typed by anybody is read as HTML. */

/** Make an element: h("p", { class: "p-note", onclick }, "words", child). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return an icon of those the page brings along. */
export function icon(name) {
  const found = document.getElementById("icons").content.querySelector(`[data-icon="${name}"] svg`);
  return found ? found.cloneNode(true) : "";
}

export const two = (n) => String(n).padStart(2, "0");

/** Write a moment: 今天 9:05, 11月20日 9:05. */
export function moment(ms) {
  const at = new Date(ms);
  const clock = `${at.getHours()}:${two(at.getMinutes())}`;
  const today = new Date().toDateString() === at.toDateString();
  return today ? `今天 ${clock}` : `${at.getMonth() + 1}月${at.getDate()}日 ${clock}`;
}

export const button = (label, onclick, attributes = {}) =>
  h("button", { type: "button", class: "btn btn-lg", onclick, ...attributes }, label);

/** A notice: kind is ok, unk, bad or run. */
export const note = (kind, title, ...rest) => h("div", { class: `p-note ${kind}`, role: "status" }, h("b", {}, title), ...rest);

/** A dot-separated grey line. */
export const grey = (...parts) => h("span", { class: "p-grey" }, parts.filter(Boolean).join("　"));
