/* Boundary points of the utilities on our own base map. */

const config = JSON.parse(document.getElementById("points-map").textContent);
const place = document.getElementById("p-map");
const COLOUR = ["match", ["get", "trade"], "water", "#3F74AE", "drain", "#6C9BC9", "heat", "#A5352B", "gas", "#D9952B",
  "power", "#B68B16", "telecom", "#2B8C78", "#9372C8"];

function style() {
  const base = (id, layer, paint) => ({ id, type: "line", source: "base", "source-layer": layer, paint });
  return {
    version: 8,
    sources: {
      base: { type: "vector", tiles: [`${window.location.origin}/tiles/base/{z}/{x}/{y}.mvt`], minzoom: 5, maxzoom: 15 },
      buildings: { type: "vector", tiles: [`${window.location.origin}/tiles/buildings/{z}/{x}/{y}.mvt`], minzoom: 14, maxzoom: 16 },
      points: { type: "geojson", data: config.points },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#EAEEF1" } },
      base("casing", "roads", { "line-color": "#D3D9DE", "line-width": 3 }),
      base("roads", "roads", { "line-color": "#FFFFFF", "line-width": 2 }),
      { id: "buildings", type: "fill", source: "buildings", "source-layer": "buildings", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#C9D6E3" } },
      { id: "points", type: "circle", source: "points", paint: { "circle-radius": 7, "circle-color": COLOUR, "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 2 } },
    ],
  };
}

function start() {
  window.maplibregl.setWorkerUrl(place.dataset.worker);
  const map = new window.maplibregl.Map({
    container: place, style: style(), bounds: config.box, fitBoundsOptions: { padding: 30, maxZoom: 17 },
    attributionControl: false, localIdeographFontFamily: "sans-serif",
  });
  map.on("click", "points", (event) => {
    const words = document.createElement("div");
    words.append(event.features[0].properties.title, document.createElement("br"), event.features[0].properties.company);
    new window.maplibregl.Popup().setLngLat(event.lngLat).setDOMContent(words).addTo(map);
  });
}

if (window.maplibregl) start();
else place.textContent = "这台电脑画不了地图，请看下表";
