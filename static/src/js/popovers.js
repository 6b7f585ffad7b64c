// Menus: the browser opens and closes them; we put them beside their button and give them arrow keys.
const GAP = 4;

export function place(box, anchor, { match = false } = {}) {
  const at = anchor.getBoundingClientRect();
  if (match) box.style.width = `${Math.max(at.width, 200)}px`;
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = innerHeight - at.bottom - GAP;
  const top = below < height && at.top > below ? at.top - height - GAP : at.bottom + GAP;
  const wantsEnd = box.dataset.align === "end";
  const left = wantsEnd ? at.right - width : at.left;
  box.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
}

const lines = (menu) => [...menu.querySelectorAll(".menu-line")].filter((line) => line.matches(":not([aria-disabled=true])") && (line.offsetParent !== null || line.getClientRects().length));

document.addEventListener("toggle", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLElement) || !box.matches(".menu-pop:not(.picker)")) return;
  const button = document.querySelector(`[popovertarget="${CSS.escape(box.id)}"]`);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (event.newState !== "open" || !button) return;
  place(box, button);
  (box.querySelector("[autofocus]") || lines(box)[0])?.focus({ preventScroll: true });
}, true);

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.(".menu-pop:not(.picker), #dialog:has(button.menu-line)");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (event.target.matches("input, textarea, select")) return;
  const all = lines(menu);
  const here = all.indexOf(document.activeElement);
  if (here < 0 && menu.id === "dialog") return;
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
  event.preventDefault();
  all.at(next % all.length)?.focus();
});

// A menu has done its work once a line was chosen.
document.addEventListener("click", (event) => {
  const line = event.target.closest?.(".menu-pop .menu-line");
  if (!line || line.getAttribute("aria-disabled") === "true" || line.hasAttribute("data-stay")) return;
  line.closest(".menu-pop").hidePopover?.();
});
