/* Rings for grid cells far away: how many, and of which classes. Drawn when the map first asks for one. */

import { config } from "./state.js";

const RATIO = 2;

function radius(count) {
  return 12 + 4 * Math.log10(Math.max(count, 1));
}

function words(count) {
  return count >= 10000 ? `${(count / 10000).toFixed(1)}万` : String(count);
}

function ring(context, centre, outer, parts, classes) {
  const total = parts.reduce((sum, part) => sum + part, 0) || 1;
  let angle = -Math.PI / 2;
  parts.forEach((part, i) => {
    if (part === 0) return;
    const next = angle + (part / total) * 2 * Math.PI;
    context.beginPath();
    context.arc(centre, centre, outer - 2.5, angle, next);
    context.lineWidth = 5;
    context.strokeStyle = classes[i].hollow ? "#C8CED3" : classes[i].colour;
    context.stroke();
    angle = next;
  });
}

/** Draw `ring|legend|count|n0,n1,…` as an image for the map. */
export function draw(name) {
  const [, key, count, list] = name.split("|");
  const outer = radius(Number(count));
  const side = Math.ceil(outer * 2) + 4;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side * RATIO;
  const context = canvas.getContext("2d");
  context.scale(RATIO, RATIO);
  const centre = side / 2;
  context.beginPath();
  context.arc(centre, centre, outer + 1, 0, 2 * Math.PI);
  context.fillStyle = "#FFFFFF";
  context.fill();
  ring(context, centre, outer, list.split(",").map(Number), config.legends[key].classes);
  context.fillStyle = "#1B2025";
  context.font = `700 12px ${getComputedStyle(document.body).fontFamily}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(words(Number(count)), centre, centre + 0.5);
  return { image: context.getImageData(0, 0, canvas.width, canvas.height), options: { pixelRatio: RATIO } };
}
