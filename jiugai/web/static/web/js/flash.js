/* Messages stay until they are read and put away. Copying says so on the button itself. */

/** Let messages be put away; when a refusal arrives by htmx, bring it into view. */
export function startFlash() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dismiss]");
    button?.closest("[data-flash]")?.remove();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id === "j-flash") event.detail.target.scrollIntoView({ block: "nearest" });
  });
  document.body.addEventListener("htmx:sendError", () => showOffline());
  document.body.addEventListener("htmx:timeout", () => showOffline());
}

function showOffline() {
  const region = document.getElementById("j-flash");
  if (!region || region.querySelector("[data-offline]")) return;
  const note = document.createElement("div");
  note.className = "j-note bad";
  note.dataset.flash = note.dataset.offline = "";
  note.setAttribute("role", "alert");
  const title = document.createElement("b");
  title.textContent = "没有连上服务器，刚才的改动没有写入";
  const remedy = document.createElement("div");
  remedy.textContent = "查看网络后再试一次，您填的内容还在页面上";
  const text = document.createElement("div");
  text.className = "j-note-text";
  text.append(title, remedy);
  note.append(text);
  region.replaceChildren(note);
  document.body.addEventListener("htmx:afterOnLoad", () => note.remove(), { once: true });
}

async function copy(button) {
  const source = button.dataset.copyFrom ? document.querySelector(button.dataset.copyFrom) : null;
  const text = source ? (source.value ?? source.textContent).trim() : button.dataset.copy;
  let words = "已复制";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    words = "请按 Ctrl C 复制";
    if (source) getSelection().selectAllChildren(source);
  }
  const before = [...button.childNodes];
  button.replaceChildren(words);
  setTimeout(() => button.replaceChildren(...before), 2000);
}

/** <button data-copy="text"> or <button data-copy-from="#id">. */
export function startCopy() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (button) copy(button);
  });
}
