// Train a net here: choose its digits, its units and its rate, compare on a practice exam.
// It learns only while somebody has asked for it, a few epochs between two drawings.
live.widgets["choosing-a-net"] = (root, data, tell) => {
  "use strict";
  const { element } = live, EPOCHS = 50, PLACES = 10, KINDS = 4, rates = [0.002, 0.006, 0.02, 0.06];
  const codes = { "0 and 1": (d) => [d], "01 and 10": (d) => [d, 1 - d], "−½ and +½": (d) => [d - 0.5], "−1 and +1": (d) => [2 * d - 1] };
  const shapes = { 16: [16], 128: [128], "128 + 128": [128, 128], 512: [512] };
  const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1), EXAM = upTo(100), EXAMPLES = upTo(1023).slice(100);
  const rule = (n) => (n % 3 == 0) + 2 * (n % 5 == 0);
  const shuffled = (list) => list.map((v) => [Math.random(), v]).sort((a, b) => a[0] - b[0]).map(([, v]) => v);
  const places = Array.from({ length: PLACES }, (_, i) => i), inputs = (code) => PLACES * code(0).length;
  const encode = (numbers, code) => Float64Array.from(numbers.flatMap((n) => places.flatMap((i) => code((n >> i) & 1))));

  // ---- The net: tables (in, out) and biases in turn, each with the two memories of Adam
  const remembered = (w) => ({ w, m: new Float64Array(w.length), v: new Float64Array(w.length) });
  const begin = (code, widths) => {
    const sizes = [inputs(code), ...widths, KINDS], drawn = (length, reach) =>
      Float64Array.from({ length }, () => reach * (2 * Math.random() - 1));
    return { sizes, t: 0, parameters: widths.concat(KINDS).flatMap((outs, k) => [
      drawn(sizes[k] * outs, Math.sqrt(6 / (sizes[k] + outs))), new Float64Array(outs)]).map(remembered) };
  };
  const forward = ({ sizes, parameters }, X, rows) => sizes.slice(1).reduce((layers, outs, k) => {
    const given = layers[k], out = new Float64Array(rows * outs), W = parameters[2 * k].w, ins = sizes[k];
    for (let r = 0; r < rows; r++) {
      out.set(parameters[2 * k + 1].w, r * outs);
      for (let i = 0; i < ins; i++) {
        const x = given[r * ins + i];
        if (x) for (let o = 0; o < outs; o++) out[r * outs + o] += x * W[i * outs + o];
      }
    }
    if (k + 2 < sizes.length) for (let i = 0; i < out.length; i++) if (out[i] < 0) out[i] = 0;
    return [...layers, out];
  }, [X]);
  const slopes = ({ sizes, parameters }, layers, delta, rows) => {  // from the last layer back
    let found = [];
    for (let k = sizes.length - 2; k >= 0; k--) {
      const [ins, outs] = [sizes[k], sizes[k + 1]], given = layers[k], W = parameters[2 * k].w;
      const gW = new Float64Array(W.length), gb = new Float64Array(outs), back = new Float64Array(rows * ins);
      for (let r = 0; r < rows; r++) {
        for (let o = 0; o < outs; o++) gb[o] += delta[r * outs + o];
        for (let i = 0; i < ins; i++) {
          const x = given[r * ins + i];
          if (x) for (let o = 0; o < outs; o++) {
            gW[i * outs + o] += x * delta[r * outs + o];
            if (k) back[r * ins + i] += delta[r * outs + o] * W[i * outs + o];
          }
        }
      }
      [delta, found] = [back, [gW, gb, ...found]];
    }
    return found;
  };
  const part = (scores, r) => scores.subarray(KINDS * r, KINDS * r + KINDS);
  const learn = (net, X, numbers, rate) => {  // one step of Adam
    const layers = forward(net, X, numbers.length), delta = layers.pop();
    numbers.forEach((n, r) => {
      const z = part(delta, r), top = Math.max(...z), e = z.map((v) => Math.exp(v - top)), total = e.reduce((a, b) => a + b);
      e.forEach((v, j) => { z[j] = (v / total - (j == rule(n))) / numbers.length; });
    });
    const found = slopes(net, layers, delta, numbers.length);
    const lr = rate * Math.sqrt(1 - 0.999 ** ++net.t) / (1 - 0.9 ** net.t);
    net.parameters.forEach(({ w, m, v }, k) => found[k].forEach((g, i) => {
      m[i] += 0.1 * (g - m[i]);
      v[i] += 0.001 * (g * g - v[i]);
      w[i] -= lr * m[i] / (Math.sqrt(v[i]) + 1e-8);
    }));
  };

  // ---- One candidate: what it learns from, its practice exam, how it has done so far
  let now, timer = null, goal = 0, sittings = 0, chosen = { code: "0 and 1", shape: "128", rate: 0.006 };
  const right = (numbers) => {
    const scores = forward(now.net, encode(numbers, codes[now.code]), numbers.length).pop();
    return numbers.filter((n, r) => live.argmax(part(scores, r)) == rule(n)).length;
  };
  const epoch = () => {
    for (let i = 0, order = shuffled(now.fit); i < order.length; i += 128)
      learn(now.net, encode(order.slice(i, i + 128), codes[now.code]), order.slice(i, i + 128), now.rate);
    now.training.push(right(now.fit) / now.fit.length);
    now.practice.push(right(now.valid) / now.valid.length);
  };
  const shown = () => [now.training, now.practice].map((shares) => live.percent(shares.at(-1)));
  const sentence = () => `After ${now.practice.length} epochs it knows ${shown()[0]} of its examples and ${shown()[1]} of the practice exam.`;
  const draw = () => {
    const epochs = now.practice.length;
    chart.show({ "its examples": now.training, "practice exam": now.practice });
    said.textContent = epochs ? sentence() : "A new net, with a practice exam of its own. It knows nothing yet.";
    run.textContent = timer ? "Stop" : `Train ${EPOCHS} epochs`;
    sit.disabled = timer !== null || !epochs;
    if (epochs) now.row.replaceChildren(...[`${now.code}; ${now.shape}; ${now.rate}`, epochs, ...shown()].map((text) => element("td", {}, text)));
    if (epochs && !rows.contains(now.row)) rows.prepend(now.row);
  };
  const stop = (sentence) => {
    cancelAnimationFrame(timer);
    timer = null;
    draw();
    tell(sentence);
  };
  const advance = () => {
    const until = performance.now() + 40;
    do epoch(); while (now.practice.length < goal && performance.now() < until);
    if (now.practice.length >= goal) return stop(sentence());
    timer = requestAnimationFrame(advance);
    draw();
  };
  const renew = () => {
    const drawn = shuffled(EXAMPLES);
    now = { ...chosen, net: begin(codes[chosen.code], shapes[chosen.shape]), valid: drawn.slice(0, 200), fit: drawn.slice(200),
      training: [], practice: [], row: element("tr") };
    stop("A new net. It knows nothing yet.");
  };
  const pick = (label, name, items) => live.choices(label, items.map(String), (_, i) => { chosen[name] = items[i]; renew(); });

  // ---- What stands in the box
  const chart = live.chart("Share of right answers, epoch by epoch", { x: "epochs so far", y: "right" });
  const said = element("p", { class: "live-answer" }), mark = element("p"), rows = element("tbody");
  const run = element("button", { type: "button", click: () => {
    if (timer) return stop(now.practice.length ? `Stopped. ${sentence()}` : "Stopped.");
    goal = now.practice.length + EPOCHS;
    timer = requestAnimationFrame(advance);
    draw();
  } });
  const sit = element("button", { type: "button", click: () => {
    tell(mark.textContent = `The exam, 1 to 100: ${right(EXAM)} right. ` + (sittings++ ? `You have now sat it ${sittings} times: ` +
      "whoever keeps the best of several sittings has made a practice exam of it." : "That was the one time that counts."));
  } }, "Sit the exam");
  const picks = [pick("Digits", "code", Object.keys(codes)), pick("Units", "shape", Object.keys(shapes)), pick("Rate", "rate", rates)];
  const heads = ["net", "epochs", "examples", "practice"].map((text) => element("th", { scope: "col" }, text));
  root.append(...picks.map(({ row }) => row), element("div", { class: "live-row" }, run, sit), said, mark, chart.drawing,
    element("table", {}, element("caption", {}, "Your candidates, the last on top"), element("thead", {}, element("tr", {}, ...heads)), rows));
  live.quiet(root);
  [0, 1, 1].forEach((i, k) => picks[k].press(i));
  renew();
  while (now.practice.length < 10) epoch();
  stop(sentence());
  root.check = () => live.difference(data.check, ({ code, widths, start, numbers, steps, rate }) => {
    const net = { ...begin(codes[code], widths), parameters: start.map((w) => remembered(Float64Array.from(w))) };
    for (let i = 0; i < steps; i++) learn(net, encode(numbers, codes[code]), numbers, rate);
    return forward(net, encode(numbers, codes[code]), numbers.length).pop();
  });
};
