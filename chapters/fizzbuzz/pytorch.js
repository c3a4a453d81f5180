// One layer, one batch, two libraries: plain gradient descent as Gluon does it and as
// PyTorch does, and the settings under which their losses part.
live.widgets.pytorch = (root, data, tell) => {
  "use strict";
  const { element } = live, batch = data.rows.length;

  // Losses and, added up over the batch, gradients of weights (3, 12) and biases (3)
  const look = (weights, biases) => {
    const gw = weights.map((w) => w.map(() => 0)), gb = biases.map(() => 0);
    let total = 0;
    data.rows.forEach((x, i) => {
      const z = weights.map((w, k) => w.reduce((sum, v, j) => sum + v * x[j], biases[k]));
      const top = Math.max(...z), e = z.map((v) => Math.exp(v - top)), sum = e.reduce((a, b) => a + b);
      total += Math.log(sum) + top - z[data.labels[i]];
      e.forEach((v, k) => {
        const slope = v / sum - (k == data.labels[i]);
        gb[k] += slope;
        x.forEach((value, j) => { gw[k][j] += slope * value; });
      });
    });
    return { loss: total / batch, gradient: [...gw.flat(), ...gb] };
  };

  // Gluon keeps its last step, and divides by `size`. PyTorch takes the mean, adds it to
  // what is there unless that is cleared, and keeps a sum of gradients.
  const train = ({ rate, momentum, drop, gluon, size, clear }) => {
    let all = [...data.start[0].flat(), ...data.start[1]];
    let kept = all.map(() => 0), there = all.map(() => 0);
    const losses = [], n = data.start[1].length, wide = data.start[0][0].length;
    for (let step = 0; step < data.steps; step++) {
      const weights = Array.from({ length: n }, (_, k) => all.slice(k * wide, (k + 1) * wide));
      const { loss, gradient } = look(weights, all.slice(n * wide));
      losses.push(loss);
      if (step == Math.floor(data.steps / 2)) rate /= drop;
      if (gluon) {
        kept = kept.map((v, i) => momentum * v - rate * gradient[i] / size);
        all = all.map((v, i) => v + kept[i]);
      } else {
        there = there.map((v, i) => (clear ? 0 : v) + gradient[i] / batch);
        kept = kept.map((v, i) => momentum * v + there[i]);
        all = all.map((v, i) => v - rate * kept[i]);
      }
    }
    return losses;
  };

  const HIGH = 1.6, chart = live.chart("Loss of both libraries over the steps", { x: "step", y: "loss", low: 0.6, high: HIGH });
  const written = (v) => (v >= 100 ? Math.round(v).toLocaleString("en") : v.toFixed(3));
  const show = () => {
    const how = { rate: 10 ** rate.value, momentum: momentum.value ? 0.9 : 0, drop: drop.value ? 10 : 1 };
    const gluon = train({ ...how, gluon: true, size: divides.value ? batch : 1 });
    const torch = train({ ...how, clear: clears.value });
    chart.show({ Gluon: gluon, PyTorch: torch });
    const part = Math.max(...gluon.map((v, i) => Math.abs(v - torch[i]) / torch[i]));
    const above = Math.max(...gluon, ...torch) > HIGH ? ` Losses above ${HIGH} are drawn at the top.` : "";
    says.textContent = `Rate ${Number(how.rate.toPrecision(2))}. `
      + `Last losses: Gluon ${written(gluon.at(-1))}, PyTorch ${written(torch.at(-1))}. `
      + (part < 1e-6 ? "They are the same." : `They part by up to ${part < 0.1 ? (100 * part).toFixed(1) : Math.round(100 * part).toLocaleString("en")} %.`)
      + above;
    tell(says.textContent);
  };
  const says = element("p");
  const rate = live.slider("Learning rate, 10 to the power of", { min: -2, max: 0, step: 0.1, value: -1 }, show);
  const momentum = live.tick("momentum 0.9", false, show), drop = live.tick("a tenth of the rate half-way", false, show);
  const divides = live.tick("Gluon: step(64), not step(1)", true, show);
  const clears = live.tick("PyTorch: zero_grad", true, show);
  live.quiet(root);
  root.append(element("div", { class: "live-columns" },
    element("div", {}, chart.drawing, says),
    element("div", {}, rate.line, ...[momentum, drop, divides, clears].map(({ line }) => element("div", {}, line)))));
  show();
  root.check = () => live.difference(data.check, train);
};
