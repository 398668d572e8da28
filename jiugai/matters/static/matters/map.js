/* Dots of one kind of matters on our own base map. */

const config = JSON.parse(document.getElementById("matters-map").textContent);
const place = document.getElementById("m-map");
const count = document.getElementById("m-map-count");

function style(points) {
  const line = (id, kind, colour, width) => ({
    id, type: "line", source: "base", "source-layer": "roads", filter: kind,
    paint: { "line-color": colour, "line-width": width },
  });
  return {
    version: 8,
    sources: {
      base: { type: "vector", tiles: [`${window.location.origin}/tiles/base/{z}/{x}/{y}.mvt`], minzoom: 5, maxzoom: 15 },
      points: { type: "geojson", data: points },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": "#EAEEF1" } },
      line("casing", ["has", "rank"], "#D3D9DE", 3),
      line("roads", ["has", "rank"], "#FFFFFF", 2),
      { id: "edges", type: "line", source: "base", "source-layer": "areas", paint: { "line-color": "#8794A2", "line-dasharray": [3, 2] } },
      {
        id: "dots", type: "circle", source: "points",
        paint: {
          "circle-radius": ["interpolate", ["linear"], ["zoom"], 9, 3.5, 15, 7],
          "circle-color": colours(),
          "circle-stroke-color": "#FFFFFF", "circle-stroke-width": 1.5,
        },
      },
    ],
  };
}

/** Closed ones are grey; open ones have the colour of their kind where several kinds are shown. */
function colours() {
  const open = config.classes.length ? ["match", ["get", "kind"], ...config.classes.flatMap(({ value, colour }) => [value, colour]), "#1B4B86"] : "#1B4B86";
  return ["match", ["get", "tag"], "open", open, "#A3ABB2"];
}

/** Name the kinds that are there, with how many. */
function legend(points) {
  const place = document.getElementById("m-map-classes");
  for (const { value, label, colour } of config.classes) {
    const number = points.features.filter((one) => one.properties.kind === value).length;
    if (!number) continue;
    const dot = document.createElement("i");
    dot.style.background = colour;
    const line = document.createElement("span");
    line.append(dot, `${label} ${number}`);
    place.append(line);
  }
}

function box(points) {
  const found = new window.maplibregl.LngLatBounds();
  for (const one of points.features) found.extend(one.geometry.coordinates);
  return found.isEmpty() ? config.box : found;
}

function popup(map, event) {
  const one = event.features[0];
  const link = document.createElement("a");
  link.href = config.file.replace("/0/", `/${one.properties.id}/`);
  link.textContent = one.properties.title;
  const words = document.createElement("div");
  words.append(link, document.createElement("br"), one.properties.stage);
  new window.maplibregl.Popup().setLngLat(one.geometry.coordinates).setDOMContent(words).addTo(map);
}

async function start() {
  const answer = await fetch(config.points);
  const points = await answer.json();
  legend(points);
  count.textContent = `${points.features.length} 件${points.cut ? "（只画最近的）" : ""}`;
  window.maplibregl.setWorkerUrl(place.dataset.worker);
  const map = new window.maplibregl.Map({
    container: place, style: style(points), bounds: box(points), fitBoundsOptions: { padding: 40, maxZoom: 15 },
    attributionControl: false, localIdeographFontFamily: "sans-serif",
  });
  map.on("click", "dots", (event) => popup(map, event));
  map.on("mouseenter", "dots", () => { map.getCanvas().style.cursor = "pointer"; });
  map.on("mouseleave", "dots", () => { map.getCanvas().style.cursor = ""; });
}

if (window.maplibregl) start();
else count.textContent = "这台电脑画不了地图，请看列表";
