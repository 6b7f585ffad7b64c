// The designer: edits follow each other quickly, so each one is sent with the version the last answer brought,
// and what is ticked shows what the server has as soon as nothing is on its way.
const isText = (control) => control.matches("textarea, input:not([type=checkbox], [type=radio], [type=hidden])");
const underway = new Set();

function mirror(control) {
  if (control.type === "checkbox" || control.type === "radio") control.checked = control.defaultChecked;
  else if (control instanceof HTMLSelectElement) for (const option of control.options) option.selected = option.defaultSelected;
  else if (control.value !== control.defaultValue) control.value = control.defaultValue;
}

function mirrorAll() {
  for (const form of document.querySelectorAll("#designer form[data-mirror]")) {
    for (const control of form.elements) {
      if (control instanceof HTMLButtonElement || control instanceof HTMLFieldSetElement) continue;
      if (control !== document.activeElement || !isText(control)) mirror(control);
    }
  }
}

document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.request.method !== "GET" && ctx.sourceElement?.closest?.("#designer")) underway.add(ctx);
});
document.addEventListener("htmx:finally:request", (event) => underway.delete(event.detail.ctx));

// An edit waits in the queue until the one before is answered; the page may have a newer version by then.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  const form = ctx.sourceElement?.closest?.("#designer form, #designer [hx-trigger='sorted']");
  const body = ctx.request.body;
  const version = form?.isConnected && form.querySelector("[name=expected_version]")?.value;
  if (version && body instanceof URLSearchParams && body.has("expected_version")) body.set("expected_version", version);
});

document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  const sent = ctx?.sourceElement;
  if (sent?.matches?.("form[data-clear]") && ctx.response?.status < 400) sent.reset();
  underway.delete(ctx);
  if (!underway.size) mirrorAll();
});
