// Drafts on this device: <form data-draft="visit-new">. Kept per person, restored into an untouched form, cleared on success.
// [data-draft-state] says when it was saved. Forms that come back with errors carry data-bound: the server's values win.
(function () {
  "use strict";
  const PREFIX = "zq-draft:";
  const PENDING = "zq-draft-sent";
  const LIFE = 7 * 24 * 3600 * 1000;
  const who = document.body.dataset.user || "";
  const keyOf = (form) => `${PREFIX}${who}:${form.dataset.draft}`;
  const fieldsOf = (form) => [...form.elements].filter((el) => el.name && !["hidden", "file", "password", "submit", "button"].includes(el.type));

  function store(act) {
    try { return act(window.localStorage); } catch { return null; } // storage may be full or forbidden: the form still works
  }
  function save(form) {
    const values = fieldsOf(form).map((el) => [el.name, el.type === "radio" || el.type === "checkbox" ? `${el.value}=${el.checked}` : el.value]);
    store((s) => s.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values })));
    state(form, "草稿已存本机");
  }
  function read(form) {
    const kept = store((s) => JSON.parse(s.getItem(keyOf(form))));
    return kept && Date.now() - kept.at < LIFE ? kept : null;
  }
  function clear(form) {
    store((s) => s.removeItem(keyOf(form)));
    state(form, "");
  }
  function state(form, words) {
    const place = form.querySelector("[data-draft-state]") || document.querySelector(`[data-draft-state="${form.dataset.draft}"]`);
    if (!place) return;
    const time = new Date().toTimeString().slice(0, 5);
    place.textContent = words ? `${words} ${time}` : "";
  }
  function restore(form) {
    const kept = read(form);
    if (!kept || form.hasAttribute("data-bound")) return;
    // Rows a script adds (a second problem) are not there yet: their page adds them on this event.
    form.dispatchEvent(new CustomEvent("draft:restore", { bubbles: true, detail: kept.values.map(([name]) => name) }));
    const seen = {};
    let changed = false;
    kept.values.forEach(([name, value]) => {
      const same = fieldsOf(form).filter((el) => el.name === name);
      const el = same[(seen[name] = (seen[name] ?? -1) + 1)];
      if (!el) return;
      if (el.type === "radio" || el.type === "checkbox") {
        const cut = value.lastIndexOf("=");
        const match = same.find((one) => one.value === value.slice(0, cut));
        if (match && match.checked !== (value.slice(cut + 1) === "true")) { match.checked = !match.checked; changed = true; }
      } else if (el.value !== value && (el.value === el.defaultValue || el.tagName === "SELECT")) {
        el.value = value;
        changed = true;
      }
    });
    if (changed) {
      state(form, "已接着上次的草稿");
      form.dispatchEvent(new Event("draft:restored", { bubbles: true }));
    }
  }
  // A draft that was sent is gone once another page of ours comes without an error, signed in.
  function settle() {
    const sent = store((s) => s.getItem(PENDING));
    if (!sent) return;
    const stillHere = [...document.querySelectorAll("form[data-draft]")].some((form) => keyOf(form) === sent);
    if (!who || stillHere || document.body.classList.contains("p-error")) return;
    store((s) => { s.removeItem(sent); s.removeItem(PENDING); });
  }
  let waiting;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form || !form.dataset.draft) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => save(form), 400);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.draft) return;
    clearTimeout(waiting);
    save(form);
    store((s) => s.setItem(PENDING, keyOf(form)));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches && form.matches("form[data-draft]") && event.detail.successful) clear(form);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.querySelectorAll) event.target.querySelectorAll("form[data-draft]").forEach(restore);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-draft-clear]");
    if (!button) return;
    const form = button.form || document.querySelector(`form[data-draft="${button.dataset.draftClear}"]`);
    form.reset();
    clear(form);
  });
  settle();
  // After every deferred script: a page's own listens to draft:restore.
  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-draft]").forEach(restore));
})();
