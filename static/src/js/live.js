// Other people's acts. The server announces what changed; the page asks for its own address again and morphs.
//   <body data-live="https://…/live" data-live-ticket="…">     where to listen; without it, or when it fails: polling
//   <div data-live-on="case:0190… organization">                  what this part of the page is about
const POLL = 5000, WAIT = 120, APART = 900; // milliseconds
const body = document.body;
let polling = 0, pending = 0, last = 0;

const parts = () => [...document.querySelectorAll("[data-live-on]")];

function refresh() {
  last = Date.now();
  if (document.hidden || !parts().length) return;
  if (document.querySelector(".board.dragging")) return soon(); // not under somebody's hand
  const url = body.dataset.liveRefresh || location.pathname + location.search;
  window.htmx.ajax("GET", url, { source: parts()[0], target: parts()[0], swap: "none", headers: { "X-Live": "1" } });
}

function soon() {
  clearTimeout(pending);
  pending = setTimeout(refresh, Math.max(WAIT, last + APART - Date.now()));
}

// A message says what an event was about (casefy/announce.py), or names its topics itself.
function topicsOf(message) {
  if (message.topics) return message.topics;
  const topics = [`${message.stream_kind}:${message.stream_id}`, "organization"];
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

function listen(tries = 0) {
  const url = new URL(body.dataset.live, location.href);
  if (body.dataset.liveTicket) url.searchParams.set("ticket", body.dataset.liveTicket);
  const stream = new EventSource(url);
  stream.onopen = () => {
    tries = 0;
    body.dataset.liveState = "stream";
    if (polling) { poll(false); soon(); } // something may have been missed
  };
  stream.onmessage = heard;
  stream.addEventListener("resync", soon); // hints were missed
  stream.onerror = () => {
    if (!polling) poll(true);
    if (stream.readyState !== EventSource.CLOSED) return; // the browser tries again by itself
    setTimeout(() => listen(tries + 1), Math.min(30000, 1000 * 2 ** tries));
  };
  addEventListener("pagehide", () => stream.close(), { once: true });
}

// An act that was sent from elsewhere on the page (a board, a list) asks the page to look again.
document.addEventListener("casefy:look-again", refresh);

if (parts().length) {
  if (body.dataset.live) listen();
  else poll(true);
  document.addEventListener("visibilitychange", () => document.hidden || soon());
}
