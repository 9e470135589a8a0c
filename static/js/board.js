// 调度台：点一行看右侧，勾选后出现批量栏，办完自动到下一件。键盘在 keys.js。
(function () {
  "use strict";
  const side = () => document.getElementById("board-side");
  const wide = () => side() && side().offsetParent !== null;
  const rows = () => [...document.querySelectorAll("#board-mid [data-row]")];
  let last = 0;

  function select(row) {
    if (!row) return;
    rows().forEach((one) => one.removeAttribute("aria-selected"));
    row.setAttribute("aria-selected", "true");
    row.dispatchEvent(new CustomEvent("rowselect", { bubbles: true }));
  }
  document.addEventListener("rowselect", (event) => { last = Math.max(0, rows().indexOf(event.target.closest("[data-row]"))); });

  // A click on a row shows it at the right; on its title too, where there is a right side. Ctrl and the middle button open.
  document.addEventListener("click", (event) => {
    const row = event.target.closest("#board-mid [data-row]");
    if (!row || !wide() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || !event.isTrusted) return;
    if (event.target.closest("input, button, summary")) return;
    if (event.detail && event.target.closest("a")) event.preventDefault();
    if (event.detail) select(row);
  });
  document.addEventListener("dblclick", (event) => {
    const link = event.target.closest("#board-mid [data-row]")?.querySelector("[data-open]");
    if (link && !event.target.closest("input")) location.href = link.href;
  });

  // e goes into the sheet at the right, Esc back to the row, Ctrl+Enter presses its first button.
  const typing = (el) => el.matches("textarea, select, [contenteditable], input:not([type=checkbox]):not([type=radio])");
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog:modal, .zq-drawer:not([hidden])") || !wide()) return;
    const inside = side().contains(event.target);
    if (event.key === "e" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
      const first = side().querySelector(".b-act :is(input:not([type=hidden]), select, textarea), .foot :is(button, a)");
      if (first) { event.preventDefault(); first.focus(); }
    } else if (event.key === "Escape" && inside) {
      document.querySelector("#board-mid [aria-selected=true] [data-open]")?.focus();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && inside) {
      side().querySelector(".foot [type=submit]")?.click();
    }
  });

  function bulk() {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const n = document.querySelectorAll("#board-mid tbody [name=pick]:checked").length;
    bar.classList.toggle("is-on", n > 0);
    bar.querySelector("[data-bulk-count]").textContent = n ? `已选 ${n} 件` : "勾选后一起办";
  }
  document.addEventListener("change", (event) => { if (event.target.closest("#board-mid")) bulk(); });
  document.addEventListener("reset", () => setTimeout(bulk));

  // After a step the list comes back without that case: the one now in its place is next.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "board-mid") return;
    window.zqShow && window.zqShow(document.getElementById("board-mid"));
    document.querySelectorAll("#board-mid [data-js]").forEach((el) => { el.hidden = false; });
    bulk();
    if (wide() && !document.querySelector(".zq-drawer:not([hidden])")) {
      const row = rows()[Math.min(last, rows().length - 1)];
      if (row) select(row);
    }
  });
  bulk();
  if (wide() && rows().length && rows()[0].hasAttribute("hx-get")) window.addEventListener("load", () => select(rows()[0]));
})();
