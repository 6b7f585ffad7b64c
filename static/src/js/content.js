// Calls back for the page once, and for every piece swapped in later.
const listeners = [];

export function onContent(callback) {
  listeners.push(callback);
  if (document.body) callback(document.body);
}

document.addEventListener("htmx:after:swap", () => {
  for (const callback of listeners) callback(document.body);
});
