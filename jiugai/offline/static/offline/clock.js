/* A clock that never runs backwards: later entries of this phone are later, whatever happens to the phone's time. */

import { change, read } from "./store.js";

function newDevice() {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `p-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** Return the name and time of the next entry: { device, counter, wall, logical }. */
export async function tick() {
  const now = Date.now();
  const about = await change("about", "clock", (before) => {
    const last = before ?? { key: "clock", device: newDevice(), counter: 0, wall: 0, logical: 0 };
    const wall = Math.max(now, last.wall);
    return { ...last, counter: last.counter + 1, wall, logical: wall === last.wall ? last.logical + 1 : 0 };
  });
  return { device: about.device, counter: about.counter, wall: about.wall, logical: about.logical };
}

/** Remember how far this phone's time is off, to say so on the page. */
export async function compare(server) {
  const off = Date.now() - server;
  await change("about", "off", () => ({ key: "off", ms: off }));
  return off;
}

export const offBy = async () => (await read("about", "off"))?.ms ?? 0;
