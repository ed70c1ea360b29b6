// What was typed into a form marked with data-keep outlives a session or a connection that ends while it is sent: it
// waits in this tab until the same person is back at the form. Passwords, keys and files are never kept.

const PREFIX = "kept:";
const LEFT_OUT = ["password", "file", "submit", "button"];
const messages = document.getElementById("messages");
const user = document.querySelector('meta[name="user"]').content;

const entries = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
const read = (key) => JSON.parse(sessionStorage.getItem(key));
const keyOf = (form) => `${PREFIX}${form.dataset.keep}`;

function isKept(control) {
  if (!control.name || control.name === "csrf_token" || LEFT_OUT.includes(control.type)) {
    return false;
  }
  // The version that was read is kept too: what others changed since then is still told.
  return control.type !== "hidden" || control.name === "version";
}

function keep(form) {
  const fields = [...form.elements].filter(isKept).map((control) => ({
    name: control.name,
    value: control.value,
    isChecked: control.checked ?? null,
  }));
  sessionStorage.setItem(keyOf(form), JSON.stringify({ user, fields, isInterrupted: false }));
}

function restore(form, { fields }) {
  // Fields of one name, such as those of the rows of a table, are told apart by their order.
  const seen = {};
  for (const { name, value, isChecked } of fields) {
    const same = [...form.elements].filter((control) => control.name === name && isKept(control));
    const ticked = same.find((control) => ["checkbox", "radio"].includes(control.type) && control.value === value);
    if (ticked) {
      ticked.checked = isChecked;
    } else if (same.length && !["checkbox", "radio"].includes(same[0].type)) {
      seen[name] = (seen[name] ?? -1) + 1;
      if (seen[name] < same.length) {
        same[seen[name]].value = value;
      }
    }
  }
  for (let part = form.closest("details"); part; part = part.parentElement.closest("details")) {
    part.open = true;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

// What arrives is answered with a page, or leads on to one.
const isAnswer = () =>
  document.querySelector('meta[name="answers"]') !== null ||
  performance.getEntriesByType("navigation")[0]?.redirectCount > 0;

function tell(text) {
  const box = document.createElement("div");
  box.className = "message";
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  messages.append(box);
}

function takeUp() {
  for (const key of entries()) {
    const entry = read(key);
    const form = document.querySelector(`form[data-keep="${CSS.escape(key.slice(PREFIX.length))}"]`);
    if (!user) {
      // The page to sign in: what was being sent did not arrive.
      sessionStorage.setItem(key, JSON.stringify({ ...entry, isInterrupted: true }));
    } else if (entry.user !== user || (!entry.isInterrupted && isAnswer())) {
      sessionStorage.removeItem(key);
    } else if (form) {
      restore(form, entry);
      sessionStorage.removeItem(key);
      tell(entry.isInterrupted ? messages.dataset.restored : messages.dataset.again);
    }
  }
}

document.addEventListener(
  "submit",
  (event) => {
    if (event.target.matches("form[data-keep]")) {
      keep(event.target);
    } else if (event.target.matches('form[action="/sign-out"]')) {
      entries().forEach((key) => sessionStorage.removeItem(key));
    }
  },
  true,
);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-keep]");
  const { status } = event.detail.xhr;
  // What is refused has arrived too, and stays as it was typed: only what led to signing in, or nowhere, waits.
  if (form && status >= 200 && status < 500 && status !== 401) {
    sessionStorage.removeItem(keyOf(form));
  }
});

takeUp();
