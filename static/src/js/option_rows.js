// The names of options are written one under the other: Enter goes to the next, and past the last one makes it.
// In an empty last one it does what it does in any form.
document.addEventListener("keydown", (event) => {
  const here = event.target;
  if (event.key !== "Enter" || event.isComposing || !here.matches?.("[name=option_name]") || !here.value.trim()) return;
  event.preventDefault();
  const names = [...here.form.querySelectorAll("[name=option_name]")];
  const next = names[names.indexOf(here) + 1];
  if (next) next.focus();
  else here.form.querySelector("[name=redraw][value=add]").click();
});
