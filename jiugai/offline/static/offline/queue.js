/* The queue: every entry of every form waits here until the server has answered it. Nothing leaves it otherwise. */

import { tick } from "./clock.js";
import { get, lastSession, LoggedOut, NoConnection, post, Refused, session } from "./server.js";
import { opsOf, read, readAll, remove, write } from "./store.js";

const BATCH = 100;
const AGAIN_MS = 30_000;
const listeners = new Set();
let running = null;

export const status = { state: "idle", says: "" };

/** Call `work` whenever something in the queue changes; returns a function that stops it. */
export function watch(work) {
  listeners.add(work);
  return () => listeners.delete(work);
}

function tell(state, says = "") {
  Object.assign(status, { state, says });
  for (const work of listeners) work(status);
}

/** Put an entry into the queue. `body` is what its kind understands. Returns the entry, safely written. */
export async function enqueue({ type, community, body, label = "" }) {
  const [time, who] = [await tick(), await lastSession()];
  const op = {
    id: `${time.device}:${time.counter}`,
    ...time,
    type,
    community,
    author: who?.user ?? "",
    name: who?.name ?? "",
    body,
    label,
    state: "waiting",
    says: "",
    remedy: "",
    tries: 0,
  };
  await write("ops", op);
  tell(status.state);
  soon();
  return op;
}

const byOrder = (a, b) => a.wall - b.wall || a.logical - b.logical || a.counter - b.counter;

export const unsent = async () => (await readAll("ops")).filter((op) => op.state !== "sent").sort(byOrder);
export const unsentPhotos = async () => (await readAll("photos")).filter((photo) => photo.state !== "sent");

/** Entries about a community that its downloaded state does not hold yet, in order. */
export const pending = async (community) => (await opsOf(community)).filter((op) => op.state !== "sent").sort(byOrder);

/** Send everything that waits. Two calls at once become one. Returns when the server has answered or cannot. */
export function send({ again = false } = {}) {
  running ??= sending(again).finally(() => {
    running = null;
  });
  return running;
}

async function sending(again) {
  if (!(await unsent()).length && !(await unsentPhotos()).length) return tell("idle");
  tell("sending");
  try {
    const who = await session();
    if (!who.user) throw new LoggedOut();
    await sendPhotos(who, again);
    const changed = await sendOps(who, again);
    for (const community of changed) await refreshPack(community, who.csrf);
    const left = (await unsent()).length + (await unsentPhotos()).length;
    tell(left ? "left" : "done", left ? "有没收下的，点开看原因" : "都上传了");
  } catch (error) {
    tell(...explain(error));
  }
}

function explain(error) {
  if (error instanceof LoggedOut) return ["out", "登录已过期，填的内容还在手机上"];
  if (error instanceof NoConnection) return ["offline", "没有网络，连上后自动上传"];
  if (error instanceof Refused) return ["left", [error.message, error.remedy].filter(Boolean).join("，")];
  throw error;
}

async function sendPhotos(who, again) {
  for (const photo of await unsentPhotos()) {
    if (photo.state === "refused" && !again) continue;
    const form = new FormData();
    form.append("sha256", photo.sha256);
    form.append("community", String(photo.community));
    form.append("file", photo.blob, "photo.jpg");
    try {
      await post("/phone/photos/", form, who.csrf);
      await write("photos", { ...photo, state: "sent", says: "" });
    } catch (error) {
      if (!(error instanceof Refused) || error.status >= 500) throw error;
      await write("photos", { ...photo, state: "refused", says: error.message, remedy: error.remedy });
    }
  }
}

/** Send the entries in the order they were made; returns the communities whose state the server now knows better. */
async function sendOps(who, again) {
  const waiting = (await unsent()).filter((op) => again || op.state === "waiting");
  const changed = new Set();
  for (let at = 0; at < waiting.length; at += BATCH) {
    const batch = waiting.slice(at, at + BATCH);
    const ops = batch.map(({ device, counter, wall, logical, type, author, community, body }) => ({
      device, counter, wall, logical, type, author, community, body,
    }));
    const { answers } = await post("/phone/sync/", { sent: Date.now(), ops }, who.csrf);
    for (const [number, op] of batch.entries()) await settle(op, answers[number]);
    for (const [number, op] of batch.entries()) if (answers[number].state !== "refused") changed.add(op.community);
  }
  return changed;
}

async function settle(op, answer) {
  if (!answer || (answer.id && answer.id !== op.id)) throw new NoConnection("答复和填报对不上");
  const state = answer.state === "refused" ? "refused" : "sent";
  const { says, remedy, clock } = answer;
  await write("ops", { ...op, state, says, remedy, clock, tries: op.tries + 1 });
}

/** Forget an entry that has not left the phone, and photos that only it names. Tells whether it was still here. */
export async function drop(op) {
  if (running) return false;
  const now = await read("ops", op.id);
  if (!now || now.state !== "waiting") return false;
  await remove("ops", op.id);
  const rest = JSON.stringify((await unsent()).map((one) => one.body));
  const mine = JSON.stringify(op.body);
  for (const photo of await unsentPhotos()) {
    if (mine.includes(photo.sha256) && !rest.includes(photo.sha256)) await remove("photos", photo.sha256);
  }
  tell(status.state);
  return true;
}

/** Fetch a community's state again. Entries it holds need not be kept here any longer. */
export async function refreshPack(community, csrf) {
  const before = (await opsOf(community)).filter((op) => op.state === "sent").map((op) => op.id);
  const pack = await post(`/phone/packs/${community}/`, {}, csrf);
  await write("packs", { id: community, ...pack, kept: Date.now() });
  for (const id of before) await remove("ops", id);
  for (const photo of await readAll("photos")) {
    if (photo.state === "sent" && photo.community === community) await remove("photos", photo.sha256);
  }
  return pack;
}

export const packs = () => readAll("packs");
export const packOf = (community) => read("packs", community);
export const find = (words) => get(`/phone/communities/?q=${encodeURIComponent(words)}`);

let timer = 0;
/** Try to send shortly; several entries in a row go together. */
export function soon(ms = 800) {
  clearTimeout(timer);
  timer = setTimeout(() => navigator.onLine && send(), ms);
}

/** Send whenever the connection comes back, when the page is looked at again, and every half minute in between. */
export function startSending() {
  window.addEventListener("online", () => send());
  window.addEventListener("offline", () => tell("offline", "没有网络，连上后自动上传"));
  document.addEventListener("visibilitychange", () => document.hidden || soon(200));
  setInterval(() => ["offline", "left", "idle"].includes(status.state) && soon(0), AGAIN_MS);
  if (navigator.onLine) soon(200);
  else tell("offline", "没有网络，连上后自动上传");
}
