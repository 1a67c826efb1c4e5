"use strict";
// Everything can be read without this script; it sorts, searches, shows cards, and saves decisions.

const count = (table) => {
  const shown = table.tBodies[0].querySelectorAll("tr:not([hidden])").length;
  const output = document.querySelector(`[data-count="${table.id}"]`);
  if (output) output.textContent = `${shown.toLocaleString("en")} ${shown === 1 ? "row" : "rows"}`;
};

for (const input of document.querySelectorAll("[data-filter]")) {
  const table = document.getElementById(input.dataset.filter);
  const rows = [...table.tBodies[0].rows].map((row) => [row, row.textContent.toLocaleLowerCase()]);
  input.addEventListener("input", () => {
    const words = input.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
    count(table);
  });
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
  const why = document.createElement("div");
  why.textContent = name.dataset.why;
  card.firstElementChild.before(why);
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
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
}

const pending = document.getElementById("pending");
if (pending) {
  const columns = pending.dataset.columns.split(",");
  const decided = () => [...pending.tBodies[0].rows].filter((row) => row.querySelector("input").value.trim());
  const field = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  pending.addEventListener("input", () => {
    document.getElementById("chosen").textContent = `${decided().length} chosen`;
  });
  document.getElementById("save").addEventListener("click", () => {
    const rows = decided().map((row) => columns.map((column) =>
      field(column === "decision" ? row.querySelector("input").value.trim() : row.getAttribute(`data-${column}`))));
    const text = [columns, ...rows].map((row) => `${row.join(",")}\n`).join("");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = "decisions.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
