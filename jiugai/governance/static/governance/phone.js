/* Governance on the phone: the five types of problems, surveys of them, and window guards flat by flat. */

import { button, grey, h, icon, note } from "../offline/dom.js";
import { registerForm } from "../offline/forms.js";
import { keepPhoto, photoButton, whereWeAre } from "../offline/photos.js";
import { enqueue } from "../offline/queue.js";

const MODES = [["self", "自拆"], ["assisted", "帮拆"], ["persuaded", "劝拆"]];
const USES = [["living", "住人"], ["storage", "违规存放"], ["business", "违规经营"], ["other", "其他"]];
const today = () => new Date().toLocaleDateString("sv-SE");
const of = (pack) => pack.parts.problem;
const labelOf = (pack, code) => of(pack).kinds.find((one) => one.code === code)?.label ?? code;
const sent = (pending, type) => pending.filter((op) => op.type === type);

function field(label, control, hint = "") {
  return h("div", { class: "j-field" }, h("label", { class: "form-label", for: control.id }, label), control, hint && h("p", { class: "p-hint" }, hint));
}

const text = (id, more = {}) => h("input", { class: "form-control", id, autocomplete: "off", maxlength: 120, ...more });
const count = (id, more = {}) => text(id, { inputmode: "numeric", pattern: "[0-9]*", maxlength: 5, ...more });
const select = (id, options) => h("select", { class: "form-select", id }, options.map(([value, words]) => h("option", { value }, words)));

/** What a type asks beside place and photo: [name, label, control]. */
const EXTRA = {
  illegal_structure: () => [],
  stake_lock: () => [["count_found", "发现几个", count("x-count_found", { required: true })]],
  wall_opening: () => [["used_as", "现在做什么用", text("x-used_as", { maxlength: 60 })]],
  group_rental: () => [["flat", "房号", text("x-flat", { maxlength: 40 })], ["tenants", "住了几人", count("x-tenants")]],
  basement_misuse: () => [["use", "违规用途", select("x-use", USES)], ["people", "住了几人", count("x-people")]],
};

function rows(pack, pending, code = "") {
  const ours = (kind) => !code || kind === code;
  const waiting = sent(pending, "problem").filter((op) => ours(op.body.problem)).map((op) => h("li", {}, h("div", { class: "p-row" }, h("span", {}, h("b", {}, op.label), grey("还没有上传")))));
  const known = of(pack).open.filter((one) => ours(one.kind)).map((one) => h("li", {}, h("div", { class: "p-row" }, h("span", {}, h("b", {}, `${labelOf(pack, one.kind)}：${one.place}`), grey(one.number)))));
  return waiting.length + known.length ? h("ul", { class: "p-list", id: "open-problems" }, waiting, known) : note("ok", "没有未办结的问题");
}

function surveyOf(pack, pending, code) {
  const mine = sent(pending, "survey").findLast((op) => op.body.problem === code);
  if (mine) return [h("span", { class: "p-tag unk" }, "待上传"), `发现 ${mine.body.seen} 处`];
  const on = of(pack).surveys[code];
  return on ? [h("span", { class: "p-tag ok" }, "已摸排"), on] : [h("span", { class: "p-tag na" }, "没摸排"), ""];
}

function listScreen(pack, pending) {
  const kinds = of(pack).kinds.map(({ code, label }) => {
    const [tag, words] = surveyOf(pack, pending, code);
    return h("li", {}, h("a", { class: "p-row", href: `#/problem/${pack.id}/${code}`, "data-kind": code }, h("span", { class: "p-icon" }, icon("bad")), h("span", {}, h("b", {}, label), grey(words)), tag, icon("right")));
  });
  return { title: "五类问题", back: `#/community/${pack.id}`, content: [h("p", { class: "p-grey p-lead" }, "逐类看一遍：没有发现也要登记摸排"), h("ul", { class: "p-list", id: "kinds" }, kinds), rows(pack, pending)] };
}

