// Deciding about figures by keyboard: J and K move, A confirms, R rejects, E corrects. Every one is a link or a button.
"use strict";

const panel = document.querySelector("[data-keys]");
// The keys work only here, so that none is pressed by accident elsewhere. To go to an address's #p6 takes the focus away.
const take = () => panel.focus({ preventScroll: true });
take();
addEventListener("load", take);
panel.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea");
  if (typing && event.key === "Escape") {
    event.target.closest("details").open = false;
    take();
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  const pressed = panel.querySelector(`[data-key~="${CSS.escape(event.key.toLowerCase())}"]`);
  if (pressed) {
    event.preventDefault();
    pressed.click();
  }
});
panel.querySelector("details")?.addEventListener("toggle", ({ target }) => {
  if (target.open) {
    target.querySelector("input:not([type=hidden])").select();
  }
});
