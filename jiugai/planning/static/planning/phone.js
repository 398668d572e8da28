/* Planning on the phone: pledges at the door, visits and meetings, what residents object to. */

import { grey, h, icon, note } from "../offline/dom.js";
import { registerForm } from "../offline/forms.js";
import { keepPhoto, photoButton } from "../offline/photos.js";
import { enqueue } from "../offline/queue.js";

const ANSWERS = [["pledged", "已承诺"], ["refused", "不同意"], ["absent", "未见到"]];
const wordsOf = (answer) => ANSWERS.find(([code]) => code === answer)?.[1] ?? "";
const tagOf = { pledged: "ok", refused: "bad", absent: "unk" };
const today = () => new Date().toLocaleDateString("sv-SE");
const sent = (pending, type) => pending.filter((op) => op.type === type);

function field(label, control, hint = "") {
  return h("div", { class: "j-field" }, h("label", { class: "form-label", for: control.id }, label), control, hint && h("p", { class: "p-hint" }, hint));
}

const text = (id, more = {}) => h("input", { class: "form-control", id, autocomplete: "off", maxlength: 120, ...more });
const count = (id, more = {}) => text(id, { inputmode: "numeric", pattern: "[0-9]*", maxlength: 5, ...more });

// ---- pledges --------------------------------------------------------------------------------------------------

/** Name a door by its numbers, as the platform does: 1号楼1单元101 is 1-1-101. */
const named = (door) => door.match(/\d+/g)?.join("-") ?? door;

/** Lay answers not yet sent over what was downloaded. */
function answers(pack, pending) {
  const found = new Map(Object.entries(pack.parts.pledge.answers).map(([door, answer]) => [named(door), { door, answer }]));
  for (const { body } of sent(pending, "pledge")) found.set(named(body.door), { door: body.door, answer: body.answer, waiting: true });
  return [...found.values()].sort((a, b) => a.door.localeCompare(b.door, "zh", { numeric: true }));
}

function answerRow(one) {
  return h("li", { "data-door": one.door }, h("div", { class: "p-row" }, h("span", {}, h("b", {}, one.door), grey(one.waiting && "待上传")), h("span", { class: `p-tag ${tagOf[one.answer]}` }, wordsOf(one.answer))));
}

function signature(hashes, pack) {
  const shown = h("div", { class: "p-photos" });
  const take = async (file) => {
    const { sha256 } = await keepPhoto(file, pack.id);
    hashes.splice(0, hashes.length, sha256);
    shown.replaceChildren(h("span", { class: "p-tag ok" }, "签字页已拍"));
  };
  return [shown, photoButton({ id: "pledge-photo", words: "拍签字页", take })];
}

function pledgeForm(pack, refresh) {
  const hashes = [];
  const door = text("pledge-door", { required: true, maxlength: 30, list: "pledge-doors", placeholder: "3号楼2单元501" });
  const doors = h("datalist", { id: "pledge-doors" }, pack.parts.pledge.doors.map((one) => h("option", { value: one })));
  const area = text("pledge-area", { inputmode: "decimal", pattern: "[0-9]+([.][0-9]{1,2})?", maxlength: 8 });
  const save = async (answer) => {
    if (!form.reportValidity()) return;
    const body = { door: door.value.trim(), answer, on: today(), photos: [...hashes], ...(area.value ? { area_m2: area.value } : {}) };
    await enqueue({ type: "pledge", community: pack.id, body, label: `${body.door} ${wordsOf(answer)}` });
    await refresh();
  };
  const form = h("form", { class: "p-actions", id: "new-pledge", onsubmit: (event) => { event.preventDefault(); return save("pledged"); } },
    field("楼门户", door), doors, field("建筑面积㎡（选填）", area, "住房已登记面积的不用填"), signature(hashes, pack),
    h("button", { class: "btn btn-lg btn-primary p-wide", id: "save-pledge" }, icon("ok"), "已承诺"),
    h("div", { class: "p-pair" }, ANSWERS.slice(1).map(([code, words]) => h("button", { type: "button", class: "btn btn-lg", "data-answer": code, onclick: () => save(code) }, words))));
  return form;
}

