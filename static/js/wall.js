// 大屏 is fetched anew by htmx. When that fails this says since when the figures stand, and asks again until they are fresh.
(function () {
  "use strict";
  const AGAIN = 20e3;
  const band = document.querySelector("[data-wall-lost]");
  let fresh = Date.now();

  function say() {
    const minutes = Math.floor((Date.now() - fresh) / 60e3);
    const at = document.querySelector("[data-wall-at]").textContent;
    band.textContent = `连接中断，正在重试；以下是 ${at} 的数，${minutes ? `已 ${minutes} 分钟没有更新` : "刚刚断开"}`;
  }
  function again() {
    if (!band.hidden) document.getElementById("wall").dispatchEvent(new Event("wall:again"));
  }
  function lost() {
    if (band.hidden) window.setTimeout(again, AGAIN);
    else window.setTimeout(again, AGAIN * 2);
    say();
    band.hidden = false;
    document.body.classList.add("is-lost");
  }
  function back() {
    fresh = Date.now();
    band.hidden = true;
    document.body.classList.remove("is-lost");
  }
  ["htmx:sendError", "htmx:responseError", "htmx:timeout"].forEach((name) => document.addEventListener(name, lost));
  document.addEventListener("htmx:afterSettle", back);
  window.addEventListener("online", again);
  window.setInterval(() => { if (!band.hidden) say(); }, 30e3);
})();
