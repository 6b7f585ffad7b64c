// A list to put in order by hand: <ol data-sortable> with handles [data-handle]; the form around it hears "sorted".
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { hold } from "./hold.js";

export function start(root) {
  for (const list of root.querySelectorAll("[data-sortable]")) {
    if (Sortable.get(list)) continue;
    Sortable.create(list, {
      handle: "[data-handle]",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      ghostClass: "ticket-lifted",
      ...hold,
      onEnd: (event) => {
        if (event.oldIndex !== event.newIndex) list.dispatchEvent(new CustomEvent("sorted", { bubbles: true }));
      },
    });
  }
}
