// Files that take seconds to make: the page says so meanwhile, and what is refused is told in words.

for (const list of document.querySelectorAll("[data-making]")) {
  const told = list.querySelector("[role=status]");
  let isMaking = false;

  list.addEventListener("click", async (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (isMaking) return;
    isMaking = true;
    link.setAttribute("aria-busy", "true");
    told.textContent = list.dataset.making;
    try {
      const answer = await fetch(link.href, { headers: { Accept: "*/*" } });
      const name = /filename="([^"]+)"/.exec(answer.headers.get("Content-Disposition") || "");
      if (!answer.ok || !name) {
        // Signing in again, or the page that says what is wrong.
        location.assign(link.href);
        return;
      }
      const save = document.createElement("a");
      save.href = URL.createObjectURL(await answer.blob());
      save.download = name[1];
      save.click();
      setTimeout(() => URL.revokeObjectURL(save.href), 60_000);
      told.textContent = list.dataset.made;
    } catch {
      told.textContent = list.dataset.lost;
    } finally {
      isMaking = false;
      link.removeAttribute("aria-busy");
    }
  });
}
