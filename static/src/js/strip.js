// A long strip of stages shows the one the case is in.
import { onContent } from "./content.js";

const shown = new WeakMap();

onContent((root) => {
  for (const strip of root.querySelectorAll(".strip")) {
    const here = strip.querySelector(".strip-here");
    const stage = here?.querySelector("b").textContent;
    if (!here || shown.get(strip) === stage) continue;
    shown.set(strip, stage);
    strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
  }
});
