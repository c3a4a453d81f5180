// Draw a digit or choose one; move it, turn it, turn its colours round.
live.widgets.digits = (root, data, tell) => {
  "use strict";
  const { element } = live, SIZE = 28, PAPER = 280;
  const net = live.net(data.net);
  const logits = (picture) => net(live.tensor([1, SIZE, SIZE], Float32Array.from(picture))).data;

  // ---- Pictures: 28 x 28 numbers, 0 is paper and 1 is ink
  const small = () => element("canvas", { width: SIZE, height: SIZE });
  const painted = (picture, [r, g, b, faded] = [0, 0, 0, false], canvas = small()) => {
    const context = canvas.getContext("2d"), image = context.createImageData(SIZE, SIZE);
    picture.forEach((v, i) => image.data.set(faded ? [r, g, b, 255 * v]
      : [255 - 255 * v, 255 - 255 * v, 255 - 255 * v, 255], 4 * i));
    context.putImageData(image, 0, 0);
    return canvas;
  };
  const inkOf = (canvas) => {
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    return Float32Array.from({ length: width * height }, (_, i) => pixels[4 * i + 3] / 255);
  };
  // The square of the pad that begins at (x, y), `to` pixels wide at (left, top) of 28 x 28;
  // by halves at most, or thin strokes would fall through.
  const shrunk = (x, y, size, to, left = 0, top = 0) => {
    let canvas = pad.canvas, from = [x, y], now = size;
    for (;;) {
      const next = Math.max(to, Math.round(now / 2)), last = next == to;
      const smaller = last ? small() : element("canvas", { width: next, height: next });
      smaller.getContext("2d").drawImage(canvas, ...from, now, now, last ? left : 0, last ? top : 0, next, next);
      if (last) return inkOf(smaller);
      [canvas, from, now] = [smaller, [0, 0], next];
    }
  };
  const drawn = () => {
    const ink = inkOf(pad.canvas), xs = [], ys = [];
    ink.forEach((v, i) => { if (v > 0.1) { xs.push(i % PAPER); ys.push(Math.floor(i / PAPER)); } });
    if (!xs.length) return null;
    if (!centre.value) return shrunk(0, 0, PAPER, SIZE);
    // as in the data: 20 pixels at most, the centre of mass in the middle
    const ends = (v) => [v.reduce((a, b) => Math.min(a, b)), v.reduce((a, b) => Math.max(a, b)) + 1];
    const [[x0, x1], [y0, y1]] = [ends(xs), ends(ys)], size = Math.max(x1 - x0, y1 - y0);
    const x = (x0 + x1 - size) / 2, y = (y0 + y1 - size) / 2, once = shrunk(x, y, size, 20, 4, 4);
    let [all, right, down] = [0, 0, 0];
    once.forEach((v, i) => { all += v; right += v * (i % SIZE); down += v * Math.floor(i / SIZE); });
    return shrunk(x, y, size, 20, 4 + Math.round(14 - right / all), 4 + Math.round(14 - down / all));
  };
  const changed = (picture) => {
    const angle = turn.value * Math.PI / 180, c = Math.cos(angle), s = Math.sin(angle);
    const at = (r, q) => (r < 0 || q < 0 || r >= SIZE || q >= SIZE ? 0 : picture[r * SIZE + q]);
    return Float32Array.from(picture, (_, i) => {  // from between four pixels
      const q = i % SIZE - 13.5 - move.value, r = Math.floor(i / SIZE) - 13.5;
      const y = c * r + s * q + 13.5, x = c * q - s * r + 13.5, Y = Math.floor(y), X = Math.floor(x);
      const [u, v] = [y - Y, x - X];
      const ink = (1 - u) * ((1 - v) * at(Y, X) + v * at(Y, X + 1)) + u * ((1 - v) * at(Y + 1, X) + v * at(Y + 1, X + 1));
      return inverted.value ? 1 - ink : ink;
    });
  };

  // ---- What changes the picture, and the answer
  let picture = null, truth = "";
  const bars = live.bars("Probability of each digit", [..."0123456789"]);
  const seen = element("canvas", { width: SIZE, height: SIZE, class: "live-seen", role: "img",
    "aria-label": "What the net sees, 28 by 28 pixels" });
  const update = () => {
    const given = changed(picture ?? new Float32Array(SIZE * SIZE));
    painted(given, undefined, seen);
    const shares = live.softmax(logits(given)), best = live.argmax(shares);
    bars.show(shares);
    tell(`${picture ? "The net" : "The paper is empty. The net"} answers ${best}, ` +
      `${live.percent(shares[best])} sure.${truth && ` It was written as ${truth}.`}`);
  };
  const redraw = () => { picture = drawn(); truth = ""; samples.press(null); update(); };
  const begun = () => {  // a new drawing: the sample makes room
    if (truth) pad.clear();
    if (truth || !picture) move.value = turn.value = 0;
    truth = "";
  };
  const pad = live.pad(PAPER, 22, { begun, drawn: redraw, say: tell });
  const centre = live.tick("scale and centre my drawing, as in the data", true, () => { if (!truth) redraw(); });
  const inverted = live.tick("white on black", false, update);
  const move = live.slider("Moved to the right", { min: -10, max: 10, unit: "\u00a0pixels" }, update);
  const turn = live.slider("Turned to the left", { min: -180, max: 180, step: 5, unit: "°" }, update);
  const samples = live.choices("Or choose one", data.samples.map(({ name, pixels }) => {
    const ink = Float32Array.from(pixels, (v) => v / 255);
    const shown = painted(ink), misread = name.endsWith(", misread");
    return { name, ink, truth: name.replace(", misread", ""),
      show: misread ? element("span", { class: "live-sample" }, shown, "misread") : shown };
  }), ({ truth: name, ink }) => {
    pad.clear();
    pad.ink.drawImage(painted(ink, [17, 17, 17, true]), 0, 0, PAPER, PAPER);
    [picture, truth] = [ink, name];
    update();
  });
  const clear = () => { pad.clear(); move.value = turn.value = 0; inverted.value = false; redraw(); };

  root.append(
    element("p", {}, "Draw with mouse, finger or pen; with keys, the arrows move the pen and the space bar sets it down."),
    element("div", { class: "live-columns" },
      element("div", {}, pad.paper, element("div", { class: "live-row" },
        element("button", { type: "button", click: clear }, "Clear"), centre.line)),
      element("div", {}, element("div", { class: "live-row" }, seen, "what the net sees, moved and turned"),
        move.line, turn.line, inverted.line, bars.table)),
    samples.row,
  );
  samples.choose(0);
  root.check = () => live.difference(data.check, (x) => logits(x.flat(2)));
};
