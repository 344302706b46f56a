// Conveniences only: every page works without this file.
"use strict";

// 复制引文, 打印
for (const acts of document.querySelectorAll(".acts[hidden]")) {
  acts.hidden = false;
  acts.querySelector("[data-copy]").hidden = !navigator.clipboard; // only https and localhost have one
}
document.addEventListener("click", async ({ target }) => {
  if (target.matches("[data-print]")) {
    window.print();
  }
  if (target.matches("[data-copy]")) {
    const words = target.textContent;
    await navigator.clipboard.writeText(document.querySelector(target.dataset.copy).textContent);
    target.textContent = "已复制";
    setTimeout(() => { target.textContent = words; }, 2000);
  }
});

// 目录: show which heading is being read
const entries = new Map([...document.querySelectorAll(".toc a")].map((link) => [link.hash.slice(1), link]));
if (entries.size) {
  const headings = [...entries.keys()].map((id) => document.getElementById(id));
  const follow = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < window.innerHeight / 3);
    for (const link of entries.values()) {
      link.removeAttribute("aria-current");
    }
    if (passed.length) {
      entries.get(passed.at(-1).id).setAttribute("aria-current", "true");
    }
  };
  document.addEventListener("scroll", () => requestAnimationFrame(follow), { passive: true });
  follow();
}

// 对照原件: point at a paragraph or at its place on the page, and both are marked
for (const leaf of document.querySelectorAll(".leaf")) {
  const sheet = leaf.querySelector(".sheet");
  const places = [...leaf.querySelectorAll("rect")];
  const mark = (name, anchor) => {
    for (const place of places) {
      place.classList.toggle(name, place.dataset.at === anchor);
    }
  };
  const bringIntoView = () => {
    const place = sheet.querySelector(".at")?.getBoundingClientRect();
    const frame = sheet.getBoundingClientRect();
    if (place && (place.top < frame.top || place.bottom > frame.bottom || place.left < frame.left || place.right > frame.right)) {
      sheet.scrollBy(place.left - frame.left - frame.width / 4, place.top - frame.top - frame.height / 4);
    }
  };
  const choose = (anchor) => {
    mark("at", anchor);
    bringIntoView();
  };
  const anchorOf = (target) => places.some((place) => place.dataset.at === target?.id) ? target.id : "";
  document.addEventListener("click", (event) => {
    const { hash } = event.target.closest("a.no") ?? {};
    const anchor = event.target.dataset?.at ?? (places.some((place) => `#${place.dataset.at}` === hash) ? hash.slice(1) : "");
    if (anchor) {
      event.preventDefault(); // the page is open already
      location.hash = anchor;
      choose(anchor);
    }
  });
  document.querySelector(".text").addEventListener("mouseover", ({ target }) => mark("over", anchorOf(target.closest("[id]"))));
  leaf.addEventListener("mouseover", ({ target }) => mark("over", target.dataset.at ?? ""));
  leaf.querySelector("input").addEventListener("change", bringIntoView);
  const picture = sheet.querySelector("img");
  if (picture.complete) {
    bringIntoView();
  } else {
    picture.addEventListener("load", bringIntoView, { once: true });
  }
}

// 检索框: courts, themes and phrases while typing; arrow keys choose, Enter takes, Escape closes
for (const box of document.querySelectorAll("[role=search] input[name=q]")) {
  const list = document.createElement("ul");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "可以检索");
  box.parentElement.append(list);
  box.setAttribute("role", "combobox");
  box.setAttribute("aria-autocomplete", "list");
  box.setAttribute("aria-controls", list.id);
  let chosen = -1;

  const choose = (place) => {
    chosen = place;
    for (const [number, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(number === place));
    }
    if (place < 0) {
      box.removeAttribute("aria-activedescendant");
    } else {
      box.setAttribute("aria-activedescendant", list.children[place].id);
    }
  };
  const show = (suggestions) => {
    list.replaceChildren(...suggestions.map(({ value, note }, number) => {
      const option = document.createElement("li");
      option.id = `suggestion-${number}`;
      option.setAttribute("role", "option");
      option.dataset.value = value;
      option.append(value, Object.assign(document.createElement("small"), { textContent: note }));
      return option;
    }));
    list.hidden = !suggestions.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    choose(-1);
  };
  const take = (option) => {
    box.value = option.dataset.value;
    box.form.requestSubmit();
  };
  show([]);

  const ask = async (typed) => {
    const answer = await fetch(`/suggest/?q=${encodeURIComponent(typed)}`).catch(() => null);
    if (answer?.ok && typed === box.value && document.activeElement === box) {
      show(await answer.json());
    }
  };
  let waiting;
  for (const change of ["input", "compositionend"]) {
    box.addEventListener(change, ({ isComposing }) => {
      clearTimeout(waiting);
      if (!isComposing) { // an input method's own list is open while it composes
        waiting = setTimeout(ask, 120, box.value);
      }
    });
  }
  box.addEventListener("keydown", (event) => {
    const most = list.children.length;
    if (event.isComposing || list.hidden) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose((chosen + (event.key === "ArrowDown" ? 2 : most + 1)) % (most + 1) - 1); // -1 is what was typed
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      show([]);
    }
  });
  box.addEventListener("blur", () => show([]));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault(); // the box keeps the focus until the choice is made
    take(event.target.closest("[role=option]"));
  });
}