function photos(hashes, pack) {
  const shown = h("div", { class: "p-photos" });
  const take = async (file) => {
    const { sha256 } = await keepPhoto(file, pack.id);
    hashes.push(sha256);
    shown.append(h("span", { class: "p-tag ok" }, `照片 ${hashes.length}`));
  };
  return [shown, photoButton({ id: "problem-photo", take })];
}

function newProblem(pack, code, refresh) {
  const hashes = [];
  const extra = EXTRA[code]();
  const place = text("x-place", { required: true, placeholder: "例如 3号楼北侧、2单元101" });
  const affects = select("x-affects", [["", "说不清"], ["true", "影响改造"], ["false", "不影响"]]);
  const detail = text("x-detail", { maxlength: 300 });
  const where = h("input", { type: "checkbox", class: "form-check-input", id: "x-where" });
  const form = h("form", { class: "p-actions", id: "new-problem", onsubmit: async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    const values = { place: place.value.trim(), affects_works: affects.value, detail: detail.value.trim(), found_on: today() };
    for (const [name, , control] of extra) if (control.value.trim()) values[name] = control.value.trim();
    if (code === "stake_lock") values.count_left = values.count_found;
    const point = where.checked ? await whereWeAre() : null;
    await enqueue({ type: "problem", community: pack.id, body: { problem: code, values, photos: hashes, ...(point ? { point } : {}) }, label: `${labelOf(pack, code)}：${values.place}` });
    await refresh();
  } }, field("具体位置", place), extra.map(([, label, control]) => field(label, control)), field("影响改造工程吗", affects, "说不清就选说不清，由街道会同设计单位判断"), field("说明（选填）", detail),
    photos(hashes, pack), h("label", { class: "j-check" }, where, "附上现在的位置"), h("button", { class: "btn btn-lg btn-primary p-wide", id: "save-problem" }, icon("plus"), "登记这处"));
  return form;
}

function survey(pack, code, refresh, pending) {
  const [, words] = surveyOf(pack, pending, code);
  const waiting = sent(pending, "problem").filter((op) => op.body.problem === code).length;
  const known = of(pack).open.filter((one) => one.kind === code).length;
  const seen = count("survey-seen", { value: String(known + waiting) });
  const done = async () => {
    const number = Number(seen.value);
    const good = /^[0-9]+$/.test(seen.value) && number <= 10000;
    seen.setCustomValidity(good ? "" : "填 0 到 10,000 的整数");
    if (!good) return seen.reportValidity();
    await enqueue({ type: "survey", community: pack.id, body: { problem: code, seen: number }, label: `${labelOf(pack, code)}摸排：发现 ${number} 处` });
    return refresh();
  };
  return h("section", { class: "p-actions" }, field("这次一共看到几处", seen, words ? `最近一次：${words}` : "没有发现填 0"), button([icon("ok"), "登记摸排"], done, { class: "btn btn-lg p-wide", id: "save-survey" }));
}

function kindScreen(pack, code, refresh, pending) {
  return { title: labelOf(pack, code), back: `#/problem/${pack.id}`, content: [newProblem(pack, code, refresh), survey(pack, code, refresh, pending), rows(pack, pending, code)] };
}

registerForm({
  type: "problem",
  title: "五类问题",
  icon: "bad",
  order: 20,
  summary: async ({ pack, pending }) => {
    const left = of(pack).open.length + sent(pending, "problem").length;
    const seen = of(pack).kinds.filter(({ code }) => of(pack).surveys[code] || sent(pending, "survey").some((op) => op.body.problem === code)).length;
    return `已摸排 ${seen} 类，未办结 ${left} 处`;
  },
  screen: ({ pack, path, refresh, pending }) => (path.length ? kindScreen(pack, path[0], refresh, pending) : listScreen(pack, pending)),
  describe: (op) => op.label,
});

// ---- window guards ---------------------------------------------------------------------------------------------

