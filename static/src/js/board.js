// Cards by mouse or finger. The server has said on each card where it may go and why not elsewhere.
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { hold } from "./hold.js";

const still = matchMedia("(prefers-reduced-motion: reduce)");

function light(board, card) {
  const why = JSON.parse(card.dataset.mayNot || "{}");
  for (const column of board.querySelectorAll("[data-stage]")) {
    const stage = column.dataset.stage;
    const home = card.dataset.stageNow === stage;
    const reason = home ? "" : why[stage];
    column.classList.toggle("may", !home && !reason);
    column.classList.toggle("may-not", Boolean(reason));
    column.querySelector("[data-why]").textContent = reason || "";
  }
  board.classList.add("dragging");
}

function dim(board) {
  board.classList.remove("dragging");
  for (const column of board.querySelectorAll("[data-stage]")) column.classList.remove("may", "may-not");
}

function back(event) {
  event.from.insertBefore(event.item, event.from.querySelectorAll("[data-ticket]")[event.oldDraggableIndex] || event.from.querySelector(".column-none"));
}

// Above a column that takes no card, the card waits in the last one that would: it was not dropped there.
function isAside(event) {
  const { clientX: x, clientY: y } = event.originalEvent?.changedTouches?.[0] ?? event.originalEvent ?? {};
  if (!x && !y) return false; // no pointer, no other column
  const spans = (column) => { const box = column.getBoundingClientRect(); return box.left <= x && x <= box.right; };
  const under = [...event.from.closest("[data-board]").querySelectorAll("[data-stage]")].find(spans);
  return Boolean(under) && !under.contains(event.to);
}

function drop(event) {
  dim(event.from.closest("[data-board]"));
  if (event.from === event.to) return;
  if (isAside(event)) return back(event);
  const { item: card } = event;
  const to = event.to.closest("[data-stage]").dataset.stage;
  const url = card.dataset.moveUrl;
  if (card.dataset.asks.split(" ").includes(to)) {
    back(event); // the dialog asks why; the answer brings it over
    window.htmx.ajax("GET", `${url}?to=${encodeURIComponent(to)}`, { source: card, target: "#dialog", swap: "innerHTML", headers: { "HX-Target": "dialog#dialog" } });
    return;
  }
  card.classList.add("ticket-sending");
  window.htmx.ajax("POST", url, { source: card, swap: "none", values: { to, expected_version: card.dataset.version } });
}

const may = (to, from, card) => to === from || !to.el.closest("[data-stage]").classList.contains("may-not");

export function start(root) {
  for (const list of root.querySelectorAll("[data-cards]")) {
    if (Sortable.get(list) || !list.closest(".board-live")) continue;
    Sortable.create(list, {
      group: { name: "board", put: may },
      draggable: "[data-ticket]",
      filter: "button, .menu-pop",
      preventOnFilter: false,
      sort: false,
      delay: 160,
      delayOnTouchOnly: true,
      animation: still.matches ? 0 : 140,
      ghostClass: "ticket-lifted",
      dragClass: "ticket-flying",
      scroll: true,
      ...hold,
      onStart: (event) => light(list.closest("[data-board]"), event.item),
      onEnd: drop,
    });
  }
}

// Arrow keys walk between cards: up and down in a column, left and right across.
document.addEventListener("keydown", (event) => {
  const card = document.activeElement?.closest?.("[data-ticket]");
  if (!card || !event.key.startsWith("Arrow") || event.target.closest(".menu-pop")) return;
  const column = card.closest("[data-stage]");
  const cards = [...column.querySelectorAll("[data-ticket]")];
  const row = cards.indexOf(card);
  const columns = [...column.parentElement.querySelectorAll("[data-stage]")].filter((one) => one.querySelector("[data-ticket]"));
  const at = columns.indexOf(column);
  const aside = (other) => other && [...other.querySelectorAll("[data-ticket]")].at(Math.min(row, other.querySelectorAll("[data-ticket]").length - 1));
  const next = { ArrowDown: cards[row + 1], ArrowUp: cards[row - 1], ArrowRight: aside(columns[at + 1]), ArrowLeft: at > 0 ? aside(columns[at - 1]) : null }[event.key];
  if (!next) return;
  event.preventDefault();
  next.querySelector("a[data-open]").focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
});
