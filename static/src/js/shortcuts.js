// Single keys. They can be switched off in the help dialog, and never fire while typing.
import { step } from "./rows.js";

const OFF = "casefy-keys-off";
let waitingForG = 0;

const typing = (target) => target.isContentEditable || target.matches?.("input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select");

function press(mark) {
  const visible = (element) => element.getClientRects().length > 0;
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(mark)}"]`)];
  const element = all.find(visible) || all[0];
  if (!element) return false;
  if (element.matches("input, textarea")) { element.focus(); element.select(); } else element.click();
  return true;
}

function move() {
  const card = document.activeElement?.closest?.("[data-ticket]");
  const button = card?.querySelector("[data-move-menu]");
  if (button) { button.click(); return true; }
  return press("m");
}

function act(key) {
  if (Date.now() - waitingForG < 1200) { waitingForG = 0; return press(`g ${key}`); }
  if (key === "g") { waitingForG = Date.now(); return true; }
  if (key === "j") return step(1);
  if (key === "k") return step(-1);
  if (key === "m") return move();
  return press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape" && event.target.matches?.("[data-key='/']")) return event.target.blur();
  if (typing(event.target) || document.querySelector("dialog[open]") || localStorage.getItem(OFF)) return;
  if (event.target.closest?.(".menu-pop")) return;
  if (act(event.key)) event.preventDefault();
});

function showSwitch() {
  const box = document.querySelector("[data-keys-switch]");
  if (!box) return;
  box.checked = !localStorage.getItem(OFF);
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
showSwitch();

// The top bar gets its line once the page has moved under it.
const scrolled = () => document.documentElement.classList.toggle("scrolled", scrollY > 4);
addEventListener("scroll", scrolled, { passive: true });
scrolled();
