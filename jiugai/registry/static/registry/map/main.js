/* Starts the map page. The list works without the map; the map follows the address. */

import * as cards from "./card.js";
import { draw } from "./clusters.js";
import { startDrawing } from "./draw.js";
import { startFind } from "./find.js";
import { count, startLegend } from "./legend.js";
import * as side from "./side.js";
import { by, config, get, isCondition, onChange, set, values } from "./state.js";
import { GROUPS, clusterImage, colour, knownIs, style, tiles } from "./style.js";

const stage = document.getElementById("map-stage");
const tip = document.getElementById("map-tip");
const DOTS = ["dots", "dots-unknown"];
const NEAR = { source: "communities", sourceLayer: "communities" };
const OPEN_ZOOM = 14.5;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
let map = null;
let hovered = null;
let chosen = [];
let spot = null;
let recounting = 0;

function canDraw() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

function flatten() {
  stage.classList.add("flat");
  document.getElementById("map-trouble").hidden = false;
  document.getElementById("map-wait").hidden = true;
}

function opening() {
  const [lon, lat, zoom] = get("at").split(",").map(Number);
  if (get("at") && [lon, lat, zoom].every(Number.isFinite)) return { center: [lon, lat], zoom };
  const bounds = config.opening ?? config.home;
  return { bounds, fitBoundsOptions: { padding: config.opening ? 24 : 8, maxZoom: 15 } };
}

function makeMap() {
  window.maplibregl.setWorkerUrl(document.getElementById("map-work").dataset.worker);
  return new window.maplibregl.Map({
    container: "map-view",
    style: style(),
    ...opening(),
    minZoom: 6,
    maxZoom: 19,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: false,
    fadeDuration: calm ? 0 : 150,
    // Every label is drawn from the reader's own fonts, so that no glyph server is needed.
    localIdeographFontFamily: getComputedStyle(document.body).fontFamily,
    locale: { "Map.Title": "地图：方向键移动，加减号缩放" },
  });
}

function hover(id) {
  if (!map || hovered === id) return;
  if (hovered) map.setFeatureState({ ...NEAR, id: hovered }, { hover: false });
  hovered = id;
  if (id) map.setFeatureState({ ...NEAR, id }, { hover: true });
}

function choose(ids) {
  if (!map?.isStyleLoaded() && !map?.getSource?.("communities")) {
    chosen = ids;
    return;
  }
  for (const id of chosen) map.setFeatureState({ ...NEAR, id }, { chosen: false });
  for (const id of ids) map.setFeatureState({ ...NEAR, id }, { chosen: true });
  chosen = ids;
}

/** Tell whether a point is on the map and not under one of the panels. */
function inSight(point) {
  const { x, y } = map.project(point);
  const frame = document.getElementById("map-view").getBoundingClientRect();
  if (x < 8 || y < 8 || x > frame.width - 8 || y > frame.height - 8) return false;
  const panels = [...document.querySelectorAll(".j-map > .j-over:not([hidden]), .j-map-side")].map((one) => one.getBoundingClientRect());
  const [left, top] = [x + frame.left, y + frame.top];
  return !panels.some((one) => left > one.left && left < one.right && top > one.top && top < one.bottom);
}

function openCommunity(id, point) {
  side.mark(id);
  cards.open(map, id, point);
  if (!map || !point) return;
  const small = stage.clientWidth < 700;
  if (!small && map.getZoom() >= config.clusterZoom + 1 && inSight(point)) return;
  // On a phone the card covers the lower part: keep the point above it.
  const offset = small ? [0, -stage.clientHeight * 0.3] : [0, 0];
  map.flyTo({ center: point, zoom: Math.max(map.getZoom(), OPEN_ZOOM), offset, animate: !calm });
}

function show(point) {
  spot?.remove();
  if (!map) return;
  const mark = document.createElement("div");
  mark.className = "jm-spot";
  spot = new window.maplibregl.Marker({ element: mark }).setLngLat(point).addTo(map);
  map.flyTo({ center: point, zoom: Math.max(map.getZoom(), 15), animate: !calm });
}

async function fit() {
  const answer = await fetch(`${config.urls.extent}?${new URLSearchParams(window.location.search)}`);
  if (answer.ok) map?.fitBounds((await answer.json()).box, { padding: 24, maxZoom: 15, animate: !calm });
}

function onPoint(event) {
  const found = map.queryRenderedFeatures(event.point, { layers: DOTS });
  const top = found[0];
  const problem = problemAt(event);
  map.getCanvas().style.cursor = top || problem || clusterAt(event) ? "pointer" : "";
  hover(top?.id ?? null);
  side.light(top?.id);
  const words = problem ? problem.properties.title : top ? ofCommunity(top) : ofBuilding(event);
  tip.hidden = !words;
  if (!words) return;
  tip.textContent = words;
  tip.style.left = `${event.point.x}px`;
  tip.style.top = `${event.point.y}px`;
}

function ofCommunity(top) {
  const legend = config.legends[by()];
  const kind = legend.classes.find((one) => one.value === top.properties[legend.attribute])?.label ?? "资料不足";
  return `${top.properties.name}　${kind}${top.properties.sus ? "　位置待核实" : ""}`;
}

function ofBuilding(event) {
  const top = map.queryRenderedFeatures(event.point, { layers: ["records", "building-points", "footprints"] })[0];
  if (!top) return "";
  const { label, storeys, built_year: year, has_lift: lift } = top.properties;
  const lifts = lift === undefined ? "" : lift ? "有电梯" : "没有电梯";
  const parts = [label, year && `${year}年`, storeys && `${storeys} 层`, lifts].filter(Boolean);
  return `${parts.join("　")}${top.layer.id === "records" ? "　位置为示意" : ""}`;
}

