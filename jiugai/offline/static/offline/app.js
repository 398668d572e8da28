/* Starts the phone page: addresses after # lead to pages; the worker keeps the page for times without connection. */

import { offBy } from "./clock.js";
import { h, note } from "./dom.js";
import { formOf, onRegistered } from "./forms.js";
import { community, home } from "./home.js";
import { outbox } from "./outbox.js";
import { packOf, pending, startSending, unsent, unsentPhotos, watch } from "./queue.js";
import { NoConnection, session } from "./server.js";

const TOLERANCE_MS = 120_000;
const app = document.getElementById("app");
let drawing = 0;

async function pageFor(parts) {
  const [first, id, ...path] = parts;
  if (!first) return home();
  if (first === "outbox") return outbox({ refresh: draw });
  if (first === "community") return community(Number(id));
  const form = formOf(first);
  if (!form) return { title: "正在打开", back: "#/", content: [h("p", { class: "p-wait" }, "正在打开")] };
  const pack = await packOf(Number(id));
  if (!pack) return community(Number(id));
  return form.screen({ pack, path, refresh: draw, pending: await pending(pack.id) });
}

/** Draw the page of the present address; a later call overtakes an earlier one that still reads. */
async function draw() {
  const turn = ++drawing;
  const parts = location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map(decodeURIComponent);
  const page = await pageFor(parts);
  if (turn !== drawing) return;
  const same = app.dataset.address === location.hash;
  const [scroll, focused] = [same ? window.scrollY : 0, same ? document.activeElement?.id : ""];
  document.getElementById("title").textContent = page.title;
  document.title = `${page.title}｜旧改`;
  const back = document.getElementById("back");
  back.hidden = !page.back;
  if (page.back) back.href = page.back;
  app.replaceChildren(...(await clockNote()), ...page.content.filter((part) => part !== "" && part !== null));
  app.dataset.address = location.hash;
  app.dataset.ready = "1";
  window.scrollTo(0, scroll);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

async function clockNote() {
  const off = await offBy();
  if (Math.abs(off) <= TOLERANCE_MS) return [];
  const minutes = Math.round(Math.abs(off) / 60000);
  const words = minutes < 120 ? `${minutes} 分钟` : `${Math.round(minutes / 60)} 小时`;
  return [note("unk", `手机时间${off > 0 ? "快" : "慢"}了 ${words}`, h("p", {}, "上传时按平台时间校正，请在手机设置里打开自动时间"))];
}

async function line() {
  const count = (await unsent()).length + (await unsentPhotos()).length;
  const badge = document.getElementById("waiting");
  badge.hidden = !count;
  badge.textContent = String(count);
  const state = document.getElementById("line");
  state.textContent = navigator.onLine ? "在线" : "没有网络";
  state.dataset.on = navigator.onLine ? "1" : "";
}

const QUIET_MS = 4000;
let [seen, touched] = ["", 0];
for (const event of ["pointerdown", "keydown", "input"]) addEventListener(event, () => { touched = Date.now(); }, { capture: true, passive: true });

/** Tell whether somebody is in the middle of something that a new drawing would take away. */
function busy() {
  const typing = document.activeElement?.matches("input:not([type=radio], [type=checkbox], [type=file]), textarea, select");
  return typing || app.querySelector("details[open]") || Date.now() - touched < QUIET_MS;
}

/** Follow the queue: the badge always; the page when entries left it, but never under somebody's fingers. */
async function follow(status) {
  await line();
  const changed = status.state !== seen;
  seen = status.state;
  if (location.hash.startsWith("#/outbox")) return draw();
  if (changed && ["done", "left"].includes(status.state)) return settle();
}

/** Draw when it is quiet, so that what colleagues said shows up. */
async function settle() {
  const address = location.hash;
  while (busy()) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    if (location.hash !== address) return;
  }
  await draw();
}

window.addEventListener("hashchange", draw);
window.addEventListener("online", line);
window.addEventListener("offline", line);
watch(follow);
onRegistered(draw);
navigator.serviceWorker?.register("/phone/worker.js", { scope: "/phone/" });
session().catch((error) => {
  if (!(error instanceof NoConnection)) throw error;
}).then(draw);
await draw();
await line();
startSending();
