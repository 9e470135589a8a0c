// Charts from data in the page: {{ data|json_script:"trend-data" }} and
// <div class="chart" data-chart="trend" data-source="trend-data" role="img" aria-label="…"></div>
// Data: {labels: [...], bars: {name, data}, line: {name, data}, running: true}. `running` draws the last month dashed.
// "stacked" and "grouped" lie down: {labels, stacks | groups: [{name, data}]}. A series with `urls` opens them: one a mark.
// data-chart-theme="wall" for 大屏. A table beside it: <button data-chart-table="id">看表格</button>, part id has data-chart-part.
(function () {
  "use strict";
  const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans SC","Source Han Sans SC","Noto Sans CJK SC",sans-serif';
  const LOOKS = {
    desk: { text: "#455361", axis: "#8b98a5", grid: "#e8ecf0", bar: "#6c94c4", dash: "#5f86b5", hollow: "#fff", line: "#123f73", size: 12, bars: 14, dot: 6, wide: 2 },
    wall: { text: "#b4c3d3", axis: "#4d6278", grid: "#24364a", bar: "#4f7099", dash: "#7f9cbd", hollow: "transparent", line: "#7db5f2", size: 17, bars: 26, dot: 9, wide: 3 },
  };
  const KINDS = { trend, bars, stacked, grouped };
  const LYING = new Set(["stacked", "grouped"]);
  const PAINTS = ["#6c94c4", "#e0b25c", "#b8665f"];

  function axes(look, labels, grid) {
    return {
      animation: false,
      textStyle: { fontFamily: FONT },
      grid,
      // richText: the HTML tooltip writes inline styles, which the content policy forbids.
      tooltip: { trigger: "axis", renderMode: "richText", textStyle: { fontFamily: FONT, fontSize: look.size } },
      xAxis: { type: "category", data: labels, axisTick: { show: false }, axisLine: { lineStyle: { color: look.axis } }, axisLabel: { color: look.text, fontSize: look.size, hideOverlap: true } },
      yAxis: { type: "value", minInterval: 1, splitNumber: 4, axisLabel: { color: look.text, fontSize: look.size }, splitLine: { lineStyle: { color: look.grid } } },
    };
  }
  function dashedLast(values, running, look) {
    return values.map((value, i) => (running && i === values.length - 1
      ? { value, itemStyle: { color: look.hollow, borderColor: look.dash, borderWidth: 1.5, borderType: "dashed" } } : value));
  }
  function trend(data, look, wall) {
    const last = data.labels.length - 1;
    const barOver = data.bars.data[last] >= data.line.data[last]; // the two last labels keep out of each other's way
    return {
      ...axes(look, data.labels, wall ? { left: 56, right: 20, top: 48, bottom: 36 } : { left: 38, right: 64, top: 16, bottom: 26 }),
      legend: wall ? { right: 0, top: 0, itemWidth: 18, itemHeight: 10, textStyle: { color: "#c9d6e4", fontSize: 18, fontFamily: FONT } } : undefined,
      series: [
        { name: data.bars.name, type: "bar", data: dashedLast(data.bars.data, data.running, look), barWidth: look.bars, itemStyle: { color: look.bar },
          markPoint: wall ? undefined : { symbol: "rect", symbolSize: [1, 1], itemStyle: { color: "transparent" }, data: [{ coord: [last, data.bars.data[last]] }],
            label: { show: true, position: "right", offset: [8, barOver ? -10 : 8], color: look.text, fontSize: look.size, formatter: `${data.bars.name} ${data.bars.data[last]}` } } },
        { name: data.line.name, type: "line", data: data.line.data, symbol: "circle", symbolSize: look.dot, lineStyle: { color: look.line, width: look.wide }, itemStyle: { color: look.line },
          endLabel: wall ? { show: false } : { show: true, formatter: `${data.line.name} ${data.line.data[last]}`, color: "#174a84", fontSize: look.size, fontWeight: 600, offset: [0, barOver ? 6 : -8] } },
      ],
    };
  }
  function bars(data, look) {
    return {
      ...axes(look, data.labels, { left: 38, right: 16, top: 16, bottom: 26 }),
      series: [{ name: data.bars.name, type: "bar", data: dashedLast(data.bars.data, data.running, look), barWidth: look.bars, itemStyle: { color: look.bar } }],
    };
  }
  function lying(data, look, series) {
    const both = axes(look, [...data.labels], { left: 8, right: 24, top: 34, bottom: 8, containLabel: true });
    return {
      ...both,
      legend: { left: 0, top: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: look.text, fontSize: look.size + 1, fontFamily: FONT } },
      xAxis: both.yAxis,
      yAxis: { ...both.xAxis, inverse: true, axisLabel: { ...both.xAxis.axisLabel, interval: 0 } },
      series,
    };
  }
  function stacked(data, look) {
    return lying(data, look, data.stacks.map((each, i) => ({ name: each.name, type: "bar", stack: "all", data: each.data, barWidth: look.bars, itemStyle: { color: PAINTS[i] } })));
  }
  function grouped(data, look) {
    return lying(data, look, data.groups.map((each, i) => ({ name: each.name, type: "bar", data: each.data, barWidth: 7, barGap: "20%", itemStyle: { color: PAINTS[i] } })));
  }
  function rows(source) {
    return JSON.parse(source.textContent).labels.length;
  }
  function behind(data, mark) { // the address of the list behind a mark
    const series = data.stacks || data.groups || [data.bars, data.line];
    const found = series.find((each) => each && each.name === mark.seriesName);
    return found && found.urls && found.urls[mark.dataIndex];
  }
  function draw(el) {
    const source = document.getElementById(el.dataset.source);
    if (!source || !window.echarts || !KINDS[el.dataset.chart]) return;
    const wall = el.dataset.chartTheme === "wall";
    if (LYING.has(el.dataset.chart)) el.style.height = `${rows(source) * 30 + 50}px`;
    // canvas: the SVG renderer sets style attributes, which the content policy forbids.
    const chart = window.echarts.init(el, null, { renderer: "canvas" });
    const data = JSON.parse(source.textContent);
    chart.setOption(KINDS[el.dataset.chart](data, LOOKS[wall ? "wall" : "desk"], wall));
    chart.on("click", (mark) => {
      const url = mark.componentType === "series" && behind(data, mark);
      if (url) window.location.assign(url);
    });
    new ResizeObserver(() => chart.resize()).observe(el);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-chart-table]");
    if (!button) return;
    const table = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(table));
    const part = document.getElementById(button.dataset.chartTable);
    part.classList.toggle("as-table", table);
    button.lastChild.textContent = table ? "看图" : "看表格";
  });
  // 大屏 swaps itself: the old charts go, the new ones are drawn.
  const drawn = (el) => window.echarts && window.echarts.getInstanceByDom(el);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!event.detail.shouldSwap) return;
    event.detail.target.querySelectorAll("[data-chart]").forEach((el) => {
      if (drawn(el)) drawn(el).dispose();
      el.removeAttribute("style"); // htmx would carry it over as text, which the content policy forbids
    });
  });
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelectorAll("[data-chart]").forEach((el) => drawn(el) || draw(el));
  });
  document.querySelectorAll("[data-chart]").forEach(draw);
})();
