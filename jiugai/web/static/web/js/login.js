/* The door: an eye for the password, demo accounts filled in by a click, and the city as dots. */

import { startBusyButtons } from "./forms.js";

function fill(button) {
  const [name, password] = [document.querySelector("[name=username]"), document.querySelector("[name=password]")];
  name.value = button.dataset.fill;
  password.value = button.dataset.fillPassword;
  document.querySelector("form [type=submit]").focus();
}

/** Fit longitude and latitude into the canvas so that the box is covered, north up. */
function projector(box, width, height) {
  const [west, south, east, north] = box;
  const squeeze = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = Math.max(width / ((east - west) * squeeze), height / (north - south));
  const [x0, y0] = [(west + east) / 2, (south + north) / 2];
  return ([lon, lat]) => [width / 2 + (lon - x0) * squeeze * scale, height / 2 - (lat - y0) * scale];
}

function draw(canvas, data) {
  const ratio = window.devicePixelRatio || 1;
  const { clientWidth: width, clientHeight: height } = canvas;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const at = projector(data.box, width, height);
  for (const road of data.roads ?? []) drawLine(pen, road.line.map(at), road.main);
  for (const point of data.points ?? []) drawDot(pen, at(point), point[2] === 1);
}

function drawLine(pen, line, main) {
  pen.beginPath();
  line.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.strokeStyle = main ? "#24466b" : "#1a3350";
  pen.lineWidth = main ? 2.4 : 1.2;
  pen.stroke();
}

function drawDot(pen, [x, y], official) {
  pen.beginPath();
  pen.arc(x, y, official ? 4.5 : 2.1, 0, 2 * Math.PI);
  pen.fillStyle = official ? "#c2554a" : "#6c9bc9";
  pen.fill();
  if (!official) return;
  pen.strokeStyle = "#fff";
  pen.lineWidth = 1.2;
  pen.stroke();
}

/* The data: {box: [west, south, east, north], roads: [{line: [[lon, lat], …], main}], points: [[lon, lat, official]]} */
async function startMap(canvas) {
  const answer = await fetch(canvas.dataset.points).catch(() => null);
  if (!answer?.ok) return;
  const data = await answer.json();
  draw(canvas, data);
  window.addEventListener("resize", () => draw(canvas, data));
}

function addEye(field) {
  const frame = document.createElement("span");
  frame.className = "j-secret";
  field.replaceWith(frame);
  const eye = document.createElement("button");
  eye.type = "button";
  eye.textContent = "显示";
  eye.setAttribute("aria-label", "显示密码");
  eye.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    eye.textContent = shown ? "显示" : "隐藏";
    eye.setAttribute("aria-label", shown ? "显示密码" : "隐藏密码");
  });
  frame.append(field, eye);
}

startBusyButtons();
document.querySelectorAll("[type=password]").forEach(addEye);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (button) fill(button);
});
const canvas = document.querySelector("[data-points]");
if (canvas) startMap(canvas);
(document.querySelector(".is-bad input") ?? document.querySelector("input:not([type=hidden])"))?.focus();
