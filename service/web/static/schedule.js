// Drag a meeting to another place of the grid. What would happen at each place is asked of the server as soon as it
// is picked up; the same is done by keyboard with the links of the page.

const grid = () => document.getElementById("grid");
const panel = document.getElementById("panel");
let held = null;

const cellOf = (event) => event.target.closest("#grid td");

function address(place, values) {
  return `${place}${place.includes("?") ? "&" : "?"}${new URLSearchParams(values)}`;
}

function clear() {
  grid().querySelectorAll("td[data-drop]").forEach((cell) => {
    delete cell.dataset.drop;
    delete cell.dataset.why;
    cell.classList.remove("over");
  });
  document.getElementById("why").textContent = "";
}

async function ask(cell) {
  const { seller, buyer } = cell.dataset;
  const answer = await fetch(address(grid().dataset.here, { seller, buyer }), {
    headers: { "HX-Request": "true", "HX-Current-URL": location.href },
  }).catch(() => null);
  if (!answer) {
    return;
  }
  if (answer.headers.has("HX-Redirect")) {
    location.assign(answer.headers.get("HX-Redirect"));
    return;
  }
  if (!answer.ok || held !== cell) {
    return;
  }
  const told = new DOMParser().parseFromString(await answer.text(), "text/html");
  told.querySelectorAll("td[data-drop]").forEach((place) => {
    const { slot, table, drop, why } = place.dataset;
    const here = grid().querySelector(`td[data-slot="${CSS.escape(slot)}"][data-table="${CSS.escape(table)}"]`);
    if (here) {
      here.dataset.drop = drop;
      here.dataset.why = why ?? "";
    }
  });
}

function change(from, to) {
  const { seller, buyer } = from.dataset;
  const { day, number } = grid().dataset;
  const place = to.dataset.seller
    ? { kind: "swap", other_seller: to.dataset.seller, other_buyer: to.dataset.buyer }
    : { kind: "move", slot: to.dataset.slot, table: to.dataset.table };
  return { ...place, seller, buyer, day, number };
}

document.addEventListener("dragstart", (event) => {
  const cell = cellOf(event);
  if (!cell?.draggable) {
    return;
  }
  held = cell;
  cell.classList.add("picked");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", cell.innerText);
  ask(cell);
});

document.addEventListener("dragover", (event) => {
  const cell = cellOf(event);
  if (!held || !cell || cell === held) {
    return;
  }
  event.preventDefault();
  grid().querySelector("td.over")?.classList.remove("over");
  cell.classList.add("over");
  document.getElementById("why").textContent = cell.dataset.why ?? "";
});

document.addEventListener("drop", (event) => {
  const cell = cellOf(event);
  if (!held || !cell || cell === held) {
    return;
  }
  event.preventDefault();
  const values = change(held, cell);
  if (["yes", "swap"].includes(cell.dataset.drop)) {
    htmx.ajax("POST", grid().dataset.change, {
      target: "#panel",
      values: { ...values, version: grid().dataset.version },
    });
  } else {
    htmx.ajax("GET", address(grid().dataset.change, values), { target: "#panel" });
  }
});

document.addEventListener("dragend", () => {
  held?.classList.remove("picked");
  held = null;
  clear();
});

// What was opened beside the grid is read out first.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target === panel) {
    (panel.querySelector("h2") ?? panel).focus();
    panel.scrollIntoView({ block: "nearest" });
  }
});
