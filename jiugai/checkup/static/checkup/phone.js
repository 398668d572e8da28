/* The check-up on the phone: parts of the community, and for each part its indicators, defects and photos. */

import { button, grey, h, icon, moment, note } from "../offline/dom.js";
import { registerForm } from "../offline/forms.js";
import { keepPhoto, photoButton, whereWeAre } from "../offline/photos.js";
import { enqueue } from "../offline/queue.js";
import { read, write } from "../offline/store.js";

const TYPE = "checkup";
const CHOICES = [["ok", "没问题", "ok", "check"], ["bad", "有问题", "bad", "bad"], ["unsure", "说不清", "unk", "unsure"]];
const WORDS = Object.fromEntries(CHOICES.map(([value, words]) => [value, words]));

const plain = (label) => label.normalize("NFKC").replace(/\s+/g, "");
const said = (value, indicator) => WORDS[value] ?? (value === null || value === undefined ? "没填" : `${value} ${indicator.unit}`);

/** Lay this phone's own entries, not yet sent, over what was downloaded. Which of several counts, the server decides. */
function present(pack, pending) {
  const checkup = pack.parts[TYPE];
  const parts = new Map(checkup.parts.map((part) => [part.key, structuredClone(part)]));
  for (const op of pending.filter((one) => one.type === TYPE && one.body.checkup === checkup.id)) lay(parts, op);
  return { ...checkup, parts: [...parts.values()] };
}

function lay(parts, op) {
  const { part: key, action, field, value } = op.body;
  if (action === "finish") return;
  if (!parts.has(key)) parts.set(key, { key, label: key.replace(/^n:/, ""), answers: {}, notes: {}, defects: [], photos: [] });
  const part = parts.get(key);
  if (action === "add") part[field].push({ ref: op.id, author: "", at: op.wall, ...value });
  else if (action === "remove") part[field] = part[field].filter((one) => !value.includes(one.ref));
  else if (field.startsWith("note:")) part.notes[field.slice(5)] = { value, others: [] };
  else part.answers[field] = { value, author: "", at: op.wall, others: part.answers[field]?.others ?? [], waiting: op.state };
}

const indicatorsOf = (checkup, part) => checkup.edition.indicators.filter((one) => one.level === (part.key ? "building" : "community"));
const answered = (part, code) => ![null, undefined].includes(part.answers[code]?.value);
const openOf = (checkup, part) => indicatorsOf(checkup, part).filter((one) => !answered(part, one.code)).length;
const begun = (part) => Object.keys(part.answers).length > 0;
const disputed = (part) => Object.values(part.answers).filter((one) => one.others.length).length;

function say(pack, body, label) {
  return enqueue({ type: TYPE, community: pack.id, body: { checkup: pack.parts[TYPE].id, ...body }, label });
}

// ---- the parts -------------------------------------------------------------------------------------------------

function partRow(pack, checkup, part) {
  const open = openOf(checkup, part);
  const state = !begun(part) ? h("span", { class: "p-tag na" }, "没开始") : open ? h("span", { class: "p-tag unk" }, `还有 ${open} 项`) : h("span", { class: "p-tag ok" }, "填完");
  const found = [part.defects.length && `问题 ${part.defects.length} 处`, part.photos.length && `照片 ${part.photos.length} 张`, disputed(part) && `${disputed(part)} 项说法不一`];
  return h("li", {}, h("a", { class: "p-row", href: `#/${TYPE}/${pack.id}/${encodeURIComponent(part.key || "shared")}` },
    h("span", { class: "p-icon" }, icon(part.key ? "building" : "home")), h("span", {}, h("b", {}, part.label), grey(...found)), state, icon("right")));
}

function addBuilding(pack) {
  const field = h("input", { class: "form-control", id: "new-building", autocomplete: "off", maxlength: 40, placeholder: "例如 7号楼" });
  return h("form", { class: "p-find", onsubmit: (event) => {
    event.preventDefault();
    const label = plain(field.value);
    if (label) location.hash = `#/${TYPE}/${pack.id}/${encodeURIComponent(`n:${label}`)}`;
  } }, h("label", { class: "form-label", for: "new-building" }, "名单上没有的楼"), h("div", { class: "p-pair" }, field, h("button", { class: "btn btn-lg" }, icon("plus"), "加一栋")));
}

function finishing(pack, checkup, refresh) {
  if (checkup.state === "finished") return note("ok", `${checkup.year} 年度体检已完成`, h("p", {}, "发现不对的直接改，得分会重新计算"));
  const missing = checkup.parts.filter((part) => !part.key || begun(part)).map((part) => [part, openOf(checkup, part)]).filter(([, open]) => open);
  const none = !checkup.parts.some((part) => part.key && begun(part));
  if (missing.length || none) {
    const why = none ? "一栋楼也没有填" : missing.map(([part, open]) => `${part.label}还有 ${open} 项`).join("，");
    return h("div", { class: "p-actions" }, button("完成体检", () => {}, { class: "btn btn-lg p-wide", "aria-disabled": "true", "aria-describedby": "why-open" }), h("p", { class: "p-hint", id: "why-open" }, `还不能完成：${why}`));
  }
  return button("完成体检", async () => {
    await say(pack, { action: "finish" }, `${pack.community.name} 完成 ${checkup.year} 年度体检`);
    refresh();
  }, { class: "btn btn-lg btn-primary p-wide", id: "finish" });
}

