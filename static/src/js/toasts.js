// Short messages. The server sends them ready-made into #toasts; scripts may add their own.
const STAY = 6000;
const PLACES = ["bottom-end", "bottom-start", "top", "top-end", "bottom"]; // see .toasts in overlays.css
const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, label, [data-row]";
const WEIGHTY = "[type=submit], button:not([type]), .btn-primary"; // nothing is worth being in their way

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

// While a modal dialog is open, nothing outside of it can be clicked: the messages go into it, and out of it again
// before it closes or its content is swapped.
export function bringHome() {
  const box = region();
  if (!box || box.parentElement === document.body) return;
  document.body.append(box);
  if (box.childElementCount) box.showPopover?.();
}

function settle() {
  const box = region();
  const house = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  if (!box.childElementCount) {
    if (box.matches(":popover-open")) box.hidePopover();
    delete box.dataset.at;
    return bringHome();
  }
  if (box.parentElement !== house) house.append(box);
  if (box.matches(":popover-open")) box.hidePopover();
  box.showPopover?.(); // last to open lies on top
  place(box, house);
}

// Where it covers the fewest controls: none, if there is such a place. It stays where it is as long as that is one.
function place(box, house) {
  const controls = [...house.querySelectorAll(CONTROLS)].filter((each) => !box.contains(each) && each.checkVisibility?.() !== false);
  const areas = controls.map((each) => [each.getBoundingClientRect(), each.matches(WEIGHTY) ? 100 : 1]);
  const covered = (at) => {
    box.dataset.at = at;
    const mine = box.getBoundingClientRect();
    const meets = ([area]) => area.left < mine.right && area.right > mine.left && area.top < mine.bottom && area.bottom > mine.top;
    return areas.filter(meets).reduce((sum, [, weight]) => sum + weight, 0);
  };
  let best = { at: "", count: Infinity };
  for (const at of new Set([box.dataset.at ?? PLACES[0], ...PLACES])) {
    const count = covered(at);
    if (count < best.count) best = { at, count };
    if (!count) break;
  }
  box.dataset.at = best.at;
}

function leave(line) {
  line.classList.add("leaving");
  setTimeout(() => { line.remove(); settle(); }, 180);
}

// Time does not run while somebody points at it or is in it. What went wrong stays until it is closed.
function welcome(line) {
  if (line.classList.contains("tone-danger")) return;
  let left = STAY;
  const clock = setInterval(() => {
    if (line.matches(":hover, :focus-within")) left = STAY / 2;
    else left -= 250;
    if (left > 0 && line.isConnected) return;
    clearInterval(clock);
    leave(line);
  }, 250);
}

const watched = region();
if (watched) {
  for (const line of watched.children) welcome(line);
  settle();
  new MutationObserver((records) => {
    const added = records.flatMap((record) => [...record.addedNodes]).filter((node) => node instanceof HTMLElement);
    added.forEach(welcome);
    if (added.length) settle();
  }).observe(watched, { childList: true });

  // A click closes, unless it follows a link or marks some words; so does Escape.
  watched.addEventListener("click", (event) => {
    const line = event.target.closest(".toast-line");
    const isMarking = !event.target.closest("button") && String(getSelection());
    if (line && !event.target.closest("a") && !isMarking) leave(line);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !watched.childElementCount) return;
    if (watched.contains(document.activeElement)) event.preventDefault(); // the dialog around it stays open
    for (const line of watched.children) leave(line);
  });

  // Dialogs come and go, contents are swapped, pages scroll: what was free may be so no longer.
  document.addEventListener("htmx:before:swap", bringHome);
  document.addEventListener("htmx:after:swap", settle);
  document.addEventListener("toggle", (event) => { if (event.target instanceof HTMLDialogElement) settle(); }, true);
  document.addEventListener("close", settle, true);
  document.addEventListener("scrollend", () => { if (watched.childElementCount) place(watched, watched.parentElement); }, true);
}
