// The page is complete without this file; it only reveals what a browser without scripts cannot do.
for (const button of document.querySelectorAll("[data-disclosure-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
