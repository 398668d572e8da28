/* Works of all departments and the ground of projects on our own base map; the legend switches kinds off and on. */

const config = JSON.parse(document.getElementById("works-map").textContent);
const place = document.getElementById("s-map");
const KIND = ["match", ["get", "kind"], "pipeline", "#1B4B86", "road", "#5F6972", "greening", "#2B8C78",
  "sponge_city", "#6C9BC9", "cameras", "#9372C8", "#D9952B"];
const STATES = { planned: "已列计划", approved: "已批准", running: "施工中", done: "已完工" };

function vector(layer, minzoom) {
  return { type: "vector", tiles: [`${window.location.origin}/tiles/${layer}/{z}/{x}/{y}.mvt`], minzoom, maxzoom: 16 };
}

function style() {
  const base = (id, layer, paint) => ({ id, type: "line", source: "base", "source-layer": layer, paint });
  const shape = (wanted) => ["==", ["geometry-type"], wanted];
  const work = (id, type, wanted, paint) => ({ id, type, source: "works", "source-layer": "works", filter: shape(wanted), paint });
  return {
    version: 8,
    sources: { base: { ...vector("base", 5), maxzoom: 15 }, works: vector("works", 8), footprints: vector("footprints", 10) },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#EAEEF1" } },
      base("casing", "roads", { "line-color": "#D3D9DE", "line-width": 3 }),
      base("roads", "roads", { "line-color": "#FFFFFF", "line-width": 2 }),
      base("edges", "areas", { "line-color": "#8794A2", "line-dasharray": [3, 2] }),
      { id: "prints", type: "fill", source: "footprints", "source-layer": "footprints", paint: { "fill-color": "#A5352B", "fill-opacity": 0.1 } },
      { id: "prints-edge", type: "line", source: "footprints", "source-layer": "footprints", paint: { "line-color": "#A5352B", "line-width": 1.2, "line-dasharray": [3, 2] } },
      work("areas-fill", "fill", "Polygon", { "fill-color": KIND, "fill-opacity": 0.3 }),
      work("areas-edge", "line", "Polygon", { "line-color": KIND, "line-width": 1.5 }),
      work("lines", "line", "LineString", { "line-color": KIND, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 2, 16, 6], "line-opacity": ["match", ["get", "state"], "done", 0.35, 1] }),
    ],
  };
}

function words(feature) {
  const box = document.createElement("div");
  const link = document.createElement(feature.properties.kind ? "a" : "b");
  link.textContent = feature.properties.title;
  if (feature.properties.kind) link.href = config.work.replace("/0/", `/${feature.id}/`);
  const more = feature.properties.kind
    ? `${feature.properties.department}，${STATES[feature.properties.state] || ""}` : `改造项目 ${feature.properties.project_ref}`;
  box.append(link, document.createElement("br"), more);
  return box;
}

function switchKinds(map) {
  const shown = [...document.querySelectorAll("[data-kind]")].filter((one) => one.checked).map((one) => one.dataset.kind);
  for (const [id, wanted] of [["areas-fill", "Polygon"], ["areas-edge", "Polygon"], ["lines", "LineString"]]) {
    map.setFilter(id, ["all", ["==", ["geometry-type"], wanted], ["in", ["get", "kind"], ["literal", shown]]]);
  }
  const prints = document.querySelector("[data-prints]");
  for (const id of ["prints", "prints-edge"]) map.setLayoutProperty(id, "visibility", !prints || prints.checked ? "visible" : "none");
}

function start() {
  window.maplibregl.setWorkerUrl(place.dataset.worker);
  const map = new window.maplibregl.Map({
    container: place, style: style(), bounds: config.box, fitBoundsOptions: { padding: 40, maxZoom: 15.5 },
    attributionControl: false, localIdeographFontFamily: "sans-serif",
  });
  const clickable = ["lines", "areas-fill", "prints"];
  map.on("click", (event) => {
    const [found] = map.queryRenderedFeatures(event.point, { layers: clickable });
    if (found) new window.maplibregl.Popup().setLngLat(event.lngLat).setDOMContent(words(found)).addTo(map);
  });
  for (const id of clickable) {
    map.on("mouseenter", id, () => { map.getCanvas().style.cursor = "pointer"; });
    map.on("mouseleave", id, () => { map.getCanvas().style.cursor = ""; });
  }
  map.on("load", () => { switchKinds(map); place.dataset.ready = "yes"; });
  document.addEventListener("change", (event) => { if (event.target.matches("[data-kind], [data-prints]")) switchKinds(map); });
}

if (window.maplibregl) start();
else place.textContent = "这台电脑画不了地图，请看列表";
