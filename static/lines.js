// 逐行整理: lines are chosen by arrow keys and clicks, buttons pressed by letters. The form works without this file.
"use strict";

const list = document.querySelector(".lines");
const form = list.closest("form");
const lines = [...list.children];
const [from, to] = [form.elements.from, form.elements.to];
let [anchor, end] = [0, 0]; // the chosen lines, once there are any, lie between the two; the keys move `end`
let marking = false; // the space bar was pressed: arrows choose on, as with Shift

const show = () => {
  const [first, last] = from.value ? [Math.min(anchor, end), Math.max(anchor, end)] : [-1, -1];
  for (const [place, line] of lines.entries()) {
    line.setAttribute("aria-selected", String(place >= first && place <= last));
    line.classList.toggle("chosen", place >= first && place <= last);
    line.classList.toggle("here", place === end);
  }
  list.setAttribute("aria-activedescendant", lines[end].id);
};
const choose = (place, further) => {
  end = Math.max(0, Math.min(lines.length - 1, place));
  if (!further) {
    anchor = end;
  }
  from.value = Math.min(anchor, end) + 1;
  to.value = Math.max(anchor, end) + 1;
  show();
  lines[end].scrollIntoView({ block: "nearest" });
};
const take = () => { // what the two fields say
  const [first, last] = [from, to].map((field) => parseInt(field.value, 10) - 1);
  if (lines[first]) {
    anchor = first;
    end = lines[last] && last >= first ? last : first;
  }
  show();
};

list.setAttribute("role", "listbox");
list.setAttribute("aria-multiselectable", "true");
list.tabIndex = 0;
for (const line of lines) {
  line.setAttribute("role", "option");
}
for (const button of form.querySelectorAll("[data-key]")) {
  button.setAttribute("aria-keyshortcuts", button.dataset.key);
  button.append(Object.assign(document.createElement("kbd"), { textContent: button.dataset.key, ariaHidden: "true" }));
}
form.querySelector(".keys").hidden = false;
take();

const steps = { ArrowUp: -1, ArrowDown: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity };
list.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
    return;
  }
  const pressed = form.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const reached = form.querySelector(`[data-focus="${CSS.escape(event.key)}"]`);
  if (event.key in steps) {
    choose(end + steps[event.key], event.shiftKey || marking);
  } else if (event.key === " ") {
    marking = !marking;
    choose(end, marking);
  } else if (event.key === "Escape") {
    marking = false;
    choose(end, false);
  } else if (pressed) {
    pressed.click();
  } else if (reached) {
    reached.focus();
  } else {
    return;
  }
  event.preventDefault();
});
form.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !list.contains(event.target) && !event.isComposing) {
    list.focus();
  }
});
list.addEventListener("click", (event) => {
  const place = lines.indexOf(event.target.closest("li"));
  if (place >= 0 && !String(getSelection())) { // words that were marked with the mouse are to be copied
    choose(place, event.shiftKey);
  }
});
list.addEventListener("mousedown", (event) => {
  if (event.shiftKey) {
    event.preventDefault(); // no words are marked from the last click to this one
    list.focus();
  }
});
for (const field of [from, to]) {
  field.addEventListener("input", take);
}

// Only then: on the way to the #r12 of its address the browser takes the focus away.
addEventListener("load", () => requestAnimationFrame(() => {
  if (!document.querySelector("[autofocus]")) {
    list.focus({ preventScroll: true });
    if (!document.getElementById("lines-error")) {
      lines[end].scrollIntoView({ block: "nearest" });
    }
  }
}));
