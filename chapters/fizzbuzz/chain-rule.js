// A net of five numbers as a graph: values flow forward, slopes backward. Whoever moves a
// number sees what its slope promised and what the loss did.
live.widgets["chain-rule"] = (root, data, tell) => {
  "use strict";
  const { element } = live, TARGET = 2, RATE = 0.05;
  const first = { x: 1, w1: 0.5, w2: -1, v1: 1, v2: 1.5 }, names = Object.keys(first);
  const label = { x: "x", w1: "w₁", w2: "w₂", v1: "v₁", v2: "v₂" };

  // The machine of this page: boxes, each with the local slopes of the arrows into it
  const node = (value, ...arrows) => ({ value, arrows, slope: 0 });
  const plus = (a, b) => node(a.value + b.value, [a, 1], [b, 1]);
  const times = (a, b) => node(a.value * b.value, [a, b.value], [b, a.value]);
  const relu = (a) => node(Math.max(0, a.value), [a, a.value > 0 ? 1 : 0]);
  const lineUp = (box, line = []) => {
    if (!line.includes(box)) {
      for (const [from] of box.arrows) lineUp(from, line);
      line.push(box);
    }
    return line;
  };
  const backward = (result) => {
    result.slope = 1;
    for (const box of lineUp(result).reverse())
      for (const [from, local] of box.arrows) from.slope += local * box.slope;
  };
  const run = (numbers) => {
    const of = Object.fromEntries(names.map((name) => [name, node(numbers[name])]));
    of.h1 = relu(times(of.w1, of.x));
    of.h2 = relu(times(of.w2, of.x));
    of.answer = plus(times(of.v1, of.h1), times(of.v2, of.h2));
    const miss = plus(of.answer, node(-TARGET));
    of.loss = times(miss, miss);
    backward(of.loss);
    return of;
  };

  // ---- The drawing: from top to bottom, so that a phone has room for it
  const places = { x: [170, 30], h1: [85, 135], h2: [255, 135], answer: [170, 240], loss: [170, 330] };
  const titles = { x: "x", h1: "unit 1", h2: "unit 2", answer: "answer", loss: "loss" };
  const weights = { w1: ["x", "h1", 55, 78], w2: ["x", "h2", 285, 78], v1: ["h1", "answer", 55, 190], v2: ["h2", "answer", 285, 190] };
  const text = (x, y, strong) => element("text", { x, y, "text-anchor": "middle",
    ...(strong && { style: "fill: var(--pst-color-secondary, #a8470b); font-weight: 700" }) });
  const drawing = element("svg", { viewBox: "0 0 340 362", role: "img", style: "max-width: 25rem; font-size: 15px" });
  const arrow = (from, to) => {
    const [[x0, y0], [x1, y1]] = [places[from], places[to]];
    return element("line", { x1: x0, y1: y0 + 24, x2: x1, y2: y1 - 24, style: "stroke: currentColor" });
  };
  const shown = {};
  const write = (name, x, y) => {
    shown[name] = [text(x, y - 4), text(x, y + 15, true)];
    drawing.append(...shown[name]);
  };
  for (const [name, [from, to, x, y]] of Object.entries(weights)) {
    drawing.append(arrow(from, to));
    write(name, x, y);
  }
  drawing.append(arrow("answer", "loss"));
  for (const [name, [x, y]] of Object.entries(places)) {
    drawing.append(element("rect", { x: x - 62, y: y - 24, width: 124, height: 48, rx: 6,
      style: "fill: none; stroke: currentColor" }));
    write(name, x, y);
  }

  // ---- What the reader does
  const said = (v, digits = 2) => (Math.abs(v) < 0.5 * 10 ** -digits ? 0 : v).toFixed(digits).replace("-", "−");
  let numbers = { ...first }, before = { ...first };
  const draw = () => {
    const of = run(numbers);
    for (const [name, [value, slope]] of Object.entries(shown)) {
      value.textContent = `${titles[name] ?? label[name]} = ${said(of[name].value)}`;
      slope.textContent = `slope ${said(of[name].slope)}`;
    }
    const all = Object.keys(shown).map((n) => `${titles[n] ?? label[n]} ${said(of[n].value)}, slope ${said(of[n].slope)}`);
    drawing.setAttribute("aria-label", `The net as a graph. ${all.join("; ")}.`);
    return of;
  };
  const moved = (name, value) => {
    numbers[name] = value;
    const old = run(before), now = draw(), by = value - before[name];
    const promised = old[name].slope * by, did = now.loss.value - old.loss.value;
    tell(`${label[name]} moved by ${said(by)}. By its slope the loss should change by ${said(promised, 3)}; `
      + `it changed by ${said(did, 3)}.`);
  };
  const sliders = names.map((name) => live.slider(label[name],
    { min: -3, max: 3, step: 0.01, value: first[name] }, (value) => moved(name, value)));
  root.addEventListener("change", () => { before = { ...numbers }; });  // a key, or the end of a drag
  const put = (to) => {
    numbers = to;
    before = { ...to };
    sliders.forEach((slider, i) => { slider.value = to[names[i]]; });
    return draw();
  };
  const step = () => {
    const of = run(numbers), to = { ...numbers };
    const held = [];  // at an end of their range
    for (const name of names.slice(1)) {
      const wanted = to[name] - RATE * of[name].slope;
      to[name] = Math.min(3, Math.max(-3, wanted));
      if (to[name] != wanted) held.push(label[name]);
    }
    const now = put(to), silent = [1, 2].filter((unit) => now[`h${unit}`].value == 0);
    tell(`${held.length ? `Each weight but ${held.join(", ")}, held at the end of its range,` : "Each weight"} `
      + `moved by −${RATE} times its slope: the loss went from ${said(of.loss.value, 3)} to ${said(now.loss.value, 3)}.`
      + (silent.length == 1 ? ` Unit ${silent[0]} is silent: no slope gets through it.` : "")
      + (silent.length == 2 ? " Both units are silent: no slope gets through, and no weight moves." : ""));
  };
  const button = (name, click) => element("button", { type: "button", click }, name);
  root.append(element("div", { class: "live-columns" }, drawing, element("div", {},
    ...sliders.map(({ line }) => line),
    element("div", { class: "live-row" }, button("One step downhill", step), button("Start again", () => {
      put({ ...first });
      tell(`As at first: the loss is ${said(run(first).loss.value, 3)}.`);
    })))));
  tell(`The loss is ${said(draw().loss.value, 3)}: the answer should be ${TARGET}.`);
  root.check = () => live.difference(data.check, (given) => {
    const of = run(Object.fromEntries(names.map((name, i) => [name, given[i]])));
    return [of.loss.value, ...names.map((name) => of[name].slope)];
  });
};
