// The office's keyboard: j / k move, Enter opens, x ticks, ? help, and every [data-key="a"] is pressed by its key.
// Rows: [data-keys] holds [data-row]; the row shown has aria-selected="true". Moving sends `rowselect` to the row,
// so that htmx may load the preview: hx-trigger="rowselect".
(function () {
  "use strict";
  const rows = () => [...document.querySelectorAll("[data-keys] [data-row]")];
  const chosen = () => rows().findIndex((row) => row.getAttribute("aria-selected") === "true");
  const typing = (el) => el.matches("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");

  function choose(index) {
    const all = rows();
    const row = all[Math.max(0, Math.min(all.length - 1, index))];
    if (!row) return;
    all.forEach((one) => one.removeAttribute("aria-selected"));
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    const link = linkOf(row);
    if (link) link.focus({ preventScroll: true });
    row.dispatchEvent(new CustomEvent("rowselect", { bubbles: true }));
  }
  const linkOf = (row) => row.querySelector("[data-open], a[href]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog:modal, .zq-drawer:not([hidden])")) return;
    const at = chosen();
    const row = rows()[at];
    const acts = {
      j: () => choose(at + 1),
      k: () => choose(at < 0 ? 0 : at - 1),
      x: () => row && row.querySelector("input[type=checkbox]")?.click(),
      Enter: () => row && !event.target.closest("a, button, summary") && linkOf(row)?.click(),
      "?": () => window.zqOpenDialog && window.zqOpenDialog("keys"),
    };
    const act = acts[event.key] || press(event.key);
    if (!act) return;
    if (event.key !== "Enter" || row) {
      if (event.key !== "Enter") event.preventDefault();
      act();
    }
  });
  function press(key) {
    const button = /^[a-z]$/.test(key) && [...document.querySelectorAll(`[data-key="${key}"]`)].find((el) => el.offsetParent !== null);
    return button ? () => button.click() : null;
  }
})();