function pledgeScreen(pack, refresh, pending) {
  const all = answers(pack, pending);
  return { title: "维修资金承诺", back: `#/community/${pack.id}`, content: [pledgeForm(pack, refresh), all.length ? h("ul", { class: "p-list", id: "pledges" }, all.map(answerRow)) : note("run", "还没有登记")] };
}

registerForm({
  type: "pledge",
  title: "维修资金承诺",
  icon: "home",
  order: 40,
  summary: async ({ pack, pending }) => {
    const all = answers(pack, pending).filter((one) => one.answer === "pledged").length;
    const whole = pack.parts.pledge.households;
    return whole ? `${all} / ${whole} 户已承诺` : `${all} 户已承诺，总户数待核实`;
  },
  screen: ({ pack, refresh, pending }) => pledgeScreen(pack, refresh, pending),
  describe: (op) => op.label,
});

// ---- visits, meetings, objections -----------------------------------------------------------------------------

function workForm(pack, refresh) {
  const kinds = pack.parts.masswork.kinds;
  const kind = h("select", { class: "form-select", id: "work-kind" }, kinds.map(({ code, label }) => h("option", { value: code }, label)));
  const households = count("work-households", { required: true });
  const agreed = count("work-agreed");
  const consent = field("其中同意", agreed);
  const place = text("work-place", { maxlength: 80 });
  const words = text("work-note", { maxlength: 500 });
  const fit = () => { consent.hidden = kind.value !== "consent"; agreed.required = kind.value === "consent"; };
  kind.addEventListener("change", fit);
  fit();
  const form = h("form", { class: "p-actions", id: "new-work", onsubmit: async (event) => {
    event.preventDefault();
    const most = Number(households.value);
    agreed.setCustomValidity(kind.value === "consent" && Number(agreed.value) > most ? `最多 ${most} 户` : "");
    if (!form.reportValidity()) return;
    const body = { kind: kind.value, on: today(), households: most, place: place.value.trim(), note: words.value.trim(), ...(kind.value === "consent" ? { agreed: Number(agreed.value) } : {}) };
    const label = `${kinds.find(({ code }) => code === body.kind).label} ${most} 户`;
    await enqueue({ type: "masswork", community: pack.id, body, label });
    await refresh();
  } }, field("形式", kind), field("户数", households), consent, field("楼栋或地点（选填）", place), field("情况（选填）", words), h("button", { class: "btn btn-lg btn-primary p-wide", id: "save-work" }, icon("plus"), "登记"));
  return form;
}

function objectionForm(pack, refresh) {
  const content = text("objection-content", { required: true, maxlength: 500 });
  const door = text("objection-door", { maxlength: 40 });
  const form = h("form", { class: "p-actions", id: "new-objection", onsubmit: async (event) => {
    event.preventDefault();
    if (!form.reportValidity()) return;
    const body = { content: content.value.trim(), door: door.value.trim(), on: today() };
    await enqueue({ type: "objection", community: pack.id, body, label: `居民意见：${body.content}` });
    await refresh();
  } }, field("居民意见", content), field("楼门户（选填）", door, "不愿留的不填"), h("button", { class: "btn btn-lg p-wide", id: "save-objection" }, icon("plus"), "登记意见"));
  return form;
}

function workScreen(pack, refresh, pending) {
  const waiting = [...sent(pending, "masswork"), ...sent(pending, "objection")].map((op) => h("li", {}, h("div", { class: "p-row" }, h("span", {}, h("b", {}, op.label), grey("还没有上传")))));
  const open = pack.parts.masswork.open.map((one) => h("li", {}, h("div", { class: "p-row" }, h("span", {}, h("b", {}, one.content), grey(one.door, one.on)), h("span", { class: "p-tag unk" }, "没办结"))));
  return { title: "群众工作", back: `#/community/${pack.id}`, content: [workForm(pack, refresh), objectionForm(pack, refresh), waiting.length + open.length ? h("ul", { class: "p-list", id: "work" }, waiting, open) : note("ok", "没有没办结的意见")] };
}

registerForm({
  type: "masswork",
  title: "群众工作",
  icon: "home",
  order: 50,
  summary: async ({ pack, pending }) => `${pack.parts.masswork.open.length + sent(pending, "objection").length} 条意见没办结`,
  screen: ({ pack, refresh, pending }) => workScreen(pack, refresh, pending),
  describe: (op) => op.label,
});
