// A deadline at nine: when you leave, and how sure you want to be. The net says, for three
// routes, how likely each number of minutes is.
live.widgets["transit-time"] = (root, data, tell) => {
  "use strict";
  const { element } = live, net = live.net(data.net), NINE = 9, LONGEST = 120;
  const { levels, routes, fixed, perKm, speed } = data;
  const [left, right, most] = [12, 348, 80];
  const days = { "dry Tuesday": [1, 0], "wet Tuesday": [1, 4], "dry Sunday": [6, 0] };
  const told = { "no crash reported": 0, "crash reported": 1 };

  // ---- What the net is told, and what it answers: minutes at each level
  const quantiles = (hour, d, route, weekday, rain, crash) => {
    const km = fixed[route].map((v, i) => v + perKm[route][i] * d);
    const signs = km.reduce((sum, v, i) => sum + 60 * v / speed[i], 0);
    const angles = [1, 2, 3, 4, 5, 6].map((k) => 2 * Math.PI * k * hour / 24);
    const known = [...km, rain, crash, ...angles.map(Math.sin), ...angles.map(Math.cos),
      ...[1, 2, 3, 4, 5, 6].map((day) => Number(day == weekday))];
    const x = Float32Array.from(known, (v, i) => (v - data.centre[i]) / data.spread[i]);
    const out = net.body(live.tensor([x.length], x)).data;
    let sum = out[0];
    return Array.from(out, (v, i) => {
      if (i) sum += 0.1 * (Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
      return signs * sum;
    });
  };
  const here = (minutes, route) => quantiles(NINE - minutes / 60, far.value, route, ...days[day], told[knows]);
  const chance = (q, minutes) => {
    if (minutes <= q[0]) return levels[0];
    const i = q.findIndex((v) => v >= minutes);
    if (i < 0) return levels.at(-1);
    return levels[i - 1] + (levels[i] - levels[i - 1]) * (minutes - q[i - 1]) / (q[i] - q[i - 1]);
  };
  // from two hours before nine on, minutes pass while the quantile still fits
  const latest = (level) => {
    let best = [LONGEST, 0];
    routes.forEach((_, route) => {
      let minutes = LONGEST;
      while (minutes > 5 && here(minutes - 1, route)[level] <= minutes - 1) minutes--;
      if (minutes < best[0]) best = [minutes, route];
    });
    return best;
  };

  // ---- The drawing: a row for each route
  const colour = "var(--pst-color-primary, #1d5a99)", accent = "var(--pst-color-secondary, #a8470b)";
  const acrossOf = (minutes) => left + (right - left) * Math.min(minutes, most) / most;
  const bar = (y, height, opacity) => element("rect", { y, height, style: `fill: ${colour}; fill-opacity: ${opacity}` });
  const rows = routes.map((name, i) => {
    const y = 34 + 52 * i;
    return { name: element("text", { x: left, y: y - 6 }), wide: bar(y, 16, 0.3), narrow: bar(y, 16, 0.6),
      middle: element("line", { y1: y - 2, y2: y + 18, style: "stroke-width: 2.5" }),
      wanted: element("path", { style: `fill: ${accent}; stroke: var(--pst-color-background, #fff)` }), y };
  });
  const have = element("path", { style: `fill: none; stroke: ${accent}; stroke-width: 2.5; stroke-dasharray: 6 3` });
  const drawing = element("svg", { viewBox: "0 0 360 208", role: "img", class: "live-chart",
    "aria-label": "For each route, the minutes that the trip may take, and the minutes that you have" },
    ...rows.flatMap((r) => [r.wide, r.narrow, r.middle, r.wanted, r.name]), have,
    element("polyline", { points: `${left},172 ${right},172` }),
    ...[0, 20, 40, 60, 80].map((v) => element("text", { x: acrossOf(v), y: 188, "text-anchor": "middle" }, v)),
    element("text", { x: right, y: 204, "text-anchor": "end" }, "minutes"));
  const between = (rect, from, to) => {
    rect.setAttribute("x", acrossOf(from));
    rect.setAttribute("width", Math.max(0, acrossOf(to) - acrossOf(from)));
  };
  const upright = (line, minutes) => ["x1", "x2"].forEach((x) => line.setAttribute(x, acrossOf(minutes)));

  const clock = (minutes) => {
    const time = 60 * NINE - minutes;
    return `${Math.floor(time / 60)}:${String(time % 60).padStart(2, "0")}`;
  };
  const at = (level) => levels.findIndex((v) => Math.abs(v - level) < 1e-6);
  const often = (p) => `${Math.round(100 * (1 - p))} times in 100`;
  const answer = element("p", { class: "live-answer" }), advice = element("p"), median = element("p");
  let day = Object.keys(days)[0], knows = Object.keys(told)[0];
  const update = () => {
    const minutes = leave.value, wanted = sure.value / 100, level = at(wanted);
    const chances = rows.map((r, route) => {
      const q = here(minutes, route), p = chance(q, minutes);
      between(r.wide, q[at(0.05)], q[at(0.95)]);
      between(r.narrow, q[at(0.25)], q[at(0.75)]);
      upright(r.middle, q[at(0.5)]);
      r.wanted.setAttribute("d", `M${acrossOf(q[level])},${r.y - 1}l7,9l-7,9l-7,-9Z`);
      r.name.textContent = `${routes[route]}: in time ${live.percent(p)}; ${sure.value} % within ${Math.round(q[level])} min`;
      return p;
    });
    have.setAttribute("d", rows.map((r) => `M${acrossOf(minutes)},${r.y - 2}v24`).join("") + `M${acrossOf(minutes)},164v8`);
    const best = live.argmax(chances), [before, route] = latest(level), [early, short] = latest(at(0.5));
    answer.textContent = `Leave at ${clock(minutes)}: late ${often(chances[best])} by the ${routes[best]}`;
    const last = before < LONGEST ? `leave by ${clock(before)} and take the ${routes[route]}` : "leave more than two hours before";
    advice.textContent = `To be there by nine with ${sure.value} % certainty, ${last}.`;
    median.textContent = `Who believes the median leaves at ${clock(early)}, by the ${routes[short]}, and is late about every other time.`;
    tell(`${answer.textContent}. ${advice.textContent}`);
  };
  const leave = live.slider("You leave", { min: 10, max: 90, value: 30, unit: "\u00a0minutes before nine" }, update);
  const sure = live.slider("Certainty that you want", { min: 50, max: 95, step: 5, value: 90, unit: "\u00a0%" }, update);
  const far = live.slider("Distance", { min: 2, max: 25, value: 10, unit: "\u00a0km" }, update);
  const news = live.choices("The phone knows", Object.keys(told), (name) => { knows = name; update(); });
  const weather = live.choices("Day", Object.keys(days), (name) => { day = name; update(); });
  weather.press(0);
  const legend = element("p", {}, "Long bar: nine trips in ten; the bar within: half of them; upright line: the median; " +
    "diamond: the certainty that you want; dashed: the minutes that you have.");
  root.append(element("div", { class: "live-columns" }, leave.line, sure.line, far.line), answer, drawing, advice, median,
    weather.row, news.row, legend);
  live.quiet(root);
  news.choose(0);
  root.check = () => live.difference(data.check, (x) => quantiles(...x));
};
