// What is on its way is not sent again: a double click opens one case, not two.
const AGAIN = 3000; // milliseconds after which a page that was asked for and did not come may be asked for again

// Edits in the designer follow each other and wait for each other (designer.js): two clicks there are two acts.
const once = (form) => form instanceof HTMLFormElement && !form.closest("#designer");
const underway = (form) => form.getAttribute("aria-busy") === "true";
const mark = (form) => form.setAttribute("aria-busy", "true");
const release = (form) => form.removeAttribute("aria-busy");

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement: form } = event.detail.ctx;
  if (request.method === "GET" || !once(form)) return;
  if (underway(form)) event.preventDefault();
  else mark(form);
});
document.addEventListener("htmx:finally:request", (event) => {
  const { request, sourceElement: form, hx } = event.detail.ctx;
  if (request.method === "GET" || !once(form)) return;
  if (hx?.redirect) setTimeout(release, AGAIN, form); // answered, but the page it leads to is not there yet
  else release(form);
});

// A form that leads to another page stays marked until that page is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (underway(form)) return event.preventDefault();
  mark(form);
  setTimeout(release, AGAIN, form);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach(release));
