/* Choosing by drawing: corners one by one, or a box by dragging. The shape goes into the address. */

import { get, onChange, set } from "./state.js";

const hint = document.getElementById("map-draw-hint");
const WORDS = {
  polygon: "依次点出范围的各个角，双击或按 Enter 完成，Esc 放弃",
  rectangle: "按住拖出一个矩形，Esc 放弃",
};

const MOST_CORNERS = 150; // with 5 decimals (1 m) this fits into an address thrice over

/** How far a corner lies from the line between two others, in degrees of latitude. */
function distance([x, y], [ax, ay], [bx, by]) {
  const shrink = Math.cos((y * Math.PI) / 180);
  const [dx, dy, px, py] = [(bx - ax) * shrink, by - ay, (x - ax) * shrink, y - ay];
  const length = dx * dx + dy * dy;
  const t = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
  return Math.hypot(px - t * dx, py - t * dy);
}

/** The line without corners that lie closer than `tolerance` to what is left (Douglas and Peucker). */
function thin(line, tolerance) {
  const kept = new Set([0, line.length - 1]);
  const open = [[0, line.length - 1]];
  while (open.length > 0) {
    const [from, to] = open.pop();
    let [far, most] = [-1, tolerance];
    for (let i = from + 1; i < to; i += 1) {
      const away = distance(line[i], line[from], line[to]);
      if (away > most) [far, most] = [i, away];
    }
    if (far < 0) continue;
    kept.add(far);
    open.push([from, far], [far, to]);
  }
  return line.filter((_, i) => kept.has(i));
}

/** A shape as it goes into the address: `lon,lat;lon,lat`, at most MOST_CORNERS corners. */
export function write(corners) {
  let ring = corners;
  for (let tolerance = 1e-5; ring.length > MOST_CORNERS; tolerance *= 2) ring = thin(corners, tolerance);
  const texts = ring.map((one) => one.map((n) => Number(n.toFixed(5))).join(","));
  return texts.filter((text, i) => text !== texts[i - 1]).join(";");
}

/** Corners written as `lon,lat;lon,lat`. */
export function read(text) {
  const corners = text.split(";").map((pair) => pair.split(",").map(Number)).filter((one) => one.length === 2 && one.every(Number.isFinite));
  return corners.length >= 3 ? corners : [];
}

function feature(type, coordinates) {
  return { type: "Feature", properties: {}, geometry: { type, coordinates } };
}

class Drawing {
  constructor(map) {
    this.map = map;
    this.mode = "";
    this.corners = [];
    this.start = null;
    for (const button of document.querySelectorAll("[data-draw]")) {
      button.addEventListener("click", () => (this.mode === button.dataset.draw ? this.stop() : this.begin(button.dataset.draw)));
    }
    map.on("click", (event) => this.onClick(event));
    map.on("dblclick", (event) => this.onDouble(event));
    map.on("mousedown", (event) => this.onDown(event));
    map.on("touchstart", (event) => this.onDown(event));
    map.on("mousemove", (event) => this.onMove(event));
    map.on("touchmove", (event) => this.onMove(event));
    map.on("mouseup", (event) => this.onUp(event));
    map.on("touchend", (event) => this.onUp(event));
    document.addEventListener("keydown", (event) => this.onKey(event));
    onChange((changed) => changed.includes("sel") && this.showKept());
    this.showKept();
  }

  begin(mode) {
    this.stop();
    set({ sel: "" });
    this.mode = mode;
    hint.textContent = WORDS[mode];
    this.settle();
  }

  stop() {
    this.mode = "";
    this.corners = [];
    this.start = null;
    this.settle();
    this.showKept();
  }

  settle() {
    const on = this.mode !== "";
    hint.hidden = !on;
    this.map.getCanvas().style.cursor = on ? "crosshair" : "";
    this.map.doubleClickZoom[on ? "disable" : "enable"]();
    this.map.dragPan[this.mode === "rectangle" ? "disable" : "enable"]();
    for (const button of document.querySelectorAll("[data-draw]")) {
      button.setAttribute("aria-pressed", String(button.dataset.draw === this.mode));
    }
  }

  onClick(event) {
    if (this.mode !== "polygon") return;
    this.corners.push(event.lngLat.toArray());
    this.show([...this.corners]);
  }

  onDouble(event) {
    if (this.mode !== "polygon") return;
    event.preventDefault();
    this.corners.pop();
    this.finish(this.corners);
  }

  onDown(event) {
    if (this.mode !== "rectangle" || event.originalEvent?.touches?.length > 1) return;
    event.preventDefault();
    this.start = event.lngLat.toArray();
  }

  onMove(event) {
    const here = event.lngLat.toArray();
    if (this.mode === "polygon" && this.corners.length > 0) this.show([...this.corners, here]);
    if (this.mode === "rectangle" && this.start) this.show(this.box(here));
  }

  onUp(event) {
    if (this.mode !== "rectangle" || !this.start) return;
    const corners = this.box(event.lngLat.toArray());
    if (Math.abs(corners[0][0] - corners[2][0]) < 1e-5) return;
    this.finish(corners);
  }

  onKey(event) {
    if (!this.mode) return;
    if (event.key === "Escape") this.stop();
    if (event.key === "Enter" && this.corners.length > 2) this.finish(this.corners);
    if (["Escape", "Enter"].includes(event.key)) event.stopPropagation();
  }

  box([lon, lat]) {
    const [from, to] = this.start;
    return [[from, to], [lon, to], [lon, lat], [from, lat]];
  }

  finish(corners) {
    if (corners.length < 3) {
      hint.textContent = "还差几个角：至少点三个";
      return;
    }
    this.stop();
    set({ sel: write(corners) });
  }

  show(corners) {
    const features = corners.map((one) => feature("Point", one));
    if (corners.length > 2) features.push(feature("Polygon", [[...corners, corners[0]]]));
    else if (corners.length === 2) features.push(feature("LineString", corners));
    this.map.getSource("drawn")?.setData({ type: "FeatureCollection", features });
  }

  showKept() {
    this.show(read(get("sel")));
  }
}

/** Start drawing on a loaded map; returns whether the pointer draws just now. */
export function startDrawing(map) {
  const drawing = new Drawing(map);
  return () => drawing.mode !== "";
}
