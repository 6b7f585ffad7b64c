// Cards by mouse or finger. The server has said on each card where it may go and why not elsewhere.
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { isOver, scrollAtEdges, stopScrolling } from "./edges.js";
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

// By touch nothing else scrolls the board, and there is no Escape: a place at the bottom leaves the card where it is.
function lift(board, { item, originalEvent }) {
  light(board, item);
  if (originalEvent?.pointerType !== "touch" && !originalEvent?.touches) return;
  board.classList.add("by-finger");
  scrollAtEdges(board, board.parentElement.querySelector("[data-leave]"));
}

function dim(board) {
  stopScrolling();
  board.classList.remove("dragging", "by-finger");
  for (const column of board.querySelectorAll("[data-stage]")) column.classList.remove("may", "may-not");
}

function back(event) {
  event.from.insertBefore(event.item, event.from.querySelectorAll("[data-ticket]")[event.oldDraggableIndex] || event.from.querySelector(".column-none"));
}

// Let go where nothing takes it, by Escape, or because the system took the finger away: it was not dropped.
let isTaken = false;
document.addEventListener("pointerdown", () => (isTaken = false), true);
const isGivenUp = (event) => isTaken || event.originalEvent?.type === "dragend";

function takeAway({ pointerType }) {
  if (pointerType !== "touch") return; // a mouse's pointer ends where the browser's own drag begins
  isTaken = true;
  document.dispatchEvent(new PointerEvent("pointerup")); // Sortable hears of no other end
}

// Above a column that takes no card, the card waits in the last one that would: it was not dropped there.
function isAside(event) {
  const { clientX: x, clientY: y } = event.originalEvent?.changedTouches?.[0] ?? event.originalEvent ?? {};
  if (!x && !y) return false; // no pointer, no other column
  const board = event.from.closest("[data-board]");
  if (isOver(board.parentElement.querySelector("[data-leave]"), { x, y })) return true;
  const spans = (column) => { const box = column.getBoundingClientRect(); return box.left <= x && x <= box.right; };
  const under = [...board.querySelectorAll("[data-stage]")].find(spans);
  return Boolean(under) && !under.contains(event.to);
}

function drop(event) {
  const isLeft = isGivenUp(event) || isAside(event);
  dim(event.from.closest("[data-board]"));
  if (event.from === event.to) return;
  if (isLeft) return back(event);
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
      delay: 220,
      delayOnTouchOnly: true,
      touchStartThreshold: 6,
      fallbackOnBody: true,
      animation: still.matches ? 0 : 140,
      ghostClass: "ticket-lifted",
      dragClass: "ticket-flying",
      onChoose: (event) => {
        hold.onChoose(event);
        document.addEventListener("pointercancel", takeAway, true);
      },
      onUnchoose: (event) => {
        hold.onUnchoose(event);
        document.removeEventListener("pointercancel", takeAway, true);
      },
      onStart: (event) => lift(list.closest("[data-board]"), event),
      onEnd: drop,
    });
  }
}

// The whole of a lit column takes the card, its head too.
document.addEventListener("dragover", (event) => {
  if (event.target.closest?.(".board.dragging .column.may")) event.preventDefault();
});

// A long press lifts a card: it does not ask what to do with the link under the finger.
document.addEventListener("contextmenu", (event) => {
  if (document.documentElement.classList.contains("held") && event.target.closest?.("[data-ticket]")) event.preventDefault();
});

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
