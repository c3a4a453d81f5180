// A street of five houses whose prices can be moved: the best single price under L2, L1
// and Huber, all on log prices, and the loss of every price.
live.widgets["house-prices"] = (root, data, tell) => {
  "use strict";
  const { element } = live, LOW = Math.log(1e4), HIGH = Math.log(3e6);
  const [left, right, top, bottom] = [12, 348, 12, 150], STREET = 192;
  const acrossOf = (log) => left + (right - left) * (log - LOW) / (HIGH - LOW);
  const among = (v, low, high) => Math.min(high, Math.max(low, v));
  const money = (price) => `$${Number(price.toPrecision(3)).toLocaleString("en")}`;
  let logs = [], marks = [];

  // ---- The answers: the mean, the median, and where the pulls, none above k, balance
  const mean = (v) => v.reduce((sum, x) => sum + x, 0) / v.length;
  const median = (v) => [...v].sort((a, b) => a - b)[(v.length - 1) / 2];
  const huber = (v, k) => {
    let [low, high] = [Math.min(...v), Math.max(...v)];
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2, pull = v.reduce((sum, x) => sum + among(x - middle, -k, k), 0);
      [low, high] = pull > 0 ? [middle, high] : [low, middle];
    }
    return low;
  };
  const losses = {
    L2: (e) => e * e / 2,
    L1: Math.abs,
    Huber: (e, k) => { const near = Math.min(Math.abs(e), k); return near * (Math.abs(e) - near / 2); },
  };
  const answers = (v, k) => [mean(v), median(v), huber(v, k)];

  // ---- The drawing: three curves, each from its smallest to its largest, and the street
  const colours = ["var(--pst-color-primary, #1d5a99)", "var(--pst-color-secondary, #a8470b)", "currentColor"];
  const dashes = ["", "6 4", "2 3"], names = Object.keys(losses);
  const style = (i) => `fill: none; stroke: ${colours[i]}; stroke-width: 2.5; stroke-dasharray: ${dashes[i] || "none"}`;
  const text = (words, x, y, anchor = "middle") => element("text", { x, y, "text-anchor": anchor }, words);
  const curves = names.map((_, i) => element("polyline", { style: style(i) }));
  const drops = names.map((_, i) => element("line", { y2: STREET - 12, style: style(i) }));
  const lows = names.map((_, i) => element("circle", { r: 4.5, style: `fill: ${colours[i]}; stroke: none` }));
  const dots = element("g");
  const ticks = [[1e4, "$10,000"], [1e5, "$100,000"], [1e6, "$1 million"]];
  const drawing = element("svg", { viewBox: "0 0 360 262", role: "group", class: "live-chart",
    "aria-label": "The loss of each single price under L2, L1 and Huber, above a street of five houses on a scale of prices" },
    element("polyline", { points: `${left},${STREET} ${right},${STREET}`, style: "stroke: currentColor" }),
    ...curves, ...drops, ...lows, dots, text("loss", 180, top + 6),
    ...ticks.map(([price, words]) => text(words, among(acrossOf(Math.log(price)), left + 22, right), STREET + 30)),
    ...names.flatMap((name, i) => [element("line", { x1: 60 + 90 * i, x2: 88 + 90 * i, y1: 248, y2: 248, style: style(i) }),
      text(name, 94 + 90 * i, 252, "start")]));
  const answer = element("p", { class: "live-answer" });
  const update = () => {
    const k = bend.value, best = answers(logs, k);
    names.forEach((name, i) => {
      const cost = (guess) => logs.reduce((sum, x) => sum + losses[name](x - guess, k), 0);
      const grid = Array.from({ length: 141 }, (_, j) => LOW + (HIGH - LOW) * j / 140);
      const most = Math.max(cost(LOW), cost(HIGH)), least = cost(best[i]);
      const downOf = (guess) => bottom - (bottom - top) * (cost(guess) - least) / (most - least);
      curves[i].setAttribute("points", grid.map((guess) => `${acrossOf(guess)},${downOf(guess)}`).join(" "));
      for (const [name, value] of Object.entries({ x1: acrossOf(best[i]), x2: acrossOf(best[i]), y1: bottom }))
        drops[i].setAttribute(name, value);
      lows[i].setAttribute("cx", acrossOf(best[i]));
      lows[i].setAttribute("cy", bottom);
    });
    answer.textContent = names.map((name, i) => `${name} says ${money(Math.exp(best[i]))}`).join(", ") + ".";
    tell(answer.textContent);
  };

  // ---- A house: a dot in a larger area that can be touched
  const place = (i) => {
    const price = Math.exp(logs[i]);
    marks[i].setAttribute("transform", `translate(${acrossOf(logs[i])} ${STREET})`);
    marks[i].setAttribute("aria-valuenow", Math.round(price));
    marks[i].setAttribute("aria-valuetext", money(price));
  };
  const move = (i, log) => {
    logs[i] = among(log, LOW, HIGH);
    place(i);
    streets.press(null);
    update();
  };
  const keys = { ArrowLeft: -0.05, ArrowDown: -0.05, ArrowRight: 0.05, ArrowUp: 0.05, PageUp: 0.5, PageDown: -0.5 };
  const mark = (i) => live.handle(drawing, `House ${i + 1} of ${logs.length}`, [1e4, 3e6], {
    drag: (x) => move(i, LOW + (HIGH - LOW) * (x - left) / (right - left)),
    keys, step: (by) => move(i, logs[i] + by),
  }, element("circle", { r: 16, style: "fill: transparent" }),
  element("path", { d: "M-7,7V-2L0,-9L7,-2V7Z", style: "fill: var(--pst-color-secondary, #a8470b); stroke: var(--pst-color-background, #fff)" }));

  const bend = live.slider("Where Huber bends, k", { min: 0.1, max: 2, step: 0.1, value: 0.3 }, update);
  const streets = live.choices("Set out", Object.keys(data.streets), (name) => {
    logs = data.streets[name].map(Math.log);
    marks = logs.map((_, i) => mark(i));
    dots.replaceChildren(...marks);
    marks.forEach((_, i) => place(i));
    update();
  });
  root.append(streets.row, drawing, answer, bend.line);
  live.quiet(root);
  streets.choose(0);
  root.check = () => live.difference(data.check, ([prices, k]) => answers(prices.map(Math.log), k));
};
