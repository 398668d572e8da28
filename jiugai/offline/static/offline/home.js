/* The first page: communities taken along, finding others, and the forms of one community. */

import { button, grey, h, icon, moment, note } from "./dom.js";
import { allForms } from "./forms.js";
import { find, packOf, packs, pending, refreshPack } from "./queue.js";
import { LoggedOut, NoConnection, session } from "./server.js";
import { persist } from "./store.js";

const words = (error) => {
  if (error instanceof NoConnection) return ["没有网络", "连上后再下载小区"];
  if (error instanceof LoggedOut) return ["登录已过期", "重新登录后再下载"];
  return [error.message, error.remedy ?? ""];
};

async function take(id, where) {
  where.replaceChildren(note("run", "正在下载"));
  try {
    const who = await session();
    if (!who.user) throw new LoggedOut();
    await refreshPack(id, who.csrf);
    await persist();
    location.hash = `#/community/${id}`;
  } catch (error) {
    const [title, more] = words(error);
    where.replaceChildren(note("bad", title, h("p", {}, more)));
  }
}

async function search(text, where) {
  try {
    const { found, more } = await find(text);
    const rows = found.map((one) =>
      h("li", {}, h("button", { type: "button", class: "p-row", onclick: () => take(one.id, where) },
        h("span", {}, h("b", {}, one.name), one.demo && h("span", { class: "j-demo" }, "演示"), grey(one.place, one.address)), icon("download"))));
    where.replaceChildren(
      rows.length ? h("ul", { class: "p-list" }, rows) : note("unk", "没有找到", h("p", {}, "换一个名字、拼音首字母或地址，只能下载您辖区内的小区")),
      more ? h("p", { class: "p-grey" }, "还有更多，请多写几个字") : "",
    );
  } catch (error) {
    const [title, more] = words(error);
    where.replaceChildren(note("bad", title, h("p", {}, more)));
  }
}

export async function home() {
  const kept = (await packs()).sort((a, b) => a.community.name.localeCompare(b.community.name, "zh"));
  const results = h("div", { class: "p-found", "aria-live": "polite" });
  const field = h("input", { class: "form-control", type: "search", id: "find", name: "q", autocomplete: "off", placeholder: "名称、拼音首字母、地址" });
  const form = h("form", { class: "p-find", onsubmit: (event) => { event.preventDefault(); search(field.value.trim(), results); } },
    h("label", { class: "form-label", for: "find" }, "下载小区，没有网络时也能填"), h("div", { class: "p-pair" }, field, h("button", { class: "btn btn-lg btn-primary" }, "查找")));
  const rows = await Promise.all(kept.map(async (pack) => {
    const waiting = (await pending(pack.id)).length;
    return h("li", {}, h("a", { class: "p-row", href: `#/community/${pack.id}` },
      h("span", {}, h("b", {}, pack.community.name), pack.community.demo && h("span", { class: "j-demo" }, "演示"), grey(pack.community.place, `${moment(pack.kept)}下载`)),
      waiting ? h("span", { class: "p-tag unk" }, `${waiting} 条未上传`) : "", icon("right")));
  }));
  const list = rows.length ? h("ul", { class: "p-list" }, rows) : note("run", "手机里还没有小区", h("p", {}, "有网络时先下载要去的小区，到现场没有信号也能填"));
  return { title: "手机填报", content: [list, form, results] };
}

export async function community(id) {
  const pack = await packOf(id);
  if (!pack) return { title: "没有下载", back: "#/", content: [note("unk", "这个小区没有下载到手机", h("p", {}, "回到首页查找并下载"))] };
  const waiting = await pending(id);
  const tiles = await Promise.all(allForms().filter((form) => form.type in pack.parts).map(async (form) =>
    h("li", {}, h("a", { class: "p-row", href: `#/${form.type}/${id}` }, h("span", { class: "p-icon" }, icon(form.icon)),
      h("span", {}, h("b", {}, form.title), grey(await form.summary({ pack, pending: waiting }))), icon("right")))));
  const place = h("div", {});
  const again = button([icon("download"), "重新下载"], () => take(id, place), { class: "btn btn-lg" });
  const list = tiles.length ? h("ul", { class: "p-list" }, tiles) : note("unk", "您在这里没有可以填的内容", h("p", {}, "请区住建委核对您的任职"));
  return { title: pack.community.name, back: "#/", content: [h("p", { class: "p-grey p-lead" }, [pack.community.place, pack.community.address].filter(Boolean).join("　")), list,
    h("p", { class: "p-grey" }, `${moment(pack.now)}的数据`), again, place] };
}