async function partsScreen(pack, refresh, pending) {
  const checkup = present(pack, pending);
  return {
    title: `${checkup.year} 年度体检`,
    back: `#/community/${pack.id}`,
    content: [
      h("p", { class: "p-grey p-lead" }, `${pack.community.name}　${checkup.edition.name}${checkup.edition.status === "provisional" ? "（暂定）" : ""}`),
      h("ul", { class: "p-list", id: "parts" }, checkup.parts.map((part) => partRow(pack, checkup, part))),
      addBuilding(pack),
      finishing(pack, checkup, refresh),
    ],
  };
}

// ---- one part --------------------------------------------------------------------------------------------------

function othersNote(answer, indicator) {
  if (!answer?.others.length) return "";
  return h("div", { class: "p-others" }, icon("users"), " 同事也填了：", answer.others.map((one, n) => h("span", {}, n ? "；" : "", `${one.author} ${moment(one.at)} 填“${said(one.value, indicator)}”`)));
}

function choice(at, indicator) {
  const { part, put } = at;
  const now = part.answers[indicator.code]?.value;
  return h("div", { class: "p-choice" }, CHOICES.map(([value, words, kind, drawing]) =>
    h("label", { class: kind }, h("input", { type: "radio", name: indicator.code, id: `${indicator.code}-${value}`, value, checked: now === value, onchange: () => put(indicator, value) }), icon(drawing), h("span", {}, words))));
}

function number(at, indicator) {
  const { part, put } = at;
  const now = part.answers[indicator.code]?.value;
  const field = h("input", { class: "form-control", id: `${indicator.code}-number`, inputmode: "decimal", autocomplete: "off", "aria-label": indicator.label, value: typeof now === "number" ? String(now) : "" });
  field.addEventListener("change", () => {
    const value = Number(field.value.replace(",", "."));
    const good = field.value.trim() !== "" && Number.isFinite(value) && value >= 0 && value <= 100000;
    field.setCustomValidity(good ? "" : "填 0 到 100,000 的数字");
    if (good) put(indicator, value);
    else field.reportValidity();
  });
  return h("div", { class: "p-pair" }, h("div", { class: "j-unit" }, field, h("span", {}, indicator.unit)),
    h("label", { class: "j-check" }, h("input", { type: "checkbox", class: "form-check-input", id: `${indicator.code}-unsure`, checked: now === "unsure", onchange: (event) => put(indicator, event.target.checked ? "unsure" : null) }), "说不清"));
}

function defectRow(at, indicator, defect) {
  const problem = indicator.problems.find((one) => one.code === defect.code);
  const severity = at.checkup.edition.severities.find((one) => one.code === defect.severity);
  return h("div", { class: "p-defect", "data-defect": defect.ref }, h("div", {}, h("b", {}, problem?.label ?? defect.code), h("span", { class: "p-tag bad" }, severity?.label ?? defect.severity)),
    h("div", {}, grey(defect.place, defect.author && `${defect.author} 填`), button([icon("trash"), "去掉"], () => at.drop("defects", defect, indicator), { class: "btn" })));
}

function addDefect(at, indicator) {
  if (!indicator.problems.length) return "";
  const id = `defect-${indicator.code}`;
  const problem = h("select", { class: "form-select", id, "aria-label": `${indicator.label}的问题` }, indicator.problems.map((one) => h("option", { value: one.code }, one.label)));
  const severity = h("select", { class: "form-select", id: `${id}-severity`, "aria-label": "程度" }, at.checkup.edition.severities.map((one) => h("option", { value: one.code }, one.label)));
  const place = h("input", { class: "form-control", id: `${id}-place`, maxlength: 120, autocomplete: "off", placeholder: "部位，例如 2单元3层（选填）", "aria-label": "部位" });
  const usual = () => { severity.value = indicator.problems.find((one) => one.code === problem.value).severity; };
  problem.addEventListener("change", usual);
  usual();
  const add = () => at.add("defects", { indicator: indicator.code, code: problem.value, severity: severity.value, place: place.value.trim() }, indicator);
  return h("details", { class: "p-more" }, h("summary", { class: "btn btn-lg p-wide", id: `${id}-open` }, icon("plus"), "记一处问题"), h("div", { class: "p-actions" }, problem, severity, place, button("记下这处问题", add, { class: "btn btn-lg btn-primary p-wide", id: `${id}-add` })));
}

async function photo(at, indicator, found) {
  const kept = await read("photos", found.sha256);
  const source = kept ? URL.createObjectURL(kept.blob) : null;
  return h("span", {}, source ? h("img", { src: source, alt: `${indicator.label}的照片`, onload: () => URL.revokeObjectURL(source) }) : h("span", { class: "p-tag ok" }, "照片已上传"));
}

