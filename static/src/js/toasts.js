// Short messages. The server sends them ready-made into #toasts; scripts may add their own.
const STAY = 6000;

const region = () => document.getElementById("toasts");

// `link`: where it leads, in a tab of its own, and the words for it.
export function toast(text, tone = "info", link = null) {
  const template = document.getElementById("toast-shape");
  if (!template || !region()) return;
  const line = template.content.firstElementChild.cloneNode(true);
  line.classList.add(`tone-${tone}`);
  line.querySelector("[data-text]").textContent = text;
  if (link) {
    const a = Object.assign(document.createElement("a"), { className: "link-quiet", href: link.href, target: "_blank", textContent: link.text });
    line.querySelector("[data-text]").append(" ", a);
  }
  region().append(line);
}

function leave(line) {
  line.classList.add("leaving");
  setTimeout(() => {
    line.remove();
    if (!region().childElementCount) region().hidePopover?.();
  }, 180);
}

function welcome(line) {
  const box = region();
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover?.(); // last to open lies on top, also above a dialog
  line.querySelector("[data-dismiss]")?.addEventListener("click", () => leave(line));
  let clock = 0;
  const start = () => { clock = setTimeout(() => leave(line), STAY); };
  const stop = () => clearTimeout(clock);
  line.addEventListener("mouseenter", stop);
  line.addEventListener("focusin", stop);
  line.addEventListener("mouseleave", start);
  line.addEventListener("focusout", start);
  if (!line.classList.contains("tone-danger")) start();
}

const watched = region();
if (watched) {
  for (const line of watched.children) welcome(line);
  new MutationObserver((records) => {
    for (const record of records) for (const node of record.addedNodes) if (node instanceof HTMLElement) welcome(node);
  }).observe(watched, { childList: true });
}
