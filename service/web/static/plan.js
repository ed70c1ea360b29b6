// Shows the setting of the knob while it is turned.

const knob = document.getElementById("f-evenness");
const shown = document.querySelector('output[for="f-evenness"]');
knob.form.addEventListener("input", () => {
  shown.value = Number(knob.value).toLocaleString();
});
