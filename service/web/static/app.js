// What every page needs beside htmx: the token of the session, messages, and forms that are sent once.

const messages = () => document.getElementById("messages");

function tell(text) {
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
document.addEventListener("htmx:sendError", () => tell(messages().dataset.lost));
document.addEventListener("htmx:timeout", () => tell(messages().dataset.lost));

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
  invited.elements.invitation.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
}

// What went wrong is read out and scrolled to first.
document.querySelector("[data-focus]")?.focus();
