// Alpine, for screens that keep state of their own in the browser; loaded where x-data stands on the page.
import Alpine from "@alpinejs/csp";

let started = false;

export function start() {
  if (started) return;
  started = true;
  window.Alpine = Alpine;
  Alpine.start();
}
