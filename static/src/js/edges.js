// What is carried by a finger scrolls the board where it comes near an edge: across the board, and up and down a column.
const NEAR = 56, FAST = 10; // pixels from the edge, pixels a frame

let finger = null, frame = 0;
const follow = ({ clientX, clientY }) => (finger = { x: clientX, y: clientY });

const pull = (at, from, to) => (at < from + NEAR ? -Math.min(1, (from + NEAR - at) / NEAR) : at > to - NEAR ? Math.min(1, (at - to + NEAR) / NEAR) : 0);

function step(board, leave) {
  frame = requestAnimationFrame(() => step(board, leave));
  if (!finger) return;
  leave.classList.toggle("over", isOver(leave, finger));
  const box = board.getBoundingClientRect();
  board.scrollLeft += FAST * pull(finger.x, Math.max(box.left, 0), Math.min(box.right, innerWidth));
  const list = document.elementsFromPoint(finger.x, finger.y).map((one) => one.closest("[data-stage]")?.querySelector("[data-cards]")).find(Boolean);
  if (!list) return;
  const { top, bottom } = list.getBoundingClientRect();
  list.scrollTop += FAST * pull(finger.y, Math.max(top, 0), Math.min(bottom, innerHeight));
}

export function isOver(place, { x, y }) {
  const box = place.getBoundingClientRect();
  return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
}

export function scrollAtEdges(board, leave) {
  finger = null;
  document.addEventListener("pointermove", follow, true);
  step(board, leave);
}

export function stopScrolling() {
  document.removeEventListener("pointermove", follow, true);
  cancelAnimationFrame(frame);
}
