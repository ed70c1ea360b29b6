// The map of taste: what a point is, shown beside the map; zoom and pan by wheel, touch, buttons and keys.

const frame = document.querySelector("[data-map]");

function describe() {
  const line = frame.querySelector(".map-detail");
  const show = (event) => {
    const point = event.target.closest?.("[data-detail]");
    line.textContent = point ? point.dataset.detail : line.dataset.hint;
  };
  frame.addEventListener("pointerover", show);
  frame.addEventListener("focusin", show);
}

function zoom(Panzoom) {
  const svg = frame.querySelector("svg");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = Panzoom(svg, { maxScale: 12, minScale: 1, contain: "outside", panOnlyWhenZoomed: true, touchAction: "pan-y", animate: !still, exclude: [], step: 0.4 });
  // At its whole size a finger scrolls the page; nearer, it moves the map.
  svg.addEventListener("panzoomchange", (event) => (svg.style.touchAction = event.detail.scale > 1 ? "none" : "pan-y"));
  const actions = {
    in: () => map.zoomIn(),
    out: () => map.zoomOut(),
    all: () => map.reset(),
  };
  const tools = frame.querySelector(".map-tools");
  tools.hidden = false;
  tools.addEventListener("click", (event) => actions[event.target.closest("[data-zoom]")?.dataset.zoom]?.());
  // The wheel alone scrolls the page.
  svg.addEventListener("wheel", (event) => (event.ctrlKey || event.metaKey) && map.zoomWithWheel(event), { passive: false });
  const moves = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
  const keys = { "+": actions.in, "=": actions.in, "-": actions.out, 0: actions.all };
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (moves[event.key] && map.getScale() > 1) map.pan(...moves[event.key], { relative: true });
    else if (keys[event.key]) keys[event.key]();
    else return;
    event.preventDefault();
  });
  // A film that is reached by Tab is moved into the picture.
  svg.addEventListener("focusin", (event) => {
    const point = event.target.getBoundingClientRect();
    const seen = frame.getBoundingClientRect();
    const x = point.left < seen.left || point.right > seen.right ? (seen.left + seen.right) / 2 - point.left : 0;
    const y = point.top < seen.top || point.bottom > seen.bottom ? (seen.top + seen.bottom) / 2 - point.top : 0;
    if (x || y) map.pan(x / map.getScale(), y / map.getScale(), { relative: true });
  });
}

if (frame) {
  describe();
  if (window.Panzoom) zoom(window.Panzoom);
}
