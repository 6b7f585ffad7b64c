// <search-select> around a <select>: a list one can type in. At rest the page is exactly what the server drew;
// the list is made when opened and gone when closed. On touch screens the system's own picker stays.
import { place } from "./popovers.js";

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

class SearchSelect extends HTMLElement {
  connectedCallback() {
    this.addEventListener("mousedown", (event) => this.ours(event) && event.preventDefault());
    this.addEventListener("click", (event) => this.ours(event) && this.open());
    this.addEventListener("keydown", (event) => this.key(event));
  }

  get select() { return this.querySelector("select"); }

  ours(event) {
    if (matchMedia("(pointer: coarse)").matches || event.button || this.select.disabled) return false;
    return !this.box && event.target.closest("select") === this.select;
  }

  key(event) {
    if (this.box || event.ctrlKey || event.metaKey || event.altKey) return;
    const letter = event.key.length === 1 && event.key !== " ";
    if (!letter && !["Enter", " ", "ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    this.open(letter ? event.key : "");
  }

  open(typed = "") {
    const box = document.createElement("div");
    box.className = "menu-pop picker";
    box.popover = "auto";
    const id = `picker-${Math.random().toString(36).slice(2)}`;
    box.innerHTML = `<div class="picker-search"><input class="input" type="text" role="combobox" autocomplete="off" aria-expanded="true" aria-controls="${id}"></div><ul class="picker-list" role="listbox" id="${id}"></ul><p class="picker-none" hidden>Nothing matches.</p>`;
    this.box = box;
    this.append(box);
    const input = box.querySelector("input");
    const label = this.select.labels?.[0]?.textContent.trim() || this.select.getAttribute("aria-label") || "Choose";
    input.setAttribute("aria-label", `Search: ${label}`);
    input.placeholder = "Search…";
    box.querySelector("ul").setAttribute("aria-label", label);
    input.value = typed;
    input.addEventListener("input", (event) => { event.stopPropagation(); this.fill(); });
    input.addEventListener("keydown", (event) => this.walk(event));
    box.addEventListener("click", (event) => this.choose(event.target.closest("[role=option]")));
    box.addEventListener("toggle", (event) => event.newState === "closed" && this.close());
    box.showPopover();
    this.fill();
    place(box, this.select, { match: true });
    input.focus();
  }

  fill() {
    const wanted = fold(this.box.querySelector("input").value.trim());
    const list = this.box.querySelector("ul");
    const found = [...this.select.options].filter((option) => !option.disabled && fold(option.text).includes(wanted)).slice(0, 200);
    list.replaceChildren(...found.map((option, index) => {
      const line = document.createElement("li");
      line.id = `${list.id}-${index}`;
      line.setAttribute("role", "option");
      line.className = "menu-line";
      line.dataset.value = option.value;
      line.textContent = option.text;
      return line;
    }));
    this.box.querySelector(".picker-none").hidden = found.length > 0;
    const now = wanted ? 0 : Math.max(0, found.findIndex((option) => option.selected));
    this.mark(list.children[now]);
  }

  mark(line) {
    for (const other of this.box.querySelectorAll("[aria-selected=true]")) other.setAttribute("aria-selected", "false");
    line?.setAttribute("aria-selected", "true");
    line?.scrollIntoView({ block: "nearest" });
    this.box.querySelector("input").setAttribute("aria-activedescendant", line?.id || "");
  }

  walk(event) {
    event.stopPropagation();
    const here = this.box.querySelector("[aria-selected=true]");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? here?.nextElementSibling : here?.previousElementSibling;
      if (next) this.mark(next);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.choose(here);
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close();
    }
  }

  choose(line) {
    if (!line) return;
    const select = this.select;
    select.value = line.dataset.value;
    this.close();
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    const box = this.box;
    if (!box) return;
    this.box = null;
    box.remove();
    this.select.focus();
  }
}

customElements.define("search-select", SearchSelect);
