// Light, dark, or as the system says. The server reads the cookie, so a page never flashes.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

const shown = () => root.dataset.theme || (dark.matches ? "dark" : "light");

function choose(theme) {
  root.dataset.theme = theme;
  document.cookie = `theme=${theme};path=/;max-age=31536000;samesite=lax`;
  tell();
}

function tell() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.setAttribute("aria-label", shown() === "dark" ? "Use the light theme" : "Use the dark theme");
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-theme-toggle]")) choose(shown() === "dark" ? "light" : "dark");
});
dark.addEventListener("change", tell);
tell();
