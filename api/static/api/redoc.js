// Draws the document with Redoc. Search would need a worker made of a blob, which the page's policy does not allow.
// Redoc's footer wants a logo from its maker's server; no page of ours talks to anybody else, so it goes without.
const { setAttribute } = Element.prototype;
Element.prototype.setAttribute = function (name, value) {
  if (!(this instanceof HTMLImageElement && name === "src")) setAttribute.call(this, name, value);
};
Object.defineProperty(HTMLImageElement.prototype, "src", { get: () => "", set: () => {} });

window.Redoc.init(
  "/api/v1/openapi.json",
  { disableSearch: true, nativeScrollbars: true },
  document.getElementById("redoc"),
);
