// Things that open: dialogs, the drawer, and folds (aria-expanded + aria-controls on the button, data-fold on the part).
(function () {
  "use strict";

  // ── dialogs: <button data-dialog="key">; without this script the dialog stands open in the page ──
  const opener = new WeakMap();
  function openDialog(key, button) {
    const dialog = document.getElementById(`dialog-${key}`);
    if (!dialog || dialog.matches(":modal")) return;
    dialog.close();
    dialog.showModal();
    opener.set(dialog, button);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-dialog]");
    if (button) {
      event.preventDefault();
      openDialog(button.dataset.dialog, button);
      return;
    }
    const close = event.target.closest("[data-dialog-close]");
    if (close) close.closest("dialog").close();
    else if (event.target.matches("dialog:modal")) event.target.close(); // a click on the dimmed page
  });
  document.addEventListener("close", (event) => {
    const button = opener.get(event.target);
    if (button) button.focus();
  }, true);
  window.zqOpenDialog = openDialog;
  const asked = new URLSearchParams(location.search).get("dialog");
  if (asked) openDialog(asked);

  // ── drawer: the page behind is inert, focus stays inside, Esc goes back ──
  let behind = [];
  let cameFrom = null;
  function drawerOf(root) {
    return root.querySelector(".zq-drawer:not([hidden])");
  }
  function enter(drawer) {
    if (drawer.dataset.entered) return;
    drawer.dataset.entered = "1";
    if (!behind.length) cameFrom = document.activeElement; // the same drawer drawn anew keeps where it came from
    behind.forEach((el) => { el.inert = false; });
    const path = new Set();
    for (let el = drawer; el; el = el.parentElement) path.add(el);
    behind = [...path].flatMap((el) => (el.parentElement ? [...el.parentElement.children] : []))
      .filter((el) => !path.has(el) && !el.matches("script, link, meta, title, head, .zq-scrim, #toast") && !el.inert);
    behind.forEach((el) => { el.inert = true; });
    const first = drawer.querySelector("[autofocus], .d-body input:not([type=hidden]), .d-body select, .d-body textarea");
    (first || drawer).focus();
  }
  function leave() {
    behind.forEach((el) => { el.inert = false; });
    behind = [];
    if (cameFrom && cameFrom.isConnected) cameFrom.focus();
  }
  document.addEventListener("keydown", (event) => {
    const drawer = drawerOf(document);
    if (!drawer) return;
    if (event.key === "Escape" && !document.querySelector("dialog:modal")) drawer.querySelector("[data-drawer-close]").click();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = drawer.querySelector("form");
      if (form) form.requestSubmit(drawer.querySelector("[type=submit][data-main]") || undefined);
    }
  });
  // A drawer put in by htmx is taken out again without leaving the list: its holder has data-drawer-holder.
  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-drawer-close], .zq-scrim");
    const holder = close && close.closest("[data-drawer-holder]");
    if (!holder) return;
    event.preventDefault();
    holder.replaceChildren();
    leave();
  });
  document.addEventListener("htmx:afterSettle", () => {
    const drawer = drawerOf(document);
    if (drawer) enter(drawer);
    else if (behind.length) leave();
  });
  if (drawerOf(document)) enter(drawerOf(document));

  // ── dates are typed as 2026-11-23; the button opens the browser's own calendar ──
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-date-open]");
    if (!button) return;
    const text = button.parentElement.querySelector("[data-date]");
    let native = button.parentElement.querySelector("input[type=date]");
    if (!native) {
      native = document.createElement("input");
      native.type = "date";
      native.tabIndex = -1;
      native.setAttribute("aria-hidden", "true");
      native.addEventListener("change", () => {
        text.value = native.value;
        text.dispatchEvent(new Event("input", { bubbles: true }));
        text.dispatchEvent(new Event("change", { bubbles: true }));
        text.focus();
      });
      button.parentElement.append(native);
    }
    native.min = text.getAttribute("min") || "";
    native.max = text.getAttribute("max") || "";
    native.value = text.value;
    native.showPicker();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-date]")) return;
    const found = /^(\d{4})[-./年]?(\d{1,2})[-./月]?(\d{1,2})日?$/.exec(event.target.value.trim());
    if (found) event.target.value = [found[1], found[2].padStart(2, "0"), found[3].padStart(2, "0")].join("-");
  });

  // ── chosen files by name and size, before they are sent ──
  const size = (n) => (n >= 1048576 ? `${(n / 1048576).toFixed(1)} MB` : `${Math.max(1, Math.round(n / 1024))} KB`);
  document.addEventListener("change", (event) => {
    const list = event.target.type === "file" && event.target.closest("[data-file]")?.querySelector("[data-file-list]");
    if (!list) return;
    list.replaceChildren(...[...event.target.files].map((file) => {
      const item = document.createElement("li");
      item.textContent = `${file.name}　${size(file.size)}`;
      return item;
    }));
  });

  // ── folds: clocks of a case, 更多, help ──
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[aria-controls][aria-expanded]");
    if (!button) return;
    const part = document.getElementById(button.getAttribute("aria-controls"));
    if (!part || !part.hasAttribute("data-fold")) return;
    const open = !part.classList.contains("is-open");
    const group = button.closest("[data-fold-one]");
    if (open && group) group.querySelectorAll("button[aria-expanded=true]").forEach((other) => fold(other, false));
    fold(button, open);
  });
  function fold(button, open) {
    button.setAttribute("aria-expanded", String(open));
    const part = document.getElementById(button.getAttribute("aria-controls"));
    if (part) part.classList.toggle("is-open", open);
    const use = button.querySelector(".k > .ic:last-child use, .ic[data-chevron] use");
    if (use) use.setAttribute("href", use.getAttribute("href").replace(/chevron-(up|down)$/, open ? "chevron-up" : "chevron-down"));
  }
})();
