// Bills that can be moved, by mouse, finger or keys: the line of least squares and its
// interval follow.
live.widgets.contractor = (root, data, tell) => {
  "use strict";
  const { element } = live, HOURS = 8, DOLLARS = 1000;
  const [left, right, top, bottom] = [46, 352, 10, 250];
  const acrossOf = (hours) => left + (right - left) * hours / HOURS;
  const downOf = (dollars) => bottom - (bottom - top) * dollars / DOLLARS;
  const among = (v, low, high) => Math.min(high, Math.max(low, v));
  const money = (v) => `${v < -0.5 ? "−" : ""}$${Math.abs(Math.round(v)).toLocaleString("en")}`;
  const hoursOf = (h) => `${h} hour${h == 1 ? "" : "s"}`;
  let bills = [], marks = [];

  // ---- The line through bills [hours, dollars], and half the width of its interval
  const fit = (pile) => {
    const n = pile.length, mean = (k) => pile.reduce((sum, bill) => sum + bill[k], 0) / n;
    const [x0, y0] = [mean(0), mean(1)];
    let [across, both] = [0, 0];
    for (const [x, y] of pile) { across += (x - x0) ** 2; both += (x - x0) * (y - y0); }
    if (across < 1e-9) return null;  // all jobs of one length
    const w = both / across, b = y0 - w * x0;
    const missed = pile.reduce((sum, [x, y]) => sum + (w * x + b - y) ** 2, 0);
    const noise = Math.sqrt(missed / (n - 2)), t = data.t[n - 3];
    return { w, b, noise, half: (job) => t * noise * Math.sqrt(1 + 1 / n + (job - x0) ** 2 / across) };
  };

  // ---- The drawing
  const text = (words, x, y, anchor = "end") => element("text", { x, y, "text-anchor": anchor }, words);
  const line = (style) => element("polyline", { style: `fill: none; ${style}` });
  const band = element("path", { style: "fill: var(--pst-color-primary, #1d5a99); fill-opacity: 0.22; stroke: none" });
  const fitted = line("stroke: var(--pst-color-primary, #1d5a99); stroke-width: 2.5");
  const truth = line("stroke: currentColor; stroke-dasharray: 3 4");
  const asked = line("stroke: var(--pst-color-secondary, #a8470b); stroke-width: 4");
  const dots = element("g");
  const drawing = element("svg", { viewBox: "0 0 360 290", role: "group", class: "live-chart",
    "aria-label": "Bills, dollars against hours, with the line of least squares and its interval" },
    line(`stroke: currentColor`), band, truth, fitted, asked, dots,
    ...[0, 250, 500, 750, 1000].map((v) => text(v ? `$${v}` : "0", left - 5, downOf(v) + 5)),
    ...[0, 2, 4, 6, 8].map((v) => text(v, acrossOf(v), bottom + 17, "middle")), text("hours", right, bottom + 34));
  drawing.firstChild.setAttribute("points", `${left},${top} ${left},${bottom} ${right},${bottom}`);
  const points = (pairs) => pairs.map(([h, d]) => `${acrossOf(h)},${downOf(among(d, 0, DOLLARS))}`).join(" ");

  const answer = element("p", { class: "live-answer" }), range = element("p");
  const update = () => {
    const found = fit(bills), hours = Array.from({ length: 65 }, (_, i) => HOURS * i / 64);
    truth.setAttribute("points", list.value ? points([[0, 50], [HOURS, 50 + 100 * HOURS]]) : "");
    if (!found) {
      band.setAttribute("d", "");
      for (const part of [fitted, asked]) part.setAttribute("points", "");
      answer.textContent = "All bills are of one length.";
      range.textContent = "They cannot tell an hourly price from a fee.";
      return tell(`${answer.textContent} ${range.textContent}`);
    }
    const { w, b, noise, half } = found, at = (h) => w * h + b;
    const upper = hours.map((h) => [h, at(h) + half(h)]), lower = hours.map((h) => [h, at(h) - half(h)]);
    band.setAttribute("d", `M${points([...upper, ...lower.reverse()])}Z`);
    fitted.setAttribute("points", points(hours.map((h) => [h, at(h)])));
    const h = job.value, [low, high] = [at(h) - half(h), at(h) + half(h)];
    asked.setAttribute("points", points([[h, low], [h, high]]));
    answer.textContent = `${money(w)} an hour and ${money(b)} for showing up`;
    range.textContent = `A job of ${hoursOf(h)}: ${money(low)} to ${money(high)}, meant to hold nine bills in ten. ` +
      `(Size of the noise, from the residuals: ${money(noise)}.)`;
    tell(`${answer.textContent}. ${range.textContent}`);
  };

  // ---- A bill: a dot in a larger area that can be touched
  const place = (i) => {
    const [x, y] = bills[i];
    marks[i].setAttribute("transform", `translate(${acrossOf(x)} ${downOf(y)})`);
    marks[i].setAttribute("aria-valuenow", y);
    marks[i].setAttribute("aria-valuetext", `${hoursOf(x)}, ${money(y)}`);
  };
  const move = (i, x, y) => {
    bills[i] = [among(Math.round(4 * x) / 4, 0, HOURS), among(Math.round(y / 5) * 5, 0, DOLLARS)];
    place(i);
    sets.press(null);
    update();
  };
  const keys = { ArrowLeft: [-0.25, 0], ArrowRight: [0.25, 0], ArrowUp: [0, 10], ArrowDown: [0, -10] };
  const mark = (i) => live.handle(drawing, `Bill ${i + 1} of ${bills.length}`, [0, DOLLARS], {
    drag: (x, y) => move(i, HOURS * (x - left) / (right - left), DOLLARS * (bottom - y) / (bottom - top)),
    keys, step: ([x, y]) => move(i, bills[i][0] + x, bills[i][1] + y),
  }, element("circle", { r: 18, style: "fill: transparent" }),
  element("circle", { r: 7, style: "fill: var(--pst-color-secondary, #a8470b); stroke: var(--pst-color-background, #fff)" }));

  const job = live.slider("Length of your job", { min: 0.5, max: HOURS, step: 0.5, value: 5, unit: "\u00a0hours" }, update);
  const list = live.tick("show the plumber's own price list", false, update);
  const sets = live.choices("Set out", Object.keys(data.piles), (name) => {
    bills = data.piles[name].map((bill) => [...bill]);
    marks = bills.map((_, i) => mark(i));
    dots.replaceChildren(...marks);
    marks.forEach((_, i) => place(i));
    update();
  });
  root.append(sets.row, drawing, answer, range, element("div", { class: "live-columns" }, job.line, list.line));
  live.quiet(root);
  sets.choose(0);
  root.check = () => live.difference(data.check, ([x, y, hours]) => {
    const { w, b, half } = fit(x.map((h, i) => [h, y[i]]));
    return [w, b, w * hours + b, half(hours)];
  });
};
