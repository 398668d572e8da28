/* How the map is drawn. Quiet ground; our dots are the only saturated thing. No glyph server: see main.js. */

import { by, conditions, config } from "./state.js";

const FONT = ["Noto Sans SC"];
const HALO = { "text-halo-color": "#EAEEF1", "text-halo-width": 1.6 };
const ROAD_WIDTH = (widths) => ["interpolate", ["exponential", 1.4], ["zoom"], 8, widths[0], 12, widths[1], 16, widths[2]];
const RANK_WIDTH = (add) => ["interpolate", ["exponential", 1.4], ["zoom"],
  8, ["match", ["get", "rank"], 1, 1.2 + add, 2, 0.8 + add, 0.4],
  12, ["match", ["get", "rank"], 1, 4 + add, 2, 3 + add, 3, 2 + add, 1],
  16, ["match", ["get", "rank"], 1, 15 + add, 2, 11 + add, 3, 8 + add, 5 + add]];

/** Layers switched together by one line of the layer panel. */
export const GROUPS = {
  communities: ["clusters", "boundaries-fill", "boundaries", "dots", "dots-unknown", "doubts", "names"],
  buildings: ["footprints", "footprints-edge", "building-points", "building-labels", "records", "record-labels"],
  works: ["works-area", "works-edge", "works-line"],
  problems: ["problem-rings", "problem-rings-near", "problem-words", "problem-words-near"],
  areas: ["areas", "area-edges", "area-names"],
  roads: ["road-casing", "roads", "road-names"],
  subway: ["subway", "stations", "station-names"],
  tianditu: ["tianditu"],
};

/** Address of the tiles of a layer under the present conditions. */
export function tiles(layer, more = {}) {
  const query = layer === "base" ? "" : conditions(more);
  return [`${window.location.origin}/tiles/${layer}/{z}/{x}/{y}.mvt${query ? `?${query}` : ""}`];
}

function sources() {
  const vector = (url, minzoom, maxzoom) => ({ type: "vector", tiles: url, minzoom, maxzoom });
  const found = {
    base: vector(tiles("base"), 5, 15),
    clusters: vector(tiles("communities", { by: by() }), 4, config.clusterZoom),
    communities: vector(tiles("communities"), config.clusterZoom + 1, 16),
    buildings: vector(tiles("buildings"), 14, 16),
    works: vector([`${window.location.origin}/tiles/works/{z}/{x}/{y}.mvt`], 9, 16),
    problems: vector([`${window.location.origin}/tiles/problems/{z}/{x}/{y}.mvt`], 9, 16),
    drawn: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
  };
  if (config.tianditu) {
    found.tianditu = {
      type: "raster",
      tileSize: 256,
      maxzoom: 18,
      tiles: [0, 1, 2, 3].map((n) => `https://t${n}.tianditu.gov.cn/DataServer?T=vec_w&x={x}&y={y}&l={z}&tk=${config.tianditu}`),
    };
  }
  return found;
}

/** Colour of a feature by the legend in use. */
export function colour() {
  const legend = config.legends[by()];
  const pairs = legend.classes.filter((one) => !one.hollow).flatMap((one) => [one.value, one.colour]);
  return ["match", ["get", legend.attribute], ...pairs, "#FFFFFF"];
}

/** Filter: known (or unknown) by the legend in use. */
export function knownIs(wanted) {
  const attribute = config.legends[by()].attribute;
  const unknown = ["==", ["coalesce", ["get", attribute], "unknown"], "unknown"];
  return wanted ? ["!", unknown] : unknown;
}

const RADIUS = (add) => ["interpolate", ["linear"], ["zoom"], 10, 3.2 + add, 12, 4.4 + add, 15, 6.5 + add, 18, 9 + add];
const HOVERED = ["boolean", ["feature-state", "hover"], false];
const CHOSEN = ["boolean", ["feature-state", "chosen"], false];

