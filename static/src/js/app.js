// Everything every page needs. What only some pages need is loaded when its mark is on the page.
import "./htmx_setup.js";
import "./invokers.js";
import "./popovers.js";
import "./dialogs.js";
import "./toasts.js";
import "./theme.js";
import "./times.js";
import "./sending.js";
import "./dirty.js";
import "./signed_out.js";
import "./option_rows.js";
import "./rows.js";
import "./shortcuts.js";
import "./search_select.js";
import "./live.js";
import "./strip.js";
import "./tables.js";
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

async function furnish(root) {
  const wanted = PARTS.filter(([mark]) => root.matches(mark) || root.querySelector(mark));
  await Promise.all(wanted.map(async ([, load]) => (await load()).start?.(root)));
}

let furnished;
onContent((root) => (furnished = furnish(root)));
// htmx would begin in a task of its own, after the page is said to be loaded: a key or a click in between would be a plain link's.
window.htmx.initialize();
furnished.then(() => (document.documentElement.dataset.ready = ""));
