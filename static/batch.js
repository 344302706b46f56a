// The table of a batch, by keyboard: without this file every row is a form with a button to save it.
"use strict";

const table = document.querySelector(".batch");
const saying = document.querySelector(".last-word");
const rowOf = (element) => element.closest("tr[data-report]");
const fieldsOf = (row) => [...row.querySelectorAll("input.field, select")];
const formOf = (row) => row.querySelector("form");
const isChanged = (field) => field.value !== saved(field);
const rowsHere = () => [...table.querySelectorAll("tr[data-report]:has(form)")];

function saved(field) {
  return field.matches("select") ? [...field.options].find((option) => option.defaultSelected).value : field.defaultValue;
}

function restore(field) {
  field.value = saved(field);
  sending.delete(rowOf(field).dataset.report);
  complain(rowOf(field), "");
}

// Saving: one row at a time, in the order in which they were left.
let line = Promise.resolve();

document.querySelector(".keys").hidden = false;
document.body.classList.add("by-script");

// ---- moving

function goTo(row, name) {
  row?.querySelector(`[name="${name}"]`)?.focus();
}

function move(field, step) {
  const rows = rowsHere();
  goTo(rows[rows.indexOf(rowOf(field)) + step], field.name);
}

function moveAcross(field, step) {
  const fields = fieldsOf(rowOf(field));
  const next = fields[fields.indexOf(field) + step];
  goTo(next && rowOf(next), next?.name);
}

function nextThatAsks(row, name) {
  const rows = rowsHere();
  const after = [...rows.slice(rows.indexOf(row) + 1), ...rows.slice(0, rows.indexOf(row))];
  const next = after.find((other) => other.classList.contains("asks"));
  if (next) {
    goTo(next, name);
  } else {
    line = line.then(() => document.querySelector("#tally a")?.focus()); // nothing is left but to publish
  }
}

// What is typed on arrival takes the place of what was there.
table.addEventListener("focusin", ({ target }) => target.matches("input.field") && target.select());

// A whole word that is marked, as it is on arrival, is both ends.
const atStart = ({ selectionStart, selectionEnd, value }) => selectionStart === 0 && (selectionEnd === 0 || selectionEnd === value.length);
const atEnd = ({ selectionStart, selectionEnd, value }) => selectionEnd === value.length && (selectionStart === selectionEnd || selectionStart === 0);

// ---- saving

const sending = new Map(); // report -> what is on its way, or was refused: neither is sent again

function send(row, act) {
  const changed = fieldsOf(row).filter(isChanged);
  const report = row.dataset.report;
  const words = JSON.stringify(changed.map(({ name, value }) => [name, value]));
  if (act === "save" && (!changed.length || sending.get(report) === words)) {
    return;
  }
  sending.set(report, words);
  row.setAttribute("aria-busy", "true");
  line = line.then(async () => {
    if (!await post(report, act, changed)) {
      sending.delete(report);
    }
  });
}

// Whether the words were refused.
async function post(report, act, changed) {
  const row = document.getElementById(`report-${report}`); // as it is now: the last answer may have drawn it anew
  const form = row && formOf(row);
  if (!form) {
    return false; // published or taken apart meanwhile
  }
  const body = new FormData(form);
  body.set("act", act);
  for (const { name, value } of changed) {
    body.set(name, value);
  }
  for (const name of fieldsOf(row).map((field) => field.name)) {
    if (!changed.some((field) => field.name === name)) {
      body.delete(name);
    }
  }
  const said = await ask(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  row.removeAttribute("aria-busy");
  if (!said) {
    complain(row, "没有保存：连接中断，或登录已经过期。请刷新页面再试。");
    return false;
  }
  if (said.files) {
    draw(said);
  }
  if (said.problem) {
    complain(document.getElementById(`report-${report}`), said.problem);
  } else {
    tell(said.told, report);
  }
  return Boolean(said.problem);
}

function complain(row, problem) {
  const place = row.querySelector(".err");
  place.textContent = problem;
  place.hidden = !problem;
  for (const field of fieldsOf(row)) {
    field.setAttribute("aria-invalid", String(Boolean(problem) && isChanged(field)));
  }
  if (problem) {
    tell(problem);
  }
}

let lastReport = "";

function tell(words, report = "") {
  lastReport = report;
  saying.replaceChildren(words);
  if (report && document.querySelector(`#report-${report} [value="take_back"]`)) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "btn-2", textContent: "撤销（Ctrl+Z）" });
    button.addEventListener("click", takeBack);
    saying.append(button);
  }
}

function takeBack() {
  const row = document.getElementById(`report-${lastReport}`);
  if (row?.querySelector('[value="take_back"]')) {
    send(row, "take_back");
  }
}

// ---- drawing rows anew, under the eyes of someone who types

let drawing = false; // a field that is taken away loses the focus, but nobody has left it

