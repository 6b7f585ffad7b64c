// htmx: settings live in <meta name="htmx-config">; here is what a setting cannot say.
import "htmx.org/dist/htmx.esm.min.js";
import { toast } from "./toasts.js";

const root = document.documentElement;
let running = 0;

function busy(change) {
  running = Math.max(0, running + change);
  root.classList.toggle("busy", running > 0);
}

const quiet = (event) => event.detail.ctx.request?.headers?.["X-Live"];
document.addEventListener("htmx:before:request", (event) => quiet(event) || busy(1));
document.addEventListener("htmx:finally:request", (event) => quiet(event) || busy(-1));

// Filters that say nothing stay out of the address.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (!ctx.sourceElement.closest?.("form[data-tidy]")) return;
  const { body } = ctx.request;
  const columns = document.getElementById("columns");
  if (columns?.contains(ctx.sourceEvent?.target)) columns.dataset.chosen = "";
  if (columns && !("chosen" in columns.dataset)) body.delete("col");
  if (ctx.sourceEvent?.target?.name === "template") {
    for (const name of [...body.keys()]) if (/^(stage|sort|col$|external_ref|field\.)/.test(name)) body.delete(name);
  }
  for (const name of new Set(body.keys())) if (!body.getAll(name).some(Boolean)) body.delete(name);
});

// A refusal without a body of ours (server down, proxy page) must not replace what is on the screen.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const foreign = ctx.response && ctx.response.status >= 500;
  const wholePage = /^\s*<!doctype/i.test(ctx.text || "");
  if (foreign || (wholePage && ctx.response?.status >= 400)) {
    event.preventDefault();
    toast("That did not work. Nothing was changed; please try again.", "danger");
  }
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx && !event.detail.ctx.response) {
    toast("The server cannot be reached. What you typed is still here.", "warning");
  }
});

// A question before what matters, in our dialog: its title names what it is about, its text what will happen and whether
// that can be undone, its buttons say what they do (tests/architecture/test_templates_on_disk.py).
document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  const dialog = document.getElementById("confirm");
  if (!ctx.confirm || !dialog) return;
  event.preventDefault();
  const { confirmTitle, confirmYes, confirmNo } = ctx.sourceElement.dataset;
  dialog.querySelector("#confirm-title").textContent = confirmTitle;
  dialog.querySelector("#confirm-text").textContent = ctx.confirm;
  dialog.querySelector("[value=yes]").textContent = confirmYes;
  dialog.querySelector("[value=no]").textContent = confirmNo || "Keep it";
  dialog.returnValue = "";
  dialog.addEventListener("close", () => (dialog.returnValue === "yes" ? issueRequest() : dropRequest()), { once: true });
  dialog.showModal();
});
