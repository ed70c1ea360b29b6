// A click on the map is a click on the same territory of the list, which loads its distributors.

const chosen = () => document.getElementById("territory")?.dataset.territory;

function mark() {
  for (const link of document.querySelectorAll("[data-place]")) {
    if (link.dataset.place === chosen()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  for (const shape of document.querySelectorAll("[data-map]")) {
    shape.classList.toggle("chosen", shape.dataset.map === chosen());
  }
  const kept = document.getElementById("kept-territory");
  if (kept && chosen()) kept.value = chosen();
}

document.addEventListener("click", (event) => {
  const shape = event.target.closest("[data-map]");
  if (!shape || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  document.querySelector(`[data-place="${shape.dataset.map}"]`).click();
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "territory") return;
  mark();
  document.getElementById("territory").focus({ preventScroll: true });
});

// As many as fit side by side.
document.addEventListener("change", (event) => {
  if (event.target.name !== "d") return;
  const boxes = [...document.querySelectorAll('input[name="d"]')];
  const full = boxes.filter((box) => box.checked).length >= 4;
  for (const box of boxes) box.disabled = full && !box.checked;
});

mark();