function base() {
  return [
    { id: "ground", type: "background", paint: { "background-color": "#DDE2E6" } },
    ...(config.tianditu ? [{ id: "tianditu", type: "raster", source: "tianditu", layout: { visibility: "none" } }] : []),
    { id: "areas", type: "fill", source: "base", "source-layer": "areas", paint: { "fill-color": "#EAEEF1" } },
    { id: "road-casing", type: "line", source: "base", "source-layer": "roads", layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": "#D3D9DE", "line-width": RANK_WIDTH(1.6) } },
    { id: "roads", type: "line", source: "base", "source-layer": "roads", layout: { "line-cap": "round", "line-join": "round" },
      paint: { "line-color": "#FFFFFF", "line-width": RANK_WIDTH(0) } },
    { id: "subway", type: "line", source: "base", "source-layer": "subway", paint: { "line-color": "#B4C1CE", "line-width": ROAD_WIDTH([0.8, 1.6, 3]) } },
    { id: "area-edges", type: "line", source: "base", "source-layer": "areas",
      paint: { "line-color": "#8794A2", "line-width": 1, "line-dasharray": [4, 3] } },
    { id: "stations", type: "circle", source: "base", "source-layer": "stations", minzoom: 11,
      paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 1.6, 15, 4], "circle-color": "#FFFFFF", "circle-stroke-color": "#9DADBD", "circle-stroke-width": 1.2 } },
  ];
}

function labels() {
  return [
    { id: "road-names", type: "symbol", source: "base", "source-layer": "roads", minzoom: 14, filter: ["!=", ["get", "name"], ""],
      layout: { "symbol-placement": "line", "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "symbol-spacing": 320 },
      paint: { "text-color": "#6B7680", ...HALO } },
    { id: "station-names", type: "symbol", source: "base", "source-layer": "stations", minzoom: 13,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 0.5], "text-optional": true },
      paint: { "text-color": "#5F6972", ...HALO } },
  ];
}

/** Names of districts stand above the dots, so that they can be read. */
function names() {
  return [
    { id: "area-names", type: "symbol", source: "base", "source-layer": "area_names", maxzoom: 14,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 14, "text-letter-spacing": 0.1, "text-padding": 8, "text-allow-overlap": true },
      paint: { "text-color": "#343B42", "text-halo-color": "#EAEEF1", "text-halo-width": 2.2 } },
  ];
}

/** Works of all departments, coloured by what they are about. */
export const WORKS = ["match", ["get", "kind"], "pipeline", "#1B4B86", "road", "#5F6972", "greening", "#2B8C78",
  "sponge_city", "#6C9BC9", "cameras", "#9372C8", "#D9952B"];

function works() {
  const shape = (wanted) => ["==", ["geometry-type"], wanted];
  const line = (id, wanted, width) => ({ id, type: "line", source: "works", "source-layer": "works", filter: shape(wanted),
    layout: { visibility: "none" }, paint: { "line-color": WORKS, "line-width": width } });
  return [
    { id: "works-area", type: "fill", source: "works", "source-layer": "works", filter: shape("Polygon"),
      layout: { visibility: "none" }, paint: { "fill-color": WORKS, "fill-opacity": 0.25 } },
    line("works-edge", "Polygon", 1.4),
    line("works-line", "LineString", ["interpolate", ["linear"], ["zoom"], 9, 1.5, 16, 5]),
  ];
}

/** Problems that are not treated yet: a ring with the first word of the type. */
function problems() {
  const words = { illegal_structure: "违", stake_lock: "桩", wall_opening: "墙", group_rental: "租", basement_misuse: "地" };
  const ring = (id, from) => ({ id, type: "circle", source: "problems", "source-layer": from, layout: { visibility: "none" },
    paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 2.5, 12, 4, 13, 9], "circle-color": "#FFFFFF", "circle-stroke-color": "#A5352B", "circle-stroke-width": 1.6 } });
  const word = (id, from) => ({ id, type: "symbol", source: "problems", "source-layer": from, minzoom: 13,
    layout: { visibility: "none", "text-field": ["match", ["get", "kind"], ...Object.entries(words).flat(), "问"], "text-font": FONT, "text-size": 12, "text-allow-overlap": true, "text-ignore-placement": true },
    paint: { "text-color": "#A5352B" } });
  return [
    ring("problem-rings", "problems"), ring("problem-rings-near", "problems_near"),
    word("problem-words", "problems"), word("problem-words-near", "problems_near"),
  ];
}

