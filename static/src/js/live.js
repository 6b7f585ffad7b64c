// Other people's acts. The server announces what changed; the page asks for its own address again and morphs.
//   <body data-live="https://…/live" data-live-ticket="…" data-live-renew="/o/…/live">   where to listen, and what lets in
//   <div data-live-on="case:0190… organization">                                          what this part is about
// A stream lasts as long as its ticket, a few minutes, and ends at once when its holder may hear something else. The page
// then asks for a new one as it asks for anything, and goes on where it was. While there is no stream it polls.
import { toast } from "./toasts.js";

const POLL = 5000, WAIT = 120, APART = 900, SPREAD = 1000, STEADY = 10000, PATIENCE = 30000; // milliseconds
const body = document.body;
let polling = 0, pending = 0, last = 0, asked = ""; // looking again, and at which address
let stream = null, next = 0, tries = 0, opened = 0; // listening
let since = 0; // up to when the stream before had told everything; 0 where it broke off

const address = () => body.dataset.liveRefresh || location.pathname + location.search;
const parts = () => [...document.querySelectorAll("[data-live-on]")];
const inHand = () => document.documentElement.classList.contains("held"); // what somebody carries is not swapped under them

function refresh() {
  last = Date.now();
  if (document.hidden || !parts().length) return;
  if (inHand()) return soon();
  asked = address();
  window.htmx.ajax("GET", asked, { source: parts()[0], target: parts()[0], swap: "none", headers: { "X-Live": "1" } });
}

// What was asked before a card was taken up comes too early; what was asked of an address that the page has left
// meanwhile would take it back there.
document.addEventListener("htmx:before:swap", (event) => {
  if (!event.detail.ctx.request?.headers?.["X-Live"] || (asked === address() && !inHand())) return;
  event.preventDefault();
  soon();
});

function soon() {
  clearTimeout(pending);
  pending = setTimeout(refresh, Math.max(WAIT, last + APART - Date.now()));
}

// A message says what an event was about (casefy/announce.py), or names its topics itself.
function topicsOf(message) {
  if (message.topics) return message.topics;
  const topics = [`${message.stream_kind}:${message.stream_id}`, "organization"];
  if (message.stream_kind === "template") topics.push(`definition:${message.stream_id}`); // itself, not its cases
  return message.template_id ? [...topics, `template:${message.template_id}`] : topics;
}

function heard(event) {
  const topics = topicsOf(JSON.parse(event.data || "{}"));
  const wanted = parts().flatMap((part) => part.dataset.liveOn.split(/\s+/));
  if (topics.some((topic) => wanted.includes(topic))) soon();
}

function poll(on) {
  clearInterval(polling);
  polling = on ? setInterval(refresh, POLL) : 0;
  body.dataset.liveState = on ? "polling" : "stream";
}

function hangUp() {
  clearTimeout(next);
  stream?.close();
  stream = null;
}

function listen(ticket) {
  hangUp();
  if (document.hidden) return;
  const url = new URL(body.dataset.live, location.href);
  url.searchParams.set("ticket", ticket);
  if (since) url.searchParams.set("since", since);
  opened = performance.now();
  stream = new EventSource(url);
  stream.onopen = () => {
    since = 0;
    if (polling) soon(); // something may have been missed
    poll(false);
  };
  stream.onmessage = heard;
  stream.addEventListener("resync", soon); // hints were missed, or are not ours to read
  stream.addEventListener("renew", (event) => {
    again(Math.random() * SPREAD);
    since = JSON.parse(event.data).at;
  });
  stream.onerror = () => {
    since = 0;
    if (!polling) poll(true);
    again(0);
  };
}

// A stream that held is followed by the next at once; what fails again and again waits longer each time.
function again(delay) {
  hangUp();
  tries = performance.now() - opened > STEADY ? 0 : tries + 1;
  const wait = tries ? Math.min(PATIENCE, 500 * 2 ** tries) * (0.5 + Math.random()) : 0;
  next = setTimeout(renew, Math.max(delay, wait));
}

async function renew() {
  clearTimeout(next);
  opened = performance.now();
  try {
    const answer = await fetch(body.dataset.liveRenew, { redirect: "manual", cache: "no-store" });
    if (answer.ok) return listen((await answer.json()).ticket);
    if (answer.type === "opaqueredirect" || answer.status === 404) return leave();
  } catch { /* the server cannot be reached: the next time, perhaps */ }
  if (!polling) poll(true);
  again(0);
}

// Signed out, no longer a member, or the case is not theirs any more: what is here is not to be seen, but what they typed.
function leave() {
  hangUp();
  clearInterval(polling);
  if (!document.querySelector("form[data-dirty]")) return location.reload();
  toast("This page is no longer yours to see. Copy what you typed before you reload it.", "warning");
}

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx.request?.headers?.["X-Live"] || ![403, 404].includes(ctx.response?.status)) return;
  event.preventDefault();
  leave();
});

function wake() {
  since = 0;
  soon();
  if (body.dataset.live) renew();
}

// An act that was sent from elsewhere on the page (a board, a list) asks the page to look again.
document.addEventListener("casefy:look-again", refresh);

if (parts().length) {
  if (!body.dataset.live) poll(true);
  else if (!document.hidden) listen(body.dataset.liveTicket);
  // Nobody looks at a hidden page: it leaves its place to others, and looks again when it is shown.
  document.addEventListener("visibilitychange", () => (document.hidden ? hangUp() : wake()));
  addEventListener("pagehide", hangUp);
  addEventListener("pageshow", (event) => event.persisted && wake());
}
