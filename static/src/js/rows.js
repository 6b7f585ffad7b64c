// Lists and boards by keyboard: j and k (or arrows) walk, Enter opens. A click anywhere in a row opens it too.
const rows = () => [...document.querySelectorAll("[data-row], [data-ticket]")];

export function step(by) {
  const all = rows();
  if (!all.length) return false;
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.max(0, Math.min(all.length - 1, here + by))] || all[0];
  const link = next.querySelector("a[data-open]") || next;
  link.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (!row || event.defaultPrevented || event.target.closest("a, button, input, select, label, summary")) return;
  if (String(getSelection())) return;
  const link = row.querySelector("a[data-open]");
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link?.click();
});
