// 今日与走访单：问题一格格加减、随“谈了什么”显示、按钮说清要存什么；打电话点一下就拨。没有它，页面照样能用。
(function () {
  "use strict";

  // ── 打电话：看号码已记录，手机上直接拨出 ──
  document.addEventListener("htmx:load", (event) => {
    const link = event.detail.elt.matches && event.detail.elt.matches(".zq-reveal") && event.detail.elt.querySelector("a[href^='tel:']");
    if (!link) return;
    link.focus();
    if (window.matchMedia("(pointer: coarse)").matches) window.location.href = link.href;
  });

  const form = document.getElementById("visit-form");
  if (!form) return;
  const part = form.querySelector("[data-problems]");
  const count = form.querySelector("[data-problem-count]");
  const add = form.querySelector("[data-problem-add]");
  const blank = document.querySelector("[data-problem-blank]");
  const save = document.querySelector("[data-visit-save]");
  const other = form.querySelector("[data-day-other]");
  const most = Number(count.dataset.most);
  const chosen = (name) => (form.querySelector(`input[name=${name}]:checked`) || {}).value;
  const cards = () => [...form.querySelectorAll("[data-problem]")];

  function put(n) {
    const holder = document.createElement("div");
    holder.innerHTML = blank.innerHTML.replaceAll("__n__", String(n));
    const card = holder.firstElementChild;
    part.insertBefore(card, add);
    count.value = String(Math.max(Number(count.value), n + 1));
    if (window.htmx) window.htmx.process(card);
    return card;
  }
  function sync() {
    const has = chosen("topic") === "PROBLEM";
    part.hidden = !has;
    part.disabled = !has; // what is not shown is not sent
    if (has && !cards().length) put(Number(count.value));
    other.hidden = chosen("day") !== "other";
    cards().forEach((card, at) => {
      card.querySelector("[data-problem-n]").textContent = String(at + 1);
      card.setAttribute("aria-label", `问题 ${at + 1}`);
    });
    add.hidden = cards().length >= most || Number(count.value) >= most;
    label(has);
  }
  function label(has) {
    const written = has ? cards().filter((card) => card.querySelector("textarea").value.trim()) : [];
    const followed = written.filter((card) => (card.querySelector(".v-pick input:checked") || {}).value).length;
    const parts = [];
    if (written.length - followed) parts.push(`上报 ${written.length - followed} 个问题`);
    if (followed) parts.push(`跟进 ${followed} 件`);
    save.textContent = (form.querySelector("[data-caution]") ? "仍然保存" : "保存走访") + (parts.length ? `，${parts.join("，")}` : "");
  }

  const policies = form.querySelector("[data-policies]");
  const words = form.querySelector("#policy-q");
  form.addEventListener("change", (event) => {
    if (event.target.name === "topic" && event.target.value === "POLICY") policies.open = true;
    sync();
  });
  words.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(); // it searches as one types; Enter must not save the visit
  });
  form.addEventListener("input", () => label(chosen("topic") === "PROBLEM"));
  document.addEventListener("htmx:afterSettle", sync);
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-problem-add]")) {
      event.preventDefault();
      const card = put(Number(count.value));
      sync();
      card.querySelector("textarea").focus();
    }
    const drop = event.target.closest("[data-problem-drop]");
    if (drop) {
      event.preventDefault();
      const card = drop.closest("[data-problem]");
      const next = card.nextElementSibling;
      card.remove();
      sync();
      (next.querySelector("textarea") || next).focus();
      add.dispatchEvent(new Event("input", { bubbles: true })); // the draft forgets it too
    }
  });
  // 草稿里有几格，先摆出几格。
  form.addEventListener("draft:restore", (event) => {
    const last = Math.max(-1, ...event.detail.map((name) => Number((/^problems-(\d+)-/.exec(name) || [0, -1])[1])));
    for (let n = Number(count.value); n <= Math.min(last, most - 1); n += 1) put(n);
    part.disabled = false;
  });
  form.addEventListener("draft:restored", () => {
    sync();
    cards().forEach((card) => card.querySelector("textarea").dispatchEvent(new Event("input", { bubbles: true })));
    form.querySelector(".v-when input:checked").dispatchEvent(new Event("change", { bubbles: true }));
  });
  sync();
  // Going back, the browser fills the form in again, and says nothing.
  window.addEventListener("pageshow", sync);
  const shot = form.querySelector(".v-more .zq-bad, .v-problems .zq-bad");
  if (shot) shot.scrollIntoView({ block: "center" });
})();
