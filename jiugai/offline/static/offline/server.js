/* Talking with the server. Every failure says which kind it is: no connection, logged out, or an answer in words. */

import { compare } from "./clock.js";
import { read, write } from "./store.js";

export class NoConnection extends Error {}
export class LoggedOut extends Error {}
export class Refused extends Error {
  constructor(status, problem) {
    super([problem.where, problem.detail].filter(Boolean).join("：") || `服务器答复 ${status}`);
    this.status = status;
    this.remedy = problem.remedy ?? "";
  }
}

async function ask(address, options = {}) {
  let answer;
  try {
    answer = await fetch(address, {
      credentials: "same-origin",
      redirect: "manual",
      ...options,
      headers: { Accept: "application/json", ...options.headers },
    });
  } catch (error) {
    throw new NoConnection(String(error));
  }
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new LoggedOut();
  const json = answer.headers.get("Content-Type")?.includes("json");
  if (!answer.ok) throw new Refused(answer.status, json ? await answer.json() : {});
  if (!json) throw new NoConnection("另一张网页代答"); // a hotel's or a café's log-in page
  return answer.json();
}

/** Ask who is logged in; remembers the answer for work without connection. */
export async function session() {
  const said = await ask("/phone/session/");
  await compare(said.now);
  if (said.user) await write("about", { key: "session", user: said.user, name: said.name, place: said.place });
  return said;
}

export const lastSession = () => read("about", "session");
export const get = (address) => ask(address);

/** Post with the mark against forged requests, which changes with each log-in. */
export async function post(address, body, csrf) {
  const form = body instanceof FormData;
  const headers = { "X-CSRFToken": csrf, ...(form ? {} : { "Content-Type": "application/json" }) };
  return ask(address, { method: "POST", body: form ? body : JSON.stringify(body), headers });
}
