// The nets of this book, run by your browser: what their layers compute, in plain
// JavaScript, without a library or a server. A tensor is { shape, data }: the numbers of
// one example, the last axis running fastest. `live.net` makes functions of what
// utils/live.py wrote down.
window.live = (() => {
  "use strict";
  const tensor = (shape, data) =>
    ({ shape, data: data ?? new Float32Array(shape.reduce((a, b) => a * b, 1)) });

  // Weights come as text, base 64: floats, or whole numbers and a scale for each row.
  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  const weight = ({ shape, floats, whole, scales }) => {
    if (floats !== undefined) return tensor(shape, new Float32Array(bytes(floats)));
    const scale = new Float32Array(bytes(scales)), numbers = new Int8Array(bytes(whole));
    const width = numbers.length / shape[0];
    return tensor(shape,
      Float32Array.from(numbers, (v, i) => v * scale[Math.floor(i / width)]));
  };

  const functions = {
    relu: (v) => Math.max(v, 0),
    tanh: Math.tanh,
    sigmoid: (v) => 1 / (1 + Math.exp(-v)),
    softrelu: (v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))),
    softsign: (v) => v / (1 + Math.abs(v)),
  };
  const activate = (x, name) =>
    (name ? tensor(x.shape, x.data.map(functions[name])) : x);

  // Weighted sums: each row of x with each row of W, four rows of W at a time.
  const sums = (x, W, bias) => {
    const units = W.shape[0], n = W.data.length / units, rows = x.length / n;
    const y = new Float32Array(rows * units), w = W.data;
    for (let r = 0; r < rows; r++) {
      for (let u = 0; u < units; u += 4) {
        let a = 0, b = 0, c = 0, d = 0;
        const step = (k) => (u + k < units ? n : 0);  // the last may be fewer
        const n1 = step(1), n2 = n1 + step(2), n3 = n2 + step(3);
        for (let i = 0; i < n; i++) {
          const v = x[r * n + i], p = u * n + i;
          a += w[p] * v; b += w[p + n1] * v;
          c += w[p + n2] * v; d += w[p + n3] * v;
        }
        [a, b, c, d].slice(0, units - u).forEach((sum, k) => {
          y[r * units + u + k] = sum + (bias ? bias.data[u + k] : 0);
        });
      }
    }
    return y;
  };
  const dense = (x, W, bias, activation) => {
    const shape = [...x.shape.slice(0, -1), W.shape[0]];
    return activate(tensor(shape, sums(x.data, W, bias)), activation);
  };

  // Every window that slides over x (channels, height, width), one after the other:
  // for each place, for each channel, what the window shows; `outside` beyond the edge.
  const windows = ({ shape: [c, h, w], data }, d, outside) => {
    const { kernel: [kh, kw], stride, pad, dilate = [1, 1] } = d;
    const places = (n, k, axis) =>
      Math.floor((n + 2 * pad[axis] - dilate[axis] * (k - 1) - 1) / stride[axis]) + 1;
    const H = places(h, kh, 0), W = places(w, kw, 1);
    const seen = new Float32Array(H * W * c * kh * kw);
    let at = 0;
    for (let r = 0; r < H; r++)
      for (let s = 0; s < W; s++)
        for (let i = 0; i < c; i++)
          for (let a = 0; a < kh; a++)
            for (let b = 0; b < kw; b++) {
              const y = r * stride[0] + a * dilate[0] - pad[0];
              const x = s * stride[1] + b * dilate[1] - pad[1];
              seen[at++] = y < 0 || y >= h || x < 0 || x >= w ? outside
                : data[(i * h + y) * w + x];
            }
    return { H, W, seen };
  };
  // (places, channels) -> (channels, places)
  const turned = (x, c, H, W) => tensor([c, H, W],
    x.map((_, i) => x[(i % (H * W)) * c + Math.floor(i / (H * W))]));
  const conv = (x, d, { weight, bias }) => {
    const { H, W, seen } = windows(x, d, 0), y = sums(seen, weight, bias);
    return activate(turned(y, weight.shape[0], H, W), d.activation);
  };
  // The way back: each number of x adds its window, times itself, to y.
  const convTranspose = ({ shape: [c, h, w], data }, d, { weight, bias }) => {
    const { kernel: [kh, kw], stride, pad } = d;
    const H = (h - 1) * stride[0] - 2 * pad[0] + kh;
    const W = (w - 1) * stride[1] - 2 * pad[1] + kw;
    const y = tensor([weight.shape[1], H, W]), n = weight.data.length / c;
    if (bias) y.data.forEach((_, i) => { y.data[i] = bias.data[Math.floor(i / (H * W))]; });
    data.forEach((v, from) => {
      const [channel, row] = [Math.floor(from / (h * w)), Math.floor(from / w) % h];
      weight.data.subarray(channel * n, (channel + 1) * n).forEach((share, i) => {
        const r = row * stride[0] + (Math.floor(i / kw) % kh) - pad[0];
        const s = (from % w) * stride[1] + (i % kw) - pad[1];
        if (r < 0 || r >= H || s < 0 || s >= W) return;
        y.data[(Math.floor(i / (kh * kw)) * H + r) * W + s] += v * share;
      });
    });
    return activate(y, d.activation);
  };
  const largest = (values) => values.reduce((a, b) => Math.max(a, b));
  const mean = (values) => values.reduce((a, b) => a + b) / values.length;
  const pool = (x, d) => {
    const how = d.kernel ? d : { kernel: x.shape.slice(1), stride: [1, 1], pad: [0, 0] };
    const { H, W, seen } = windows(x, how, d.mean ? 0 : -Infinity);
    const n = how.kernel[0] * how.kernel[1], of = d.mean ? mean : largest;
    const found = Float32Array.from({ length: seen.length / n },
      (_, i) => of(seen.subarray(i * n, (i + 1) * n)));
    return turned(found, x.shape[0], H, W);
  };

  const row = ({ shape, data }, i) => data.subarray(i * shape[1], (i + 1) * shape[1]);
  const join = (...parts) => {  // vectors, one behind the other
    const all = tensor([parts.reduce((n, x) => n + x.data.length, 0)]);
    parts.reduce((at, x) => (all.data.set(x.data, at), at + x.data.length), 0);
    return all;
  };
  const stack = (rows) => tensor([rows.length, rows[0].data.length], join(...rows).data);
  const rows = (x) =>
    Array.from({ length: x.shape[0] }, (_, i) => tensor([x.shape[1]], row(x, i)));

  // A recurrent layer over the rows of x. Of its state, each step keeps the share z.
  const gruOneWay = (x, w, name, state, backwards) => {
    const of = (part) => w[`${name}_${part}`], { sigmoid } = functions;
    const seen = rows(dense(x, of("i2h_weight"), of("i2h_bias")));
    const size = state.data.length, states = [];
    for (const { data: s } of backwards ? seen.reverse() : seen) {
      const k = sums(state.data, of("h2h_weight"), of("h2h_bias"));
      state = tensor([size], state.data.map((old, j) => {
        const r = sigmoid(s[j] + k[j]), z = sigmoid(s[size + j] + k[size + j]);
        return (1 - z) * Math.tanh(s[2 * size + j] + r * k[2 * size + j]) + z * old;
      }));
      states.push(state);
    }
    return { states: backwards ? states.reverse() : states, end: state };
  };
  const gru = (x, { depth, ways, size }, w, begin) => {
    const ends = [];
    for (let layer = 0; layer < depth; layer++) {
      const both = ways.map((way, i) => gruOneWay(x, w, way + layer,
        begin?.[ends.length + i] ?? tensor([size]), way == "r"));
      ends.push(...both.map(({ end }) => end));
      x = stack(both[0].states.map((_, t) => join(...both.map(({ states }) => states[t]))));
    }
    return { states: x, ends };
  };

  const softmax = (values) => {
    const top = largest(values);
    const e = Float32Array.from(values, (v) => Math.exp(v - top));
    const total = e.reduce((a, b) => a + b);
    return e.map((v) => v / total);
  };
  const argmax = (values) => values.reduce((best, v, i) => (v > values[best] ? i : best), 0);
  // Attention: shares of the rows of `memory` by how well their keys fit, and their mean.
  const attend = (query, keys, memory) => {
    const shares = softmax(sums(query.data, keys)), context = tensor([memory.shape[1]]);
    shares.forEach((share, t) =>
      row(memory, t).forEach((v, j) => { context.data[j] += share * v; }));
    return { shares, context };
  };

  const flat = (x) => tensor([x.data.length], x.data);
  // What each kind of layer makes of x; d tells its settings, w holds its weights.
  const kinds = {
    dense: (x, d, w) => dense(d.flatten ? flat(x) : x, w.weight, w.bias, d.activation),
    conv, convTranspose, pool, gru, flatten: flat,
    scale: (x, d, w) => tensor(x.shape, x.data.map((v, i) => {  // batch normalisation
      const c = Math.floor(i * w.scale.data.length / x.data.length);
      return v * w.scale.data[c] + w.shift.data[c];
    })),
    embedding: (numbers, d, w) =>
      stack(Array.from(numbers, (i) => ({ data: row(w.weight, i) }))),
    activation: (x, d) => activate(x, d.activation),
    leaky: (x, d) => tensor(x.shape, x.data.map((v) => (v > 0 ? v : d.slope * v))),
  };
  const net = (d) => {
    const each = (made, of = {}) =>
      Object.fromEntries(Object.entries(of).map(([name, part]) => [name, made(part)]));
    if (d.parts) return each(net, d.parts);
    if (d.sequence) {
      const layers = d.sequence.map(net);
      return (x) => layers.reduce((y, layer) => layer(y), x);
    }
    const w = each(weight, d.weights);
    return (x, more) => kinds[d.kind](x, d, w, more);
  };

  return { tensor, net, join, stack, rows, softmax, argmax, attend, widgets: {} };
})();
