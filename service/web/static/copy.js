// A button copies what stands in a field, and says whether it could.

async function copied(field) {
  field.select();
  if (!navigator.clipboard) {
    // Browsers offer the clipboard to pages under https alone; what is selected can be copied anywhere.
    return document.execCommand("copy");
  }
  return navigator.clipboard.writeText(field.value).then(
    () => true,
    () => false,
  );
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) {
    return;
  }
  const said = document.getElementById(button.dataset.says);
  const done = await copied(document.getElementById(button.dataset.copy));
  said.textContent = done ? button.dataset.copied : button.dataset.failed;
});