function buildings() {
  const edge = { "line-color": "#8FA6BF", "line-width": 0.8 };
  return [
    { id: "footprints", type: "fill", source: "buildings", "source-layer": "buildings", minzoom: 14, filter: ["==", ["geometry-type"], "Polygon"],
      paint: { "fill-color": "#C9D6E3", "fill-opacity": 0.8 } },
    { id: "footprints-edge", type: "line", source: "buildings", "source-layer": "buildings", minzoom: 14, filter: ["==", ["geometry-type"], "Polygon"], paint: edge },
    { id: "building-points", type: "circle", source: "buildings", "source-layer": "buildings", minzoom: 15, filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 2.6, "circle-color": "#8FA6BF", "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 0.8 } },
    { id: "records", type: "circle", source: "buildings", "source-layer": "records", minzoom: 15.5,
      paint: { "circle-radius": ["interpolate", ["linear"], ["zoom"], 15.5, 3, 18, 7], "circle-color": "#FFFFFF", "circle-opacity": 0.85, "circle-stroke-color": "#6C9BC9", "circle-stroke-width": 1.4 } },
    { id: "record-labels", type: "symbol", source: "buildings", "source-layer": "records", minzoom: 17, filter: ["has", "storeys"],
      layout: { "text-field": ["concat", ["to-string", ["get", "storeys"]], "层"], "text-font": FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 0.6], "text-optional": true },
      paint: { "text-color": "#4A525A", ...HALO } },
    { id: "building-labels", type: "symbol", source: "buildings", "source-layer": "buildings", minzoom: 17,
      layout: { "text-field": ["get", "label"], "text-font": FONT, "text-size": 12, "text-anchor": "top", "text-offset": [0, 0.4] },
      paint: { "text-color": "#4A525A", ...HALO } },
  ];
}

function communities() {
  const near = { source: "communities", "source-layer": "communities", minzoom: config.clusterZoom + 1 };
  const radius = ["interpolate", ["linear"], ["zoom"], 10, ["case", HOVERED, 5, 3.2], 12, ["case", HOVERED, 6.4, 4.4], 15, ["case", HOVERED, 9, 6.5], 18, ["case", HOVERED, 12, 9]];
  return [
    { id: "boundaries-fill", type: "fill", source: "communities", "source-layer": "boundaries", paint: { "fill-color": "#1B4B86", "fill-opacity": 0.08 } },
    { id: "boundaries", type: "line", source: "communities", "source-layer": "boundaries", paint: { "line-color": "#1B4B86", "line-width": 1.2 } },
    { id: "doubts", type: "circle", ...near, minzoom: 12, filter: ["==", ["get", "sus"], true],
      paint: { "circle-radius": RADIUS(3), "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": "#D9A63A", "circle-stroke-width": 1.6 } },
    { id: "dots-unknown", type: "circle", ...near, filter: knownIs(false),
      paint: { "circle-radius": radius, "circle-color": "#FFFFFF", "circle-stroke-color": ["case", CHOSEN, "#0F2238", "#7C868F"], "circle-stroke-width": ["case", CHOSEN, 2.4, 1.3] } },
    { id: "dots", type: "circle", ...near, filter: knownIs(true),
      paint: { "circle-radius": radius, "circle-color": colour(), "circle-stroke-color": ["case", CHOSEN, "#0F2238", "#FFFFFF"], "circle-stroke-width": ["case", CHOSEN, 2.4, 1.2] } },
    { id: "clusters", type: "symbol", source: "clusters", "source-layer": "communities", maxzoom: config.clusterZoom + 1,
      layout: { "icon-image": clusterImage(), "icon-allow-overlap": true, "symbol-sort-key": ["-", 0, ["get", "n"]] } },
    { id: "names", type: "symbol", ...near, minzoom: 15,
      layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13, "text-anchor": "top", "text-offset": [0, 0.7], "text-optional": true },
      paint: { "text-color": "#1B2025", "text-halo-color": "#FFFFFF", "text-halo-width": 1.6 } },
  ];
}

/** Name of the ring drawn for a grid cell: legend, count, counts by class. See clusters.js. */
export function clusterImage() {
  const parts = config.legends[by()].classes.flatMap((_, i) => [["to-string", ["coalesce", ["get", `n${i}`], 0]], ","]);
  return ["concat", `ring|${by()}|`, ["to-string", ["get", "n"]], "|", ...parts.slice(0, -1)];
}

function drawn() {
  return [
    { id: "drawn-fill", type: "fill", source: "drawn", paint: { "fill-color": "#1B4B86", "fill-opacity": 0.1 } },
    { id: "drawn-line", type: "line", source: "drawn", paint: { "line-color": "#1B4B86", "line-width": 2, "line-dasharray": [3, 2] } },
    { id: "drawn-corners", type: "circle", source: "drawn", filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 4, "circle-color": "#FFFFFF", "circle-stroke-color": "#1B4B86", "circle-stroke-width": 2 } },
  ];
}

/** The whole style. */
export function style() {
  return { version: 8, sources: sources(), layers: [...base(), ...buildings(), ...works(), ...labels(), ...communities(), ...problems(), ...names(), ...drawn()] };
}