function clusterAt(event) {
  return map.queryRenderedFeatures(event.point, { layers: ["clusters"] })[0];
}

function problemAt(event) {
  return map.queryRenderedFeatures(event.point, { layers: ["problem-rings", "problem-rings-near"] })[0];
}

function onClick(event) {
  const problem = problemAt(event);
  if (problem) {
    window.location.assign(config.urls.matter.replace("/0/", `/${problem.properties.id ?? problem.id}/`));
    return;
  }
  const cluster = clusterAt(event);
  if (cluster) {
    map.flyTo({ center: cluster.geometry.coordinates, zoom: map.getZoom() + 2, animate: !calm });
    return;
  }
  const found = map.queryRenderedFeatures(event.point, { layers: DOTS });
  const unique = [...new Map(found.map((one) => [one.id, one])).values()];
  const pick = (one) => openCommunity(one.id, one.geometry.coordinates);
  if (unique.length === 0) cards.close();
  else if (unique.length === 1) pick(unique[0]);
  else cards.choose(unique.map((one) => ({ name: one.properties.name, id: one.id, geometry: one.geometry })), pick);
}

function recount() {
  window.clearTimeout(recounting);
  recounting = window.setTimeout(() => map && count(map.getBounds()), 120);
}

function recolour() {
  map.setPaintProperty("dots", "circle-color", colour());
  map.setFilter("dots", knownIs(true));
  map.setFilter("dots-unknown", knownIs(false));
  map.setLayoutProperty("clusters", "icon-image", clusterImage());
  map.getSource("clusters").setTiles(tiles("communities", { by: by() }));
}

function refilter() {
  map.getSource("communities").setTiles(tiles("communities"));
  map.getSource("clusters").setTiles(tiles("communities", { by: by() }));
  map.getSource("buildings").setTiles(tiles("buildings"));
}

/** Layers that show only when somebody asks for them; the address keeps them as `-name`. */
const UNASKED = new Set(["tianditu", "works", "problems"]);

function showLayers() {
  const off = new Set(values("off"));
  for (const box of document.querySelectorAll("[data-layer]")) {
    const name = box.dataset.layer;
    const on = UNASKED.has(name) ? off.has(`-${name}`) : !off.has(name);
    box.checked = on;
    for (const layer of GROUPS[name]) {
      if (map.getLayer(layer)) map.setLayoutProperty(layer, "visibility", on ? "visible" : "none");
    }
    if (name === "tianditu") {
      document.getElementById("map-tianditu-credit").hidden = !on;
      map.setPaintProperty("areas", "fill-opacity", on ? 0 : 1);
    }
  }
}

function startLayers() {
  for (const box of document.querySelectorAll("[data-layer]")) {
    box.addEventListener("change", () => {
      const unasked = UNASKED.has(box.dataset.layer);
      const name = unasked ? `-${box.dataset.layer}` : box.dataset.layer;
      const listed = unasked ? box.checked : !box.checked;
      const rest = values("off").filter((one) => one !== name);
      set({ off: listed ? [...rest, name] : rest });
      showLayers();
    });
  }
  showLayers();
}

function startButtons() {
  const moves = { in: () => map.zoomIn(), out: () => map.zoomOut(), home: () => map.fitBounds(config.home, { padding: 8, animate: !calm }) };
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => moves[button.dataset.zoom]());
  }
}

function startFolds() {
  for (const button of document.querySelectorAll("[data-fold]")) {
    const panel = document.getElementById(button.dataset.fold);
    const fold = (folded) => {
      panel.classList.toggle("folded", folded);
      button.setAttribute("aria-expanded", String(!folded));
    };
    button.addEventListener("click", () => fold(!panel.classList.contains("folded")));
    if (stage.clientWidth < 700) fold(true);
  }
}

function startMap() {
  map = makeMap();
  window.jiugaiMap = map;
  map.touchZoomRotate.disableRotation();
  map.on("styleimagemissing", (event) => {
    if (!event.id.startsWith("ring|")) return;
    const { image, options } = draw(event.id);
    if (!map.hasImage(event.id)) map.addImage(event.id, image, options);
  });
  map.on("moveend", () => {
    const { lng, lat } = map.getCenter();
    set({ at: `${lng.toFixed(5)},${lat.toFixed(5)},${map.getZoom().toFixed(2)}` });
    recount();
  });
  map.on("error", (event) => console.warn(event.error?.message));
  map.once("idle", () => {
    document.getElementById("map-wait").hidden = true;
    stage.dataset.ready = "true";
  });
  map.on("load", onLoad);
}

function onLoad() {
  const drawing = startDrawing(map);
  map.on("mousemove", (event) => !drawing() && onPoint(event));
  map.on("mouseout", () => {
    tip.hidden = true;
    hover(null);
  });
  map.on("click", (event) => !drawing() && onClick(event));
  startLayers();
  startButtons();
  choose(chosen);
  recount();
  onChange((changed) => {
    if (changed.includes("by")) recolour();
    if (isCondition(changed)) refilter();
    if (changed.includes("district") && get("district")) fit();
  });
  if (get("id")) cards.open(map, Number(get("id")), null);
}

startFolds();
startLegend(recount);
cards.startCard();
side.startSide({ hover, open: openCommunity, chosen: choose, fit });
startFind(show);
if (window.maplibregl && canDraw()) startMap();
else flatten();
