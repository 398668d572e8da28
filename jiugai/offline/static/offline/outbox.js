/* What is not yet sent: entries and photos of all forms, with the reason where the server did not take one. */

import { button, grey, h, icon, moment, note } from "./dom.js";
import { formOf } from "./forms.js";
import { drop, packOf, send, status, unsent, unsentPhotos } from "./queue.js";
import { lastSession } from "./server.js";
import { remove } from "./store.js";

const KINDS = { offline: "unk", out: "bad", left: "unk", sending: "run", done: "ok", idle: "ok" };

/** Let who wrote an entry take it back before it leaves the phone; two touches, because nothing brings it back. */
function takeBack(op, refresh) {
  const take = button([icon("trash"), "删除"], async () => {
    if (!take.dataset.sure) {
      take.dataset.sure = "1";
      take.textContent = "再点一次删除，不能恢复";
      return;
    }
    if (!(await drop(op))) take.textContent = "已在上传，删不了";
    refresh();
  }, { class: "btn btn-danger-o p-take" });
  return take;
}

async function row(op, who, refresh) {
  const pack = await packOf(op.community);
  const what = formOf(op.type)?.describe?.(op) ?? op.label ?? op.type;
  const state = op.state === "refused" ? h("span", { class: "p-why" }, icon("bad"), h("span", {}, op.says, op.remedy ? `。${op.remedy}` : "")) : grey("等待上传");
  return h("li", { class: "p-item", "data-op": op.id, "data-state": op.state }, h("b", {}, what), grey(pack?.community.name ?? `小区 ${op.community}`, moment(op.wall), op.name || op.author), state,
    op.state === "waiting" && op.author === who?.user ? takeBack(op, refresh) : "");
}

const photoRow = (photo) =>
  h("li", { class: "p-item", "data-photo": photo.sha256, "data-state": photo.state }, h("b", {}, "照片"), grey(`${Math.ceil(photo.size / 1024)} KB`, moment(photo.at)),
    photo.state === "refused" ? h("span", { class: "p-why" }, icon("bad"), `${photo.says}。${photo.remedy ?? ""}`) : grey("等待上传"));

const text = (blob) => new Promise((resolve) => {
  const reader = new FileReader();
  reader.onload = () => resolve(String(reader.result));
  reader.readAsDataURL(blob);
});

/** Give everything that waits as one file, so that it is safe also without this phone or this log-in. */
async function exportAll() {
  const photos = await Promise.all((await unsentPhotos()).map(async ({ blob, ...rest }) => ({ ...rest, data: await text(blob) })));
  const file = new Blob([JSON.stringify({ made: new Date().toISOString(), ops: await unsent(), photos }, null, 1)], { type: "application/json" });
  const link = h("a", { href: URL.createObjectURL(file), download: `手机填报未上传-${new Date().toISOString().slice(0, 10)}.json` });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function refusedTools(refused, refresh) {
  if (!refused.length) return "";
  const dropAll = button([icon("trash"), `删除没收下的 ${refused.length} 条`], async () => {
    if (!dropAll.dataset.sure) {
      dropAll.dataset.sure = "1";
      dropAll.textContent = `再点一次就删除这 ${refused.length} 条，删后不能恢复；请先导出`;
      return;
    }
    for (const op of refused) await remove("ops", op.id);
    refresh();
  }, { class: "btn btn-lg btn-danger-o p-wide" });
  return dropAll;
}

export async function outbox({ refresh }) {
  const [ops, photos, who] = [await unsent(), await unsentPhotos(), await lastSession()];
  const rows = [...(await Promise.all(ops.map((op) => row(op, who, refresh)))), ...photos.map(photoRow)];
  const refused = ops.filter((op) => op.state === "refused");
  const now = button([icon("upload"), status.state === "sending" ? "正在上传" : "现在上传"], () => send({ again: true }), { class: `btn btn-lg btn-primary p-wide${status.state === "sending" ? " busy" : ""}`, id: "send" });
  const state = rows.length ? status.says || `${rows.length} 条等待上传` : "没有要上传的，都在平台上了";
  return {
    title: "未上传",
    content: [
      note(rows.length ? KINDS[status.state] ?? "run" : "ok", state,
        status.state === "out" ? h("p", {}, h("a", { href: "/login/?next=/phone/%23/outbox", id: "log-in" }, "重新登录后接着上传")) : ""),
      rows.length ? h("ul", { class: "p-list", id: "unsent" }, rows) : "",
      rows.length ? h("div", { class: "p-actions" }, now, button([icon("download"), "导出到文件"], exportAll, { class: "btn btn-lg p-wide", id: "export" }), refusedTools(refused, refresh)) : "",
      who ? h("p", { class: "p-grey" }, `填报人：${who.name}`) : "",
    ],
  };
}
