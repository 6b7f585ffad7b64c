// A form in which something was typed is left alone by live updates, and asks before it is lost.
const guarded = (form) => form instanceof HTMLFormElement && form.method !== "dialog" && !form.hasAttribute("data-free");

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (guarded(form)) form.dataset.dirty = "";
});

document.addEventListener("reset", (event) => delete event.target.dataset.dirty);

// What the server answers to this very form may replace it; a refusal keeps it marked.
let refused = null;
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement?.closest?.("form");
  if (!form || ctx.request.method === "GET") return;
  delete form.dataset.dirty;
  refused = ctx.response?.status >= 400 ? form.id : null;
});
document.addEventListener("htmx:after:swap", () => {
  const form = refused && document.getElementById(refused);
  if (form) form.dataset.dirty = "";
  refused = null;
});

// A form opened in place gives way to its button: the focus is not lost with it.
let left = null;
document.addEventListener("htmx:before:swap", (event) => {
  const place = document.activeElement?.closest?.("[hx-morph-skip][id]:not(dialog)");
  if (place && place.contains(event.detail.ctx.sourceElement)) left = place.id;
});
document.addEventListener("htmx:after:swap", () => {
  const place = left && document.getElementById(left);
  left = null;
  if (place && !place.querySelector("form") && document.activeElement === document.body) place.querySelector("button")?.focus();
});

// Escape leaves a form that was opened in place.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.target.form?.querySelector("[data-escape]")?.click();
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[hx-post]")) delete event.target.dataset.dirty;
});

window.addEventListener("beforeunload", (event) => {
  const typed = [...document.querySelectorAll("form[data-dirty]")].some((form) => form.checkVisibility?.() ?? true);
  if (typed) event.preventDefault();
});
