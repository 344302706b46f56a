// Dropping files, and seeing what was chosen: the form works without this file.
"use strict";

for (const form of document.querySelectorAll(".drop")) {
  const input = form.querySelector("input[type=file]");
  const chosen = form.querySelector("#chosen");
  const size = (bytes) => bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;

  // A folder is taken with everything in it; it is given out by the hundred.
  const filesIn = async (entry) => {
    if (entry.isFile) {
      return [await new Promise((taken, refused) => entry.file(taken, refused))];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
      const some = await new Promise((taken, refused) => reader.readEntries(taken, refused));
      if (!some.length) {
        return found;
      }
      for (const one of some) {
        found.push(...await filesIn(one));
      }
    }
  };

  const show = () => {
    const files = [...input.files];
    const most = Number(form.dataset.most);
    chosen.replaceChildren();
    if (!files.length) {
      return;
    }
    const total = document.createElement("p");
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    total.textContent = files.length > most
      ? `选了 ${files.length} 个文件，一次最多 ${most} 个。请分几次上传，或压缩成 ZIP。`
      : `选了 ${files.length} 个文件，共 ${size(bytes)}。`;
    total.classList.toggle("err", files.length > most);
    const list = document.createElement("ol");
    list.append(...files.map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name}（${size(file.size)}）`;
      return item;
    }));
    const fold = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = "逐个列出";
    fold.open = files.length <= 10;
    fold.append(summary, list);
    chosen.append(total, fold);
  };

  // Every event of the drag is ours, or the browser opens the file in place of the page.
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle("over", name === "dragenter" || name === "dragover");
    });
  }
  form.addEventListener("drop", async ({ dataTransfer }) => {
    // Asked for at once: what was dropped is gone after the event.
    const dropped = [...dataTransfer.items].map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile()).filter(Boolean);
    // Those chosen before stay: a second folder may follow the first.
    const all = new DataTransfer();
    for (const file of input.files) {
      all.items.add(file);
    }
    for (const one of dropped) {
      for (const file of one instanceof File ? [one] : await filesIn(one)) {
        all.items.add(file);
      }
    }
    input.files = all.files;
    show();
  });
  input.addEventListener("change", show);
  form.addEventListener("submit", (event) => {
    if (input.files.length > Number(form.dataset.most)) {
      event.preventDefault();
      input.focus();
      return;
    }
    form.querySelector("button").textContent = "正在上传…";
  });
  const invitation = document.createElement("p");
  invitation.className = "hint";
  invitation.textContent = "也可以把文件拖到这里。";
  input.after(invitation);
}
