/* File inputs: our words over the browser's own. The input itself stays on top, unseen, so that keyboard, screen reader,
   camera and dropping a file work as the browser does them. Without this script the browser's control shows. */

const KB = 1024;
const MB = KB * KB;

const size = (bytes) => (bytes < MB ? `${Math.max(1, Math.round(bytes / KB))} KB` : `${(bytes / MB).toFixed(1)} MB`);

/** Name and size, or how many and how much; a long name is cut, the size is not. */
function chosen(files) {
  const sum = size([...files].reduce((all, file) => all + file.size, 0));
  const name = document.createElement("span");
  name.textContent = files.length === 1 ? files[0].name : `选了 ${files.length} 个文件`;
  return [name, files.length === 1 ? `　${sum}` : `　共 ${sum}`];
}

/** Say what is chosen in this input. */
function say(input) {
  const box = input.closest("[data-file]");
  const said = box.querySelector("[data-file-said]");
  box.dataset.none ??= said.textContent;
  said.replaceChildren(...(input.files.length ? chosen(input.files) : [box.dataset.none]));
  said.title = [...input.files].map((file) => file.name).join("\n");
  box.classList.toggle("has", input.files.length > 0);
  box.querySelector("[data-file-none]").hidden = !input.files.length;
}

function putBack(event) {
  const input = event.target.closest("[data-file-none]")?.closest("[data-file]").querySelector("input");
  if (!input) return;
  input.value = "";
  input.dispatchEvent(new Event("change", { bubbles: true }));
  input.focus();
}

const inputsOf = (place) => place.querySelectorAll("[data-file] > input");

/** Listen on the whole page; forms that htmx brings later work too. */
export function startFiles() {
  document.documentElement.dataset.files = "ours";
  document.addEventListener("change", (event) => event.target.matches("[data-file] > input") && say(event.target));
  document.addEventListener("reset", (event) => setTimeout(() => inputsOf(event.target).forEach(say)));
  document.addEventListener("click", putBack);
  for (const name of ["dragenter", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => event.target.closest?.("[data-file]")?.classList.toggle("over", name === "dragenter"));
  }
  inputsOf(document).forEach(say);  // what the browser kept over a reload
}
