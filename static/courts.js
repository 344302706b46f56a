// Courts while typing a part of a name, for the inputs called court inside [data-courts]: the pattern of a combobox whose
// first option is lit. The keys are the page's own (batch.js).
"use strict";

// The answer as JSON; null where there is none, or a log-in page in its place.
async function ask(address, options) {
  const answer = await fetch(address, options).catch(() => null);
  const isJson = answer?.headers.get("Content-Type")?.startsWith("application/json");
  return isJson ? answer.json().catch(() => null) : null;
}

const list = Object.assign(document.createElement("ul"), { id: "courts", className: "suggestions", hidden: true });
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", "法院");
let box = null; // the input that the list belongs to
let listedFor = ""; // what had been typed when the list was asked for
let asked = 0;
let waiting;

const isListOpen = (input) => box === input && !list.hidden;
const lit = () => list.querySelector('[aria-selected="true"]');

function openList(input, words, courts) {
  box = input;
  listedFor = words;
  list.replaceChildren(...courts.map(({ name, note }, number) => {
    const option = Object.assign(document.createElement("li"), { id: `court-${number}` });
    option.setAttribute("role", "option");
    option.dataset.value = name;
    option.append(name, Object.assign(document.createElement("small"), { textContent: note }));
    return option;
  }));
  list.hidden = !courts.length;
  input.parentElement.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", String(!list.hidden));
  light(0);
}

function closeList() {
  clearTimeout(waiting);
  asked += 1;
  list.hidden = true;
  box?.setAttribute("aria-expanded", "false");
  box?.removeAttribute("aria-activedescendant");
  box = null;
}

function light(place) {
  const options = [...list.children];
  const chosen = options.at(place % Math.max(options.length, 1));
  for (const option of options) {
    option.setAttribute("aria-selected", String(option === chosen));
  }
  if (chosen) {
    box.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else {
    box.removeAttribute("aria-activedescendant");
  }
}

function lightNext(step) {
  light([...list.children].indexOf(lit()) + step);
}

// Put the lit court into the box; nothing where the list is not yet that of the words in it.
function take() {
  if (box && !list.hidden && lit() && box.value === listedFor) {
    box.value = lit().dataset.value;
  }
  closeList();
}

async function askForCourts(input) {
  asked += 1;
  const mine = asked;
  const words = input.value;
  const courts = await ask(`${input.closest("[data-courts]").dataset.courts}?q=${encodeURIComponent(words)}`);
  if (courts && mine === asked && document.activeElement === input) {
    openList(input, words, courts);
  }
}

for (const change of ["input", "compositionend"]) {
  document.addEventListener(change, ({ target, isComposing }) => {
    clearTimeout(waiting);
    if (target.matches("[data-courts] [name=court]") && !isComposing) { // an input method's own list is open while it composes
      waiting = setTimeout(askForCourts, 120, target);
    }
  });
}
list.addEventListener("mousedown", (event) => {
  event.preventDefault(); // the box keeps the focus until the choice is made
  light([...list.children].indexOf(event.target.closest("[role=option]")));
  const field = box;
  take();
  field.dispatchEvent(new Event("court-taken", { bubbles: true }));
});
