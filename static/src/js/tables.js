// A long table says whether all its columns fit: its headings then stay under the top bar, and otherwise over its own scrolling.
import { onContent } from "./content.js";

function measure(wrap) {
  const fits = wrap.firstElementChild.offsetWidth <= wrap.clientWidth;
  wrap.classList.toggle("fits", fits);
  wrap.classList.toggle("too-wide", !fits);
}

const sizes = new ResizeObserver((changes) => changes.forEach(({ target }) => measure(target)));

onContent((root) => {
  for (const wrap of root.querySelectorAll(".long-table")) {
    measure(wrap);
    sizes.observe(wrap);
  }
});
