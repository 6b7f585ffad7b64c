// Everything every page needs. What only some pages need is loaded when its mark is on the page.
import "./htmx_setup.js";
import "./invokers.js";
import "./popovers.js";
import "./dialogs.js";
import "./toasts.js";
import "./theme.js";
import "./times.js";
import "./dirty.js";
import "./rows.js";
import "./shortcuts.js";
import "./search_select.js";
import "./live.js";
import "./strip.js";
import "./files.js";
import { onContent } from "./content.js";

const PARTS = [
  ["[data-board]", () => import("./board.js")],
  ["[data-sortable]", () => import("./sortable.js")],
  ["[data-mentions]", () => import("./mentions.js")],
  ["[data-copy], [data-time-zone='guess']", () => import("./people.js")],
  ["#designer", () => import("./designer.js")],
  ["[x-data]", () => import("./alpine.js")],
];

onContent((root) => {
  for (const [mark, load] of PARTS) {
    if (root.matches(mark) || root.querySelector(mark)) load().then((part) => part.start?.(root));
  }
});
// htmx would begin in a task of its own, after the page is said to be loaded: a key or a click in between would be a plain link's.
window.htmx.initialize();
document.documentElement.dataset.ready = "";
