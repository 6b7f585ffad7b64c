// For the screens about people: copying a secret or a link, and guessing the visitor's time zone.
import { toast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast(button.dataset.copied || "Copied");
  } catch {
    toast("The browser does not let us copy. Select the text and copy it yourself.", "warning");
  }
});

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.("[data-select]")) event.target.select();
});

export function start(root) {
  const select = root.querySelector("select[data-time-zone='guess']");
  if (!select || select.dataset.guessed) return;
  select.dataset.guessed = "yes";
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...select.options].some((option) => option.value === zone)) {
    select.value = zone;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
