// "@" in a comment offers the members; the text keeps what the server understands: @[Name](id) is written out.
import { place } from "./popovers.js";

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const START = /(^|\s)@([\p{L}\p{N}._-]{0,30})$/u;

class Mentions {
  constructor(area) {
    this.area = area;
    this.people = JSON.parse(document.getElementById(area.dataset.mentions).textContent);
    area.addEventListener("input", () => this.look());
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("blur", () => setTimeout(() => this.close(), 150));
  }

  look() {
    const before = this.area.value.slice(0, this.area.selectionStart);
    const match = START.exec(before);
    if (!match) return this.close();
    const wanted = fold(match[2]);
    const found = this.people.filter((one) => fold(one.name).split(/\s+/).some((word) => word.startsWith(wanted)) || fold(one.mention).startsWith(wanted)).slice(0, 8);
    if (!found.length) return this.close();
    this.start = this.area.selectionStart - match[2].length - 1;
    this.show(found);
  }

  show(found) {
    if (!this.box) {
      this.box = document.createElement("ul");
      this.box.className = "menu-pop";
      this.box.popover = "manual";
      this.box.setAttribute("role", "listbox");
      this.box.setAttribute("aria-label", "People");
      this.box.id = `people-${Math.random().toString(36).slice(2)}`;
      this.area.after(this.box);
      this.area.setAttribute("aria-controls", this.box.id);
      this.box.showPopover();
    }
    this.box.replaceChildren(...found.map((one, index) => {
      const line = document.createElement("li");
      line.className = "menu-line";
      line.id = `${this.box.id}-${index}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", String(index === 0));
      line.textContent = one.name;
      line.dataset.mention = one.mention;
      line.addEventListener("mousedown", (event) => { event.preventDefault(); this.choose(line); });
      return line;
    }));
    this.tell();
    place(this.box, this.area);
  }

  tell() {
    this.area.setAttribute("aria-activedescendant", this.box.querySelector("[aria-selected=true]")?.id || "");
  }

  key(event) {
    if (!this.box || !["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(event.key)) return;
    const here = this.box.querySelector("[aria-selected=true]");
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return this.close();
    if (event.key === "Enter" || event.key === "Tab") return this.choose(here);
    const next = event.key === "ArrowDown" ? here.nextElementSibling : here.previousElementSibling;
    if (!next) return;
    here.setAttribute("aria-selected", "false");
    next.setAttribute("aria-selected", "true");
    this.tell();
  }

  choose(line) {
    this.area.setRangeText(`@${line.dataset.mention} `, this.start, this.area.selectionStart, "end");
    this.close();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  close() {
    this.box?.remove();
    this.box = null;
    this.area.removeAttribute("aria-activedescendant");
  }
}

const known = new WeakSet();

export function start(root) {
  for (const area of root.querySelectorAll("textarea[data-mentions]")) {
    if (known.has(area)) continue;
    known.add(area);
    const mentions = new Mentions(area);
    if (document.activeElement === area) mentions.look(); // somebody typed faster than this was loaded
  }
}

// Ctrl+Enter (or Cmd+Enter) sends.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) event.target.form?.requestSubmit();
});
