// Whoever was logged out while typing loses none of it: they log in beside it, and send it again.
import { toast } from "./toasts.js";

const LOGIN = "/accounts/login/";

document.addEventListener("htmx:after:request", (event) => {
  const { hx } = event.detail.ctx;
  const login = hx?.redirect;
  if (!login?.startsWith(LOGIN) || !document.querySelector("form[data-dirty]")) return;
  event.preventDefault();
  delete hx.redirect;
  const text = "You were logged out. What you typed is still here: log in in another tab, then send it again.";
  toast(text, "danger", { href: login, text: "Log in" });
});

// Logging in gave the browser a new secret; this page was drawn with the one before.
const secret = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  const now = secret();
  if (!now || request.method === "GET") return;
  request.headers["X-CSRFToken"] = now;
  if (request.body?.has("csrfmiddlewaretoken")) request.body.set("csrfmiddlewaretoken", now);
});
