/* Photos: made small on the phone before they are kept, named by their content, sent apart from the entries. */

import { h, icon } from "./dom.js";
import { write } from "./store.js";

const LONGEST_EDGE = 2048;
const QUALITY = 0.82;

export class NotAPicture extends Error {}

/** Draw the picture anew, no edge longer than 2048 px. What the camera wrote into it (place, device) stays behind. */
async function shrink(file) {
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    throw new NotAPicture("这个文件打不开，不是照片或已损坏");
  }
  const factor = Math.min(1, LONGEST_EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * factor));
  canvas.height = Math.max(1, Math.round(picture.height * factor));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const small = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  if (!small) throw new NotAPicture("照片太大，这台手机处理不了");
  return small;
}

async function digest(blob) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keep a photo to be sent; returns { sha256, size, before }. The same picture twice is kept once. */
export async function keepPhoto(file, community) {
  const blob = await shrink(file);
  const sha256 = await digest(blob);
  await write("photos", { sha256, community, blob, size: blob.size, state: "waiting", says: "", at: Date.now() });
  return { sha256, size: blob.size, before: file.size };
}

/** A button that takes a photo and hands it to `take`; what goes wrong stands below it. */
export function photoButton({ id, words = "拍照", label = words, take }) {
  const problem = h("p", { class: "j-err", role: "alert", hidden: true });
  const field = h("input", { type: "file", accept: "image/*", capture: "environment", id, "aria-label": label });
  field.addEventListener("change", async () => {
    problem.hidden = true;
    try {
      if (field.files[0]) await take(field.files[0]);
    } catch (error) {
      problem.hidden = false;
      problem.textContent = `${error.message}。换一张再拍`;
    }
  });
  return [h("span", { class: "btn btn-lg p-wide p-file" }, icon("camera"), words, field), problem];
}

/** Ask where we are, for those who switched it on. Resolves to [longitude, latitude] or null, never fails. */
export function whereWeAre() {
  return new Promise((resolve) => {
    if (!navigator.geolocation) return resolve(null);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve([Number(coords.longitude.toFixed(6)), Number(coords.latitude.toFixed(6))]),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: 8000, maximumAge: 60000 },
    );
  });
}
