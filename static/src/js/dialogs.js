// One dialog for what the server sends: a button says hx-get="…" hx-target="#dialog", we open and close it.
import { bringHome } from "./toasts.js";

let opener = null;
let closing = false; // the close event comes after the swap that asked for it

const FIRST = ["[aria-invalid=true]", "[autofocus]", "input:not([type=hidden]), select, textarea", "button.menu-line"];

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[hx-target='#dialog']");
  if (button && !button.closest("#dialog")) opener = button;
}, true);

const focusFirst = (dialog) => FIRST.map((kind) => dialog.querySelector(kind)).find(Boolean)?.focus();

// What is swapped out takes the focus with it: it stays in the dialog.
let held = false;
document.addEventListener("htmx:before:swap", () => {
  held = Boolean(document.querySelector("#dialog[open]")?.contains(document.activeElement));
});

document.addEventListener("htmx:after:swap", () => {
  const dialog = document.getElementById("dialog");
  if (!dialog?.childElementCount || closing) return;
  if (!dialog.open) dialog.showModal();
  else if (!held || document.activeElement !== document.body) return;
  focusFirst(dialog);
});

// A refusal leads to the first thing to mend.
document.addEventListener("htmx:after:swap", (event) => {
  if (!(event.detail.ctx?.response?.status >= 400)) return;
  const place = document.querySelector("#dialog[open]") ? "#dialog" : "main form:not([data-free])";
  document.querySelector(`${place} [aria-invalid=true]`)?.focus();
});

// An act sent from inside the dialog that went well closes it.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const dialog = ctx.sourceElement?.closest?.("dialog[open]");
  if (!dialog || ctx.request.method === "GET" || !ctx.response || ctx.response.status >= 400) return;
  if (ctx.sourceElement.closest("[data-keep-open]")) return;
  closing = true;
  dialog.close();
});

document.addEventListener("close", (event) => {
  if (event.target.id !== "dialog") return;
  closing = false;
  bringHome();
  event.target.replaceChildren();
  if (opener?.isConnected) opener.focus();
}, true);

// A click on the backdrop closes, unless something was typed.
document.addEventListener("mousedown", (event) => {
  const dialog = event.target;
  if (!(dialog instanceof HTMLDialogElement) || dialog.querySelector("[data-dirty]")) return;
  const box = dialog.getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  if (!inside && event.clientX > 0) dialog.close();
});
