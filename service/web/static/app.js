// What every page needs beside htmx: the token of the session, messages, and forms that are sent once.

const messages = () => document.getElementById("messages");

function tell(text) {
  if ([...messages().querySelectorAll("p")].some((line) => line.textContent === text)) {
    return;
  }
  const box = document.createElement("div");
  box.className = "message wrong";
  box.setAttribute("role", "alert");
  const line = document.createElement("p");
  line.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", messages().dataset.close);
  close.textContent = "×";
  box.append(line, close);
  messages().replaceChildren(box);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".message").remove();
});

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRF-Token"] = document.querySelector('meta[name="csrf-token"]').content;
});

// What does not arrive is told once, until something arrives again.
const troubles = () => [messages().dataset.lost, messages().dataset.failed];
document.addEventListener("htmx:sendError", () => tell(messages().dataset.lost));
document.addEventListener("htmx:timeout", () => tell(messages().dataset.lost));
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  // Our own errors say where they belong; what a proxy answers must not take the place of a part.
  if (xhr.status >= 500 && !xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = false;
    tell(messages().dataset.failed);
  } else if (xhr.status < 400) {
    messages().querySelectorAll(".message").forEach((box) => {
      if (troubles().includes(box.querySelector("p")?.textContent)) {
        box.remove();
      }
    });
  }
});

document.addEventListener("htmx:afterSettle", ({ target }) => {
  // A part may hold a sentence that says what came; the place that is read out stays, while parts come and go.
  const said = target.matches("[data-told]") ? target : target.querySelector("[data-told]");
  const told = document.getElementById("told");
  if (said && told.textContent !== said.textContent) {
    told.textContent = said.textContent;
  }
  // Who pressed a button that went with its part goes on from the part that came.
  if (document.activeElement === document.body) {
    target.querySelector(":scope > [data-arrived]")?.focus({ preventScroll: true });
  }
});

// A second click sends nothing: what was sent once is under way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.closest("[hx-post],[hx-put],[hx-delete]")) {
    if (!navigator.onLine) {
      // The browser would leave the page, and what was typed with it.
      event.preventDefault();
      tell(messages().dataset.lost);
      return;
    }
    form.dataset.sent = "yes";
    form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-busy", "true"));
  }
});

// A page that comes back by the back button can be used again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
  });
});

// Dates are written in the reader's time zone, from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone) {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `reelmatch_zone=${zone}; path=/; max-age=31536000; samesite=lax${secure}`;
}

// An invitation stands after the #, where no server and no log sees it.
const invited = document.querySelector("form[data-invitation]");
if (invited && location.hash.length > 1) {
  const given = location.hash.slice(1);
  try {
    invited.elements.invitation.value = decodeURIComponent(given);
  } catch {
    // A link that was cut off: the service says that it is no good.
    invited.elements.invitation.value = given;
  }
  history.replaceState(null, "", location.pathname);
  if (invited.dataset.invitation === "open") {
    invited.requestSubmit();
  }
}

// What stands in the messages from the beginning is no change, and would not be read out.
setTimeout(() => messages().append(...messages().children), 100);

// What went wrong is read out and scrolled to first.
document.querySelector("[data-focus]")?.focus();