/** Lay entries not yet sent over what was downloaded; keyed by building and flat. */
function guards(pack, pending) {
  const found = new Map(pack.parts.guard.guards.map((one) => [`${one.building} ${one.flat}`, { ...one }]));
  for (const { body } of sent(pending, "guard")) found.set(`${body.building} ${body.flat}`, { ...found.get(`${body.building} ${body.flat}`), ...body, waiting: true });
  return [...found.values()].sort((a, b) => `${a.building} ${a.flat}`.localeCompare(`${b.building} ${b.flat}`, "zh", { numeric: true }));
}

const stateOf = (one) => (one.removed_on ? ["ok", MODES.find(([mode]) => mode === one.mode)?.[1] ?? "已拆"] : one.affects_works === false ? ["na", "不影响"] : one.affects_works ? ["bad", "待拆"] : ["unk", "未判断"]);

function put(pack, one, change, words, refresh) {
  const body = { building: one.building, flat: one.flat, ...change };
  return enqueue({ type: "guard", community: pack.id, body, label: `${one.building} ${one.flat} 护栏：${words}` }).then(refresh);
}

function guardRow(pack, one, refresh) {
  const [kind, words] = stateOf(one);
  const removed = MODES.map(([mode, label]) => button(label, () => put(pack, one, { removed_on: today(), mode }, label, refresh), { class: "btn", "data-mode": mode }));
  return h("li", { "data-flat": `${one.building} ${one.flat}` }, h("details", { class: "p-more" }, h("summary", { class: "p-row" }, h("span", {}, h("b", {}, `${one.building} ${one.flat}`), grey(one.windows && `${one.windows} 扇`, one.waiting && "待上传")), h("span", { class: `p-tag ${kind}` }, words)),
    h("div", { class: "p-actions" }, h("p", { class: "p-hint" }, one.removed_on ? `${one.removed_on} 拆除` : "拆了选一种方式"), one.removed_on ? button("没有拆，改回", () => put(pack, one, { removed_on: null, mode: "" }, "改回未拆", refresh), { class: "btn" }) : h("div", { class: "p-pair" }, removed),
      one.removed_on ? "" : h("div", { class: "p-pair" }, button("影响改造", () => put(pack, one, { affects_works: true }, "影响改造", refresh), { class: "btn" }), button("不影响", () => put(pack, one, { affects_works: false }, "不影响", refresh), { class: "btn" })))));
}

function guardScreen(pack, refresh, pending) {
  const building = text("guard-building", { required: true, maxlength: 40, placeholder: "3号楼" });
  const flat = text("guard-flat", { required: true, maxlength: 40, placeholder: "2-501" });
  const windows = count("guard-windows", { placeholder: "扇数" });
  const form = h("form", { class: "p-actions", id: "new-guard", onsubmit: async (event) => {
    event.preventDefault();
    const size = Number(windows.value) || null;
    const body = { affects_works: true, ...(size ? { windows: size } : {}) };
    await put(pack, { building: building.value.trim(), flat: flat.value.trim() }, body, "登记", refresh);
  } }, field("楼号", building), field("房号", flat), field("护栏几扇（选填）", windows), h("button", { class: "btn btn-lg btn-primary p-wide", id: "save-guard" }, icon("plus"), "登记这户"));
  const all = guards(pack, pending);
  return { title: "外窗护栏", back: `#/community/${pack.id}`, content: [all.length ? h("ul", { class: "p-list", id: "guards" }, all.map((one) => guardRow(pack, one, refresh))) : note("run", "还没有登记护栏"), form] };
}

registerForm({
  type: "guard",
  title: "外窗护栏",
  icon: "home",
  order: 30,
  summary: async ({ pack, pending }) => {
    const all = guards(pack, pending);
    const left = all.filter((one) => !one.removed_on && one.affects_works !== false).length;
    return all.length ? `${all.length} 户，还有 ${left} 户没拆` : "还没有登记";
  },
  screen: ({ pack, refresh, pending }) => guardScreen(pack, refresh, pending),
  describe: (op) => op.label,
});
