"use strict";
// Everything can be read without this script; it sorts, searches, shows cards, and saves decisions.

const items = (list) => [...(list.tBodies ? list.tBodies[0].rows : list.children)];
const kinds = (id) => document.querySelector(`[data-kinds="${id}"]`);

for (const input of document.querySelectorAll("[data-filter]")) {
  const list = document.getElementById(input.dataset.filter);
  const output = document.querySelector(`[data-count="${list.id}"]`);
  const rows = items(list).map((row) => [row, row.textContent.toLocaleLowerCase()]);
  const filter = () => {
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const kind = kinds(list.id)?.value;
    let shown = 0;
    for (const [row, text] of rows) {
      row.hidden = !(words.every((word) => text.includes(word)) && (!kind || row.dataset.kind === kind));
      shown += !row.hidden;
    }
    output.textContent = `${shown.toLocaleString("en")} ${shown === 1 ? "row" : "rows"}`;
  };
  input.addEventListener("input", filter);
  kinds(list.id)?.addEventListener("input", filter);
}

for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => head.firstElementChild.addEventListener("click", () => {
    const falling = head.getAttribute("aria-sort") === "ascending";
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const isNumber = table.tBodies[0].rows[0]?.cells[column].classList.contains("number");
    const value = (row) => {
      const text = row.cells[column].textContent.trim();
      return isNumber ? Number(text.replaceAll(",", "")) : text;
    };
    const order = (a, b) => (isNumber ? a - b : a.localeCompare(b));
    const rows = [...table.tBodies[0].rows].map((row) => [value(row), row]);
    rows.sort((a, b) => (falling ? order(b[0], a[0]) : order(a[0], b[0])));
    table.tBodies[0].append(...rows.map(([, row]) => row));
  }));
}

const hide = () => document.getElementById("hover")?.remove();
const show = (event) => {
  const name = event.target.closest?.(".reader a.m");
  if (!name) return;
  hide();
  const card = document.getElementById(name.hash.slice(1))?.cloneNode(true);
  if (!card) return;
  card.id = "hover";
  card.setAttribute("role", "tooltip");
  const why = document.createElement("p");
  why.className = "reason";
  why.textContent = name.dataset.why;
  card.append(why);
  const box = name.getBoundingClientRect();
  document.body.append(card);
  const left = Math.min(box.left, document.documentElement.clientWidth - card.offsetWidth - 8);
  card.style.left = `${Math.max(8, left) + scrollX}px`;
  card.style.top = `${box.bottom + 6 + scrollY}px`;
};
if (document.querySelector(".reader")) {
  document.addEventListener("mouseover", show);
  document.addEventListener("focusin", show);
  document.addEventListener("mouseout", hide);
  document.addEventListener("focusout", hide);
  // A finger hovers over nothing: a tap shows the card in place of leading to it.
  document.addEventListener("click", (event) => {
    if (!matchMedia("(hover: none)").matches) return;
    if (event.target.closest(".reader a.m")) {
      event.preventDefault();
      show(event);
    } else if (!event.target.closest("#hover")) hide();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}

const pending = document.getElementById("pending");
if (pending) {
  const columns = pending.dataset.columns.split(",");
  const types = pending.dataset.types.split(",");
  const decision = (row) => row.querySelector("input").value.trim();
  const tables = document.querySelectorAll("table.decisions");
  const all = () => [...tables].flatMap(items);
  const decided = () => all().filter(decision);
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const wrong = (row) => {
    const [action, value] = [decision(row).split(":", 1)[0], decision(row).split(":").slice(1).join(":")];
    const actions = row.dataset.other_key ? "same, different, not_a_name, type:TYPE or is:ID" : "not_a_name, type:TYPE or is:ID";
    if (action === "type") return types.includes(value) ? "" : `type: is followed by one of ${types.join(", ")}`;
    if (action === "is") return value ? "" : "is: is followed by the id of an entry of the authority";
    if (value || decision(row).endsWith(":")) return `${action} takes nothing after it`;
    if (action === "not_a_name" || !action) return "";
    if (action === "same" || action === "different") {
      return row.dataset.other_key ? "" : `${action} needs a second name; there is none beside this one`;
    }
    return `there is no ${action}; write ${actions}`;
  };
  const check = (row) => {
    const [input, said] = [row.querySelector("input"), row.querySelector(".wrong")];
    said.textContent = wrong(row);
    if (said.textContent) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    return !said.textContent;
  };
  const problem = document.getElementById("problem");
  const file = () => [columns, ...decided().map((row) => columns.map((column) =>
    field(column === "decision" ? decision(row) : row.getAttribute(`data-${column}`))))]
    .map((row) => `${row.join(",")}\n`).join("");
  const count = () => {
    document.getElementById("chosen").textContent = `${decided().length} chosen`;
  };
  for (const table of tables) {
    table.addEventListener("input", (event) => {
      if (event.target.getAttribute("aria-invalid")) check(event.target.closest("tr"));
      problem.textContent = "";
      count();
    });
    table.addEventListener("change", (event) => check(event.target.closest("tr")));
  }
  count();
  const unsaved = (input) => input.value.trim() !== input.defaultValue;
  addEventListener("beforeunload", (event) => {
    if (all().some((row) => unsaved(row.querySelector("input")))) event.preventDefault();
  });
  document.getElementById("save").addEventListener("click", () => {
    const bad = decided().filter((row) => !check(row));
    if (bad.length) {
      problem.textContent = `Not saved: ${bad.length} ${bad.length === 1 ? "decision is" : "decisions are"} wrong.`;
      for (const row of bad) row.hidden = false;
      bad[0].querySelector("input").focus();
      return;
    }
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([file()], { type: "text/csv" }));
    link.download = "decisions.csv";
    link.click();
    URL.revokeObjectURL(link.href);
    for (const row of all()) row.querySelector("input").defaultValue = decision(row);
  });
}
