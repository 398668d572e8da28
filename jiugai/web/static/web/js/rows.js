/* Rows that can be walked through, chosen and worked on together.

   <div data-rows>                      one list on the page
     <div data-tools>…</div>            hidden while rows are chosen
     <div data-bulk hidden> <b data-count-words="已选 {n} 件" data-every-words="已选全部 90 件"></b> … <button data-clear>
       <input type="hidden" name="every" data-every disabled>   sent once the rows of all pages are chosen
       <button data-choose-every hidden>                        offered once the whole page is chosen
       <span data-every-note hidden>                            what happens to very many, beside the offer and after it
     </div>
     <input type="checkbox" data-all>
     <tr data-row> <input type="checkbox" name="pick" value="…"> <a data-open href="…">
*/

class Rows {
  constructor(root) {
    this.root = root;
    this.last = null;
    root.addEventListener("click", (event) => this.onClick(event));
    root.addEventListener("change", (event) => this.onChange(event));
    document.body.addEventListener("htmx:afterSettle", () => this.show());
    this.show();
  }

  get rows() {
    return [...this.root.querySelectorAll("[data-row]")];
  }

  get at() {
    return this.root.querySelector("[data-row].at");
  }

  box(row) {
    return row?.querySelector("input[type=checkbox]") ?? null;
  }

  move(step) {
    const rows = this.rows;
    if (rows.length === 0) return false;
    const now = rows.indexOf(this.at);
    const next = now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + step, 0), rows.length - 1);
    this.at?.classList.remove("at");
    rows[next].classList.add("at");
    rows[next].scrollIntoView({ block: "nearest" });
    rows[next].dispatchEvent(new CustomEvent("j:at", { bubbles: true }));
    return true;
  }

  toggle() {
    const box = this.box(this.at);
    if (!box) return false;
    box.click();
    return true;
  }

  open() {
    const link = this.at?.querySelector("a[data-open]") ?? this.at?.querySelector("a[href]");
    link?.click();
    return Boolean(link);
  }

  /** The field that says that the rows of all pages are meant; only lists of several pages have it. */
  get every() {
    return this.root.querySelector("[data-every]");
  }

  chooseEvery(yes) {
    if (this.every) this.every.disabled = !yes;
  }

  clear() {
    this.chooseEvery(false);
    const chosen = this.rows.map((row) => this.box(row)).filter((box) => box?.checked);
    for (const box of chosen) box.checked = false;
    this.show();
    return chosen.length > 0;
  }

  onClick(event) {
    if (event.target.closest("[data-clear]")) this.clear();
    if (event.target.closest("[data-choose-every]")) {
      this.chooseEvery(true);
      this.show();
    }
    const row = event.target.closest("[data-row]");
    const box = row && this.box(row);
    if (box && event.target.closest(".pick") && event.target.tagName !== "INPUT") box.click(); // the whole cell is the target
    if (!box || event.target !== box) return;
    if (event.shiftKey && this.last && this.last !== row) this.pickRange(row, box.checked);
    this.last = row;
    this.show();
  }

  pickRange(row, checked) {
    const rows = this.rows;
    const [from, to] = [rows.indexOf(this.last), rows.indexOf(row)].sort((a, b) => a - b);
    if (from < 0) return;
    for (const one of rows.slice(from, to + 1)) {
      const box = this.box(one);
      if (box) box.checked = checked;
    }
  }

  onChange(event) {
    if (event.target.matches("[data-all]")) {
      for (const row of this.rows) {
        const box = this.box(row);
        if (box) box.checked = event.target.checked;
      }
    }
    this.show();
  }

  /** Bring everything that depends on the choice up to date. */
  show() {
    const rows = this.rows;
    const chosen = rows.filter((row) => this.box(row)?.checked);
    for (const row of rows) {
      if (this.box(row)) row.setAttribute("aria-selected", String(chosen.includes(row)));
    }
    if (chosen.length < rows.length) this.chooseEvery(false);
    this.showAll(rows.length, chosen.length);
    this.showBulk(chosen.length, rows.length > 0 && chosen.length === rows.length);
  }

  showAll(total, chosen) {
    const all = this.root.querySelector("[data-all]");
    if (!all) return;
    all.checked = total > 0 && chosen === total;
    all.indeterminate = chosen > 0 && chosen < total;
  }

  showBulk(count, whole) {
    const bulk = this.root.querySelector("[data-bulk]");
    if (!bulk) return;
    bulk.hidden = count === 0;
    const tools = this.root.querySelector("[data-tools]");
    if (tools) tools.hidden = count > 0;
    const words = bulk.querySelector("[data-count-words]");
    const every = Boolean(this.every && !this.every.disabled);
    if (words) words.textContent = every ? words.dataset.everyWords : words.dataset.countWords.replace("{n}", count.toLocaleString("en"));
    const offer = bulk.querySelector("[data-choose-every]");
    if (offer) offer.hidden = !whole || every;
    const note = bulk.querySelector("[data-every-note]");
    if (note) note.hidden = !whole;
    for (const button of bulk.querySelectorAll("[data-label-words]")) {
      button.textContent = button.dataset.labelWords.replace("{n}", count.toLocaleString("en"));
    }
  }
}

let lists = [];

/** Return the list the keys work on: the first one on the page that can be seen. */
export function currentRows() {
  return lists.find((one) => one.root.isConnected && one.root.offsetParent !== null) ?? null;
}

function adopt(root) {
  for (const found of root.querySelectorAll("[data-rows]")) {
    if (!lists.some((one) => one.root === found)) lists.push(new Rows(found));
  }
  lists = lists.filter((one) => one.root.isConnected);
}

/** Take over the lists on the page, and those that htmx brings later. */
export function startRows() {
  adopt(document);
  document.body.addEventListener("htmx:afterSettle", () => adopt(document));
}
