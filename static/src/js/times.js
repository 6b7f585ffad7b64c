// Keeps "5 min ago" true while the page stays open. Same words as the server's `ago` tag.
const MINUTE = 60, HOUR = 3600, DAY = 86400;

export function ago(seconds) {
  const size = Math.abs(seconds);
  if (size < 45) return "just now";
  const text = size < HOUR ? `${Math.max(1, Math.floor(size / MINUTE))} min`
    : size < DAY ? `${Math.floor(size / HOUR)} h`
    : size < 14 * DAY ? `${Math.floor(size / DAY)} d` : null;
  if (!text) return null;
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

function refresh() {
  const now = Date.now();
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const text = ago((now - Date.parse(element.dateTime)) / 1000);
    if (text && element.textContent !== text) element.textContent = text;
  }
}

setInterval(refresh, 30000);
document.addEventListener("visibilitychange", () => document.hidden || refresh());
