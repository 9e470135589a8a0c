// Every page: search key, one submit at a time, readable htmx failures, small switches. No inline code (CSP).
(function () {
  "use strict";
  const WAIT = 15000;
  const typing = (el) => el.matches("input, textarea, select, [contenteditable]");

  // ── `/` puts the cursor into the search box ──
  document.addEventListener("keydown", (event) => {
    const box = document.querySelector(".zq-find input");
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || !box) return;
    if (typing(event.target) || box.offsetParent === null) return;
    event.preventDefault();
    box.focus();
    box.select();
  });

  // ── a form is sent once: the second click waits for the answer ──
  // The button is not disabled: its name and value belong to what is sent.
  function busy(form, on) {
    if (on) form.dataset.sent = String(Date.now());
    else delete form.dataset.sent;
    form.querySelectorAll("[type=submit]").forEach((button) => {
      if (on) button.setAttribute("aria-busy", "true");
      else button.removeAttribute("aria-busy");
    });
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < WAIT) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    busy(form, true);
  }, true);
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => busy(form, false)));
  const formOf = (el) => (el.matches && el.matches("form") ? el : el.closest && el.closest("form"));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = formOf(event.detail.elt);
    if (form) busy(form, false);
  });

  // ── htmx: a refusal is shown, and never swapped over what was typed ──
  const messageBox = () =>
    document.querySelector("dialog:modal [data-messages], .zq-drawer [data-messages]") || document.getElementById("page-messages");
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (xhr.status < 400) return;
    const meant = xhr.getResponseHeader("HX-Retarget");
    if (meant === "#page-messages" && messageBox()) {
      event.detail.target = messageBox();
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    } else if (!meant && xhr.status !== 422) {
      event.detail.shouldSwap = false;
      say(`没有成功，请再试一次。您填写的内容还在。（${xhr.status}）`, "err");
    }
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const failed = event.detail.target.querySelector && event.detail.target.querySelector("[data-error], .zq-field.bad input, .zq-field.bad textarea");
    show(event.detail.target);
    if (failed) failed.focus();
  });
  document.addEventListener("htmx:sendError", () => say("网络不通，没有送出。您填写的内容还在，恢复后再点一次。", "err"));
  document.addEventListener("htmx:timeout", () => say("等得太久，没有收到答复。请先刷新看看是否已经保存。", "err"));

  // ── one sentence at the bottom; the server may ask for it: HX-Trigger {"toast": "已保存"} ──
  let fading;
  function say(words, tone) {
    const box = document.getElementById("toast");
    if (!box) return;
    const note = document.createElement("div");
    note.className = `zq-note ${tone || "done"}`;
    const text = document.createElement("div");
    text.textContent = words;
    note.append(text);
    box.replaceChildren(note);
    clearTimeout(fading);
    if (tone !== "err") fading = setTimeout(() => box.replaceChildren(), 5000);
    else {
      const close = document.createElement("button");
      close.type = "button";
      close.className = "btn btn-sm btn-quiet";
      close.textContent = "知道了";
      close.addEventListener("click", () => box.replaceChildren());
      note.append(close);
    }
  }
  window.zqSay = say;
  document.addEventListener("toast", (event) => say(event.detail.value || event.detail));

  // ── small switches, by data attributes ──
  function show(root) {
    root.querySelectorAll("[data-copy], [data-dismiss], [data-dialog], [data-dialog-close], [data-peek], [data-print], [data-js]").forEach((el) => {
      el.hidden = false;
    });
  }
  document.addEventListener("click", (event) => {
    const on = (name) => event.target.closest(`[${name}]`);
    let el;
    if ((el = on("data-dismiss"))) el.closest(".zq-note").remove();
    else if ((el = on("data-print"))) window.print();
    else if ((el = on("data-peek"))) peek(el);
    else if ((el = on("data-copy"))) copy(el);
    else if ((el = on("data-check-all"))) checkAll(el);
  });
  function peek(button) {
    const input = document.getElementById(button.dataset.peek);
    const open = input.type === "password";
    input.type = open ? "text" : "password";
    button.setAttribute("aria-label", open ? "隐藏密码" : "显示密码");
    button.setAttribute("aria-pressed", String(open));
  }
  function copy(button) {
    const sources = [...(button.closest("form, section") || document).querySelectorAll("[data-copy-source]")];
    const text = sources.map((el) => el.value || el.textContent).join("\n\n");
    const selected = () => {
      sources[0].select();
      document.execCommand("copy");
    };
    const written = navigator.clipboard ? navigator.clipboard.writeText(text).catch(selected) : Promise.resolve(selected());
    written.then(() => say("已复制"));
  }
  function checkAll(box) {
    document.querySelectorAll(box.dataset.checkAll).forEach((one) => {
      one.checked = box.checked;
      one.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
  });
  show(document);
  const bad = document.querySelector(".zq-field.bad input, .zq-field.bad select, .zq-field.bad textarea");
  if (bad) bad.focus();
})();