function draw({ files, summary }) {
  drawing = true;
  for (const [id, html] of Object.entries(files)) {
    const before = document.getElementById(`file-${id}`);
    const typed = before?.contains(document.activeElement) ? holding(document.activeElement) : null;
    const holder = document.createElement("table");
    holder.innerHTML = html;
    const after = holder.tBodies[0];
    if (before?.querySelector("tr[data-report] form")) {
      after.dataset.order = before.dataset.order; // a row stays where a person works on it
      before.replaceWith(after);
    } else {
      before?.remove();
      putInOrder(after);
    }
    typed?.(after);
  }
  const tally = document.getElementById("tally");
  const wasThere = tally.contains(document.activeElement);
  tally.outerHTML = summary;
  if (wasThere) {
    document.querySelector("#tally a")?.focus();
  }
  drawing = false;
}

// Gives back focus, words and caret to the row that takes the place of the one they were in.
function holding(field) {
  const row = rowOf(field);
  const { name, value, selectionStart, selectionEnd } = field;
  const sent = row && sending.get(row.dataset.report)?.includes(JSON.stringify([name, value]));
  const unsaved = row && fieldsOf(row).includes(field) && isChanged(field) && !sent;
  return (body) => {
    const twin = row && body.querySelector(`#report-${row.dataset.report} [name="${name}"]`);
    if (!twin) {
      body.querySelector("a, input.field")?.focus();
      return;
    }
    if (unsaved) {
      twin.value = value;
    }
    twin.focus();
    if (twin.setSelectionRange) {
      twin.setSelectionRange(selectionStart, selectionEnd);
    }
  };
}

function putInOrder(body) {
  const order = (one) => one.dataset.order.split(" ").map(Number);
  const isLater = (one, other) => {
    const place = one.findIndex((number, at) => number !== other[at]);
    return place >= 0 && one[place] > other[place];
  };
  const next = [...table.tBodies].find((other) => isLater(order(other), order(body)));
  table.insertBefore(body, next ?? null);
}

// ---- watching the reading

async function watch() {
  const states = await ask(table.dataset.states);
  if (!states) {
    setTimeout(watch, 10_000);
    return;
  }
  const { working, files } = states;
  const changed = Object.keys(files).filter((id) => document.getElementById(`file-${id}`)?.dataset.state !== files[id]);
  if (changed.length) {
    const rows = await ask(`${table.dataset.rows}?${changed.map((id) => `file=${id}`).join("&")}`);
    if (rows) {
      draw(rows);
    }
  }
  table.toggleAttribute("aria-busy", working);
  if (working) {
    setTimeout(watch, 2_000);
  }
}

watch();

table.addEventListener("court-taken", ({ target }) => send(rowOf(target), "save"));

// ---- keys

const INITIALS = { n: "年度报告", g: "工", x: "新闻报道", b: "白皮书", q: "其他" };

function chooseType(select, letter) {
  const fitting = [...select.options].filter((option) => INITIALS[letter] && option.value.startsWith(INITIALS[letter]));
  const next = fitting[(fitting.findIndex((option) => option.value === select.value) + 1) % fitting.length];
  if (next) {
    select.value = next.value;
  }
  return Boolean(next);
}

const KEYS = {
  ArrowDown: (field) => move(field, 1),
  ArrowUp: (field) => move(field, -1),
  Enter: (field, event) => {
    const row = rowOf(field);
    if (event.ctrlKey || event.metaKey) {
      send(row, "confirm");
      nextThatAsks(row, field.name);
    } else {
      send(row, "save");
      move(field, event.shiftKey ? -1 : 1);
    }
  },
  Escape: restore,
};

table.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.isComposing || !field.matches("input.field, select")) {
    return;
  }
  const open = isListOpen(field);
  if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    lightNext(event.key === "ArrowDown" ? 1 : -1);
  } else if (open && event.key === "Escape") {
    event.preventDefault();
    closeList();
  } else if (KEYS[event.key] && !event.altKey) {
    event.preventDefault();
    if (event.key === "Enter") {
      take();
    }
    KEYS[event.key](field, event);
  } else if (event.key === "Tab" && open) {
    take();
  } else if (event.key === "ArrowLeft" && (field.matches("select") || atStart(field))) {
    event.preventDefault();
    moveAcross(field, -1);
  } else if (event.key === "ArrowRight" && (field.matches("select") || atEnd(field))) {
    event.preventDefault();
    moveAcross(field, 1);
  } else if (event.key === "z" && (event.ctrlKey || event.metaKey) && !isChanged(field)) {
    event.preventDefault();
    takeBack();
  } else if (field.matches("select") && !event.ctrlKey && !event.metaKey && chooseType(field, event.key)) {
    event.preventDefault();
  }
});

table.addEventListener("focusout", ({ target, relatedTarget }) => {
  const row = rowOf(target);
  if (drawing || !row || !target.matches("input.field, select") || relatedTarget?.closest(".row-acts") === formOf(row)) {
    return;
  }
  closeList();
  send(row, "save");
});

table.addEventListener("submit", (event) => {
  const row = rowOf(event.target);
  if (!row) {
    return; // 重新识别, 取消识别: the page comes again
  }
  event.preventDefault();
  const act = event.submitter?.value ?? "save";
  send(row, act);
  if (act === "confirm") {
    nextThatAsks(row, "court");
  }
});

// Ctrl+Z where no field has the focus takes back too.
document.addEventListener("keydown", (event) => {
  if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.target.closest("input, textarea, select")) {
    event.preventDefault();
    takeBack();
  }
});