async function photos(at, indicator) {
  const mine = at.part.photos.filter((one) => one.indicator === indicator.code);
  const take = (file) => at.shoot(file, indicator);
  return [mine.length ? h("div", { class: "p-photos" }, await Promise.all(mine.map((one) => photo(at, indicator, one)))) : "", photoButton({ id: `photo-${indicator.code}`, label: `给${indicator.label}拍照`, take })];
}

async function ask(at, indicator) {
  const answer = at.part.answers[indicator.code];
  const defects = at.part.defects.filter((one) => one.indicator === indicator.code);
  const wanted = wantsMore(at.part, indicator);
  return h("fieldset", { class: "p-ask", "data-indicator": indicator.code }, h("legend", {}, indicator.label), h("p", { class: "p-hint" }, indicator.asks, indicator.hint && `。${indicator.hint}`),
    indicator.answer === "number" ? number(at, indicator) : choice(at, indicator), othersNote(answer, indicator),
    defects.map((one) => defectRow(at, indicator, one)), wanted ? [addDefect(at, indicator), await photos(at, indicator)] : "");
}

const wantsMore = (part, indicator) => {
  const value = part.answers[indicator.code]?.value;
  return value === "bad" || part.defects.some((one) => one.indicator === indicator.code) || (indicator.answer === "number" && value > 0);
};

const leftWords = (checkup, part) => {
  const open = openOf(checkup, part);
  return open ? `还有 ${open} 项没填，填一项存一项` : "填完了，都存在手机上";
};

/**
 * What can be done to a part: each becomes an entry of the queue. Only the indicator it is about is drawn anew, and only
 * when it looks different afterwards, so that the next tap never meets a page that is being replaced.
 */
function workOn(pack, checkup, part) {
  const done = async (indicator, body, label) => {
    const before = wantsMore(part, indicator);
    const op = await say(pack, { part: part.key, ...body }, `${part.label} ${label}`);
    lay(new Map([[part.key, part]]), op);
    if (body.action !== "set" || before !== wantsMore(part, indicator)) await drawAgain(at, indicator);
    document.getElementById("left").textContent = leftWords(checkup, part);
  };
  const at = {
    part,
    checkup,
    put: (indicator, value) => done(indicator, { action: "set", field: indicator.code, value }, `${indicator.label}：${said(value, indicator)}`),
    add: (field, value, indicator) => done(indicator, { action: "add", field, value }, `${indicator.label}：记问题`),
    drop: (field, member, indicator) => done(indicator, { action: "remove", field, value: [member.ref] }, `${indicator.label}：去掉问题`),
    shoot: async (file, indicator) => {
      const { sha256 } = await keepPhoto(file, pack.id);
      const asked = (await read("about", "place"))?.on;
      const point = asked ? await whereWeAre() : null;
      await done(indicator, { action: "add", field: "photos", value: { indicator: indicator.code, sha256, taken: Date.now(), ...(point ? { point } : {}) } }, `${indicator.label}：照片`);
    },
  };
  return at;
}

async function drawAgain(at, indicator) {
  const fresh = await ask(at, indicator);
  const focused = document.activeElement?.id;
  document.querySelector(`[data-indicator="${indicator.code}"]`)?.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function placeSwitch() {
  const on = (await read("about", "place"))?.on ?? false;
  return h("label", { class: "j-check p-place" }, h("input", { type: "checkbox", class: "form-check-input", id: "with-place", checked: on, onchange: (event) => write("about", { key: "place", on: event.target.checked }) }), "给照片附上位置（默认不附）");
}

async function partScreen(pack, key, pending) {
  const checkup = present(pack, pending);
  const wanted = key === "shared" ? "" : key;
  const part = checkup.parts.find((one) => one.key === wanted) ?? { key: wanted, label: wanted.replace(/^n:/, ""), answers: {}, notes: {}, defects: [], photos: [] };
  const at = workOn(pack, checkup, part);
  const asks = await Promise.all(indicatorsOf(checkup, part).map((indicator) => ask(at, indicator)));
  return {
    title: part.label,
    back: `#/${TYPE}/${pack.id}`,
    content: [h("p", { class: "p-grey p-lead", id: "left", role: "status" }, leftWords(checkup, part)), ...asks, await placeSwitch(),
      h("a", { class: "btn btn-lg btn-primary p-wide", href: `#/${TYPE}/${pack.id}` }, "回到楼栋")],
  };
}

registerForm({
  type: TYPE,
  title: "体检",
  icon: "health",
  order: 10,
  summary: async ({ pack, pending }) => {
    const checkup = present(pack, pending);
    const done = checkup.parts.filter((part) => part.key && begun(part) && !openOf(checkup, part)).length;
    return `${checkup.year} 年度，已填完 ${done} 栋${checkup.state === "finished" ? "，已完成" : ""}`;
  },
  screen: ({ pack, path, refresh, pending }) => (path.length ? partScreen(pack, path[0], pending) : partsScreen(pack, refresh, pending)),
  describe: (op) => op.label,
});
